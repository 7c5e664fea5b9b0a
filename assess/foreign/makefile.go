package foreign

import (
	"regexp"
	"strings"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

func init() {
	small["makefile"] = makefile
	small["dc"] = lines(func(r *recorder, l value.Str) {
		r.via = "dc"
		if _, code, ok := l.CutAny("!"); ok && !code.HasPrefix("<") && !code.HasPrefix("=") && !code.HasPrefix(">") { // !< != !> compare
			r.shell(code)
		}
	})
	small["m4"] = m4
	small["logrotate"] = logrotate
}

var (
	makeAssign = regexp.MustCompile(`^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*[:?+]?:?=\s*(.*)$`)
	makeUse    = regexp.MustCompile(`\$\$|\$[({]([A-Za-z_][A-Za-z0-9_]*)[)}]|\$\(shell ([^()]*(?:\([^()]*\)[^()]*)*)\)|\$[@<^*?]`)
)

// makefile runs every recipe and every $(shell) of a makefile (GNU make manual, chapters 5 and 8.14): which of them run depends on the
// goals, and all of them might.
func makefile(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
	r := &recorder{res: res, via: "make"}
	vars := map[string]string{}
	expand := func(text string) value.Str {
		var parts []value.Str
		for text != "" {
			at := makeUse.FindStringSubmatchIndex(text)
			if at == nil {
				parts = append(parts, value.Lit(text))
				break
			}
			parts = append(parts, value.Lit(text[:at[0]]))
			use := text[at[0]:at[1]]
			switch {
			case use == "$$":
				parts = append(parts, value.Lit("$"))
			case at[2] >= 0:
				if v, ok := vars[text[at[2]:at[3]]]; ok {
					parts = append(parts, value.Lit(v))
				} else {
					parts = append(parts, value.Of(value.Hole{Name: use}))
				}
			case at[4] >= 0:
				r.shell(value.Lit(text[at[4]:at[5]]))
				parts = append(parts, value.Of(value.Hole{Name: "what a command prints", Taint: value.Output}))
			default:
				parts = append(parts, value.Of(value.Hole{Name: use}))
			}
			text = text[at[1]:]
		}
		return value.Concat(parts...)
	}
	text := strings.ReplaceAll(program.String(), "\\\n", " ")
	for _, line := range strings.Split(text, "\n") {
		recipe, isRecipe := strings.CutPrefix(line, "\t")
		if !isRecipe {
			if m := makeAssign.FindStringSubmatch(line); m != nil {
				vars[m[1]], _ = expand(m[2]).Const()
				continue
			}
			if strings.Contains(line, "$(shell") {
				expand(line)
			}
			rule, after, ok := strings.Cut(line, ";")
			if !ok || !strings.Contains(rule, ":") {
				continue
			}
			recipe = after
		}
		if recipe = strings.TrimLeft(strings.TrimSpace(recipe), "@-+"); recipe != "" {
			r.shell(expand(recipe))
		}
	}
}

// m4 runs what syscmd and esyscmd are given (GNU m4 manual, chapter 14).
func m4(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
	r := &recorder{res: res, via: "m4"}
	text := program.String()
	for _, name := range []string{"syscmd(", "esyscmd("} {
		for rest := text; ; {
			i := strings.Index(rest, name)
			if i < 0 {
				break
			}
			before := rest[:i]
			rest = rest[i+len(name):]
			if strings.HasSuffix(before, "e") && name == "syscmd(" {
				continue
			}
			code, _, _ := strings.Cut(rest, ")")
			if q := strings.TrimLeft(rest, " "); strings.HasPrefix(q, "`") {
				code, _, _ = strings.Cut(q[1:], "'")
			}
			r.shell(value.Lit(code))
		}
	}
}

// logrotate runs the scripts of its configuration (logrotate(8)).
func logrotate(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
	r := &recorder{res: res, via: "logrotate"}
	var script []string
	within := false
	for _, line := range strings.Split(program.String(), "\n") {
		switch word := strings.TrimSpace(line); {
		case word == "prerotate" || word == "postrotate" || word == "firstaction" || word == "lastaction" || word == "preremove":
			within, script = true, nil
		case word == "endscript":
			r.shell(value.Lit(strings.Join(script, "\n")))
			within = false
		case within:
			script = append(script, line)
		}
	}
}
