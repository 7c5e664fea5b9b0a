package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
)

func init() { register(newWhoCommand) }

func newWhoCommand() *cobra.Command {
	r := &remote{}
	did := r.jsonFlag(verb("did PERSON", "List every entry that a person made: what they proposed, decided, recorded, opened", "sallyport who did eve --json", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			lines, err := allLines(ctx, c, gateway.LedgerFilter{Person: sallyport.PersonID(args[0])})
			if err != nil {
				return err
			}
			return r.lines(cmd, lines)
		})
	}))
	in := r.jsonFlag(verb("in SESSION", "List every entry of a session, in order", "sallyport who in S-abc", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			lines, err := allLines(ctx, c, gateway.LedgerFilter{Session: sallyport.SessionID(args[0])})
			if err != nil {
				return err
			}
			return r.lines(cmd, lines)
		})
	}))
	var within string
	expires := r.jsonFlag(verb("expires", "List what ends soon: facts and roles", "sallyport who expires --within 720h", func(cmd *cobra.Command, _ []string) error {
		limit, err := moment(within, time.Now())
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx)
			if err != nil {
				return err
			}
			ends := ending(people, limit)
			rows := [][]string{{"UNTIL", "PERSON", "WHAT"}}
			for _, e := range ends {
				rows = append(rows, []string{e.Until.Format(time.RFC3339), string(e.Person), e.What})
			}
			return r.list(cmd, ends, rows)
		})
	}))
	expires.Flags().StringVar(&within, "within", "720h", "how soon: a duration, a date or a time")
	has := r.jsonFlag(verb("has FACT [WORD]", "List people of whom a fact is known now, with its value; WORD narrows to values that contain it", "sallyport who has citizenship FR", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx)
			if err != nil {
				return err
			}
			found := []gateway.PersonView{}
			rows := [][]string{{"PERSON", "FACT", "VALUE", "STATE"}}
			for _, p := range people {
				hit := false
				for _, f := range p.Facts {
					if (f.Name == args[0] || sallyport.FactKind(f.Name) == args[0]) && (len(args) < 2 || slices.Contains(words(factValue(f)), strings.ToLower(args[1]))) {
						hit = true
						rows = append(rows, []string{string(p.ID), f.Name, factValue(f), f.State})
					}
				}
				if hit {
					found = append(found, p)
				}
			}
			return r.list(cmd, found, rows)
		})
	}))
	return noun("who", "Answer who did what, who is what, and what ends soon", "  sallyport who did eve\n  sallyport who expires --within 720h", r, did, in, has, expires, newWhoMayCommand(r))
}

// allLines reads every page of the ledger that fits.
func allLines(ctx context.Context, c *client.Client, f gateway.LedgerFilter) ([]gateway.LedgerLine, error) {
	all := []gateway.LedgerLine{}
	f.Limit = 1000
	for {
		p, err := c.Ledger(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Lines...)
		if len(p.Lines) < f.Limit {
			return all, nil
		}
		f.From = p.Lines[len(p.Lines)-1].Index + 1
	}
}

func (r *remote) lines(cmd *cobra.Command, lines []gateway.LedgerLine) error {
	rows := [][]string{}
	for _, l := range lines {
		rows = append(rows, []string{fmt.Sprint(l.Index), l.Entry.Time.UTC().Format(time.RFC3339), string(l.Entry.Kind), l.Says})
	}
	return r.list(cmd, lines, rows)
}

// end is something that ends by itself.
type end struct {
	Until  time.Time          `json:"until"`
	Person sallyport.PersonID `json:"person"`
	What   string             `json:"what"`
}

func ending(people []gateway.PersonView, limit time.Time) []end {
	all := []end{}
	add := func(p sallyport.PersonID, until *time.Time, what string) {
		if until != nil && until.Before(limit) {
			all = append(all, end{until.UTC(), p, what})
		}
	}
	for _, p := range people {
		for _, f := range p.Facts {
			add(p.ID, f.Until, "fact "+f.Name)
		}
		for _, v := range p.Roles {
			add(p.ID, v.Until, "role "+string(v.Role)+" on "+string(v.System))
		}
	}
	slices.SortFunc(all, func(a, b end) int { return a.Until.Compare(b.Until) })
	return all
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" ,;:()", r) })
}
