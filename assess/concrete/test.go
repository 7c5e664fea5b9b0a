package concrete

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// test computes a test of texts and numbers. What looks at files, or has more than one comparison, is not known.
func test(args []string) status {
	for _, a := range args {
		if strings.Contains(a, Token) {
			return unknown
		}
	}
	switch len(args) {
	case 1:
		return statusOf(args[0] != "")
	case 2:
		switch args[0] {
		case "-z":
			return statusOf(args[1] == "")
		case "-n":
			return statusOf(args[1] != "")
		case "!":
			return statusOf(args[1] == "")
		}
	case 3:
		switch args[1] {
		case "=", "==":
			return statusOf(args[0] == args[2])
		case "!=":
			return statusOf(args[0] != args[2])
		}
		a, err1 := strconv.Atoi(args[0])
		b, err2 := strconv.Atoi(args[2])
		if err1 != nil || err2 != nil {
			return unknown
		}
		switch args[1] {
		case "-eq":
			return statusOf(a == b)
		case "-ne":
			return statusOf(a != b)
		case "-lt":
			return statusOf(a < b)
		case "-le":
			return statusOf(a <= b)
		case "-gt":
			return statusOf(a > b)
		case "-ge":
			return statusOf(a >= b)
		}
	}
	return unknown
}

// bracket computes a test in double brackets: comparisons with plain texts only, since the rest are patterns.
func (r *reader) bracket(x syntax.TestExpr) status {
	switch x := x.(type) {
	case *syntax.ParenTest:
		return r.bracket(x.X)
	case *syntax.UnaryTest:
		w, ok := x.X.(*syntax.Word)
		if x.Op == syntax.TsNot {
			return r.bracket(x.X).not()
		}
		if !ok {
			return unknown
		}
		t, ok := r.literal(w)
		if !ok {
			return unknown
		}
		switch x.Op {
		case syntax.TsEmpStr:
			return test([]string{"-z", t})
		case syntax.TsNempStr:
			return test([]string{"-n", t})
		}
	case *syntax.BinaryTest:
		a, ok1 := x.X.(*syntax.Word)
		b, ok2 := x.Y.(*syntax.Word)
		if !ok1 || !ok2 {
			return unknown
		}
		s, ok1 := r.literal(a)
		t, ok2 := r.literal(b)
		if !ok1 || !ok2 || strings.ContainsAny(t, `*?[\(+@!|`) {
			return unknown
		}
		switch x.Op {
		case syntax.TsMatch, syntax.TsMatchShort:
			return test([]string{s, "=", t})
		case syntax.TsNoMatch:
			return test([]string{s, "!=", t})
		case syntax.TsEql, syntax.TsNeq, syntax.TsLss, syntax.TsLeq, syntax.TsGtr, syntax.TsGeq:
			return test([]string{s, x.Op.String(), t})
		}
	}
	return unknown
}
