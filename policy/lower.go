package policy

import (
	"slices"
	"strings"

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

// wanted is what the policies of a question read: attributes by seat ("principal" and the parties) and keys of the
// context. Only these are filled: building the others is most of what an evaluation would cost. Were one missing here by
// mistake, reading it would be an error, and an error is a denial. nil wants everything.
type wanted struct {
	people  map[string]map[string]bool
	context map[string]bool
}

// wantedBy says what rules read.
func wantedBy(rules []*rule) *wanted {
	w := &wanted{people: map[string]map[string]bool{"principal": {}}, context: map[string]bool{}}
	for _, r := range rules {
		for _, path := range r.reads {
			if seat, attribute, _, ok := seatOf(path); ok {
				if w.people[seat] == nil {
					w.people[seat] = map[string]bool{}
				}
				w.people[seat][attribute] = true
			} else if parts := strings.Split(path, "."); parts[0] == "context" && len(parts) > 1 {
				w.context[parts[1]] = true
			}
		}
	}
	return w
}

// key tells whether a key of the context is wanted.
func (w *wanted) key(name string) bool { return w == nil || w.context[name] }

// lower puts a request into Cedar's terms. With nil for w it fills every attribute of the schema; a test holds it to that.
func (s *Set) lower(req *Request, w *wanted) lowered {
	l := lowered{entities: make(types.EntityMap, 8), people: make(map[string]standing, 7)}
	context := make(cedar.RecordMap, 24)
	parties := [...]*Subject{&req.Principal, &req.Session.Engineer, &req.Session.Escort, &req.Session.Second, &req.Session.Owner, &req.Session.Approver, &req.Subject}
	seatNames := [...]string{"principal", seats[0], seats[1], seats[2], seats[3], seats[4], seats[5]}
	var uids [len(parties)]cedar.EntityUID
	needs, class := needsOf(req), classOf(req)
	for i, who := range parties {
		seat := seatNames[i]
		uids[i] = cedar.NewEntityUID("Person", cedar.String(who.ID))
		p := standing{*who, req.Now, &s.profile}
		if who.ID != "" {
			l.people[seat] = p
		}
		if w != nil && w.people[seat] == nil {
			continue // no policy looks at this seat
		}
		if i > 0 {
			context[cedar.String(seat)] = uids[i]
		}
		if _, ok := l.entities[uids[i]]; ok {
			continue // a person in two seats is given once, with what either is asked about
		}
		reads := func(attribute string) bool {
			if w == nil {
				return true
			}
			for j, other := range parties {
				if other.ID == who.ID && w.people[seatNames[j]][attribute] {
					return true
				}
			}
			return false
		}
		l.entities[uids[i]] = cedar.Entity{UID: uids[i], Attributes: p.record(reads, needs, class, req.Revocations)}
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
	s.lowerContext(req, &l, w, context)
	l.request = cedar.Request{Principal: uids[0], Action: action, Resource: resource, Context: cedar.NewRecord(context)}
	return l
}

var modeParents = cedar.NewEntityUIDSet(cedar.NewEntityUID("Action", participate))

func (s *Set) lowerContext(req *Request, l *lowered, w *wanted, c cedar.RecordMap) {
	for _, part := range []struct {
		key   cedar.String
		value func() cedar.Value
	}{
		{"now", func() cedar.Value { return cedar.NewDatetime(req.Now) }},
		{"stage", func() cedar.Value { return cedar.String(req.Session.Stage) }},
		{"mode", func() cedar.Value { return cedar.Long(max(0, modeOf(req).Rank())) }},
		{"topic", func() cedar.Value { return cedar.String(req.Topic) }},
		{"selfAsserted", func() cedar.Value { return cedar.Boolean(req.SelfAsserted) }},
		{"session", func() cedar.Value { return sessionRecord(req) }},
		{"action", func() cedar.Value { return actionRecord(&req.Action) }},
		{"decision", func() cedar.Value { return decisionRecord(&req.Decision) }},
		{"disclosure", func() cedar.Value { return disclosureRecord(req.Disclosure) }},
		{"approval", func() cedar.Value { return approvalRecord(l.approval) }},
		{"accepted", func() cedar.Value { return acceptedSet(l.accepted) }},
		{"everythingRevoked", func() cedar.Value { return cedar.Boolean(revoked(req.Revocations, "all", "")) }},
		{"lists", func() cedar.Value { return listsRecord(s.profile.Lists, req.Lists) }},
		{"profile", func() cedar.Value { return s.context }},
	} {
		if w.key(string(part.key)) {
			c[part.key] = part.value()
		}
	}
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
