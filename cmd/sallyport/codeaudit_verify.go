package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/codeaudit/bundle"
)

func init() { registerCodeaudit(newCodeauditVerifyCommand) }

func newCodeauditVerifyCommand() *cobra.Command {
	var repos []string
	var o bundle.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify BUNDLE [--repo NAME=PATH]... [--blame N] [--seed TEXT]",
		Short: "Find out whether the report in a bundle is true",
		Long: `Checks without trusting whoever made the bundle: the roots of the scope and of the ledger of lines, that the ledger balances,
that every commit in scope and every line it inserted or removed is in an item, that the record of decisions is a whole
chain in which nobody decided about their own, and that the report's figures are what the record gives when counted again.

With your own copy of the repositories (--repo, by the names in the bundle) it derives scope and ledger again from git and compares
the roots, and asks "git blame" about surviving lines. You choose the seed, after you have the bundle; without one it is
random and printed.

Example:
  sallyport codeaudit verify audit.zip --repo curl=/src/curl --blame 100 --seed 'drawn in the meeting on 5 May'

EXIT STATUS
  0   every check held; what was not checked is printed
  1   the bundle cannot be read
  2   a check did not hold
  64  the command line could not be understood`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Repos = map[string]string{}
			for _, r := range repos {
				name, path, ok := strings.Cut(r, "=")
				if !ok || name == "" || path == "" {
					return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "--repo %q is not NAME=PATH", r)}
				}
				o.Repos[name] = path
			}
			if o.Seed == "" {
				var b [8]byte
				if _, err := rand.Read(b[:]); err != nil {
					return err
				}
				o.Seed = hex.EncodeToString(b[:])
			}
			o.Talk = talk(cmd)
			ctx, cancel := interruptible(cmd)
			defer cancel()
			result, err := bundle.Verify(ctx, args[0], o)
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(result)
			} else {
				for _, c := range result.Checks {
					word := "ok    "
					if !c.OK {
						word = "FAILED"
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%s  %s: %s\n", word, inertText(c.Claim), inertText(c.Text))
				}
				for _, u := range result.Unchecked {
					fmt.Fprintf(cmd.OutOrStdout(), "not checked: %s\n", inertText(u))
				}
			}
			if err == nil && !result.OK() {
				return &exitError{Code: 2}
			}
			return err
		},
	}
	cmd.Flags().StringArrayVar(&repos, "repo", nil, "your own copy of a repository, as NAME=PATH")
	cmd.Flags().IntVar(&o.Blame, "blame", 50, "how many lines to ask git blame about")
	cmd.Flags().StringVar(&o.Seed, "seed", "", "what chooses them")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
