package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"sallyport"
)

// Answered is one person's answer to a question about a system.
type Answered struct {
	Person sallyport.PersonID
	Answer Answer
}

// Who asks about everyone who holds a role on the system, by id: who could do this, at the world's moment.
func (s *Set) Who(w *World, ask sallyport.Ask, system sallyport.SystemID) []Answered {
	var out []Answered
	for _, id := range slices.Sorted(maps.Keys(w.People)) {
		req := w.Suppose(ask, id, system)
		if len(req.Principal.Roles) > 0 {
			out = append(out, Answered{id, s.Evaluate(req)})
		}
	}
	return out
}

// Ending is something that ends soon. What is "fact", "role", "acceptance" or "approval".
type Ending struct {
	Until  time.Time
	What   string
	Name   string // fact name, role@system, acceptance or approval id
	Person sallyport.PersonID
}

// Ending lists what ends after the world's moment and not later than limit, soonest first.
func (w *World) Ending(limit time.Time) []Ending {
	var out []Ending
	add := func(until *time.Time, what, name string, person sallyport.PersonID) {
		if until != nil && until.After(w.Now) && !until.After(limit) {
			out = append(out, Ending{*until, what, name, person})
		}
	}
	for id, p := range w.People {
		for name, h := range p.Facts {
			add(FactUsed{held: h}.Until(), "fact", name, id)
		}
		for _, r := range p.Roles {
			add(r.Until, "role", string(r.Role)+"@"+string(r.System), id)
		}
	}
	for _, a := range w.Acceptances {
		add(&a.Until, "acceptance", string(a.ID), a.Person)
	}
	for _, a := range w.Approvals {
		add(&a.Until, "approval", string(a.ID), "")
	}
	slices.SortFunc(out, func(a, b Ending) int {
		if c := a.Until.Compare(b.Until); c != 0 {
			return c
		}
		return strings.Compare(a.What+"\x00"+string(a.Person)+"\x00"+a.Name, b.What+"\x00"+string(b.Person)+"\x00"+b.Name)
	})
	return out
}
