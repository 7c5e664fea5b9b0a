package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/script"
	"sallyport/codeaudit/signal"
	"sallyport/codeaudit/worklist"
)

func init() { registerCodeaudit(newCodeauditRankCommand) }

func newCodeauditRankCommand() *cobra.Command {
	var top int
	var asJSON, explain bool
	cmd := &cobra.Command{
		Use:   "rank [-C DIR] [--top N] [--json]",
		Short: "Put everything the set did into the order in which it should be read",
		Long: `Looks at every change in scope for named signals, weighs them against what is usual in the history, finds rows of commits
that make together what none does alone, and writes the list that reviewers go through. Prints its top.

The order says what to read first. It clears nothing: the last item of the list is read like the first.

Run it again after "artifact add" or after new commits were attributed. Decisions stay: an item keeps its name as long as its
lines stay the same.

Example:
  sallyport codeaudit rank -C audit --top 30
  sallyport codeaudit rank --explain | less     # what each signal weighs, and why

EXIT STATUS
  0   the list was written
  1   something failed; the list before it is still there
  64  the command line could not be understood`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if explain {
				return explainSignals(cmd.OutOrStdout(), asJSON)
			}
			return inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
				return runCodeauditRank(ctx, cmd, w, top, asJSON)
			})(cmd, args)
		},
	}
	cmd.Flags().IntVar(&top, "top", 20, "how many items to print")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print items as one JSON object a line")
	cmd.Flags().BoolVar(&explain, "explain", false, "print the table of signals and their weights instead")
	return cmd
}

func runCodeauditRank(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, top int, asJSON bool) error {
	items, summary, err := buildWorklist(ctx, w, false, talk(cmd))
	if err != nil {
		return err
	}
	if summary, err = worklist.Save(worklist.Dir(w), items, summary); err != nil {
		return err
	}
	w.Talk("%d items from %d commits: %d of the first tier, %d of the second, %d of the third, %d of the fourth", summary.Items, summary.Commits, summary.Tiers["1"], summary.Tiers["2"], summary.Tiers["3"], summary.Tiers["4"])
	return printItems(cmd.OutOrStdout(), items[:min(max(0, top), len(items))], asJSON)
}

// buildWorklist makes the list of an attributed workspace; an outline of it cannot be saved.
func buildWorklist(ctx context.Context, w *codeaudit.Workspace, outline bool, talk func(string, ...any)) ([]rank.Item, worklist.Summary, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	return worklist.Build(ctx, w, worklist.Options{Blob: w.Blob, Shell: script.Assess, Outline: outline, Talk: talk, Now: time.Now()})
}

// printItems prints items two lines each, or as JSON.
func printItems(out io.Writer, items []rank.Item, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		for i := range items {
			if err := e.Encode(&items[i]); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range items {
		it := &items[i]
		where := inertText(it.Path)
		if len(it.Hunks) > 0 {
			where = fmt.Sprintf("%s:%d", where, it.Hunks[0].NewLine)
		}
		if _, err := fmt.Fprintf(out, "%5d  %6.1f  %s  %.12s  %s  %s\n                %s\n", it.Rank, it.Score, inertText(it.Repo), it.Commit, where, inertText(it.Title), it.Because); err != nil {
			return err
		}
	}
	return nil
}

// inertText makes text of a repository fit for a terminal: one line, nothing that acts.
func inertText(text string) string {
	return strings.ReplaceAll(signal.Visible([]byte(text)), "\n", "<U+000A>")
}

func explainSignals(out io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(signal.Table)
	}
	ids := slices.SortedFunc(maps.Keys(signal.Table), func(a, b string) int {
		if x, y := signal.Table[a].Weight, signal.Table[b].Weight; x != y {
			return int(y*10 - x*10)
		}
		return strings.Compare(a, b)
	})
	for _, id := range ids {
		e := signal.Table[id]
		if _, err := fmt.Fprintf(out, "%5.0f  %-24s %s\n", e.Weight, id, e.Why); err != nil {
			return err
		}
	}
	return nil
}

// isTerminalFile tells whether a stream is a terminal.
func isTerminalFile(stream any) (*os.File, bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return nil, false
	}
	info, err := f.Stat()
	return f, err == nil && info.Mode()&os.ModeCharDevice != 0
}
