package gateway_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

// watched lists who watched an action, by the ledger.
func watched(t *testing.T, w *gatewaytest.World) (out []string) {
	t.Helper()
	page, err := w.Ledger(t.Context(), gatewaytest.As(gatewaytest.Aud), gateway.LedgerFilter{Kind: "replay.watched"})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range page.Lines {
		out = append(out, string(l.Entry.By)+" "+string(l.Entry.Body))
	}
	return out
}

func frames(p gateway.ReplayPart) (out string) {
	for _, f := range p.Frames {
		out += f.Kind + ":" + string(f.Data)
	}
	return out
}

// TestReplay: an auditor watches everything, and an entry says so before the first byte; others see what was released.
func TestReplay(t *testing.T) {
	var clock atomic.Int64
	start := time.Now()
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Now: func() time.Time { return start.Add(time.Since(start)).Add(time.Duration(clock.Load())) },
		System: func(s *sallyport.SystemSet) { s.Release = sallyport.ReleaseHeld }})
	ctx := t.Context()
	id := w.Session()
	a := w.Proposed(id, "printf 'one\\033[2Jtwo'; echo bad >&2")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "prints"); err != nil {
		t.Fatal(err)
	}
	w.Until(a, "finished")

	v, err := w.Replay(ctx, gatewaytest.As(gatewaytest.Aud), id)
	if err != nil || len(v.Actions) != 1 || !v.Actions[0].Full || v.Actions[0].Parts != 1 || v.Actions[0].Started.IsZero() || len(v.Watched) != 0 {
		t.Fatalf("what there is to watch: %+v, %v", v, err)
	}
	page, err := w.Action(ctx, gatewaytest.As(gatewaytest.Aud), a)
	if err != nil || page.Output == nil || !page.Output.Replay || page.Output.Stdout != "" {
		t.Errorf("the auditor's page shows output that no entry speaks of: %+v, %v", page.Output, err)
	}
	if len(watched(t, w)) != 0 {
		t.Error("looking at the index is not watching")
	}
	for range 2 {
		p, err := w.Watch(ctx, gatewaytest.As(gatewaytest.Aud), a, 0, "yearly review")
		if err != nil || !p.Full || !p.Last || p.Parts != 1 || !strings.Contains(frames(p), "out:one\x1b[2Jtwo") || !strings.Contains(frames(p), "err:bad") {
			t.Fatalf("the auditor watches %+v, %v", p, err)
		}
	}
	if got := watched(t, w); len(got) != 1 || !strings.HasPrefix(got[0], "aud ") || !strings.Contains(got[0], "yearly review") {
		t.Errorf("entries of watching: %q", got)
	}
	clock.Store(int64(2 * time.Hour))
	if _, err := w.Watch(ctx, gatewaytest.As(gatewaytest.Aud), a, 0, ""); err != nil {
		t.Fatal(err)
	}
	if got := watched(t, w); len(got) != 2 {
		t.Errorf("an hour later it is an entry again, got %q", got)
	}

	// Neither the engineer nor the escort sees more than was released, and nothing was.
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed} {
		if got, err := w.Watch(ctx, gatewaytest.As(p), a, 0, ""); sallyport.CodeOf(err) != sallyport.NotFound || len(got.Frames) != 0 {
			t.Errorf("%s watches held output: %+v, %v", p, got, err)
		}
	}
	if err := w.Release(ctx, gatewaytest.As(gatewaytest.Ed), a, []string{"two"}); err != nil {
		t.Fatal(err)
	}
	p, err := w.Watch(ctx, gatewaytest.As(gatewaytest.Ana), a, 0, "")
	if err != nil || p.Full || !strings.Contains(frames(p), "one") || strings.Contains(frames(p), "two") || !p.Last {
		t.Errorf("the engineer watches %q, %v", frames(p), err)
	}
	if got := watched(t, w); len(got) != 2 {
		t.Errorf("what was released to the engineer is entered as released already, got %q", got)
	}
	if v, err := w.Replay(ctx, gatewaytest.As(gatewaytest.Ana), id); err != nil || v.Actions[0].Full || v.Actions[0].Bytes != 0 || len(v.Watched) != 0 || v.Actions[0].Verdict != "" {
		t.Errorf("the engineer is told %+v, %v", v, err)
	}
	if v, err := w.Replay(ctx, gatewaytest.As(gatewaytest.Ed), id); err != nil || len(v.Watched) != 2 || v.Watched[0].By.ID != gatewaytest.Aud || v.Watched[0].Why != "yearly review" {
		t.Errorf("the escort is told who watched: %+v, %v", v.Watched, err)
	}
	for _, part := range []int{-1, 1, 1 << 40} {
		if _, err := w.Watch(ctx, gatewaytest.As(gatewaytest.Aud), a, part, ""); sallyport.CodeOf(err) != sallyport.NotFound {
			t.Errorf("part %d: %v", part, err)
		}
	}
	if _, err := w.Replay(ctx, gatewaytest.As("stranger"), id); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("a stranger: %v", err)
	}
}

func TestSessions(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	var all []sallyport.SessionID
	for range 3 {
		id := w.Session()
		all = append(all, id)
		if err := w.End(ctx, gatewaytest.As(gatewaytest.Ed), id, "done"); err != nil {
			t.Fatal(err)
		}
	}
	live := w.Session()
	ids := func(p sallyport.PersonID, state string, before int64) (out []sallyport.SessionID) {
		page, err := w.Sessions(ctx, gatewaytest.As(p), state, before)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Sessions {
			out = append(out, s.ID)
		}
		return out
	}
	want := []sallyport.SessionID{live, all[2], all[1], all[0]}
	for _, p := range []sallyport.PersonID{gatewaytest.Aud, gatewaytest.Ana, gatewaytest.Ed} {
		if got := ids(p, "", 0); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", p, got, want)
		}
	}
	if got := ids(gatewaytest.Aud, "live", 0); !slices.Equal(got, want[:1]) {
		t.Errorf("live: %v", got)
	}
	if got := ids(gatewaytest.Aud, "ended", 0); !slices.Equal(got, want[1:]) {
		t.Errorf("ended: %v", got)
	}
	if got := ids("stranger", "", 0); got != nil {
		t.Errorf("a stranger sees %v", got)
	}
	if got := ids(gatewaytest.Aud, "", 1); got != nil {
		t.Errorf("before the first entry: %v", got)
	}
}
