package command

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sallyport/assess/value"
)

// show prints a result on one line, for tests: what golden cases compare.
func show(r Result) string {
	if !r.Known {
		return "not modelled"
	}
	var out []string
	for _, f := range r.Effects {
		t := string(f.Kind) + " " + f.Target.String()
		if f.Certainty == "may" {
			t = "may " + t
		}
		out = append(out, t)
	}
	for _, run := range r.Runs {
		t := "run"
		switch {
		case run.Argv != nil:
			for _, a := range run.Argv {
				t += " " + a.String()
			}
		case run.Script != nil:
			t += " " + run.Lang + ": " + run.Script.String()
		case run.File != nil:
			t += " " + run.Lang + " file " + run.File.String()
		case run.Stdin:
			t += " " + run.Lang + " from stdin"
		default:
			t += " " + run.Lang + " typed"
		}
		if run.Where != Here {
			t += " @" + string(run.Where)
		}
		if run.Principal != "" {
			t += " as " + run.Principal
		}
		out = append(out, t)
	}
	for _, u := range r.Unknown {
		out = append(out, "unknown "+u)
	}
	return strings.Join(out, "; ")
}

func evaluate(line string) Result {
	var argv []value.Str
	for _, w := range splitWords(line) {
		argv = append(argv, value.Lit(w))
	}
	return Evaluate(argv, Context{})
}

// splitWords splits a line of a test table: blanks separate, single quotes hold together.
func splitWords(line string) (words []string) {
	quoted, open := false, false
	var b strings.Builder
	for _, c := range line {
		switch {
		case c == '\'':
			quoted, open = !quoted, true
		case c == ' ' && !quoted:
			if open {
				words = append(words, b.String())
			}
			b.Reset()
			open = false
		default:
			b.WriteRune(c)
			open = true
		}
	}
	if open {
		words = append(words, b.String())
	}
	return words
}

// update rewrites the golden file of every spec; the difference is then read by a person.
var update = flag.Bool("update", false, "rewrite testdata/every.golden")

// TestEverySpec evaluates every command with the same two operands and compares with what was read and agreed to. Taking any one
// name or spec away, or changing what it says, makes a line differ.
func TestEverySpec(t *testing.T) {
	var b strings.Builder
	for _, n := range Names() {
		line := n + " a /b/c"
		fmt.Fprintf(&b, "%s => %s\n", line, show(evaluate(line)))
	}
	const file = "testdata/every.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(b.String(), "\n")
	known := map[string]bool{}
	for _, l := range got {
		known[l] = true
	}
	for _, l := range strings.Split(string(want), "\n") {
		if !known[l] {
			t.Errorf("no longer true: %s", l)
		}
	}
	if len(got) != strings.Count(string(want), "\n")+1 {
		t.Errorf("%d specs, the golden file has %d: run go test -run EverySpec -update and read the difference", len(got), strings.Count(string(want), "\n")+1)
	}
}

func TestTry(t *testing.T) {
	for _, l := range strings.Split(os.Getenv("TRY"), "\n") {
		if l != "" {
			r := evaluate(l)
			t.Log(l, "=>", show(r), "| flows", fmt.Sprint(r.Flows), "| out", r.Stdout)
		}
	}
}

// sortedParts puts the parts of a shown result in order: which effect is found first is no promise.
func sortedParts(s string) string {
	p := strings.Split(s, "; ")
	slices.Sort(p)
	return strings.Join(p, "; ")
}
