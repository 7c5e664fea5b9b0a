package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"

	"sallyport"
)

// Evaluate answers a request. It never fails: what cannot be evaluated is denied, and the answer says so.
func (s *Set) Evaluate(req *Request) Answer {
	a, _ := s.evaluate(req)
	return a
}

func (s *Set) evaluate(req *Request) (Answer, lowered) {
	q := s.byAsk[req.Ask]
	switch {
	case q == nil:
		return Answer{Errors: []string{"policy is never asked \"" + string(req.Ask) + "\""}}, lowered{}
	case !sallyport.ValidID(string(req.Principal.ID)):
		return Answer{Errors: []string{"nobody asks"}}, lowered{}
	case req.Now.IsZero():
		return Answer{Errors: []string{"the time is not known"}}, lowered{}
	}
	l := s.lower(req, q.wants)
	a := q.decide(l.request, l.entities)
	s.account(req, q, &l, &a)
	return a, l
}

// decide asks Cedar. Any evaluation error is a denial, even beside a permit.
func (q *question) decide(req cedar.Request, entities cedar.EntityGetter) Answer {
	decision, diagnostic := cedar.Authorize(q.set, entities, req)
	var a Answer
	for _, e := range diagnostic.Errors {
		a.Errors = append(a.Errors, string(e.PolicyID)+": "+e.Message)
	}
	slices.Sort(a.Errors)
	a.Allowed = decision == cedar.Allow && len(a.Errors) == 0
	curable := !a.Allowed && len(a.Errors) == 0
	for _, reason := range diagnostic.Reasons {
		r := q.rules[reason.PolicyID]
		if r.Forbids == a.Allowed { // the permits of a denial by error decided nothing
			continue
		}
		a.Policies = append(a.Policies, r.Rule)
		if r.needs == "" {
			curable = false
		} else if !slices.Contains(a.Needs, r.needs) {
			a.Needs = append(a.Needs, r.needs)
		}
	}
	slices.SortFunc(a.Policies, func(x, y Rule) int { return strings.Compare(x.ID, y.ID) })
	slices.Sort(a.Needs)
	if !curable {
		a.Needs = nil
	}
	return a
}

// account says what the answer rests on, and takes it back where that is withheld.
func (s *Set) account(req *Request, q *question, l *lowered, a *Answer) {
	reads := q.reads
	if slices.ContainsFunc(req.Revocations, func(r Revocation) bool { return r.What == "country" || r.What == "employer" }) {
		for _, kind := range []string{sallyport.FactCitizenship, sallyport.FactEmployer, sallyport.FactLocation, sallyport.FactOffice} {
			reads = append(slices.Clip(reads), read{"principal", kind}, read{"escort", kind})
		}
	}
	until := func(t time.Time) {
		if t.After(req.Now) && (a.Until.IsZero() || t.Before(a.Until)) {
			a.Until = t
		}
	}
	for _, r := range reads {
		p, ok := l.people[r.seat]
		if !ok {
			continue
		}
		for _, name := range p.named(r.kind) {
			used := FactUsed{Seat: r.seat, Person: p.ID, Name: name, State: p.state(name), held: p.Facts[name]}
			if slices.ContainsFunc(a.Facts, func(f FactUsed) bool { return f.Seat == r.seat && f.Name == name }) {
				continue
			}
			a.Facts = append(a.Facts, used)
			if used.State == sallyport.FactWithheld {
				a.Withheld = append(a.Withheld, used)
			}
			if u := used.Until(); u != nil {
				until(*u)
			}
		}
	}
	for _, name := range q.lists {
		used := ListUsed{Name: name, State: req.Lists[name].state()}
		if list := req.Lists[name]; list != nil {
			used.Version, used.Digest = list.Version, list.digest
		}
		a.Lists = append(a.Lists, used)
	}
	for _, ap := range l.approval {
		until(ap.Until)
	}
	if len(a.Withheld) > 0 {
		a.Allowed = false
	}
	if a.Allowed && len(l.accepted) > 0 {
		a.Accepted = s.difference(req, q, l)
		for _, ac := range a.Accepted {
			until(ac.Until)
		}
	}
}

// difference lists the acceptances without which the answer would be a denial.
func (s *Set) difference(req *Request, q *question, l *lowered) []Acceptance {
	var out []Acceptance
	for i := range l.accepted {
		var others []string
		for j, other := range l.accepted {
			if other.Rule != l.accepted[i].Rule && j != i {
				others = append(others, other.Rule)
			}
		}
		context := maps.Collect(l.request.Context.All())
		context["accepted"] = stringSet(others)
		without := l.request
		without.Context = cedar.NewRecord(context)
		if !q.decide(without, l.entities).Allowed {
			out = append(out, l.accepted[i])
		}
	}
	return out
}

// named lists the person's facts of a kind: the kind itself where it has one value, whatever is recorded where it has
// keys.
func (p standing) named(kind string) []string {
	switch kind {
	case sallyport.FactScreening, sallyport.FactClearance, sallyport.FactTraining, sallyport.FactAgreement, sallyport.FactQualification:
		var out []string
		for name := range p.Facts {
			if sallyport.FactKind(name) == kind {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return out
	}
	return []string{kind}
}
