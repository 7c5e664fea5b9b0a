package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

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

// locates reports whether a statement asks where a program lies, and does nothing else: what it prints means that it succeeded.
func locates(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		return c.Op == syntax.OrStmt && locates(c.X) && locates(c.Y)
	case *syntax.CallExpr:
		if len(c.Args) < 2 || len(c.Assigns) > 0 || s.Negated {
			return false
		}
		switch name, option := c.Args[0].Lit(), c.Args[1].Lit(); name {
		case "which":
			return len(c.Args) == 2 && !strings.HasPrefix(option, "-")
		case "command":
			return len(c.Args) == 3 && option == "-v"
		case "type":
			return len(c.Args) == 3 && (option == "-p" || option == "-P")
		}
	}
	return false
}

// either walks "command -v a || command -v b" where what is printed is kept: it is what one of them prints.
func (m *machine) either(c *syntax.BinaryCmd) tri {
	saved := m.fds[1]
	var printed []value.Str
	for _, s := range []*syntax.Stmt{c.X, c.Y} {
		col := &collector{}
		m.fds[1] = stream{kind: capture, out: col}
		if s == c.X {
			m.stmt(s)
		} else {
			m.merge(false, m.branch(func() {
				m.within(func() {
					m.maybe("only if this fails: " + m.excerpt(c.X))
					m.stmt(s)
				})
			}))
		}
		printed = append(printed, col.str())
	}
	m.left = 0
	m.fds[1] = saved
	m.write(1, value.OneOf(printed...), "command")
	return maybe
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
	for _, alt := range body.Alternatives() {
		parts := alt.Parts()
		if len(parts) != 1 || parts[0].Hole == nil || len(parts[0].Hole.From) != 1 {
			return false
		}
		if h := parts[0].Hole; h.Taint != value.File || runsLater(h.From[0]) != runsLater(p) {
			return false
		}
	}
	return true
}
