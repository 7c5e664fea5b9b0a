package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
)

func init() { registerCodeaudit(newCodeauditSurvivors) }

func newCodeauditSurvivors() *cobra.Command {
	var ref string
	var asJSON, repeated bool
	c := &cobra.Command{
		Use:   "survivors [-C DIR]",
		Short: "Print every line of the set that stands today.",
		Long: `Print every line that commits in scope inserted and that a branch has today: the
repository, the branch, path and line, the commit that inserted it, the line.

With --repeated, print instead what stands at HEAD under commits out of scope and
repeats the set's lines, three or more in a row and white space aside: code that
others moved, copied or typed again. Blame does not lead to the set there.

EXIT STATUS
  0  printed
  1  something is missing or cannot be read; stderr says what`,
		Example: "  sallyport codeaudit survivors -C audit --ref main",
		Args:    noArgs,
		RunE: inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			out := bufio.NewWriter(cmd.OutOrStdout())
			defer out.Flush()
			enc := json.NewEncoder(out)
			enc.SetEscapeHTML(false)
			if repeated {
				return w.Repeats(ctx, func(m codeaudit.Moved) error {
					if asJSON {
						return enc.Encode(m)
					}
					_, err := fmt.Fprintf(out, "%s %s %s:%d+%d by %s %s %s:%d of %s\n", m.Repo, m.Ref, inertText(m.Path), m.Line, m.N, m.By, m.Relation, inertText(m.From.Path), m.From.Line, m.From.Commit)
					return err
				})
			}
			return w.Survivors(ctx, ref, func(s codeaudit.Survivor) error {
				if asJSON {
					return enc.Encode(s)
				}
				_, err := fmt.Fprintf(out, "%s %s %s:%d %s %s\n", s.Repo, s.Ref, inertText(s.Path), s.Line, s.From.Commit, inertText(s.Text))
				return err
			})
		}),
	}
	c.Flags().StringVar(&ref, "ref", "HEAD", "HEAD or a branch")
	c.Flags().BoolVar(&repeated, "repeated", false, "print what others moved, copied or typed again instead")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return c
}
