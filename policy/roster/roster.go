// Package roster reads people, their facts and their roles from a file that an organisation keeps: CSV or JSON, all or
// nothing. It compares them with what is on record and says what would change; writing it down is the gateway's.
//
// It promises: a file with one bad row changes nothing, and every bad row is named with its line. The same file and the
// same record give the same changes in the same order. It never fills in what a file does not say.
package roster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sallyport"
)

// Limits of a roster file.
const (
	MaxBytes    = 256 << 20
	maxProblems = 100 // named in one refusal
)

// Roster is what a file says.
type Roster struct {
	People []Person // by id
}

// Person is one person of a roster.
type Person struct {
	ID      sallyport.PersonID
	Line    int                      // where the file first names them
	Details *sallyport.PersonDetails // nil where the file does not say
	Facts   []Fact                   // by name
	Roles   []Role                   // by system and role
}

// Fact is a fact and the line that says it.
type Fact struct {
	Line int
	Fact sallyport.Fact
}

// Role is an assignment and the line that says it.
type Role struct {
	Line   int
	Role   sallyport.Role
	System sallyport.SystemID
	Until  *time.Time
}

// Problem is one bad row.
type Problem struct {
	Line    int    `json:"line"`
	Message string `json:"message"`
}

// Refused says why a file was refused as a whole.
type Refused struct {
	Problems []Problem
	Count    int // all of them; Problems names the first ones
}

func (r *Refused) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "roster refused, nothing changed: %d bad rows", r.Count)
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "\nline %d: %s", p.Line, p.Message)
	}
	if r.Count > len(r.Problems) {
		fmt.Fprintf(&b, "\nand %d more", r.Count-len(r.Problems))
	}
	return b.String()
}

// builder gathers people row by row and every problem on the way.
type builder struct {
	people   map[sallyport.PersonID]*draft
	problems Refused
}

type draft struct {
	person Person
	facts  map[string]int // line by fact name
	roles  map[string]int // line by role and system
}

func newBuilder() *builder { return &builder{people: map[sallyport.PersonID]*draft{}} }

func (b *builder) bad(line int, format string, args ...any) {
	b.problems.Count++
	if len(b.problems.Problems) < maxProblems {
		b.problems.Problems = append(b.problems.Problems, Problem{line, fmt.Sprintf(format, args...)})
	}
}

// person finds or begins the draft of id; nil where id is bad.
func (b *builder) person(line int, id string) *draft {
	if !sallyport.ValidID(id) || sallyport.PersonID(id) == sallyport.Gateway {
		b.bad(line, "person %q is not an id: 1 to 63 letters, digits, dots, dashes and underscores", id)
		return nil
	}
	d := b.people[sallyport.PersonID(id)]
	if d == nil {
		d = &draft{person: Person{ID: sallyport.PersonID(id), Line: line}, facts: map[string]int{}, roles: map[string]int{}}
		b.people[sallyport.PersonID(id)] = d
	}
	return d
}

// details sets a name and address; a file that says two different ones contradicts itself.
func (b *builder) details(line int, d *draft, name, email string) {
	if name == "" && email == "" {
		return
	}
	if len(name) > 256 || len(email) > 256 || name == "" {
		b.bad(line, "name of %q is empty, or name or email is longer than 256 bytes", d.person.ID)
		return
	}
	given := sallyport.PersonDetails{Name: name, Email: email}
	if d.person.Details == nil {
		d.person.Details = &given
	} else if *d.person.Details != given {
		b.bad(line, "person %q is called %q <%s> here and %q <%s> before", d.person.ID, name, email, d.person.Details.Name, d.person.Details.Email)
	}
}

// fact adds a fact. Whoever verified it is not its subject, unless it says that it is self-asserted (R17).
func (b *builder) fact(line int, d *draft, f sallyport.Fact) {
	if err := f.Validate(); err != nil {
		b.bad(line, "%v", err)
		return
	}
	if f.Verifier == d.person.ID && !f.SelfAsserted {
		b.bad(line, "fact %q of %q is verified by its subject and not marked self-asserted", f.Name, d.person.ID)
		return
	}
	if first, ok := d.facts[f.Name]; ok {
		b.bad(line, "fact %q of %q stands in line %d already", f.Name, d.person.ID, first)
		return
	}
	d.facts[f.Name] = line
	d.person.Facts = append(d.person.Facts, Fact{line, f})
}

// role adds an assignment.
func (b *builder) role(line int, d *draft, role, system string, until *time.Time) {
	if !slices.Contains(sallyport.Roles, sallyport.Role(role)) {
		b.bad(line, "role %q is not known", role)
		return
	}
	if system != "*" && !sallyport.ValidID(system) {
		b.bad(line, "system %q of role %q is neither an id nor *", system, role)
		return
	}
	key := role + "@" + system
	if first, ok := d.roles[key]; ok {
		b.bad(line, "role %q of %q stands in line %d already", key, d.person.ID, first)
		return
	}
	d.roles[key] = line
	d.person.Roles = append(d.person.Roles, Role{line, sallyport.Role(role), sallyport.SystemID(system), utc(until)})
}

// done gives the roster, or the refusal.
func (b *builder) done() (*Roster, error) {
	if b.problems.Count > 0 {
		return nil, &b.problems
	}
	r := &Roster{People: make([]Person, 0, len(b.people))}
	for _, id := range slices.Sorted(maps.Keys(b.people)) {
		p := b.people[id].person
		slices.SortFunc(p.Facts, func(x, y Fact) int { return strings.Compare(x.Fact.Name, y.Fact.Name) })
		slices.SortFunc(p.Roles, func(x, y Role) int {
			return strings.Compare(string(x.System)+"\x00"+string(x.Role), string(y.System)+"\x00"+string(y.Role))
		})
		r.People = append(r.People, p)
	}
	return r, nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
