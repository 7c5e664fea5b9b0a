package foreign

import (
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// awkLang reads awk's tokens. Values are put together by writing them side by side.
var awkLang = &language{name: "awk", comments: []string{"#"}, assign: "=", backtick: text, slashRegex: true}

var awkKnown = set(`print printf length substr split gsub sub gensub match index tolower toupper sprintf int rand srand sqrt exp log sin cos atan2 close fflush strftime systime mktime getline system delete next nextfile exit return
	if else while for do break continue in function func BEGIN END asort asorti strtonum and or xor lshift rshift compl toupper patsplit typeof isarray switch case default BEGINFILE ENDFILE length(x) bindtextdomain dcgettext`)

// awk says what an awk program does besides printing: system(), pipes, files that it reads and writes, network files.
func awk(res *command.Result, program value.Str, args []value.Str, ctx command.Context) {
	w := &walker{lang: awkLang, toks: awkLang.tokens(printable(program, res, "awk")), vars: map[string]arg{}, defined: map[string]bool{}, res: res, args: args, ctx: ctx}
	w.define()
	for i := 0; i < len(w.toks); i++ {
		t := w.toks[i]
		next := func(k int) token {
			if i+k < len(w.toks) {
				return w.toks[i+k]
			}
			return token{kind: end}
		}
		switch {
		case t.kind == word && next(1).kind == punct && next(1).text == "=" && next(2).text != "=":
			v, _ := w.awkValue(i + 2)
			w.vars[t.text] = arg{str: v}
		case t.kind == word && t.text == "system" && next(1).text == "(":
			v, _ := w.awkValue(i + 2)
			w.shell(v, "")
		case t.kind == word && (t.text == "print" || t.text == "printf"):
			i = w.awkPrint(i + 1)
		case t.kind == punct && (t.text == "|") && (next(1).text == "getline" || next(1).text == "&" && next(2).text == "getline"):
			w.awkRun(w.awkBefore(i), next(1).text == "&")
		case t.kind == word && t.text == "getline":
			k := i + 1
			if k < len(w.toks) && w.toks[k].kind == word && !awkKnown[w.toks[k].text] {
				k++
			}
			if k < len(w.toks) && w.toks[k].text == "<" {
				v, _ := w.awkOperand(k + 1)
				w.awkFile(v, true)
			}
		case t.kind == word && next(1).kind == punct && next(1).text == "(" && !awkKnown[t.text] && !w.defined[t.text] && t.text != "_hole_":
			w.unknown("the call of " + t.text + " in the awk program is not understood")
		case t.kind == punct && t.text == "@":
			if next(1).text == "include" || next(1).text == "load" {
				w.unknown("the awk program loads other code")
			} else {
				w.unknown("the awk program calls a function by a name that it builds")
			}
		}
	}
}

// awkPrint reads the arguments of print up to the end of the statement and its redirection.
func (w *walker) awkPrint(i int) int {
	depth := 0
	for ; i < len(w.toks); i++ {
		t := w.toks[i]
		if t.kind == end {
			return i - 1
		}
		if t.kind != punct {
			continue
		}
		switch t.text {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		case "}":
			if depth <= 0 {
				return i - 1
			}
		case ">", ">>":
			if depth == 0 {
				v, next := w.awkValue(i + 1)
				w.awkFile(v, false)
				return next - 1
			}
		case "|":
			if depth == 0 {
				k := i + 1
				both := k < len(w.toks) && w.toks[k].text == "&"
				if both {
					k++
				}
				v, next := w.awkValue(k)
				w.awkRun(v, both)
				return max(next-1, i)
			}
		}
	}
	return i
}

func (w *walker) awkFile(v value.Str, read bool) {
	switch {
	case w.awkNet(v):
	case v.Is("/dev/stderr") || v.Is("/dev/stdout") || v.Is("-") || v.Is("/dev/null") || v.Is("/dev/stdin") || v.Is("/dev/tty"):
	case read:
		w.read(v)
	default:
		w.effect(sallyport.EffectWrite, v, "")
		w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.Stdin}, To: command.End{Kind: command.File, Target: v}})
	}
}

func (w *walker) awkRun(v value.Str, both bool) {
	if both && w.awkNet(v) {
		return
	}
	w.shell(v, "")
}

// awkNet recognises gawk's /inet/tcp/local/host/port.
func (w *walker) awkNet(v value.Str) bool {
	if !v.HasPrefix("/inet") {
		return false
	}
	p := v.Split("/")
	if len(p) < 6 {
		w.unknown("a network file of the awk program is not known: " + v.String())
		return true
	}
	if p[4].Is("0") && p[5].Is("0") {
		w.effect(sallyport.EffectListen, p[3], "")
		return true
	}
	w.effect(sallyport.EffectConnect, value.Concat(p[4], value.Lit(":"), p[5]), "")
	w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.Net, Target: p[4]}, To: command.End{Kind: command.Stdout}})
	return true
}

// awkValue joins operands that stand side by side.
func (w *walker) awkValue(i int) (value.Str, int) {
	var out []value.Str
	for i < len(w.toks) {
		t := w.toks[i]
		if t.kind == end || t.kind == punct && t.text != "(" && t.text != "$" || t.kind == word && (t.text == "getline" || t.text == "in") {
			break
		}
		v, next := w.awkOperand(i)
		out = append(out, v)
		i = max(next, i+1)
	}
	return value.Concat(out...), i
}

func (w *walker) awkOperand(i int) (value.Str, int) {
	if i >= len(w.toks) {
		return value.Str{}, i
	}
	if w.depth++; w.depth > maxDepth {
		w.depth--
		w.unknown("the awk program is nested too deeply to follow")
		return value.Str{}, len(w.toks)
	}
	defer func() { w.depth-- }()
	t := w.toks[i]
	switch {
	case t.kind == text || t.kind == number:
		return value.Lit(t.text), i + 1
	case t.kind == punct && t.text == "(":
		v, next := w.awkValue(i + 1)
		for next < len(w.toks) && w.toks[next].text != ")" {
			next++
		}
		return v, next + 1
	case t.kind == punct && t.text == "$":
		_, next := w.awkOperand(i + 1)
		return value.Of(value.Hole{Name: "field of the input", Taint: value.Input, Why: "the text comes from the input of awk"}), next
	case t.kind == word:
		if v, ok := w.vars[t.text]; ok && (i+1 >= len(w.toks) || w.toks[i+1].text != "(") {
			return v.str, i + 1
		}
		next := i + 1
		if next < len(w.toks) && (w.toks[next].text == "(" || w.toks[next].text == "[") {
			depth := 0
			for ; next < len(w.toks); next++ {
				if s := w.toks[next].text; w.toks[next].kind == punct && (s == "(" || s == "[") {
					depth++
				} else if w.toks[next].kind == punct && (s == ")" || s == "]") {
					if depth--; depth == 0 {
						next++
						break
					}
				}
			}
		}
		return value.Of(value.Hole{Name: t.text, Why: "a variable of the awk program"}), next
	}
	return value.Str{}, i + 1
}

// awkBefore returns the value that ends just before i: the command of cmd | getline.
func (w *walker) awkBefore(i int) value.Str {
	j := i
	for j > 0 {
		t := w.toks[j-1]
		if t.kind == end || t.kind == punct && t.text != ")" && t.text != "(" && t.text != "$" {
			break
		}
		j--
	}
	for j < i && w.toks[j].kind == punct && w.toks[j].text == "(" {
		j++
	}
	for j < i && w.toks[j].kind == word && strings.Contains(" while if ", " "+w.toks[j].text+" ") {
		j++
		for j < i && w.toks[j].text == "(" {
			j++
		}
	}
	v, _ := w.awkValue(j)
	return v
}
