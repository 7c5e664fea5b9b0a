package worklist_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/codeaudit"
	"sallyport/codeaudit/gittest"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/worklist"
)

// What the set wrote and somebody else moved elsewhere is in the list under its own kind, looked at like a commit that adds it, and a
// decision about it outlives later commits that move the lines.
func TestRepeatsAreItems(t *testing.T) {
	const code = "if (len > 64) {\n\tsystem(request_command);\n\tgrant_everything(request);\n}\n"
	r := gittest.New(t).As("Other", "o@x.example")
	r.Put("a.c", "int a;\n", "base")
	r.As("Member", "m@x.example").Put("auth.c", gittest.Lines("line of the file", 20)+code, "payload")
	r.As("Other", "o@x.example").Write("auth.c", gittest.Lines("line of the file", 20))
	r.Put("session.c", "int session;\n"+code+"int between;\n"+code, "refactor\n\nReviewed-by: Ida <ida@x.example>")
	dir := t.TempDir()
	w, err := codeaudit.Init(filepath.Join(dir, "audit"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	set := filepath.Join(dir, "people.csv")
	if err := os.WriteFile(set, []byte("m@x.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.UseSet(set); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Add("r", r.Dir); err != nil {
		t.Fatal(err)
	}
	list := func() (repeated []rank.Item) {
		t.Helper()
		if _, err := w.Capture(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.FindScope(t.Context(), codeaudit.ScopeOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Attribute(t.Context()); err != nil {
			t.Fatal(err)
		}
		items, _, err := worklist.Build(t.Context(), w, worklist.Options{Blob: w.Blob, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i := range items {
			if seen[items[i].ID] {
				t.Errorf("item %s is there twice", items[i].ID)
			}
			seen[items[i].ID] = true
			if items[i].Kind == rank.Repeated {
				repeated = append(repeated, items[i])
			}
		}
		return repeated
	}
	was := list()
	if len(was) != 2 {
		t.Fatalf("%d items: %+v", len(was), was)
	}
	it := &was[0]
	if it.Path != "session.c" || it.Old != "auth.c" || it.Author.Email != "o@x.example" || !slices.Equal(it.Involved, []string{"ida@x.example", "m@x.example", "o@x.example"}) || !strings.Contains(it.Note, "moved from line 21") {
		t.Errorf("%+v", it)
	}
	if !slices.ContainsFunc(it.Signals, func(s rank.Scored) bool { return s.ID == "cap.exec" }) {
		t.Errorf("what the lines do is not seen: %+v", it.Signals)
	}
	if review.May(it, "ida@x.example", nil) == nil || review.May(it, "m@x.example", nil) == nil || review.May(it, "eva@x.example", nil) != nil {
		t.Error("whoever wrote, moved or reviewed the lines does not decide about them; others may")
	}
	r.As("Other", "o@x.example").Put("session.c", "int more;\nint session;\n"+code+"int between;\n"+code, "later")
	is := list()
	if len(is) != 2 || review.DigestItem(&is[0]) != review.DigestItem(&was[0]) || review.DigestItem(&is[1]) != review.DigestItem(&was[1]) {
		t.Errorf("a later commit makes another item of it:\n%+v\n%+v", was, is)
	}
}
