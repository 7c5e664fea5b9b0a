package shell

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/value"
)

// What was just walked that leaves a list early.
const (
	leftLoop = 1 // break, continue
	leftFor  = 2 // exit, return
)

func (m *machine) forClause(c *syntax.ForClause) {
	if loop, ok := c.Loop.(*syntax.CStyleLoop); ok {
		m.cStyle(loop, c)
		return
	}
	iter, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		return
	}
	var items []field
	if iter.InPos.IsValid() {
		items = m.fields(iter.Items)
	} else if m.argsKnown() {
		for _, a := range m.args() {
			items = append(items, field{val: a})
		}
	} else {
		items = []field{{val: m.argHole("each argument"), many: true}}
	}
	name := iter.Name.Value
	if len(items) == 0 {
		m.once(c.Do, "never, as the text stands", func() { m.set(name, value.Str{}) })
		return
	}
	if c.Select {
		items = []field{{val: value.Of(value.Hole{Name: "$" + name, Taint: value.Input})}}
	}
	start := m.steps
	for i, it := range items {
		if m.tooLong(i, start) {
			break
		}
		if it.many || it.bare || it.some || it.glob && !it.val.Known() {
			// Any number of times, also none.
			v := it.val
			m.once(c.Do, "", func() { m.set(name, v) })
			continue
		}
		if alts := it.val.Alternatives(); len(alts) > 1 && len(alts) <= 4 && len(items) == 1 {
			for _, a := range alts {
				m.set(name, a)
				m.body(c.Do)
			}
			continue
		}
		m.set(name, it.val)
		if m.body(c.Do) {
			break
		}
	}
	m.left = 0
}

// tooLong reports whether a loop has used its share, and says so.
func (m *machine) tooLong(rounds, start int) bool {
	if rounds < maxIter && m.steps-start < maxLoop && m.steps <= maxSteps {
		return false
	}
	m.gap("a loop runs too often to follow every round")
	return true
}

// body walks a loop's body and reports whether it certainly left the loop.
func (m *machine) body(list []*syntax.Stmt) bool {
	m.loops++
	t := m.stmtsLeaving(list)
	m.loops--
	left := t
	m.left = 0
	return left
}

// stmtsLeaving walks a list and reports whether an unconditional break, exit or return stood in it.
func (m *machine) stmtsLeaving(list []*syntax.Stmt) bool {
	left := false
	saved := m.place
	for _, s := range list {
		if m.steps > maxSteps {
			break
		}
		m.stmt(s)
		if m.left != 0 {
			left = left || m.brk
			m.brk = false
			m.left = 0
		}
	}
	m.place = saved
	return left
}

// once walks a body whose number of rounds is not known: once, as something that may happen. What it changes becomes
// one of several values; what grows with every round becomes unknown.
func (m *machine) once(list []*syntax.Stmt, condition string, before func()) {
	changes := m.branch(func() {
		before()
		m.within(func() {
			if condition != "" {
				m.maybe(condition)
			}
			m.loops++
			m.stmts(list)
			m.loops--
		})
	})
	m.left = 0
	for name, v := range changes {
		old := m.vars[name]
		if v == nil || old == nil || strings.HasPrefix(name, "\x00") || v.list != nil || v.dict != nil {
			continue
		}
		o, n := old.val, v.val
		if a, ok := o.Const(); ok && a != "" {
			if b, ok := n.Const(); ok && len(b) > len(a) && strings.Contains(b, a) {
				grown := *v
				grown.val = value.OneOf(n, value.Concat(n, value.Of(value.Hole{Name: "…", Taint: value.Derived, Why: "how often a loop runs is not known"})))
				changes[name] = &grown
			}
		}
	}
	again := m.carried(changes, list)
	m.merge(false, changes)
	if len(again) == 0 {
		return
	}
	// What one round leaves to the next is walked too: x=ls; while ...; do $x; x=rm; done.
	m.merge(false, m.branch(func() {
		before()
		for _, name := range slices.Sorted(maps.Keys(again)) {
			m.put(name, again[name])
		}
		m.within(func() {
			if condition != "" {
				m.maybe(condition)
			}
			m.loops += 2
			m.stmts(list)
			m.loops -= 2
		})
	}))
	m.left = 0
}

// carried returns the variables with which a second round of a loop would begin and the first did not: those that a round sets to a text of
// their own, and that the body uses. Numbers only count, and what grows is one of several values already.
func (m *machine) carried(changes map[string]*variable, list []*syntax.Stmt) map[string]*variable {
	out := map[string]*variable{}
	if m.loops > 1 {
		return out
	}
	for name, v := range changes {
		if v == nil || v.unset || name == "" || name[0] == 0 || v.list != nil || v.dict != nil {
			continue
		}
		t, ok := v.val.Const()
		if !ok || len(t) < 2 || isDigits(t) {
			continue
		}
		if old := m.vars[name]; old != nil {
			if o, ok := old.val.Const(); ok && (o == t || o != "" && strings.Contains(t, o)) {
				continue
			}
		}
		out[name] = v
	}
	if len(out) == 0 {
		return out
	}
	used := map[string]bool{}
	for _, s := range list {
		syntax.Walk(s, func(n syntax.Node) bool {
			if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
				used[p.Param.Value] = true
			}
			return true
		})
	}
	maps.DeleteFunc(out, func(name string, _ *variable) bool { return !used[name] })
	return out
}

func (m *machine) while(c *syntax.WhileClause) {
	cond := func() tri {
		t := m.stmts(c.Cond)
		m.left = 0
		if c.Until {
			t = t.not()
		}
		return t
	}
	forever := false
	start := m.steps
	for i := 0; ; i++ {
		t := cond()
		if t == no {
			if i == 0 {
				m.once(c.Do, "never, as the text stands", func() {})
			}
			return
		}
		if t == maybe {
			break
		}
		if forever = m.endless(c.Cond); forever {
			break
		}
		if m.tooLong(i, start) {
			break
		}
		if m.body(c.Do) {
			return
		}
	}
	condition := ""
	if !forever {
		condition = "only while this holds: " + m.excerpts(c.Cond)
		if c.Until {
			condition = "only until this holds: " + m.excerpts(c.Cond)
		}
	}
	m.once(c.Do, condition, func() {})
}

// endless reports whether a loop's condition is one that always holds: true, :.
func (m *machine) endless(cond []*syntax.Stmt) bool {
	if len(cond) != 1 {
		return false
	}
	c, ok := cond[0].Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) == 0 {
		return false
	}
	switch c.Args[0].Lit() {
	case "true", ":", "/bin/true", "sleep":
		return true
	}
	return len(c.Args) == 3 && c.Args[0].Lit() == "[" && c.Args[1].Lit() != "" && !strings.HasPrefix(c.Args[1].Lit(), "-") // [ 1 ], [ true ]
}

func (m *machine) cStyle(loop *syntax.CStyleLoop, c *syntax.ForClause) {
	m.arith(loop.Init)
	start := m.steps
	for i := 0; ; i++ {
		n, ok := int64(1), loop.Cond != nil
		if ok {
			n, ok = m.arith(loop.Cond)
		}
		if !ok {
			break
		}
		if n == 0 {
			if i == 0 {
				m.once(c.Do, "never, as the text stands", func() {})
			}
			return
		}
		if m.tooLong(i, start) {
			return
		}
		if m.body(c.Do) {
			return
		}
		m.arith(loop.Post)
	}
	m.once(c.Do, "", func() { m.arith(loop.Post) })
}
