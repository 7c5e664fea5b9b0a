package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newTicketCommand) }

func newTicketCommand() *cobra.Command {
	r := &remote{}
	var t wire.Ticket
	var system, engineer, mode, from, to, reason string
	var targets []string
	add := verb("add TICKET", "Open a ticket: what is to be done, where, by whom, when", "sallyport ticket add T-1042 --title \"web-01 answers 502\" --system shop --target web-01 --engineer eve --to 8h", func(cmd *cobra.Command, args []string) (err error) {
		now := time.Now()
		if t.From, err = moment(from, now); err != nil {
			return err
		}
		if t.To, err = moment(to, now); err != nil {
			return err
		}
		t.Ticket, t.System, t.Engineer, t.Mode = sallyport.TicketID(args[0]), sallyport.SystemID(system), sallyport.PersonID(engineer), sallyport.Mode(mode)
		for _, v := range targets {
			t.Targets = append(t.Targets, sallyport.TargetID(v))
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error { return c.AddTicket(ctx, t) })
	})
	f := add.Flags()
	f.StringVar(&t.Title, "title", "", "one line")
	f.StringVar(&t.Text, "text", "", "what is wrong and what is wanted")
	f.StringVar(&system, "system", "", "system")
	f.StringSliceVar(&targets, "target", nil, "target; may be repeated")
	f.StringVar(&engineer, "engineer", "", "who does the work")
	f.StringVar(&mode, "mode", string(sallyport.Propose), "advise, view or propose")
	f.StringSliceVar(&t.Technologies, "technology", nil, "technology that the work touches; may be repeated")
	f.StringSliceVar(&t.Paths, "path", nil, "path that the work should touch; may be repeated")
	f.StringSliceVar(&t.Services, "service", nil, "service that the work should touch; may be repeated")
	f.StringSliceVar(&t.Hosts, "host", nil, "host that the work may talk to; may be repeated")
	f.StringVar(&from, "from", "0s", "begin of the window: a time, a date or a duration from now")
	f.StringVar(&to, "to", "8h", "end of the window")
	required(add, "title", "system", "target", "engineer")
	closing := verb("close TICKET", "Close a ticket; its session ends with it", "sallyport ticket close T-1042 --reason done", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.CloseTicket(ctx, sallyport.TicketID(args[0]), reason)
		})
	})
	closing.Flags().StringVar(&reason, "reason", "", "why, for the record")
	required(closing, "reason")
	list := r.jsonFlag(verb("list", "List the tickets that you may see", "sallyport ticket list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Tickets(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"TICKET", "STATE", "SYSTEM", "TARGETS", "ENGINEER", "MODE", "UNTIL", "TITLE"}}
			for _, v := range all {
				var names []string
				for _, t := range v.Targets {
					names = append(names, string(t))
				}
				rows = append(rows, []string{string(v.ID), v.State, string(v.System), strings.Join(names, ","), string(v.Engineer.ID), string(v.Mode), v.To.UTC().Format(time.RFC3339), v.Title})
			}
			return r.list(cmd, all, rows)
		})
	}))
	return noun("ticket", "Open, close and list tickets", "  sallyport ticket add T-1042 --title \"web-01 answers 502\" --system shop --target web-01 --engineer eve", r, add, closing, list)
}
