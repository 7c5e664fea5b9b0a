package workflow

import (
	"slices"

	"sallyport"
)

// PolicyOf gives the content digest of the policy set in force for a system, or "".
func (s *State) PolicyOf(system sallyport.SystemID) sallyport.Digest {
	if sys := s.Systems[system]; sys != nil {
		if p := s.Policies[sys.Profile]; p != nil {
			return p.Content
		}
	}
	return ""
}

// decide holds a decision to what was shown: text, pins and assessment as they are now, and a binding that can be
// computed again (DESIGN 4.5, 4.6).
func (s *State) decide(e sallyport.Entry, session *Session, a *Action, b *sallyport.ActionDecided) (func(), error) {
	err := first(session.is(Open), a.is(Waiting, Escalated, Approved), s.withinTicket(e, session), s.notRevoked(e, session), s.seated(e, session, a, b))
	switch {
	case err != nil:
	case !slices.Contains([]string{sallyport.Approve, sallyport.Refuse, sallyport.Question, sallyport.Escalate}, b.Answer):
		err = illegal("answer %q is not known", b.Answer)
	case b.Shown.Spec != a.Spec.Digest || b.Shown.Pins != a.PinsDigest() || b.Shown.Assessment != a.Assessed.Assessment.Digest:
		err = illegal("what %q was shown is not what action %q is", e.By, a.ID)
	case b.Shown.Opened.After(b.Shown.Decided) || b.Shown.Decided.After(e.Time) || b.Shown.Opened.Before(a.At):
		err = illegal("action %q was shown %s and decided %s, and proposed %s", a.ID, stamp(b.Shown.Opened), stamp(b.Shown.Decided), stamp(a.At))
	case !e.Time.Before(a.Expires):
		err = illegal("proposal %q expired at %s", a.ID, stamp(a.Expires))
	case b.Policy != s.PolicyOf(session.System):
		err = illegal("decided under policy %.12q, in force is %.12q", b.Policy, s.PolicyOf(session.System))
	case b.Position > s.Size || b.Position < 0:
		err = illegal("decided at ledger position %d, and there are %d entries", b.Position, s.Size)
	case b.Answer == sallyport.Approve:
		err = s.approves(e, session, a, b)
	case b.Binding != "" || !b.Expires.IsZero():
		err = illegal("answer %q binds nothing", b.Answer)
	}
	return func() {
		a.Decisions = append(a.Decisions, Decision{ActionDecided: *b, By: e.By, At: e.Time, Index: s.Size})
		switch b.Answer {
		case sallyport.Approve:
			a.State = Approved
		case sallyport.Refuse:
			a.State = RefusedAct
		case sallyport.Question:
			a.State = Asked
		case sallyport.Escalate:
			a.State = Escalated
		}
	}, err
}

// seated holds a decider to a seat of their own: the session's escort in one, another person in the other.
func (s *State) seated(e sallyport.Entry, session *Session, a *Action, b *sallyport.ActionDecided) error {
	switch b.Seat {
	case sallyport.SeatEscort:
		if err := session.byEscort(e); err != nil {
			return err
		}
		if !session.Present {
			return illegal("the escort of session %q is not there", session.ID)
		}
	case sallyport.SeatSecond: // that it is another person is for policy to say
	default:
		return illegal("seat %q is not known", b.Seat)
	}
	if other, ok := a.Approval(b.Seat); ok && b.Answer == sallyport.Approve && e.Time.Before(other.Expires) && other.Policy == b.Policy {
		return illegal("action %q is approved from seat %q", a.ID, b.Seat)
	}
	return nil
}

func (s *State) approves(e sallyport.Entry, session *Session, a *Action, b *sallyport.ActionDecided) error {
	switch {
	case !b.Expires.After(e.Time) || b.Expires.After(session.Until):
		return illegal("approval until %s does not lie within session %q", stamp(b.Expires), session.ID)
	case b.Binding != a.Binding(b.Policy, b.Expires).Digest():
		return illegal("approval of action %q binds %.12q, want %.12q", a.ID, b.Binding, a.Binding(b.Policy, b.Expires).Digest())
	}
	return nil
}

// permit holds a permit to a live approval of exactly this action, or to a runbook (DESIGN 4.8).
func (s *State) permit(e sallyport.Entry, session *Session, a *Action, b *sallyport.ActionStarted) error {
	err := first(onlyGateway(e), session.is(Open), s.withinTicket(e, session), s.notRevoked(e, session))
	policy := s.PolicyOf(session.System)
	switch {
	case err != nil:
		return err
	case session.Paused:
		return illegal("session %q is paused", session.ID)
	case !e.Time.Before(a.Expires):
		return illegal("proposal %q expired at %s", a.ID, stamp(a.Expires))
	case b.Policy != policy:
		return illegal("permit under policy %.12q, in force is %.12q", b.Policy, policy)
	case b.Runbook != "":
		if b.Runbook != a.Runbook || len(b.Binding) != 0 {
			return illegal("action %q was not proposed under runbook %q", a.ID, b.Runbook)
		}
		if a.Pins != nil || a.Missing != nil {
			return illegal("action %q runs files of the target, which runbook %q did not approve", a.ID, b.Runbook)
		}
		_, err := s.RunbookFor(b.Runbook, e, a.Target)
		return first(err, a.is(Waiting))
	case !session.Present || session.Escort == "":
		return illegal("no escort is there in session %q", session.ID)
	case a.State != Approved:
		return illegal("action %q is %s, not approved", a.ID, a.State)
	}
	var live []sallyport.Digest
	for _, seat := range []sallyport.Seat{sallyport.SeatEscort, sallyport.SeatSecond} {
		if d, ok := a.Approval(seat); ok && e.Time.Before(d.Expires) && d.Policy == policy && d.Binding == a.Binding(policy, d.Expires).Digest() {
			live = append(live, d.Binding)
		}
	}
	if len(live) == 0 {
		return illegal("action %q has no live approval", a.ID)
	}
	if !slices.Equal(live, b.Binding) {
		return illegal("permit for action %q names approvals %.12q, live are %.12q", a.ID, b.Binding, live)
	}
	return nil
}
