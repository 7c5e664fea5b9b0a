package rules

import (
	"strings"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// permitted asks policy about entry e, where e is something that a person, or the gateway for a person, may or may not do.
// The answer that allows it is good until the moment that it names; zero is without end.
func (c *Checker) permitted(s *workflow.State, e sallyport.Entry, b sallyport.Body, d sallyport.Disclosed) (until time.Time, err error) {
	if err := c.readable(b, d); err != nil {
		return until, err
	}
	if len(s.Policies) == 0 {
		return until, founding(s, e, b)
	}
	switch b := b.(type) {
	case *sallyport.SessionRequested:
		if err := c.located(s, b, d); err != nil {
			return until, err
		}
	case *sallyport.ActionProposed:
		if err := specified(s, e, b, d); err != nil {
			return until, err
		}
	case *sallyport.RunbookSigned:
		if err := runbookText(b, d); err != nil {
			return until, err
		}
	}
	if err := c.signedInAdvance(s, e, b, d); err != nil {
		return until, err
	}
	answer, asked, err := c.Ask(s, e, b, d)
	if err != nil || !asked {
		return until, err
	}
	return answer.Until, Refused(answer)
}

// Refused gives the reason of a denial in sentences, or nil.
func Refused(a policy.Answer) error {
	if a.Allowed {
		return nil
	}
	if len(a.Withheld) > 0 {
		return &Withheld{What: "fact " + a.Withheld[0].Name + " of the " + a.Withheld[0].Seat}
	}
	var why []string
	for _, p := range a.Policies {
		if p.Forbids {
			why = append(why, p.Says+" ("+p.ID+")")
		}
	}
	for _, e := range a.Errors {
		why = append(why, "a policy could not be evaluated, which is a denial: "+e)
	}
	if len(why) == 0 {
		why = []string{"no policy allows it"}
	}
	return &workflow.Illegal{Why: strings.Join(why, "; ")}
}

// founding lets the first administrator in, gives them their role and puts the first policy set in force. Nothing else
// can happen in a log that has no policy.
func founding(s *workflow.State, e sallyport.Entry, b sallyport.Body) error {
	switch b := b.(type) {
	case *sallyport.LogOpened, *sallyport.Heartbeat, *sallyport.PolicySet:
		return nil
	case *sallyport.PersonAdded:
		if len(s.People) == 0 {
			return nil
		}
	case *sallyport.RoleAssigned:
		if b.Role == sallyport.RoleAdministrator && len(s.People) == 1 {
			return nil
		}
	case *sallyport.KeyEnrolled:
		if len(s.People) == 1 {
			return nil
		}
	}
	return &workflow.Illegal{Why: "a log without a policy takes its first administrator and its first policy set, and nothing else"}
}

// readable refuses an entry whose blob is not what the entry says it is. A withheld one cannot be looked at: that is counted elsewhere.
func (c *Checker) readable(b sallyport.Body, d sallyport.Disclosed) error {
	switch b := b.(type) {
	case *sallyport.PolicySet:
		_, err := c.set(b, d)
		return err
	case *sallyport.ListSet:
		_, err := c.list(b, d)
		return err
	case *sallyport.NetworksSet:
		_, _, err := networksOf(b, d)
		return err
	case *sallyport.FactRecorded:
		f, ok, err := c.Fact(b.Fact, d)
		if err != nil || !ok {
			return err
		}
		same := (f.Until == nil) == (b.Until == nil) && (f.Until == nil || f.Until.Equal(*b.Until))
		if f.Name != b.Name || f.SelfAsserted != b.SelfAsserted || !same {
			return &workflow.Illegal{Why: "fact " + b.Name + " of " + string(b.Person) + " is not the one that the entry names"}
		}
	}
	return nil
}

// Ask puts the question of entry e to the policy in force. asked is false where an entry needs no permission: it states
// what happened, or takes back what its author did.
func (c *Checker) Ask(s *workflow.State, e sallyport.Entry, b sallyport.Body, d sallyport.Disclosed) (answer policy.Answer, asked bool, err error) {
	q := asker{c: c, s: s, d: d, now: e.Time, system: systemOf(s, e, b)}
	requests, err := q.questions(e, b)
	if err != nil || len(requests) == 0 {
		return answer, false, err
	}
	for _, r := range requests {
		set, err := c.SetOf(s, r.System.ID, d)
		if err != nil {
			return answer, true, err
		}
		if answer = set.Evaluate(&r); !answer.Allowed {
			break
		}
	}
	return answer, true, nil
}

// systemOf tells which system's policy governs an entry.
func systemOf(s *workflow.State, e sallyport.Entry, b sallyport.Body) sallyport.SystemID {
	if session := s.Sessions[e.Session]; session != nil {
		return session.System
	}
	known := func(id sallyport.SystemID) sallyport.SystemID {
		if s.Systems[id] != nil {
			return id
		}
		return HouseSystem
	}
	switch b := b.(type) {
	case *sallyport.SessionRequested:
		return known(b.System)
	case *sallyport.SystemSet:
		return known(b.System)
	case *sallyport.TargetSet:
		return known(b.System)
	case *sallyport.TargetChecking:
		if t := s.Targets[b.Target]; t != nil {
			return known(t.System)
		}
	case *sallyport.DisclosureSet:
		return known(b.System)
	case *sallyport.TicketOpened:
		return known(b.System)
	case *sallyport.TicketClosed:
		if t := s.Tickets[b.Ticket]; t != nil {
			return known(t.System)
		}
	case *sallyport.RoleAssigned:
		return known(b.System)
	case *sallyport.RoleWithdrawn:
		return known(b.System)
	case *sallyport.AcceptanceSigned:
		return known(b.System)
	case *sallyport.AcceptanceEnded:
		if a := s.Acceptances[b.Acceptance]; a != nil {
			return known(a.System)
		}
	case *sallyport.ApprovalRecorded:
		return known(b.System)
	case *sallyport.RunbookSigned:
		return known(b.System)
	case *sallyport.RunbookSeconded:
		return runbookSystem(s, b.Runbook)
	case *sallyport.RunbookWithdrawn:
		return runbookSystem(s, b.Runbook)
	case *sallyport.BreakGlassReviewed:
		if session := s.Sessions[b.Of]; session != nil {
			return session.System
		}
	case *sallyport.ReplayWatched:
		if a := s.Actions[b.Action]; a != nil {
			return s.Sessions[a.Session].System
		}
		if session := s.Sessions[b.Of]; session != nil {
			return session.System
		}
	case *sallyport.Revoked:
		return known(sallyport.SystemID(revokedSystem(s, b.What, b.Name)))
	case *sallyport.Restored:
		return known(sallyport.SystemID(revokedSystem(s, b.What, b.Name)))
	}
	return HouseSystem
}

func runbookSystem(s *workflow.State, name sallyport.RunbookID) sallyport.SystemID {
	if r := s.Runbooks[name]; r != nil {
		return r.System
	}
	return HouseSystem
}

// revokedSystem gives the system that a revocation lies within, so that its owner can revoke too.
func revokedSystem(s *workflow.State, what, name string) string {
	switch what {
	case "system":
		return name
	case "ticket":
		if t := s.Tickets[sallyport.TicketID(name)]; t != nil {
			return string(t.System)
		}
	case "session":
		if session := s.Sessions[sallyport.SessionID(name)]; session != nil {
			return string(session.System)
		}
	}
	return ""
}
