package ledger_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/ledger"
)

// Every way in which database and guard can contradict each other is named, and refused.
func TestGuardMismatch(t *testing.T) {
	signer, verifier := key(t)
	otherSigner, otherVerifier := key(t)
	build := func(guard ledger.Guard, entries ...int) ledger.Store {
		t.Helper()
		mem := ledger.NewMemory()
		l, err := ledger.Open(t.Context(), mem, signer, verifier, guard, ledger.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range entries {
			ticket, _, err := l.Enqueue(beat(t, n))
			if err != nil {
				t.Fatal(err)
			}
			if err := ticket.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return mem
	}
	path := filepath.Join(t.TempDir(), "guard")
	saved := ledger.NewFileGuard(path)
	whole := build(saved, 1, 2, 3)
	before := build(ledger.NoGuard{}, 1, 2)
	fork := build(ledger.NoGuard{}, 1, 9, 3, 4)
	longer := build(ledger.NoGuard{}, 1, 2, 3, 4)
	torn := filepath.Join(t.TempDir(), "torn")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(torn, b[:60], 0o600); err != nil {
		t.Fatal(err)
	}
	none := func() ledger.Guard { return ledger.NewFileGuard(filepath.Join(t.TempDir(), "none")) }
	for _, c := range []struct {
		name  string
		store ledger.Store
		guard ledger.Guard
		want  string // "" opens
	}{
		{"they agree", whole, saved, ""},
		{"the guard is behind", longer, saved, ""},
		{"neither is there", ledger.NewMemory(), none(), "there is no log here"},
		{"the database is empty", ledger.NewMemory(), saved, "the database is empty but its guard knows a log"},
		{"the guard is missing", whole, none(), "its guard is missing"},
		{"a restored backup", before, saved, "the database has 2 entries, its guard has seen 3 acknowledged"},
		{"another history", fork, saved, "this is another history"},
		{"a torn guard", whole, ledger.NewFileGuard(torn), "guard: "},
	} {
		l, err := ledger.Open(t.Context(), c.store, signer, verifier, c.guard, ledger.Options{})
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			l.Close()
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || sallyport.Hint(err) == "" {
			t.Errorf("%s: %v (hint %q), want %q", c.name, err, sallyport.Hint(err), c.want)
		}
	}
	if _, err := ledger.Open(t.Context(), whole, otherSigner, otherVerifier, saved, ledger.Options{}); err == nil {
		t.Error("a log was opened with another key")
	}
	if _, err := ledger.Open(t.Context(), whole, signer, otherVerifier, saved, ledger.Options{}); err == nil {
		t.Error("signer and verifier that do not belong together were taken")
	}
}

// Bytes of checkpoints, cosignatures and receipts come from outside.
func FuzzParse(f *testing.F) {
	signer, verifier := key(f)
	mem := ledger.NewMemory()
	l, err := ledger.Open(f.Context(), mem, signer, verifier, ledger.NoGuard{}, ledger.Options{Create: true})
	if err != nil {
		f.Fatal(err)
	}
	for i := range 5 {
		ticket, _, err := l.Enqueue(beat(f, i))
		if err != nil {
			f.Fatal(err)
		}
		if err := ticket.Wait(f.Context()); err != nil {
			f.Fatal(err)
		}
	}
	receipt, err := ledger.MakeReceipt(f.Context(), mem, 2)
	if err != nil {
		f.Fatal(err)
	}
	if again, err := ledger.ParseReceipt(receipt.Encode()); err != nil {
		f.Fatal(err)
	} else if _, err := again.Verify(verifier); err != nil {
		f.Fatal(err)
	}
	good := string(receipt.Encode())
	f.Add(receipt.Encode())
	f.Add(l.Checkpoint())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ledger.ParseReceipt(b); err == nil {
			if string(r.Encode()) != string(b) {
				t.Fatalf("receipt %q was read as %q", b, r.Encode())
			}
			if _, err := r.Verify(verifier); err == nil && string(b) != good && string(r.Entry) != string(receipt.Entry) {
				t.Fatalf("another entry was proved: %q", b)
			}
		}
		if c, err := ledger.ParseCheckpoint(string(b)); err == nil && c.Body() != string(b) {
			t.Fatalf("checkpoint %q was read as %q", b, c.Body())
		}
		ledger.OpenCheckpoint(b, verifier)
		ledger.ParseWitness(string(b))
	})
}
