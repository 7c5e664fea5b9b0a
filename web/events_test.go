package web

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// listen opens a stream against a real server and gives its lines.
func (b *bench) listen(t *testing.T, path string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	ts := httptest.NewServer(b)
	t.Cleanup(ts.Close)
	t.Cleanup(b.Close) // before ts.Close, which waits for streams
	req, _ := http.NewRequest("GET", ts.URL+path, nil)
	req.Header.Set("Authorization", "Bearer "+b.token)
	res, err := ts.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res, bufio.NewScanner(res.Body)
}

func nextData(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return data
		}
	}
	t.Fatal("the stream ended", lines.Err())
	return ""
}

func TestEvents(t *testing.T) {
	b := newBench(t)
	ch := make(chan gateway.Notice, 1)
	b.svc.SubscribeFn = func(context.Context, gateway.Caller) (<-chan gateway.Notice, error) { return ch, nil }
	res, lines := b.listen(t, "/api/v1/events")
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	ch <- gateway.Notice{Index: 7, Kind: "action.proposed", Session: "S-1", Action: "A-1"}
	if got := nextData(t, lines); got != `{"index":7,"kind":"action.proposed","session":"S-1","action":"A-1"}` {
		t.Errorf("notice %s", got)
	}
	// Closing the server ends the stream, though the browser still listens.
	b.Close()
	done := make(chan struct{})
	go func() {
		for lines.Scan() {
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the stream outlives the server")
	}
}

func TestFollow(t *testing.T) {
	b := newBench(t)
	b.svc.FollowFn = func(_ context.Context, a sallyport.ActionID, each func(gateway.Update) error) error {
		buf := []byte("one\n")
		if err := each(gateway.Update{State: "running", Output: buf}); err != nil {
			return err
		}
		copy(buf, "two\n")
		if err := each(gateway.Update{State: "running", Output: buf, Stderr: true}); err != nil {
			return err
		}
		return each(gateway.Update{State: "finished", Done: true, Exit: 3})
	}
	_, lines := b.listen(t, "/api/v1/actions/A-1/follow")
	for _, want := range []string{`{"state":"running","output":"b25lCg=="}`, `{"state":"running","stderr":true,"output":"dHdvCg=="}`, `{"state":"finished","done":true,"exit":3}`} {
		if got := nextData(t, lines); got != want {
			t.Errorf("step %s, want %s", got, want)
		}
	}
	b = newBench(t)
	b.svc.FollowFn = func(context.Context, sallyport.ActionID, func(gateway.Update) error) error {
		return sallyport.Errorf(sallyport.NotFound, "no action %q", "A-1")
	}
	wantError(t, b.call("GET", "/api/v1/actions/A-1/follow", ""), 404, sallyport.NotFound)
}
