package ledger_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/ledger"
)

// key makes a log key and says it, so that a failure can be replayed.
func key(t testing.TB) (note.Signer, note.Verifier) {
	skey, vkey, err := note.GenerateKey(rand.Reader, "test.example/log")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("key %s", skey)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func beat(t testing.TB, n int) []byte {
	body, err := sallyport.EncodeJSON(sallyport.Heartbeat{Every: time.Duration(n + 1)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := sallyport.Entry{Version: 1, Kind: "heartbeat", Time: time.Unix(int64(n), 0), By: sallyport.Gateway, Body: body}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// check re-verifies every invariant of a log against what was acknowledged.
func check(t *testing.T, l *ledger.Log, acked [][]byte) {
	t.Helper()
	ctx := context.Background()
	size := l.Size()
	if size < int64(len(acked)) {
		t.Fatalf("log has %d entries, %d were acknowledged", size, len(acked))
	}
	all, err := l.Read(ctx, 0, size)
	if err != nil || int64(len(all)) != size {
		t.Fatalf("read %d entries of %d: %v", len(all), size, err)
	}
	for i, b := range acked {
		if string(all[i]) != string(b) {
			t.Fatalf("entry %d is %q, acknowledged was %q", i, all[i], b)
		}
	}
	if size == 0 {
		return
	}
	c, _, err := ledger.OpenCheckpoint(l.Checkpoint(), l.Verifier())
	if err != nil || c.Size != size {
		t.Fatalf("checkpoint of size %d for %d entries: %v", c.Size, size, err)
	}
	for _, i := range []int64{0, size / 2, size - 1} {
		proof, err := l.ProveInclusion(ctx, i, size)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, size, c.Root, i, tlog.RecordHash(all[i])); err != nil {
			t.Fatalf("entry %d of %d: %v", i, size, err)
		}
	}
}

func TestAppend(t *testing.T) {
	signer, verifier := key(t)
	mem := ledger.NewMemory()
	l, err := ledger.Open(t.Context(), mem, signer, verifier, ledger.NoGuard{}, ledger.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var sent [][]byte
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 50 {
				mu.Lock()
				b := beat(t, w*1000+i)
				ticket, first, err := l.Enqueue(b, b)
				if err != nil || first != int64(len(sent)) {
					t.Errorf("first is %d, want %d: %v", first, len(sent), err)
				}
				sent = append(sent, b, b)
				mu.Unlock()
				if err := ticket.Wait(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	check(t, l, sent)
	old, now := int64(300), l.Size()
	proof, err := l.ProveConsistency(t.Context(), old, now)
	if err != nil {
		t.Fatal(err)
	}
	c, _, _ := ledger.OpenCheckpoint(l.Checkpoint(), verifier)
	half, err := tlog.TreeHash(old, tlog.HashReaderFunc(func(i []int64) ([]ledger.Hash, error) { return mem.Hashes(t.Context(), i) }))
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(proof, now, c.Root, old, half); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Enqueue(beat(t, 1)); !errors.Is(err, ledger.ErrClosed) {
		t.Fatalf("append after close: %v", err)
	}
	l, err = ledger.Open(t.Context(), mem, signer, verifier, ledger.NoGuard{}, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	check(t, l, sent)
}

func TestRefusesWhatCannotBeVerified(t *testing.T) {
	signer, verifier := key(t)
	l, err := ledger.Open(t.Context(), ledger.NewMemory(), signer, verifier, ledger.NoGuard{}, ledger.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, b := range []string{"", "{}", `{"v":1,"kind":"heartbeat","time":"2026-01-01T00:00:00Z","by":"gateway","body":{"every":1},"more":1}`} {
		if _, _, err := l.Enqueue(beat(t, 1), []byte(b)); err == nil {
			t.Errorf("entry %q was accepted", b)
		}
	}
	if size := l.Size(); size != 0 {
		t.Errorf("%d entries of refused batches are in the log", size)
	}
}

// faulty is a store that fails on command: the write did not happen, or it did and only seemed to fail.
type faulty struct {
	ledger.Store
	fail    bool
	persist bool
}

var errDisk = errors.New("disk on fire")

func (f *faulty) Commit(ctx context.Context, g *ledger.Group) error {
	if !f.fail {
		return f.Store.Commit(ctx, g)
	}
	if f.persist {
		if err := f.Store.Commit(ctx, g); err != nil {
			return err
		}
	}
	return errDisk
}

// Faults in pairs: the write failed, and the write "failed" but persisted. After either nothing more is accepted, nothing
// unacknowledged is shown, and a log opened again is whole and goes on.
func TestFaults(t *testing.T) {
	for _, persist := range []bool{false, true} {
		t.Run(fmt.Sprintf("store persist=%v", persist), func(t *testing.T) {
			f := &faulty{Store: ledger.NewMemory(), persist: persist}
			testFault(t, f, func(on bool) { f.fail = on }, nil, persist)
		})
	}
	for name, persisted := range map[string]bool{ledger.FaultBeforeCommit: false, ledger.FaultAfterCommit: true, ledger.FaultAfterGuard: true} {
		t.Run(name, func(t *testing.T) {
			armed := false
			fault := func(at string) error {
				if armed && at == name {
					return errDisk
				}
				return nil
			}
			testFault(t, ledger.NewMemory(), func(on bool) { armed = on }, fault, persisted)
		})
	}
}

func testFault(t *testing.T, store ledger.Store, arm func(bool), fault func(string) error, persisted bool) {
	signer, verifier := key(t)
	guard := ledger.NewFileGuard(filepath.Join(t.TempDir(), "guard"))
	defer guard.Close()
	opts := ledger.Options{Create: true, Fault: fault}
	l, err := ledger.Open(t.Context(), store, signer, verifier, guard, opts)
	if err != nil {
		t.Fatal(err)
	}
	var acked [][]byte
	for i := range 3 {
		ticket, _, err := l.Enqueue(beat(t, i))
		if err != nil {
			t.Fatal(err)
		}
		if err := ticket.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		acked = append(acked, beat(t, i))
	}
	arm(true)
	ticket, _, err := l.Enqueue(beat(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if err := ticket.Wait(t.Context()); !errors.Is(err, errDisk) {
		t.Fatalf("wait returned %v", err)
	}
	if l.Size() != 3 {
		t.Fatalf("a failed write shows: size %d", l.Size())
	}
	arm(false)
	if _, _, err := l.Enqueue(beat(t, 4)); !errors.Is(err, errDisk) {
		t.Fatalf("a broken log accepted more: %v", err)
	}
	if err := l.Close(); !errors.Is(err, errDisk) {
		t.Fatalf("close of a broken log: %v", err)
	}
	l, err = ledger.Open(t.Context(), store, signer, verifier, guard, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if persisted {
		acked = append(acked, beat(t, 3))
	}
	if int(l.Size()) != len(acked) {
		t.Fatalf("size %d after reopening, want %d", l.Size(), len(acked))
	}
	ticket, _, err = l.Enqueue(beat(t, 5))
	if err != nil {
		t.Fatal(err)
	}
	if err := ticket.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(t, l, append(acked, beat(t, 5)))
}
