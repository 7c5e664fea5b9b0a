package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
	"sallyport/codeaudit/change"
)

func init() { registerCodeaudit(newCodeauditLines) }

func newCodeauditLines() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "lines [-C DIR] COMMIT",
		Short: "Say what became of every line that a commit in scope inserted, and whose lines it deleted.",
		Long: `Print every line that a commit in scope inserted (+), with where it survives or
which commit removed it, and every line it deleted (-), with the commit, path
and line that had inserted it. COMMIT is a commit id, at least seven digits of
one, or a reference.

EXIT STATUS
  0   printed
  1   there is no such commit, it is out of scope, or something cannot be read
  64  the command line is wrong`,
		Example: "  sallyport codeaudit lines -C audit 6c04b424bd0a",
		Args:    exactArgs(1),
		RunE: inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, args []string) error {
			list, err := w.CommitChanges(ctx, args[0])
			if err != nil {
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			defer out.Flush()
			if asJSON {
				return json.NewEncoder(out).Encode(list)
			}
			for i := range list {
				printLines(out, &list[i])
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the changes as JSON")
	return c
}

func printLines(out io.Writer, c *change.Change) {
	head := fmt.Sprintf("%s %s %s", c.Commit.Repo, c.Commit.Hash, inertText(c.Path))
	if len(c.Hunks) == 0 {
		what := string(c.Kind)
		if c.Opaque != "" {
			what += ", " + c.Opaque
		}
		for _, p := range c.Survives {
			what += ", survives at " + place(p, 0)
		}
		fmt.Fprintf(out, "* %s %s\n", head, what)
	}
	for _, h := range c.Hunks {
		at := 0
		for _, o := range h.Owners {
			for k := range o.N {
				fmt.Fprintf(out, "- %s:%d inserted by %s %s:%d: %s\n", head, h.OldLine+at, o.Commit, inertText(o.Path), o.Line+k, inertText(string(h.Old[at])))
				at++
			}
		}
		at = 0
		for _, f := range h.Fates {
			for k := range f.N {
				what := "removed by " + f.Killer
				if len(f.Places) > 0 {
					var places []string
					for _, p := range f.Places {
						places = append(places, place(p, k))
					}
					what = "survives at " + strings.Join(places, "; ")
				}
				if f.Tags != nil {
					what += fmt.Sprintf(" (in %d tags, %s to %s)", f.Tags.Count, inertText(f.Tags.Oldest), inertText(f.Tags.Newest))
				}
				fmt.Fprintf(out, "+ %s:%d %s: %s\n", head, h.NewLine+at, what, inertText(string(h.New[at])))
				at++
			}
		}
	}
}

// place is where the k-th line of a stretch stands.
func place(p change.Place, k int) string {
	s := inertText(p.Path)
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line+k)
	}
	return s + " in " + inertText(strings.Join(p.Refs, " "))
}
