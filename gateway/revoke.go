package gateway

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/rules"
	"sallyport/workflow"
)

// reevaluate asks the rules again about every live session and ends those that are no longer allowed. The caller holds
// the lock, so no permit can be written in between; the change is acknowledged only after the entries written here are durable too.
func (g *Gateway) reevaluate(ticket *ledger.Ticket) (_ *ledger.Ticket, notices []Notice, ended []sallyport.SessionID, ending []*run) {
	now := g.time()
	ids := make([]sallyport.SessionID, 0, len(g.state.Live()))
	for id, sess := range g.state.Live() {
		if sess.State != workflow.Ending {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		sess := g.state.Sessions[id]
		why := g.check.Live(g.state, sess, now, g.cache)
		if why == nil {
			continue
		}
		if rules.IsWithheld(why) {
			g.log.Error("a live session cannot be judged, so it ends", "session", id, "err", why)
		}
		_, t, n, err := g.enqueue(sallyport.Gateway, id, say(&sallyport.SessionEnding{Why: short(why.Error())}))
		if err != nil {
			g.log.Error("session could not be ended", "session", id, "err", err)
			continue
		}
		ticket, notices, ended = t, append(notices, n...), append(ended, id)
		for _, a := range sess.Actions {
			if r := g.runs[a]; r != nil {
				r.end(short(why.Error()))
				ending = append(ending, r)
			}
		}
	}
	return ticket, notices, ended, ending
}

// stopped waits until none of the runs executes any more, and names what does, or may, when the time for that is over.
func (g *Gateway) stopped(ctx context.Context, runs []*run) []Unstopped {
	var left []Unstopped
	limit := time.After(goneWithin)
	for _, r := range runs {
		select {
		case <-r.stopped:
		case <-limit:
			limit = closed
		case <-ctx.Done():
			limit = closed
		}
		left = append(left, r.unstopped()...)
	}
	for _, u := range left {
		g.log.Error("an action could not be stopped", "action", u.Action, "target", u.Target, "why", u.Why)
	}
	return left
}

// closed is a channel on which nobody waits.
var closed = func() <-chan time.Time { c := make(chan time.Time); close(c); return c }()

// finishAll closes the sessions that a change ended, side by side.
func (g *Gateway) finishAll(ctx context.Context, ended []sallyport.SessionID) {
	var all sync.WaitGroup
	for _, id := range ended {
		all.Go(func() {
			if err := g.finishEnding(ctx, id); err != nil {
				g.log.Error("session could not be closed", "session", id, "err", err)
			}
		})
	}
	all.Wait()
}

// Revoke implements Service.
func (g *Gateway) Revoke(ctx context.Context, c Caller, r sallyport.Revoked, dry bool) (RevokePreview, error) {
	preview, err := g.preview(c, r)
	if err != nil || dry {
		return preview, err
	}
	_, preview.Unstopped, err = g.change(ctx, c.Person, "", say(&r))
	return preview, err
}

// preview says what a revocation would end, by asking the rules about a state in which it is in force.
func (g *Gateway) preview(c Caller, r sallyport.Revoked) (RevokePreview, error) {
	var out RevokePreview
	err := g.view(func(s *workflow.State) error {
		now := g.time()
		e, _, err := g.entry(now, c.Person, "", &r)
		if err == nil {
			err = g.check.Check(s, e, &r, g.cache)
		}
		if err != nil {
			return refusal(err)
		}
		key := workflow.Revocation{What: r.What, Name: r.Name}
		if _, already := s.Revocations[key]; !already {
			s.Revocations[key] = s.Size
			defer delete(s.Revocations, key)
		}
		people := map[sallyport.PersonID]bool{}
		for id, sess := range s.Live() {
			if g.check.Live(s, sess, now, g.cache) == nil {
				continue
			}
			out.Sessions = append(out.Sessions, id)
			people[sess.Engineer] = true
			if sess.Escort != "" {
				people[sess.Escort] = true
			}
			for _, a := range sess.Actions {
				if !s.Actions[a].State.Over() {
					out.Actions = append(out.Actions, a)
				}
			}
		}
		for p := range people {
			out.People = append(out.People, p)
		}
		return nil
	})
	slices.Sort(out.Sessions)
	slices.Sort(out.Actions)
	slices.Sort(out.People)
	out.Says = fmt.Sprintf("this ends %s, %s, and touches %s", count(len(out.Sessions), "session"), count(len(out.Actions), "action"), count(len(out.People), "person"))
	return out, err
}

func count(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case what == "person":
		return fmt.Sprintf("%d people", n)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// pace limits how fast one engineer proposes. The gateway's lock owns it.
type pace struct {
	since time.Time
	count int
}

// paced takes one proposal from the engineer's minute; the caller holds the lock.
func (g *Gateway) paced(p sallyport.PersonID) error {
	now := g.Now()
	pc := g.pace[p]
	if pc == nil || now.Sub(pc.since) >= time.Minute {
		pc = &pace{since: now}
		g.pace[p] = pc
	}
	if pc.count >= g.ProposeRate {
		return sallyport.Errorf(sallyport.Limited, "%d proposals within a minute, the limit is %d", pc.count+1, g.ProposeRate).
			WithHint("wait a minute, or put the work into one script")
	}
	pc.count++
	return nil
}
