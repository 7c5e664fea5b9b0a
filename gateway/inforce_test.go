package gateway_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/policy"
)

// TestInForce: what governs is shown in words to whoever oversees something, and to nobody else.
func TestInForce(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	ada, ed := gatewaytest.As(gatewaytest.Ada), gatewaytest.As(gatewaytest.Ed)
	sets, err := w.Profiles(ctx, ada)
	if err != nil || len(sets) != 1 || sets[0].Profile != "open" || !sets[0].House || !sets[0].Shipped || !slices.Contains(sets[0].Systems, gatewaytest.System) || len(sets[0].Rules) < 10 || len(sets[0].Parameters) < 15 || sets[0].Summary == "" {
		t.Fatalf("policies: %+v, %v", sets, err)
	}
	lists, err := w.Lists(ctx, gatewaytest.As(gatewaytest.Aud))
	if err != nil || len(lists) < 5 {
		t.Fatalf("lists: %+v, %v", lists, err)
	}
	unconfirmed := 0
	for _, l := range lists {
		if l.Source == "" || l.Version == "" || !l.Confirmed && len(l.Members) > 0 {
			t.Errorf("list %+v", l)
		}
		if !l.Confirmed {
			unconfirmed++
		}
	}
	if unconfirmed == 0 {
		t.Error("no list is shown as unconfirmed")
	}
	if _, err := w.Profiles(ctx, ed); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an escort reads policies: %v", err)
	}
	if _, err := w.Lists(ctx, ed); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an escort reads lists: %v", err)
	}
}

// TestComparePolicy: what a stricter profile would change is said, down to the live session, and nothing changes.
func TestComparePolicy(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	id := w.Session()
	same, err := w.ComparePolicy(ctx, ada, "open", gateway.PolicyDraft{Shipped: true})
	if err != nil || !same.Same || len(same.Changes)+len(same.Sessions)+len(same.Added) != 0 || !strings.Contains(same.Cases, "all as they should be") {
		t.Fatalf("the same: %+v, %v", same, err)
	}
	// The files of an own version of the profile: sessions need an approval, and nobody goes further than words.
	files := map[string]string{"policies.cedar": "", "summary.md": "# Own\n", "cases.csv": "case,name,expect,policies,ask,principal,others,session,requirement\n"}
	shipped, err := policy.Open("open")
	if err != nil {
		t.Fatal(err)
	}
	params := "name = \"open\"\ntitle = \"Own\"\nversion = \"2026-12-01\"\n"
	nested := map[string]string{}
	for _, p := range shipped.Parameters() {
		name, value := p[0], p[1]
		switch {
		case strings.HasPrefix(name, "expiry."):
			nested[strings.TrimPrefix(name, "expiry.")] = value
			continue
		case name == "ceiling":
			value = `"advise"`
		case name == "include" || name == "lists":
			value = "[]"
		case value != "true" && value != "false" && strings.Trim(value, "0123456789") != "":
			value = `"` + value + `"`
		}
		params += name + " = " + value + "\n"
	}
	params += "[expiry]\n"
	for k, v := range nested {
		params += k + " = \"" + v + "\"\n"
	}
	files["profile.toml"] = params
	before, _ := w.Ledger(ctx, gatewaytest.As(gatewaytest.Aud), gateway.LedgerFilter{Limit: 1})
	d, err := w.ComparePolicy(ctx, ada, "open", gateway.PolicyDraft{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	if d.Was != shipped.Version() || d.Is != "2026-12-01" || d.Same || !slices.Contains(d.Sessions, id) {
		t.Errorf("change %+v: the live session %s would end", d, id)
	}
	if !slices.ContainsFunc(d.Changes, func(c gateway.AnswerChange) bool {
		return c.Person == gatewaytest.Ana && c.Ask == sallyport.AskPropose && c.Was && !c.Is && len(c.By) > 0 && c.Name == "Ana"
	}) {
		t.Errorf("Ana's answer is not among %+v", d.Changes)
	}
	if !slices.ContainsFunc(d.Parameters, func(p string) bool { return strings.HasPrefix(p, "ceiling: ") }) {
		t.Errorf("parameters %q", d.Parameters)
	}
	after, _ := w.Ledger(ctx, gatewaytest.As(gatewaytest.Aud), gateway.LedgerFilter{Limit: 1})
	if v, _, err := w.Gateway.Session(ctx, gatewaytest.As(gatewaytest.Ed), id); before.Size != after.Size || err != nil || v.State != "open" {
		t.Errorf("comparing changed something: %d entries, then %d; session %s, %v", before.Size, after.Size, v.State, err)
	}
	// What was previewed can be put in force as it is, and then the session does end.
	if err := w.Record(ctx, ada, &sallyport.PolicySet{Profile: "open"}, d.Archive); err != nil {
		t.Fatal(err)
	}
	if v, _, err := w.Gateway.Session(ctx, gatewaytest.As(gatewaytest.Ed), id); err != nil || v.State != "ended" && v.State != "ending" {
		t.Errorf("session is %q, %v", v.State, err)
	}
	for _, bad := range []gateway.PolicyDraft{{}, {Shipped: true, Content: []byte("x")}, {Content: []byte("{}")}, {Files: map[string]string{"profile.toml": "x"}}, {Files: map[string]string{"../x": ""}}} {
		if _, err := w.ComparePolicy(ctx, ada, "open", bad); sallyport.CodeOf(err) == sallyport.Internal || err == nil {
			t.Errorf("draft %+v: %v", bad, err)
		}
	}
	if _, err := w.ComparePolicy(ctx, gatewaytest.As(gatewaytest.Ed), "open", gateway.PolicyDraft{Shipped: true}); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an escort compares: %v", err)
	}
}

// TestStanding: disclosures with whom they keep out, approvals and runbooks with their state.
func TestStanding(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	now := time.Now().UTC()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.Record(ctx, ada, &sallyport.DisclosureSet{System: gatewaytest.System, Version: "1", Countries: []string{"FR"}, Employers: []string{"Acme"}}))
	must(w.Record(ctx, ada, &sallyport.DisclosureSet{System: gatewaytest.System, Version: "2", Countries: []string{"FR", "SE"}, Employers: []string{"Acme"}}))
	d, err := w.Disclosures(ctx, ada)
	if err != nil || len(d) != 1 || len(d[0].Versions) != 2 || d[0].Versions[0].Version != "2" || d[0].Asked || len(d[0].Blocked) != 0 {
		t.Fatalf("disclosures %+v, %v", d, err)
	}
	text := sallyport.RunbookText{Title: "disk", Text: []byte("df -h"), Login: "deploy", Interpreter: "/bin/sh"}
	content, err := sallyport.EncodeJSON(text)
	must(err)
	must(w.Record(ctx, gatewaytest.As(gatewaytest.Ed), &sallyport.RunbookSigned{Runbook: "R-1", System: gatewaytest.System, Targets: []sallyport.TargetID{w.Host.Target.Target}, Content: text.Content(),
		Until: now.Add(time.Hour), Escort: gatewaytest.Ed, Second: gatewaytest.Sue}, content))
	book := func(p sallyport.PersonID) gateway.RunbookView {
		t.Helper()
		all, err := w.Runbooks(ctx, gatewaytest.As(p))
		if err != nil || len(all) != 1 || string(all[0].Text.Text) != "df -h" {
			t.Fatalf("runbooks of %s: %+v, %v", p, all, err)
		}
		return all[0]
	}
	if r := book(gatewaytest.Sue); r.State != "waits for its second person" || !slices.Contains(r.Can, "second") {
		t.Errorf("the second person sees %+v", r)
	}
	if r := book(gatewaytest.Ed); slices.Contains(r.Can, "second") {
		t.Errorf("who signed may not agree with themselves: %+v", r)
	}
	must(w.Record(ctx, gatewaytest.As(gatewaytest.Sue), &sallyport.RunbookSeconded{Runbook: "R-1"}))
	if r := book(gatewaytest.Ed); r.State != "in force" || !slices.Contains(r.Can, "withdraw") {
		t.Errorf("in force: %+v", r)
	}
	if all, err := w.Runbooks(ctx, gatewaytest.As(gatewaytest.Ana)); err != nil || len(all) != 0 {
		t.Errorf("the engineer sees runbooks %+v, %v", all, err)
	}
	// Under a profile that asks for it, nobody with unknown facts takes part; who lacks nothing else is named.
	must(w.UseProfile(ctx, ada, "fedramp"))
	must(w.Record(ctx, ada, &sallyport.SystemSet{System: gatewaytest.System, Name: "Web", Profile: "fedramp", Release: sallyport.ReleaseRedacted}))
	here := sallyport.Fact{Name: "location", Value: sallyport.Location{Country: "NO", Method: "stated", Confidence: "high"}, Evidence: sallyport.Evidence{Kind: "badge", Reference: "B-1"}, Verifier: gatewaytest.Ada, Verified: now}
	blob, err := here.Encode()
	must(err)
	must(w.Record(ctx, ada, &sallyport.FactRecorded{Person: gatewaytest.Ana, Name: "location"}, blob))
	d, err = w.Disclosures(ctx, ada)
	if err != nil || !d[0].Asked {
		t.Fatalf("disclosures %+v, %v", d, err)
	}
	i := slices.IndexFunc(d[0].Blocked, func(b gateway.BlockedView) bool { return b.Person == gatewaytest.Ana && b.Ask == sallyport.AskPropose })
	if i < 0 || len(d[0].Blocked[i].Why) != 2 || len(d[0].Blocked[i].Facts) == 0 {
		t.Errorf("whom it keeps out: %+v", d[0].Blocked)
	}
	if d, err := w.Disclosures(ctx, gatewaytest.As(gatewaytest.Ana)); err != nil || len(d) != 0 {
		t.Errorf("the engineer sees %+v, %v", d, err)
	}

	must(w.Record(ctx, ada, &sallyport.RoleAssigned{Person: gatewaytest.Olli, Role: sallyport.RoleApprover, System: "*"}))
	olli := gatewaytest.As(gatewaytest.Olli)
	for i, from := range []time.Duration{-48 * time.Hour, -time.Hour, 24 * time.Hour} {
		must(w.Record(ctx, olli, &sallyport.ApprovalRecorded{Approval: sallyport.ApprovalID([]string{"P-0", "P-1", "P-2"}[i]), System: gatewaytest.System, Countries: []string{"NO"}, From: now.Add(from), Until: now.Add(from + 36*time.Hour), Document: sallyport.Digest(strings.Repeat("a", 64))}))
	}
	approvals, err := w.Approvals(ctx, ada)
	if err != nil || len(approvals) != 3 || approvals[0].State != "over" || approvals[1].State != "in force" || approvals[2].State != "planned" || approvals[1].By.ID != gatewaytest.Olli {
		t.Errorf("approvals %+v, %v", approvals, err)
	}
}

// TestRevocations: what is revoked is listed with its reason until it is restored.
func TestRevocations(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx, ada := t.Context(), gatewaytest.As(gatewaytest.Ada)
	for _, r := range []sallyport.Revoked{{What: "person", Name: "eva", Reason: "left"}, {What: "country", Name: "KP", Reason: "sanctions"}} {
		if _, err := w.Revoke(ctx, ada, r, false); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.Revocations(ctx, ada)
	if err != nil || len(all) != 2 || all[0].Name != "KP" || all[1].Reason != "left" || all[1].By.ID != gatewaytest.Ada || !all[1].Can {
		t.Fatalf("revoked: %+v, %v", all, err)
	}
	if aud, err := w.Revocations(ctx, gatewaytest.As(gatewaytest.Aud)); err != nil || len(aud) != 2 || aud[0].Can {
		t.Errorf("the auditor sees %+v, %v", aud, err)
	}
	if _, err := w.Revocations(ctx, gatewaytest.As(gatewaytest.Ed)); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an escort lists revocations: %v", err)
	}
	if err := w.Record(ctx, ada, &sallyport.Restored{What: "person", Name: "eva", Reason: "back"}); err != nil {
		t.Fatal(err)
	}
	if all, err := w.Revocations(ctx, ada); err != nil || len(all) != 1 {
		t.Errorf("restored: %+v, %v", all, err)
	}
}
