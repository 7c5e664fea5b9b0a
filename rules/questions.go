package rules

import (
	"maps"
	"slices"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// questions gives what policy is asked about entry e, all of which must be allowed.
func (q asker) questions(e sallyport.Entry, b sallyport.Body) ([]policy.Request, error) {
	if b, ok := b.(*sallyport.SessionRequested); ok {
		return q.opening(e, b)
	}
	if session := q.s.Sessions[e.Session]; session != nil {
		return q.inSession(e, b, session)
	}
	return q.administration(e, b)
}

func (q asker) opening(e sallyport.Entry, b *sallyport.SessionRequested) ([]policy.Request, error) {
	session := &workflow.Session{ID: e.Session, SessionRequested: *b}
	ask, _ := sallyport.AskOf(b.Mode)
	return q.about(session, nil, ask, b.Engineer, policy.StageRequest)
}

// about asks one question about a session, and about one of its actions where a is not nil. The engineer is asked about with
// the location of the session.
func (q asker) about(session *workflow.Session, a *workflow.Action, ask sallyport.Ask, principal sallyport.PersonID, stage policy.Stage) ([]policy.Request, error) {
	r, err := q.request(ask, principal)
	if err != nil {
		return nil, err
	}
	if r.Session, err = q.session(session, stage); err != nil {
		return nil, err
	}
	r.Principal.Escorted = 0
	if principal != sallyport.Gateway {
		if r.Principal, err = q.subject(principal, session.ID); err != nil {
			return nil, err
		}
	}
	if principal == session.Engineer {
		r.Principal = r.Session.Engineer
	}
	if a != nil {
		r.Action = q.action(session, a)
		if r.Session.Second, err = q.second(a); err != nil {
			return nil, err
		}
	}
	return []policy.Request{r}, nil
}

func (q asker) inSession(e sallyport.Entry, b sallyport.Body, session *workflow.Session) ([]policy.Request, error) {
	mode, _ := sallyport.AskOf(session.Mode)
	byPerson := e.By != sallyport.Gateway
	switch b := b.(type) {
	case *sallyport.SessionApproved, *sallyport.SessionRefused:
		return q.about(session, nil, sallyport.AskApprove, e.By, policy.StageRequest)
	case *sallyport.ConsentGiven:
		return q.about(session, nil, sallyport.AskConsent, e.By, policy.StageRequest)
	case *sallyport.SessionOpened:
		return q.about(session, nil, mode, session.Engineer, policy.StageOpen)
	case *sallyport.SessionClaimed:
		return q.about(session, nil, sallyport.AskEscort, e.By, policy.StageWork)
	case *sallyport.SessionResumed, *sallyport.PresenceBack:
		return q.about(session, nil, sallyport.AskEscort, e.By, policy.StageWork)
	case *sallyport.SessionPaused, *sallyport.SessionEnding, *sallyport.ActionStopping:
		if byPerson {
			return q.about(session, q.actionOf(b), sallyport.AskEnd, e.By, policy.StageWork)
		}
	case *sallyport.Said:
		if e.By != session.Engineer && e.By != session.Escort {
			return q.about(session, nil, sallyport.AskWatch, e.By, policy.StageWork)
		}
	case *sallyport.BreakGlass:
		return q.topic(policy.TopicBreakGlass, e.By, "", session)
	case *sallyport.ActionProposed:
		a := &workflow.Action{ActionProposed: *b, ID: b.Action, Session: session.ID}
		return q.about(session, a, mode, session.Engineer, policy.StageWork)
	case *sallyport.ActionReading:
		read, err := q.about(session, q.s.Actions[b.Action], sallyport.AskRead, session.Engineer, policy.StageWork)
		if err != nil || session.Escort == "" {
			return read, err
		}
		escort, err := q.about(session, nil, sallyport.AskEscort, session.Escort, policy.StageWork)
		return append(read, escort...), err
	case *sallyport.ActionDecided:
		return q.deciding(e, b, session)
	case *sallyport.ActionStarted:
		return q.permitting(session, q.s.Actions[b.Action])
	case *sallyport.OutputReleased: // nothing is released under an old answer: the session could go on still (DESIGN 8.8)
		see, err := q.about(session, q.s.Actions[b.Action], sallyport.AskSeeOutput, session.Engineer, policy.StageWork)
		if err != nil {
			return nil, err
		}
		going, err := q.goingOn(session)
		if see = append(see, going...); err != nil || !byPerson {
			return see, err
		}
		release, err := q.about(session, q.s.Actions[b.Action], sallyport.AskReleaseOutput, e.By, policy.StageWork)
		return append(see, release...), err
	}
	return nil, nil
}

// permitting gives what is asked before an action starts: the facts of everyone still hold, not only what was decided (DESIGN 4.8). The
// execution comes last, so that an answer names its policies.
func (q asker) permitting(session *workflow.Session, a *workflow.Action) ([]policy.Request, error) {
	rs, err := q.approvers(session, a)
	if err == nil && session.Escort != "" {
		var escort []policy.Request
		escort, err = q.about(session, nil, sallyport.AskEscort, session.Escort, policy.StageWork)
		rs = append(rs, escort...)
	}
	if err != nil {
		return nil, err
	}
	execute, err := q.about(session, a, sallyport.AskExecute, session.Engineer, policy.StageWork)
	return append(rs, execute...), err
}

// approvers asks of everyone whose approval an action would start on whether they could give it still: training and screening of the second
// person as well as of the escort, who may have handed over since.
func (q asker) approvers(session *workflow.Session, a *workflow.Action) (out []policy.Request, err error) {
	if a.Runbook != "" {
		return nil, nil
	}
	for _, seat := range []struct {
		seat sallyport.Seat
		ask  sallyport.Ask
	}{{sallyport.SeatEscort, sallyport.AskDecide}, {sallyport.SeatSecond, sallyport.AskDecideSecond}} {
		d, ok := a.Approval(seat.seat)
		if !ok || !q.now.Before(d.Expires) || d.Policy != q.s.PolicyOf(session.System) {
			continue
		}
		rs, err := q.about(session, a, seat.ask, d.By, policy.StageWork)
		if err != nil {
			return nil, err
		}
		if seat.seat == sallyport.SeatSecond {
			rs[0].Session.Second = rs[0].Principal
		}
		if err := q.asApproved(&rs[0], a); err != nil {
			return nil, err
		}
		rs[0].Decision = policy.Decision{Answer: d.Answer, Words: d.Words != nil && d.Words.Size > 0, Signed: d.Signed != nil}
		out = append(out, rs...)
	}
	return out, nil
}

func (q asker) actionOf(b sallyport.Body) *workflow.Action {
	if stop, ok := b.(*sallyport.ActionStopping); ok {
		return q.s.Actions[stop.Action]
	}
	return nil
}

func (q asker) deciding(e sallyport.Entry, b *sallyport.ActionDecided, session *workflow.Session) ([]policy.Request, error) {
	ask := sallyport.AskDecide
	if b.Seat == sallyport.SeatSecond {
		ask = sallyport.AskDecideSecond
	}
	rs, err := q.about(session, q.s.Actions[b.Action], ask, e.By, policy.StageWork)
	if err != nil {
		return nil, err
	}
	rs[0].Decision = policy.Decision{Answer: b.Answer, Words: b.Words != nil && b.Words.Size > 0, Signed: b.Signed != nil}
	if b.Seat != sallyport.SeatSecond {
		return rs, nil
	}
	rs[0].Session.Second = rs[0].Principal
	approved := rs[0]
	err = q.asApproved(&approved, q.s.Actions[b.Action])
	return append(rs, approved), err
}

// asApproved asks r with whoever approved as escort in the escort's place: they may have handed the session over since, and are not another person for that.
func (q asker) asApproved(r *policy.Request, a *workflow.Action) (err error) {
	if d, ok := a.Approval(sallyport.SeatEscort); ok {
		r.Session.Escort, err = q.subject(d.By, a.Session)
	}
	return err
}

// topic asks about administration.
func (q asker) topic(topic policy.Topic, by, subject sallyport.PersonID, session *workflow.Session) ([]policy.Request, error) {
	r, err := q.request(sallyport.AskAdminister, by)
	if err != nil {
		return nil, err
	}
	r.Topic = topic
	if subject != "" {
		if r.Subject, err = q.subject(subject, ""); err != nil {
			return nil, err
		}
	}
	if session != nil {
		r.Session, err = q.session(session, policy.StageWork)
	}
	return []policy.Request{r}, err
}

func (q asker) administration(e sallyport.Entry, b sallyport.Body) ([]policy.Request, error) {
	topic := func(t policy.Topic, subject sallyport.PersonID) ([]policy.Request, error) {
		return q.topic(t, e.By, subject, nil)
	}
	ask := func(a sallyport.Ask, subject sallyport.PersonID) ([]policy.Request, error) {
		r, err := q.request(a, e.By)
		if err == nil && subject != "" {
			r.Subject, err = q.subject(subject, "")
		}
		return []policy.Request{r}, err
	}
	switch b := b.(type) {
	case *sallyport.PersonAdded:
		return topic(policy.TopicPerson, b.Person)
	case *sallyport.PersonChanged:
		return topic(policy.TopicPerson, b.Person)
	case *sallyport.FactRecorded:
		rs, err := topic(policy.TopicFact, b.Person)
		if err == nil {
			rs[0].SelfAsserted = b.SelfAsserted
		}
		return rs, err
	case *sallyport.FactVouched:
		return topic(policy.TopicVouch, b.Person)
	case *sallyport.FactWithdrawn:
		return topic(policy.TopicFact, b.Person)
	case *sallyport.RoleAssigned:
		return topic(policy.TopicRole, b.Person)
	case *sallyport.RoleWithdrawn:
		return topic(policy.TopicRole, b.Person)
	case *sallyport.KeyEnrolled:
		return topic(policy.TopicKey, b.Person)
	case *sallyport.KeyRetired:
		return topic(policy.TopicKey, q.s.Keys[b.Key].Person)
	case *sallyport.SystemSet:
		return topic(policy.TopicSystem, "")
	case *sallyport.TargetSet, *sallyport.TargetChecking:
		return topic(policy.TopicTarget, "")
	case *sallyport.PolicySet:
		return topic(policy.TopicPolicy, "")
	case *sallyport.ListSet:
		return topic(policy.TopicList, "")
	case *sallyport.NetworksSet:
		return topic(policy.TopicList, "")
	case *sallyport.DisclosureSet:
		return topic(policy.TopicDisclosure, "")
	case *sallyport.TicketOpened:
		return topic(policy.TopicTicket, b.Engineer)
	case *sallyport.TicketClosed:
		return topic(policy.TopicTicket, q.s.Tickets[b.Ticket].Engineer)
	case *sallyport.ApprovalRecorded:
		return topic(policy.TopicApproval, "")
	case *sallyport.RunbookSigned:
		return topic(policy.TopicRunbook, b.Second)
	case *sallyport.RunbookSeconded:
		return topic(policy.TopicRunbookSecond, q.s.Runbooks[b.Runbook].Escort)
	case *sallyport.RunbookWithdrawn:
		return topic(policy.TopicRunbook, "")
	case *sallyport.Revoked:
		return topic(policy.TopicRevoke, revokedPerson(b.What, b.Name))
	case *sallyport.Restored:
		return topic(policy.TopicRestore, revokedPerson(b.What, b.Name))
	case *sallyport.BreakGlassReviewed:
		return q.topic(policy.TopicBreakGlassReview, e.By, q.s.Sessions[b.Of].Breaker, q.s.Sessions[b.Of])
	case *sallyport.AcceptanceSigned:
		return ask(sallyport.AskAcceptRisk, b.Person)
	case *sallyport.AcceptanceEnded:
		return ask(sallyport.AskAcceptRisk, "")
	case *sallyport.ExportMade:
		return q.exporting(e, b)
	case *sallyport.ReplayWatched: // whose session it was decides who may not look (R17)
		if a := q.s.Actions[b.Action]; a != nil {
			return q.about(q.s.Sessions[a.Session], a, sallyport.AskReplay, e.By, policy.StageNone)
		}
		if session := q.s.Sessions[b.Of]; session != nil {
			return q.about(session, nil, sallyport.AskReplay, e.By, policy.StageNone)
		}
		return ask(sallyport.AskReplay, "")
	}
	return nil, nil
}

// exporting asks about the house, every session that an export names, and every system that it names or, where it names nothing, that
// there is: evidence of a system leaves under that system's policy, and nobody takes out their own (R17, R44, R52).
func (q asker) exporting(e sallyport.Entry, b *sallyport.ExportMade) (out []policy.Request, err error) {
	systems := b.Systems
	if len(b.Systems)+len(b.Sessions) == 0 {
		systems = slices.Sorted(maps.Keys(q.s.Systems))
	}
	for _, system := range append([]sallyport.SystemID{HouseSystem}, systems...) {
		of := q
		of.system = system
		r, err := of.request(sallyport.AskExport, e.By)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	for _, id := range b.Sessions {
		session := q.s.Sessions[id]
		if session == nil {
			return nil, &workflow.Illegal{Why: "there is no session " + string(id)}
		}
		of := q
		of.system = session.System
		rs, err := of.about(session, nil, sallyport.AskExport, e.By, policy.StageNone)
		if err != nil {
			return nil, err
		}
		out = append(out, rs...)
	}
	return out, nil
}

func revokedPerson(what, name string) sallyport.PersonID {
	if what == "person" {
		return sallyport.PersonID(name)
	}
	return ""
}
