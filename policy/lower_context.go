package policy

import (
	"slices"

	"github.com/cedar-policy/cedar-go"

	"sallyport"
)

func sessionRecord(req *Request) cedar.Record {
	s := &req.Session
	return cedar.NewRecord(cedar.RecordMap{
		"somewhere":  cedar.Boolean(s.Stage != StageNone),
		"approved":   cedar.Boolean(s.Approved),
		"consented":  cedar.Boolean(s.Consented),
		"present":    cedar.Boolean(s.Present),
		"paused":     cedar.Boolean(s.Paused),
		"breakGlass": cedar.Boolean(s.BreakGlass),
		"revoked": cedar.Boolean(s.ID != "" && revoked(req.Revocations, "session", string(s.ID)) ||
			s.Ticket != "" && revoked(req.Revocations, "ticket", string(s.Ticket))),
	})
}

func actionRecord(a *Action) cedar.Record {
	if a.ID == "" && !a.Assessed {
		return noAction
	}
	return cedar.NewRecord(cedar.RecordMap{
		"some":           cedar.Boolean(a.ID != ""),
		"assessed":       cedar.Boolean(a.Assessed),
		"verdict":        cedar.Long(verdictRank(a)),
		"complete":       cedar.Boolean(a.Complete),
		"kinds":          stringSet(a.Kinds),
		"needs":          stringSet(a.Needs),
		"runbook":        cedar.Boolean(a.Runbook),
		"signed":         cedar.Boolean(a.Signed),
		"escortApproved": cedar.Boolean(a.EscortApproved),
		"secondApproved": cedar.Boolean(a.SecondApproved),
	})
}

// noAction stands where no action is concerned.
var noAction = cedar.NewRecord(cedar.RecordMap{
	"some": cedar.False, "assessed": cedar.False, "verdict": cedar.Long(0), "complete": cedar.False, "kinds": emptySet, "needs": emptySet,
	"runbook": cedar.False, "signed": cedar.False, "escortApproved": cedar.False, "secondApproved": cedar.False,
})

func decisionRecord(d *Decision) cedar.Record {
	return cedar.NewRecord(cedar.RecordMap{
		"approves": cedar.Boolean(d.Answer == sallyport.Approve),
		"words":    cedar.Boolean(d.Words),
		"signed":   cedar.Boolean(d.Signed),
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

// approvalRecord joins the approvals in force: what one does not cover another may.
func approvalRecord(inForce []Approval) cedar.Record {
	state, countries := "none", []string(nil)
	for _, a := range inForce {
		state = "in-force"
		countries = append(countries, a.Countries...)
	}
	return cedar.NewRecord(cedar.RecordMap{"state": cedar.String(state), "countries": stringSet(countries)})
}

func acceptedSet(inForce []Acceptance) cedar.Set {
	var rules []string
	for _, a := range inForce {
		rules = append(rules, a.Rule)
	}
	return stringSet(rules)
}

func listsRecord(names []string, lists Lists) cedar.Record {
	m := make(cedar.RecordMap, len(names))
	for _, name := range names {
		m[cedar.String(name)] = lists[name].record()
	}
	return cedar.NewRecord(m)
}

// record is a list in Cedar's terms; nil is a list that is not in force. What [ParseList] reads has it ready.
func (l *List) record() cedar.Record {
	if l != nil && l.ready {
		return l.lowered
	}
	var members []string
	if l != nil && l.Confirmed {
		members = l.Members
	}
	return cedar.NewRecord(cedar.RecordMap{"state": cedar.String(l.state()), "members": stringSet(members)})
}
