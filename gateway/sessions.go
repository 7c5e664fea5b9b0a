package gateway

import (
	"context"
	"strings"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// OpenSession implements Service.
func (g *Gateway) OpenSession(ctx context.Context, c Caller, ticket sallyport.TicketID) (SessionView, error) {
	var session sallyport.SessionID
	err := g.view(func(s *workflow.State) error {
		t := s.Tickets[ticket]
		if t == nil || t.Engineer != c.Person {
			return noTicket(ticket)
		}
		if t.Mode != sallyport.Propose && t.Mode != sallyport.Advise {
			return sallyport.Errorf(sallyport.Invalid, "sessions in mode %q are not offered yet", t.Mode).WithHint("ask for a ticket in mode propose")
		}
		session = t.Session
		return nil
	})
	if err != nil {
		return SessionView{}, err
	}
	if session == "" {
		session = sallyport.SessionID("S-" + g.NewID())
		var location *sallyport.BlobRef
		var fact *sallyport.Fact
		err := g.view(func(s *workflow.State) (err error) { fact, err = g.located(s, c, g.time()); return err })
		if err == nil && fact != nil {
			location, err = g.putFact(ctx, *fact)
		}
		if err != nil {
			return SessionView{}, err
		}
		_, err = g.append(ctx, c.Person, session, func(s *workflow.State, now time.Time) (sallyport.Body, error) {
			t := s.Tickets[ticket]
			until := t.To
			if set, err := g.check.SetOf(s, t.System, g.cache); err != nil {
				return nil, err
			} else if longest := now.Add(time.Duration(set.Profile().SessionHours) * time.Hour); longest.Before(until) {
				until = longest
			}
			return &sallyport.SessionRequested{Ticket: ticket, System: t.System, Engineer: c.Person, Mode: t.Mode, Until: until, Location: location}, nil
		})
		if err != nil {
			return SessionView{}, err
		}
	}
	g.tryOpen(ctx, session)
	v, _, err := g.Session(ctx, c, session)
	return v, err
}

// noTicket says the same whether a ticket does not exist or is somebody else's.
func noTicket(t sallyport.TicketID) error {
	return sallyport.Errorf(sallyport.NotFound, "no open ticket %q is yours", t).WithHint("`:tickets`, or `ssh` without a ticket, lists those that are")
}

// tryOpen opens a requested session once every gate before it is passed; until then it waits.
func (g *Gateway) tryOpen(ctx context.Context, session sallyport.SessionID) {
	waiting := g.view(func(s *workflow.State) error {
		if sess := s.Sessions[session]; sess == nil || sess.State != workflow.Requested {
			return errNothing
		}
		return nil
	})
	if waiting != nil {
		return
	}
	if _, err := g.append(ctx, sallyport.Gateway, session, say(&sallyport.SessionOpened{})); err != nil {
		g.log.Debug("session does not open yet", "session", session, "why", err)
		return
	}
	g.tellOwners(ctx, session, "opened")
}

// tellOwners records that each owner of the session's system was told (R19). Delivery is by notice: feed, webhook, mail.
func (g *Gateway) tellOwners(ctx context.Context, session sallyport.SessionID, event string) {
	var drafts []draft
	_ = g.view(func(s *workflow.State) error {
		for _, owner := range g.owners(s, s.Sessions[session].System) {
			drafts = append(drafts, say(&sallyport.OwnerTold{Event: event, Owner: owner, Via: g.TellBy}))
		}
		return nil
	})
	if len(drafts) == 0 {
		return
	}
	if _, err := g.append(ctx, sallyport.Gateway, session, drafts...); err != nil {
		g.log.Error("system owners could not be told", "session", session, "err", err)
	}
}

// Claim implements Service.
func (g *Gateway) Claim(ctx context.Context, c Caller, session sallyport.SessionID) error {
	_, err := g.append(ctx, c.Person, session, func(s *workflow.State, _ time.Time) (sallyport.Body, error) {
		body := &sallyport.SessionClaimed{Escort: c.Person}
		if sess := s.Sessions[session]; sess != nil && sess.Escort != c.Person {
			// Before the entry: the watch must not find an escort of whom it has never heard.
			g.seen[session] = &presence{last: g.Now(), claimed: true}
		}
		return body, nil
	})
	if err != nil {
		return err
	}
	g.pumpSession(session)
	return nil
}

// HandOver implements Service.
func (g *Gateway) HandOver(ctx context.Context, c Caller, session sallyport.SessionID, to sallyport.PersonID, words string) error {
	ref, err := g.putWords(ctx, words)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, func(s *workflow.State, _ time.Time) (sallyport.Body, error) {
		if sess := s.Sessions[session]; sess != nil && to != "" && sess.Escort == c.Person {
			if why := g.notEscort(s, sess, to); len(why) > 0 {
				return nil, sallyport.Errorf(sallyport.Conflict, "%q may not escort session %q: %s", to, session, strings.Join(why, " ")).WithHint("hand it to somebody else, or to whoever claims it")
			}
		}
		return &sallyport.SessionHanded{To: to, Words: ref}, nil
	})
	return err
}

// Pause implements Service.
func (g *Gateway) Pause(ctx context.Context, c Caller, session sallyport.SessionID, why string) error {
	_, err := g.append(ctx, c.Person, session, say(&sallyport.SessionPaused{Why: short(why)}))
	return err
}

// Resume implements Service.
func (g *Gateway) Resume(ctx context.Context, c Caller, session sallyport.SessionID) error {
	if _, err := g.append(ctx, c.Person, session, say(&sallyport.SessionResumed{})); err != nil {
		return err
	}
	g.pumpSession(session)
	return nil
}

// ApproveSession implements Service.
func (g *Gateway) ApproveSession(ctx context.Context, c Caller, session sallyport.SessionID, words string) error {
	ref, err := g.putWords(ctx, words)
	if err != nil {
		return err
	}
	if _, err := g.append(ctx, c.Person, session, say(&sallyport.SessionApproved{Words: ref})); err != nil {
		return err
	}
	g.tryOpen(ctx, session)
	return nil
}

// RefuseSession implements Service.
func (g *Gateway) RefuseSession(ctx context.Context, c Caller, session sallyport.SessionID, words string) error {
	ref, err := g.putWords(ctx, words)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, say(&sallyport.SessionRefused{Words: ref}))
	return err
}

// Consent implements Service.
func (g *Gateway) Consent(ctx context.Context, c Caller, session sallyport.SessionID) error {
	if _, err := g.append(ctx, c.Person, session, say(&sallyport.ConsentGiven{})); err != nil {
		return err
	}
	g.tryOpen(ctx, session)
	return nil
}

// glassTime is how long an emergency way stays open.
const glassTime = time.Hour

// BreakGlass implements Service.
func (g *Gateway) BreakGlass(ctx context.Context, c Caller, session sallyport.SessionID, words string) error {
	if strings.TrimSpace(words) == "" {
		return sallyport.Errorf(sallyport.Invalid, "an emergency needs words: they are what the review begins with")
	}
	ref, err := g.putWords(ctx, words)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, func(s *workflow.State, now time.Time) (sallyport.Body, error) {
		until := now.Add(glassTime)
		if sess := s.Sessions[session]; sess != nil && sess.Until.Before(until) {
			until = sess.Until
		}
		return &sallyport.BreakGlass{Words: ref, Until: until}, nil
	})
	if err != nil {
		return err
	}
	g.tryOpen(ctx, session)
	return nil
}

// Say implements Service.
func (g *Gateway) Say(ctx context.Context, c Caller, session sallyport.SessionID, words string) error {
	ref, err := g.putWords(ctx, words)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, say(&sallyport.Said{Words: ref}))
	return err
}

// End implements Service. When it returns nothing of the session executes any more, or what does is named in the ledger.
func (g *Gateway) End(ctx context.Context, c Caller, session sallyport.SessionID, why string) error {
	if _, err := g.append(ctx, c.Person, session, say(&sallyport.SessionEnding{Why: short(why)})); err != nil {
		return err
	}
	return g.finishEnding(ctx, session)
}

// finishEnding stops and accounts for what a session that is ending still has, and closes its chain.
func (g *Gateway) finishEnding(ctx context.Context, session sallyport.SessionID) error {
	var why string
	var running []*run
	var pending []sallyport.ActionID
	g.mu.Lock()
	sess := g.state.Sessions[session]
	why = sess.Why
	for _, a := range sess.Actions {
		if r := g.runs[a]; r != nil {
			r.end("session over: " + why)
			running = append(running, r)
		}
		if g.state.Actions[a].State.Pending() {
			pending = append(pending, a)
		}
	}
	delete(g.seen, session)
	g.mu.Unlock()
	for _, a := range pending {
		if _, err := g.append(ctx, sallyport.Gateway, session, say(&sallyport.ActionCancelled{Action: a, Why: "session over: " + why})); err != nil {
			g.log.Warn("pending action could not be cancelled", "action", a, "err", err)
		}
	}
	for _, r := range running {
		r.gone(ctx)
	}
	g.tellOwners(ctx, session, "ended")
	_, err := g.append(ctx, sallyport.Gateway, session, func(s *workflow.State, _ time.Time) (sallyport.Body, error) {
		sess := s.Sessions[session]
		if sess.State != workflow.Ending {
			return nil, errNothing
		}
		return &sallyport.SessionEnded{Count: sess.Next + 1}, nil
	})
	if err == errNothing {
		return nil
	}
	return err
}

// short bounds words that go into an entry as they are.
func short(s string) string {
	const most = 200
	runes := []rune(s)
	if len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return string(runes)
}
