package shell

import (
	"strings"

	"sallyport/assess/value"
)

// onPath stands for the directory in which the shell finds a program by its name.
const onPath = "directory of programs"

// located is what `command -v`, `type -P` and `which` print for names: where the shell would find them. Whoever runs that runs
// the program of that name, so the name is kept exactly.
func (m *machine) located(names []value.Str) value.Str {
	var lines []value.Str
	for _, n := range names {
		t, ok := n.Const()
		switch {
		case ok && strings.HasPrefix(t, "-"):
			continue
		case !ok || t == "" || strings.Contains(t, "/"):
			lines = append(lines, derived("path of "+n.String(), n))
		case m.funcs[t] != nil || builtins[t]:
			lines = append(lines, n)
		default:
			lines = append(lines, value.Concat(value.Of(value.Hole{Name: onPath, Taint: value.Output | value.Derived}), value.Lit("/"+t)))
		}
	}
	if len(lines) == 0 {
		return value.Str{}
	}
	return value.Concat(value.Join(lines, "\n"), value.Lit("\n"))
}

// found returns the name of a program of which the shell was asked where it lies. With several lines, only the first names one.
func found(s value.Str) (string, bool) {
	alts := s.Alternatives()
	parts := alts[0].Parts()
	if len(alts) != 1 || len(parts) < 2 || parts[0].Hole == nil || parts[0].Hole.Name != onPath || parts[1].Hole != nil {
		return "", false
	}
	t := strings.TrimPrefix(parts[1].Text, "/")
	if len(parts) > 2 || t == "" || strings.ContainsAny(t, "/ \t\n") {
		return "", false
	}
	return t, true
}

// sameKind reports whether a file that is moved or copied to p held its contents in a place of the same kind before, so that it
// runs when it ran already.
func (m *machine) sameKind(p string, body value.Str) bool {
	parts := body.Parts()
	if len(body.Alternatives()) != 1 || len(parts) != 1 || parts[0].Hole == nil || len(parts[0].Hole.From) != 1 {
		return false
	}
	h := parts[0].Hole
	return h.Taint == value.File && runsLater(h.From[0]) == runsLater(p)
}
