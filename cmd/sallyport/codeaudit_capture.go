package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

func init() { registerCodeaudit(newCodeauditCapture) }

func newCodeauditCapture() *cobra.Command {
	var again, asJSON bool
	c := &cobra.Command{
		Use:   "capture [-C DIR]",
		Short: "Copy and freeze the repositories, with an inventory of what is there and what is missing.",
		Long: `Copy every object and reference of every repository into the audit's folder:
branches, tags, notes, reflogs, and objects that nothing reaches. Hooks,
filters and configuration of a repository are never run or obeyed. What is
missing, broken or pretended (shallow boundaries, grafts, replacements,
alternates, submodules, git-lfs) is listed as a finding.

A repository that is captured already is left alone, unless --again.

EXIT STATUS
  0  captured
  1  a repository could not be captured; those before it are kept`,
		Example: "  sallyport codeaudit capture -C audit",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := openAudit(cmd)
			if err != nil {
				return err
			}
			defer w.Close()
			ctx, cancel := interruptible(cmd)
			defer cancel()
			list, err := w.Capture(ctx, again)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(list)
			}
			for _, inv := range list {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %d references, %d commits, %d trees, %d blobs, %d tags; unreachable: %d commits, %d blobs; %d findings; objects %s\n",
					inv.Repo, len(inv.Refs), inv.Objects["commit"], inv.Objects["tree"], inv.Objects["blob"], inv.Objects["tag"],
					inv.Unreachable["commit"], inv.Unreachable["blob"], len(inv.Findings), inv.ObjectsDigest)
			}
			return printFindings(cmd.ErrOrStderr(), w, 50)
		},
	}
	c.Flags().BoolVar(&again, "again", false, "capture again what is captured already")
	c.Flags().BoolVar(&asJSON, "json", false, "print the inventories as JSON")
	return c
}
