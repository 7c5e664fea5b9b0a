package gateway_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/policy"
	"sallyport/workflow"
)

// record writes a fact about somebody, verified by Ada.
func record(t testing.TB, w *gatewaytest.World, p sallyport.PersonID, name, value string, until *time.Time) {
	t.Helper()
	v, err := policy.ParseFactText(name, value)
	if err != nil {
		t.Fatal(err)
	}
	now := w.Config.Now
	if now == nil {
		now = time.Now
	}
	f := sallyport.Fact{Name: v.FactName(), Value: v, Evidence: sallyport.Evidence{Kind: "contract", Reference: "HR-" + value}, Verifier: gatewaytest.Ada, Verified: now().UTC(), Until: until, SelfAsserted: p == gatewaytest.Ada}
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.FactRecorded{Person: p, Name: f.Name, Until: until, SelfAsserted: f.SelfAsserted}, b); err != nil {
		t.Fatal(err)
	}
}

func ask(t testing.TB, w *gatewaytest.World, p sallyport.PersonID, q gateway.WhoQuestion) gateway.WhoAnswer {
	t.Helper()
	a, err := w.Who(t.Context(), gatewaytest.As(p), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestWhoByEmployerOfTheTime: an engineer who changed employer saw one output under each, and each question finds its own (R54).
func TestWhoByEmployerOfTheTime(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	record(t, w, gatewaytest.Ana, "employer", "subcontractor:DE:Old Works>FR:Old Holding", nil)
	s := w.Session()
	first, out := approved(t, w, s, "echo first secret")
	if !strings.Contains(out, "first secret") {
		t.Fatalf("output %q", out)
	}
	record(t, w, gatewaytest.Ana, "employer", "staff:US:New Works", nil)
	second, _ := approved(t, w, s, "echo second thing")
	saw := func(employer string) (actions []sallyport.ActionID, text string) {
		for _, r := range ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Facts: []gateway.FactTest{{Name: "employer", Value: employer}}, Deeds: []string{gateway.DeedSaw}, Bytes: true}).Rows {
			if r.Person != gatewaytest.Ana || r.Deed != gateway.DeedSaw || r.System != gatewaytest.System || r.Session != s {
				t.Errorf("row %+v", r)
			}
			if len(r.Facts) != 1 || r.Facts[0].Name != "employer" || r.Facts[0].State != "known" || !strings.Contains(fmt.Sprint(r.Facts[0].Value.(*sallyport.Fact).Value), employer) {
				t.Errorf("facts of %+v", r.Facts)
			}
			for _, c := range r.Content {
				if c.What == "released output" {
					actions = append(actions, r.Action)
					text += c.Text
					if len(c.Digest) != 64 || c.Withheld != "" {
						t.Errorf("content %+v", c)
					}
				}
			}
		}
		return actions, text
	}
	for _, c := range []struct {
		employer string
		action   sallyport.ActionID
		text     string
	}{{"Old Works", first, "first secret\n"}, {"old holding", first, "first secret\n"}, {"New Works", second, "second thing\n"}} {
		if strings.ToLower(c.employer) == c.employer { // the rows show the name as it was recorded
			c.employer = "Old Holding"
		}
		actions, text := saw(c.employer)
		if !slices.Contains(actions, c.action) || text != c.text {
			t.Errorf("%s saw %v, %q; want %s, %q", c.employer, actions, text, c.action, c.text)
		}
	}
	// That the auditor looked at the bytes is in the ledger, and is something that they saw.
	looked := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Person: gatewaytest.Aud, Deeds: []string{gateway.DeedSaw}})
	if !slices.ContainsFunc(looked.Rows, func(r gateway.WhoRow) bool { return r.Kind == "replay.watched" && r.Action == first }) {
		t.Errorf("nothing says that the auditor looked: %+v", looked.Rows)
	}
	// Everything, by person: proposed, ran, saw; the escort saw the text, decided, and was shown the page.
	ana := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Person: gatewaytest.Ana})
	if ana.Deeds["proposed"] != 2 || ana.Deeds["ran"] != 2 || ana.Deeds["saw"] < 2 || ana.Deeds["decided"] != 0 || !slices.Equal(ana.Systems, []sallyport.SystemID{gatewaytest.System}) {
		t.Errorf("ana: %+v", ana.Deeds)
	}
	ed := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Person: gatewaytest.Ed})
	if ed.Deeds["decided"] < 2 || ed.Deeds["proposed"]+ed.Deeds["ran"] != 0 {
		t.Errorf("ed: %+v", ed.Deeds)
	}
	for _, kind := range []sallyport.Kind{"page.shown", "action.decided"} {
		if !slices.ContainsFunc(ed.Rows, func(r gateway.WhoRow) bool {
			return r.Kind == kind && r.Deed == gateway.DeedSaw && r.Action == first && len(r.Content) > 0
		}) {
			t.Errorf("ed saw no %s", kind)
		}
	}
	// What was not known of somebody finds them too.
	unknown := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Facts: []gateway.FactTest{{Name: "citizenship", Value: "unknown"}}})
	if unknown.Total != ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{}).Total {
		t.Errorf("nobody's citizenship is on record, and %d rows fit", unknown.Total)
	}
	if n := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Facts: []gateway.FactTest{{Name: "country", Value: "FR"}}, Deeds: []string{"proposed"}}).Total; n != 1 {
		t.Errorf("%d proposals with a country FR, want the one under a French owner", n)
	}
}

// TestWhoMayAsk: about others only whoever may export or replay; about oneself everyone; and the bytes of others only where policy lets
// the asker replay.
func TestWhoMayAsk(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	s := w.Session()
	approved(t, w, s, "echo hello")
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Sue} {
		for _, q := range []gateway.WhoQuestion{{}, {Person: gatewaytest.Eva}, {Person: "nobody"}, {Facts: []gateway.FactTest{{Name: "citizenship", Value: "FR"}}}} {
			if _, err := w.Who(t.Context(), gatewaytest.As(p), q); sallyport.CodeOf(err) != sallyport.Forbidden {
				t.Errorf("%s asks %+v: %v", p, q, err)
			}
		}
	}
	mine := ask(t, w, gatewaytest.Ana, gateway.WhoQuestion{Person: gatewaytest.Ana, Bytes: true})
	if mine.Deeds["proposed"] != 1 || mine.Deeds["saw"] == 0 {
		t.Errorf("ana about herself: %+v", mine.Deeds)
	}
	before := w.Log.Size()
	for _, r := range mine.Rows {
		for _, c := range r.Content {
			if c.What == "released output" && c.Text != "hello\n" {
				t.Errorf("her own output: %+v", c)
			}
		}
	}
	_ = before
	// An escort sees no recording's bytes by asking about themselves: what they may see is policy's answer.
	for _, r := range ask(t, w, gatewaytest.Ed, gateway.WhoQuestion{Person: gatewaytest.Ed, Bytes: true}).Rows {
		for _, c := range r.Content {
			if c.What == "text" && (c.Text != "" || c.Withheld == "") {
				t.Errorf("an escort replays the session that they escorted (R17): %+v", c)
			}
		}
	}
	for _, q := range []gateway.WhoQuestion{{Deeds: []string{"flew"}}, {Facts: []gateway.FactTest{{Name: "shoe size", Value: "9"}}}, {Facts: []gateway.FactTest{{Name: "citizenship"}}}, {Mode: "fast"},
		{Facts: slices.Repeat([]gateway.FactTest{{Name: "citizenship", Value: "FR"}}, 9)}} {
		if _, err := w.Who(t.Context(), gatewaytest.As(gatewaytest.Aud), q); err == nil || sallyport.CodeOf(err) == sallyport.Internal {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := w.Who(t.Context(), gatewaytest.As(gatewaytest.Aud), gateway.WhoQuestion{System: "nowhere"}); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("an unknown system: %v", err)
	}
}

// TestWhoPages: pages put together are the whole answer, and filters of time, session and mode narrow it.
func TestWhoPages(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	s := w.Session()
	for i := range 5 {
		approved(t, w, s, fmt.Sprintf("echo %d", i))
	}
	every := gateway.Deeds
	whole := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: every, Limit: 1000})
	if whole.Next != 0 || len(whole.Rows) != whole.Total || whole.Total < 40 {
		t.Fatalf("%d rows of %d, next %d", len(whole.Rows), whole.Total, whole.Next)
	}
	var got []gateway.WhoRow
	for from := int64(0); ; {
		page := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: every, Limit: 3, From: from})
		for _, row := range page.Rows {
			if row.Index < whole.Size { // what the last action still wrote after the whole answer was given is not part of it
				got = append(got, row)
			}
		}
		if from = page.Next; from == 0 {
			break
		}
	}
	if len(got) != len(whole.Rows) {
		t.Fatalf("pages have %d rows, the whole answer %d", len(got), len(whole.Rows))
	}
	for i := range got {
		if got[i].Index != whole.Rows[i].Index || got[i].Person != whole.Rows[i].Person || got[i].Deed != whole.Rows[i].Deed {
			t.Fatalf("row %d is %+v, want %+v", i, got[i], whole.Rows[i])
		}
	}
	cut := whole.Rows[len(whole.Rows)/2].Time
	early := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: every, Until: cut})
	late := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: every, Since: cut})
	if early.Total+late.Total != whole.Total || early.Total == 0 || late.Total == 0 {
		t.Errorf("%d before, %d after, %d in all", early.Total, late.Total, whole.Total)
	}
	inside := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: every, Session: s, Mode: sallyport.Propose})
	if inside.Total == 0 || inside.Total >= whole.Total || ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Mode: sallyport.View}).Total != 0 {
		t.Errorf("%d rows in the session, %d in all", inside.Total, whole.Total)
	}
	restart(t, w) // the index is a view: a restart derives it again
	again := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: every, Limit: 1000, Until: whole.Rows[len(whole.Rows)-1].Time.Add(1)})
	if again.Total != whole.Total {
		t.Errorf("%d rows after a restart, %d before", again.Total, whole.Total)
	}
}

// TestWhoIsTheFold: facts as an answer gives them are those of a state folded up to the entry, whatever was recorded, vouched for
// and withdrawn, in any order.
func TestWhoIsTheFold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
		ctx := t.Context()
		people := []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			p := rapid.SampledFrom(people).Draw(rt, "person")
			name := rapid.SampledFrom([]string{"citizenship", "office"}).Draw(rt, "name")
			switch rapid.SampledFrom([]string{"record", "record", "withdraw", "act", "act"}).Draw(rt, "step") {
			case "record":
				record(t, w, p, name, rapid.SampledFrom([]string{"FR", "DE", "US"}).Draw(rt, "value"), nil)
			case "withdraw":
				_ = w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.FactWithdrawn{Person: p, Name: name, Reason: "wrong"})
			case "act":
				if err := w.SignedIn(ctx, gatewaytest.As(p)); err != nil {
					rt.Fatal(err)
				}
			}
		}
		want := map[int64]string{} // by entry: what a fold says of its author's facts before it
		s := workflow.New()
		if err := w.Log.Each(ctx, 0, func(i int64, raw []byte) error {
			e, b, err := sallyport.DecodeEntry(raw)
			if err != nil {
				return err
			}
			if e.Kind == "person.signedin" {
				want[i] = foldedFacts(t, w, s.People[e.By])
			}
			return s.Apply(e, b, raw)
		}); err != nil {
			rt.Fatal(err)
		}
		for _, fact := range []gateway.FactTest{{Name: "citizenship", Value: "FR"}, {Name: "office", Value: "unknown"}, {Name: "country", Value: "DE"}} {
			found := map[int64]bool{}
			for _, r := range ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Deeds: []string{gateway.DeedDid}, Facts: []gateway.FactTest{fact}, Limit: 1000}).Rows {
				if r.Kind == "person.signedin" {
					found[r.Index] = true
				}
			}
			for i, facts := range want {
				fits := strings.Contains(facts, fact.Name+"="+fact.Value+" ")
				switch {
				case fact.Value == "unknown":
					fits = !strings.Contains(facts, fact.Name+"=")
				case fact.Name == "country":
					fits = strings.Contains(facts, "="+fact.Value+" ")
				}
				if fits != found[i] {
					rt.Fatalf("entry %d with facts %q: %+v found it: %v", i, facts, fact, found[i])
				}
			}
		}
	})
}

func foldedFacts(t testing.TB, w *gatewaytest.World, p *workflow.Person) string {
	out := ""
	for name, f := range p.Facts {
		b, _, err := w.Blobs.Get(t.Context(), f.Ref.Digest)
		if err != nil {
			t.Fatal(err)
		}
		fact, err := sallyport.DecodeFact(b)
		if err != nil {
			t.Fatal(err)
		}
		out += name + "=" + policy.FactText(fact.Value) + " "
	}
	return out
}

// TestCouldAt: who could do something is asked of the rules, facts and roles of a moment, not of today's.
func TestCouldAt(t *testing.T) {
	clock := newClock(time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC))
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Now: clock.now})
	ctx := t.Context()
	may := func(at time.Time) (bool, bool) {
		t.Helper()
		all, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ada), gatewaytest.Ed, gatewaytest.System, sallyport.AskEscort, at)
		if sallyport.CodeOf(err) == sallyport.NotFound {
			return false, false
		}
		if err != nil || len(all) != 1 || len(all[0].Because) == 0 {
			t.Fatalf("at %s: %+v, %v", at, all, err)
		}
		return all[0].Allowed, true
	}
	first := clock.now()
	clock.add(time.Hour)
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.RoleWithdrawn{Person: gatewaytest.Ed, Role: sallyport.RoleEscort, System: "*"}); err != nil {
		t.Fatal(err)
	}
	withdrawn := clock.now()
	clock.add(time.Hour)
	for _, c := range []struct {
		at           time.Time
		want, exists bool
	}{{first.Add(-time.Hour), false, false}, {first, true, true}, {withdrawn.Add(-time.Second), true, true}, {withdrawn, false, true}, {first, true, true}, {time.Time{}, false, true}} {
		if got, exists := may(c.at); got != c.want || exists != c.exists {
			t.Errorf("at %s: %v, exists %v", c.at, got, exists)
		}
	}
	all, err := w.Explain(ctx, gatewaytest.As(gatewaytest.Ada), "", gatewaytest.System, sallyport.AskEscort, first)
	if err != nil || len(all) < 5 || all[0].Name == "" {
		t.Errorf("everyone: %+v, %v", all, err)
	}
}

// TestEnding: each kind of thing that ends is named once it is near, to whom it concerns.
func TestEnding(t *testing.T) {
	clock := newClock(time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC))
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Now: clock.now})
	ctx := t.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	until := clock.now().Add(48 * time.Hour)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	record(t, w, gatewaytest.Ed, "qualification", "nginx:change:expert:exam", &until)
	must(w.Record(ctx, ada, &sallyport.RoleAssigned{Person: gatewaytest.Eva, Role: sallyport.RoleSupervisor, System: gatewaytest.System, Until: &until}))
	must(w.Record(ctx, ada, &sallyport.KeyEnrolled{Person: gatewaytest.Ana, Key: "SHA256:soon", Form: "ssh", Public: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJr5NDrUKqyUxKB8HHZGNT7yHO7tk9JmMPvOkBN5kTvB", Use: []string{"signin"}, Until: &until}))
	must(w.Record(ctx, ada, &sallyport.RoleAssigned{Person: gatewaytest.Sue, Role: sallyport.RoleApprover, System: "*"}))
	must(w.Record(ctx, gatewaytest.As(gatewaytest.Sue), &sallyport.AcceptanceSigned{Acceptance: "RA-1", System: gatewaytest.System, Person: gatewaytest.Ana, Rule: "cmmc-group-d", Until: until}, []byte(`{"reason":"why","controls":"watched","document":""}`)))
	v, err := w.Ending(ctx, ada, until)
	must(err)
	got := map[string]string{}
	for _, e := range v.Ends {
		if e.Until.Equal(until) {
			got[e.What] = string(e.Person)
		}
	}
	for what, who := range map[string]string{"fact": "ed", "role": "eva", "key": "ana", "acceptance": "ana"} {
		if got[what] != who {
			t.Errorf("%s of %q ends, want %q: %+v", what, got[what], who, v.Ends)
		}
	}
	if len(v.Lists) < 3 {
		t.Errorf("lists %+v", v.Lists)
	}
	if v, err := w.Ending(ctx, ada, until.Add(-time.Second)); err != nil || slices.ContainsFunc(v.Ends, func(e gateway.Ending) bool { return e.Until.Equal(until) }) {
		t.Errorf("a second earlier: %+v, %v", v, err)
	}
	mine, err := w.Ending(ctx, gatewaytest.As(gatewaytest.Ed), until)
	must(err)
	for _, e := range mine.Ends {
		if e.Person != gatewaytest.Ed && (e.What == "fact" || e.What == "role" || e.What == "key") {
			t.Errorf("ed is told of %+v", e)
		}
	}
	if len(mine.Ends) == 0 {
		t.Error("ed is not told that their own qualification ends")
	}
}

// TestSelfAsserted: what only its subject says is never shown as known, and a second word is asked for until it is given (R17).
func TestSelfAsserted(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	record(t, w, gatewaytest.Ada, "location", "FR:document:high", nil)
	stands := func() gateway.FactView {
		t.Helper()
		v, err := w.Self(ctx, gatewaytest.As(gatewaytest.Ada))
		if err != nil || len(v.Facts) != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		return v.Facts[0]
	}
	asks := func(p sallyport.PersonID) int {
		t.Helper()
		n, err := w.AsksVoucher(ctx, gatewaytest.As(p))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if f := stands(); f.State != gateway.StateSelfAsserted || !f.AsksVoucher || !f.SelfAsserted {
		t.Errorf("fact %+v", f)
	}
	if asks(gatewaytest.Ada) != 0 || asks(gatewaytest.Ed) != 0 {
		t.Error("the subject, or who is no administrator, is asked for a second word")
	}
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: gatewaytest.Olli, Role: sallyport.RoleAdministrator, System: "*"}); err != nil {
		t.Fatal(err)
	}
	if asks(gatewaytest.Olli) != 1 {
		t.Error("the second administrator is not asked")
	}
	restart(t, w)
	if asks(gatewaytest.Olli) != 1 {
		t.Error("the second administrator is asked no more after a restart")
	}
	listed, err := w.People(ctx, gatewaytest.As(gatewaytest.Olli), gateway.PeopleFilter{Facts: []gateway.FactTest{{Name: "location", Value: gateway.StateSelfAsserted}}})
	if err != nil || len(listed) != 1 || listed[0].ID != gatewaytest.Ada {
		t.Errorf("listed %+v, %v", listed, err)
	}
	digest := sallyport.Digest("")
	raws, err := w.Log.Read(ctx, stands().Entry, stands().Entry+1)
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := sallyport.DecodeEntry(raws[0])
	if err != nil {
		t.Fatal(err)
	}
	digest = b.(*sallyport.FactRecorded).Fact.Digest
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Olli), &sallyport.FactVouched{Person: gatewaytest.Ada, Name: "location", Fact: digest}); err != nil {
		t.Fatal(err)
	}
	if f := stands(); f.State != "known" || f.AsksVoucher || !f.SelfAsserted || !slices.Equal(f.Vouchers, []sallyport.PersonID{gatewaytest.Olli}) {
		t.Errorf("vouched for: %+v", f)
	}
	if asks(gatewaytest.Olli) != 0 {
		t.Error("the second administrator is asked although they gave their word")
	}
}

// TestPeoplePages: pages put together are everyone, and filters are those of the moment.
func TestPeoplePages(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	record(t, w, gatewaytest.Ed, "citizenship", "FR", nil)
	list := func(f gateway.PeopleFilter) (out []sallyport.PersonID) {
		t.Helper()
		v, err := w.People(ctx, ada, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range v {
			out = append(out, p.ID)
		}
		return out
	}
	whole := list(gateway.PeopleFilter{})
	var pages []sallyport.PersonID
	for after := sallyport.PersonID(""); ; after = pages[len(pages)-1] {
		page := list(gateway.PeopleFilter{After: after, Limit: 2})
		if pages = append(pages, page...); len(page) < 2 {
			break
		}
	}
	if len(whole) < 7 || !slices.Equal(whole, pages) || !slices.IsSorted(whole) {
		t.Errorf("everyone %v, in pages %v", whole, pages)
	}
	for name, c := range map[string]struct {
		f    gateway.PeopleFilter
		want []sallyport.PersonID
	}{
		"one person":   {gateway.PeopleFilter{Person: gatewaytest.Ed}, []sallyport.PersonID{gatewaytest.Ed}},
		"nobody":       {gateway.PeopleFilter{Person: "zoe"}, nil},
		"role":         {gateway.PeopleFilter{Role: sallyport.RoleAdministrator}, []sallyport.PersonID{gatewaytest.Ada}},
		"citizenship":  {gateway.PeopleFilter{Facts: []gateway.FactTest{{Name: "citizenship", Value: "fr"}}}, []sallyport.PersonID{gatewaytest.Ed}},
		"text":         {gateway.PeopleFilter{Text: "SU"}, []sallyport.PersonID{gatewaytest.Sue}},
		"before it":    {gateway.PeopleFilter{At: time.Now().Add(-time.Hour), Text: "ed"}, nil},
		"text and not": {gateway.PeopleFilter{Text: "ed", Facts: []gateway.FactTest{{Name: "citizenship", Value: "DE"}}}, nil},
	} {
		if got := list(c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestPagesFollowPolicy: the menu is kept, and made anew as soon as a role changes.
func TestPagesFollowPolicy(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	has := func(p sallyport.PersonID, page string) bool {
		t.Helper()
		v, err := w.Pages(ctx, gatewaytest.As(p))
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(v, page)
	}
	for _, c := range []struct {
		p    sallyport.PersonID
		page string
		want bool
	}{{gatewaytest.Ada, "people", true}, {gatewaytest.Ada, "revoke", true}, {gatewaytest.Ana, "people", false}, {gatewaytest.Ana, "revoke", false}, {gatewaytest.Ana, "tickets", true},
		{gatewaytest.Ed, "queue", true}, {gatewaytest.Ed, "who", false}, {gatewaytest.Aud, "who", true}, {gatewaytest.Aud, "ledger", true}, {gatewaytest.Ana, "queue", false}} {
		if has(c.p, c.page) != c.want {
			t.Errorf("%s sees %s: %v", c.p, c.page, !c.want)
		}
	}
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: gatewaytest.Ana, Role: sallyport.RoleAdministrator, System: "*"}); err != nil {
		t.Fatal(err)
	}
	if !has(gatewaytest.Ana, "people") {
		t.Error("a new administrator waits for their menu")
	}
}

// approved proposes text as Ana, has Ed approve it, and gives what Ana saw.
func approved(t testing.TB, w *gatewaytest.World, s sallyport.SessionID, text string) (sallyport.ActionID, string) {
	t.Helper()
	a := w.Proposed(s, text)
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "fine"); err != nil {
		t.Fatal(err)
	}
	out, _, last := w.Collect(a)
	if last.Exit != 0 || last.Why != "" {
		t.Fatalf("outcome %+v", last)
	}
	return a, out
}

// restart opens the gateway again over the same ledger.
func restart(t testing.TB, w *gatewaytest.World) {
	t.Helper()
	if err := w.Gateway.Close(); err != nil {
		t.Fatal(err)
	}
	g, err := gateway.Open(t.Context(), w.Config)
	if err != nil {
		t.Fatal(err)
	}
	w.Gateway = g
}

// clock is a test's clock, which the gateway's goroutines read too.
type clock struct{ at atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.at.Store(at.UnixNano())
	return c
}

func (c *clock) now() time.Time      { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) add(d time.Duration) { c.at.Add(int64(d)) }
