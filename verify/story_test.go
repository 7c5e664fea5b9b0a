package verify_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/evidence"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/store"
	"sallyport/verify"
)

// story runs a real gateway over a state folder through a session with everything in it, and closes it.
func story(t *testing.T, change func(*gatewaytest.Options)) (dir, vkey string) {
	t.Helper()
	dir, vkey, _ = storyWithKey(t, change)
	return dir, vkey
}

// storyWithKey also gives the log's private key.
func storyWithKey(t *testing.T, change func(*gatewaytest.Options)) (dir, vkey string, signer note.Signer) {
	t.Helper()
	ctx := context.Background()
	dir = t.TempDir()
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opts := gatewaytest.Options{Store: db, Blobs: db.Blobs(), Guard: ledger.NewFileGuard(db.GuardPath()), Quiet: true,
		System: func(s *sallyport.SystemSet) { s.Release = sallyport.ReleaseRedacted; s.Markings = []string{"KESTREL"} }}
	if change != nil {
		change(&opts)
	}
	w := gatewaytest.Start(t, opts)
	first, err := w.Log.Read(ctx, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, body, err := sallyport.DecodeEntry(first[0])
	if err != nil {
		t.Fatal(err)
	}
	vkey = body.(*sallyport.LogOpened).Key
	session := w.Session()
	for i, text := range []string{"echo out; echo err >&2; exit 3", "echo password=hunter2hunter2; echo project kestrel", "seq 1 300", "true"} {
		a := w.Proposed(session, text)
		answer := sallyport.Approve
		if i == 3 {
			answer = sallyport.Refuse
		}
		if err := w.Decided(gatewaytest.Ed, a, answer, "prints words"); err != nil {
			t.Fatal(err)
		}
		w.Collect(a)
	}
	if err := w.End(ctx, gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed} { // beside the state folder: out of the operator's reach
		b, err := w.Receipt(ctx, gatewaytest.As(p), session)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(receiptOf(dir, p), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Gateway.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Log.Close(); err != nil {
		t.Fatal(err)
	}
	tiler, err := ledger.StartTiles(ctx, w.Log, db.TilesDir(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := tiler.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", "recording.key"), []byte(strings.Repeat("00", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, vkey, w.Signer
}

// receiptOf names the receipt that a party of the story kept.
func receiptOf(dir string, p sallyport.PersonID) string { return dir + "-" + string(p) + ".receipt" }

func run(t *testing.T, name string, opts verify.Options) *verify.Report {
	t.Helper()
	src, err := evidence.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	report, err := verify.Run(t.Context(), src, opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func page(r *verify.Report) string {
	var b bytes.Buffer
	r.Print(&b)
	return b.String()
}

func TestStory(t *testing.T) {
	dir, vkey := story(t, nil)
	r := run(t, dir, verify.Options{LogKey: vkey})
	t.Logf("\n%s", page(r))
	if r.Exit() != 0 {
		t.Fatalf("exit %d", r.Exit())
	}
	for _, want := range []string{
		"3 approvals bind what was shown; 3 of 3 permits",
		"3 chunks",
		"2 parts that are listed",
		"1 sessions, each an unbroken chain; 1 are over",
	} {
		if !strings.Contains(page(r), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
