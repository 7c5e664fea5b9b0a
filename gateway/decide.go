package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Decide implements Service. It returns when the decision is durable; an approved action starts in the background.
func (g *Gateway) Decide(ctx context.Context, c Caller, d DecisionRequest) error {
	session, err := g.sessionOf(d.Action)
	if err != nil {
		return err
	}
	g.mu.Lock()
	opened, ok := g.opened[opening{c.Person, d.Action}]
	g.mu.Unlock()
	if !ok {
		return sallyport.Errorf(sallyport.Conflict, "action %q was not shown to you since the server started", d.Action).WithHint("open its page, read it, then decide")
	}
	var words *sallyport.BlobRef
	if strings.TrimSpace(d.Words) != "" {
		ref, err := g.putWords(ctx, d.Words)
		if err != nil {
			return err
		}
		words = &ref
	} else if d.Answer == sallyport.Question || d.Answer == sallyport.Refuse {
		return sallyport.Errorf(sallyport.Invalid, "answer %q needs words: the engineer must know what to do", d.Answer)
	}
	_, err = g.append(ctx, c.Person, session, func(s *workflow.State, now time.Time) (sallyport.Body, error) {
		return g.decision(s, now, session, c.Person, d, words, opened)
	})
	if err != nil {
		return err
	}
	g.Fail("decided")
	if d.Answer == sallyport.Approve {
		g.background.Go(func() { g.pump(d.Action) })
	}
	return nil
}

func (g *Gateway) decision(s *workflow.State, now time.Time, session sallyport.SessionID, by sallyport.PersonID, d DecisionRequest, words *sallyport.BlobRef, opened time.Time) (sallyport.Body, error) {
	sess, act := s.Sessions[session], s.Actions[d.Action]
	set, err := g.check.SetOf(s, sess.System, g.cache)
	if err != nil {
		return nil, err
	}
	shown := d.Shown
	shown.Opened, shown.Decided = opened, now
	body := &sallyport.ActionDecided{Action: d.Action, Seat: d.Seat, Answer: d.Answer, Words: words, Shown: shown,
		Policy: s.PolicyOf(sess.System), Signed: d.Signed, Position: s.Size}
	if d.Answer == sallyport.Approve {
		body.Expires = now.Add(time.Duration(set.Profile().Expiry.Approval))
		if sess.Until.Before(body.Expires) {
			body.Expires = sess.Until
		}
		body.Binding = act.Binding(body.Policy, body.Expires).Digest()
	}
	e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: now, By: by, Session: session}
	answer, _, err := g.check.Ask(s, e, body, g.cache)
	if err != nil {
		return nil, err
	}
	body.Why = answer.IDs()
	return body, nil
}

// opening is who looked at what. The gateway remembers since when: a decider's word is not taken for it.
type opening struct {
	person sallyport.PersonID
	action sallyport.ActionID
}

// seat says in which seat a person may decide an action now, or in sentences why in none. The caller holds the lock.
func (g *Gateway) seat(s *workflow.State, a *workflow.Action, p sallyport.PersonID) (sallyport.Seat, []string) {
	sess := s.Sessions[a.Session]
	switch {
	case !a.State.Pending() || a.Assessed == nil:
		return "", []string{"the action is " + string(a.State)}
	case p == sess.Engineer:
		return "", []string{"you proposed it"}
	}
	seat, ask := sallyport.SeatSecond, sallyport.AskDecideSecond
	if p == sess.Escort {
		seat, ask = sallyport.SeatEscort, sallyport.AskDecide
	}
	answer, err := g.check.Question(s, sess, a, ask, p, policy.StageWork, g.time(), g.cache)
	if err != nil {
		return "", []string{err.Error()}
	}
	if answer.Allowed {
		return seat, nil
	}
	var why []string
	for _, rule := range answer.Policies {
		if rule.Forbids {
			why = append(why, rule.Says)
		}
	}
	if sess.Escort == "" && len(why) == 0 {
		why = append(why, "claim the session first")
	}
	if len(why) == 0 {
		why = append(why, "no policy lets you decide here")
	}
	return "", why
}

// need says in words who must decide still. The caller holds the lock.
func (g *Gateway) need(s *workflow.State, a *workflow.Action) []string {
	sess := s.Sessions[a.Session]
	if !a.State.Pending() {
		return nil
	}
	var out []string
	if a.State == workflow.Asked {
		out = append(out, "the engineer's answer")
	}
	answer, err := g.check.Question(s, sess, a, sallyport.AskExecute, sess.Engineer, policy.StageWork, g.time(), g.cache)
	if err != nil {
		return append(out, err.Error())
	}
	_, escort := a.Approval(sallyport.SeatEscort)
	switch {
	case a.State == workflow.Escalated:
		out = append(out, "the second person")
	case !escort && a.Runbook == "":
		if sess.Escort == "" {
			out = append(out, "an escort who claims the session")
		} else {
			out = append(out, "the escort's decision")
		}
	}
	if answer.NeedsSecond() && !slices.Contains(out, "the second person") {
		out = append(out, "the second person")
	}
	if sess.Paused {
		out = append(out, "the session to be resumed")
	}
	if sess.Escort != "" && !sess.Present {
		out = append(out, "the escort to come back")
	}
	return out
}
