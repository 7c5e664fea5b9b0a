package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
	"sallyport/codeaudit/attribute"
)

func init() { registerCodeaudit(newCodeauditAttribute) }

func newCodeauditAttribute() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "attribute [-C DIR]",
		Short: "Work out for every line where it came from and what became of it.",
		Long: `Go once over the whole history of every repository and write the ledger of
lines (attribute/NAME.jsonl in the audit's folder): for every commit in scope
and every path, the lines it inserted, which of them some reference still has,
which commit removed the others, and whose lines it removed itself.

The ledger balances: inserted = surviving + deleted, for every commit and path,
in scope or not. Where it does not, history cannot be read, and it says where.

Comparisons are kept: an interrupted run goes on where it stopped, and after a
new capture only new commits are compared.

EXIT STATUS
  0  attributed, and the ledger balances
  1  something is missing or cannot be read; stderr says what
  2  attributed, and the ledger does not balance`,
		Example: "  sallyport codeaudit attribute -C audit",
		Args:    noArgs,
		RunE: inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			list, err := w.Attribute(ctx)
			if err != nil {
				return err
			}
			balanced := true
			for _, a := range list {
				balanced = balanced && len(a.All.Unbalanced) == 0
			}
			if asJSON {
				if err := json.NewEncoder(cmd.OutOrStdout()).Encode(list); err != nil {
					return err
				}
			} else {
				for _, a := range list {
					out := cmd.OutOrStdout()
					fmt.Fprintf(out, "%s: %d commits, %d hunks\n", a.Repo, a.Commits, a.Hunks)
					printBalance(out, "in scope", a.InScope)
					printBalance(out, "all", a.All)
					fmt.Fprintf(out, "root: %s over %d lines of the ledger\n", a.Root, a.Size)
				}
			}
			if err := printFindings(cmd.ErrOrStderr(), w, 50); err != nil {
				return err
			}
			if !balanced {
				return &exitError{Code: 2}
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the outcome as JSON")
	return c
}

// printBalance writes the ledger's equation.
func printBalance(out io.Writer, what string, b attribute.Balance) {
	word := "balanced"
	if len(b.Unbalanced) > 0 {
		word = fmt.Sprintf("NOT BALANCED in %d of them", len(b.Unbalanced))
	}
	fmt.Fprintf(out, "balance (%s): %d inserted = %d surviving + %d deleted, over %d commit and path pairs: %s\n",
		what, b.Inserted, b.Surviving, b.Deleted, b.Parts, word)
	for i, u := range b.Unbalanced {
		if i == 10 {
			break
		}
		fmt.Fprintf(out, "  %s %s: %d inserted, %d surviving, %d deleted\n", u.Commit, inertText(u.Path), u.Inserted, u.Surviving, u.Deleted)
	}
}
