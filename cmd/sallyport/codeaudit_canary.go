package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/worklist"
)

func init() { registerCodeaudit(newCodeauditCanaryCommand) }

func newCodeauditCanaryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "canary",
		Short: "Plant faults among the items and learn how many reviewers find",
		Long: `A review that found nothing says little unless it is known how much such a review finds. "canary plant" copies some items and
puts a fault into each: a turned comparison, a moved bound, a dropped error. Reviewers meet them like any other item.
"canary recall" says how many of those that were looked at were called needs-fix or suspicious, with a 95 % interval.

Plant them once, after rank and before the review, and let nobody plant who reviews. They never count for coverage, and the
report lists them as what they are.

Example:
  sallyport codeaudit canary plant -C audit --count 40
  sallyport codeaudit canary recall -C audit`,
	}
	var count int
	plant := &cobra.Command{
		Use:   "plant [-C DIR] [--count N]",
		Short: "Plant canaries, once",
		Long: `Plants canaries among the items of the list. What they are is in review/canaries.json of the audit's folder: keep that file away
from reviewers.

Example:
  sallyport codeaudit canary plant -C audit --count 40

EXIT STATUS
  0   planted
  1   something failed, or canaries were planted before
  64  the command line could not be understood`,
		Args: noArgs,
		RunE: inAudit(func(_ context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			items, _, err := worklist.Load(worklist.Dir(w))
			if err != nil {
				return err
			}
			planted, err := worklist.PlantCanaries(worklist.Dir(w), items, count)
			if err != nil {
				return err
			}
			few := ""
			if len(planted) < count {
				few = fmt.Sprintf(" (%d were asked for: no other item has a line in which a fault can be planted)", count)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%d canaries planted among %d items%s\n", len(planted), len(items), few)
			return nil
		}),
	}
	plant.Flags().IntVar(&count, "count", 30, "how many; 30 give an interval of about 30 points, 100 of about 17")
	var asJSON bool
	recall := &cobra.Command{
		Use:   "recall [-C DIR] [--json]",
		Short: "How many canaries were found",
		Long: `Prints how many canaries were decided about, how many of those were found, and the interval in which the true share lies
(Wilson, 95 %).

Example:
  sallyport codeaudit canary recall -C audit

EXIT STATUS
  0   printed
  1   something failed
  64  the command line could not be understood`,
		Args: noArgs,
		RunE: inAudit(func(_ context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			desk, err := openDesk(w)
			if err != nil {
				return err
			}
			r := review.MeasureRecall(desk.planted, desk.record.Decisions())
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(r)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d planted, %d decided about, %d found: %.0f %% (95 %% interval %.0f to %.0f %%)\n", r.Planted, r.Decided, r.Found, 100*r.Share, 100*r.Low, 100*r.High)
			return err
		}),
	}
	recall.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(plant, recall)
	return cmd
}
