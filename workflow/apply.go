package workflow

import (
	"crypto/sha256"
	"encoding/hex"

	"sallyport"
)

// Check tells why entry e with body b may not follow the entries so far, or nil. It changes nothing.
func (s *State) Check(e sallyport.Entry, b sallyport.Body) error {
	_, err := s.step(e, b)
	return err
}

// Apply checks e and takes it into the state. raw are the bytes of the entry as they are stored: the session chain is
// made of their digests. On error nothing changes.
func (s *State) Apply(e sallyport.Entry, b sallyport.Body, raw []byte) error {
	apply, err := s.step(e, b)
	if err != nil {
		return err
	}
	apply()
	s.count(b)
	if e.Session != "" {
		session := s.Sessions[e.Session]
		sum := sha256.Sum256(raw)
		session.Next++
		session.Last = sallyport.Digest(hex.EncodeToString(sum[:]))
	}
	s.Now = e.Time
	s.Size++
	return nil
}

// step gives the change that e would make. All rules of the workflow are in the step functions: to check and to apply
// cannot come apart.
func (s *State) step(e sallyport.Entry, b sallyport.Body) (func(), error) {
	if e.Time.Before(s.Now) {
		return nil, illegal("entry time %s is before the last entry's %s", stamp(e.Time), stamp(s.Now))
	}
	if (s.Size == 0) != (b.Kind() == "log.opened") {
		return nil, illegal("entry %d is %q: log.opened is the first entry and the only one of its kind", s.Size, b.Kind())
	}
	if e.By != sallyport.Gateway && s.People[e.By] == nil && !s.founding(b) {
		return nil, illegal("person %q is not known", e.By)
	}
	if err := s.chained(e, b); err != nil {
		return nil, err
	}
	if err := s.counted(b); err != nil {
		return nil, err
	}
	switch b := b.(type) {
	case *sallyport.LogOpened:
		return func() { s.Log = b }, onlyGateway(e)
	case *sallyport.Heartbeat:
		return func() { s.Beat = *b }, onlyGateway(e)
	case *sallyport.PolicySet:
		return func() {
			if s.House == "" {
				s.House = b.Profile
			}
			s.Policies[b.Profile] = b
		}, nil
	case *sallyport.ListSet:
		return func() { s.Lists[b.List] = b }, nil
	case *sallyport.ExportMade, *sallyport.Witnessed, *sallyport.SignedIn:
		return func() {}, nil
	case *sallyport.ReplayWatched:
		return func() {}, s.watched(b)
	case *sallyport.PageShown:
		return func() {}, s.shown(e, b)
	}
	for _, group := range []func(sallyport.Entry, sallyport.Body) (func(), error){s.people, s.systems, s.access, s.sessions, s.actions} {
		if apply, err := group(e, b); apply != nil || err != nil {
			return apply, err
		}
	}
	return nil, illegal("no rule for entry kind %q", b.Kind())
}

// watched holds a look at a recording to something that exists.
func (s *State) watched(b *sallyport.ReplayWatched) error {
	switch {
	case b.Action != "" && s.Actions[b.Action] == nil:
		return illegal("action %q is not known", b.Action)
	case b.Of != "" && s.Sessions[b.Of] == nil:
		return illegal("session %q is not known", b.Of)
	}
	return nil
}

// shown holds a page to whom it may be shown at all: never the engineer, to whom output is released and nothing else.
func (s *State) shown(e sallyport.Entry, b *sallyport.PageShown) error {
	a := s.Actions[b.Action]
	switch {
	case onlyGateway(e) != nil:
		return onlyGateway(e)
	case a == nil:
		return illegal("action %q is not known", b.Action)
	case s.People[b.Person] == nil:
		return illegal("person %q is not known", b.Person)
	case a.By == b.Person:
		return illegal("%q is the engineer of action %q and was shown its page", b.Person, b.Action)
	case b.What != "text" && b.What != "recording" && b.What != "released":
		return illegal("page of action %q shows %q, which is neither text, recording nor released", b.Action, b.What)
	}
	return nil
}

// founding tells whether b is the entry with which the first administrator comes into a log that has nobody yet.
func (s *State) founding(b sallyport.Body) bool {
	_, ok := b.(*sallyport.PersonAdded)
	return ok && len(s.People) == 0
}

// chained holds an entry to the chain of its session (docs/spec/chain.md).
func (s *State) chained(e sallyport.Entry, b sallyport.Body) error {
	_, first := b.(*sallyport.SessionRequested)
	if e.Session == "" {
		if first || sessionKind(b.Kind()) {
			return illegal("entry %q has no session", b.Kind())
		}
		if e.Seq != 0 || e.Prev != "" {
			return illegal("entry %q has a place in a chain and no session", b.Kind())
		}
		return nil
	}
	if !sessionKind(b.Kind()) {
		return illegal("entry %q belongs to no session, and names %q", b.Kind(), e.Session)
	}
	session := s.Sessions[e.Session]
	if first {
		if session != nil {
			return illegal("session %q exists", e.Session)
		}
		if e.Seq != 0 || e.Prev != "" {
			return illegal("the first entry of session %q has seq %d and prev %q, want 0 and none", e.Session, e.Seq, e.Prev)
		}
		return nil
	}
	if session == nil {
		return illegal("session %q is not known", e.Session)
	}
	if e.Seq != session.Next || e.Prev != session.Last {
		return illegal("entry of session %q has seq %d and prev %.12q, want %d and %.12q", e.Session, e.Seq, e.Prev, session.Next, session.Last)
	}
	if session.State == Ended || session.State == Refused {
		return illegal("session %q has ended", e.Session)
	}
	return nil
}

// sessionKind tells whether entries of kind belong to a session's chain.
func sessionKind(k sallyport.Kind) bool {
	switch k {
	case "recording.chunk", "output.released", "said", "consent.given", "owner.told", "breakglass.opened":
		return true
	}
	return prefixed(k, "session.") || prefixed(k, "action.") || prefixed(k, "presence.")
}
