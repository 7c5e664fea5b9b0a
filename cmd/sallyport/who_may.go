package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
)

// newWhoCouldCommand makes "who could" and its older name, "who may".
func newWhoCouldCommand(r *remote, name string) *cobra.Command {
	var system, person, at string
	cmd := r.jsonFlag(verb(name+" ASK", `Say who could do something on a system, and why: everyone who holds a role there, or
one person; now, or at a moment of the past with the policies, lists, facts, roles and exceptions that were in force then.
It supposes that everyone else has done their part. ASK is propose, escort, decide, decideSecond, view, advise, consent,
approve, acceptRisk, watch, end, replay, export, ...`, "sallyport who "+name+" escort --system shop --at 2026-11-01T12:00:00Z --json", func(cmd *cobra.Command, args []string) error {
		return r.could(cmd, args[0], system, person, at)
	}))
	cmd.Flags().StringVar(&system, "system", "", "the system")
	cmd.Flags().StringVar(&person, "person", "", "one person instead of everyone")
	cmd.Flags().StringVar(&at, "at", "", "a moment of the past: a time or a date; empty: now")
	required(cmd, "system")
	return cmd
}

// could answers who could do ask on a system.
func (r *remote) could(cmd *cobra.Command, ask, system, person, at string) error {
	if system == "" {
		return usage("--system is missing: who could do something where?")
	}
	var when time.Time
	if at != "" {
		var err error
		if when, err = moment(at, time.Now()); err != nil {
			return err
		}
	}
	return r.do(cmd, func(ctx context.Context, c *client.Client) error {
		all, err := c.Explain(ctx, sallyport.PersonID(person), sallyport.SystemID(system), sallyport.Ask(ask), when)
		if err != nil {
			return err
		}
		rows := [][]string{{"PERSON", "ANSWER", "BECAUSE"}}
		for _, e := range all {
			why := append(append([]string{}, e.Because...), e.Facts...)
			for i := range max(1, len(why)) {
				row := []string{"", "", ""}
				if i == 0 {
					row[0], row[1] = string(e.Person), e.Answer
				}
				if i < len(why) {
					row[2] = why[i]
				}
				rows = append(rows, row)
			}
		}
		return r.list(cmd, all, rows)
	})
}
