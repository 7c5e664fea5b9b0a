package concrete

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// body walks a loop's body once and reports whether the loop is certainly left.
func (r *reader) body(list []*syntax.Stmt) bool {
	r.loops = append(r.loops, r.unsure)
	r.stmts(list)
	r.loops = r.loops[:len(r.loops)-1]
	left := r.jump == 1
	r.jump = 0
	return left || r.budget.over
}

func (r *reader) while(c *syntax.WhileClause) {
	rounds := r.later()
	defer rounds.done()
	for range maxRounds {
		s := r.stmts(c.Cond)
		if c.Until {
			s = s.not()
		}
		switch s {
		case failure:
			return
		case unknown:
			r.perhaps(c.Do)
			return
		}
		if r.body(c.Do) {
			return
		}
		rounds.next()
	}
	r.forget()
}

// rounds mutes a loop from its second round on: the walker looks at a loop that it cannot compute once, and may know less of a condition
// than one path does. What such rounds change is not known afterwards.
type rounds struct {
	r       *reader
	quiet   bool
	touched map[string]bool
	seen    func(Command)
}

func (r *reader) later() *rounds { return &rounds{r: r, seen: r.seen} }

func (l *rounds) next() {
	if !l.quiet {
		l.quiet, l.touched = true, l.r.touched
		l.r.seen, l.r.touched = func(Command) {}, map[string]bool{}
	}
}

func (l *rounds) done() {
	if !l.quiet {
		return
	}
	touched := l.r.touched
	l.r.seen, l.r.touched = l.seen, l.touched
	for name := range touched {
		l.r.set(name, Token)
	}
}

func (r *reader) forClause(c *syntax.ForClause) {
	switch loop := c.Loop.(type) {
	case *syntax.WordIter:
		items, ok := r.args, r.known
		if loop.InPos.IsValid() {
			items, ok = r.words(loop.Items)
		}
		if !ok || c.Select || slices.ContainsFunc(items, func(s string) bool { return strings.Contains(s, Token) || strings.ContainsAny(s, "*?[") }) {
			r.set(loop.Name.Value, Token)
			r.perhaps(c.Do)
			return
		}
		rounds := r.later()
		defer rounds.done()
		for i, it := range items {
			if i >= maxRounds {
				r.forget()
				return
			}
			r.set(loop.Name.Value, it)
			if !r.step() || r.body(c.Do) {
				return
			}
			rounds.next()
		}
	case *syntax.CStyleLoop:
		if loop.Init == nil || loop.Cond == nil || loop.Post == nil {
			r.forget()
			r.perhaps(c.Do)
			return
		}
		if _, ok := r.assignNumber(loop.Init); !ok {
			r.forget()
			r.perhaps(c.Do)
			return
		}
		rounds := r.later()
		defer rounds.done()
		for range maxRounds {
			n, ok := r.number(loop.Cond)
			if !ok {
				break
			}
			if n == 0 || !r.step() || r.body(c.Do) {
				return
			}
			if _, ok := r.assignNumber(loop.Post); !ok {
				break
			}
			rounds.next()
		}
		r.forget()
	default:
		r.forget()
	}
}

// assignNumber is number for an expression that sets a variable, which need not be set before.
func (r *reader) assignNumber(x syntax.ArithmExpr) (int, bool) {
	if b, ok := x.(*syntax.BinaryArithm); ok && b.Op == syntax.Assgn && !r.vagueNumber(b.Y) {
		n, err := expand.Arithm(r.cfg, x)
		return n, err == nil
	}
	return r.number(x)
}

// perhaps walks a body that may run any number of times: once, or not at all.
func (r *reader) perhaps(list []*syntax.Stmt) {
	r.vagueOut()
	r.either(r.holds, func() { r.body(list) }, func() {})
}
