package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// Commands whose files, or input, are programs that can start others.
func init() {
	hooks["dc"] = func(e *eval) { e.programs("dc", "-e", "--expression") }
	hooks["m4"] = func(e *eval) { e.programs("m4") }
	hooks["logrotate"] = func(e *eval) {
		for _, f := range e.operands {
			if f.HasPrefix("/etc/logrotate") {
				continue // what packages and administrators have put there
			}
			e.program(f, "logrotate")
		}
	}
}

// programs runs code given by options and in files, or on standard input where there is neither.
func (e *eval) programs(lang string, options ...string) {
	n := len(e.operands)
	for _, o := range options {
		for _, v := range e.values(o) {
			e.run(Run{Script: &v, Lang: lang})
			n++
		}
	}
	for _, f := range append(e.values("-f"), e.operands...) {
		e.program(f, lang)
	}
	if n == 0 && e.ctx.Stdin != nil {
		e.run(Run{Script: e.ctx.Stdin, Lang: lang})
	}
}

// program runs a file's code where it is known, and says so where it is not.
func (e *eval) program(f value.Str, lang string) {
	text, ok := e.read(f)
	switch {
	case ok:
		s := value.Lit(string(text))
		e.run(Run{Script: &s, Lang: lang})
	case f.Is("-") && e.ctx.Stdin != nil:
		e.run(Run{Script: e.ctx.Stdin, Lang: lang})
	default:
		e.effect(sallyport.EffectRead, f, "")
		e.unknown("what %q makes %s run is not read", f, strings.TrimSpace(e.name))
	}
}
