package foreign

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

// show prints a result on one line.
func show(r command.Result) string {
	var out []string
	for _, f := range r.Effects {
		out = append(out, string(f.Kind)+" "+f.Target.String())
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
		default:
			t += " " + run.Lang + " typed"
		}
		out = append(out, t)
	}
	for _, u := range r.Unknown {
		out = append(out, "unknown "+u)
	}
	return strings.Join(out, "; ")
}

func TestTry(t *testing.T) {
	text := os.Getenv("TRY")
	for _, l := range strings.Split(text, "\n@") {
		if lang, code, ok := strings.Cut(l, "|"); ok {
			fmt.Println(lang, "=>", show(Evaluate(strings.TrimPrefix(lang, "@"), value.Lit(code), nil, command.Context{})))
		}
	}
}
