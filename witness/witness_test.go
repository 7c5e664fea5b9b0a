package witness_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/ledger"
	"sallyport/witness"
)

// house is a log's key and any number of logs that claim to be it.
type house struct {
	signer   note.Signer
	verifier note.Verifier
	vkey     string
}

func newHouse(t *testing.T) *house {
	skey, vkey, err := note.GenerateKey(rand.Reader, "test.example/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, _ := note.NewSigner(skey)
	verifier, _ := note.NewVerifier(vkey)
	return &house{signer, verifier, vkey}
}

func (h *house) log(t *testing.T, entries ...int) *ledger.Log {
	t.Helper()
	l, err := ledger.Open(t.Context(), ledger.NewMemory(), h.signer, h.verifier, ledger.NoGuard{}, ledger.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	add(t, l, entries...)
	return l
}

func add(t *testing.T, l *ledger.Log, entries ...int) {
	t.Helper()
	for _, n := range entries {
		body, _ := sallyport.EncodeJSON(sallyport.Heartbeat{Every: time.Duration(n)})
		b, err := sallyport.Entry{Version: 1, Kind: "heartbeat", Time: time.Unix(1, 0), By: sallyport.Gateway, Body: body}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		ticket, _, err := l.Enqueue(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := ticket.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// start runs a witness over HTTP.
func start(t *testing.T, name, dir string, vkeys ...string) (witness.Peer, *httptest.Server) {
	t.Helper()
	signer, err := ledger.NewWitnessSigner(name, bytes.Repeat([]byte{byte(len(name))}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := witness.NewServer(signer, dir, vkeys)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	w, err := ledger.ParseWitness(signer.String())
	if err != nil {
		t.Fatal(err)
	}
	return witness.Peer{URL: server.URL + "/", Key: w}, server
}

// alarms collects what a client alarms about.
type alarms struct {
	mu   sync.Mutex // protects the following
	list []string
}

func (a *alarms) add(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, what)
}

func TestCosign(t *testing.T) {
	h := newHouse(t)
	l := h.log(t, 1, 2, 3)
	a, _ := start(t, "a.example", t.TempDir(), h.vkey)
	b, _ := start(t, "bb.example", t.TempDir(), h.vkey)
	c := &witness.Client{Log: l, Peers: []witness.Peer{a, b}}
	for round := range 3 {
		if n, err := c.Offer(t.Context()); n != 2 || err != nil {
			t.Fatalf("round %d: %d cosigned, %v", round, n, err)
		}
		size, signed, err := l.Store().Cosigned(t.Context(), 0)
		if err != nil || size != l.Size() {
			t.Fatalf("cosigned is %d of %d, %v", size, l.Size(), err)
		}
		_, n, err := ledger.OpenCheckpoint(signed, h.verifier, a.Key, b.Key)
		if err != nil || len(n.Sigs) != 3 || len(n.UnverifiedSigs) != 0 {
			t.Fatalf("cosigned checkpoint: %+v, %v", n, err)
		}
		if at, ok := ledger.CosignatureTime(n.Sigs[1]); !ok || time.Since(at) > time.Minute {
			t.Errorf("cosigned at %v", at)
		}
		add(t, l, make([]int, round*300)...)
	}
	// A client that forgot what the witnesses saw learns it from them.
	c = &witness.Client{Log: l, Peers: []witness.Peer{a, b}}
	if n, err := c.Offer(t.Context()); n != 2 || err != nil {
		t.Fatalf("after a restart: %d cosigned, %v", n, err)
	}
	if size, _ := c.Cosigned(); size != l.Size() {
		t.Errorf("cosigned up to %d of %d", size, l.Size())
	}
}

// A second history under the same key, a log that was rolled back, a restored backup that went on otherwise: no honest witness cosigns,
// and the client says so loudly.
func TestForks(t *testing.T) {
	h := newHouse(t)
	dir := t.TempDir()
	peer, _ := start(t, "a.example", dir, h.vkey)
	honest := h.log(t, 1, 2, 3, 4, 5)
	if _, err := (&witness.Client{Log: honest, Peers: []witness.Peer{peer}}).Offer(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The witness restarts and has not forgotten.
	peer, _ = start(t, "a.example", dir, h.vkey)
	for name, fork := range map[string]*ledger.Log{
		"rolled back":                         h.log(t, 1, 2, 3),
		"other history of the same size":      h.log(t, 1, 2, 9, 4, 5),
		"restored backup that went on longer": h.log(t, 1, 2, 3, 9, 9, 9, 9),
	} {
		var heard alarms
		n, err := (&witness.Client{Log: fork, Peers: []witness.Peer{peer}, Alarm: heard.add}).Offer(t.Context())
		if n != 0 || err == nil || len(heard.list) != 1 {
			t.Errorf("%s: %d cosigned, %v, alarms %q", name, n, err, heard.list)
		}
	}
	add(t, honest, 6)
	if n, err := (&witness.Client{Log: honest, Peers: []witness.Peer{peer}}).Offer(t.Context()); n != 1 || err != nil {
		t.Errorf("the honest log: %d cosigned, %v", n, err)
	}
}

func TestQuorumAndStall(t *testing.T) {
	h := newHouse(t)
	l := h.log(t, 1)
	up, _ := start(t, "a.example", t.TempDir(), h.vkey)
	down, server := start(t, "bb.example", t.TempDir(), h.vkey)
	server.Close()
	if n, err := (&witness.Client{Log: l, Peers: []witness.Peer{up, down}, Quorum: 1}).Offer(t.Context()); n != 1 || err != nil {
		t.Fatalf("quorum 1 of 2: %d, %v", n, err)
	}
	if n, err := (&witness.Client{Log: l, Peers: []witness.Peer{up, down}}).Offer(t.Context()); n != 1 || sallyport.CodeOf(err) != sallyport.Unavailable {
		t.Fatalf("quorum 2 of 2: %d, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stalled := make(chan string, 1)
	c := &witness.Client{Log: l, Peers: []witness.Peer{down}, Stall: time.Nanosecond, Alarm: func(what string) {
		select {
		case stalled <- what:
		default:
		}
	}}
	go c.Run(ctx, time.Millisecond)
	select {
	case what := <-stalled:
		if !strings.Contains(what, "no quorum") {
			t.Errorf("alarm %q", what)
		}
	case <-time.After(20 * time.Second):
		t.Error("a stall is no alarm")
	}
}

// The answers of C2SP tlog-witness.
func TestAnswers(t *testing.T) {
	h, other := newHouse(t), newHouse(t)
	l := h.log(t, 1, 2, 3)
	peer, _ := start(t, "a.example", t.TempDir(), h.vkey)
	post := func(body string) (int, string) {
		resp, err := http.Post(peer.URL+"add-checkpoint", "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	good := string(l.Checkpoint())
	unknown, err := ledger.SignCheckpoint(ledger.Checkpoint{Origin: "other.example/log", Size: 1}, renamed{h.signer})
	if err != nil {
		t.Fatal(err)
	}
	forged, err := ledger.SignCheckpoint(ledger.Checkpoint{Origin: "test.example/log", Size: 3}, other.signer)
	if err != nil {
		t.Fatal(err)
	}
	hash := strings.Repeat("A", 43) + "="
	for _, step := range []struct {
		name, body string
		want       int
	}{
		{"nothing", "", 400},
		{"no old size", "\n\n" + good, 400},
		{"old size too great", "old 4\n\n" + good, 400},
		{"bad proof line", "old 0\nx\n\n" + good, 400},
		{"unknown log", "old 0\n\n" + string(unknown), 404},
		{"another key", "old 0\n\n" + string(forged), 403},
		{"proof for the first", "old 0\n" + hash + "\n\n" + good, 422},
		{"first", "old 0\n\n" + good, 200},
		{"stale old size", "old 0\n\n" + good, 409},
		{"the same again", "old 3\n\n" + good, 200},
		{"the same with a proof", "old 3\n" + hash + "\n\n" + good, 422},
	} {
		status, body := post(step.body)
		if status != step.want {
			t.Errorf("%s: %d %q, want %d", step.name, status, body, step.want)
		}
		if status == 409 && body != "3\n" {
			t.Errorf("%s: conflict says %q", step.name, body)
		}
	}
	add(t, l, 4)
	if status, body := post(fmt.Sprintf("old 3\n%s\n\n%s", hash, l.Checkpoint())); status != 422 {
		t.Errorf("a false proof: %d %q", status, body)
	}
	if resp, err := http.Get(peer.URL + "add-checkpoint"); err != nil || resp.StatusCode != 404 {
		t.Errorf("GET: %v %v", resp.StatusCode, err)
	}
}

// renamed signs under another name.
type renamed struct{ note.Signer }

func (renamed) Name() string { return "other.example/log" }

func TestWitnessKeys(t *testing.T) {
	h := newHouse(t)
	for _, bad := range []string{"", "a", "a+b+c", h.vkey, "a.example+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		if _, err := ledger.ParseWitness(bad); err == nil {
			t.Errorf("witness key %q was accepted", bad)
		}
	}
	if _, err := ledger.NewWitnessSigner("two words", make([]byte, 32)); err == nil {
		t.Error("a witness with a space in its name was made")
	}
}
