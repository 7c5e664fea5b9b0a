package gateway_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

func TestApprovedActionRuns(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	a := w.Proposed(session, "echo out; echo err >&2; exit 3")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints two words"); err != nil {
		t.Fatal(err)
	}
	out, errs, last := w.Collect(a)
	if out != "out\n" || errs != "err\n" || last.Exit != 3 || !last.Done {
		t.Fatalf("stdout %q, stderr %q, last %+v", out, errs, last)
	}
	// The engineer may collect again, later.
	if again, _, _ := w.Collect(a); again != out {
		t.Fatalf("collected again: %q, want %q", again, out)
	}
	if err := w.End(context.Background(), gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	v, _, err := w.Gateway.Session(context.Background(), gatewaytest.As(gatewaytest.Ed), session)
	if err != nil || v.State != "ended" {
		t.Fatalf("session is %q, err %v", v.State, err)
	}
}

func TestRefusedActionDoesNotRun(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	a := w.Proposed(w.Session(), "echo ran")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Refuse, "not needed"); err != nil {
		t.Fatal(err)
	}
	out, _, last := w.Collect(a)
	if out != "" || last.Exit != gateway.ExitRefused {
		t.Fatalf("stdout %q, last %+v", out, last)
	}
}

func TestQuestionIsAnswered(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	a := w.Proposed(w.Session(), "uptime")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Question, "why now?"); err != nil {
		t.Fatal(err)
	}
	if err := w.Answer(context.Background(), gatewaytest.As(gatewaytest.Ana), a, "to see the load"); err != nil {
		t.Fatal(err)
	}
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "shows the load"); err != nil {
		t.Fatal(err)
	}
	if out, _, last := w.Collect(a); !strings.Contains(out, "load average") || last.Exit != 0 {
		t.Fatalf("stdout %q, last %+v", out, last)
	}
}

func TestEngineerCannotDecide(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	a := w.Proposed(w.Session(), "id")
	if _, err := w.Action(context.Background(), gatewaytest.As(gatewaytest.Ana), a); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Fatalf("the engineer sees the decider's page: %v", err)
	}
	page, err := w.Action(context.Background(), gatewaytest.As(gatewaytest.Ed), a)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Decide(context.Background(), gatewaytest.As(gatewaytest.Ana), gateway.DecisionRequest{Action: a, Seat: sallyport.SeatSecond, Answer: sallyport.Approve, Words: "x", Shown: page.Shown})
	if err == nil {
		t.Fatal("the engineer approved their own action")
	}
}

func TestRevocationEndsARunningAction(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	a := w.Proposed(session, "echo begun; sleep 600")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "sleeps"); err != nil {
		t.Fatal(err)
	}
	w.Printed(a, "begun")
	preview, err := w.Revoke(context.Background(), gatewaytest.As(gatewaytest.Ada), sallyport.Revoked{What: "person", Name: string(gatewaytest.Ana), Reason: "left"}, true)
	if err != nil || len(preview.Sessions) != 1 || len(preview.Actions) != 1 {
		t.Fatalf("preview %+v, err %v", preview, err)
	}
	if _, err := w.Revoke(context.Background(), gatewaytest.As(gatewaytest.Ada), sallyport.Revoked{What: "person", Name: string(gatewaytest.Ana), Reason: "left"}, false); err != nil {
		t.Fatal(err)
	}
	s := w.Until(a, "finished")
	if !strings.Contains(s.Why, "revoked") {
		t.Fatalf("it ended because %q", s.Why)
	}
	if _, err := w.Propose(context.Background(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: []byte("id")}); err == nil {
		t.Fatal("a revoked engineer proposed")
	}
}

func TestPauseHoldsPermits(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	a := w.Proposed(session, "echo ran")
	ed := gatewaytest.As(gatewaytest.Ed)
	if err := w.Pause(context.Background(), ed, session, "thinking"); err != nil {
		t.Fatal(err)
	}
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints"); err != nil {
		t.Fatal(err)
	}
	if s := w.Until(a, "approved"); s.Exit != nil {
		t.Fatal("ran while paused")
	}
	if err := w.Resume(context.Background(), ed, session); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := w.Collect(a); out != "ran\n" {
		t.Fatalf("stdout %q", out)
	}
}

func TestAdviseIsWordsOnly(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	ticket := func(id sallyport.TicketID, mode sallyport.Mode) {
		t.Helper()
		now := time.Now().UTC()
		if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.TicketOpened{Ticket: id, System: gatewaytest.System, Targets: []sallyport.TargetID{"web-01"},
			Engineer: gatewaytest.Ana, Mode: mode, From: now.Add(-time.Minute), To: now.Add(time.Hour)}, []byte(`{"title":"words"}`)); err != nil {
			t.Fatal(err)
		}
	}
	ana := gatewaytest.As(gatewaytest.Ana)
	ticket("T-words", sallyport.Advise)
	v, err := w.OpenSession(t.Context(), ana, "T-words")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Say(t.Context(), ana, v.ID, "look at the upstream port"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Propose(t.Context(), ana, gateway.Proposal{Session: v.ID, Text: []byte("id")}); err == nil {
		t.Fatal("an action was proposed in mode advise")
	}
	for _, mode := range []sallyport.Mode{sallyport.View, sallyport.Drive} {
		ticket(sallyport.TicketID("T-"+mode), mode)
		if _, err := w.OpenSession(t.Context(), ana, sallyport.TicketID("T-"+mode)); err == nil || !strings.Contains(err.Error(), "not offered yet") {
			t.Errorf("mode %s: %v", mode, err)
		}
	}
}

func TestProposalsAreLimitedInTheirRate(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Change: func(c *gateway.Config) { c.ProposeRate = 3 }})
	session := w.Session()
	for i := range 4 {
		_, err := w.Propose(t.Context(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: []byte("id")})
		if limited := sallyport.CodeOf(err) == sallyport.Limited; err != nil && !limited || limited != (i == 3) {
			t.Fatalf("proposal %d: %v", i+1, err)
		}
	}
}

// What an engineer proposes is kept to the byte, however odd, and shown to the decider as it is.
func TestOddProposalsAreKeptToTheByte(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	for name, text := range map[string]string{
		"invalid UTF-8": "echo \xff\xfe", "bidi": "echo '\u202e' # \u2066", "escape": "echo \x1b[2J", "carriage return": "echo a\rb", "lines": strings.Repeat(":\n", 200_000),
	} {
		a, err := w.Propose(t.Context(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: []byte(text)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		w.Until(a.ID, "waiting")
		page, err := w.Action(t.Context(), gatewaytest.As(gatewaytest.Ed), a.ID)
		if err != nil || string(page.Spec.Text) != text {
			t.Fatalf("%s: the page has %d bytes, want %d, err %v", name, len(page.Spec.Text), len(text), err)
		}
		if page.Verdict == "low" && name != "lines" {
			t.Errorf("%s: the verdict is low", name)
		}
	}
}
