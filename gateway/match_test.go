package gateway_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

// qualified is a world whose policy asks for qualifications, where Ed is qualified for nginx and Eva for nothing.
func qualified(t *testing.T) *gatewaytest.World {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	w.Profile(os.DirFS("../policy/profiles/open"), "escort_qualified = true")
	w.Knows(gatewaytest.Ed, nil, "qualification=nginx:change:competent:exam")
	purpose, err := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "web-01 answers 502"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.TicketOpened{Ticket: "T-2", System: gatewaytest.System, Targets: []sallyport.TargetID{"web-01"},
		Engineer: gatewaytest.Ana, Mode: sallyport.Propose, Technologies: []string{"nginx"}, From: now.Add(-time.Hour), To: now.Add(time.Hour)}, purpose); err != nil {
		t.Fatal(err)
	}
	return w
}

func candidate(t *testing.T, m *gateway.MatchView, p sallyport.PersonID) gateway.CandidateView {
	t.Helper()
	if m == nil {
		t.Fatal("there is no match")
	}
	i := slices.IndexFunc(m.Candidates, func(c gateway.CandidateView) bool { return c.Person == p })
	if i < 0 {
		t.Fatalf("%s is not among the candidates %+v", p, m.Candidates)
	}
	return m.Candidates[i]
}

// The escorts offered are those eligible and qualified, with the reason for each who is not (R12, R13).
func TestEscortsAreMatchedToTheTicket(t *testing.T) {
	w := qualified(t)
	v, err := w.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), "T-2")
	if err != nil {
		t.Fatal(err)
	}
	if v.Match == nil || v.Match.Nobody || len(v.Match.Candidates) != 0 || !strings.Contains(v.Match.Says, "1 of 2") {
		t.Fatalf("the engineer sees %+v", v.Match)
	}
	owner, _, err := w.Gateway.Session(t.Context(), gatewaytest.As(gatewaytest.Olli), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	if ed := candidate(t, owner.Match, gatewaytest.Ed); !ed.Offered || !ed.Qualified || len(ed.WhyNot) != 0 {
		t.Errorf("Ed: %+v", ed)
	}
	if eva := candidate(t, owner.Match, gatewaytest.Eva); eva.Offered || !eva.Eligible || eva.Qualified || !slices.Equal(eva.Lacks, []string{"nginx"}) || len(eva.WhyNot) == 0 {
		t.Errorf("Eva: %+v", eva)
	}
	q, err := w.Queue(t.Context(), gatewaytest.As(gatewaytest.Eva))
	if err != nil || len(q.Sessions) != 1 || slices.Contains(q.Sessions[0].Can, "claim") {
		t.Fatalf("Eva's queue: %+v, %v", q.Sessions, err)
	}
	if eva := candidate(t, q.Sessions[0].Match, gatewaytest.Eva); eva.Offered || len(q.Sessions[0].Match.Candidates) != 1 {
		t.Errorf("Eva's queue: %+v", q.Sessions[0].Match)
	}
	if err := w.Claim(t.Context(), gatewaytest.As(gatewaytest.Eva), v.ID); sallyport.CodeOf(err) != sallyport.Forbidden || !strings.Contains(err.Error(), "not qualified") {
		t.Errorf("Eva claims: %v", err)
	}
	// Ed takes it, and at the end of the shift cannot leave it with somebody who may not have it.
	if err := w.Claim(t.Context(), gatewaytest.As(gatewaytest.Ed), v.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.HandOver(t.Context(), gatewaytest.As(gatewaytest.Ed), v.ID, gatewaytest.Eva, "end of shift"); sallyport.CodeOf(err) != sallyport.Conflict || !strings.Contains(err.Error(), "nginx") {
		t.Errorf("handed to Eva: %v", err)
	}
	w.Knows(gatewaytest.Eva, nil, "qualification=nginx:change:expert:exam")
	if err := w.HandOver(t.Context(), gatewaytest.As(gatewaytest.Ed), v.ID, gatewaytest.Eva, "end of shift"); err != nil {
		t.Fatal(err)
	}
	if err := w.Claim(t.Context(), gatewaytest.As(gatewaytest.Eva), v.ID); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyQualifiesIsSaid(t *testing.T) {
	w := qualified(t)
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.FactWithdrawn{Person: gatewaytest.Ed, Name: "qualification:nginx:change", Reason: "mistake"}); err != nil {
		t.Fatal(err)
	}
	v, err := w.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), "T-2")
	if err != nil || v.Match == nil || !v.Match.Nobody || !strings.Contains(v.Match.Says, "Nobody qualifies for nginx") {
		t.Fatalf("the engineer sees %+v, %v", v.Match, err)
	}
}

// An action that needs more than the escort has is decided by a second person who has it: it edits nftables, they know nginx (R12).
func TestSecondPersonHasWhatTheEscortLacks(t *testing.T) {
	w := qualified(t)
	v, err := w.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), "T-2")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Claim(t.Context(), gatewaytest.As(gatewaytest.Ed), v.ID); err != nil {
		t.Fatal(err)
	}
	a := w.Proposed(v.ID, "nft list ruleset >/dev/null 2>&1; echo done")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "lists the firewall's rules"); err != nil {
		t.Fatal(err)
	}
	page, err := w.Action(t.Context(), gatewaytest.As(gatewaytest.Ed), a)
	if err != nil {
		t.Fatal(err)
	}
	if page.State != "approved" || page.Match == nil || !page.Match.Nobody || !slices.Equal(page.Match.Needs, []string{"nftables"}) || !strings.Contains(page.Waiting, "qualified for nftables") || !strings.Contains(page.Waiting, "Nobody qualifies") {
		t.Fatalf("action is %s, waits for %q, match %+v", page.State, page.Waiting, page.Match)
	}
	if err := w.Decided(gatewaytest.Sue, a, sallyport.Approve, "lists rules"); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Fatalf("Sue, who does not know nftables, decides: %v", err)
	}
	until := time.Now().Add(time.Hour).UTC()
	w.Knows(gatewaytest.Sue, &until, "qualification=nftables:observe:competent:exam", "qualification=nftables:change:competent:exam")
	if page, err = w.Action(t.Context(), gatewaytest.As(gatewaytest.Ed), a); err != nil || page.Match == nil || page.Match.Nobody {
		t.Fatalf("match %+v, %v", page.Match, err)
	}
	if err := w.Decided(gatewaytest.Sue, a, sallyport.Approve, "lists rules"); err != nil {
		t.Fatal(err)
	}
	if out, _, last := w.Collect(a); last.Exit != 0 || !strings.Contains(out, "done") {
		t.Fatalf("%+v %q", last, out)
	}
}
