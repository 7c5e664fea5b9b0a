package gateway_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

func TestExplain(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	all, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ada), "", gatewaytest.System, sallyport.AskEscort, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	may := map[sallyport.PersonID]bool{}
	for _, e := range all {
		may[e.Person] = e.Allowed
		if e.Answer == "" || len(e.Because) == 0 {
			t.Errorf("%s: an answer without a reason: %+v", e.Person, e)
		}
	}
	if !may[gatewaytest.Ed] || may[gatewaytest.Ana] || len(all) < 7 {
		t.Errorf("who may escort: %v", may)
	}
	own, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ana), gatewaytest.Ana, gatewaytest.System, sallyport.AskPropose, time.Time{})
	if err != nil || len(own) != 1 || !own[0].Allowed {
		t.Errorf("about oneself: %+v, %v", own, err)
	}
	for _, other := range []sallyport.PersonID{"", gatewaytest.Ed} {
		if _, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ana), other, gatewaytest.System, sallyport.AskEscort, time.Time{}); sallyport.CodeOf(err) != sallyport.Forbidden {
			t.Errorf("an engineer asks about %q: %v", other, err)
		}
	}
	if _, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ada), "", gatewaytest.System, "fly", time.Time{}); sallyport.CodeOf(err) != sallyport.Invalid {
		t.Errorf("an unknown question: %v", err)
	}
	if _, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ada), "", "nowhere", sallyport.AskEscort, time.Time{}); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("an unknown system: %v", err)
	}
}

func TestPeopleAt(t *testing.T) {
	var clock atomic.Pointer[time.Time] // the gateway's goroutines read it too
	set := func(at time.Time) time.Time { clock.Store(&at); return at }
	now := set(time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC))
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Now: func() time.Time { return *clock.Load() }})
	before := now
	now = set(now.Add(time.Hour))
	until := now.Add(time.Hour)
	fact := sallyport.Fact{Name: "citizenship", Value: sallyport.Citizenship{Countries: []string{"FR"}}, Evidence: sallyport.Evidence{Kind: "passport", Reference: "HR-1"},
		Verifier: gatewaytest.Ada, Verified: now, Until: &until}
	blob, err := fact.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.FactRecorded{Person: gatewaytest.Ana, Name: fact.Name, Until: &until}, blob); err != nil {
		t.Fatal(err)
	}
	recorded := now
	now = set(now.Add(2 * time.Hour))
	state := func(at time.Time) string {
		people, err := w.People(t.Context(), gatewaytest.As(gatewaytest.Ada), gateway.PeopleFilter{At: at})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			if p.ID == gatewaytest.Ana {
				if len(p.Facts) == 0 {
					return "unknown"
				}
				return p.Facts[0].State
			}
		}
		return "nobody"
	}
	for _, c := range []struct {
		at   time.Time
		want string
	}{{before.Add(-time.Hour), "nobody"}, {before, "unknown"}, {recorded, "known"}, {until, "expired"}, {now, "expired"}} {
		if got := state(c.at); got != c.want {
			t.Errorf("at %s: %s, want %s", c.at.Format(time.RFC3339), got, c.want)
		}
	}
	if _, err := w.People(t.Context(), gatewaytest.As(gatewaytest.Ana), gateway.PeopleFilter{At: now}); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an engineer lists people: %v", err)
	}
}

func TestLedgerNewest(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ask := func(f gateway.LedgerFilter) (out []int64) {
		p, err := w.Ledger(t.Context(), gatewaytest.As(gatewaytest.Aud), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range p.Lines {
			if !strings.HasPrefix(string(l.Entry.Kind), f.Kind) {
				t.Errorf("kind %s does not fit %q", l.Entry.Kind, f.Kind)
			}
			out = append(out, l.Index)
		}
		return out
	}
	all := ask(gateway.LedgerFilter{Kind: "role."})
	if len(all) < 6 {
		t.Fatalf("roles: %v", all)
	}
	for _, c := range []struct {
		f    gateway.LedgerFilter
		want []int64
	}{
		{gateway.LedgerFilter{Kind: "role.", Limit: 2}, all[:2]},
		{gateway.LedgerFilter{Kind: "role.", Limit: 2, Newest: true}, all[len(all)-2:]},
		{gateway.LedgerFilter{Kind: "role.", Newest: true}, all},
		{gateway.LedgerFilter{Kind: "role.", Limit: 2, Newest: true, To: all[3]}, all[1:3]},
		{gateway.LedgerFilter{Kind: "role.", Newest: true, From: all[2], To: all[4]}, all[2:4]},
	} {
		got := ask(c.f)
		if len(got) != len(c.want) {
			t.Errorf("%+v: %v, want %v", c.f, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%+v: %v, want %v", c.f, got, c.want)
			}
		}
	}
}
