package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/evidence"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/policy"
	"sallyport/signature"
	"sallyport/signature/signaturetest"
	"sallyport/store"
	"sallyport/verify"
	"sallyport/web/wire"
)

// demanding puts a policy set in force that is open but for asking for signatures of proposals and decisions.
func demanding(t *testing.T, w *gatewaytest.World) {
	t.Helper()
	files := fstest.MapFS{}
	dir := os.DirFS("../policy/profiles/open")
	if err := fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(dir, path)
		files[path] = &fstest.MapFile{Data: []byte(strings.NewReplacer("sign_proposals = false", "sign_proposals = true", "sign_decisions = false", "sign_decisions = true").Replace(string(b)))}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	set, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if !set.Profile().SignDecisions || !set.Profile().SignProposals {
		t.Fatal("the profile does not ask for signatures")
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.PolicySet{Profile: set.Name()}, set.Archive()); err != nil {
		t.Fatal(err)
	}
}

// What a page says about the site of a new passkey does not count, and its counter is read from the assertion.
func TestPasskeyIsOfferedForThisSite(t *testing.T) {
	b, p := newBench(t), signaturetest.New(t, 1)
	credential := base64.StdEncoding.EncodeToString(p.Site.Credential)
	w := b.call("POST", "/api/v1/passkeys/challenge", `{"credential":"`+credential+`","public":"`+p.Public+`"}`)
	var ch wire.PasskeyChallenge
	if err := json.Unmarshal(w.Body.Bytes(), &ch); err != nil || ch.Key != p.Key {
		t.Fatalf("status %d: %s (%v)", w.Code, w.Body, err)
	}
	p.Counter = 6
	signed, err := json.Marshal(p.Over(ch.Challenge))
	if err != nil {
		t.Fatal(err)
	}
	without := strings.Replace(string(signed), `,"counter":7`, "", 1)
	if w := b.call("POST", "/api/v1/passkeys", `{"credential":"`+credential+`","public":"`+p.Public+`","signed":`+without+`}`); w.Code != 204 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	got, ok := b.svc.args[1].(*sallyport.KeyOffered)
	if !ok || got.Key != p.Key || got.Passkey.RPID != "gw.example" || got.Passkey.Origin != b.opts.Origin || got.Signature.Counter != 7 {
		t.Fatalf("reached the gateway as %+v", b.svc.args[1])
	}
	if w := b.call("POST", "/api/v1/passkeys", `{"credential":"`+credential+`","public":"`+p.Public+`"}`); w.Code != 400 {
		t.Errorf("unsigned: status %d", w.Code)
	}
	if w := b.call("POST", "/api/v1/passkeys/challenge", `{"credential":"AQ==","public":"AQ=="}`); w.Code != 400 {
		t.Errorf("no COSE key: status %d", w.Code)
	}
	b.opts.Origin = "https://192.0.2.1:8443"
	if w := b.call("POST", "/api/v1/passkeys/challenge", `{"credential":"`+credential+`","public":"`+p.Public+`"}`); w.Code != 409 {
		t.Errorf("a console without a name: status %d", w.Code)
	}
}

// TestBrowserPasskeys has real browsers make passkeys and sign with them, and an outsider verify what came of it.
func TestBrowserPasskeys(t *testing.T) {
	need(t, "node", "npm", "chromium")
	t.Parallel()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Store: db, Blobs: db.Blobs(), Guard: ledger.NewFileGuard(db.GuardPath()), Change: func(c *gateway.Config) { c.LinkLost = 0 }})
	demanding(t, w)
	srv := New(w.Gateway, Options{})
	kept := drive(t, "passkey.mjs", srv, gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Ada)

	entries, err := w.Log.Read(t.Context(), 0, w.Log.Size())
	if err != nil {
		t.Fatal(err)
	}
	var key string
	signed := map[sallyport.Kind]int{}
	for _, raw := range entries {
		e, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := body.(*sallyport.LogOpened); ok {
			key = b.Key
		}
		if s := sallyport.SignatureOf(body); s != nil && s.Form == signature.WebAuthn && s.Counter > 0 {
			signed[e.Kind]++
		}
	}
	if signed["key.offered"] != 3 || signed["action.proposed"] != 2 || signed["action.decided"] != 1 {
		t.Errorf("signed by passkey: %v, want 3 offers, 2 proposals, 1 decision", signed)
	}
	// Each party's receipt holds by itself.
	verifier, err := note.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ed.receipt", "ana.receipt"} {
		b, err := os.ReadFile(filepath.Join(kept, name))
		if err != nil {
			t.Fatal(err)
		}
		r, err := ledger.ParseReceipt(b)
		if err == nil {
			_, err = r.Verify(verifier)
		}
		if err != nil || !strings.Contains(string(r.Entry), `"kind":"session.ended"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An outsider verifies all of it.
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.Gateway.Close())
	must(w.Log.Close())
	tiler, err := ledger.StartTiles(context.Background(), w.Log, db.TilesDir(), time.Hour)
	must(err)
	must(tiler.Close())
	must(db.Close())
	must(os.MkdirAll(filepath.Join(dir, "keys"), 0o700))
	must(os.WriteFile(filepath.Join(dir, "keys", "recording.key"), []byte(strings.Repeat("00", 32)), 0o600))
	src, err := evidence.Open(dir)
	must(err)
	defer src.Close()
	report, err := verify.Run(t.Context(), src, verify.Options{LogKey: key})
	must(err)
	var page strings.Builder
	must(report.Print(&page))
	if report.Exit() != 0 || !strings.Contains(page.String(), "6 acts carry their person's own signature") {
		t.Errorf("exit %d\n%s", report.Exit(), page.String())
	}
}
