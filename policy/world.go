package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"sallyport"
)

// World is everything that a question can be about, at one moment: what a server folds from its ledger, or what a roster
// file says. It is read only.
type World struct {
	Now         time.Time
	People      map[sallyport.PersonID]Person
	Systems     map[sallyport.SystemID]System
	Lists       Lists
	Acceptances []Acceptance
	Approvals   []Approval
	Disclosures map[sallyport.SystemID]*Disclosure
	Revocations []Revocation
}

// Person is a person of a world.
type Person struct {
	Facts    Facts
	Roles    []RoleOn
	Escorted int
}

// RoleOn is a role on a system, or on every one with "*".
type RoleOn struct {
	Role   sallyport.Role
	System sallyport.SystemID
	Until  *time.Time
}

// Subject is the person called id as system sees them: nobody knows a person who is not in the world, and they hold no
// role and have no fact.
func (w *World) Subject(id sallyport.PersonID, system sallyport.SystemID) Subject {
	p := w.People[id]
	s := Subject{ID: id, Facts: p.Facts, Escorted: p.Escorted}
	for _, r := range p.Roles {
		if (r.System == system || r.System == "*") && (r.Until == nil || w.Now.Before(*r.Until)) && !slices.Contains(s.Roles, r.Role) {
			s.Roles = append(s.Roles, r.Role)
		}
	}
	slices.Sort(s.Roles)
	return s
}

// Suppose is the question "could this person do this on this system?", supposing that everyone else has done their part:
// the session is approved and consented to, an escort is there, what is decided is assessed, understood and harmless, and
// signed.
func (w *World) Suppose(ask sallyport.Ask, id sallyport.PersonID, system sallyport.SystemID) *Request {
	who := w.Subject(id, system)
	sys := w.Systems[system]
	sys.ID = system
	req := &Request{Ask: ask, Now: w.Now, Principal: who, System: sys, Lists: w.Lists, Acceptances: w.Acceptances,
		Approvals: w.Approvals, Disclosure: w.Disclosures[system], Revocations: w.Revocations}
	if ask == sallyport.AskAdminister {
		req.Topic = TopicPerson
		return req
	}
	ses := &req.Session
	*ses = Session{Stage: StageOpen, Mode: sallyport.Propose, Approved: true, Consented: true, Present: true, Technologies: sys.Technologies,
		Engineer: Subject{ID: someEngineer}, Escort: Subject{ID: someEscort}}
	switch ask {
	case sallyport.AskAdvise, sallyport.AskView, sallyport.AskPropose, sallyport.AskDrive:
		ses.Mode, ses.Engineer = sallyport.Mode(ask), who
	case sallyport.AskRead, sallyport.AskExecute, sallyport.AskSeeOutput:
		ses.Engineer = who
	case sallyport.AskEscort, sallyport.AskDecide, sallyport.AskReleaseOutput:
		ses.Escort = who
	case sallyport.AskDecideSecond:
		ses.Second = who
	}
	if ask != sallyport.AskEscort && !isMode(ask) {
		ses.Stage = StageWork
		req.Action = Action{ID: "a", Assessed: true, Verdict: sallyport.Low, Complete: true, Kinds: []sallyport.EffectKind{sallyport.EffectRead}, Signed: true, EscortApproved: true}
		req.Decision = Decision{Answer: sallyport.Approve, Words: true, Signed: true}
	}
	return req
}

// Stand-ins for the other parties of a supposed session. No person has such an id.
const (
	someEngineer sallyport.PersonID = "some.engineer"
	someEscort   sallyport.PersonID = "some.escort"
)

// Change is one answer that differs between two sets.
type Change struct {
	Person sallyport.PersonID
	System sallyport.SystemID
	Ask    sallyport.Ask
	Was    Answer
	Is     Answer
}

// Difference is what putting one set in the place of another would change.
type Difference struct {
	Added, Removed, Reworded []string // policies by id
	Parameters               []string // "ceiling: propose -> view"
	Changes                  []Change
	People, Systems          int // looked at
}

// Diff asks both sets everything about everyone who holds a role, on every system, and tells what differs (R65: before
// the change is made).
func Diff(old, set *Set, w *World) Difference {
	var d Difference
	was, is := old.texts(), set.texts()
	for _, id := range slices.Sorted(maps.Keys(is)) {
		if text, ok := was[id]; !ok {
			d.Added = append(d.Added, id)
		} else if text != is[id] {
			d.Reworded = append(d.Reworded, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(was)) {
		if _, ok := is[id]; !ok {
			d.Removed = append(d.Removed, id)
		}
	}
	d.Parameters = parameterDiff(old.files[fileProfile], set.files[fileProfile])
	people := slices.Sorted(maps.Keys(w.People))
	systems := slices.Sorted(maps.Keys(w.Systems))
	d.People, d.Systems = len(people), len(systems)
	for _, system := range systems {
		for _, id := range people {
			if len(w.Subject(id, system).Roles) == 0 {
				continue
			}
			for _, ask := range asks {
				req := w.Suppose(ask, id, system)
				a, b := old.Evaluate(req), set.Evaluate(req)
				if a.Allowed != b.Allowed {
					d.Changes = append(d.Changes, Change{id, system, ask, a, b})
				}
			}
		}
	}
	return d
}

// texts gives each policy's text by id.
func (s *Set) texts() map[string]string {
	out := map[string]string{}
	for _, r := range s.rules {
		out[r.ID] = string(r.policy.MarshalCedar())
	}
	return out
}

// parameterDiff compares the lines of two parsed parameter files; both were read strictly before.
func parameterDiff(old, new string) []string {
	a, b := parameterLines(old), parameterLines(new)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(b)) {
		if a[k] != b[k] {
			out = append(out, k+": "+strings.Trim(a[k], `"`)+" -> "+strings.Trim(b[k], `"`))
		}
	}
	return out
}
