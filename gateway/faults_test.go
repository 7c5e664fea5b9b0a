package gateway_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/store/blob"
	"sallyport/target"
)

// failing is a blob store that can be made to refuse, as a full disk or a read-only folder does.
type failing struct {
	gateway.Blobs
	refuse atomic.Bool
}

func (f *failing) Put(ctx context.Context, content []byte) (sallyport.BlobRef, error) {
	if f.refuse.Load() {
		return sallyport.BlobRef{}, errors.New("no space left on device")
	}
	return f.Blobs.Put(ctx, content)
}

func TestBlobFolderThatCannotBeWritten(t *testing.T) {
	blobs := &failing{Blobs: blob.NewMemory()}
	w := gatewaytest.Start(t, gatewaytest.Options{Blobs: blobs})
	session := w.Session()
	a := w.Proposed(session, "echo before; sleep 600")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "sleeps"); err != nil {
		t.Fatal(err)
	}
	w.Printed(a, "before")
	b := w.Proposed(session, "for i in $(seq 600); do echo tick; sleep 0.1; done")
	if err := w.Decided(gatewaytest.Ed, b, sallyport.Approve, "ticks"); err != nil {
		t.Fatal(err)
	}
	w.Printed(b, "tick")
	blobs.refuse.Store(true)
	// What cannot be stored is not proposed, and says why.
	_, err := w.Propose(t.Context(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: []byte("id")})
	if sallyport.CodeOf(err) != sallyport.Unavailable || !strings.Contains(sallyport.Hint(err), "full or read-only") {
		t.Fatalf("propose: %v", err)
	}
	// What runs and prints cannot be recorded, so it ends (R41).
	if s := w.Until(b, "interrupted"); !strings.Contains(s.Why, "could not be recorded") {
		t.Fatalf("it ended because %q", s.Why)
	}
	blobs.refuse.Store(false)
	if err := w.Stop(t.Context(), gatewaytest.As(gatewaytest.Ed), a, "enough"); err != nil {
		t.Fatal(err)
	}
	if s := w.Until(a, "finished"); s.Why != "enough" {
		t.Fatalf("it ended because %q", s.Why)
	}
}

// broken is a ledger store that stops committing.
type broken struct {
	ledger.Store
	refuse atomic.Bool
}

func (b *broken) Commit(ctx context.Context, g *ledger.Group) error {
	if b.refuse.Load() {
		return errors.New("disk full")
	}
	return b.Store.Commit(ctx, g)
}

func TestLedgerThatCannotBeWritten(t *testing.T) {
	store := &broken{Store: ledger.NewMemory()}
	w := gatewaytest.Start(t, gatewaytest.Options{Store: store})
	session := w.Session()
	a := w.Proposed(session, "sleep 600")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "sleeps"); err != nil {
		t.Fatal(err)
	}
	w.Until(a, "running")
	store.refuse.Store(true)
	_, err := w.Propose(t.Context(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: session, Text: []byte("id")})
	if sallyport.CodeOf(err) != sallyport.Unavailable {
		t.Fatalf("propose: %v", err)
	}
	if w.Healthy() == nil {
		t.Fatal("the gateway calls itself healthy")
	}
	// Even when the disk has room again, nothing is accepted until a restart has read what persisted.
	store.refuse.Store(false)
	if err := w.Pause(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "x"); sallyport.CodeOf(err) != sallyport.Unavailable {
		t.Fatalf("pause: %v", err)
	}
}

// gone is a target that cannot be reached.
type gone struct{ target.Runner }

func (gone) Run(context.Context, target.Permit, sallyport.TargetSet, sallyport.Spec, []sallyport.Pin, target.Sink) (target.Outcome, error) {
	return target.Outcome{}, target.Failf(sallyport.Unavailable, "look at the host", "cannot reach target %q", "web-01")
}

func TestTargetThatIsGone(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Runner: gone{}})
	a := w.Proposed(w.Session(), "id")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints"); err != nil {
		t.Fatal(err)
	}
	_, _, last := w.Collect(a)
	if last.Exit != gateway.ExitFailed || !strings.Contains(last.Why, "cannot reach target") {
		t.Fatalf("outcome %+v", last)
	}
}

func TestEscortWhoseBrowserIsGone(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Change: func(c *gateway.Config) { c.LinkLost = 300 * time.Millisecond }})
	session := w.Session()
	ed := gatewaytest.As(gatewaytest.Ed)
	if err := w.Presence(t.Context(), ed, session, false); err != nil {
		t.Fatal(err)
	}
	a := w.Proposed(session, "echo ran")
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		v, _, err := w.Gateway.Session(t.Context(), ed, session)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Present {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the escort is still taken to be there")
		}
	}
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints"); err == nil {
		t.Fatal("an escort who is not there approved")
	}
	if err := w.Presence(t.Context(), ed, session, false); err != nil {
		t.Fatal(err)
	}
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints"); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := w.Collect(a); out != "ran\n" {
		t.Fatalf("stdout %q", out)
	}
}

func TestOutputBeyondTheLimit(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{System: func(s *sallyport.SystemSet) { s.OutputLimit = 1 << 20 }})
	a := w.Proposed(w.Session(), "yes 0123456789")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints without end"); err != nil {
		t.Fatal(err)
	}
	out, _, last := w.Collect(a)
	if len(out) != 1<<20 || !strings.Contains(last.Why, "output limit") {
		t.Fatalf("%d bytes, outcome %+v", len(out), last)
	}
}

func TestHeldOutputWaitsForItsRelease(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{System: func(s *sallyport.SystemSet) {
		s.Release = sallyport.ReleaseHeld
		s.Markings = []string{"project tulip"}
	}})
	a := w.Proposed(w.Session(), "echo for project tulip: password=hunter2secret; echo internal-7")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints"); err != nil {
		t.Fatal(err)
	}
	w.Until(a, "finished")
	if err := w.Release(t.Context(), gatewaytest.As(gatewaytest.Ana), a, nil); err == nil {
		t.Fatal("the engineer released output to themselves")
	}
	if err := w.Release(t.Context(), gatewaytest.As(gatewaytest.Ed), a, []string{"internal-7"}); err != nil {
		t.Fatal(err)
	}
	out, _, _ := w.Collect(a)
	if strings.Contains(out, "tulip") || strings.Contains(out, "hunter2") || strings.Contains(out, "internal-7") || strings.Count(out, "[redacted: ") != 3 {
		t.Fatalf("released %q", out)
	}
}
