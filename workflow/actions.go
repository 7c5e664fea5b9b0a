package workflow

import (
	"slices"

	"sallyport"
)

// actions holds the rules for actions: proposed -> (read, pinned) -> assessed -> decided -> started -> over. One
// approval fits one action, once; whoever writes the permit executes it.
func (s *State) actions(e sallyport.Entry, b sallyport.Body) (func(), error) {
	session := s.Sessions[e.Session]
	if session == nil {
		return nil, nil
	}
	if b, ok := b.(*sallyport.ActionProposed); ok {
		return s.propose(e, session, b)
	}
	name, ok := actionOf(b)
	if !ok {
		return nil, nil
	}
	a := s.Actions[name]
	if a == nil || a.Session != session.ID {
		return nil, illegal("action %q is not one of session %q", name, session.ID)
	}
	apply, err := s.action(e, session, a, b)
	if apply == nil || err != nil {
		return apply, err
	}
	return func() { apply(); a.Changed = e.Time }, nil
}

func (s *State) action(e sallyport.Entry, session *Session, a *Action, b sallyport.Body) (func(), error) {
	switch b := b.(type) {
	case *sallyport.ActionReading:
		return func() { a.State, a.Reads = Reading, s.Size }, first(onlyGateway(e), session.is(Open), a.is(Proposed), s.withinTicket(e, session), s.notRevoked(e, session))
	case *sallyport.ActionResolved:
		return func() { a.State, a.Pins, a.Missing = Resolved, b.Pins, b.Missing }, first(onlyGateway(e), a.is(Proposed, Reading))
	case *sallyport.ActionAssessed:
		return func() { a.State, a.Assessed = Waiting, b }, first(onlyGateway(e), a.is(Resolved))
	case *sallyport.ActionDecided:
		return s.decide(e, session, a, b)
	case *sallyport.ActionAnswered:
		err := first(session.is(Open), a.is(Asked))
		if err == nil && e.By != session.Engineer {
			err = illegal("the question about action %q is for %q", a.ID, session.Engineer)
		}
		return func() {
			a.State = Waiting
			a.Answers = append(a.Answers, Words{By: e.By, At: e.Time, Text: b.Words})
		}, err
	case *sallyport.ActionWithdrawn:
		var err error
		if e.By != session.Engineer {
			err = illegal("%q did not propose action %q", e.By, a.ID)
		}
		return func() { a.State = Withdrawn }, first(err, a.pending())
	case *sallyport.ActionCancelled:
		return func() { a.State, a.Why = Cancelled, b.Why }, first(onlyGateway(e), a.pending())
	case *sallyport.ActionStarted:
		return func() { a.State, a.Started, a.StartedAt, a.Permit = Running, s.Size, e.Time, b }, s.permit(e, session, a, b)
	case *sallyport.ActionStopping:
		return func() { a.Why = b.Why }, a.is(Running)
	case *sallyport.ActionFinished:
		return func() {
			a.State, a.Outcome = Finished, b
			if b.Stopped != "" {
				a.Why = b.Stopped
			}
		}, first(onlyGateway(e), a.is(Running))
	case *sallyport.ActionFailed:
		return func() { a.State, a.Why = Failed, b.Why }, first(onlyGateway(e), a.is(Running))
	case *sallyport.ActionInterrupted:
		return func() { a.State, a.Why = Interrupted, b.Why }, first(onlyGateway(e), a.is(Running))
	case *sallyport.OutputReleased:
		var err error
		switch {
		case a.Started == 0:
			err = illegal("action %q has not started: there is no output to release", a.ID)
		case a.Final:
			err = illegal("the output of action %q was released", a.ID)
		default:
			err = s.notRevoked(e, session)
		}
		return func() { a.Released, a.Final = append(a.Released, *b), b.Final }, err
	}
	return nil, nil
}

func (s *State) propose(e sallyport.Entry, session *Session, b *sallyport.ActionProposed) (func(), error) {
	err := first(id("action", b.Action), session.is(Open), s.withinTicket(e, session), s.notRevoked(e, session))
	switch {
	case err != nil:
	case s.Actions[b.Action] != nil:
		err = illegal("action %q exists", b.Action)
	case e.By != session.Engineer:
		err = illegal("%q is not the engineer of session %q", e.By, session.ID)
	case session.Mode != sallyport.Propose:
		err = illegal("nothing can be proposed in mode %q", session.Mode)
	case !b.Expires.After(e.Time) || b.Expires.After(session.Until):
		err = illegal("proposal until %s does not lie within session %q, which is over at %s", stamp(b.Expires), session.ID, stamp(session.Until))
	default:
		_, err = s.TargetOf(s.Tickets[session.Ticket], b.Target)
		if err == nil && b.Runbook != "" {
			_, err = s.RunbookFor(b.Runbook, e, b.Target)
		}
	}
	return func() {
		s.Actions[b.Action] = &Action{ActionProposed: *b, ID: b.Action, Session: session.ID, By: e.By, At: e.Time, Changed: e.Time, Index: s.Size, State: Proposed}
		session.Actions = append(session.Actions, b.Action)
	}, err
}

// actionOf gives the action that a body is about.
func actionOf(b sallyport.Body) (sallyport.ActionID, bool) {
	switch b := b.(type) {
	case *sallyport.ActionReading:
		return b.Action, true
	case *sallyport.ActionResolved:
		return b.Action, true
	case *sallyport.ActionAssessed:
		return b.Action, true
	case *sallyport.ActionDecided:
		return b.Action, true
	case *sallyport.ActionAnswered:
		return b.Action, true
	case *sallyport.ActionWithdrawn:
		return b.Action, true
	case *sallyport.ActionCancelled:
		return b.Action, true
	case *sallyport.ActionStarted:
		return b.Action, true
	case *sallyport.ActionStopping:
		return b.Action, true
	case *sallyport.ActionFinished:
		return b.Action, true
	case *sallyport.ActionFailed:
		return b.Action, true
	case *sallyport.ActionInterrupted:
		return b.Action, true
	case *sallyport.OutputReleased:
		return b.Action, true
	}
	return "", false
}

func (a *Action) is(states ...ActionState) error {
	if slices.Contains(states, a.State) {
		return nil
	}
	return illegal("action %q is %s, not %v", a.ID, a.State, states)
}

func (a *Action) pending() error {
	if !a.State.Pending() {
		return illegal("action %q is %s", a.ID, a.State)
	}
	return nil
}
