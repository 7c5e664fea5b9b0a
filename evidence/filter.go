package evidence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// Filter chooses whose contents a bundle discloses. Within one field any value matches; of several fields all must. The zero Filter
// discloses everything. Entries are never left out: see the package comment.
type Filter struct {
	Sessions  []string  `json:"sessions,omitempty"`
	Tickets   []string  `json:"tickets,omitempty"`
	People    []string  `json:"people,omitempty"`    // engineer, escort, decider
	Employers []string  `json:"employers,omitempty"` // of the engineer, by name, as recorded in a fact at any time
	Countries []string  `json:"countries,omitempty"` // of the engineer: citizenship, residence or location, as recorded at any time
	Systems   []string  `json:"systems,omitempty"`
	From      time.Time `json:"from,omitzero"` // sessions that were open in From <= t < To
	To        time.Time `json:"to,omitzero"`
	Without   []Class   `json:"without,omitempty"` // left out whatever else matches
	Reason    string    `json:"reason,omitempty"`  // why Without is left out, for the reader; required with it
}

// All tells whether the filter chooses everything.
func (f *Filter) All() bool {
	return len(f.Sessions)+len(f.Tickets)+len(f.People)+len(f.Employers)+len(f.Countries)+len(f.Systems) == 0 && f.From.IsZero() && f.To.IsZero()
}

// String says the filter in words, for the manifest and the export's entry.
func (f *Filter) String() string {
	var parts []string
	for _, p := range []struct {
		name   string
		values []string
	}{{"session", f.Sessions}, {"ticket", f.Tickets}, {"person", f.People}, {"employer", f.Employers}, {"country", f.Countries}, {"system", f.Systems}} {
		if len(p.values) > 0 {
			parts = append(parts, p.name+" "+strings.Join(p.values, " or "))
		}
	}
	if !f.From.IsZero() {
		parts = append(parts, "from "+f.From.UTC().Format(time.RFC3339))
	}
	if !f.To.IsZero() {
		parts = append(parts, "before "+f.To.UTC().Format(time.RFC3339))
	}
	text := "everything"
	if len(parts) > 0 {
		text = strings.Join(parts, ", ")
	}
	if len(f.Without) > 0 {
		names := make([]string, len(f.Without))
		for i, c := range f.Without {
			names[i] = string(c)
		}
		text += fmt.Sprintf("; without %s (%s)", strings.Join(names, ", "), f.Reason)
	}
	return text
}

// Valid refuses a filter that leaves out what cannot be left out, or leaves out without saying why.
func (f *Filter) Valid() error {
	for _, c := range f.Without {
		if !slices.Contains(Classes, c) {
			return sallyport.Errorf(sallyport.Invalid, "%q cannot be left out", c).WithHint("one of %v", Classes)
		}
	}
	if len(f.Without) > 0 && strings.TrimSpace(f.Reason) == "" {
		return sallyport.Errorf(sallyport.Invalid, "contents are left out without a reason").WithHint("the reader of the bundle will ask: say why")
	}
	return nil
}

// Known refuses a filter that names what the ledger does not: a misspelt name must not become a bundle that discloses nothing.
func (f *Filter) Known(s *workflow.State) error {
	for _, n := range []struct {
		what  string
		names []string
		there func(string) bool
	}{
		{"session", f.Sessions, func(id string) bool { return s.Sessions[sallyport.SessionID(id)] != nil }},
		{"ticket", f.Tickets, func(id string) bool { return s.Tickets[sallyport.TicketID(id)] != nil }},
		{"person", f.People, func(id string) bool { return s.People[sallyport.PersonID(id)] != nil }},
		{"system", f.Systems, func(id string) bool { return s.Systems[sallyport.SystemID(id)] != nil }},
	} {
		for _, name := range n.names {
			if !n.there(name) {
				return sallyport.Errorf(sallyport.NotFound, "there is no %s %q in the ledger", n.what, name).WithHint("a bundle for it would disclose nothing")
			}
		}
	}
	return nil
}

// session is what a filter needs to know of a session.
type session struct {
	id       sallyport.SessionID
	ticket   sallyport.TicketID
	system   sallyport.SystemID
	engineer sallyport.PersonID
	people   map[sallyport.PersonID]bool // everyone who did something in it
	from, to time.Time                   // to is zero while it is open
	chosen   bool
}

func (f *Filter) matches(s *session, who *population) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	if !in(f.Sessions, string(s.id)) || !in(f.Tickets, string(s.ticket)) || !in(f.Systems, string(s.system)) {
		return false
	}
	if len(f.People) > 0 && !slices.ContainsFunc(f.People, func(p string) bool { return s.people[sallyport.PersonID(p)] }) {
		return false
	}
	if len(f.Employers) > 0 && !who.any(s.engineer, "employer", f.Employers) {
		return false
	}
	if len(f.Countries) > 0 && !who.any(s.engineer, "country", f.Countries) {
		return false
	}
	if !f.To.IsZero() && !s.from.Before(f.To) {
		return false
	}
	return f.From.IsZero() || s.to.IsZero() || !s.to.Before(f.From)
}

// population is what facts say of people, at any time.
type population struct {
	says map[sallyport.PersonID]map[string]map[string]bool // person, "employer" or "country", value in lower case
}

func (p *population) add(person sallyport.PersonID, what, value string) {
	if p.says == nil {
		p.says = map[sallyport.PersonID]map[string]map[string]bool{}
	}
	if p.says[person] == nil {
		p.says[person] = map[string]map[string]bool{"employer": {}, "country": {}}
	}
	p.says[person][what][strings.ToLower(value)] = true
}

func (p *population) any(person sallyport.PersonID, what string, values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return p.says[person][what][strings.ToLower(v)] })
}

// fact takes in what a fact says.
func (p *population) fact(person sallyport.PersonID, f *sallyport.Fact) {
	switch v := f.Value.(type) {
	case sallyport.Citizenship:
		for _, c := range v.Countries {
			p.add(person, "country", c)
		}
	case sallyport.Residence:
		for _, s := range v.Statuses {
			p.add(person, "country", s.Country)
		}
	case sallyport.Location:
		p.add(person, "country", v.Country)
	case sallyport.Employer:
		for _, o := range append([]sallyport.Owner{v.Owner}, v.Chain...) {
			p.add(person, "employer", o.Name)
		}
	}
}
