package gateway

import (
	"context"
	"maps"
	"slices"
	"sort"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// Deeds are what an answer about people distinguishes. One entry can be several: whoever decides also saw the text.
const (
	DeedProposed = "proposed" // put work before deciders
	DeedSaw      = "saw"      // was shown or sent something: released output, a page, a recording, words
	DeedDecided  = "decided"  // an action, a session, a release, an exception
	DeedRan      = "ran"      // their action was permitted and executed
	DeedDid      = "did"      // anything else that they wrote into the ledger
)

// Deeds lists them all.
var Deeds = []string{DeedProposed, DeedSaw, DeedDecided, DeedRan, DeedDid}

// history says where in the ledger people acted and where their facts changed. It is a view: derived from the entries again at every
// start, and nothing is decided by it. The gateway's lock owns its growth; what is in it never changes, so a slice taken under the
// lock may be read without.
type history struct {
	acts  []act                               // by index
	facts map[sallyport.PersonID][]factChange // by index
	// unvouched are the facts of which only their subject is a witness; a second person's word is asked for.
	unvouched map[factOf]bool
}

func newHistory() history {
	return history{facts: map[sallyport.PersonID][]factChange{}, unvouched: map[factOf]bool{}}
}

type act struct {
	index  int64
	at     int64 // Unix nanoseconds
	person *workflow.Person
	within *workflow.Session // nil: of no session
	deed   uint8             // index in Deeds
}

type factChange struct {
	index int64
	name  string
}

type factOf struct {
	person sallyport.PersonID
	name   string
}

// remember takes in an entry that was just applied to s.
func (h *history) remember(s *workflow.State, index int64, e sallyport.Entry, b sallyport.Body) {
	within := s.Sessions[e.Session]
	for _, d := range deeds(s, within, e, b) {
		if p := s.People[d.person]; p != nil {
			h.acts = append(h.acts, act{index: index, at: e.Time.UnixNano(), person: p, within: d.within, deed: uint8(slices.Index(Deeds, d.what))})
		}
	}
	change := func(p sallyport.PersonID, name string, alone bool) {
		h.facts[p] = append(h.facts[p], factChange{index, name})
		if alone {
			h.unvouched[factOf{p, name}] = true
		} else {
			delete(h.unvouched, factOf{p, name})
		}
	}
	switch b := b.(type) {
	case *sallyport.FactRecorded:
		change(b.Person, b.Name, b.SelfAsserted)
	case *sallyport.FactVouched:
		change(b.Person, b.Name, false)
	case *sallyport.FactWithdrawn:
		change(b.Person, b.Name, false)
	}
}

type deed struct {
	person sallyport.PersonID
	what   string
	within *workflow.Session
}

// deeds says what an entry is a deed of.
func deeds(s *workflow.State, within *workflow.Session, e sallyport.Entry, b sallyport.Body) []deed {
	out := make([]deed, 0, 3)
	add := func(p sallyport.PersonID, what string) {
		if p != "" && p != sallyport.Gateway {
			out = append(out, deed{p, what, within})
		}
	}
	ofAction := func(a sallyport.ActionID) {
		if act := s.Actions[a]; act != nil {
			within = s.Sessions[act.Session]
		}
	}
	switch b := b.(type) {
	case *sallyport.ActionProposed:
		add(e.By, DeedProposed)
	case *sallyport.ActionStarted:
		add(within.Engineer, DeedRan)
	case *sallyport.ActionDecided:
		add(e.By, DeedSaw)
		add(e.By, DeedDecided)
		add(within.Engineer, DeedSaw) // the answer and its words
	case *sallyport.OutputReleased:
		add(within.Engineer, DeedSaw)
		add(e.By, DeedDecided)
	case *sallyport.Said, *sallyport.ActionAnswered:
		add(e.By, DeedDid)
		for _, p := range []sallyport.PersonID{within.Engineer, within.Escort} {
			if p != e.By {
				add(p, DeedSaw)
			}
		}
	case *sallyport.PageShown:
		ofAction(b.Action)
		add(b.Person, DeedSaw)
	case *sallyport.ReplayWatched:
		within = s.Sessions[b.Of]
		ofAction(b.Action)
		add(e.By, DeedSaw)
	case *sallyport.OwnerTold:
		add(b.Owner, DeedSaw)
	case *sallyport.SessionApproved, *sallyport.SessionRefused, *sallyport.ConsentGiven, *sallyport.BreakGlass, *sallyport.AcceptanceSigned, *sallyport.AcceptanceEnded,
		*sallyport.ApprovalRecorded, *sallyport.RunbookSigned, *sallyport.RunbookSeconded, *sallyport.RunbookWithdrawn, *sallyport.Revoked, *sallyport.Restored:
		add(e.By, DeedDecided)
	case *sallyport.BreakGlassReviewed:
		within = s.Sessions[b.Of]
		add(e.By, DeedDecided)
	default:
		add(e.By, DeedDid)
	}
	return out
}

// span gives the acts of a time: since included, until not. Zero times do not bound.
func (h *history) span(since, until time.Time) []act {
	at := func(t time.Time) int {
		return sort.Search(len(h.acts), func(i int) bool { return h.acts[i].at >= t.UnixNano() })
	}
	from, to := 0, len(h.acts)
	if !since.IsZero() {
		from = at(since)
	}
	if !until.IsZero() {
		to = at(until)
	}
	return h.acts[min(from, to):to]
}

// factWas is a fact from one entry on until the next of the same name.
type factWas struct {
	index int64 // of the entry that made it so
	name  string
	fact  *workflow.Fact // nil: withdrawn
}

// factsOf reads how a person's facts changed, oldest first, from the entries themselves. Only durable ones count.
func (g *Gateway) factsOf(ctx context.Context, changes []factChange, size int64) ([]factWas, error) {
	out := make([]factWas, 0, len(changes))
	last := map[string]*workflow.Fact{}
	for _, c := range changes {
		if c.index >= size {
			break
		}
		raws, err := g.Log.Read(ctx, c.index, c.index+1)
		if err != nil {
			return nil, err
		}
		if len(raws) != 1 {
			return nil, sallyport.Errorf(sallyport.Internal, "entry %d is missing", c.index)
		}
		e, body, err := sallyport.ReadEntry(raws[0])
		if err != nil {
			return nil, err
		}
		switch b := body.(type) {
		case *sallyport.FactRecorded:
			last[c.name] = &workflow.Fact{Name: b.Name, Ref: b.Fact, Index: c.index, By: e.By, At: e.Time, Until: b.Until, SelfAsserted: b.SelfAsserted}
		case *sallyport.FactVouched:
			f := *last[c.name]
			f.Vouchers = append(slices.Clone(f.Vouchers), e.By)
			last[c.name] = &f
		case *sallyport.FactWithdrawn:
			last[c.name] = nil
		}
		out = append(out, factWas{c.index, c.name, last[c.name]})
	}
	return out, nil
}

// asOf gives the facts as they stood before entry index.
func asOf(was []factWas, index int64) map[string]*workflow.Fact {
	out := map[string]*workflow.Fact{}
	for _, w := range was {
		if w.index >= index {
			break
		}
		out[w.name] = w.fact
	}
	maps.DeleteFunc(out, func(_ string, f *workflow.Fact) bool { return f == nil })
	return out
}
