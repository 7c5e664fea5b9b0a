package gateway

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// earlier is the state of a moment of the past, folded from the ledger. One is kept for a while, so that the pages of one answer, and
// questions about later moments, do not begin at entry 0 again.
type earlier struct {
	mu    sync.Mutex // protects the following; held while the state is looked at
	state *workflow.State
	at    time.Time // the state is that of this moment
	drop  *time.Timer
}

const keepEarlier = 5 * time.Minute

var errPast = errors.New("later than asked for")

// stateAt calls f with the state as it stood at a moment: after every durable entry that is not later.
func (g *Gateway) stateAt(ctx context.Context, at time.Time, f func(s *workflow.State) error) error {
	e := &g.earlier
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state == nil || at.Before(e.at) {
		e.state = workflow.New()
	}
	s := e.state
	err := g.Log.Each(ctx, s.Size, func(_ int64, raw []byte) error {
		entry, body, err := sallyport.ReadEntry(raw)
		if err != nil {
			return err
		}
		if entry.Time.After(at) {
			return errPast
		}
		return s.Apply(entry, body, raw)
	})
	if err != nil && !errors.Is(err, errPast) {
		e.state = nil
		return err
	}
	e.at = at
	if e.drop != nil {
		e.drop.Stop()
	}
	e.drop = time.AfterFunc(keepEarlier, func() {
		e.mu.Lock()
		e.state = nil
		e.mu.Unlock()
	})
	return f(s)
}

// Explain says who could do something on a system, supposing that everyone else has done their part: one person, or with
// "" everyone who holds a role there. At is a moment of the past: with the policies, lists, facts, roles and exceptions that were in
// force then; zero is now. Everyone may ask about themselves; about others, whoever may list people.
func (g *Gateway) Explain(ctx context.Context, c Caller, person sallyport.PersonID, system sallyport.SystemID, ask sallyport.Ask, at time.Time) ([]Explained, error) {
	if !policy.Known(ask) {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is nothing that policy may be asked", ask).WithHint("one of %v", policy.Asks())
	}
	var out []Explained
	explain := func(s *workflow.State, now time.Time) (err error) {
		out, err = g.explain(s, now, person, system, ask)
		return err
	}
	err := g.view(func(s *workflow.State) error {
		if person != c.Person && !g.mayList(s, c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may ask about yourself alone")
		}
		if !at.IsZero() {
			return nil
		}
		return explain(s, g.time())
	})
	if err == nil && !at.IsZero() {
		err = g.stateAt(ctx, at, func(s *workflow.State) error { return explain(s, at) })
	}
	return out, err
}

func (g *Gateway) explain(s *workflow.State, now time.Time, person sallyport.PersonID, system sallyport.SystemID, ask sallyport.Ask) ([]Explained, error) {
	if s.Systems[system] == nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "no system %q at %s", system, now.Format(time.RFC3339))
	}
	set, err := g.check.SetOf(s, system, g.cache)
	if err != nil {
		return nil, refusal(err)
	}
	people := []sallyport.PersonID{person}
	switch {
	case person == "":
		people = people[:0]
		for id, p := range s.People {
			if slices.ContainsFunc(p.Roles, func(r workflow.Role) bool { return p.Holds(r.Role, system, now) }) {
				people = append(people, id)
			}
		}
		slices.Sort(people)
		if len(people) > maxExplained {
			return nil, sallyport.Errorf(sallyport.Limited, "%d people hold a role on %q, more than %d", len(people), system, maxExplained).WithHint("name one person")
		}
	case s.People[person] == nil:
		return nil, sallyport.Errorf(sallyport.NotFound, "no person %q at %s", person, now.Format(time.RFC3339))
	}
	w, err := g.check.World(s, now, people, g.cache)
	if err != nil {
		return nil, refusal(err)
	}
	out := make([]Explained, 0, len(people))
	for _, id := range people {
		out = append(out, Explained{id, g.called(s.People[id]), set.Explain(w.Suppose(ask, id, system))})
	}
	return out, nil
}

// called gives what people call somebody.
func (g *Gateway) called(p *workflow.Person) string {
	var d sallyport.PersonDetails
	if g.blobJSON(p.Details, &d) == nil && d.Name != "" {
		return d.Name
	}
	return string(p.ID)
}
