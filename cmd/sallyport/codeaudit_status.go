package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/codeaudit"
	"sallyport/codeaudit/review"
)

func init() { registerCodeaudit(newCodeauditStatusCommand) }

func newCodeauditStatusCommand() *cobra.Command {
	var deadline, start string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [-C DIR] [--deadline 2006-01-02] [--json]",
		Short: "How far the review is, and when it will be done at this rate",
		Long: `Prints coverage by tier, what was decided, by whom, and a forecast from the decisions of the last five days. Canaries do not
count for coverage.

Example:
  sallyport codeaudit status -C audit --deadline 2026-12-05

EXIT STATUS
  0   every item is decided, or nothing says that the deadline will be missed
  1   something failed
  3   at this rate the deadline is missed
  64  the command line could not be understood`,
		Args: noArgs,
		RunE: inAudit(func(_ context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			desk, err := openDesk(w)
			if err != nil {
				return err
			}
			began := desk.summary.Built
			if ds := desk.record.Decisions(); len(ds) > 0 && ds[0].Time.Before(began) {
				began = ds[0].Time
			}
			if began, err = parseDay(start, began); err != nil {
				return err
			}
			end, err := parseDay(deadline, time.Time{})
			if err != nil {
				return err
			}
			if deadline != "" {
				end = end.Add(24*time.Hour - time.Second) // the whole day counts
			}
			states := review.States(desk.real, desk.record.Decisions(), review.TwoReviewers)
			p := review.Measure(desk.real, states, desk.record.Decisions(), began, end, time.Now())
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				err = e.Encode(p)
			} else {
				err = printProgress(cmd.OutOrStdout(), &p)
			}
			if err == nil && p.Late {
				return &exitError{Code: 3}
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&deadline, "deadline", "", "the day on which the review must be done (UTC)")
	cmd.Flags().StringVar(&start, "start", "", "the day on which the audit began; else when the list was made, or the first decision")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func parseDay(text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "%q is not a day like 2026-12-05", text)}
	}
	return t, nil
}

func printProgress(out io.Writer, p *review.Progress) error {
	share := func(done, all int) float64 {
		if all == 0 {
			return 100
		}
		return 100 * float64(done) / float64(all)
	}
	fmt.Fprintf(out, "coverage   %d of %d items (%.1f %%), %d of %d lines (%.1f %%)\n", p.Done, p.Items, share(p.Done, p.Items), p.LinesDone, p.Lines, share(p.LinesDone, p.Lines))
	for tier := 1; tier <= 4; tier++ {
		t := p.Tiers[tier]
		fmt.Fprintf(out, "  tier %d   %d of %d (%.1f %%)\n", tier, t.Done, t.Items, share(t.Done, t.Items))
	}
	for _, s := range []review.Standing{review.Half, review.Disputed, review.Unclear, review.Open} {
		if n := p.Standing[s]; n > 0 {
			fmt.Fprintf(out, "%-10s %d\n", s, n)
		}
	}
	for _, d := range review.Dispositions {
		if n := p.Outcomes[d]; n > 0 {
			fmt.Fprintf(out, "decided    %d %s\n", n, d)
		}
	}
	for _, who := range slices.Sorted(maps.Keys(p.Reviewers)) {
		fmt.Fprintf(out, "reviewer   %s: %d decisions\n", who, p.Reviewers[who])
	}
	switch {
	case p.Missing == 0:
		fmt.Fprintln(out, "forecast   done: every item is decided")
	case p.Finish == nil:
		fmt.Fprintf(out, "forecast   none: %d decisions are missing, and none was made in the last five days\n", p.Missing)
	default:
		fmt.Fprintf(out, "forecast   %d decisions missing; at this rate (%.0f a day) done on day %d, %s\n", p.Missing, p.PerDay, p.Day, p.Finish.Format(time.DateOnly))
	}
	if p.Deadline != nil {
		word := "holds"
		if p.Late {
			word = "is missed"
		}
		fmt.Fprintf(out, "deadline   %s %s\n", p.Deadline.Format(time.DateOnly), word)
	}
	return nil
}
