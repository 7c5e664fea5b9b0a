package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"sallyport/codeaudit"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/scope"
	"sallyport/codeaudit/signal"
	"sallyport/codeaudit/worklist"
)

var update = flag.Bool("update", false, "write testdata anew")

var now = time.Date(2026, 5, 14, 17, 0, 0, 0, time.UTC)

// hostile is text as whoever is audited may choose it.
const hostile = `</title><script>alert(1)</script>" onload="x` + "\u202e\x1b[2J"

func item(n int, score float64) rank.Item {
	id := strings.Repeat(string(rune('a'+n)), 16)
	return rank.Item{ID: id, Rank: n + 1, Score: score, Tier: rank.TierOf(score), Kind: rank.Lines, Repo: "r", Commit: strings.Repeat("1", 40), Title: "Fix typo", Path: "src/a.c",
		Hunks: []change.Hunk{{OldLine: 3, NewLine: 4, New: [][]byte{[]byte("system(cmd);")}}}, Added: 1, Surviving: 1,
		Signals: []rank.Scored{{Signal: signal.Signal{ID: "cap.exec", Path: "src/a.c", Line: 4, Text: "system"}}}}
}

// whole is a report with something in every part of it.
func whole() *Report {
	r := &Report{Format: Format, Created: now, Set: "2 people (3 email), UNSIGNED, sha256:00", Members: 2,
		Repos: []Repo{{Name: "r", Source: "/src/" + hostile, Objects: map[string]int{"commit": 3, "blob": 4}, Digest: "sha256:11", Refs: 2}},
		Scope: codeaudit.Scope{Version: 1, Set: "sha256:00", Size: 3, Root: "cm9vdA==", In: 2, Out: 1, ByRole: map[string]int{"author": 1, "committer": 2}, AuthorOut: 1,
			Repos:      []codeaudit.RepoScope{{Name: "r", Commits: 3, InScope: 2, ByRole: map[string]int{"author": 1}}},
			Resolution: map[string]scope.Resolution{"r": {Open: []scope.Question{{Name: "bob", Address: "bob@other.example", Members: []string{"P-17"}, Commits: 1}}}}},
		Lines:    []codeaudit.Attribution{{Repo: "r", Commits: 3, Hunks: 2, Root: "bGluZXM=", Size: 2}},
		Balance:  attribute.Balance{Parts: 2, Inserted: 5, Surviving: 4, Deleted: 1},
		Findings: []change.Finding{{Repo: "r", Kind: "shallow", Object: hostile, Text: "a shallow clone", Weight: 2}},
		Releases: []Release{{File: "r-1.tar.xz", SHA256: "22", Repo: "r", Ref: "v1", Compared: 9, Equal: 8, First: 1}},
		Record:   "33",
	}
	items := []rank.Item{item(0, 90), item(1, 60), item(2, 30), item(3, 10)}
	items[0].Title, items[0].Path = hostile, hostile
	canary := item(4, 30)
	at := now.Add(-24 * time.Hour)
	decide := func(it *rank.Item, d review.Disposition, who string) review.Decision {
		at = at.Add(time.Minute)
		return review.Decision{Item: it.ID, Disposition: d, Reviewer: who, Time: at, Note: hostile, Digest: review.DigestItem(it), Via: "terminal"}
	}
	r.Fill(items, worklist.Summary{Version: 1, Built: now.Add(-48 * time.Hour), Commits: 2, Items: 4, Fired: map[string]int{"cap.exec": 2}, Table: strings.Repeat("4", 64), Digest: "55"},
		[]review.Planted{{Item: canary, From: items[2].ID, Fault: "a comparison turned, line 4"}},
		[]review.Decision{
			decide(&items[0], review.Suspicious, "Eva <eva@x.example>"), decide(&items[0], review.NeedsFix, "Ida <ida@x.example>"),
			decide(&items[1], review.Benign, "Eva <eva@x.example>"), decide(&items[1], review.Suspicious, "Ida <ida@x.example>"),
			decide(&items[2], review.Benign, "Eva <eva@x.example>"), decide(&canary, review.NeedsFix, "Eva <eva@x.example>"),
		}, now.Add(24*time.Hour), now)
	r.doubt()
	return r
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another; look at the difference: go test ./codeaudit/report -update && git diff", path)
	}
}

// TestGolden holds the forms: programs read the JSON, people the page.
func TestGolden(t *testing.T) {
	r := whole()
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", data)
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.html", page.Bytes())
	var back Report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	again, err := back.JSON()
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("reading the JSON gives another report: %v", err)
	}
}

// TestThePageIsInert looks at every tag of the page: nothing that whoever is audited may write becomes an element or an attribute,
// and nothing is loaded.
func TestThePageIsInert(t *testing.T) {
	var page bytes.Buffer
	if err := whole().HTML(&page); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(page.String(), "\u202e\x1b") {
		t.Error("characters that act are on the page")
	}
	if n := strings.Count(page.String(), "alert(1)"); n < 4 {
		t.Errorf("the text is on the page %d times: what was decided about it cannot be read", n)
	}
	known := map[string]bool{}
	for _, name := range strings.Fields("html head meta title style body h1 h2 h3 p ul li table thead tbody tr th td span br code strong article") {
		known[name] = true
	}
	for _, tag := range regexp.MustCompile(`<\s*/?\s*([A-Za-z][^\s>/]*)([^>]*)>`).FindAllStringSubmatch(page.String(), -1) {
		if !known[strings.ToLower(tag[1])] {
			t.Errorf("the page has an element %q", tag[0])
		}
		if regexp.MustCompile(`(?i)\s(on\w+|src|href|style)\s*=`).MatchString(tag[2]) {
			t.Errorf("the page has an attribute that acts: %q", tag[0])
		}
	}
}

// TestDoubtComesFirst holds that the report says what it does not know, before what it found.
func TestDoubtComesFirst(t *testing.T) {
	r := whole()
	said := strings.Join(r.Unread, "\n")
	for _, want := range []string{"2 of 4 items are not finished", "1 findings of the capture", "not signed", "1 identities resemble", "Only 1 canaries", "OpenPGP", "Not covered by any of this"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said in\n%s", want, said)
		}
	}
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	doubt, found := strings.Index(page.String(), "What could not be determined"), strings.Index(page.String(), "<h2>Found")
	if doubt < 0 || found < doubt {
		t.Errorf("doubt at %d, what was found at %d", doubt, found)
	}
	if len(r.Alarms) != 2 || len(r.Unclear) != 0 || len(r.Undone) != 1 || r.Recall.Found != 1 {
		t.Errorf("%d alarms, %d unclear, %d undone, %+v", len(r.Alarms), len(r.Unclear), len(r.Undone), r.Recall)
	}
}
