package codeaudit

import (
	"strings"
	"testing"

	"sallyport/codeaudit/gittest"
)

// TestRepeats finds what the set wrote and others put elsewhere: moved with new indentation, copied, and neither what was
// there before nor what is only braces.
func TestRepeats(t *testing.T) {
	t.Parallel()
	const code = "if request.user == null {\n\trequest.user = root\n\tgrant(request)\n}\n"
	r := gittest.New(t).As("Other", "o@x.example")
	r.Put("old.go", "func before() int {\n\treturn originalValue\n}\n\n}\n}\n}\n", "base")
	r.As("Member", "m@x.example").Put("auth.go", gittest.Lines("line of the file", 20)+code+"}\n}\n}\n", "payload")
	r.Put("late.go", "func before() int {\n\treturn originalValue\n}\n", "the set copies others")
	r.As("Other", "o@x.example").Write("auth.go", gittest.Lines("line of the file", 20))
	r.Put("session.go", "package session\n\n"+strings.ReplaceAll("\n"+code, "\n", "\n\t\t")+"\n}\n}\n}\n", "refactor")
	r.Put("copy.go", "// copied\n"+code, "copy")
	const frame = "// Licensed under the usual terms.\n// See the file COPYING.\n// There is no warranty.\n"
	r.Put("first.go", frame+"package first\n", "others had the frame before")
	r.As("Member", "m@x.example").Put("second.go", frame+"package second\n", "the set uses it")
	r.As("Other", "o@x.example").Put("third.go", frame+"package third\n", "and so do others, not from the set")
	w := workspace(t, "m@x.example\n", "one="+r.Dir)
	if _, err := w.Capture(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.FindScope(t.Context(), ScopeOptions{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := w.Repeats(t.Context(), func(m Moved) error {
		got = append(got, m.Relation+" "+m.Path+" "+string(rune('0'+m.Line))+"+"+string(rune('0'+m.N))+" of "+m.From.Path+" by "+r.Git("log", "-1", "--format=%s", m.By))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "repeated copy.go 2+4 of auth.go by copy\nmoved session.go 4+4 of auth.go by refactor"
	if strings.Join(got, "\n") != want {
		t.Errorf("repeats\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}
