package main

import (
	"context"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
)

func newWhoMayCommand(r *remote) *cobra.Command {
	var system, person string
	cmd := r.jsonFlag(verb("may ASK", `Say who could do something on a system now, and why: everyone who holds a role there, or
one person. It supposes that everyone else has done their part. ASK is propose, escort, decide, decideSecond, view,
advise, consent, approve, acceptRisk, watch, end, replay, export, ...`, "sallyport who may escort --system shop --json", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Explain(ctx, sallyport.PersonID(person), sallyport.SystemID(system), sallyport.Ask(args[0]))
			if err != nil {
				return err
			}
			rows := [][]string{{"PERSON", "ANSWER", "BECAUSE"}}
			for _, e := range all {
				for i, why := range append(e.Because, "")[:max(1, len(e.Because))] {
					if i == 0 {
						rows = append(rows, []string{string(e.Person), e.Answer, why})
					} else {
						rows = append(rows, []string{"", "", why})
					}
				}
			}
			return r.list(cmd, all, rows)
		})
	}))
	cmd.Flags().StringVar(&system, "system", "", "the system")
	cmd.Flags().StringVar(&person, "person", "", "one person instead of everyone")
	required(cmd, "system")
	return cmd
}
