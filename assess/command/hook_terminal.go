package command

import (
	"sallyport"
	"sallyport/assess/value"
)

// xterminal is windows of the X11 kind: options with one dash, "-e" and all that follows is the command that runs in them.
func init() {
	hooks["xterminal"] = func(e *eval) {
		args := e.argv[1:]
		var files []value.Str
		about := false
		for n := 0; n < len(args); n++ {
			a := args[n]
			p := a.Prefix()
			if a.Is("-e") && e.spec.find("-e") != nil {
				if rest := args[n+1:]; len(rest) == 1 {
					e.run(Run{Script: &rest[0], Lang: "sh"})
				} else if len(rest) > 1 {
					e.run(Run{Argv: rest})
				}
				return
			}
			if len(p) < 2 || p[0] != '-' && p[0] != '+' {
				files = append(files, a)
				continue
			}
			name, v, given := a.CutAny("=")
			word, known := name.Const()
			o := e.spec.find(word)
			if !known || o == nil || given && o.takes == 0 {
				e.unknown("option %q of %s is not understood", a, e.name)
				continue
			}
			if o.takes == '=' && !given && n+1 < len(args) {
				n++
				v = args[n]
			}
			e.take(o, v)
			about = about || oneOf(word, "-v", "-version", "--version", "-h", "-help", "--help", "-report-charclass", "-report-colors", "-report-fonts")
		}
		if e.name == "st" && e.has("--sum", "--mean", "--sd", "--min", "--max", "--median", "--N", "--transpose", "--summary", "--complete", "--variance", "--percentile", "--count", "--q1", "--q3") { // the calculator of that name
			for _, f := range files {
				e.input(f)
			}
			return
		}
		for _, f := range files {
			e.run(Run{Argv: []value.Str{f}})
		}
		if len(files) == 0 && !about {
			e.effect(sallyport.EffectExec, lit("a terminal window"), "")
		}
	}
}

func init() {
	// lastOption is for commands with an option that takes all that follows: a command and its arguments.
	hooks["lastOption"] = func(e *eval) {
		for _, g := range e.given {
			if g.opt.takes == '!' && g.has {
				e.run(Run{Argv: append([]value.Str{g.value}, e.operands...)})
			}
		}
	}
}
