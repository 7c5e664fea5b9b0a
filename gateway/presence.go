package gateway

import (
	"context"
	"errors"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// errNothing says that a draft found nothing to do.
var errNothing = errors.New("nothing to do")

// presence is what the gateway last heard of an escort's page. The gateway's lock owns it.
type presence struct {
	last    time.Time // last heartbeat
	hidden  time.Time // since when the page is hidden; zero while it is in sight
	claimed bool      // claimed, and no page has shown itself yet: a longer first grace
}

// firstPage is how long after a claim the page may take to show itself.
const firstPage = 15 * time.Second

// Presence implements Service.
func (g *Gateway) Presence(ctx context.Context, c Caller, session sallyport.SessionID, hidden bool) error {
	var back bool
	err := g.view(func(s *workflow.State) error {
		sess := s.Sessions[session]
		if sess == nil || sess.Escort != c.Person || sess.State != workflow.Open {
			return sallyport.Errorf(sallyport.Conflict, "you are not the escort of session %q", session)
		}
		p := g.seen[session]
		if p == nil {
			p = &presence{}
			g.seen[session] = p
		}
		p.last, p.claimed = g.Now(), false
		switch {
		case !hidden:
			p.hidden = time.Time{}
		case p.hidden.IsZero():
			p.hidden = p.last
		}
		back = !sess.Present && !hidden
		return nil
	})
	if err != nil || !back {
		return err
	}
	if _, err := g.append(ctx, c.Person, session, say(&sallyport.PresenceBack{})); err != nil {
		return err
	}
	g.pumpSession(session)
	return nil
}

// watchPresence takes presence away from escorts whose page is silent, and pauses, then ends, sessions whose page is
// hidden for longer than the profile's grace (DESIGN 4).
func (g *Gateway) watchPresence(ctx context.Context) {
	type step struct {
		session sallyport.SessionID
		body    sallyport.Body
		end     bool
	}
	var steps []step
	g.mu.Lock()
	now := g.Now()
	for id, sess := range g.state.Live() {
		if sess.State != workflow.Open || sess.Escort == "" {
			continue
		}
		p := g.seen[id]
		limit := g.LinkLost
		if p != nil && p.claimed {
			limit = max(limit, firstPage)
		}
		grace := g.grace(sess.System)
		switch {
		case sess.Present && (p == nil || now.Sub(p.last) > limit):
			steps = append(steps, step{id, &sallyport.PresenceLost{Why: "link"}, false})
		case p == nil || p.hidden.IsZero():
		case !sess.Paused && now.Sub(p.hidden) > grace:
			steps = append(steps, step{id, &sallyport.SessionPaused{Why: "the escort's page is hidden"}, false})
		case now.Sub(p.hidden) > 2*grace:
			steps = append(steps, step{id, &sallyport.SessionEnding{Why: "the escort's page was hidden for too long"}, true})
		}
	}
	g.mu.Unlock()
	for _, st := range steps {
		if _, err := g.append(ctx, sallyport.Gateway, st.session, say(st.body)); err != nil {
			g.log.Warn("presence could not be recorded", "session", st.session, "err", err)
			continue
		}
		if st.end {
			if err := g.finishEnding(ctx, st.session); err != nil {
				g.log.Error("session could not be ended", "session", st.session, "err", err)
			}
		}
	}
}

// grace is how long an escort's page may be hidden; the caller holds the lock.
func (g *Gateway) grace(system sallyport.SystemID) time.Duration {
	set, err := g.check.SetOf(g.state, system, g.cache)
	if err != nil {
		return 0
	}
	return time.Duration(set.Profile().Grace)
}
