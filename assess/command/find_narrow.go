package command

import "sallyport/assess/value"

// narrowed is what the tests of a find expression, so far and all together, let through.
type narrowed struct {
	name  value.Str // the last -name
	named bool
	files bool // -type that is not d, or ! -type d: directories stay
	empty bool // -empty
}

// search follows the precedence of find's operators (find(1), OPERATORS): tests in a row must all hold, -o begins again with what held
// before its parenthesis, and a closed parenthesis lets through what any of its alternatives does.
type search struct {
	narrowed
	outer []narrowed   // at each open parenthesis, and at the start
	alts  [][]narrowed // the alternatives before the current one, for each of outer
	nots  []bool       // whether the parenthesis was negated
}

func newSearch() *search {
	return &search{outer: []narrowed{{}}, alts: [][]narrowed{nil}, nots: []bool{false}}
}

// or begins another alternative. A comma does the same: what is after it runs whatever was before.
func (s *search) or() {
	top := len(s.outer) - 1
	s.alts[top] = append(s.alts[top], s.narrowed)
	s.narrowed = s.outer[top]
}

func (s *search) open(negated bool) {
	s.outer, s.alts, s.nots = append(s.outer, s.narrowed), append(s.alts, nil), append(s.nots, negated)
}

func (s *search) close() {
	top := len(s.outer) - 1
	if top == 0 { // find says that there is nothing to close
		return
	}
	all, outer, not := append(s.alts[top], s.narrowed), s.outer[top], s.nots[top]
	s.outer, s.alts, s.nots = s.outer[:top], s.alts[:top], s.nots[:top]
	if not {
		s.narrowed = outer
		return
	}
	out := all[0]
	for _, a := range all[1:] {
		out.files, out.empty = out.files && a.files, out.empty && a.empty
		if out.named = out.named && a.named; out.named {
			out.name = value.OneOf(out.name, a.name)
		} else {
			out.name = value.Str{}
		}
	}
	s.narrowed = out
}
