package rules

import (
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// asker builds policy's requests from the state before an entry.
type asker struct {
	c      *Checker
	s      *workflow.State
	d      sallyport.Disclosed
	now    time.Time
	system sallyport.SystemID
}

// request gives what every question about the system has in common.
func (q asker) request(ask sallyport.Ask, principal sallyport.PersonID) (policy.Request, error) {
	r := policy.Request{Ask: ask, Now: q.now, System: policy.System{ID: q.system}, Lists: policy.Lists{}}
	var err error
	if r.Principal, err = q.subject(principal, ""); err != nil {
		return r, err
	}
	if sys := q.s.Systems[q.system]; sys != nil {
		r.System = policy.System{ID: sys.System, Impact: sys.Impact, Technologies: sys.Technologies, EscortCap: sys.EscortCap}
		if d := sys.Disclosure; d != nil {
			r.Disclosure = &policy.Disclosure{Version: d.Version, Countries: d.Countries, Employers: d.Employers}
		}
	}
	for name, l := range q.s.Lists {
		if r.Lists[name], err = q.c.list(l, q.d); err != nil {
			return r, err
		}
	}
	for _, a := range q.s.Acceptances {
		if a.System == q.system && !a.Ended {
			r.Acceptances = append(r.Acceptances, policy.Acceptance{ID: a.Acceptance, System: a.System, Person: a.Person, Rule: a.Rule, By: a.By, Until: a.Until})
		}
	}
	for _, a := range q.s.Approvals {
		if a.System == q.system {
			r.Approvals = append(r.Approvals, policy.Approval{ID: a.Approval, System: a.System, Countries: a.Countries, From: a.From, Until: a.Until})
		}
	}
	r.Revocations = q.revocations()
	sortRequest(&r)
	return r, nil
}

func (q asker) revocations() (out []policy.Revocation) {
	for r := range q.s.Revocations {
		out = append(out, policy.Revocation{What: r.What, Name: r.Name})
	}
	return out
}

// sortRequest puts what came out of maps into one order: equal questions must be equal.
func sortRequest(r *policy.Request) {
	slices.SortFunc(r.Acceptances, func(a, b policy.Acceptance) int { return compare(a.ID, b.ID) })
	slices.SortFunc(r.Approvals, func(a, b policy.Approval) int { return compare(a.ID, b.ID) })
	slices.SortFunc(r.Revocations, func(a, b policy.Revocation) int { return compare(a.What+"\x00"+a.Name, b.What+"\x00"+b.Name) })
}

func compare[T ~string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// subject gives a person as policy sees them; except is a session that does not count among those that they escort.
func (q asker) subject(p sallyport.PersonID, except sallyport.SessionID) (policy.Subject, error) {
	person := q.s.People[p]
	if person == nil {
		return policy.Subject{ID: p}, nil
	}
	out := policy.Subject{ID: p, Facts: policy.Facts{}}
	for _, role := range person.Roles {
		if (role.System == "*" || role.System == q.system) && (role.Until == nil || q.now.Before(*role.Until)) && !slices.Contains(out.Roles, role.Role) {
			out.Roles = append(out.Roles, role.Role)
		}
	}
	slices.Sort(out.Roles)
	for name, f := range person.Facts {
		held := policy.Held{Until: f.Until, SelfAsserted: f.SelfAsserted, Vouchers: f.Vouchers}
		var err error
		if held.Fact, _, err = q.c.Fact(f.Ref, q.d); err != nil {
			return out, err
		}
		out.Facts[name] = held
	}
	out.Escorted = q.s.Escorted(p)
	if live := q.s.Live()[except]; live != nil && live.Escort == p {
		out.Escorted--
	}
	return out, nil
}

// session gives a session as policy sees it.
func (q asker) session(session *workflow.Session, stage policy.Stage) (policy.Session, error) {
	t := q.s.Tickets[session.Ticket]
	out := policy.Session{ID: session.ID, Ticket: session.Ticket, Stage: stage, Mode: session.Mode, Approved: session.Approved != "", Consented: len(session.Consented) > 0,
		Present: session.Present, Paused: session.Paused, BreakGlass: session.Breaking != nil && q.now.Before(session.Breaking.Until),
		Technologies: slices.Clone(t.Technologies)}
	for _, name := range t.Targets {
		out.Technologies = append(out.Technologies, q.s.Targets[name].Technologies...)
	}
	slices.Sort(out.Technologies)
	out.Technologies = slices.Compact(out.Technologies)
	parties := []struct {
		to *policy.Subject
		p  sallyport.PersonID
	}{{&out.Engineer, session.Engineer}, {&out.Escort, session.Escort}, {&out.Approver, session.Approved}}
	if n := len(session.Consented); n > 0 {
		parties = append(parties, struct {
			to *policy.Subject
			p  sallyport.PersonID
		}{&out.Owner, session.Consented[n-1]})
	}
	for _, party := range parties {
		if party.p == "" {
			continue
		}
		var err error
		if *party.to, err = q.subject(party.p, session.ID); err != nil {
			return out, err
		}
	}
	return out, q.locate(session, &out.Engineer)
}

// locate puts the location that was recorded for this session in the place of the engineer's usual one (R7).
func (q asker) locate(session *workflow.Session, engineer *policy.Subject) error {
	if session.Location == nil {
		return nil
	}
	f, ok, err := q.c.Fact(*session.Location, q.d)
	if err != nil {
		return err
	}
	if !ok {
		engineer.Facts[sallyport.FactLocation] = policy.Held{}
		return nil
	}
	engineer.Facts = engineer.Facts.With(f)
	return nil
}

// action gives an action as policy sees it.
func (q asker) action(session *workflow.Session, a *workflow.Action) policy.Action {
	out := policy.Action{ID: a.ID, Runbook: a.Runbook != "", Signed: a.Signature != nil}
	if as := a.Assessed; as != nil {
		out.Assessed, out.Verdict, out.Complete, out.Needs = true, sallyport.Verdict(as.Verdict), as.Complete, as.Needs
		for _, k := range as.Kinds {
			out.Kinds = append(out.Kinds, sallyport.EffectKind(k))
		}
	}
	content := q.s.PolicyOf(session.System)
	live := func(seat sallyport.Seat) bool {
		d, ok := a.Approval(seat)
		return ok && q.now.Before(d.Expires) && d.Policy == content
	}
	out.EscortApproved, out.SecondApproved = live(sallyport.SeatEscort), live(sallyport.SeatSecond)
	return out
}

// second gives whoever decided from the second seat.
func (q asker) second(a *workflow.Action) (policy.Subject, error) {
	for i := len(a.Decisions) - 1; i >= 0; i-- {
		if a.Decisions[i].Seat == sallyport.SeatSecond {
			return q.subject(a.Decisions[i].By, a.Session)
		}
	}
	return policy.Subject{}, nil
}
