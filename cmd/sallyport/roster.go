package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/policy/roster"
)

func init() { register(newRosterCommand) }

func newRosterCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "roster",
		Short: "Check files of people, facts and roles, without a server",
	}
	cmd.AddCommand(newRosterCheckCommand())
	return cmd
}

func newRosterCheckCommand() *cobra.Command {
	var against string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Read a roster and say what importing it would change",
		Long: `Read a roster, CSV or JSON (docs/spec/facts.md), and say what importing it would
change: into an empty record, or into what another roster says (--against).

One bad row refuses the whole file, and every bad row is named with its line.
What the file does not name stays as it is.

Example:
  sallyport roster check people.csv --against last-month.csv

EXIT STATUS
  0   the file is good; what it would change is printed
  1   the file is refused or cannot be read
  64  the command line could not be understood`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &exitError{Code: exitUsage, Err: errors.New("roster check needs one file")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := readRoster(args[0])
			if err != nil {
				return err
			}
			now := &roster.Roster{}
			if against != "" {
				if now, err = readRoster(against); err != nil {
					return fmt.Errorf("%s: %w", against, err)
				}
			}
			changes, err := r.Diff(rosterRecordOf(now))
			if err != nil {
				return err
			}
			if asJSON {
				out := []rosterChange{}
				for _, c := range changes {
					out = append(out, rosterChange{c.Line, string(c.Kind()), string(c.Person), c.New, c.String()})
				}
				return printJSON(cmd.OutOrStdout(), out)
			}
			for _, c := range changes {
				fmt.Fprintln(cmd.OutOrStdout(), c)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%d people in the file, %d changes\n", len(r.People), len(changes))
			return nil
		},
	}
	cmd.Flags().StringVar(&against, "against", "", "compare with this roster `file` instead of nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

type rosterChange struct {
	Line   int    `json:"line"`
	Kind   string `json:"kind"` // of the entry that an import would write
	Person string `json:"person"`
	New    bool   `json:"new"`
	Says   string `json:"says"`
}

// rosterRecord is a roster in the place of a record.
type rosterRecord map[sallyport.PersonID]roster.Person

func rosterRecordOf(r *roster.Roster) rosterRecord {
	out := rosterRecord{}
	for _, p := range r.People {
		out[p.ID] = p
	}
	return out
}

func (r rosterRecord) Person(id sallyport.PersonID) (sallyport.PersonDetails, bool) {
	p, ok := r[id]
	if !ok || p.Details == nil {
		return sallyport.PersonDetails{}, ok
	}
	return *p.Details, true
}

func (r rosterRecord) Fact(id sallyport.PersonID, name string) (sallyport.Fact, bool) {
	for _, f := range r[id].Facts {
		if f.Fact.Name == name {
			return f.Fact, true
		}
	}
	return sallyport.Fact{}, false
}

func (r rosterRecord) Role(id sallyport.PersonID, role sallyport.Role, system sallyport.SystemID) (*time.Time, bool) {
	for _, a := range r[id].Roles {
		if a.Role == role && a.System == system {
			return a.Until, true
		}
	}
	return nil, false
}
