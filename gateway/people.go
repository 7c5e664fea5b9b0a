package gateway

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// Limits of a list of people.
const (
	// MaxPeople is the longest page that a door gives.
	MaxPeople = 1000
	// peopleAtOnce are taken under the lock at once: a roster of 100,000 must not hold up a permit.
	peopleAtOnce = 256
)

// PeopleFilter narrows a list of people. Zero fields do not.
type PeopleFilter struct {
	Person sallyport.PersonID // one person
	Text   string             // part of the id, the name or the address, whatever the case of its letters
	Role   sallyport.Role
	System sallyport.SystemID // with a role there, or everywhere
	Facts  []FactTest         // all of them, as they stand at At
	At     time.Time          // as people stood then; zero is now
	After  sallyport.PersonID // the page begins after this id
	Limit  int                // 0 is no limit
}

// People implements Service. Each person is shown as they stood at one moment; a long list is not that of one moment, unless At says which.
func (g *Gateway) People(ctx context.Context, c Caller, f PeopleFilter) ([]PersonView, error) {
	asTheyStand := f.At.IsZero()
	err := g.view(func(s *workflow.State) error {
		if !g.mayList(s, c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may not list people")
		}
		if asTheyStand = asTheyStand || !f.At.Before(g.changedAt); asTheyStand && f.At.IsZero() {
			f.At = g.time()
		}
		return nil
	})
	if err == nil {
		err = checkTests(f.Facts)
	}
	if err != nil {
		return nil, err
	}
	if asTheyStand { // nothing was recorded since that moment
		return g.list(ctx, f, g.view)
	}
	return g.list(ctx, f, func(look func(*workflow.State) error) error { return g.stateAt(ctx, f.At, look) })
}

// list reads people in pieces: view gives the state for a moment, and what is read from blobs is read without it.
func (g *Gateway) list(ctx context.Context, f PeopleFilter, view func(func(*workflow.State) error) error) ([]PersonView, error) {
	out := []PersonView{}
	var ids []sallyport.PersonID
	err := view(func(s *workflow.State) error {
		if s != g.state {
			ids = sorted(s)
			return nil
		}
		if len(g.ids) != len(s.People) { // people are added, and never taken away
			g.ids = sorted(s)
		}
		ids = g.ids
		return nil
	})
	if f.Person != "" {
		ids = []sallyport.PersonID{f.Person}
	}
	first, found := slices.BinarySearch(ids, f.After)
	if found {
		first++
	}
	for chunk := range slices.Chunk(ids[first:], peopleAtOnce) {
		some := make([]standing, 0, len(chunk))
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = view(func(s *workflow.State) error {
				for _, id := range chunk {
					if p := s.People[id]; p != nil && f.held(p, f.At) {
						some = append(some, stand(s, p))
					}
				}
				return nil
			})
		}
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			if !g.factsFit(p, f) {
				continue
			}
			v := g.personView(p, f.At)
			if !f.called(v) {
				continue
			}
			if out = append(out, v); f.Limit > 0 && len(out) == f.Limit {
				return out, nil
			}
		}
	}
	return out, err
}

func sorted(s *workflow.State) []sallyport.PersonID { return slices.Sorted(maps.Keys(s.People)) }

// withRoles are those who hold any role: of whom alone a question about a system can be answered with yes.
func withRoles(s *workflow.State) []sallyport.PersonID {
	var out []sallyport.PersonID
	for id, p := range s.People {
		if len(p.Roles) > 0 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// held tells whether a person holds the role that is asked for, where one is.
func (f PeopleFilter) held(p *workflow.Person, at time.Time) bool {
	if f.Role == "" && f.System == "" {
		return true
	}
	return slices.ContainsFunc(p.Roles, func(r workflow.Role) bool {
		return (f.Role == "" || r.Role == f.Role) && (f.System == "" || r.System == "*" || r.System == f.System) && (r.Until == nil || at.Before(*r.Until))
	})
}

func (f PeopleFilter) called(v PersonView) bool {
	text := strings.ToLower(f.Text)
	return strings.Contains(strings.ToLower(string(v.ID)), text) || strings.Contains(strings.ToLower(v.Name), text) || strings.Contains(strings.ToLower(v.Email), text)
}

// factsFit looks at no more of a person than is asked for: most do not fit.
func (g *Gateway) factsFit(p standing, f PeopleFilter) bool {
	for _, t := range f.Facts {
		var concerned []FactView
		for i := range p.facts {
			if t.concerns(p.facts[i].Name) {
				concerned = append(concerned, g.factView(p.person.ID, &p.facts[i], f.At))
			}
		}
		if !t.holds(concerned) {
			return false
		}
	}
	return true
}

// standing is a person as they stand, taken out of the state.
type standing struct {
	person  workflow.Person
	facts   []workflow.Fact
	keys    []KeyView
	revoked bool
}

// stand copies a person; the caller holds the lock of the state.
func stand(s *workflow.State, p *workflow.Person) standing {
	out := standing{person: *p, keys: []KeyView{}}
	for _, f := range p.Facts {
		out.facts = append(out.facts, *f)
	}
	for _, k := range p.Keys {
		if key := s.Keys[k]; !key.Retired {
			out.keys = append(out.keys, KeyView{Key: key.Key, Form: key.Form, Use: key.Use, Public: key.Public, Until: key.Until, Passkey: key.Passkey})
		}
	}
	_, out.revoked = s.Revocations[workflow.Revocation{What: "person", Name: string(p.ID)}]
	return out
}

// personView shows a person with facts as they stand at now.
func (g *Gateway) personView(p standing, now time.Time) PersonView {
	v := PersonView{ID: p.person.ID, Name: string(p.person.ID), Roles: []RoleView{}, Facts: []FactView{}, Keys: p.keys, Revoked: p.revoked}
	var d sallyport.PersonDetails
	if g.blobJSON(p.person.Details, &d) == nil {
		v.Name, v.Email = d.Name, d.Email
	}
	for _, r := range p.person.Roles {
		v.Roles = append(v.Roles, RoleView{Role: r.Role, System: r.System, Until: r.Until})
	}
	for i := range p.facts {
		v.Facts = append(v.Facts, g.factView(v.ID, &p.facts[i], now))
	}
	slices.SortFunc(v.Facts, func(a, b FactView) int { return strings.Compare(a.Name, b.Name) })
	return v
}

// factView shows a fact as it stands at now. What only its subject says is not shown as known, until another person's word stands beside it
// (R17); whether a profile accepts it all the same is the profile's.
func (g *Gateway) factView(subject sallyport.PersonID, f *workflow.Fact, now time.Time) FactView {
	v := FactView{Name: f.Name, State: string(sallyport.FactWithheld), Verifier: f.By, Recorded: f.At, Until: f.Until, SelfAsserted: f.SelfAsserted, Entry: f.Index, Digest: f.Ref.Digest, Vouchers: f.Vouchers}
	fact, ok, err := g.check.Fact(f.Ref, g.cache)
	if err != nil || !ok {
		return v
	}
	v.Value, v.State, v.SelfAsserted = fact, string(fact.StateAt(now)), fact.SelfAsserted || f.SelfAsserted
	vouched := slices.ContainsFunc(f.Vouchers, func(p sallyport.PersonID) bool { return p != subject })
	if (v.SelfAsserted || fact.Verifier == subject) && !vouched {
		v.AsksVoucher = true
		if v.State == string(sallyport.FactKnown) {
			v.State = StateSelfAsserted
		}
	}
	return v
}

// StateSelfAsserted is the state of a fact that is not over and whose only witness is its subject.
const StateSelfAsserted = "self-asserted"
