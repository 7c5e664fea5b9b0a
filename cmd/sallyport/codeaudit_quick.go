package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/codeaudit"
)

func init() { registerCodeaudit(newCodeauditQuick) }

func newCodeauditQuick() *cobra.Command {
	var set string
	var top int
	var everything bool
	var o codeaudit.ScopeOptions
	c := &cobra.Command{
		Use:   "quick REPO --set FILE",
		Short: "A first answer in a minute: scope, balance and the top of the list for one repository.",
		Long: `Read one repository where it is, without copying it, and print how many commits
are in scope and by which role, whether the ledger of lines balances, and what
deserves a look first. Nothing is kept: for an audit that can be reviewed and
proved, begin with init.

EXIT STATUS
  0   printed, and the ledger balances
  1   the repository or the set cannot be read
  2   printed, and the ledger does not balance
  64  the command line is wrong`,
		Example: "  sallyport codeaudit quick ~/src/curl --set people.csv",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if set == "" {
				return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "a set of people is needed").WithHint("add --set people.csv; the smallest has one e-mail address a line")}
			}
			ctx, cancel := interruptible(cmd)
			defer cancel()
			w, s, err := codeaudit.Quick(ctx, args[0], set, everything, o, talk(cmd))
			if err != nil {
				return err
			}
			defer w.Close()
			out := cmd.OutOrStdout()
			printScope(out, s)
			unbalanced := 0
			for _, r := range w.Repos() {
				in, all, err := w.Balance(ctx, r.Name)
				if err != nil {
					return err
				}
				printBalance(out, "in scope", in)
				printBalance(out, "all", all)
				unbalanced += len(all.Unbalanced)
			}
			items, _, err := buildWorklist(ctx, w, true, talk(cmd))
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "list: %d items; the first %d:\n", len(items), min(max(0, top), len(items)))
			if err := printItems(out, items[:min(max(0, top), len(items))], false); err != nil {
				return err
			}
			if err := printFindings(cmd.ErrOrStderr(), w, 20); err != nil {
				return err
			}
			if unbalanced > 0 {
				return &exitError{Code: 2, Err: fmt.Errorf("the ledger does not balance in %d places", unbalanced)}
			}
			return nil
		},
	}
	c.Flags().StringVar(&set, "set", "", "file of the people, CSV or JSON")
	c.Flags().BoolVar(&everything, "all", false, "also read what nothing reaches, and the references that forges keep for reviews")
	c.Flags().IntVar(&top, "top", 20, "how much of the list to print")
	scopeFlags(c, &o)
	return c
}
