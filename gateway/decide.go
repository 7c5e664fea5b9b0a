package gateway

import (
	"context"
	"strings"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Decide implements Service. It returns when the decision is durable; an approved action starts in the background.
func (g *Gateway) Decide(ctx context.Context, c Caller, d DecisionRequest) error {
	session, words, opened, err := g.deciding(ctx, c, d)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, func(s *workflow.State, now time.Time) (sallyport.Body, error) {
		return g.decision(s, now, session, c, d, words, opened)
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

// deciding stores a decider's words and finds since when they look at the action.
func (g *Gateway) deciding(ctx context.Context, c Caller, d DecisionRequest) (session sallyport.SessionID, words *sallyport.BlobRef, opened time.Time, err error) {
	if session, err = g.sessionOf(d.Action); err != nil {
		return session, nil, opened, err
	}
	g.mu.Lock()
	opened, ok := g.opened[opening{c.Person, d.Action}]
	g.mu.Unlock()
	if !ok {
		return session, nil, opened, sallyport.Errorf(sallyport.Conflict, "action %q was not shown to you since the server started", d.Action).WithHint("open its page, read it, then decide")
	}
	switch {
	case d.Signed != nil: // stored with the challenge
	case strings.TrimSpace(d.Words) != "":
		ref, err := g.putWords(ctx, d.Words)
		if err != nil {
			return session, nil, opened, err
		}
		words = &ref
	case d.Answer == sallyport.Question || d.Answer == sallyport.Refuse:
		return session, nil, opened, sallyport.Errorf(sallyport.Invalid, "answer %q needs words: the engineer must know what to do", d.Answer)
	}
	return session, words, opened, nil
}

// decision makes the entry of a decision; of a signed one, exactly what was signed.
func (g *Gateway) decision(s *workflow.State, now time.Time, session sallyport.SessionID, c Caller, d DecisionRequest, words *sallyport.BlobRef, opened time.Time) (sallyport.Body, error) {
	var body *sallyport.ActionDecided
	var err error
	if d.Signed != nil {
		body, err = g.redeem(c, d)
	} else {
		body, err = g.decided(s, now, session, d, words, opened)
	}
	if err != nil {
		return nil, err
	}
	body.Shown.Decided, body.Position = now, s.Size
	e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: now, By: c.Person, Session: session}
	answer, _, err := g.check.Ask(s, e, body, g.cache)
	if err != nil {
		return nil, err
	}
	body.Why = answer.IDs()
	return body, nil
}

// decided makes all of a decision that its decider can sign. The caller holds the lock.
func (g *Gateway) decided(s *workflow.State, now time.Time, session sallyport.SessionID, d DecisionRequest, words *sallyport.BlobRef, opened time.Time) (*sallyport.ActionDecided, error) {
	sess, act := s.Sessions[session], s.Actions[d.Action]
	set, err := g.check.SetOf(s, sess.System, g.cache)
	if err != nil {
		return nil, err
	}
	body := &sallyport.ActionDecided{Action: d.Action, Seat: d.Seat, Answer: d.Answer, Words: words, Shown: d.Shown, Policy: s.PolicyOf(sess.System)}
	body.Shown.Opened = opened
	if d.Answer == sallyport.Approve {
		body.Expires = now.Add(time.Duration(set.Profile().Expiry.Approval))
		if sess.Until.Before(body.Expires) {
			body.Expires = sess.Until
		}
		body.Binding = act.Binding(body.Policy, body.Expires).Digest()
	}
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
	answer, err := g.check.Permit(s, sess, a, g.time(), g.cache)
	if err != nil {
		return append(out, err.Error())
	}
	second := answer.NeedsSecond()
	_, escort := a.Approval(sallyport.SeatEscort)
	switch {
	case a.State == workflow.Escalated:
		second = true
	case !escort && a.Runbook == "":
		if sess.Escort == "" {
			out = append(out, "an escort who claims the session")
		} else {
			out = append(out, "the escort's decision")
		}
	case !answer.Allowed && len(answer.Needs) == 0: // approved, and something stands in the way that no decision lifts
		for _, rule := range answer.Policies {
			if rule.Forbids {
				out = append(out, "what lifts this: "+rule.Says)
			}
		}
	}
	if second {
		out = append(out, g.second(s, sess, a))
	}
	if sess.Paused {
		out = append(out, "the session to be resumed")
	}
	if sess.Escort != "" && !sess.Present {
		out = append(out, "the escort to come back")
	}
	return out
}

// second says in words which second person an action waits for, and where nobody could be it, that. The caller holds the lock.
func (g *Gateway) second(s *workflow.State, sess *workflow.Session, a *workflow.Action) string {
	if a.Assessed == nil {
		return "the second person"
	}
	m, err := g.match(s, sess, a)
	who := "the second person"
	if err == nil && len(m.Needs) > 0 {
		who = "a second person who is qualified for " + strings.Join(m.Needs, ", ")
	}
	if err == nil && m.Nobody() {
		who += " (nobody is: " + policy.Matched(m.Candidates, m.Needs) + ")"
	}
	return who
}
