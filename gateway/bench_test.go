package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/store"
	"sallyport/target/sshtest"
)

// runbook gives a world on a real state folder with an in-force runbook, so that nobody waits for a decision.
func runbook(b *testing.B, host *sshtest.Host, text string) (*gatewaytest.World, sallyport.SessionID) {
	b.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	w := gatewaytest.Start(b, gatewaytest.Options{Host: host, Store: db, Guard: ledger.NewFileGuard(db.GuardPath()), Blobs: db.Blobs(), Quiet: true})
	rb := sallyport.RunbookText{Title: "bench", Text: []byte(text), Login: w.Host.Login(), Interpreter: w.Host.Target.Interpreter}
	content, err := sallyport.EncodeJSON(rb)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ed), &sallyport.RunbookSigned{Runbook: "rb", System: gatewaytest.System, Targets: []sallyport.TargetID{"web-01"},
		Content: rb.Content(), Until: time.Now().Add(time.Hour).UTC(), Escort: gatewaytest.Ed, Second: gatewaytest.Sue}, content); err != nil {
		b.Fatal(err)
	}
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Sue), &sallyport.RunbookSeconded{Runbook: "rb"}); err != nil {
		b.Fatal(err)
	}
	return w, w.Session()
}

// latency measures from a proposal under a runbook to the exit status in the engineer's hands: reading, assessment, permit, execution,
// recording and release, each sealed.
func latency(b *testing.B, host *sshtest.Host) {
	w, session := runbook(b, host, "true")
	var all []time.Duration
	for b.Loop() {
		began := time.Now()
		a, err := w.Propose(context.Background(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: []byte("true"), Runbook: "rb"})
		if err != nil {
			b.Fatal(err)
		}
		if _, _, last := w.Collect(a.ID); last.Exit != 0 || last.Why != "" {
			b.Fatalf("outcome %+v", last)
		}
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
}

func BenchmarkRunbookInProcess(b *testing.B) { latency(b, nil) }

func BenchmarkRunbookOpenSSH(b *testing.B) {
	latency(b, sshtest.OpenSSH(b, sshtest.Options{}))
}

// BenchmarkBulkOutput measures output through the gateway, recorded and released, with an in-process target.
func BenchmarkBulkOutput(b *testing.B) {
	const size = 48 << 20 // within the default limit on an action's output
	w, session := runbook(b, nil, fmt.Sprintf("head -c %d /dev/zero", size))
	b.SetBytes(size)
	for b.Loop() {
		a, err := w.Propose(context.Background(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: fmt.Appendf(nil, "head -c %d /dev/zero", size), Runbook: "rb"})
		if err != nil {
			b.Fatal(err)
		}
		var got int64
		var last gateway.Update
		if err := w.Follow(context.Background(), gatewaytest.As(gatewaytest.Ana), a.ID, func(u gateway.Update) error {
			got += int64(len(u.Output))
			last = u
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		if got != size {
			b.Fatalf("%d bytes of %d, last %+v", got, size, last)
		}
	}
}

// BenchmarkReevaluate is what a change of facts costs while many sessions are live: each is asked about again before the change is acknowledged.
func BenchmarkReevaluate(b *testing.B) {
	const sessions = 1000
	w := gatewaytest.Start(b, gatewaytest.Options{Quiet: true})
	ctx, ada := context.Background(), gatewaytest.As(gatewaytest.Ada)
	purpose, _ := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "bench"})
	now := time.Now().UTC()
	w.Profile(os.DirFS("../policy/profiles/open"), "escort_cap = 100")
	for i := range sessions {
		if i%100 == 0 {
			p := sallyport.PersonID(fmt.Sprintf("escort-%d", i/100))
			details, _ := sallyport.EncodeJSON(sallyport.PersonDetails{Name: string(p)})
			if err := errors.Join(w.Record(ctx, ada, &sallyport.PersonAdded{Person: p}, details), w.Record(ctx, ada, &sallyport.RoleAssigned{Person: p, Role: sallyport.RoleEscort, System: "*"})); err != nil {
				b.Fatal(err)
			}
		}
		ticket := sallyport.TicketID(fmt.Sprintf("B-%d", i))
		if err := w.Record(ctx, ada, &sallyport.TicketOpened{Ticket: ticket, System: gatewaytest.System, Targets: []sallyport.TargetID{"web-01"}, Engineer: gatewaytest.Ana, Mode: sallyport.Propose, From: now.Add(-time.Minute), To: now.Add(8 * time.Hour)}, purpose); err != nil {
			b.Fatal(err)
		}
		v, err := w.OpenSession(ctx, gatewaytest.As(gatewaytest.Ana), ticket)
		if err == nil {
			err = w.Claim(ctx, gatewaytest.As(sallyport.PersonID(fmt.Sprintf("escort-%d", i/100))), v.ID)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		w.Knows(gatewaytest.Sue, nil, "training=insider-threat")
	}
}
