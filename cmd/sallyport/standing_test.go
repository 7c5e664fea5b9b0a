package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/store"
	"sallyport/web/wire"
)

// What is approved in advance is signed in advance: a runbook by its two people, an acceptance by its approver. Then it runs without a decision,
// and an outsider finds each signature.
func TestApprovalsInAdvanceAreSigned(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := officeOf(t, gatewaytest.Options{Quiet: true, Store: db, Blobs: db.Blobs(), Guard: ledger.NewFileGuard(db.GuardPath())})
	demandSignatures(t, o.world, "proposals", "decisions")
	o.run("role", "assign", "eva", "approver")
	a := realAgent(t)
	ids := map[sallyport.PersonID]string{}
	for _, p := range []sallyport.PersonID{"ana", "ed", "sue", "eva"} {
		file, id := o.holds(a, string(p))
		o.run("key", "enrol", string(p), file, "--use", "sign")
		ids[p] = id
	}
	must := func(said string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatalf("%v (%s)\n%s", err, sallyport.Hint(err), said)
		}
		return said
	}
	script := o.file("rotate.sh", "echo rotated\nexit 4\n")
	text := sallyport.RunbookText{Text: []byte("echo rotated\nexit 4\n"), Login: o.world.Host.Login(), Interpreter: "/bin/bash"}

	// The same without a signature is refused: it would be the way around signed decisions.
	unsigned := &sallyport.RunbookSigned{Runbook: "rotate", System: gatewaytest.System, Targets: []sallyport.TargetID{"web-01"}, Content: text.Content(), Until: time.Now().Add(time.Hour).UTC(), Escort: "ed", Second: "sue"}
	blob, err := sallyport.EncodeJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.world.Record(t.Context(), gatewaytest.As(gatewaytest.Ed), unsigned, blob); err == nil || !strings.Contains(err.Error(), "own signature") {
		t.Errorf("an unsigned runbook: %v", err)
	}
	if err := o.world.Record(t.Context(), gatewaytest.As("eva"), &sallyport.AcceptanceSigned{Acceptance: "RA-0", System: gatewaytest.System, Rule: "two-person", Until: time.Now().Add(time.Hour).UTC()}, []byte("{}")); err == nil || !strings.Contains(err.Error(), "own signature") {
		t.Errorf("an unsigned acceptance: %v", err)
	}

	said := must(o.as("ed", "", "runbook", "sign", "rotate", script, "--system", "web", "--target", "web-01", "--second", "sue", "--until", "8h", "--login", text.Login, "--interpreter", "/bin/bash"))
	o.sees(said, "Signed with "+ids["ed"])
	if _, err := o.as("ana", "", "propose", "--runbook", "rotate", "T-1"); err == nil || !strings.Contains(err.Error(), "no runbook") {
		t.Errorf("a runbook that nobody seconded: %v", err)
	}
	if _, err := o.as("sue", "no\n", "runbook", "second", "rotate"); err == nil || !strings.Contains(err.Error(), "did not agree") {
		t.Errorf("no: %v", err)
	}
	if _, err := o.as("sue", "", "runbook", "second", "rotate", "--content", strings.Repeat("0", 64)); err == nil || !strings.Contains(err.Error(), "nothing was signed") {
		t.Errorf("another content: %v", err)
	}
	if _, err := o.as("ed", "yes\n", "runbook", "second", "rotate"); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("the escort seconds: %v", err)
	}
	said = must(o.as("sue", "yes\n", "runbook", "second", "rotate"))
	o.sees(said, "     1 | echo rotated", string(text.Content()), "Signed with "+ids["sue"])
	o.sees(must(o.as("sue", "", "runbook", "list")), "in force")

	session := o.world.Session()
	said, err = o.as("ana", "", "propose", "--runbook", "rotate", "--follow", "T-1")
	if code, ok := errors.AsType[*exitError](err); !ok || code.Code != 4 {
		t.Fatalf("%v\n%s", err, said)
	}
	o.sees(said, "Runbook rotate", "     1 | echo rotated", "Signed with "+ids["ana"], "rotated\n")

	said = must(o.as("eva", "", "acceptance", "sign", "RA-1", "--system", "web", "--rule", "two-person", "--until", "8h", "--reason", "spare site", "--control", "watched"))
	o.sees(said, "Signed with "+ids["eva"])
	o.sees(must(o.as("eva", "", "acceptance", "list")), "RA-1", "two-person")

	if err := o.world.End(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	report := o.audit(dir, db)
	var page bytes.Buffer
	if err := report.Print(&page); err != nil {
		t.Fatal(err)
	}
	if report.Exit() != 0 || !strings.Contains(page.String(), "4 acts carry their person's own signature") {
		t.Fatalf("exit %d\n%s", report.Exit(), page.String())
	}
}

// A server that would have another acceptance signed gets no signature.
func TestNoOtherAcceptanceIsSigned(t *testing.T) {
	a := wire.Acceptance{Acceptance: "RA-1", System: "web", Rule: "two-person", Until: time.Unix(1750000000, 0).UTC(), Details: wire.AcceptanceDetails{Reason: "spare site"}}
	seal := func(v any) gateway.Sealed {
		b, err := sallyport.EncodeJSON(v)
		if err != nil {
			t.Fatal(err)
		}
		return gateway.Sealed{Salt: bytes.Repeat([]byte{7}, sallyport.SaltSize), Content: b}
	}
	details := seal(a.Details)
	good := gateway.AcceptanceChallenge{By: "eva", Details: details, Body: sallyport.AcceptanceSigned{Acceptance: a.Acceptance, System: a.System, Rule: a.Rule, Until: a.Until, Details: details.Ref()}}
	if err := checkAcceptance(good, "eva", a); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*gateway.AcceptanceChallenge){
		"another person":  func(c *gateway.AcceptanceChallenge) { c.By = "ed" },
		"another system":  func(c *gateway.AcceptanceChallenge) { c.Body.System = "db" },
		"somebody":        func(c *gateway.AcceptanceChallenge) { c.Body.Person = "mallory" },
		"another rule":    func(c *gateway.AcceptanceChallenge) { c.Body.Rule = "everything" },
		"longer":          func(c *gateway.AcceptanceChallenge) { c.Body.Until = a.Until.Add(time.Hour) },
		"another reason":  func(c *gateway.AcceptanceChallenge) { c.Details = seal("x"); c.Body.Details = c.Details.Ref() },
		"another digest":  func(c *gateway.AcceptanceChallenge) { c.Body.Details.Digest = "x" },
		"another of them": func(c *gateway.AcceptanceChallenge) { c.Body.Acceptance = "RA-2" },
	} {
		c := good
		change(&c)
		if err := checkAcceptance(c, "eva", a); err == nil {
			t.Errorf("%s: would be signed", name)
		}
	}
}
