package concrete

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// vague reports whether expanding a node would lose the token, or cost more than it may: what is cut out of unknown text, counted or
// computed from it is not known either, though the expansion gives a text.
func (r *reader) vague(nodes ...syntax.Node) bool {
	found := false
	for _, n := range nodes {
		if n == nil {
			continue
		}
		syntax.Walk(n, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CmdSubst, *syntax.ProcSubst:
				return false // looked at when it is run
			case *syntax.Word:
				found = found || len(n.Parts) > 64 || tooMany(n)
			case *syntax.ArithmExp:
				found = found || r.vagueNumber(n.X)
			case *syntax.ParamExp:
				found = found || r.vagueParam(n)
			}
			return !found
		})
	}
	return found
}

func (r *reader) vagueParam(p *syntax.ParamExp) bool {
	if p.Param == nil || p.NestedParam != nil || p.Flags != nil || p.IsSet || p.Width {
		return true
	}
	if p.Index != nil {
		if w, ok := p.Index.(*syntax.Word); !ok || w.Lit() != "@" && w.Lit() != "*" && strings.Trim(w.Lit(), "0123456789") != "" {
			return true
		}
	}
	if v := (environ{r}).Get(p.Param.Value); p.Index != nil && strings.Contains(v.Str+strings.Join(v.List, ""), Token) {
		return true
	}
	plain := p.Slice == nil && p.Repl == nil && !p.Length && !p.Excl && p.Names == 0
	if plain && p.Exp != nil {
		switch p.Exp.Op {
		case syntax.AlternateUnset, syntax.AlternateUnsetOrNull, syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.ErrorUnset, syntax.ErrorUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		default:
			plain = false
		}
	}
	if plain {
		return false
	}
	if p.Excl || p.Names != 0 {
		return true // names of variables are ours, and what is not set has none
	}
	v := environ{r}.Get(p.Param.Value)
	text := v.Str + strings.Join(v.List, "")
	if !v.Set || strings.Contains(text, Token) || len(text) > 512 || v.Kind == expand.Associative {
		return true
	}
	if p.Repl != nil && (p.Repl.Orig == nil || p.Repl.Orig.Lit() == "" || strings.ContainsAny(p.Repl.Orig.Lit()[:1], "#%")) {
		return true // the library has no anchors
	}
	if p.Repl != nil && p.Repl.With != nil && p.Repl.With.Lit() == "" && len(p.Repl.With.Parts) > 0 {
		return true
	}
	if p.Slice != nil {
		return p.Slice.Offset != nil && r.vagueNumber(p.Slice.Offset) || p.Slice.Length != nil && r.vagueNumber(p.Slice.Length)
	}
	return false
}

// vagueNumber reports whether an arithmetic expression cannot be computed: a name in it is not known, or it has more than names,
// numbers and operators.
func (r *reader) vagueNumber(x syntax.ArithmExpr) bool {
	if x == nil {
		return true
	}
	found := false
	syntax.Walk(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Lit:
			if t := n.Value; syntax.ValidName(t) {
				v, ok := r.vars[t]
				found = found || !ok || !number(v)
			} else if strings.Trim(t, "0123456789") != "" || len(t) > 15 || len(t) > 1 && t[0] == '0' {
				found = true
			}
		case *syntax.ParamExp:
			v := environ{r}.Get(p0(n))
			found = found || !n.Short || !number(v)
			return false
		case *syntax.CmdSubst, *syntax.ProcSubst, *syntax.SglQuoted, *syntax.DblQuoted, *syntax.ExtGlob, *syntax.FlagsArithm:
			found = true
		}
		return !found
	})
	return found
}

func p0(p *syntax.ParamExp) string {
	if p.Param == nil {
		return ""
	}
	return p.Param.Value
}

func number(v expand.Variable) bool {
	t := strings.TrimPrefix(v.Str, "-")
	return v.Set && v.Kind == expand.String && t != "" && len(t) < 16 && strings.Trim(t, "0123456789") == "" && (len(t) == 1 || t[0] != '0')
}

// tooMany reports whether brace expansion makes many words of w.
func tooMany(w *syntax.Word) bool {
	n := 0
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok {
			n += strings.Count(l.Value, ",")
			if strings.Contains(l.Value, "..") {
				return true
			}
		}
	}
	return n > 8
}
