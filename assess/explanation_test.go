package assess

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"sallyport"
)

var update = flag.Bool("update", false, "write the golden files anew")

// said is what a reader sees first: verdict, summary, what stands out, effects, what is not known, advice.
func said(a *sallyport.Assessment) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d of %d commands understood\n%s\n", a.Verdict, a.Commands.Understood, a.Commands.Total, a.Summary)
	for _, f := range a.Findings {
		fmt.Fprintf(&b, "! %v %s %s: %s\n", f.Lines, f.Level, f.Rule, f.Message)
	}
	for _, e := range a.Effects {
		fmt.Fprintf(&b, "- %v %s %s", e.Lines, e.Level, e.Text)
		if e.Certainty == sallyport.May {
			fmt.Fprintf(&b, ", perhaps: %s", e.Condition)
		}
		if len(e.Via) > 0 {
			fmt.Fprintf(&b, " (within %s)", strings.Join(e.Via, ", "))
		}
		b.WriteByte('\n')
	}
	for _, u := range a.Unknown {
		fmt.Fprintf(&b, "? %v %s\n", u.Lines, u.Why)
	}
	for _, s := range a.Advice {
		fmt.Fprintf(&b, "> %s\n", s)
	}
	return b.String()
}

func TestExplanations(t *testing.T) {
	const name = "testdata/explanations.txtar"
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := 0; i+1 < len(ar.Files); i += 2 {
		script, want := ar.Files[i], &ar.Files[i+1]
		a := Assess(context.Background(), Request{Text: script.Data, Lang: "bash", Name: script.Name})
		got := said(&a)
		n++
		if *update {
			want.Data = []byte(got)
		} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", script.Name, diff)
		}
	}
	if n < 50 {
		t.Errorf("%d scripts, want at least 50", n)
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
