package roster

import (
	"fmt"
	"time"

	"sallyport"
	"sallyport/policy"
)

// Current is what is on record. Only what a roster names is asked for.
type Current interface {
	Person(sallyport.PersonID) (sallyport.PersonDetails, bool)
	Fact(id sallyport.PersonID, name string) (sallyport.Fact, bool)
	Role(sallyport.PersonID, sallyport.Role, sallyport.SystemID) (until *time.Time, ok bool)
}

// Change is one entry that an import would write. Exactly one of Details, Fact and Role is set. The body of the entry is
// PersonAdded or PersonChanged with Details as its blob, FactRecorded with Fact as its blob, or RoleAssigned.
type Change struct {
	Line    int
	Person  sallyport.PersonID
	New     bool // the person, fact or role is not on record yet
	Details *sallyport.PersonDetails
	Fact    *sallyport.Fact
	Role    *Role
	Was     string // what is on record, in words; "" for New
}

// Kind is the kind of the entry.
func (c Change) Kind() sallyport.Kind {
	switch {
	case c.Fact != nil:
		return sallyport.FactRecorded{}.Kind()
	case c.Role != nil:
		return sallyport.RoleAssigned{}.Kind()
	case c.New:
		return sallyport.PersonAdded{}.Kind()
	}
	return sallyport.PersonChanged{}.Kind()
}

// FactBody is the entry body of a fact whose blob is ref.
func (c Change) FactBody(ref sallyport.BlobRef) sallyport.FactRecorded {
	return sallyport.FactRecorded{Person: c.Person, Name: c.Fact.Name, Fact: ref, Until: c.Fact.Until, SelfAsserted: c.Fact.SelfAsserted}
}

// RoleBody is the entry body of a role.
func (c Change) RoleBody() sallyport.RoleAssigned {
	return sallyport.RoleAssigned{Person: c.Person, Role: c.Role.Role, System: c.Role.System, Until: c.Role.Until}
}

// String says what would change, for a dry run.
func (c Change) String() string {
	end := func(until *time.Time) string {
		if until == nil {
			return ""
		}
		return " until " + until.Format(time.RFC3339)
	}
	var is string
	switch {
	case c.Fact != nil:
		is = c.Fact.Name + " = " + policy.FactText(c.Fact.Value) + end(c.Fact.Until)
	case c.Role != nil:
		is = fmt.Sprintf("role %s@%s%s", c.Role.Role, c.Role.System, end(c.Role.Until))
	default:
		is = fmt.Sprintf("called %q <%s>", c.Details.Name, c.Details.Email)
	}
	if c.New {
		return fmt.Sprintf("line %d: + %s: %s", c.Line, c.Person, is)
	}
	return fmt.Sprintf("line %d: ~ %s: %s (was %s)", c.Line, c.Person, is, c.Was)
}

// Diff says what an import of the roster would change, in the order in which it must be written: people before their
// facts. What a roster does not name stays as it is; nothing is ever taken away by an import.
func (r *Roster) Diff(now Current) ([]Change, error) {
	var out []Change
	refused := &Refused{}
	for _, p := range r.People {
		details, there := now.Person(p.ID)
		switch {
		case !there && p.Details == nil:
			refused.Count++
			if len(refused.Problems) < maxProblems {
				refused.Problems = append(refused.Problems, Problem{p.Line, fmt.Sprintf("person %q is new and has no name", p.ID)})
			}
		case !there:
			out = append(out, Change{Line: p.Line, Person: p.ID, New: true, Details: p.Details})
		case p.Details != nil && *p.Details != details:
			out = append(out, Change{Line: p.Line, Person: p.ID, Details: p.Details, Was: fmt.Sprintf("called %q <%s>", details.Name, details.Email)})
		}
		for i := range p.Facts {
			f := &p.Facts[i]
			old, ok := now.Fact(p.ID, f.Fact.Name)
			if ok && same(old, f.Fact) {
				continue
			}
			c := Change{Line: f.Line, Person: p.ID, New: !ok, Fact: &f.Fact}
			if ok {
				c.Was = policy.FactText(old.Value)
				if old.Until != nil {
					c.Was += " until " + old.Until.Format(time.RFC3339)
				}
			}
			out = append(out, c)
		}
		for i := range p.Roles {
			role := &p.Roles[i]
			until, ok := now.Role(p.ID, role.Role, role.System)
			if ok && sameTime(until, role.Until) {
				continue
			}
			c := Change{Line: role.Line, Person: p.ID, New: !ok, Role: role}
			if ok {
				c.Was = "without end"
				if until != nil {
					c.Was = "until " + until.Format(time.RFC3339)
				}
			}
			out = append(out, c)
		}
	}
	if refused.Count > 0 {
		return nil, refused
	}
	return out, nil
}

func same(a, b sallyport.Fact) bool {
	return policy.FactText(a.Value) == policy.FactText(b.Value) && a.Evidence == b.Evidence && a.Verifier == b.Verifier &&
		a.Verified.Equal(b.Verified) && sameTime(a.Until, b.Until) && a.SelfAsserted == b.SelfAsserted
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// World gives what the roster says as people that policy can be asked about, for questions without a server.
func (r *Roster) World() map[sallyport.PersonID]policy.Person {
	out := make(map[sallyport.PersonID]policy.Person, len(r.People))
	for i := range r.People {
		p := &r.People[i]
		person := policy.Person{Facts: make(policy.Facts, len(p.Facts))}
		for j := range p.Facts {
			f := &p.Facts[j].Fact
			person.Facts[f.Name] = policy.Held{Fact: f, Until: f.Until, SelfAsserted: f.SelfAsserted}
		}
		for _, role := range p.Roles {
			person.Roles = append(person.Roles, policy.RoleOn{Role: role.Role, System: role.System, Until: role.Until})
		}
		out[p.ID] = person
	}
	return out
}
