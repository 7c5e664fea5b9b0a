package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newMatchCommand); register(newHandoverShiftCommand) }

func newMatchCommand() *cobra.Command {
	r := &remote{}
	cmd := verb("match ID", `Say who could take the empty seat of a session (its escort) or of an action (its second person), and, to
whoever may end the session, why the others may not. ID is a session or an action`, `sallyport match S-k3v9q2`, func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			m, err := matchOf(ctx, c, args[0])
			if err != nil {
				return err
			}
			if r.json {
				err = printJSON(cmd.OutOrStdout(), m)
			} else {
				printMatch(cmd.OutOrStdout(), m)
			}
			if err == nil && m != nil && m.Nobody {
				return &exitError{Code: 2, Err: fmt.Errorf("nobody may take the seat: record a qualification, assign a role, or ask for other work")}
			}
			return err
		})
	})
	cmd.Long += "\n  2   nobody may take the seat"
	r.add(cmd)
	r.jsonFlag(cmd)
	return cmd
}

// matchOf asks for the match of a session or an action; nil where no seat is empty.
func matchOf(ctx context.Context, c *client.Client, id string) (*gateway.MatchView, error) {
	if strings.HasPrefix(id, "A-") {
		page, err := c.Action(ctx, sallyport.ActionID(id))
		return page.Match, err
	}
	s, err := c.Session(ctx, sallyport.SessionID(id))
	return s.Session.Match, err
}

func printMatch(out io.Writer, m *gateway.MatchView) {
	if m == nil {
		fmt.Fprintln(out, "No seat is empty.")
		return
	}
	fmt.Fprintln(out, inert(m.Says))
	for _, c := range m.Candidates {
		switch {
		case c.Offered:
			fmt.Fprintf(out, "%s (%s): may, escorts %d now\n", c.Person, inert(c.Name), c.Sessions)
		default:
			fmt.Fprintf(out, "%s (%s): may not. %s\n", c.Person, inert(c.Name), inert(strings.Join(c.WhyNot, " ")))
		}
	}
}

func newHandoverShiftCommand() *cobra.Command {
	r := &remote{}
	var to, words string
	cmd := verb("shift-end", `Hand over every session that you escort, at the end of a shift: to one person, or to whoever claims it. You
remain its escort until it is claimed`, `sallyport shift-end --to eva --words "the deploy on web-01 is half done"`, func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			me, err := c.Me(ctx)
			if err != nil {
				return err
			}
			q, err := c.Queue(ctx)
			if err != nil {
				return err
			}
			failed := 0
			for _, s := range q.Sessions {
				if s.Escort == nil || s.Escort.ID != me.Person {
					continue
				}
				if err := c.HandOver(ctx, s.ID, wire.HandOver{To: sallyport.PersonID(to), Words: words}); err != nil {
					failed++
					fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: session %s: %v\n", s.ID, err)
					continue
				}
				fmt.Fprintln(cmd.OutOrStdout(), s.ID)
			}
			if failed > 0 {
				return fmt.Errorf("%d sessions were not handed over and are yours still", failed)
			}
			return nil
		})
	})
	r.add(cmd)
	cmd.Flags().StringVar(&to, "to", "", "`person` who is to escort; without it whoever is eligible")
	cmd.Flags().StringVar(&words, "words", "", "what the next escort should know")
	return cmd
}
