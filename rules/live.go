package rules

import (
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Live says why a session that is open may not go on at now, or nil: the engineer's mode and the escort's right are asked again
// (DESIGN 8.8).
func (c *Checker) Live(s *workflow.State, session *workflow.Session, now time.Time, d sallyport.Disclosed) error {
	if r, yes := s.Revoked(s.Tickets[session.Ticket], session.ID, session.Engineer, session.Escort); yes {
		if r.What == "all" {
			return &workflow.Illegal{Why: "all remote maintenance is revoked"}
		}
		return &workflow.Illegal{Why: r.What + " " + r.Name + " is revoked"}
	}
	if s.Tickets[session.Ticket].Closed {
		return &workflow.Illegal{Why: "the ticket is closed"}
	}
	set, err := c.SetOf(s, session.System, d)
	if err != nil {
		return err
	}
	q := asker{c: c, s: s, d: d, now: now, system: session.System}
	rs, err := q.goingOn(session)
	if err != nil {
		return err
	}
	for _, r := range rs {
		if err := Refused(set.Evaluate(&r)); err != nil {
			return err
		}
	}
	return nil
}

// goingOn asks whether a session may go on as it is: the engineer in its mode, and its escort.
func (q asker) goingOn(session *workflow.Session) ([]policy.Request, error) {
	stage := policy.StageWork
	if session.State == workflow.Requested {
		stage = policy.StageRequest
	}
	mode, _ := sallyport.AskOf(session.Mode)
	rs, err := q.about(session, nil, mode, session.Engineer, stage)
	if err != nil || session.Escort == "" {
		return rs, err
	}
	escort, err := q.about(session, nil, sallyport.AskEscort, session.Escort, stage)
	return append(rs, escort...), err
}

// Lapsed tells whether something that a session may rest on was over in (from, to]: a fact or role of its engineer or escort, a risk acceptance, a
// written approval. It is cheap, so that it can be asked of every session all the time; whether the session may go on is for Live to say.
func (c *Checker) Lapsed(s *workflow.State, session *workflow.Session, from, to time.Time, d sallyport.Disclosed) bool {
	within := func(t *time.Time) bool { return t != nil && t.After(from) && !t.After(to) }
	for _, p := range []sallyport.PersonID{session.Engineer, session.Escort} {
		person := s.People[p]
		if person == nil {
			continue
		}
		for _, f := range person.Facts {
			if within(f.Until) {
				return true
			}
		}
		for _, r := range person.Roles {
			if within(r.Until) {
				return true
			}
		}
	}
	for _, a := range s.Acceptances {
		if a.System == session.System && within(&a.Until) {
			return true
		}
	}
	for _, a := range s.Approvals {
		if a.System == session.System && within(&a.Until) {
			return true
		}
	}
	if session.Breaking != nil && within(&session.Breaking.Until) {
		return true
	}
	if session.Location == nil {
		return false
	}
	f, ok, err := c.Fact(*session.Location, d)
	return err != nil || ok && within(f.Until)
}

// Permit asks policy whether an action could start now: the first answer that is a denial, or the one about its execution.
func (c *Checker) Permit(s *workflow.State, session *workflow.Session, a *workflow.Action, now time.Time, d sallyport.Disclosed) (policy.Answer, error) {
	set, err := c.SetOf(s, session.System, d)
	if err != nil {
		return policy.Answer{}, err
	}
	q := asker{c: c, s: s, d: d, now: now, system: session.System}
	rs, err := q.permitting(session, a)
	if err != nil {
		return policy.Answer{}, err
	}
	var answer policy.Answer
	for i := range rs {
		if answer = set.Evaluate(&rs[i]); !answer.Allowed {
			break
		}
	}
	return answer, nil
}

// Revoked tells whether a person's access is taken away, by name, employer or country.
func (c *Checker) Revoked(s *workflow.State, p sallyport.PersonID, now time.Time, d sallyport.Disclosed) (bool, error) {
	if len(s.Revocations) == 0 {
		return false, nil
	}
	q := asker{c: c, s: s, d: d, now: now, system: HouseSystem}
	who, err := q.subject(p, "")
	return policy.Revoked(who, now, q.revocations()), err
}

// Question asks policy what a person may do in a session or with an action of it, without an entry: for pages, queues and
// matching. a may be nil.
func (c *Checker) Question(s *workflow.State, session *workflow.Session, a *workflow.Action, ask sallyport.Ask, by sallyport.PersonID, stage policy.Stage, now time.Time, d sallyport.Disclosed) (policy.Answer, error) {
	set, err := c.SetOf(s, session.System, d)
	if err != nil {
		return policy.Answer{}, err
	}
	q := asker{c: c, s: s, d: d, now: now, system: session.System}
	rs, err := q.about(session, a, ask, by, stage)
	if err != nil {
		return policy.Answer{}, err
	}
	if ask == sallyport.AskDecideSecond {
		rs[0].Session.Second = rs[0].Principal
	}
	if ask == sallyport.AskDecide || ask == sallyport.AskDecideSecond {
		// Whether words or a signature are there shows only with the decision itself: the question is about the seat.
		rs[0].Decision = policy.Decision{Answer: sallyport.Question, Words: true, Signed: true}
	}
	return set.Evaluate(&rs[0]), nil
}

// House asks policy what a person may do that concerns no session.
func (c *Checker) House(s *workflow.State, system sallyport.SystemID, ask sallyport.Ask, topic policy.Topic, by sallyport.PersonID, now time.Time, d sallyport.Disclosed) (policy.Answer, error) {
	set, err := c.SetOf(s, system, d)
	if err != nil {
		return policy.Answer{}, err
	}
	q := asker{c: c, s: s, d: d, now: now, system: system}
	r, err := q.request(ask, by)
	if err != nil {
		return policy.Answer{}, err
	}
	r.Topic = topic
	return set.Evaluate(&r), nil
}
