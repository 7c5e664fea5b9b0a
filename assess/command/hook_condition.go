package command

import (
	"strings"

	"sallyport/assess/value"
)

func init() {
	hooks["expression"] = func(e *eval) {
		words := e.operands
		if n := len(words); e.name == "[" || e.name == "[[" {
			if n > 0 && (words[n-1].Is("]") || words[n-1].Is("]]")) {
				words = words[:n-1]
			}
		}
		if rest, ok := disjunction(words); !ok || len(rest) > 0 {
			e.unknown("the condition %q is not understood", value.Join(words, " "))
		}
	}
}

// Operators of test that stand before one word, and between two.
var (
	unaryTests  = wordSet(`-a -b -c -d -e -f -g -G -h -k -L -n -N -o -O -p -r -R -s -S -t -u -v -w -x -z`)
	binaryTests = wordSet(`= == != =~ < > -eq -ne -lt -le -gt -ge -nt -ot -ef`)
)

// disjunction reads what stands between -o's, and returns the words after it. A word with holes may be anything.
func disjunction(w []value.Str) ([]value.Str, bool) {
	for first := true; ; first = false {
		if len(w) == 0 {
			return w, first
		}
		if w[0].Is("!") && len(w) > 1 {
			w = w[1:]
			first = true
			continue
		}
		var ok bool
		if w, ok = primary(w); !ok || len(w) == 0 {
			return w, ok
		}
		if !w[0].Is("-a") && !w[0].Is("-o") && !w[0].Is("&&") && !w[0].Is("||") {
			return w, true
		}
		w = w[1:]
	}
}

func primary(w []value.Str) ([]value.Str, bool) {
	op, _ := w[0].Const()
	second := ""
	if len(w) > 1 {
		second, _ = w[1].Const()
	}
	switch {
	case len(w) > 2 && binaryTests[second]:
		return w[3:], true
	case op == "(":
		rest, ok := disjunction(w[1:])
		if !ok || len(rest) == 0 || !rest[0].Is(")") {
			return rest, false
		}
		return rest[1:], true
	case unaryTests[op] && len(w) > 1:
		w = w[2:]
		for len(w) > 0 { // an operand that becomes several words
			if c, _ := w[0].Const(); strings.HasPrefix(c, "-") || oneOf(c, ")", "&&", "||") || binaryTests[c] {
				break
			}
			w = w[1:]
		}
		return w, true
	case binaryTests[op] && len(w) == 2: // the first operand is empty here
		return nil, true
	case len(w) > 2 && !w[1].Known():
		return w[3:], true
	case len(w) > 1 && !w[0].Known() && second != "-a" && second != "-o" && second != ")" && second != "&&" && second != "||":
		return w[2:], true
	case strings.HasPrefix(op, "-") && len(op) > 1 && !isNumber(op[1:]):
		return w, false
	}
	return w[1:], true
}
