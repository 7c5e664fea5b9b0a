package gateway

import (
	"context"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// tickEvery is how often expiry and presence are looked at. Both are judged again at each use by rules; the tick only
// writes down what has come to pass.
const tickEvery = 250 * time.Millisecond

func (g *Gateway) tick() {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	beat, judged := g.Now(), time.Time{}
	for {
		select {
		case <-g.ctx.Done():
			return
		case <-t.C:
		}
		if g.Healthy() != nil {
			continue
		}
		g.watchPresence(g.ctx)
		g.expire(g.ctx)
		g.lapse(g.ctx, &judged)
		g.warn(g.ctx)
		if g.Now().Sub(beat) >= g.Heartbeat {
			beat = g.Now()
			if _, err := g.append(g.ctx, sallyport.Gateway, "", say(&sallyport.Heartbeat{Every: g.Heartbeat})); err != nil {
				g.log.Error("heartbeat could not be written", "err", err)
			}
		}
	}
}

// expire ends sessions whose window is over and cancels proposals whose time is.
func (g *Gateway) expire(ctx context.Context) {
	var sessions []sallyport.SessionID
	actions := map[sallyport.ActionID]sallyport.SessionID{}
	g.mu.Lock()
	now := g.time()
	for id, sess := range g.state.Live() {
		if sess.State != workflow.Ending && !now.Before(sess.Until) {
			sessions = append(sessions, id)
			continue
		}
		for _, a := range sess.Actions {
			if act := g.state.Actions[a]; act.State.Pending() && !now.Before(act.Expires) {
				actions[a] = id
			}
		}
	}
	g.mu.Unlock()
	for a, session := range actions {
		if _, err := g.append(ctx, sallyport.Gateway, session, say(&sallyport.ActionCancelled{Action: a, Why: "expired"})); err != nil {
			g.log.Warn("expired proposal could not be cancelled", "action", a, "err", err)
		}
	}
	for _, id := range sessions {
		g.endNow(ctx, id, "window over")
	}
}

// lapse ends the sessions that may not go on because something that they rest on is over. until is how far it looked the last time; the first time it looks at
// all that was ever over, since the server may have been down.
func (g *Gateway) lapse(ctx context.Context, until *time.Time) {
	ending := map[sallyport.SessionID]string{}
	g.mu.Lock()
	now := g.time()
	for id, sess := range g.state.Live() {
		if sess.State == workflow.Ending || !g.check.Lapsed(g.state, sess, *until, now, g.cache) {
			continue
		}
		if why := g.check.Live(g.state, sess, now, g.cache); why != nil {
			ending[id] = short(why.Error())
			for _, a := range sess.Actions {
				if r := g.runs[a]; r != nil {
					r.end(ending[id])
				}
			}
		}
	}
	*until = now
	g.mu.Unlock()
	for id, why := range ending {
		g.background.Go(func() { g.endNow(ctx, id, why) })
	}
}

// warn says once of every risk acceptance in force that it ends soon (R59). That it ends needs nobody: it is judged at each use.
func (g *Gateway) warn(ctx context.Context) {
	var due []sallyport.AcceptanceWarned
	g.mu.Lock()
	now := g.time()
	for id, a := range g.state.Acceptances {
		if !a.Ended && !a.Warned && now.Before(a.Until) && a.Until.Sub(now) <= g.WarnBefore {
			due = append(due, sallyport.AcceptanceWarned{Acceptance: id, Until: a.Until})
		}
	}
	g.mu.Unlock()
	for _, w := range due {
		if _, err := g.append(ctx, sallyport.Gateway, "", say(&w)); err != nil {
			g.log.Warn("the end of a risk acceptance could not be warned of", "acceptance", w.Acceptance, "err", err)
		}
	}
}

// endNow ends a session by the gateway's own hand.
func (g *Gateway) endNow(ctx context.Context, session sallyport.SessionID, why string) {
	if _, err := g.append(ctx, sallyport.Gateway, session, say(&sallyport.SessionEnding{Why: why})); err != nil {
		g.log.Warn("session could not be ended", "session", session, "err", err)
		return
	}
	if err := g.finishEnding(ctx, session); err != nil {
		g.log.Error("session could not be closed", "session", session, "err", err)
	}
}
