package workflow

import (
	"slices"

	"sallyport"
)

// sessions holds the rules for sessions: requested -> open -> ending -> ended, with an escort who comes, goes and hands
// over, and a pause that stops permits and nothing else.
func (s *State) sessions(e sallyport.Entry, b sallyport.Body) (func(), error) {
	if b, ok := b.(*sallyport.SessionRequested); ok {
		return s.request(e, b)
	}
	session := s.Sessions[e.Session]
	if session == nil {
		return nil, nil
	}
	switch b := b.(type) {
	case *sallyport.SessionApproved:
		return func() { session.Approved = e.By }, session.is(Requested)
	case *sallyport.SessionRefused:
		return func() { s.end(session, Refused, "refused") }, session.is(Requested)
	case *sallyport.ConsentGiven:
		return func() { session.Consented = append(session.Consented, e.By) }, session.is(Requested, Open)
	case *sallyport.SessionOpened:
		err := first(onlyGateway(e), session.is(Requested), s.withinTicket(e, session), s.notRevoked(e, session))
		return func() { session.State = Open }, err
	case *sallyport.OwnerTold:
		return func() {}, onlyGateway(e)
	case *sallyport.SessionClaimed:
		err := first(session.is(Open), s.withinTicket(e, session), s.notRevoked(e, session))
		switch {
		case err != nil:
		case b.Escort != e.By:
			err = illegal("escort %q is claimed by %q: an escort claims for themselves", b.Escort, e.By)
		case session.Escort != "" && !session.Offered:
			err = illegal("session %q has an escort", session.ID)
		case session.Offered && session.OfferedTo != "" && session.OfferedTo != e.By:
			err = illegal("session %q is offered to %q", session.ID, session.OfferedTo)
		case session.Offered && session.Escort == e.By:
			err = illegal("%q handed session %q over", e.By, session.ID)
		}
		return func() {
			s.leave(session)
			s.escorted[e.By]++
			session.Escort = e.By
			session.Present, session.Offered, session.OfferedTo = true, false, ""
		}, err
	case *sallyport.SessionHanded:
		err := first(session.is(Open), session.byEscort(e))
		if err == nil && b.To == e.By {
			err = illegal("session %q cannot be handed to %q", session.ID, b.To)
		}
		return func() { session.Offered, session.OfferedTo = true, b.To }, err
	case *sallyport.SessionPaused:
		err := session.is(Open)
		if err == nil && session.Paused {
			err = illegal("session %q is paused", session.ID)
		}
		return func() { session.Paused, session.Why = true, b.Why }, err
	case *sallyport.SessionResumed:
		err := session.is(Open)
		if err == nil && !session.Paused {
			err = illegal("session %q is not paused", session.ID)
		}
		return func() { session.Paused, session.Why = false, "" }, err
	case *sallyport.PresenceLost:
		err := first(onlyGateway(e), session.is(Open, Ending))
		if err == nil && !session.Present {
			err = illegal("the escort of session %q is not there", session.ID)
		}
		return func() { session.Present = false }, err
	case *sallyport.PresenceBack:
		err := first(session.is(Open), session.byEscort(e))
		if err == nil && session.Present {
			err = illegal("the escort of session %q is there", session.ID)
		}
		return func() { session.Present = true }, err
	case *sallyport.Said:
		err := session.is(Requested, Open)
		return func() {}, err
	case *sallyport.BreakGlass:
		// Also before the session opens: an emergency way stands in for the gates before it (R42).
		err := session.is(Requested, Open)
		if err == nil && session.Breaking != nil {
			err = illegal("the glass of session %q is broken", session.ID)
		}
		if err == nil && (!b.Until.After(e.Time) || b.Until.After(session.Until)) {
			err = illegal("break-glass until %s does not lie within session %q", stamp(b.Until), session.ID)
		}
		return func() { session.Breaking, session.Breaker = b, e.By }, err
	case *sallyport.SessionEnding:
		return func() { session.State, session.Why = Ending, b.Why }, session.is(Requested, Open)
	case *sallyport.SessionEnded:
		err := first(onlyGateway(e), session.is(Ending))
		if err == nil && b.Count != session.Next+1 {
			err = illegal("session %q ends with count %d, its chain has %d entries", session.ID, b.Count, session.Next+1)
		}
		for _, a := range session.Actions {
			if err == nil && !s.Actions[a].State.Over() {
				err = illegal("session %q ends while action %q is %s", session.ID, a, s.Actions[a].State)
			}
		}
		over := s.Size
		return func() { s.end(session, Ended, session.Why); session.Over = over }, err
	case *sallyport.RecordingChunk:
		err := onlyGateway(e)
		if err == nil && b.Number != session.Chunks {
			err = illegal("recording chunk %d of session %q follows %d chunks", b.Number, session.ID, session.Chunks)
		}
		return func() { session.Chunks++ }, err
	}
	return nil, nil
}

func (s *State) request(e sallyport.Entry, b *sallyport.SessionRequested) (func(), error) {
	err := id("session", e.Session)
	t := s.Tickets[b.Ticket]
	switch {
	case err != nil:
	case t == nil || t.Closed:
		err = illegal("ticket %q is not open", b.Ticket)
	case t.System != b.System || t.Engineer != b.Engineer || t.Engineer != e.By:
		err = illegal("ticket %q is for engineer %q on %q, not %q on %q", b.Ticket, t.Engineer, t.System, e.By, b.System)
	case b.Mode.Rank() < sallyport.Advise.Rank() || b.Mode.Rank() > t.Mode.Rank():
		err = illegal("mode %q is not within ticket %q, which allows %q", b.Mode, b.Ticket, t.Mode)
	case e.Time.Before(t.From) || !e.Time.Before(t.To):
		err = illegal("ticket %q is planned from %s to %s, and it is %s", b.Ticket, stamp(t.From), stamp(t.To), stamp(e.Time))
	case b.Until.After(t.To) || !b.Until.After(e.Time):
		err = illegal("session until %s does not lie within ticket %q", stamp(b.Until), b.Ticket)
	case t.Session != "":
		err = illegal("ticket %q has session %q", b.Ticket, t.Session)
	default:
		if r, yes := s.Revoked(t, e.Session, b.Engineer); yes {
			err = illegal("%s %q is revoked", r.What, r.Name)
		}
	}
	return func() {
		session := &Session{ID: e.Session, SessionRequested: *b, State: Requested, Index: s.Size, At: e.Time}
		s.Sessions[e.Session], s.live[e.Session] = session, session
		t.Session = e.Session
	}, err
}

func (s *State) end(session *Session, state, why string) {
	session.State, session.Why, session.Present = state, why, false
	s.leave(session)
	delete(s.live, session.ID)
	if t := s.Tickets[session.Ticket]; t.Session == session.ID {
		t.Session = ""
	}
}

// withinTicket holds a step to the session's and the ticket's time. Grants are absolute: never extended by reconnecting.
func (s *State) withinTicket(e sallyport.Entry, session *Session) error {
	t := s.Tickets[session.Ticket]
	switch {
	case t.Closed:
		return illegal("ticket %q is closed", t.Ticket)
	case !e.Time.Before(session.Until):
		return illegal("session %q was over at %s", session.ID, stamp(session.Until))
	}
	return nil
}

// notRevoked refuses what a revocation in force covers: the engineer, the escort and whoever acts now.
func (s *State) notRevoked(e sallyport.Entry, session *Session) error {
	people := []sallyport.PersonID{session.Engineer, e.By}
	if session.Escort != "" {
		people = append(people, session.Escort)
	}
	if r, yes := s.Revoked(s.Tickets[session.Ticket], session.ID, people...); yes {
		if r.What == "all" {
			return illegal("all remote maintenance is revoked")
		}
		return illegal("%s %q is revoked", r.What, r.Name)
	}
	return nil
}

func (session *Session) is(states ...string) error {
	if slices.Contains(states, session.State) {
		return nil
	}
	return illegal("session %q is %s, not %v", session.ID, session.State, states)
}

func (session *Session) byEscort(e sallyport.Entry) error {
	if session.Escort == "" || e.By != session.Escort {
		return illegal("%q is not the escort of session %q", e.By, session.ID)
	}
	return nil
}
