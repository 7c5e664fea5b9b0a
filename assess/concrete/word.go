package concrete

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// number computes an arithmetic expression.
func (r *reader) number(x syntax.ArithmExpr) (int, bool) {
	if r.vagueNumber(x) {
		return 0, false
	}
	n, err := expand.Arithm(r.cfg, x)
	return n, err == nil
}

// words expands a command's words. It is not ok when one of them is vague.
func (r *reader) words(ws []*syntax.Word) ([]string, bool) {
	ifs := environ{r}.Get("IFS")
	for _, w := range ws {
		if r.vague(w) || ifs.Set && strings.Trim(ifs.Str, " \t\n") != "" && loose([]*syntax.Word{w}) {
			return nil, false // the library drops empty words between separators
		}
	}
	out, err := expand.Fields(r.cfg, ws...)
	for _, w := range out {
		r.budget.bytes += len(w)
	}
	return out, err == nil
}

// loose reports whether unknown text in one of the words may be any number of words.
func loose(ws []*syntax.Word) bool {
	for _, w := range ws {
		for _, p := range w.Parts {
			switch p := p.(type) {
			case *syntax.ParamExp, *syntax.CmdSubst:
				return true
			case *syntax.DblQuoted:
				for _, q := range p.Parts {
					if pe, ok := q.(*syntax.ParamExp); ok && pe.Param != nil && (pe.Param.Value == "@" || pe.Index != nil) {
						return true
					}
				}
			}
		}
	}
	return false
}

func (r *reader) literal(w *syntax.Word) (string, bool) {
	if r.vague(w) {
		return "", false
	}
	escaped, braces := false, false
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok {
			escaped = escaped || strings.Contains(l.Value, `\`)
			braces = braces || strings.Contains(l.Value, "{")
		}
	}
	var t string
	var err error
	switch {
	case escaped && braces:
		return "", false
	case escaped:
		// expand.Literal (v3.14.1) keeps backslashes where every shell drops them: a='x'\''y'. expand.Fields does not.
		ifs, had := r.vars["IFS"]
		r.vars["IFS"] = expand.Variable{Set: true, Kind: expand.String}
		var fields []string
		fields, err = expand.Fields(r.cfg, w)
		if t = strings.Join(fields, " "); had {
			r.vars["IFS"] = ifs
		} else {
			delete(r.vars, "IFS")
		}
	default:
		t, err = expand.Literal(r.cfg, w)
	}
	r.budget.bytes += len(t)
	return t, err == nil
}

// tell gives a command to whoever compares, unless something in it is not known.
func (r *reader) tell(at syntax.Pos, words []string) {
	for _, w := range words {
		if strings.Contains(w, Token) {
			return
		}
	}
	r.seen(Command{Offset: at.Offset(), Line: at.Line(), Words: words})
}
