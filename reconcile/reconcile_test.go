package reconcile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/reconcile"
)

const log = `Nov 21 10:00:00 web-01 sshd[100]: Server listening on 0.0.0.0 port 22.
Nov 21 10:00:01 web-01 sshd[101]: Accepted publickey for app from 10.0.0.5 port 5001 ssh2: ED25519-CERT SHA256:k1 ID A-1 (serial 3) CA ED25519 SHA256:ca
2026-11-21T10:00:02.123456+00:00 web-01 sshd-session[102]: Accepted publickey for app from 10.0.0.5 port 5002 ssh2: ED25519-CERT SHA256:k2 ID A-2 (serial 5) CA ED25519 SHA256:ca
Nov 21 10:00:03 web-01 sshd[103]: Accepted password for root from 203.0.113.9 port 4242 ssh2
Nov 21 10:00:04 web-01 sshd[104]: Accepted publickey for app from 10.0.0.5 port 5003 ssh2: ED25519-CERT SHA256:k2 ID A-2 (serial 5) CA ED25519 SHA256:ca
Nov 21 10:00:05 web-01 sshd[105]: Accepted publickey for root from 10.0.0.5 port 5004 ssh2: ED25519-CERT SHA256:k3 ID A-9 (serial 99) CA ED25519 SHA256:other
Nov 21 10:00:06 web-01 sshd[106]: Accepted publickey for app from 10.0.0.5 port 5005 ssh2: ED25519-CERT SHA256:k4 ID A-4 (serial 9) CA ED25519 SHA256:ca
Nov 21 10:00:07 web-01 sshd[107]: Invalid user Accepted publickey for x from 1.2.3.4 port 1
`

func TestMatch(t *testing.T) {
	logins, err := reconcile.ReadLog(strings.NewReader(log))
	if err != nil || len(logins) != 6 {
		t.Fatalf("%d logins, %v", len(logins), err)
	}
	p := reconcile.NewPermits("web-01")
	index := int64(-1)
	say := func(body sallyport.Body) {
		index++
		p.Entry(index, sallyport.Entry{Kind: body.Kind(), Time: time.Unix(index, 0)}, body, func(sallyport.BlobRef) string { return "app" })
	}
	for _, body := range []sallyport.Body{
		&sallyport.ActionProposed{Action: "A-1", Target: "web-01"},
		&sallyport.ActionProposed{Action: "A-2", Target: "web-01"},
		&sallyport.ActionProposed{Action: "A-3", Target: "web-01"},
		&sallyport.ActionStarted{Action: "A-1"}, // 3
		&sallyport.ActionProposed{Action: "A-4", Target: "web-01"},
		&sallyport.ActionStarted{Action: "A-2"}, // 5
		&sallyport.ActionStarted{Action: "A-3"}, // 6: no login
		&sallyport.ActionProposed{Action: "B-1", Target: "db-01"},
		&sallyport.ActionStarted{Action: "B-1"}, // 8: another target
		&sallyport.ActionStarted{Action: "A-4"}, // 9
		&sallyport.ActionFailed{Action: "A-4"},
	} {
		say(body)
	}
	r := p.Match(logins)
	want := []string{"by password, not by a certificate", "used permit 5 a second time", "another authority", "no such permit", "permit 6", "the ledger says that nothing ran"}
	if r.Matched != 4 || len(r.Findings) != len(want) {
		t.Fatalf("%+v", r)
	}
	for _, w := range want {
		if !slices.ContainsFunc(r.Findings, func(f string) bool { return strings.Contains(f, w) }) {
			t.Errorf("no finding says %q in %q", w, r.Findings)
		}
	}
}

// A preflight logs in several times under one entry, and each login has its permit.
func TestPreflightIsMatched(t *testing.T) {
	line := func(id, serial string) string {
		return "Nov 21 10:00:01 web-01 sshd[101]: Accepted publickey for app from 10.0.0.5 port 5001 ssh2: ED25519-CERT SHA256:k1 ID " + id + " (serial " + serial + ") CA ED25519 SHA256:ca\n"
	}
	for text, want := range map[string]string{
		line("preflight-1", "0") + line("preflight-1", "0"): "",
		"":                       "",
		line("preflight-2", "0"): "with the id",
		line("preflight-1", "1"): "for target db-01",
		line("preflight", "7"):   "no such permit",
	} {
		p := reconcile.NewPermits("web-01")
		for i, target := range []sallyport.TargetID{"web-01", "db-01"} {
			p.Entry(int64(i), sallyport.Entry{}, &sallyport.TargetChecking{Target: target, Login: "app", Check: "preflight-1"}, nil)
		}
		logins, err := reconcile.ReadLog(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r := p.Match(logins)
		if (len(r.Findings) == 0) != (want == "") || want != "" && !strings.Contains(r.Findings[0], want) {
			t.Errorf("%q: %q, want %q", text, r.Findings, want)
		}
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add(log)
	f.Fuzz(func(t *testing.T, text string) {
		if logins, err := reconcile.ReadLog(strings.NewReader(text)); err == nil {
			reconcile.NewPermits("x").Match(logins)
		}
	})
}
