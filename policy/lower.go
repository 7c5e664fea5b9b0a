package policy

import (
	"slices"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"sallyport"
)

// lowered is a request in Cedar's terms.
type lowered struct {
	request  cedar.Request
	entities types.EntityMap
	people   map[string]standing // by seat
	approval []Approval          // in force
	accepted []Acceptance        // in force, for the principal
}

// lower fills every attribute of the schema. A test holds it to that.
func (s *Set) lower(req *Request) lowered {
	l := lowered{entities: make(types.EntityMap, 8), people: make(map[string]standing, 7)}
	needs, class := needsOf(req), classOf(req)
	context := make(cedar.RecordMap, 24)
	place := func(seat string, who Subject) cedar.EntityUID {
		p := standing{who, req.Now, &s.profile}
		uid := cedar.NewEntityUID("Person", cedar.String(who.ID))
		if _, ok := l.entities[uid]; !ok {
			l.entities[uid] = cedar.Entity{UID: uid, Attributes: p.record(needs, class, req.Revocations)}
		}
		if who.ID != "" {
			l.people[seat] = p
		}
		return uid
	}
	principal := place("principal", req.Principal)
	for i, who := range []Subject{req.Session.Engineer, req.Session.Escort, req.Session.Second, req.Session.Owner, req.Session.Approver, req.Subject} {
		context[cedar.String(seats[i])] = place(seats[i], who)
	}
	resource := cedar.NewEntityUID("System", cedar.String(req.System.ID))
	l.entities[resource] = cedar.Entity{UID: resource, Attributes: cedar.NewRecord(cedar.RecordMap{
		"impact":    cedar.String(req.System.Impact),
		"escortCap": cedar.Long(req.System.EscortCap),
		"revoked":   cedar.Boolean(revoked(req.Revocations, "system", string(req.System.ID))),
	})}
	action := cedar.NewEntityUID("Action", cedar.String(req.Ask))
	if isMode(req.Ask) {
		l.entities[action] = cedar.Entity{UID: action, Parents: modeParents}
	}
	l.approval = approvalsInForce(req)
	l.accepted = acceptancesInForce(req)
	s.lowerContext(req, &l, context)
	l.request = cedar.Request{Principal: principal, Action: action, Resource: resource, Context: cedar.NewRecord(context)}
	return l
}

var modeParents = cedar.NewEntityUIDSet(cedar.NewEntityUID("Action", participate))

func (s *Set) lowerContext(req *Request, l *lowered, c cedar.RecordMap) {
	ses, act := &req.Session, &req.Action
	c["now"] = cedar.NewDatetime(req.Now)
	c["stage"] = cedar.String(ses.Stage)
	c["mode"] = cedar.Long(max(0, modeOf(req).Rank()))
	c["topic"] = cedar.String(req.Topic)
	c["selfAsserted"] = cedar.Boolean(req.SelfAsserted)
	c["session"] = cedar.NewRecord(cedar.RecordMap{
		"somewhere":  cedar.Boolean(ses.Stage != StageNone),
		"approved":   cedar.Boolean(ses.Approved),
		"consented":  cedar.Boolean(ses.Consented),
		"present":    cedar.Boolean(ses.Present),
		"paused":     cedar.Boolean(ses.Paused),
		"breakGlass": cedar.Boolean(ses.BreakGlass),
		"revoked": cedar.Boolean(ses.ID != "" && revoked(req.Revocations, "session", string(ses.ID)) ||
			ses.Ticket != "" && revoked(req.Revocations, "ticket", string(ses.Ticket))),
	})
	c["action"] = cedar.NewRecord(cedar.RecordMap{
		"some":           cedar.Boolean(act.ID != ""),
		"assessed":       cedar.Boolean(act.Assessed),
		"verdict":        cedar.Long(verdictRank(act)),
		"complete":       cedar.Boolean(act.Complete),
		"kinds":          stringSet(act.Kinds),
		"needs":          stringSet(act.Needs),
		"runbook":        cedar.Boolean(act.Runbook),
		"signed":         cedar.Boolean(act.Signed),
		"escortApproved": cedar.Boolean(act.EscortApproved),
		"secondApproved": cedar.Boolean(act.SecondApproved),
	})
	c["decision"] = cedar.NewRecord(cedar.RecordMap{
		"approves": cedar.Boolean(req.Decision.Answer == sallyport.Approve),
		"words":    cedar.Boolean(req.Decision.Words),
		"signed":   cedar.Boolean(req.Decision.Signed),
	})
	c["disclosure"] = disclosureRecord(req.Disclosure)
	state, countries := "none", []string(nil)
	for _, a := range l.approval {
		state = "in-force"
		countries = append(countries, a.Countries...)
	}
	c["approval"] = cedar.NewRecord(cedar.RecordMap{"state": cedar.String(state), "countries": stringSet(countries)})
	var accepted []string
	for _, a := range l.accepted {
		accepted = append(accepted, a.Rule)
	}
	c["accepted"] = stringSet(accepted)
	c["everythingRevoked"] = cedar.Boolean(revoked(req.Revocations, "all", ""))
	lists := make(cedar.RecordMap, len(s.profile.Lists))
	for _, name := range s.profile.Lists {
		list := req.Lists[name]
		var members []string
		if list != nil && list.Confirmed {
			members = list.Members
		}
		lists[cedar.String(name)] = cedar.NewRecord(cedar.RecordMap{"state": cedar.String(list.state()), "members": stringSet(members)})
	}
	c["lists"] = cedar.NewRecord(lists)
	c["profile"] = s.context
}

// modeOf is the mode that the question is about: that of the session, or the one that is asked for.
func modeOf(req *Request) sallyport.Mode {
	asked := sallyport.Deny
	if isMode(req.Ask) {
		asked = sallyport.Mode(req.Ask)
	}
	if req.Session.Mode.Rank() > asked.Rank() {
		return req.Session.Mode
	}
	return asked
}

// verdictRank is 0 for low to 3 for critical. What is not assessed ranks as critical; no action at all ranks lowest.
func verdictRank(a *Action) int {
	if a.ID == "" {
		return 0
	}
	if !a.Assessed {
		return sallyport.Critical.Rank()
	}
	return a.Verdict.Rank()
}

// profileRecord is context.profile, the same for every request to a set.
type profileRecord = cedar.Record

func newProfileRecord(p Profile) profileRecord {
	second := len(sallyport.Verdicts) // above every verdict
	if p.SecondFrom != NeverSecond {
		second = p.SecondFrom.Rank()
	}
	return cedar.NewRecord(cedar.RecordMap{
		"ceiling":         cedar.Long(p.Ceiling.Rank()),
		"escortCap":       cedar.Long(p.EscortCap),
		"selfAsserted":    cedar.Boolean(p.SelfAsserted),
		"breakGlass":      cedar.Boolean(p.BreakGlass),
		"sessionApproval": cedar.Boolean(p.SessionApproval),
		"ownerConsent":    cedar.Boolean(p.OwnerConsent),
		"disclosure":      cedar.Boolean(p.Disclosure),
		"signProposals":   cedar.Boolean(p.SignProposals),
		"signDecisions":   cedar.Boolean(p.SignDecisions),
		"words":           cedar.Boolean(p.Words),
		"secondFrom":      cedar.Long(second),
		"escortQualified": cedar.Boolean(p.EscortQualified),
	})
}

func disclosureRecord(d *Disclosure) cedar.Record {
	state := "known"
	if d == nil {
		state, d = "unknown", &Disclosure{}
	}
	return cedar.NewRecord(cedar.RecordMap{
		"state":       cedar.String(state),
		"anyCountry":  cedar.Boolean(slices.Contains(d.Countries, "*")),
		"countries":   stringSet(d.Countries),
		"anyEmployer": cedar.Boolean(slices.Contains(d.Employers, "*")),
		"employers":   stringSet(d.Employers),
	})
}

func revoked(revocations []Revocation, what, name string) bool {
	return slices.Contains(revocations, Revocation{What: what, Name: name}) || what == "all" && slices.ContainsFunc(revocations, func(r Revocation) bool { return r.What == what })
}

// approvalsInForce are the written approvals for the system whose time it is.
func approvalsInForce(req *Request) []Approval {
	var out []Approval
	for _, a := range req.Approvals {
		if a.System == req.System.ID && !req.Now.Before(a.From) && req.Now.Before(a.Until) {
			out = append(out, a)
		}
	}
	return out
}

// acceptancesInForce are the risk acceptances whose time it is, for the system and the principal. Nobody accepts
// themselves as a risk: one signed by the principal does not count for them.
func acceptancesInForce(req *Request) []Acceptance {
	var out []Acceptance
	for _, a := range req.Acceptances {
		if a.System == req.System.ID && (a.Person == "" || a.Person == req.Principal.ID) && a.By != req.Principal.ID &&
			!req.Now.Before(a.From) && req.Now.Before(a.Until) {
			out = append(out, a)
		}
	}
	return out
}

func stringSet[S ~string](words []S) cedar.Set {
	if len(words) == 0 {
		return emptySet
	}
	values := make([]cedar.Value, len(words))
	for i, w := range words {
		values[i] = cedar.String(w)
	}
	return cedar.NewSet(values...)
}

var emptySet = cedar.NewSet()
