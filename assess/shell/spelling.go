package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
)

// spelling notes a command whose name is spelled so that searching for it finds nothing: cut by quotes or empty expansions, written in
// escapes, computed from constants. Nobody needs that to say which command is meant. Variables that hold a whole name, or a
// directory before it, are ordinary.
func (m *machine) spelling(c *syntax.CallExpr, argv []field) {
	if len(argv) == 0 {
		return
	}
	name, ok := argv[0].val.Const()
	if !ok || name == "" {
		return
	}
	w := c.Args[0]
	how := ""
	switch {
	case m.braced(w):
		how = "its name and its arguments are made by braces"
	case w.Lit() != "":
		if t := w.Lit(); strings.Contains(t, `\`) && escapesLetter(t[1:]) {
			how = "with backslashes inside its name"
		}
	case len(w.Parts) == 1:
		if how = oddPart(w.Parts[0]); how == "" && len(argv) > len(c.Args) && m.ifs != "" && !strings.ContainsAny(m.ifs, " \n") {
			how = "glued to its arguments by other characters"
		}
	default:
		how = m.oddJoint(w, name)
	}
	if how == "" && name == "eval" && len(c.Args) == 2 && static(c.Args[1]) && !m.inAlias {
		how = "handed to eval as a text"
	}
	if how == "" {
		for _, a := range c.Args[1:] {
			if m.emptyInside(a) {
				how = "with empty quotes inside its arguments"
				break
			}
		}
	}
	if how != "" {
		m.note("odd-spelling", sallyport.Medium, "spells the command "+name+" in a way that only makes it harder to find: "+how)
	}
}

func (m *machine) braced(w *syntax.Word) bool {
	if xs := m.braces(w); len(xs) > 1 {
		return xs[0].Lit() != "" && !strings.Contains(xs[0].Lit(), "/")
	}
	return false
}

// escapesLetter reports whether a backslash stands before a letter or digit. At the beginning of a name it is a known habit: it
// passes by an alias.
func escapesLetter(t string) bool {
	for i := 0; i+1 < len(t); i++ {
		if t[i] == '\\' {
			if i++; letter(t[i]) || t[i] >= '0' && t[i] <= '9' {
				return true
			}
		}
	}
	return false
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// oddPart judges a name that is one part.
func oddPart(p syntax.WordPart) string {
	switch p := p.(type) {
	case *syntax.SglQuoted:
		if p.Dollar && strings.Contains(p.Value, `\`) {
			return "in numbered characters"
		}
	case *syntax.DblQuoted:
		if len(p.Parts) == 1 {
			return oddPart(p.Parts[0])
		}
	case *syntax.CmdSubst:
		return "printed by another command"
	case *syntax.ParamExp:
		if p.Slice != nil || p.Repl != nil || p.Exp != nil && p.Exp.Op != syntax.DefaultUnset && p.Exp.Op != syntax.DefaultUnsetOrNull && p.Exp.Op != syntax.AssignUnset &&
			p.Exp.Op != syntax.AssignUnsetOrNull && p.Exp.Op != syntax.ErrorUnset && p.Exp.Op != syntax.ErrorUnsetOrNull && p.Exp.Op != syntax.AlternateUnset && p.Exp.Op != syntax.AlternateUnsetOrNull {
			return "cut out of another text"
		}
	}
	return ""
}

// oddJoint judges a name of several parts: a joint within a run of letters has no purpose.
func (m *machine) oddJoint(w *syntax.Word, name string) string {
	before := ""
	for i, p := range w.Parts {
		if how := oddPart(p); how != "" {
			return how
		}
		if !still(p) {
			return ""
		}
		t, ok := m.part(p).Const()
		if !ok {
			return ""
		}
		if i > 0 && before != "" && letter(before[len(before)-1]) {
			if t == "" && i+1 < len(w.Parts) || t != "" && letter(t[0]) {
				return "in pieces"
			}
		}
		before += t
	}
	return ""
}

// still reports whether looking at a part twice changes nothing: text, or a plain variable.
func still(p syntax.WordPart) bool {
	switch p := p.(type) {
	case *syntax.Lit, *syntax.SglQuoted:
		return true
	case *syntax.DblQuoted:
		for _, q := range p.Parts {
			if !still(q) {
				return false
			}
		}
		return true
	case *syntax.ParamExp:
		return p.Short
	}
	return false
}

// emptyInside reports whether a word has empty quotes between letters.
func (m *machine) emptyInside(w *syntax.Word) bool {
	for i := 1; i+1 < len(w.Parts); i++ {
		empty := false
		switch p := w.Parts[i].(type) {
		case *syntax.SglQuoted:
			empty = p.Value == ""
		case *syntax.DblQuoted:
			empty = len(p.Parts) == 0
		}
		a, ok1 := w.Parts[i-1].(*syntax.Lit)
		b, ok2 := w.Parts[i+1].(*syntax.Lit)
		if empty && ok1 && ok2 && a.Value != "" && b.Value != "" && letter(a.Value[len(a.Value)-1]) && letter(b.Value[0]) {
			return true
		}
	}
	return false
}
