package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// maxExplained bounds how many people one answer explains.
const maxExplained = 500

// Explained says whether one person may do something, and why.
type Explained struct {
	Person sallyport.PersonID `json:"person"`
	Name   string             `json:"name"`
	policy.Explanation
}

// AcceptanceView is a risk acceptance.
type AcceptanceView struct {
	Acceptance sallyport.AcceptID `json:"acceptance"`
	System     sallyport.SystemID `json:"system"`
	Person     sallyport.PersonID `json:"person,omitempty"` // "" is everyone that the rule concerns
	Rule       string             `json:"rule"`
	By         sallyport.PersonID `json:"by"`
	Until      time.Time          `json:"until"`
	Ended      bool               `json:"ended,omitempty"` // taken back before its time
	Details    any                `json:"details,omitempty"`
}

// Explain says who could do something on a system, supposing that everyone else has done their part: one person, or with
// "" everyone who holds a role there. Everyone may ask about themselves; about others, whoever may list people.
func (g *Gateway) Explain(ctx context.Context, c Caller, person sallyport.PersonID, system sallyport.SystemID, ask sallyport.Ask) ([]Explained, error) {
	if !policy.Known(ask) {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is nothing that policy may be asked", ask).WithHint("one of %v", policy.Asks())
	}
	out := []Explained{}
	err := g.view(func(s *workflow.State) error {
		if person != c.Person && !g.mayList(s, c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may ask about yourself alone")
		}
		if s.Systems[system] == nil {
			return sallyport.Errorf(sallyport.NotFound, "no system %q", system)
		}
		set, err := g.check.SetOf(s, system, g.cache)
		if err != nil {
			return refusal(err)
		}
		w, err := g.check.World(s, g.time(), g.cache)
		if err != nil {
			return refusal(err)
		}
		if person != "" {
			if s.People[person] == nil {
				return sallyport.Errorf(sallyport.NotFound, "no person %q", person)
			}
			out = append(out, Explained{person, g.party(s, person).Name, set.Explain(w.Suppose(ask, person, system))})
			return nil
		}
		for id := range w.People {
			if req := w.Suppose(ask, id, system); len(req.Principal.Roles) > 0 {
				out = append(out, Explained{Person: id})
			}
		}
		slices.SortFunc(out, func(a, b Explained) int { return strings.Compare(string(a.Person), string(b.Person)) })
		if len(out) > maxExplained {
			return sallyport.Errorf(sallyport.Limited, "%d people hold a role on %q, more than %d", len(out), system, maxExplained).WithHint("name one person")
		}
		for i, e := range out {
			out[i].Name, out[i].Explanation = g.party(s, e.Person).Name, set.Explain(w.Suppose(ask, e.Person, system))
		}
		return nil
	})
	return out, err
}

func (g *Gateway) mayList(s *workflow.State, p sallyport.PersonID) bool {
	return g.may(s, "*", sallyport.AskAdminister, policy.TopicPerson, p) || g.may(s, "*", sallyport.AskExport, "", p)
}

// Acceptances lists the risk acceptances on systems that the caller may watch, administer or audit, soonest to end first.
func (g *Gateway) Acceptances(ctx context.Context, c Caller) ([]AcceptanceView, error) {
	out := []AcceptanceView{}
	err := g.view(func(s *workflow.State) error {
		all := g.mayList(s, c.Person)
		for _, a := range s.Acceptances {
			if !all && !g.may(s, a.System, sallyport.AskWatch, "", c.Person) && !g.may(s, a.System, sallyport.AskAcceptRisk, "", c.Person) {
				continue
			}
			v := AcceptanceView{Acceptance: a.Acceptance, System: a.System, Person: a.Person, Rule: a.Rule, By: a.By, Until: a.Until, Ended: a.Ended}
			if err := g.blobJSON(a.Details, &v.Details); err != nil {
				v.Details = nil
			}
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b AcceptanceView) int { return a.Until.Compare(b.Until) })
	return out, err
}

var errPast = errors.New("later than asked for")

// PeopleAt lists people as they stood at a moment of the past: it reads the ledger up to there.
func (g *Gateway) PeopleAt(ctx context.Context, c Caller, at time.Time) ([]PersonView, error) {
	var allowed bool
	_ = g.view(func(s *workflow.State) error { allowed = g.mayList(s, c.Person); return nil })
	if !allowed {
		return nil, sallyport.Errorf(sallyport.Forbidden, "you may not list people")
	}
	s := workflow.New()
	err := g.Log.Each(ctx, 0, func(_ int64, raw []byte) error {
		e, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			return err
		}
		if e.Time.After(at) {
			return errPast
		}
		return s.Apply(e, body, raw)
	})
	if err != nil && !errors.Is(err, errPast) {
		return nil, err
	}
	out := []PersonView{}
	for _, p := range s.People {
		out = append(out, g.personAt(s, p, at))
	}
	slices.SortFunc(out, func(a, b PersonView) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, nil
}
