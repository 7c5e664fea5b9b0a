package concrete

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

func (r *reader) binary(c *syntax.BinaryCmd) status {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		s := r.stmt(c.X)
		want := success
		if c.Op == syntax.OrStmt {
			want = failure
		}
		if s == unknown {
			r.vagueOut()
			r.either(r.holds == (want == success), func() { r.stmt(c.Y) }, func() {})
			return unknown
		}
		if s == want && r.jump == 0 {
			return r.stmt(c.Y)
		}
		return s
	}
	for _, side := range []*syntax.Stmt{c.X, c.Y} {
		r.inside(func(x *reader) { x.out = &output{}; x.stmt(side) })
	}
	r.vagueOut()
	return unknown
}

func (r *reader) ifClause(c *syntax.IfClause) status {
	if len(c.Cond) == 0 { // else
		return r.stmts(c.Then)
	}
	s := r.stmts(c.Cond)
	if s == unknown {
		r.vagueOut()
		r.either(r.holds, func() { r.stmts(c.Then) }, func() {
			if c.Else != nil {
				r.ifClause(c.Else)
			}
		})
		return unknown
	}
	switch {
	case s == success:
		r.stmts(c.Then)
	case c.Else != nil:
		r.ifClause(c.Else)
	}
	return unknown
}

func (r *reader) caseClause(c *syntax.CaseClause) {
	word, ok := r.literal(c.Word)
	var arm []*syntax.Stmt
	if ok && !strings.Contains(word, Token) {
		arm, ok = r.arm(c, word)
	} else {
		ok = false
	}
	if ok {
		r.stmts(arm)
		return
	}
	if len(c.Items) == 0 {
		return
	}
	taken := 0
	if !r.holds {
		taken = len(c.Items) - 1
	}
	var others []func()
	for i, item := range c.Items {
		if i != taken {
			others = append(others, func() { r.stmts(item.Stmts) })
		}
	}
	r.vagueOut()
	r.perchance(func() { r.stmts(c.Items[taken].Stmts) }, others...)
}

func (r *reader) either(first bool, a, b func()) {
	if first {
		r.perchance(a, b)
	} else {
		r.perchance(b, a)
	}
}

// perchance runs what happens on the strength of a condition that this reading cannot compute, and, without telling, what happens
// otherwise. The walker may have computed the condition, so what either changes is not known afterwards.
func (r *reader) perchance(taken func(), others ...func()) {
	outer := r.touched
	r.touched = map[string]bool{}
	r.unsure++
	seen, vars, args, known, lost := r.seen, r.vars, r.args, r.known, r.lost
	moved := false
	r.seen = func(Command) {}
	for _, f := range others {
		r.vars, r.args, r.known = maps.Clone(vars), args, known
		f()
		moved = moved || !slices.Equal(args, r.args) || known != r.known
	}
	r.seen, r.vars, r.args, r.known = seen, vars, args, known
	taken()
	moved = moved || !slices.Equal(args, r.args) || known != r.known
	r.unsure--
	touched := r.touched
	r.touched = outer
	r.budget.steps += len(vars) / 16
	if r.lost && !lost {
		r.forget()
	}
	for name := range touched {
		r.set(name, Token)
	}
	if moved {
		r.known = false
	}
}

// arm finds the arm of a case whose pattern matches. It is not ok when that cannot be said.
func (r *reader) arm(c *syntax.CaseClause, word string) (arm []*syntax.Stmt, ok bool) {
	for _, item := range c.Items {
		if item.Op != syntax.Break {
			return nil, false
		}
		for _, p := range item.Patterns {
			if r.vague(p) {
				return nil, false
			}
			text, err := expand.Pattern(r.cfg, p)
			if err != nil || strings.Contains(text, Token) || len(text) > 1024 || strings.ContainsAny(text, "(") {
				return nil, false
			}
			expr, err := pattern.Regexp(text, pattern.EntireString)
			if err != nil {
				return nil, false
			}
			rx, err := regexp.Compile(expr)
			if err != nil {
				return nil, false
			}
			if rx.MatchString(word) {
				return item.Stmts, true
			}
		}
	}
	return nil, true
}
