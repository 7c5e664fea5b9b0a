package shell

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/value"
)

// tri is a truth value of which it may not be known which it is.
type tri int8

const (
	maybe tri = iota
	yes
	no
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) not() tri {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return maybe
}

func and(a, b tri) tri {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	}
	return maybe
}

// testClause evaluates [[ ... ]].
func (m *machine) testClause(x syntax.TestExpr) tri {
	switch x := x.(type) {
	case *syntax.ParenTest:
		return m.testClause(x.X)
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			return m.testClause(x.X).not()
		}
		w, ok := x.X.(*syntax.Word)
		if !ok {
			return maybe
		}
		return m.testUnary(x.Op.String(), m.word(w))
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.AndTest:
			return and(m.testClause(x.X), m.testClause(x.Y))
		case syntax.OrTest:
			return and(m.testClause(x.X).not(), m.testClause(x.Y).not()).not()
		}
		a, ok1 := x.X.(*syntax.Word)
		b, ok2 := x.Y.(*syntax.Word)
		if !ok1 || !ok2 {
			return maybe
		}
		left := m.word(a)
		switch x.Op {
		case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
			l, lok := left.Const()
			pat, pok := m.pattern(b)
			if !lok || !pok {
				return maybe
			}
			return triOf(matches(pat, l) == (x.Op != syntax.TsNoMatch))
		case syntax.TsReMatch:
			l, lok := left.Const()
			pat, pok := m.word(b).Const()
			if !lok || !pok {
				m.set("BASH_REMATCH", derived("$BASH_REMATCH", left))
				return maybe
			}
			re, err := regexp.Compile(pat)
			if err != nil || len(l) > 1<<16 {
				return maybe
			}
			got := re.FindStringSubmatch(l)
			list := []value.Str{}
			for _, g := range got {
				list = append(list, value.Lit(g))
			}
			m.put("BASH_REMATCH", &variable{list: list})
			return triOf(got != nil)
		case syntax.TsEql, syntax.TsNeq, syntax.TsLeq, syntax.TsGeq, syntax.TsLss, syntax.TsGtr:
			l, lok := left.Const()
			r, rok := m.word(b).Const()
			if !lok || !rok {
				return maybe
			}
			p, ok1 := m.arithText(l, 0)
			q, ok2 := m.arithText(r, 0)
			if !ok1 || !ok2 {
				return maybe
			}
			return compare(x.Op.String(), p, q)
		}
		return m.testBinary(x.Op.String(), left, m.word(b))
	case *syntax.Word:
		return nonEmpty(m.word(x))
	}
	return maybe
}

func nonEmpty(v value.Str) tri {
	if t, ok := v.Const(); ok {
		return triOf(t != "")
	}
	all := true
	for _, a := range v.Alternatives() {
		all = all && (a.Prefix() != "" || a.Suffix() != "")
	}
	if all {
		return yes
	}
	return maybe
}

func compare(op string, p, q int64) tri {
	switch op {
	case "-eq":
		return triOf(p == q)
	case "-ne":
		return triOf(p != q)
	case "-le":
		return triOf(p <= q)
	case "-ge":
		return triOf(p >= q)
	case "-lt":
		return triOf(p < q)
	case "-gt":
		return triOf(p > q)
	}
	return maybe
}

func (m *machine) testUnary(op string, v value.Str) tri {
	switch op {
	case "-n":
		return nonEmpty(v)
	case "-z":
		return nonEmpty(v).not()
	case "-f", "-e", "-s", "-r", "-x":
		if p, ok := v.Const(); ok && op != "-x" {
			if f := m.vars[filePrefix+m.abs(p)]; f != nil && !f.unset && !f.val.Empty() && m.place.Certainty != "may" {
				return yes
			}
		}
	case "-v":
		m.subscripts(v)
		if n, ok := v.Const(); ok && validName(n) {
			if x := m.vars[n]; x != nil {
				return triOf(!x.unset)
			}
		}
	}
	return maybe
}

func (m *machine) testBinary(op string, a, b value.Str) tri {
	p, ok1 := a.Const()
	q, ok2 := b.Const()
	if !ok1 || !ok2 {
		return maybe
	}
	switch op {
	case "=", "==":
		return triOf(p == q)
	case "!=":
		return triOf(p != q)
	case "<", `\<`:
		return triOf(p < q)
	case ">", `\>`:
		return triOf(p > q)
	}
	x, err1 := strconv.ParseInt(strings.TrimSpace(p), 10, 64)
	y, err2 := strconv.ParseInt(strings.TrimSpace(q), 10, 64)
	if err1 != nil || err2 != nil {
		return maybe
	}
	return compare(op, x, y)
}

// testArgs evaluates [ ... ] and test ... (POSIX XCU test).
func (m *machine) testArgs(args []value.Str) tri {
	for i, a := range args { // -o binds weaker than -a
		if i > 0 && i < len(args)-1 && a.Is("-o") {
			return and(m.testArgs(args[:i]).not(), m.testArgs(args[i+1:]).not()).not()
		}
	}
	if i := slices.IndexFunc(args, func(v value.Str) bool { return v.Is("-a") }); i > 0 && i < len(args)-1 && len(args) > 3 {
		return and(m.testArgs(args[:i]), m.testArgs(args[i+1:]))
	}
	switch len(args) {
	case 0:
		return no
	case 1:
		return nonEmpty(args[0])
	case 2:
		if args[0].Is("!") {
			return m.testArgs(args[1:]).not()
		}
		op, _ := args[0].Const()
		return m.testUnary(op, args[1])
	case 3:
		if op, ok := args[1].Const(); ok {
			return m.testBinary(op, args[0], args[2])
		}
	}
	if args[0].Is("!") {
		return m.testArgs(args[1:]).not()
	}
	return maybe
}
