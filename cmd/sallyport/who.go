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

const whoHelp = `Answer who did and saw what, who could do what and why, and what ends soon.

  who [FLAGS]                  everything that the people asked for proposed, saw, decided and ran
  who proposed|saw|decided|ran|did [PERSON] [FLAGS]
                               one kind of it; "did" is every entry that they made
  who could ASK --system NAME  who could do something, now or --at a moment, and why
  who expires                  what ends by itself within 30 days
  who has FACT [WORD]          of whom a fact is known
  who in SESSION               every entry of a session

People are asked for by name (--person), or by what was on record of them when they
acted: --employer, --citizenship, --country (any citizenship, location, office or
employer there), --tier SCHEME:N, --fact KIND=VALUE. Several must all hold. The value
"unknown" finds those of whom it was not known, "expired" and "self-asserted" likewise.

Each line has the entry's index, time, session and system, the digest of what was
proposed or seen, and the facts as they stood, with their evidence. --text gives the
texts and the released output too, where policy lets you look; that you looked is an
entry.

The answer covers the systems on which you may export evidence or replay recordings.
Everyone may ask about themselves.

Examples:
  sallyport who --person eve --since 2026-11-01
  sallyport who saw --employer "Example Contractors" --text
  sallyport who proposed --citizenship FR --system shop --json
  sallyport who --fact location=unknown --mode view
  sallyport who --could propose --system shop --at 2026-11-01T12:00:00Z
  sallyport who expires --within 720h
` + serverHelp + `
EXIT STATUS
  0   answered; nothing found is an answer
  1   refused, or the server could not be reached
  64  the command line could not be understood`

func newWhoCommand() *cobra.Command {
	r := &remote{}
	root := noun("who", "Answer who did and saw what, who could, and what ends soon", "", r, newWhoInCommand(r), newWhoHasCommand(r), newWhoExpiresCommand(r), newWhoCouldCommand(r, "could"), newWhoCouldCommand(r, "may"))
	root.Long = whoHelp
	q := &whoFlags{}
	var could, at string
	help := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) > 0 || cmd.Flags().NFlag() == 0:
			return help(cmd, args)
		case could != "":
			return r.could(cmd, could, q.system, q.person, at)
		case at != "":
			return usage("--at belongs to --could; --since and --until bound what was done")
		}
		return r.who(cmd, q, nil)
	}
	q.add(root)
	root.Flags().StringVar(&could, "could", "", "who could do this: propose, view, advise, drive, escort, decide, ...; with --system")
	root.Flags().StringVar(&at, "at", "", "with --could: at this moment, with the rules, lists and facts of then")
	r.jsonFlag(root)
	for _, v := range []struct {
		name, short string
		deeds       []string
	}{
		{"proposed", "List what people proposed", []string{gateway.DeedProposed}},
		{"saw", "List what people were shown: released output, pages, recordings, words", []string{gateway.DeedSaw}},
		{"decided", "List what people decided, signed, released or revoked", []string{gateway.DeedDecided}},
		{"ran", "List what was executed for people", []string{gateway.DeedRan}},
		{"did", "List every entry that people made, and what was executed for them", []string{gateway.DeedProposed, gateway.DeedDecided, gateway.DeedRan, gateway.DeedDid}},
	} {
		flags := &whoFlags{}
		cmd := r.jsonFlag(verb(v.name+" [PERSON]", v.short, "sallyport who "+v.name+" eve --since 2026-11-01\n  sallyport who "+v.name+" --employer \"Example Contractors\" --json", func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if flags.person != "" {
					return usage("a person is named twice: %q and --person %q", args[0], flags.person)
				}
				flags.person = args[0]
			}
			return r.who(cmd, flags, v.deeds)
		}))
		flags.add(cmd)
		root.AddCommand(cmd)
	}
	return root
}

func newWhoInCommand(r *remote) *cobra.Command {
	return r.jsonFlag(verb("in SESSION", "List every entry of a session, in order", "sallyport who in S-abc", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			lines, err := allLines(ctx, c, gateway.LedgerFilter{Session: sallyport.SessionID(args[0])})
			if err != nil {
				return err
			}
			return r.lines(cmd, lines)
		})
	}))
}

func newWhoHasCommand(r *remote) *cobra.Command {
	var at string
	has := r.jsonFlag(verb("has FACT [WORD]", "List people of whom a fact is on record, with its value; WORD narrows to what it says", "sallyport who has citizenship FR\n  sallyport who has employer unknown --at 2026-11-01", func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(sallyport.FactKinds, sallyport.FactKind(args[0])) {
			return usage("fact %q is of no known kind: kinds are %s", args[0], strings.Join(sallyport.FactKinds, ", "))
		}
		f := gateway.PeopleFilter{}
		var err error
		if at != "" {
			if f.At, err = moment(at, time.Now()); err != nil {
				return err
			}
		}
		if len(args) > 1 {
			f.Facts = []gateway.FactTest{{Name: args[0], Value: args[1]}}
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx, f)
			if err != nil {
				return err
			}
			found := []gateway.PersonView{}
			rows := [][]string{{"PERSON", "FACT", "VALUE", "STATE"}}
			for _, p := range people {
				before := len(rows)
				for _, v := range p.Facts {
					if v.Name == args[0] || sallyport.FactKind(v.Name) == args[0] {
						rows = append(rows, []string{string(p.ID), v.Name, factValue(v), v.State})
					}
				}
				if len(f.Facts) > 0 && len(rows) == before {
					rows = append(rows, []string{string(p.ID), args[0], "", string(sallyport.FactUnknown)})
				}
				if len(rows) > before {
					found = append(found, p)
				}
			}
			return r.list(cmd, found, rows)
		})
	}))
	has.Flags().StringVar(&at, "at", "", "as it stood then: a time or a date")
	return has
}

func newWhoExpiresCommand(r *remote) *cobra.Command {
	var within string
	expires := r.jsonFlag(verb("expires", `List what ends by itself: facts and qualifications, roles, keys, risk acceptances, process approvals, runbooks and tickets.
Country lists have no end: their age is named`, "sallyport who expires --within 720h", func(cmd *cobra.Command, _ []string) error {
		limit, err := moment(within, time.Now())
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			v, err := c.Ending(ctx, limit)
			if err != nil {
				return err
			}
			rows := [][]string{{"UNTIL", "WHAT", "NAME", "PERSON", "SYSTEM"}}
			for _, e := range v.Ends {
				rows = append(rows, []string{e.Until.UTC().Format(time.RFC3339), e.What, e.Name, string(e.Person), string(e.System)})
			}
			if err := r.list(cmd, v, rows); err != nil || r.json {
				return err
			}
			if v.More > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d more end later\n", v.More)
			}
			for _, l := range v.Lists {
				state := "confirmed"
				if !l.Confirmed {
					state = "not confirmed"
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: country list %s is of %s, %s\n", inert(l.Name), inert(l.Version), state)
			}
			return nil
		})
	}))
	expires.Flags().StringVar(&within, "within", "720h", "how soon: a duration, a date or a time")
	return expires
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
