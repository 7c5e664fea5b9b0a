package gateway

import (
	"context"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/workflow"
)

// draft makes the body of an entry from the state that it will follow. It runs under the gateway's lock: it must not block.
type draft func(s *workflow.State, now time.Time) (sallyport.Body, error)

// say is the draft of a body that needs nothing of the state.
func say(b sallyport.Body) draft {
	return func(*workflow.State, time.Time) (sallyport.Body, error) { return b, nil }
}

// append checks, applies and enqueues entries, and returns when they are durable, with the index of the first. It is the only way
// into the ledger. If a draft is illegal, those before it stand.
func (g *Gateway) append(ctx context.Context, by sallyport.PersonID, session sallyport.SessionID, drafts ...draft) (int64, error) {
	first, _, err := g.change(ctx, by, session, drafts...)
	return first, err
}

// change is append for whoever wants to know what a change could not stop.
//
// A change of what policy answers is acknowledged when nothing that it ended executes any more, or what does is named. The entries
// that account for it follow: none of them can let anything run or be seen, since the sessions are ending by then.
func (g *Gateway) change(ctx context.Context, by sallyport.PersonID, session sallyport.SessionID, drafts ...draft) (int64, []Unstopped, error) {
	g.mu.Lock()
	first, ticket, notices, err := g.enqueue(by, session, drafts...)
	left, err := g.settle(ctx, ticket, notices, err)
	return first, left, err
}

// settle brings what was enqueued to its acknowledgement. The caller holds the lock, and settle gives it up. err is what enqueuing ended with.
func (g *Gateway) settle(ctx context.Context, ticket *ledger.Ticket, notices []Notice, err error) ([]Unstopped, error) {
	var ended []sallyport.SessionID
	var ending []*run
	if changesAnswers(notices) { // also where a later draft was refused: those before it stand
		// DESIGN 8.8: every live session is re-evaluated before the change is acknowledged.
		var more []Notice
		ticket, more, ended, ending = g.reevaluate(ticket)
		notices = append(notices, more...)
	}
	g.mu.Unlock()
	if ticket == nil {
		return nil, err
	}
	if werr := g.durable(ctx, ticket); werr != nil {
		return nil, werr
	}
	for _, n := range notices {
		g.subs.publish(n)
		if g.Notify != nil {
			g.Notify(n)
		}
	}
	if len(ended) == 0 {
		return nil, err
	}
	left := g.stopped(ctx, ending)
	g.background.Go(func() { g.finishAll(context.WithoutCancel(ctx), ended) })
	return left, err
}

// enqueue does the part of append that needs the lock, which the caller holds.
func (g *Gateway) enqueue(by sallyport.PersonID, session sallyport.SessionID, drafts ...draft) (int64, *ledger.Ticket, []Notice, error) {
	if g.broken != nil {
		return 0, nil, nil, g.broken
	}
	var (
		notices []Notice
		ticket  *ledger.Ticket
		first   = g.state.Size
	)
	for _, d := range drafts {
		now := g.time()
		body, err := d(g.state, now)
		if err != nil {
			return first, ticket, notices, err
		}
		e, raw, err := g.entry(now, by, session, body)
		if err == nil {
			err = g.check.Check(g.state, e, body, g.cache)
		}
		if err != nil {
			return first, ticket, notices, refusal(err)
		}
		index := g.state.Size
		if err := g.state.Apply(e, body, raw); err != nil {
			return first, ticket, notices, refusal(err)
		}
		g.past.remember(g.state, index, e, body)
		g.Fail("enqueue " + string(e.Kind))
		t, at, err := g.Log.EnqueueMade(e, body, raw)
		if err != nil || at != index {
			g.broke(err)
			return first, nil, nil, g.broken
		}
		ticket = t
		notices = append(notices, notice(index, e, body))
		g.note(notices[len(notices)-1], now)
	}
	return first, ticket, notices, nil
}

// note remembers the last entry that changed what is on record of people or what policy answers; the caller holds the lock.
func (g *Gateway) note(n Notice, at time.Time) {
	if n.Kind == "person.added" || n.Kind == "key.enrolled" || changesAnswers([]Notice{n}) {
		g.changed, g.changedAt = n.Index+1, at
	}
}

// entry makes the envelope of body.
func (g *Gateway) entry(now time.Time, by sallyport.PersonID, session sallyport.SessionID, body sallyport.Body) (sallyport.Entry, []byte, error) {
	e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: now, By: by, Session: session}
	if s := g.state.Sessions[session]; s != nil {
		e.Seq, e.Prev = s.Next, s.Last
	}
	var err error
	if e.Body, err = sallyport.EncodeJSON(body); err != nil {
		return e, nil, err
	}
	raw, err := e.Encode()
	return e, raw, err
}

// time is now, clamped never to go back behind the last entry.
func (g *Gateway) time() time.Time {
	now := g.Now().UTC().Round(0)
	if now.Before(g.state.Now) {
		return g.state.Now
	}
	return now
}

// durable waits for a commit. A failed one leaves the state ahead of the ledger, so the gateway stops (DESIGN 8.12).
func (g *Gateway) durable(ctx context.Context, t *ledger.Ticket) error {
	// The entry is on its way whatever becomes of the caller: a caller that goes away must not make a committed entry look refused.
	if err := t.Wait(context.WithoutCancel(ctx)); err != nil {
		g.mu.Lock()
		g.broke(err)
		err := g.broken
		g.mu.Unlock()
		return err
	}
	return nil
}

// broke stops the gateway: the caller holds the lock. Running actions are ended, since nothing they do could be recorded.
func (g *Gateway) broke(err error) {
	if g.broken != nil {
		return
	}
	g.log.Error("the ledger failed; nothing is accepted any more", "err", err)
	g.broken = &sallyport.Error{Code: sallyport.Unavailable, Message: "the ledger cannot be written, so nothing is done", Hint: "an operator must look at the disk and restart the server; what was acknowledged is kept", Err: err}
	for _, r := range g.runs {
		r.end("the ledger cannot be written")
	}
}

// refusal turns the reason of rules into an error for the person who asked.
func refusal(err error) error {
	if _, ok := err.(*sallyport.Error); ok {
		return err
	}
	return &sallyport.Error{Code: sallyport.Forbidden, Message: err.Error(), Err: err}
}

// view runs f under the lock.
func (g *Gateway) view(f func(s *workflow.State) error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return f(g.state)
}
