package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/policy"
	"sallyport/policy/roster"
)

func init() { registerCodeaudit(newCodeauditSet) }

func newCodeauditSet() *cobra.Command {
	var people []string
	var fact, basis string
	c := &cobra.Command{
		Use:   "set ROSTER {--person ID... | --fact KIND=VALUE} [--basis TEXT]",
		Short: "Make a set of people from the roster of the organisation.",
		Long: `Print a set (CSV) of those people of a roster (docs/spec/facts.md) who are named,
or of whom a fact is recorded, each with its evidence, verifier and dates. People
whose fact is unknown are not in it: a set is made of what is on record.

Whoever is chosen by a fact that says where somebody is from or lives
(citizenship, residence, location, office) needs a legal basis: give it with --basis. It
becomes the reason of every row. The value of such a fact is not copied: a set
has no place for it.

A roster knows an e-mail address at most. Add the accounts, keys and other
addresses of each person by hand before you sign the set; whoever has no address
is left out and named on stderr.

EXIT STATUS
  0   printed
  1   the roster cannot be read, or nobody was chosen
  3   printed, and somebody who was chosen has no address
  64  the command line is wrong`,
		Example: "  sallyport codeaudit set roster.csv --fact 'employer=Example Corp' > people.csv",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, value, ok := strings.Cut(fact, "=")
			switch {
			case (len(people) == 0) == (fact == ""):
				return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "say who: either --person or --fact")}
			case fact != "" && (!ok || kind == "" || value == ""):
				return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "--fact %q is not KIND=VALUE", fact).WithHint("for instance --fact 'employer=Example Corp'")}
			case ofOrigin(kind) && strings.TrimSpace(basis) == "":
				return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "choosing people by %s needs a legal basis", kind).WithHint("add --basis 'the law or order that asks for it'")}
			}
			r, err := readRoster(args[0])
			if err != nil {
				return err
			}
			rows, without := chosen(r, people, kind, value, basis)
			for _, id := range people {
				if !slices.ContainsFunc(r.People, func(p roster.Person) bool { return string(p.ID) == id }) {
					return sallyport.Errorf(sallyport.NotFound, "the roster has no person %q", id)
				}
			}
			if len(rows)+len(without) == 0 {
				return sallyport.Errorf(sallyport.NotFound, "of nobody in the roster is %q recorded", fact)
			}
			if err := writeSet(cmd.OutOrStdout(), rows); err != nil {
				return err
			}
			if len(without) > 0 {
				return &exitError{Code: 3, Err: sallyport.Errorf(sallyport.Invalid, "left out, since the roster has no address: %s", strings.Join(without, ", ")).
					WithHint("add a row for each: person,email,...")}
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&people, "person", nil, "a person's id in the roster; may be repeated")
	c.Flags().StringVar(&fact, "fact", "", "everybody of whom this is recorded, as KIND=VALUE")
	c.Flags().StringVar(&basis, "basis", "", "why, in law or contract")
	return c
}

// ofOrigin tells the kinds of facts that say where somebody is from or lives.
func ofOrigin(kind string) bool {
	return slices.Contains([]string{"citizenship", "residence", "location", "office"}, kind)
}

// chosen makes the rows of a set, one for each person and fact that chose them.
func chosen(r *roster.Roster, people []string, kind, value, basis string) (rows [][]string, without []string) {
	for _, p := range r.People {
		mail := ""
		if p.Details != nil {
			mail = p.Details.Email
		}
		var mine [][]string
		for _, f := range p.Facts {
			if f.Fact.Kind() == kind && policy.Says(f.Fact.Value, value) {
				says := f.Fact.Name + " " + policy.FactText(f.Fact.Value)
				if ofOrigin(kind) {
					says = f.Fact.Name + " on record"
				}
				until := ""
				if f.Fact.Until != nil {
					until = f.Fact.Until.UTC().Format(time.RFC3339)
				}
				mine = append(mine, []string{string(p.ID), mail, says, basis, f.Fact.Evidence.Kind + " " + f.Fact.Evidence.Reference, string(f.Fact.Verifier), f.Fact.Verified.UTC().Format(time.RFC3339), until})
			}
		}
		if slices.Contains(people, string(p.ID)) {
			mine = append(mine, []string{string(p.ID), mail, "named", basis, "", "", "", ""})
		}
		if len(mine) > 0 && mail == "" {
			without = append(without, string(p.ID))
			continue
		}
		rows = append(rows, mine...)
	}
	return rows, without
}

func writeSet(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"person", "email", "fact", "reason", "evidence", "verifier", "from", "to"}); err != nil {
		return err
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("the set cannot be written: %w", err)
	}
	return out.Error()
}
