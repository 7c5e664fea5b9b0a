package signal

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Trying an expression on a line costs microseconds, looking for a few bytes in it nanoseconds, and nearly no line matches. So
// every expression is asked once which texts a match cannot do without; a line that holds none of them is not tried.

// pattern is an expression with what every match holds: of each of needs one text, in small letters. Without any it is always
// tried.
type pattern struct {
	*regexp.Regexp
	needs [][][]byte
}

// Looking for more texts than this costs as much as trying.
const (
	maxNeeds = 60 // of one kind
	maxKinds = 4
)

func newPattern(expr string) pattern {
	p := pattern{Regexp: regexp.MustCompile(expr)}
	if tree, err := syntax.Parse(expr, syntax.Perl); err == nil {
		for _, kind := range required(tree) {
			p.needs = append(p.needs, hints(kind...))
		}
	}
	return p
}

// may tells whether a line could match; lower is the line in small letters.
func (p *pattern) may(lower []byte) bool {
	for _, kind := range p.needs {
		if !hasAny(lower, kind) {
			return false
		}
	}
	return true
}

// lowered appends a line in small letters to buf. Letters outside of ASCII stay: no expression here folds those.
func lowered(buf, text []byte) []byte {
	for _, c := range text {
		if isUpper(c) {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}

// required returns sets of texts of each of which one is in every match, the most telling set first.
func required(re *syntax.Regexp) (sets [][]string) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if r >= 0x80 {
				return nil
			}
		}
		return [][]string{{strings.ToLower(string(re.Rune))}}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			of := required(sub)
			if of == nil {
				return nil
			}
			all = append(all, of[0]...)
		}
		if all = shortest(all); len(all) <= maxNeeds {
			return [][]string{all}
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			sets = append(sets, required(sub)...)
		}
		slices.SortStableFunc(sets, func(a, b []string) int { return worth(b) - worth(a) })
		return sets[:min(len(sets), maxKinds)]
	}
	return nil
}

// shortest leaves out texts that hold another of the list.
func shortest(list []string) []string {
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	var out []string
	for _, text := range list {
		if !slices.ContainsFunc(out, func(short string) bool { return strings.Contains(text, short) }) {
			out = append(out, text)
		}
	}
	return out
}

// worth is how well a set keeps lines out: by its shortest text, and then by how few they are.
func worth(set []string) int { return min(len(set[0]), 6)*100 - len(set) }
