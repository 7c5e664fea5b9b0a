package workflow

import (
	"slices"

	"sallyport"
)

// RevocableWhat lists what a revocation may name.
var RevocableWhat = []string{"person", "employer", "country", "system", "ticket", "session", "key", "all"}

// access holds the rules for revocations, risk acceptances, approvals and runbooks.
func (s *State) access(e sallyport.Entry, b sallyport.Body) (func(), error) {
	switch b := b.(type) {
	case *sallyport.Revoked:
		if !slices.Contains(RevocableWhat, b.What) || (b.Name == "") != (b.What == "all") {
			return nil, illegal("cannot revoke %q %q", b.What, b.Name)
		}
		at := s.Size
		return func() { s.Revocations[Revocation{b.What, b.Name}] = at }, nil
	case *sallyport.Restored:
		r := Revocation{b.What, b.Name}
		if _, ok := s.Revocations[r]; !ok {
			return nil, illegal("%q %q is not revoked", b.What, b.Name)
		}
		return func() { delete(s.Revocations, r) }, nil
	case *sallyport.AcceptanceSigned:
		err := first(id("acceptance", b.Acceptance), s.hasSystem(b.System))
		switch {
		case err != nil:
		case s.Acceptances[b.Acceptance] != nil:
			err = illegal("acceptance %q exists", b.Acceptance)
		case !b.Until.After(e.Time):
			err = illegal("acceptance %q ends %s, before it begins", b.Acceptance, stamp(b.Until))
		}
		return func() {
			s.Acceptances[b.Acceptance] = &Acceptance{AcceptanceSigned: *b, By: e.By, Index: s.Size}
		}, err
	case *sallyport.AcceptanceWarned:
		a := s.Acceptances[b.Acceptance]
		if a == nil || a.Ended || a.Warned || !a.Until.Equal(b.Until) {
			return nil, illegal("acceptance %q does not end at %s, or its end was warned of", b.Acceptance, stamp(b.Until))
		}
		return func() { a.Warned = true }, onlyGateway(e)
	case *sallyport.AcceptanceEnded:
		a := s.Acceptances[b.Acceptance]
		if a == nil || a.Ended {
			return nil, illegal("acceptance %q is not in force", b.Acceptance)
		}
		return func() { a.Ended = true }, nil
	case *sallyport.BreakGlassReviewed:
		session := s.Sessions[b.Of]
		if session == nil || session.Breaking == nil || session.Reviewed {
			return nil, illegal("session %q has no break-glass to review", b.Of)
		}
		return func() { session.Reviewed = true }, nil
	case *sallyport.ApprovalRecorded:
		return func() { s.Approvals[b.Approval] = b }, first(id("approval", b.Approval), s.hasSystem(b.System))
	case *sallyport.RunbookSigned:
		err := first(id("runbook", b.Runbook), s.hasSystem(b.System))
		switch {
		case err != nil:
		case s.Runbooks[b.Runbook] != nil:
			err = illegal("runbook %q exists", b.Runbook)
		case b.Escort != e.By || s.People[b.Second] == nil:
			err = illegal("runbook %q is signed by its escort %q, and names who seconds it, not %q", b.Runbook, b.Escort, b.Second)
		case !b.Until.After(e.Time):
			err = illegal("runbook %q ends %s, before it begins", b.Runbook, stamp(b.Until))
		}
		return func() { s.Runbooks[b.Runbook] = &Runbook{RunbookSigned: *b, Index: s.Size} }, err
	case *sallyport.RunbookSeconded:
		r := s.Runbooks[b.Runbook]
		if r == nil || r.Withdrawn || r.Seconded || r.Second != e.By {
			return nil, illegal("runbook %q does not wait for %q", b.Runbook, e.By)
		}
		return func() { r.Seconded = true }, nil
	case *sallyport.RunbookWithdrawn:
		r := s.Runbooks[b.Runbook]
		if r == nil || r.Withdrawn {
			return nil, illegal("runbook %q is not in force", b.Runbook)
		}
		return func() { r.Withdrawn = true }, nil
	}
	return nil, nil
}

// Revoked tells whether any of what is revoked touches a session of ticket t, apart from employers and countries: those
// are facts, and package rules looks at them.
func (s *State) Revoked(t *Ticket, session sallyport.SessionID, people ...sallyport.PersonID) (Revocation, bool) {
	if len(s.Revocations) == 0 {
		return Revocation{}, false
	}
	candidates := []Revocation{{"all", ""}, {"system", string(t.System)}, {"ticket", string(t.Ticket)}, {"session", string(session)}}
	for _, p := range people {
		candidates = append(candidates, Revocation{"person", string(p)})
	}
	for _, c := range candidates {
		if _, ok := s.Revocations[c]; ok {
			return c, true
		}
	}
	return Revocation{}, false
}

// RunbookFor gives the runbook that would let an action with this content run on target, if it is in force.
func (s *State) RunbookFor(name sallyport.RunbookID, e sallyport.Entry, target sallyport.TargetID) (*Runbook, error) {
	r := s.Runbooks[name]
	switch {
	case r == nil || r.Withdrawn || !r.Seconded:
		return nil, illegal("runbook %q is not in force", name)
	case !e.Time.Before(r.Until):
		return nil, illegal("runbook %q expired at %s", name, stamp(r.Until))
	case !slices.Contains(r.Targets, target):
		return nil, illegal("runbook %q is not for target %q", name, target)
	}
	return r, nil
}
