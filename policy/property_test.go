package policy

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cedar-policy/cedar-go"
	"pgregory.net/rapid"

	"sallyport"
)

// open reads a shipped profile.
func open(t testing.TB, name string) *Set {
	t.Helper()
	set, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func allCases(t testing.TB, set *Set) []Case {
	t.Helper()
	cases, err := set.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// drawFacts draws any facts about a person, each known, unknown, expired, self-asserted or withheld.
func drawFacts(t *rapid.T, label string) Facts {
	out := Facts{}
	texts := map[string][]string{
		sallyport.FactCitizenship: {"US", "DE", "CN", "XD", "DE,US", "US,XD", "FR"},
		sallyport.FactResidence:   {"none", "US:permanent-resident", "US:temporary", "US:national"},
		sallyport.FactLocation:    {"US:device:high", "DE:device:medium", "CN:device:high", "XD:stated:low", "FR:document:high"},
		sallyport.FactOffice:      {"US", "FR", "XD"},
		sallyport.FactEmployer:    {"staff:US:Prime", "subcontractor:DE:Sub>US:Prime"},
		"screening:us-federal":    {"us-federal:1", "us-federal:2", "us-federal:4"},
		"screening:organization":  {"organization:1"},
		"screening:secnumcloud":   {"secnumcloud:1"},
		"training:escort":         {"escort"},
		"training:insider-threat": {"insider-threat"}, "agreement:rules-of-behavior": {"rules-of-behavior"},
		"qualification:nginx:change": {"nginx:change:competent:exam", "nginx:change:familiar:exam"},
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		how := rapid.SampledFrom([]string{"known", "known", "known", "unknown", "expired", "self", "withheld"}).Draw(t, label+" "+name)
		if how == "unknown" {
			continue
		}
		v, err := ParseFactText(name, rapid.SampledFrom(texts[name]).Draw(t, label+" "+name+" value"))
		if err != nil {
			t.Fatal(err)
		}
		f := &sallyport.Fact{Name: v.FactName(), Value: v, Evidence: sallyport.Evidence{Kind: "k", Reference: "r"}, Verifier: "hr", Verified: caseMoment.AddDate(-1, 0, 0)}
		h := Held{Fact: f}
		switch how {
		case "expired":
			u := caseMoment.Add(-time.Second)
			f.Until, h.Until = &u, &u
		case "self":
			f.SelfAsserted, h.SelfAsserted = true, true
		case "withheld":
			h.Fact = nil
		}
		out[name] = h
	}
	return out
}

func drawSubject(t *rapid.T, id sallyport.PersonID) Subject {
	return Subject{ID: id, Roles: rapid.SliceOfDistinct(rapid.SampledFrom(sallyport.Roles), rapid.ID).Draw(t, string(id)+" roles"),
		Facts: drawFacts(t, string(id)), Escorted: rapid.IntRange(0, 5).Draw(t, string(id)+" escorting")}
}

// drawRequest draws a question. Few ids, so that one person often sits in several seats.
func drawRequest(t *rapid.T, lists Lists) *Request {
	people := map[sallyport.PersonID]Subject{"": {}}
	for _, id := range []sallyport.PersonID{"ann", "bob", "eve"} {
		people[id] = drawSubject(t, id)
	}
	someone := func(label string) Subject {
		return people[rapid.SampledFrom([]sallyport.PersonID{"", "ann", "bob", "eve"}).Draw(t, label)]
	}
	flag := func(label string) bool { return rapid.Bool().Draw(t, label) }
	req := &Request{
		Ask: rapid.SampledFrom(asks).Draw(t, "ask"), Now: caseMoment, Principal: people[rapid.SampledFrom([]sallyport.PersonID{"ann", "bob", "eve"}).Draw(t, "principal")],
		System: System{ID: caseSystem, Impact: rapid.SampledFrom([]string{"", "high", "export-controlled"}).Draw(t, "impact")},
		Topic:  rapid.SampledFrom(Topics).Draw(t, "topic"), Subject: someone("subject"), SelfAsserted: flag("self-asserted"), Lists: lists,
		Session: Session{ID: "s-1", Stage: rapid.SampledFrom([]Stage{StageNone, StageRequest, StageOpen, StageWork}).Draw(t, "stage"),
			Mode:     rapid.SampledFrom([]sallyport.Mode{sallyport.Advise, sallyport.View, sallyport.Propose, sallyport.Drive}).Draw(t, "mode"),
			Engineer: someone("engineer"), Escort: someone("escort"), Second: someone("second"), Owner: someone("owner"), Approver: someone("approver"),
			Approved: flag("approved"), Consented: flag("consented"), Present: flag("present"), Paused: flag("paused"), BreakGlass: flag("break-glass"),
			Technologies: rapid.SampledFrom([][]string{nil, {"nginx"}, {"nginx", "nftables"}}).Draw(t, "technologies")},
		Decision: Decision{Answer: rapid.SampledFrom([]string{sallyport.Approve, sallyport.Refuse}).Draw(t, "answer"), Words: flag("words"), Signed: flag("decision signed")},
	}
	if flag("action") {
		req.Action = Action{ID: "a-1", Assessed: flag("assessed"), Verdict: rapid.SampledFrom(sallyport.Verdicts).Draw(t, "verdict"), Complete: flag("complete"),
			Kinds: rapid.SampledFrom([][]sallyport.EffectKind{{"read"}, {"account"}, {"write", "unknown"}}).Draw(t, "kinds"), Needs: req.Session.Technologies,
			Runbook: flag("runbook"), Signed: flag("signed"), EscortApproved: flag("escort approved"), SecondApproved: flag("second approved")}
	}
	if flag("disclosed") {
		req.Disclosure = &Disclosure{Version: "1", Countries: []string{"*"}, Employers: []string{"*"}}
	}
	if flag("approval") {
		req.Approvals = []Approval{{ID: "p", System: caseSystem, Countries: []string{"CN", "DE", "FR", "US", "XD"}, From: caseMoment.Add(-time.Hour), Until: caseMoment.Add(time.Hour)}}
	}
	if flag("acceptance") {
		req.Acceptances = []Acceptance{{ID: "r", System: caseSystem, Rule: rapid.SampledFrom([]string{"cmmc-group-d", "fedramp-country-of-concern"}).Draw(t, "rule"),
			By: "ao", From: caseMoment.Add(-time.Hour), Until: caseMoment.Add(time.Hour)}}
	}
	return req
}

func drawnLists(t testing.TB) Lists {
	lists, err := ShippedLists()
	if err != nil {
		t.Fatal(err)
	}
	lists["ear-group-d"] = &List{Name: "ear-group-d", Confirmed: true, Members: []string{"CN", "XD"}, Version: "2026-11-21"}
	return lists
}

// mustBeApart fails where an allowed request joins duties that must not meet in one person (R17).
func mustBeApart(t interface{ Fatalf(string, ...any) }, req *Request) {
	me, s := req.Principal.ID, &req.Session
	apart := map[sallyport.Ask][]sallyport.PersonID{
		sallyport.AskEscort: {s.Engineer.ID, s.Approver.ID}, sallyport.AskDecide: {s.Engineer.ID}, sallyport.AskDecideSecond: {s.Engineer.ID, s.Escort.ID},
		sallyport.AskReleaseOutput: {s.Engineer.ID}, sallyport.AskApprove: {s.Engineer.ID, s.Escort.ID}, sallyport.AskConsent: {s.Engineer.ID},
		sallyport.AskAcceptRisk: {req.Subject.ID, s.Engineer.ID, s.Escort.ID}, sallyport.AskReplay: {s.Engineer.ID, s.Escort.ID, s.Second.ID},
		sallyport.AskExport: {s.Engineer.ID, s.Escort.ID},
	}
	if slices.Contains(apart[req.Ask], me) {
		t.Fatalf("%s is allowed to %s and sits where they must not", me, req.Ask)
	}
	if req.Ask == sallyport.AskAdminister && req.Subject.ID == me && slices.Contains([]Topic{TopicVouch, TopicRole, TopicKey, TopicRunbookSecond, TopicBreakGlassReview}, req.Topic) {
		t.Fatalf("%s administers %s about themselves", me, req.Topic)
	}
	if req.Ask == sallyport.AskAdminister && req.Subject.ID == me && req.Topic == TopicFact && !req.SelfAsserted {
		t.Fatalf("%s verifies themselves", me)
	}
	if slices.Contains([]sallyport.Ask{sallyport.AskExecute, sallyport.AskRead, sallyport.AskPropose, sallyport.AskDrive}, req.Ask) && s.Engineer.ID == s.Escort.ID {
		t.Fatalf("%s is engineer and escort and may %s", me, req.Ask)
	}
	if req.Ask == sallyport.AskExecute && req.Action.SecondApproved && slices.Contains([]sallyport.PersonID{"", s.Engineer.ID, s.Escort.ID}, s.Second.ID) {
		t.Fatalf("the second person is no third person")
	}
	if req.Ask == sallyport.AskExecute && !req.Action.EscortApproved && !req.Action.Runbook {
		t.Fatalf("something runs that nobody approved")
	}
}

// Separation holds under every seating and with all roles in one hand: each allowed case of each table is asked again
// with its principal in each other seat too.
func TestSeparationHoldsInTables(t *testing.T) {
	allowed, tried := 0, 0
	for _, name := range Names() {
		set := open(t, name)
		for _, c := range allCases(t, set) {
			if !c.Allow {
				continue
			}
			for seat := range 32 { // every subset of the seats whose duties are apart
				req := c.Request
				req.Principal.Roles = sallyport.Roles
				for i, s := range []*Subject{&req.Session.Engineer, &req.Session.Escort, &req.Session.Second, &req.Session.Approver, &req.Subject} {
					if seat>>i&1 == 1 {
						*s = req.Principal
					}
				}
				tried++
				if c.set.Evaluate(&req).Allowed {
					allowed++
					mustBeApart(t, &req)
				}
			}
		}
	}
	if allowed < 1000 {
		t.Fatalf("only %d of %d seatings were allowed: the test proves little", allowed, tried)
	}
	t.Logf("%d seatings, %d allowed", tried, allowed)
}

// Expiry only removes, in the tables: each denied case stays denied when all of its people's facts are over, and each of
// them alone.
func TestExpiryOnlyRemovesInTables(t *testing.T) {
	removed := 0
	defer func() {
		if removed < 100 {
			t.Errorf("the end of facts denied only %d of the allowed cases: the test proves little", removed)
		}
	}()
	for _, name := range Names() {
		set := open(t, name)
		for _, c := range allCases(t, set) {
			if c.Allow {
				req := c.Request
				req.Principal = over(req.Principal, "")
				for _, s := range []*Subject{&req.Session.Engineer, &req.Session.Escort, &req.Session.Second} {
					*s = over(*s, "")
				}
				if !c.set.Evaluate(&req).Allowed {
					removed++
				}
				continue
			}
			if len(set.Evaluate(&c.Request).Withheld) > 0 {
				continue
			}
			for _, fact := range append(slices.Sorted(maps.Keys(c.Request.Principal.Facts)), "") {
				req := c.Request
				req.Principal = over(req.Principal, fact)
				for _, s := range []*Subject{&req.Session.Engineer, &req.Session.Escort, &req.Session.Second} {
					if s.ID == req.Principal.ID || fact == "" {
						*s = over(*s, fact)
					}
				}
				if a := c.set.Evaluate(&req); a.Allowed {
					t.Errorf("profile %q: case %q is allowed once %q is over", name, c.Name, fact)
				}
			}
		}
	}
}

// over ends the fact called name, or every fact with "".
func over(s Subject, name string) Subject {
	facts := maps.Clone(s.Facts)
	for n, h := range facts {
		if n == name || name == "" {
			u := caseMoment
			h.Until = &u
			facts[n] = h
		}
	}
	s.Facts = facts
	return s
}

// Separation holds under any role assignment, in every profile (R17).
func TestSeparationHolds(t *testing.T) {
	lists := drawnLists(t)
	allowed := 0
	defer func() {
		if allowed == 0 {
			t.Error("no drawn request was allowed: the test proves nothing")
		}
		t.Logf("%d drawn requests were allowed", allowed)
	}()
	for _, name := range Names() {
		set := open(t, name)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				req := drawRequest(t, lists)
				if !set.Evaluate(req).Allowed {
					return
				}
				allowed++
				mustBeApart(t, req)
			})
		})
	}
}

// Expiry only removes: whoever is denied is not allowed because more of the facts ended, nor because one is withheld.
func TestExpiryOnlyRemoves(t *testing.T) {
	lists := drawnLists(t)
	for _, name := range Names() {
		set := open(t, name)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				req := drawRequest(t, lists)
				if a := set.Evaluate(req); a.Allowed || len(a.Withheld) > 0 { // withheld is not denied: it is not known
					return
				}
				later := *req
				withhold := rapid.Bool().Draw(t, "withhold instead")
				end := func(s Subject) Subject {
					facts := Facts{}
					for fact, h := range s.Facts {
						if slices.Contains([]string{"eve", "ann"}, string(s.ID)) || strings.HasPrefix(fact, "c") {
							if withhold {
								h.Fact = nil
							} else {
								u := caseMoment
								h.Until = &u
							}
						}
						facts[fact] = h
					}
					s.Facts = facts
					return s
				}
				later.Principal = end(req.Principal)
				for _, seat := range []*Subject{&later.Session.Engineer, &later.Session.Escort, &later.Session.Second, &later.Session.Owner, &later.Session.Approver, &later.Subject} {
					*seat = end(*seat)
				}
				if a := set.Evaluate(&later); a.Allowed {
					t.Fatalf("%s by %s is allowed once facts are over, by %v", req.Ask, req.Principal.ID, a.IDs())
				}
			})
		})
	}
}

// Adding a forbid never allows more.
func TestForbidNeverAllows(t *testing.T) {
	lists := drawnLists(t)
	set := open(t, "open")
	all := map[string]string{}
	for _, name := range Names() {
		for _, r := range open(t, name).rules {
			if r.Forbids && !strings.Contains(string(r.policy.MarshalCedar()), "context.lists") {
				all[r.ID] = string(r.policy.MarshalCedar())
			}
		}
	}
	var stricter []*Set
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if _, there := set.Rule(id); there {
			continue
		}
		files := maps.Clone(set.files)
		files[filePolicies] += "\n" + all[id]
		more, err := build(files)
		if err != nil {
			t.Fatal(err)
		}
		stricter = append(stricter, more)
	}
	if len(stricter) < 10 {
		t.Fatalf("only %d forbids to add", len(stricter))
	}
	flipped := 0 // the added forbids do something: each case of the table may turn to denied, and none to allowed
	for _, c := range allCases(t, set) {
		was := c.set.Evaluate(&c.Request).Allowed
		for _, more := range stricter {
			switch is := more.Evaluate(&c.Request).Allowed; {
			case is && !was && c.set == set:
				t.Errorf("case %q is allowed with one more forbid", c.Name)
			case was && !is:
				flipped++
			}
		}
	}
	if flipped < 100 {
		t.Errorf("the added forbids deny %d cases: the test proves little", flipped)
	}
	rapid.Check(t, func(t *rapid.T) {
		req := drawRequest(t, lists)
		more := rapid.SampledFrom(stricter).Draw(t, "set")
		if a := more.Evaluate(req); a.Allowed && !set.Evaluate(req).Allowed {
			t.Fatalf("allowed by %v with one more forbid", a.IDs())
		}
	})
}

// A forbid over an attribute that is missing denies, although Cedar by itself would skip it and allow: tried with each
// attribute that each forbid reads, at each case that this forbid alone decides.
func TestMissingAttributeDenies(t *testing.T) {
	tried, skipped := map[string]int{}, 0
	for _, name := range Names() {
		set := open(t, name)
		for _, c := range allCases(t, set) {
			if c.Allow || len(c.By) != 1 {
				continue
			}
			r := set.deciding(Answer{Policies: []Rule{{ID: c.By[0]}}})[0]
			for _, path := range r.reads {
				l := c.set.lower(&c.Request, c.set.byAsk[c.Request.Ask].wants)
				if !remove(&l, path) {
					t.Fatalf("%s: %s is not an attribute of the request", r.ID, path)
				}
				q := c.set.byAsk[c.Request.Ask]
				if a := q.decide(l.request, l.entities); a.Allowed {
					t.Errorf("profile %q: policy %q without %s: case %q is allowed", name, r.ID, path, c.Name)
				}
				tried[r.ID]++
				if decision, _ := cedar.Authorize(q.set, l.entities, l.request); decision == cedar.Allow {
					skipped++ // what Cedar alone would have said
				}
			}
		}
		for _, r := range set.rules {
			if r.Forbids && tried[r.ID] == 0 {
				t.Errorf("profile %q: forbid %q was never tried", name, r.ID)
			}
		}
	}
	if skipped == 0 {
		t.Error("Cedar alone never allowed: the test proves nothing")
	}
	t.Logf("%d forbids tried; Cedar alone would have allowed %d times", len(tried), skipped)
}

// remove takes the attribute at path out of a lowered request.
func remove(l *lowered, path string) bool {
	parts := strings.Split(path, ".")
	var uid cedar.EntityUID
	switch {
	case parts[0] == "principal":
		uid, parts = l.request.Principal, parts[1:]
	case parts[0] == "resource":
		uid, parts = l.request.Resource, parts[1:]
	case parts[0] == "context" && slices.Contains(seats, parts[1]) && len(parts) > 2:
		v, ok := l.request.Context.Get(cedar.String(parts[1]))
		if !ok {
			return false
		}
		uid, parts = v.(cedar.EntityUID), parts[2:]
	default:
		record, ok := without(l.request.Context, parts[1:])
		l.request.Context = record
		return ok
	}
	e := l.entities[uid]
	record, ok := without(e.Attributes, parts)
	e.Attributes = record
	l.entities[uid] = e
	return ok
}

func without(r cedar.Record, path []string) (cedar.Record, bool) {
	m := maps.Collect(r.All())
	key := cedar.String(path[0])
	v, ok := m[key]
	if !ok {
		return r, false
	}
	if len(path) == 1 {
		delete(m, key)
		return cedar.NewRecord(m), true
	}
	inner, ok := v.(cedar.Record)
	if !ok {
		return r, false
	}
	if m[key], ok = without(inner, path[1:]); !ok {
		return r, false
	}
	return cedar.NewRecord(m), true
}
