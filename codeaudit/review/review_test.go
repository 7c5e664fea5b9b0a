package review

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

func item(n int, score float64) rank.Item {
	return rank.Item{ID: fmt.Sprintf("%016x", n), Rank: n, Score: score, Tier: rank.TierOf(score), Kind: rank.Lines, Repo: "r", Commit: strings.Repeat("c", 40), Path: "src/a.c", Title: "Change", Author: change.Person{Name: "Bob", Email: "bob@x.example"}, Involved: []string{"bob@x.example"}, By: []string{"B"}, Added: 4,
		Hunks:   []change.Hunk{{OldLine: 3, NewLine: 3, New: [][]byte{[]byte("    if (len >= max)"), []byte("        return -1;"), []byte("    system(cmd);"), []byte("    done();")}, Fates: []change.Fate{{N: 4, Places: []change.Place{{Refs: []string{"HEAD"}, Path: "src/a.c", Line: 7}}}}}},
		Signals: []rank.Scored{{Signal: signal.Signal{ID: "cap.exec", Path: "src/a.c", Line: 5, Bytes: []byte("system"), Strength: 1}, Points: 40}}, Because: "40.0: cap.exec 40.0"}
}

func record(t *testing.T) *Record {
	r, err := OpenRecord(filepath.Join(t.TempDir(), "d.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	r.Now = func() time.Time { at = at.Add(time.Minute); return at }
	return r
}

func decide(t *testing.T, r *Record, it rank.Item, d Disposition, who string) {
	t.Helper()
	if err := r.Decide(&it, Decision{Disposition: d, Reviewer: who, Note: "n", Via: "test"}, nil); err != nil {
		t.Fatal(err)
	}
}

const eva, ida = "Eva <eva@x.example>", "Ida <ida@x.example>"

func TestStandings(t *testing.T) {
	low, high := item(1, 10), item(2, 60)
	for _, e := range []struct {
		what string
		it   rank.Item
		said []Disposition // by eva, ida, eva, ida ...
		want Standing
		out  Disposition
	}{
		{"nobody", low, nil, Open, ""}, {"one is enough", low, []Disposition{Benign}, Done, Benign}, {"two are needed", high, []Disposition{Benign}, Half, Benign},
		{"two agree", high, []Disposition{Benign, NoLongerMatters}, Done, NoLongerMatters}, {"they do not", high, []Disposition{Benign, Suspicious}, Disputed, Suspicious},
		{"both alarmed", high, []Disposition{NeedsFix, Suspicious}, Done, Suspicious}, {"one changed their mind", high, []Disposition{Benign, Suspicious, NeedsFix}, Done, Suspicious},
		{"cannot tell", low, []Disposition{CannotTell}, Unclear, CannotTell}, {"another can", low, []Disposition{CannotTell, Benign}, Done, Benign}, {"the same person twice is one", high, []Disposition{Benign, CannotTell, Benign}, Half, CannotTell},
	} {
		r := record(t)
		for i, d := range e.said {
			decide(t, r, e.it, d, []string{eva, ida}[i%2])
		}
		s := States([]rank.Item{e.it}, r.Decisions(), TwoReviewers)[e.it.ID]
		if s.Standing != e.want || s.Outcome != e.out {
			t.Errorf("%s: %s %s, want %s %s", e.what, s.Standing, s.Outcome, e.want, e.out)
		}
	}
}

func TestNobodyReviewsTheirOwn(t *testing.T) {
	it := item(1, 10)
	for who, members := range map[string][]string{"Bob <BOB@x.example>": nil, "<bob@x.example>": nil, "Robert <robert@y.example>": {"B"}} {
		err := record(t).Decide(&it, Decision{Disposition: Benign, Reviewer: who}, members)
		if sallyport.CodeOf(err) != sallyport.Forbidden {
			t.Errorf("%s %v: %v", who, members, err)
		}
	}
}

func TestTheRecordIsAChain(t *testing.T) {
	r := record(t)
	for i := range 4 {
		decide(t, r, item(i, 10), Benign, eva)
	}
	data, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	if ds, err := ReadRecord(data); err != nil || len(ds) != 4 || RootOf(data) != r.Root() {
		t.Fatalf("%d decisions, %v, root %s and %s", len(ds), err, RootOf(data), r.Root())
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	for what, bad := range map[string][]byte{"removed": bytes.Join([][]byte{lines[0], lines[2], lines[3]}, nil), "changed": bytes.Replace(data, []byte("benign"), []byte("needs-fix"), 1), "swapped": bytes.Join([][]byte{lines[1], lines[0], lines[2], lines[3]}, nil), "cut": data[:len(data)-5]} {
		if _, err := ReadRecord(bad); err == nil {
			t.Errorf("%s: not noticed", what)
		}
	}
}

func TestADecisionIsAboutTheItemAsItWas(t *testing.T) {
	it := item(1, 10)
	r := record(t)
	decide(t, r, it, Benign, eva)
	it.Score, it.Rank = 30, 7 // learnt since
	it.Surviving, it.Hunks[0].Fates = 0, []change.Fate{{N: 4, Killer: "k"}}
	if s := States([]rank.Item{it}, r.Decisions(), TwoReviewers)[it.ID]; s.Standing != Done {
		t.Errorf("a new rank undid a decision: %+v", s)
	}
	it.Hunks = []change.Hunk{{NewLine: 3, New: [][]byte{[]byte("other")}}}
	if s := States([]rank.Item{it}, r.Decisions(), TwoReviewers)[it.ID]; s.Standing != Open || !s.Stale {
		t.Errorf("other lines kept a decision: %+v", s)
	}
}

func TestForecast(t *testing.T) {
	var items []rank.Item
	for i := range 130 {
		items = append(items, item(i, 10))
	}
	r := record(t)
	start := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	day := 0
	r.Now = func() time.Time { return start.Add(time.Duration(day)*24*time.Hour + time.Hour) }
	for day = range 5 {
		for i := range 10 {
			decide(t, r, items[day*10+i], Benign, eva)
		}
	}
	now := start.Add(5 * 24 * time.Hour)
	p := Measure(items, States(items, r.Decisions(), TwoReviewers), r.Decisions(), start, start.Add(14*24*time.Hour), now)
	if p.Done != 50 || p.Missing != 80 || p.PerDay < 9.9 || p.PerDay > 10.3 || p.Day != 13 || p.Late {
		t.Fatalf("%+v", p)
	}
	p = Measure(items, States(items, r.Decisions(), TwoReviewers), r.Decisions(), start, start.Add(10*24*time.Hour), now)
	if !p.Late {
		t.Fatal("day 13 is after day 10")
	}
}

func TestCanaries(t *testing.T) {
	var items []rank.Item
	for i := range 20 {
		items = append(items, item(i+1, float64(100-i)))
	}
	planted := Plant(items, 5, "secret")
	if len(planted) != 5 {
		t.Fatalf("%d planted", len(planted))
	}
	again := Plant(items, 5, "secret")
	for i := range planted {
		p := &planted[i]
		if p.Item.ID != again[i].Item.ID || p.Item.ID == p.From || p.Fault == "" {
			t.Errorf("%+v", p)
		}
		if bytes.Equal(bytes.Join(p.Item.Hunks[0].New, nil), bytes.Join(items[0].Hunks[0].New, nil)) {
			t.Error("nothing was altered")
		}
	}
	if !bytes.Equal(items[0].Hunks[0].New[0], []byte("    if (len >= max)")) {
		t.Error("planting changed the original")
	}
	mixed := Mix(items, planted)
	seen := map[string]bool{}
	for i, it := range mixed {
		if it.Rank != i+1 || seen[it.ID] {
			t.Errorf("rank %d at %d, twice %v", it.Rank, i+1, seen[it.ID])
		}
		seen[it.ID] = true
	}
	if len(mixed) != 25 {
		t.Errorf("%d items", len(mixed))
	}
	r := record(t)
	decide(t, r, planted[0].Item, Suspicious, eva)
	decide(t, r, planted[1].Item, Benign, eva)
	if m := MeasureRecall(planted, r.Decisions()); m.Decided != 2 || m.Found != 1 || m.Share != 0.5 {
		t.Errorf("%+v", m)
	}
}

func TestWilson(t *testing.T) {
	// E. B. Wilson 1927; the figures for 8 of 10 are in every textbook that prints them.
	for _, e := range []struct {
		hits, trials int
		low, high    float64
	}{{0, 0, 0, 1}, {8, 10, 0.490, 0.943}, {0, 10, 0, 0.278}, {10, 10, 0.722, 1}, {50, 100, 0.404, 0.596}} {
		low, high := Wilson(e.hits, e.trials)
		if low < e.low-0.001 || low > e.low+0.001 || high < e.high-0.001 || high > e.high+0.001 {
			t.Errorf("%d of %d: %.3f to %.3f, want %.3f to %.3f", e.hits, e.trials, low, high, e.low, e.high)
		}
	}
}

func TestSheets(t *testing.T) {
	a, b := item(1, 90), item(2, 10)
	a.Title = "=HYPERLINK(\"http://x\")"
	items := []rank.Item{a, b}
	var out bytes.Buffer
	if err := WriteCSV(&out, items, States(items, nil, TwoReviewers)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), ",=") || strings.Contains(out.String(), ",\"=") {
		t.Errorf("a formula: %s", out.String())
	}
	filled := "item,note,disposition,mine\n" + a.ID + ",starts a program,needs fix,x\n" + b.ID + ",,,\n"
	rows, err := ReadCSV(strings.NewReader(filled))
	if err != nil || len(rows) != 1 || rows[0].Disposition != NeedsFix {
		t.Fatalf("%+v %v", rows, err)
	}
	r := record(t)
	if n, err := r.Import(rows, items, eva, nil); n != 1 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	if n, err := r.Import(rows, items, eva, nil); n != 0 || err != nil {
		t.Errorf("the same sheet twice: %d %v", n, err)
	}
	bad := append(rows, Filled{Row: 9, Item: b.ID, Disposition: "fine"})
	if n, err := r.Import(bad, items, ida, nil); n != 0 || err == nil || len(r.Decisions()) != 1 {
		t.Errorf("half a sheet was written: %d %v", n, err)
	}
	for _, text := range []string{"", "a,b\n1,2\n", "item,disposition\n\"x"} {
		if rows, err := ReadCSV(strings.NewReader(text)); err == nil && len(rows) > 0 {
			t.Errorf("%q: %+v", text, rows)
		}
	}
}

func TestScreen(t *testing.T) {
	it := item(1, 60)
	it.Title, it.Path = "Do\x1b[2J this", "src/a\u202e.c"
	it.Signals[0].Path = it.Path
	it.Hunks[0].New[3] = []byte("\x1b]0;x\x07 hidden \u200b")
	text := Style{}.Show(&it, &State{Needs: 2}, 9, func(*rank.Item, change.Place) []string { return []string{"7 if (len\x1b[8m)"} })
	if strings.ContainsAny(text, "\x1b\x07\u202e\u200b") {
		t.Errorf("something of the repository acts on the terminal: %q", text)
	}
	for _, want := range []string{"[[system]]", "1 of 9", "cap.exec", "today: src/a.c:7 in HEAD", "<U+001B>", "two people", "     5 +"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown in\n%s", want, text)
		}
	}
	cut := Style{Lines: 2}.Show(&it, nil, 9, nil)
	if !strings.Contains(cut, "cut here") || strings.Contains(cut, "system") && strings.Contains(cut, "[[") {
		t.Errorf("a long text is cut and says so: %s", cut)
	}
}

// Who reads blind sees the change and what is dangerous about it, not whose it is nor what others think.
func TestBlind(t *testing.T) {
	it := item(1, 60)
	it.Commit, it.By = "c0ffee", []string{"P-17"}
	it.Author = change.Person{Name: "Bob", Email: "bob@x.example"}
	it.Around = []rank.Scored{{Signal: signal.Signal{ID: "who.new-address", Note: "bob@other.example"}}}
	state := &State{Needs: 2, Last: []Decision{{Reviewer: eva, Disposition: Suspicious, Note: "odd"}}}
	text := Style{Blind: true}.Show(&it, state, 9, nil)
	for _, hidden := range []string{"c0ffee", "Bob", "bob@", "P-17", "who.", eva, "odd"} {
		if strings.Contains(text, hidden) {
			t.Errorf("%q is shown in\n%s", hidden, text)
		}
	}
	if !strings.Contains(text, "[[system]]") || !strings.Contains(text, "two people") {
		t.Error(text)
	}
	if seeing := (Style{}).Show(&it, state, 9, nil); !strings.Contains(seeing, "bob@x.example") || !strings.Contains(seeing, "odd") {
		t.Error(seeing)
	}
	r := record(t)
	s := &Session{Items: []rank.Item{it}, Record: r, Reviewer: eva, Two: TwoReviewers, Style: Style{Blind: true}, Keys: bufio.NewReader(strings.NewReader("b")), Out: io.Discard, Now: r.Now}
	if made, err := s.Run(); err != nil || made != 1 || r.Decisions()[0].Via != "terminal, blind" {
		t.Errorf("%d %v %+v", made, err, r.Decisions())
	}
}

func TestSession(t *testing.T) {
	items := []rank.Item{item(1, 90), item(2, 60), item(3, 10), item(4, 10)}
	items[2].Involved = []string{"eva@x.example"}
	r := record(t)
	var out bytes.Buffer
	s := &Session{Items: items, Record: r, Reviewer: eva, Two: TwoReviewers, Keys: bufio.NewReader(strings.NewReader("sit starts a program\n?jkb" + "n\n" + "q")), Out: &out, Now: r.Now}
	// s with a reason, an unknown key, next, back, benign, needs-fix without a reason, quit
	made, err := s.Run()
	if err != nil || made != 2 {
		t.Fatalf("%d decisions, %v\n%s", made, err, out.String())
	}
	ds := r.Decisions()
	if ds[0].Disposition != Suspicious || ds[0].Note != "it starts a program" || ds[0].Item != items[0].ID || ds[1].Disposition != Benign || ds[1].Item != items[1].ID {
		t.Errorf("%+v", ds)
	}
	if strings.Contains(out.String(), items[2].ID) {
		t.Error("somebody was shown their own")
	}
	if !strings.Contains(out.String(), "needs a reason") {
		t.Error("needs-fix without a reason was not refused")
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("item,disposition,note\na,benign,x\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := ReadCSV(strings.NewReader(text))
		if err == nil {
			for _, row := range rows {
				if row.Disposition == "" {
					t.Error("a row that nobody filled in")
				}
			}
		}
	})
}

func FuzzReadRecord(f *testing.F) {
	f.Add([]byte(`{"item":"a","disposition":"benign","reviewer":"x","time":"2026-01-01T00:00:00Z","digest":"","via":"csv","previous":""}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if ds, err := ReadRecord(data); err == nil && len(ds) > bytes.Count(data, []byte("\n"))+1 {
			t.Error("more decisions than lines")
		}
	})
}
