package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"reflect"
	"strings"
	"sync"

	"sallyport"
	"sallyport/workflow"
)

// subscribers hands notices to whoever listens.
type subscribers struct {
	mu  sync.Mutex // protects all
	all map[*subscriber]struct{}
}

type subscriber struct {
	caller Caller
	ch     chan Notice
}

// subscriberBuffer is how many notices a slow reader may fall behind before it misses some.
const subscriberBuffer = 256

func (s *subscribers) publish(n Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sub := range s.all {
		select {
		case sub.ch <- n:
		default: // it asks again for what it looks at, and sees what it missed
		}
	}
}

func (s *subscribers) add(c Caller) (*subscriber, func()) {
	sub := &subscriber{caller: c, ch: make(chan Notice, subscriberBuffer)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[sub] = struct{}{}
	return sub, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if _, ok := s.all[sub]; ok {
			delete(s.all, sub)
			close(sub.ch)
		}
	}
}

func (s *subscribers) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sub := range s.all {
		delete(s.all, sub)
		close(sub.ch)
	}
}

// Subscribe implements Service. A notice carries identifiers only; whoever hears it asks for what they may see.
func (g *Gateway) Subscribe(ctx context.Context, c Caller) (<-chan Notice, error) {
	sub, remove := g.subs.add(c)
	context.AfterFunc(ctx, remove)
	out := make(chan Notice, subscriberBuffer)
	go g.sift(sub, out)
	return out, nil
}

// sift passes on what concerns a subscriber, and ends with it. It runs beside the append, so that asking policy holds up nobody.
func (g *Gateway) sift(sub *subscriber, out chan<- Notice) {
	defer close(out)
	sees := map[sallyport.SessionID]bool{} // sessions that are known to concern the subscriber; owned by this goroutine
	for n := range sub.ch {
		if changesAnswers([]Notice{n}) {
			clear(sees)
		}
		yes := sees[n.Session]
		if !yes {
			_ = g.view(func(s *workflow.State) error { yes = g.concerns(s, n, sub.caller.Person); return nil })
		}
		if !yes {
			continue
		}
		if n.Session != "" { // an entry outside every session says nothing about the next one
			sees[n.Session] = true
		}
		select {
		case out <- n:
		default: // it asks again for what it looks at, and sees what it missed
		}
	}
}

// concerns tells whether p may know of an entry that it was written; the caller holds the lock.
func (g *Gateway) concerns(s *workflow.State, n Notice, p sallyport.PersonID) bool {
	if p == sallyport.Gateway {
		return true // a door that watches over its own connections, and shows nobody anything
	}
	if n.Session != "" {
		sess := s.Sessions[n.Session]
		return sess != nil && g.party2(s, sess, p) || g.may(s, "*", sallyport.AskExport, "", p)
	}
	switch n.Kind {
	case "ticket.opened", "ticket.closed", "system.set", "target.set", "acceptance.warned": // a hint to look at one's own list again
		return true
	}
	return g.mayList(s, p)
}

func notice(index int64, e sallyport.Entry, b sallyport.Body) Notice {
	n := Notice{Index: index, Kind: e.Kind, Session: e.Session}
	if f := reflect.Indirect(reflect.ValueOf(b)).FieldByName("Action"); f.IsValid() && f.Type() == reflect.TypeFor[sallyport.ActionID]() {
		n.Action = sallyport.ActionID(f.String())
	}
	return n
}

// randomID gives 80 random bits in lower-case base32.
func randomID() string {
	b := make([]byte, 10)
	rand.Read(b) // never fails (crypto/rand)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// changesAnswers tells whether one of the entries can change what policy answers about a live session.
func changesAnswers(ns []Notice) bool {
	for _, n := range ns {
		switch n.Kind {
		case "policy.set", "list.set", "person.changed", "fact.recorded", "fact.vouched", "fact.withdrawn", "key.retired", "role.assigned", "role.withdrawn",
			"system.set", "target.set", "disclosure.set", "ticket.closed", "acceptance.signed", "acceptance.ended", "approval.recorded",
			"runbook.withdrawn", "revoked", "restored":
			return true
		}
	}
	return false
}

// party says what one person may know of another: the name they go by and the verified country and employer.
func (g *Gateway) party(s *workflow.State, p sallyport.PersonID) Party {
	out := Party{ID: p, Name: string(p), Country: "unknown", Employer: "unknown"}
	if p == sallyport.Gateway {
		return Party{ID: p, Name: "Sallyport"}
	}
	person := s.People[p]
	if person == nil {
		return out
	}
	var d sallyport.PersonDetails
	if g.blobJSON(person.Details, &d) == nil && d.Name != "" {
		out.Name = d.Name
	}
	out.Country, out.Employer = g.origin(s, person)
	return out
}
