package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
)

// whoFlags say about whom and about what a question is.
type whoFlags struct {
	person, system, session, mode, since, until string
	citizenship, employer, country, tier        string
	facts                                       []string
	text                                        bool
	limit                                       int
}

func (q *whoFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&q.person, "person", "", "one person")
	f.StringVar(&q.citizenship, "citizenship", "", "citizens of this country at the time (ISO 3166-1), or \"unknown\"")
	f.StringVar(&q.employer, "employer", "", "those whose employer, or an owner above it, it was at the time")
	f.StringVar(&q.country, "country", "", "those with a citizenship, location, office or employer there at the time")
	f.StringVar(&q.tier, "tier", "", "those screened under SCHEME:TIER or higher at the time")
	f.StringArrayVar(&q.facts, "fact", nil, "KIND=VALUE at the time; may be repeated, all must hold")
	f.StringVar(&q.system, "system", "", "on this system alone")
	f.StringVar(&q.session, "session", "", "in this session alone")
	f.StringVar(&q.mode, "mode", "", "in sessions of this mode alone: advise, view, propose, drive")
	f.StringVar(&q.since, "since", "", "from this time or date on")
	f.StringVar(&q.until, "until", "", "before this time or date")
	f.BoolVar(&q.text, "text", false, "give texts and released output too, where policy lets you look; that you looked is an entry")
	f.IntVar(&q.limit, "limit", 0, "at most about so many lines; 0: all")
}

func (q *whoFlags) question(deeds []string) (gateway.WhoQuestion, error) {
	w := gateway.WhoQuestion{Person: sallyport.PersonID(q.person), System: sallyport.SystemID(q.system), Session: sallyport.SessionID(q.session), Mode: sallyport.Mode(q.mode), Deeds: deeds, Bytes: q.text}
	for _, t := range []gateway.FactTest{{Name: sallyport.FactCitizenship, Value: q.citizenship}, {Name: sallyport.FactEmployer, Value: q.employer}, {Name: "country", Value: q.country}, {Name: sallyport.FactScreening, Value: q.tier}} {
		if t.Value != "" {
			w.Facts = append(w.Facts, t)
		}
	}
	for _, f := range q.facts {
		name, value, ok := strings.Cut(f, "=")
		if !ok {
			return w, usage("--fact %q is not KIND=VALUE", f)
		}
		w.Facts = append(w.Facts, gateway.FactTest{Name: name, Value: value})
	}
	for _, t := range []struct {
		text string
		to   *time.Time
	}{{q.since, &w.Since}, {q.until, &w.Until}} {
		if t.text == "" {
			continue
		}
		var err error
		if *t.to, err = moment(t.text, time.Now()); err != nil {
			return w, err
		}
	}
	return w, nil
}

// who asks, page by page, and prints.
func (r *remote) who(cmd *cobra.Command, q *whoFlags, deeds []string) error {
	w, err := q.question(deeds)
	if err != nil {
		return err
	}
	return r.do(cmd, func(ctx context.Context, c *client.Client) error {
		var all gateway.WhoAnswer
		for first := true; first || all.Next > 0; first = false {
			w.From, w.Limit = all.Next, gateway.MaxWhoRows
			if q.limit > 0 {
				w.Limit = min(w.Limit, q.limit-len(all.Rows))
			}
			page, err := c.Who(ctx, w)
			if err != nil {
				return err
			}
			rows := append(all.Rows, page.Rows...)
			all = page
			all.Rows = rows
			if q.limit > 0 && len(rows) >= q.limit {
				break
			}
		}
		if r.json {
			return printJSON(cmd.OutOrStdout(), all)
		}
		for _, row := range all.Rows {
			printWho(cmd.OutOrStdout(), row)
		}
		counts := []string{}
		for _, d := range gateway.Deeds {
			if n := all.Deeds[d]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, d))
			}
		}
		kinds := ""
		if len(counts) > 0 {
			kinds = " (" + strings.Join(counts, ", ") + ")"
		}
		about := "about yourself alone"
		if len(all.Asked) > 0 {
			about = "of systems " + joined(all.Asked)
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d of %d lines%s by %d people on %d systems; from %d entries, %s\n", len(all.Rows), all.Total, kinds, len(all.People), len(all.Systems), all.Size, inert(about))
		return nil
	})
}

func joined[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return strings.Join(out, " ")
}

// printWho prints one row: a line that can be cut at its blanks, then what it rests on, indented.
func printWho(out io.Writer, row gateway.WhoRow) {
	system, session := orDash(string(row.System)), orDash(string(row.Session))
	fmt.Fprintf(out, "%d %s %s %s %s %s %s  %s\n", row.Index, row.Time.UTC().Format(time.RFC3339), row.Person, row.Deed, row.Kind, system, session, inert(row.Says))
	for _, c := range row.Content {
		fmt.Fprintf(out, "    %s: %s", c.What, c.Digest)
		if c.Bytes > 0 {
			fmt.Fprintf(out, " (%d bytes)", c.Bytes)
		}
		fmt.Fprintln(out)
		if c.Withheld != "" {
			fmt.Fprintf(out, "      withheld: %s\n", inert(c.Withheld))
		}
		if c.Text != "" {
			for line := range strings.Lines(c.Text) {
				fmt.Fprintf(out, "      | %s\n", inert(strings.TrimSuffix(line, "\n")))
			}
		}
		if c.Cut {
			fmt.Fprintln(out, "      (cut; the evidence has all of it)")
		}
	}
	for _, f := range row.Facts {
		fmt.Fprintf(out, "    %s: %s\n", f.Name, inert(factLine(f)))
	}
}

// factLine says a fact with what it rests on.
func factLine(v gateway.FactView) string {
	f, err := factOf(v)
	if err != nil || f.Value == nil {
		return v.State
	}
	s := fmt.Sprintf("%s (%s; %s %s, verified by %s on %s; entry %d", f.Value, v.State, f.Evidence.Kind, f.Evidence.Reference, f.Verifier, f.Verified.Format(time.DateOnly), v.Entry)
	if f.Until != nil {
		s += ", until " + f.Until.UTC().Format(time.RFC3339)
	}
	if len(v.Vouchers) > 0 {
		s += ", vouched for by " + joined(v.Vouchers)
	}
	return s + ")"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
