package foreign

import (
	"testing"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

// FuzzEvaluate holds every reader to its promise: no program makes it fail, and the same program gives the same answer.
func FuzzEvaluate(f *testing.F) {
	for _, p := range []string{":!/bin/sh", ":", "%s/a/b/|wq", "!", "s/", "print `id`", "q{", "qq(", "s{a}{b}e", "[::-1]", "'", "\"#{", "x = y = ", "a.b(", "COPY t TO '", "\\!", "{ print > ", "/inet/tcp/0/", "(((((", "system(", "$(shell id)", "%{lua:os.execute('x')}", "_hole_", "", "f\"{", "\\", "%(", "open(F, '+<", "p = %"} {
		f.Add(p)
	}
	langs := []string{"python", "perl", "ruby", "php", "lua", "javascript", "awk", "mysql", "ex", "ed", "ftp", "gdb", "make", "rpm", "elisp", "tcl", "openssl", "cobol"}
	f.Fuzz(func(t *testing.T, program string) {
		for _, l := range langs {
			p := value.Lit(program)
			if len(program) > 4 {
				p = value.Concat(value.Lit(program[:2]), value.Unknown("x", ""), value.Lit(program[2:]))
			}
			a := show(Evaluate(l, p, nil, command.Context{}))
			if b := show(Evaluate(l, p, nil, command.Context{})); a != b {
				t.Errorf("%s %q: %s, then %s", l, program, a, b)
			}
		}
	})
}
