package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy/roster"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func newPersonImportCommand(r *remote) *cobra.Command {
	var dry bool
	cmd := verb("import FILE", `Import people, facts and roles from a roster (CSV or JSON, docs/spec/facts.md).
A file with one bad row changes nothing, and every bad row is named. What is on
record already is left alone, so an import that was cut short is finished by
running it again`, "sallyport person import people.csv --dry-run", func(cmd *cobra.Command, args []string) error {
		file, err := readRoster(args[0])
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx, gateway.PeopleFilter{})
			if err != nil {
				return err
			}
			changes, err := file.Diff(recordOf(people))
			if err != nil {
				return err
			}
			for _, change := range changes {
				fmt.Fprintln(cmd.OutOrStdout(), inert(change.String()))
			}
			if dry || len(changes) == 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d changes; nothing was written\n", len(changes))
				return nil
			}
			for i, change := range changes {
				if err := writeChange(ctx, c, change); err != nil {
					fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d of %d changes were written before line %d was refused\n", i, len(changes), change.Line)
					return err
				}
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d changes written\n", len(changes))
			return nil
		})
	})
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would change, and change nothing")
	return cmd
}

func writeChange(ctx context.Context, c *client.Client, ch roster.Change) error {
	switch {
	case ch.Fact != nil:
		value, err := sallyport.EncodeJSON(ch.Fact.Value)
		if err != nil {
			return err
		}
		return c.RecordFact(ctx, ch.Person, wire.Fact{Name: ch.Fact.Name, Value: value, Evidence: ch.Fact.Evidence, Verifier: ch.Fact.Verifier,
			Verified: &ch.Fact.Verified, Until: ch.Fact.Until, SelfAsserted: ch.Fact.SelfAsserted})
	case ch.Role != nil:
		return c.AssignRole(ctx, ch.Person, wire.Role{Role: ch.Role.Role, System: ch.Role.System, Until: ch.Role.Until})
	case ch.New:
		return c.AddPerson(ctx, wire.Person{Person: ch.Person, PersonDetails: *ch.Details})
	}
	return c.ChangePerson(ctx, ch.Person, *ch.Details)
}

// recordOf makes what the server has on record comparable with a roster.
func recordOf(people []gateway.PersonView) onRecord {
	out := onRecord{}
	for _, p := range people {
		out[p.ID] = p
	}
	return out
}

type onRecord map[sallyport.PersonID]gateway.PersonView

func (o onRecord) Person(id sallyport.PersonID) (sallyport.PersonDetails, bool) {
	p, ok := o[id]
	return sallyport.PersonDetails{Name: p.Name, Email: p.Email}, ok
}

func (o onRecord) Fact(id sallyport.PersonID, name string) (sallyport.Fact, bool) {
	for _, v := range o[id].Facts {
		if v.Name == name {
			f, err := factOf(v)
			return f, err == nil
		}
	}
	return sallyport.Fact{}, false
}

func (o onRecord) Role(id sallyport.PersonID, role sallyport.Role, system sallyport.SystemID) (*time.Time, bool) {
	for _, v := range o[id].Roles {
		if v.Role == role && v.System == system {
			return v.Until, true
		}
	}
	return nil, false
}
