package rules_test

import (
	"strings"
	"testing"
	"time"

	"sallyport"
)

// A runbook lets exactly its text run without a new decision, and nothing else (DESIGN 8.6).
func TestRunbookFitsItsTextToTheLetter(t *testing.T) {
	text := sallyport.RunbookText{Title: "restart", Text: []byte("systemctl restart nginx"), Login: "ops", Interpreter: "/bin/sh"}
	for name, c := range map[string]struct {
		proposed string
		change   func(*sallyport.Spec)
		want     string // "" is legal
	}{
		"the text":       {"systemctl restart nginx", nil, ""},
		"another text":   {"systemctl restart nginx; id", nil, "to the letter"},
		"another login":  {"systemctl restart nginx", func(s *sallyport.Spec) { s.Login = "root" }, "login"},
		"a variable":     {"systemctl restart nginx", func(s *sallyport.Spec) { s.Env = []sallyport.EnvVar{{Name: "LD_PRELOAD", Value: "x"}} }, "to the letter"},
		"standard input": {"systemctl restart nginx", func(s *sallyport.Spec) { s.Stdin = []byte("x") }, "to the letter"},
		"a directory":    {"systemctl restart nginx", func(s *sallyport.Spec) { s.Dir = "/tmp" }, "to the letter"},
		"another action": {"systemctl restart nginx", func(s *sallyport.Spec) { s.Action = "A-2" }, "another action"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			b, err := sallyport.EncodeJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			l.must("ed", "", &sallyport.RunbookSigned{Runbook: "rb", System: system, Targets: []sallyport.TargetID{"web-01"}, Text: l.blobs.put(b), Content: text.Content(), Until: start.Add(time.Hour), Escort: "ed", Second: "sue"})
			l.must("sue", "", &sallyport.RunbookSeconded{Runbook: "rb"})
			l.must("ana", session, &sallyport.SessionRequested{Ticket: ticket, System: system, Engineer: "ana", Mode: sallyport.Propose, Until: start.Add(8 * time.Hour)})
			l.must(sallyport.Gateway, session, &sallyport.SessionOpened{})
			l.must("ed", session, &sallyport.SessionClaimed{Escort: "ed"})
			spec := sallyport.Spec{Action: action, Session: session, Text: []byte(c.proposed), Target: "web-01", Address: "127.0.0.1:22", HostKey: "ssh-ed25519 AAAA", Login: "ops", Interpreter: "/bin/sh"}
			if c.change != nil {
				c.change(&spec)
			}
			raw, err := sallyport.EncodeJSON(spec)
			if err != nil {
				t.Fatal(err)
			}
			err = l.add("ana", session, &sallyport.ActionProposed{Action: action, Spec: l.blobs.put(raw), Target: "web-01", Runbook: "rb", Expires: start.Add(time.Hour)})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("proposal under the runbook: %v, want %q", err, c.want)
			}
			if err != nil {
				return
			}
			l.must(sallyport.Gateway, session, &sallyport.ActionResolved{Action: action})
			l.must(sallyport.Gateway, session, &sallyport.ActionAssessed{Action: action, Assessment: l.blobs.put([]byte("{}")), Verdict: "medium", Complete: true})
			l.must(sallyport.Gateway, session, &sallyport.ActionStarted{Action: action, Rendered: "r", Policy: l.state.PolicyOf(system), Runbook: "rb"})
		})
	}
}
