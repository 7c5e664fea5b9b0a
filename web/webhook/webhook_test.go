package webhook

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
)

var testSecret = sallyport.NewSecret([]byte("0123456789abcdef\n"))

// got is a request as the other side saw it.
type got struct{ body, signature string }

// start runs a sender against a server that answers with statuses in turn, the last one for ever.
func start(t *testing.T, statuses ...int) (*Sender, chan got, *strings.Builder) {
	t.Helper()
	requests := make(chan got, 64)
	n := 0
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests <- got{string(body), r.Header.Get(Header)}
		w.WriteHeader(statuses[min(n, len(statuses)-1)]) // requests of one message come one after the other
		n++
	}))
	t.Cleanup(ts.Close)
	logs := &strings.Builder{}
	s, err := Start(Config{URL: ts.URL, Secret: testSecret, Logger: slog.New(slog.NewTextHandler(logs, nil)),
		Now: func() time.Time { return time.Unix(1_800_000_000, 0) }, Wait: func(context.Context, time.Duration) {}})
	if err != nil {
		t.Fatal(err)
	}
	return s, requests, logs
}

func receive(t *testing.T, ch chan got) got {
	t.Helper()
	select {
	case g := <-ch:
		return g
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was sent")
		return got{}
	}
}

func TestSignedMessage(t *testing.T) {
	s, requests, _ := start(t, 204)
	s.Notify(gateway.Notice{Index: 6, Kind: "recording.chunk", Session: "S-1"}) // nobody waits for it
	s.Notify(gateway.Notice{Index: 7, Kind: "action.assessed", Session: "S-1", Action: "A-1"})
	g := receive(t, requests)
	// The signature was computed with: printf '%s' "1800000000.$body" | openssl dgst -sha256 -hmac 0123456789abcdef
	const body = `{"id":"7-action.assessed","what":"decision","says":"an action waits for a decision","kind":"action.assessed","index":7,"session":"S-1","action":"A-1","at":"2027-01-15T08:00:00Z"}`
	if g.body != body {
		t.Errorf("body %s", g.body)
	}
	if want := "t=1800000000,v1=4b060d99143a6e139960b1831cef8f0634da81813206bfe3805a4dee726ba8c9"; g.signature != want {
		t.Errorf("signature %s, want %s", g.signature, want)
	}
	s.Close()
	if len(requests) != 0 {
		t.Errorf("%d more requests", len(requests))
	}
}

func TestTriesAgain(t *testing.T) {
	s, requests, logs := start(t, 500, 429, 200)
	s.Notify(gateway.Notice{Index: 1, Kind: "session.opened", Session: "S-1"})
	first := receive(t, requests)
	for range 2 {
		if g := receive(t, requests); g.body != first.body {
			t.Errorf("another try says something else: %s", g.body)
		}
	}
	s.Close()
	if logs.Len() != 0 || len(requests) != 0 {
		t.Errorf("%d more requests, log %s", len(requests), logs)
	}
}

func TestGivesUp(t *testing.T) {
	for _, c := range []struct{ status, tries int }{{500, len(waits) + 1}, {400, 1}, {302, len(waits) + 1}} {
		s, requests, logs := start(t, c.status)
		s.Notify(gateway.Notice{Index: 1, Kind: "session.ended", Session: "S-1"})
		for range c.tries {
			receive(t, requests)
		}
		deadline := time.Now().Add(10 * time.Second)
		for len(s.queue) > 0 && time.Now().Before(deadline) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
		s.Close()
		if !strings.Contains(logs.String(), "given up") || len(requests) != 0 {
			t.Errorf("status %d: %d more requests, log %q", c.status, len(requests), logs)
		}
		if strings.Contains(logs.String(), "0123456789abcdef") {
			t.Error("the log holds the secret")
		}
	}
}

// TestNeverBlocks fills the queue of a sender whose other side hangs.
func TestNeverBlocks(t *testing.T) {
	hang := make(chan struct{})
	ts := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(ts.Close)
	t.Cleanup(func() { close(hang) })
	s, err := Start(Config{URL: ts.URL, Secret: testSecret, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		for i := range 10 * queueLength {
			s.Notify(gateway.Notice{Index: int64(i), Kind: "action.assessed"})
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("Notify blocks")
	}
	s.Close()
}

func TestConfig(t *testing.T) {
	for _, u := range []string{"", "ftp://x", "http://example.org/hook", "https://", ":"} {
		if _, err := Start(Config{URL: u, Secret: testSecret}); err == nil {
			t.Errorf("address %q is taken", u)
		}
	}
	if _, err := Start(Config{URL: "https://example.org", Secret: sallyport.NewSecret([]byte("short\n"))}); err == nil {
		t.Error("a short secret is taken")
	}
}

// TestKindsExist: a misspelt kind would never be sent.
func TestKindsExist(t *testing.T) {
	for k := range told {
		if _, err := sallyport.NewBody(k); err != nil {
			t.Error(err)
		}
	}
	var m map[string]any
	body, _ := json.Marshal(Message{})
	_ = json.Unmarshal(body, &m)
	for k := range m {
		switch k {
		case "id", "what", "says", "kind", "index", "at":
		default:
			t.Errorf("a message carries %q", k)
		}
	}
}
