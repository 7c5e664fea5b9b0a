package command

import (
	"fmt"
	"strconv"
	"strings"
)

// cond is a condition on the options and operands of one call: any of several conjunctions of atoms. nil always holds.
type cond [][]atom

type atom struct {
	not    bool
	option string // canonical or not: looked up in the spec
	value  string // of the option or operand, when hasVal
	hasVal bool
	count  int  // #N: number of operands; -1 when not a count
	more   bool // #N+
	nth    int  // @N: an operand, from 1
	bare   bool // no sub-command was given of the spec that says it
}

func parseCond(text string) (cond, error) {
	var c cond
	for _, alt := range strings.Split(text, "|") {
		var all []atom
		for _, t := range strings.Split(alt, "&") {
			a := atom{count: -1}
			t, a.not = strings.CutPrefix(t, "!")
			switch {
			case t == ".":
				a.bare = true
			case strings.HasPrefix(t, "#"):
				t, a.more = strings.CutSuffix(t[1:], "+")
				n, err := strconv.Atoi(t)
				if err != nil {
					return nil, fmt.Errorf("condition %q: %v", text, err)
				}
				a.count = n
			case strings.HasPrefix(t, "@"):
				n, v, _ := strings.Cut(t[1:], "=")
				i, err := strconv.Atoi(n)
				if err != nil {
					return nil, fmt.Errorf("condition %q: %v", text, err)
				}
				a.nth, a.value, a.hasVal = i, v, true
			case strings.HasPrefix(t, "-") || strings.HasPrefix(t, "+"):
				a.option, a.value, a.hasVal = strings.Cut(t, "=")
			default:
				return nil, fmt.Errorf("condition %q is not understood", text)
			}
			all = append(all, a)
		}
		c = append(c, all)
	}
	return c, nil
}

// holds reports whether the condition is true of e. An operand or value with holes equals no text.
func (c cond) holds(e *eval) bool {
	if c == nil {
		return true
	}
	for _, all := range c {
		ok := true
		for _, a := range all {
			ok = ok && a.holds(e) != a.not
		}
		if ok {
			return true
		}
	}
	return false
}

func (a atom) holds(e *eval) bool {
	switch {
	case a.bare:
		return e.at == nil || e.at == e.spec
	case a.count >= 0:
		return len(e.operands) == a.count || (a.more && len(e.operands) > a.count)
	case a.nth > 0:
		return len(e.operands) >= a.nth && e.operands[a.nth-1].Is(a.value)
	case a.hasVal:
		for _, v := range e.values(a.option) {
			if v.Is(a.value) {
				return true
			}
		}
		return false
	}
	return e.has(a.option)
}
