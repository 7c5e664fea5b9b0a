package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/value"
)

// arith computes an arithmetic expression. known is false when something in it is not known; assignments then make
// their variable unknown.
func (m *machine) arith(x syntax.ArithmExpr) (n int64, known bool) {
	if x == nil {
		return 0, true
	}
	if !m.spend(1) {
		return 0, false
	}
	switch x := x.(type) {
	case *syntax.Word:
		return m.arithWord(x, 0)
	case *syntax.ParenArithm:
		return m.arith(x.X)
	case *syntax.UnaryArithm:
		if x.Op == syntax.Inc || x.Op == syntax.Dec {
			old, ok := m.arith(x.X)
			next := old + 1
			if x.Op == syntax.Dec {
				next = old - 1
			}
			m.arithAssign(x.X, next, ok)
			if x.Post {
				return old, ok
			}
			return next, ok
		}
		n, ok := m.arith(x.X)
		switch x.Op {
		case syntax.Not:
			return truth(n == 0), ok
		case syntax.BitNegation:
			return ^n, ok
		case syntax.Minus:
			return -n, ok
		}
		return n, ok
	case *syntax.BinaryArithm:
		return m.arithBinary(x)
	}
	return 0, false
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (m *machine) arithWord(w *syntax.Word, depth int) (int64, bool) {
	if lit := w.Lit(); lit != "" {
		return m.arithText(lit, depth)
	}
	t, ok := m.word(w).Const()
	if !ok {
		return 0, false
	}
	return m.arithText(t, depth)
}

// arithText evaluates a number, a variable's name, or an expression that an expansion gave.
func (m *machine) arithText(t string, depth int) (int64, bool) {
	t = strings.TrimSpace(t)
	if t == "" {
		return 0, true
	}
	if c := t[0]; c >= '0' && c <= '9' {
		if n, ok := number(t); ok {
			return n, true
		}
	}
	if depth > 8 {
		return 0, false
	}
	if validName(t) {
		v, set, known := m.variableValue(t, nil)
		if !set && !known {
			return 0, false
		}
		s, ok := v.Const()
		if !ok {
			return 0, false
		}
		return m.arithText(s, depth+1)
	}
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	x, err := parser.Arithmetic(strings.NewReader(t))
	if err != nil {
		return 0, false
	}
	if w, ok := x.(*syntax.Word); ok {
		return m.arithWord(w, depth+1)
	}
	m.calls++
	defer func() { m.calls-- }()
	if m.calls > maxCalls {
		return 0, false
	}
	return m.arith(x)
}

func number(t string) (int64, bool) {
	if base, digits, ok := strings.Cut(t, "#"); ok {
		b, err := strconv.Atoi(base)
		if err != nil || b < 2 || b > 36 {
			return 0, false
		}
		n, err := strconv.ParseInt(digits, b, 64)
		return n, err == nil
	}
	if strings.HasPrefix(t, "0x") || strings.HasPrefix(t, "0X") {
		n, err := strconv.ParseUint(t[2:], 16, 64)
		return int64(n), err == nil
	}
	if len(t) > 1 && t[0] == '0' {
		n, err := strconv.ParseInt(t[1:], 8, 64)
		return n, err == nil
	}
	n, err := strconv.ParseInt(t, 10, 64)
	return n, err == nil
}

// arithAssign stores a number in a variable or an array's element.
func (m *machine) arithAssign(to syntax.ArithmExpr, n int64, known bool) {
	val := value.Of(value.Hole{Name: "a number", Taint: value.Derived})
	if known {
		val = value.Lit(strconv.FormatInt(n, 10))
	}
	w, ok := to.(*syntax.Word)
	if !ok {
		return
	}
	if name := w.Lit(); validName(name) {
		m.set(name, val)
		return
	}
	if len(w.Parts) == 1 {
		if p, ok := w.Parts[0].(*syntax.ParamExp); ok && p.Param != nil && p.Index != nil {
			m.setElement(p.Param.Value, p.Index, val, false)
		}
	}
}

func (m *machine) arithBinary(x *syntax.BinaryArithm) (int64, bool) {
	switch x.Op {
	case syntax.Assgn:
		n, ok := m.arith(x.Y)
		m.arithAssign(x.X, n, ok)
		return n, ok
	case syntax.TernQuest:
		c, ok := m.arith(x.X)
		b, isB := x.Y.(*syntax.BinaryArithm)
		if !isB || b.Op != syntax.TernColon {
			return 0, false
		}
		if !ok {
			m.arith(b.X)
			m.arith(b.Y)
			return 0, false
		}
		if c != 0 {
			return m.arith(b.X)
		}
		return m.arith(b.Y)
	case syntax.AndArit, syntax.OrArit:
		a, ok := m.arith(x.X)
		if ok && (a != 0) == (x.Op == syntax.OrArit) {
			return truth(a != 0), true
		}
		b, ok2 := m.arith(x.Y)
		return truth(b != 0), ok && ok2
	}
	a, ok1 := m.arith(x.X)
	b, ok2 := m.arith(x.Y)
	known := ok1 && ok2
	var n int64
	switch x.Op {
	case syntax.Add, syntax.AddAssgn:
		n = a + b
	case syntax.Sub, syntax.SubAssgn:
		n = a - b
	case syntax.Mul, syntax.MulAssgn:
		n = a * b
	case syntax.Quo, syntax.QuoAssgn, syntax.Rem, syntax.RemAssgn:
		switch {
		case b == 0:
			known = false
		case b == -1: // avoids the overflow of the smallest number
			if x.Op == syntax.Quo || x.Op == syntax.QuoAssgn {
				n = -a
			}
		case x.Op == syntax.Quo || x.Op == syntax.QuoAssgn:
			n = a / b
		default:
			n = a % b
		}
	case syntax.Pow, syntax.PowAssgn:
		n = 1
		if b < 0 || b > 64 {
			known = false
			break
		}
		for range b {
			n *= a
		}
	case syntax.Eql:
		n = truth(a == b)
	case syntax.Neq:
		n = truth(a != b)
	case syntax.Gtr:
		n = truth(a > b)
	case syntax.Lss:
		n = truth(a < b)
	case syntax.Geq:
		n = truth(a >= b)
	case syntax.Leq:
		n = truth(a <= b)
	case syntax.And, syntax.AndAssgn:
		n = a & b
	case syntax.Or, syntax.OrAssgn:
		n = a | b
	case syntax.Xor, syntax.XorAssgn:
		n = a ^ b
	case syntax.Shl, syntax.ShlAssgn:
		n = a << (uint64(b) & 63)
	case syntax.Shr, syntax.ShrAssgn:
		n = a >> (uint64(b) & 63)
	case syntax.Comma:
		return b, ok2
	default:
		known = false
	}
	switch x.Op {
	case syntax.AddAssgn, syntax.SubAssgn, syntax.MulAssgn, syntax.QuoAssgn, syntax.RemAssgn, syntax.PowAssgn,
		syntax.AndAssgn, syntax.OrAssgn, syntax.XorAssgn, syntax.ShlAssgn, syntax.ShrAssgn:
		m.arithAssign(x.X, n, known)
	}
	return n, known
}
