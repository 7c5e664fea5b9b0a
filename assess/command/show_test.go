package command

import (
	"fmt"
	"os"
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

func TestTry(t *testing.T) {
	text := os.Getenv("TRY")
	for _, l := range strings.Split(text, "\n") {
		if l != "" {
			r := evaluate(l)
			fmt.Println(l, "=>", show(r), "| flows", fmt.Sprint(r.Flows), "| out", r.Stdout)
		}
	}
}
