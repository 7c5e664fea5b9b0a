package gateway

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// MaxEndings is the longest answer about what ends.
const MaxEndings = 10000

// Ending is something that ends by itself. What is fact, role, key, acceptance, approval, runbook or ticket.
type Ending struct {
	Until  time.Time          `json:"until"`
	What   string             `json:"what"`
	Name   string             `json:"name"` // of the fact, the role, or an id
	Person sallyport.PersonID `json:"person,omitempty"`
	System sallyport.SystemID `json:"system,omitempty"`
}

// ListAge is a country list in force. A list has no end: somebody must look whether the law still says so.
type ListAge struct {
	Name      string `json:"name"`
	Version   string `json:"version"` // the date as of which its members hold
	Confirmed bool   `json:"confirmed"`
}

// EndingView is what ends until a moment, soonest first.
type EndingView struct {
	Ends  []Ending  `json:"ends"`
	More  int       `json:"more,omitempty"` // that end too, later than the last one named
	Lists []ListAge `json:"lists"`
}

// Ending says what ends after now and not later than limit, of what the caller may see: facts, roles and keys for those who may list people;
// the rest on systems that they may watch or administer.
func (g *Gateway) Ending(ctx context.Context, c Caller, limit time.Time) (EndingView, error) {
	out := EndingView{Ends: []Ending{}, Lists: []ListAge{}}
	err := g.view(func(s *workflow.State) error {
		now := g.time()
		add := func(until *time.Time, what, name string, p sallyport.PersonID, system sallyport.SystemID) {
			if until != nil && until.After(now) && !until.After(limit) {
				out.Ends = append(out.Ends, Ending{*until, what, name, p, system})
			}
		}
		people := g.mayList(s, c.Person)
		for id, p := range s.People {
			if !people && id != c.Person {
				continue
			}
			for name, f := range p.Facts {
				add(f.Until, "fact", name, id, "")
			}
			for _, r := range p.Roles {
				add(r.Until, "role", string(r.Role), id, r.System)
			}
			for _, k := range p.Keys {
				if key := s.Keys[k]; !key.Retired {
					add(key.Until, "key", string(k), id, "")
				}
			}
		}
		sees := map[sallyport.SystemID]bool{}
		for id := range s.Systems {
			sees[id] = people || g.may(s, id, sallyport.AskWatch, "", c.Person) || g.may(s, id, sallyport.AskAcceptRisk, "", c.Person)
		}
		for id, a := range s.Acceptances {
			if sees[a.System] && !a.Ended {
				add(&a.Until, "acceptance", string(id)+" of "+a.Rule, a.Person, a.System)
			}
		}
		for id, a := range s.Approvals {
			if sees[a.System] {
				add(&a.Until, "approval", string(id), "", a.System)
			}
		}
		for id, r := range s.Runbooks {
			if sees[r.System] && r.Seconded && !r.Withdrawn {
				add(&r.Until, "runbook", string(id), r.Escort, r.System)
			}
		}
		for id, t := range s.Tickets {
			if (sees[t.System] || t.Engineer == c.Person) && !t.Closed {
				add(&t.To, "ticket", string(id), t.Engineer, t.System)
			}
		}
		for name, l := range s.Lists {
			if b, ok := g.cache.Blob(l.Blob); ok {
				if list, err := policy.ParseList(b); err == nil {
					out.Lists = append(out.Lists, ListAge{name, list.Version, list.Confirmed})
				}
			}
		}
		return nil
	})
	slices.SortFunc(out.Ends, func(a, b Ending) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.What, b.What), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Name, b.Name), cmp.Compare(a.System, b.System))
	})
	slices.SortFunc(out.Lists, func(a, b ListAge) int { return cmp.Compare(a.Name, b.Name) })
	if len(out.Ends) > MaxEndings {
		out.More, out.Ends = len(out.Ends)-MaxEndings, out.Ends[:MaxEndings]
	}
	return out, err
}
