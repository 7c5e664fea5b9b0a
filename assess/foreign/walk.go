package foreign

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Limits of one program.
const (
	maxTokens = 50_000
	maxDepth  = 40
)

// walker goes through the tokens of a program once, keeps the last known value of each variable and records what calls do.
type walker struct {
	lang    *language
	toks    []token
	vars    map[string]arg
	defined map[string]bool // functions of the program itself
	res     *command.Result
	args    []value.Str
	ctx     command.Context
	host    value.Str // of the last address that was built apart from its connect
	depth   int
	steps   int
	printed *[]value.Str // what the program prints, in order; shared with the walkers of texts that it evaluates
}

// arg is one argument of a call: a string, or a list of them.
type arg struct {
	str    value.Str
	list   []arg
	isList bool
	name   string // keyword
	module string // the module that an expression such as __import__("os") stands for
}

func (w *walker) hole(name, why string) value.Str { return value.Unknown(name, why) }

// block walks toks[i:] up to a closing token or the end, and returns the index after it.
func (w *walker) block(i int, closing string) int {
	for i < len(w.toks) {
		if w.steps++; w.steps > 4*maxTokens {
			w.unknown("the program is too long to follow")
			return len(w.toks)
		}
		t := w.toks[i]
		if closing != "" && t.kind == punct && t.text == closing {
			return i + 1
		}
		switch {
		case t.kind == word && w.multiple(&i):
		case t.kind == word && w.assignment(i):
			name := t.text
			if strings.Contains(" my our local var let const ", " "+name+" ") {
				i++
				continue
			}
			v, next := w.expr(i + 2)
			if w.toks[i+1].text == w.lang.assign {
				w.vars[name] = v
			} else {
				old := w.vars[name].str
				w.vars[name] = arg{str: value.Concat(old, v.str)}
			}
			i = max(next, i+3)
		case t.kind == word, t.kind == text, t.kind == shell, t.kind == number, t.kind == punct && (t.text == "(" || t.text == "[" || t.text == "{"):
			_, next := w.expr(i)
			i = max(next, i+1)
		case t.kind == regex:
			w.regex(t)
			i++
		default:
			i++
		}
	}
	return i
}

// multiple is a, b = x, y: every name gets its value.
func (w *walker) multiple(i *int) bool {
	var names []string
	k := *i
	for k+1 < len(w.toks) && w.toks[k].kind == word && w.toks[k+1].kind == punct && w.toks[k+1].text == "," {
		names = append(names, w.toks[k].text)
		k += 2
	}
	if len(names) == 0 || k+1 >= len(w.toks) || w.toks[k].kind != word || w.toks[k+1].text != w.lang.assign {
		return false
	}
	names = append(names, w.toks[k].text)
	k += 2
	for n, name := range names {
		v, next := w.expr(k)
		w.vars[name] = v
		if k = max(next, k+1); k < len(w.toks) && w.toks[k].text == "," && n < len(names)-1 {
			k++
		} else {
			break
		}
	}
	*i = k
	return true
}

func (w *walker) assignment(i int) bool {
	if i+2 >= len(w.toks) || w.toks[i+1].kind != punct {
		return false
	}
	op := w.toks[i+1].text
	return op == w.lang.assign || op == "+=" || op == ".="
}

func (w *walker) regex(t token) {
	if strings.HasPrefix(t.flags, "=") && strings.Contains(t.flags, "e") {
		sub := &walker{lang: w.lang, toks: w.lang.tokens(t.text), vars: w.vars, defined: w.defined, res: w.res, args: w.args, ctx: w.ctx, depth: w.depth + 1}
		if w.depth < maxDepth {
			sub.block(0, "")
		}
	}
	if strings.Contains(t.text, "(?{") {
		w.unknown("a pattern in the program runs code")
	}
}

// expr evaluates one expression at i: operands joined by the concatenation operator. Anything else makes it a hole.
func (w *walker) expr(i int) (arg, int) {
	if w.depth++; w.depth > maxDepth {
		w.depth--
		w.unknown("the program is nested too deeply to follow")
		return arg{str: w.hole("value", "")}, len(w.toks)
	}
	defer func() { w.depth-- }()
	v, i := w.operand(i)
	for i < len(w.toks) {
		t := w.toks[i]
		if t.kind != punct {
			break
		}
		switch {
		case isConcat(w.lang, t.text):
			r, next := w.operand(i + 1)
			v = arg{str: value.Concat(v.str, r.str), list: append(append([]arg{}, v.list...), r.list...), isList: v.isList && r.isList}
			i = next
		case t.text == "%" && w.lang.name == "python":
			r, next := w.operand(i + 1)
			v, i = arg{str: formatted(v.str, r)}, next
		case strings.Contains(" == != < > <= >= && || * - / & | ^ ? =~ => ", " "+t.text+" ") && !(t.text == "=>" || t.text == "?"):
			_, next := w.operand(i + 1)
			v, i = arg{str: w.hole("result", "")}, next
		default:
			return v, i
		}
	}
	return v, i
}

func isConcat(l *language, op string) bool {
	for _, c := range l.concat {
		if c == op {
			return true
		}
	}
	return false
}

// formatted fills %s and %d in.
func formatted(format value.Str, a arg) value.Str {
	f, ok := format.Const()
	if !ok {
		return value.Concat(format, a.str)
	}
	list := a.list
	if !a.isList {
		list = []arg{a}
	}
	var out []value.Str
	for {
		i := strings.Index(f, "%")
		if i < 0 || i+1 >= len(f) {
			break
		}
		out = append(out, value.Lit(f[:i]))
		switch {
		case f[i+1] == '%':
			out = append(out, value.Lit("%"))
		case len(list) > 0:
			out, list = append(out, list[0].str), list[1:]
		default:
			out = append(out, value.Unknown("value", ""))
		}
		f = f[i+2:]
	}
	return value.Concat(append(out, value.Lit(f))...)
}

func (w *walker) operand(i int) (arg, int) {
	if i >= len(w.toks) {
		return arg{}, i
	}
	if w.steps++; w.steps > 8*maxTokens {
		w.unknown("the program is too long to follow")
		return arg{}, len(w.toks)
	}
	t := w.toks[i]
	var v arg
	switch t.kind {
	case text:
		v, i = arg{str: w.interpolated(t)}, i+1
		for i < len(w.toks) && w.toks[i].kind == text && w.lang.prefixes { // "a" "b"
			v.str = value.Concat(v.str, w.interpolated(w.toks[i]))
			i++
		}
	case shell:
		s := w.interpolated(t)
		w.shell(s, "a command in backticks")
		v, i = arg{str: value.Of(value.Hole{Name: "output of a command", Taint: value.Output})}, i+1
	case number:
		v, i = arg{str: value.Lit(t.text)}, i+1
	case regex:
		w.regex(t)
		return arg{str: w.hole("pattern", "")}, i + 1
	case end:
		return arg{}, i
	case word:
		v, i = w.named(i)
	default:
		switch t.text {
		case "(", "[":
			closing := ")"
			if t.text == "[" {
				closing = "]"
			}
			list, next := w.list(i+1, closing)
			i = next
			if len(list) == 1 && t.text == "(" {
				v = list[0]
			} else {
				v = arg{list: list, isList: true, str: w.hole("list", "")}
			}
		case "{":
			i = w.block(i+1, "}")
			v = arg{str: w.hole("value", "")}
		case "-", "!", "~", "\\", "&", "*", "+", "$", "@":
			r, next := w.operand(i + 1)
			if t.text == "\\" || t.text == "*" || t.text == "+" || t.text == "&" {
				return r, next
			}
			return arg{str: w.hole("value", "")}, next
		case ")", "]", "}", ",", "=", ":":
			return arg{}, i + 1
		default:
			return arg{}, i + 1
		}
	}
	return w.postfix(v, i)
}

// list reads comma-separated expressions up to closing.
func (w *walker) list(i int, closing string) ([]arg, int) {
	var out []arg
	for i < len(w.toks) {
		t := w.toks[i]
		if t.kind == punct && t.text == closing {
			return out, i + 1
		}
		if t.kind == end || t.kind == punct && (t.text == "," || t.text == "=>") {
			i++
			continue
		}
		name := ""
		if t.kind == word && i+1 < len(w.toks) && w.toks[i+1].kind == word && strings.Contains(" my our local new ", " "+t.text+" ") {
			i++
			continue
		}
		if t.kind == word && (t.text == "PeerAddr" || t.text == "PeerPort" || t.text == "PeerHost" || t.text == "LocalPort") && i+1 < len(w.toks) && w.toks[i+1].text == "," {
			name = t.text
			i += 2
		}
		if (t.kind == word || t.kind == text) && i+1 < len(w.toks) && w.toks[i+1].kind == punct && (w.toks[i+1].text == "=" || w.toks[i+1].text == "=>" || w.toks[i+1].text == ":" && w.lang.name != "python") {
			name = t.text
			i += 2
		}
		v, next := w.expr(i)
		v.name = name
		out = append(out, v)
		i = max(next, i+1)
		if len(out) > 4096 {
			break
		}
	}
	return out, i
}

// interpolated puts known variables into a string.
func (w *walker) interpolated(t token) value.Str {
	if !t.interp {
		return value.Lit(t.text)
	}
	var out []value.Str
	s := t.text
	for s != "" {
		i := strings.IndexAny(s, "$#{@")
		if i < 0 || i+1 >= len(s) {
			break
		}
		open := strings.HasPrefix(s[i:], "#{") || strings.HasPrefix(s[i:], "${") || s[i] == '{' && (w.lang.name == "python" || w.lang.name == "php")
		switch {
		case open:
			from := i + strings.IndexByte(s[i:], '{') + 1
			j := strings.IndexByte(s[from:], '}')
			if j < 0 {
				return value.Concat(append(out, value.Lit(s))...)
			}
			code := s[from : from+j]
			out = append(out, value.Lit(s[:i]))
			if w.lang.perl || w.lang.name == "php" {
				code = "$" + strings.TrimPrefix(code, "$")
			}
			sub := &walker{lang: w.lang, toks: w.lang.tokens(code), vars: w.vars, defined: w.defined, res: w.res, args: w.args, ctx: w.ctx, depth: w.depth + 1}
			v := arg{str: w.hole("value", "")}
			if sub.depth < maxDepth && len(sub.toks) > 0 {
				v, _ = sub.expr(0)
			}
			out = append(out, v.str)
			s = s[from+j+1:]
		case (s[i] == '$' || s[i] == '@') && isWordByte(s[i+1]) && w.lang.sigils != "" && w.lang.name != "ruby":
			j := i + 1
			for j < len(s) && isWordByte(s[j]) {
				j++
			}
			out = append(out, value.Lit(s[:i]))
			if v, ok := w.vars[s[i:j]]; ok {
				out = append(out, v.str)
			} else {
				out = append(out, w.hole(s[i:j], "a variable of the program"))
			}
			s = s[j:]
		default:
			out = append(out, value.Lit(s[:i+1]))
			s = s[i+1:]
		}
	}
	return value.Concat(append(out, value.Lit(s))...)
}

// named evaluates a word: a variable, a call, a keyword.
func (w *walker) named(i int) (arg, int) {
	name := w.toks[i].text
	next := i + 1
	if strings.Contains(" my our local var let const return print puts echo await ", " "+name+" ") {
		if next < len(w.toks) && w.toks[next].kind == word && w.assignment(next) {
			v, after := w.expr(next + 2)
			w.vars[w.toks[next].text] = v
			return v, after
		}
	}
	if name == "new" && next < len(w.toks) && w.toks[next].kind == word {
		return w.named(next)
	}
	if strings.Contains(" def sub function func class fn ", " "+name+" ") && next < len(w.toks) && w.toks[next].kind == word {
		w.defined[w.toks[next].text] = true
		return arg{}, next + 1
	}
	if strings.Contains(" import use from require require_once include ", " "+name+" ") && w.imports(&next) {
		return arg{}, next
	}
	if next < len(w.toks) && w.toks[next].kind == punct && w.toks[next].text == "(" {
		args, after := w.list(next+1, ")")
		return w.call(name, args), after
	}
	v, isVar := w.vars[name]
	if isVar {
		return v, next
	}
	if w.lang.barewords && next < len(w.toks) && w.startsArgument(next) {
		if a := w.lookup(name); a != "" || w.defined[name] || next < len(w.toks) && (w.toks[next].kind == text || w.toks[next].kind == shell) {
			args, after := w.bareArgs(next)
			return w.call(name, args), after
		}
	}
	if a := w.lookup(name); a == environ || a == readInput {
		return w.call(name, nil), next
	}
	switch name {
	case "ARGV", "sys.argv", "argv", "process.argv", "$argv", "@ARGV", "$ARGV", "$1", "arg":
		l := make([]arg, len(w.args))
		for k, a := range w.args {
			l[k] = arg{str: a}
		}
		return arg{list: l, isList: true, str: value.Of(value.Hole{Name: "arguments", Taint: value.Input})}, next
	}
	if strings.HasPrefix(name, "os.environ") || name == "ENV" || name == "$ENV" || name == "process.env" || strings.HasPrefix(name, "process.env.") {
		return arg{str: value.Of(value.Hole{Name: "environment", Taint: value.Env})}, next
	}
	return arg{str: value.Unknown(name, "a variable of the program")}, next
}

// imports skips the names that an import lists. They run nothing of their own, except a path.
func (w *walker) imports(next *int) bool {
	name := w.toks[*next-1].text
	if (name == "require" || name == "include" || name == "require_once") && w.lang.name != "perl" {
		return false
	}
	for *next < len(w.toks) && w.toks[*next].kind != end {
		if w.toks[*next].kind == punct && w.toks[*next].text == "(" && w.lang.name == "javascript" {
			return false
		}
		*next++
	}
	return true
}

func (w *walker) startsArgument(i int) bool {
	t := w.toks[i]
	switch t.kind {
	case text, number, shell:
		return true
	case word:
		return !strings.Contains(" if unless and or not while until for foreach do then x eq ne lt gt cmp rescue end in is else ", " "+t.text+" ")
	case punct:
		return t.text == "[" && w.lang.name != "lua" || t.text == "{" && false || t.text == "<" && w.lang.perl || t.text == "\\"
	}
	return false
}

// bareArgs reads the arguments of a call without parentheses: to the end of the statement.
func (w *walker) bareArgs(i int) ([]arg, int) {
	var out []arg
	for i < len(w.toks) {
		t := w.toks[i]
		if t.kind == end || t.kind == punct && (t.text == "}" || t.text == ")" || t.text == "]" || t.text == "||" || t.text == "&&") || t.kind == word && strings.Contains(" or and if unless while until for foreach rescue do then ", " "+t.text+" ") {
			break
		}
		if t.kind == punct && (t.text == "," || t.text == "=>") {
			i++
			continue
		}
		v, next := w.expr(i)
		out = append(out, v)
		i = max(next, i+1)
	}
	return out, i
}

// postfix follows .method(...) and [index] after a value.
func (w *walker) postfix(v arg, i int) (arg, int) {
	for i < len(w.toks) {
		t := w.toks[i]
		switch {
		case t.kind == punct && (t.text == "." || t.text == "->") && i+1 < len(w.toks) && w.toks[i+1].kind == word && !isConcat(w.lang, t.text):
			v, i = w.method(v, i+1)
		case t.kind == punct && t.text == "[":
			list, next := w.list(i+1, "]")
			if len(list) == 0 && i+4 < len(w.toks) && w.toks[i+1].text == ":" { // [::-1]
				list = nil
			}
			v, i = w.index(v, i, list), next
		case t.kind == punct && t.text == "(" && w.lang.name != "lua" && i > 0 && (w.toks[i-1].kind == punct && (w.toks[i-1].text == ")" || w.toks[i-1].text == "]")):
			_, i = w.list(i+1, ")")
			v = arg{str: w.hole("value", "")}
		default:
			return v, i
		}
	}
	return v, i
}

func (w *walker) index(v arg, i int, list []arg) arg {
	var raw []string
	for k := i + 1; k < len(w.toks) && w.toks[k].text != "]"; k++ {
		raw = append(raw, w.toks[k].text)
	}
	if s := strings.Join(raw, ""); s == "::-1" {
		return arg{str: v.str.Map("reversed text", reverse)}
	}
	if len(list) == 1 && v.isList {
		if c, ok := list[0].str.Const(); ok && len(c) > 0 && c[0] >= '0' && c[0] <= '9' {
			n := 0
			for _, d := range c {
				n = n*10 + int(d-'0')
			}
			if n < len(v.list) {
				return v.list[n]
			}
		}
	}
	t, from := v.str.Taint()
	return arg{str: value.Of(value.Hole{Name: "part of a value", Taint: t, From: from})}
}

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// method evaluates value.method(args).
func (w *walker) method(v arg, i int) (arg, int) {
	name := w.toks[i].text
	next := i + 1
	var args []arg
	if next < len(w.toks) && w.toks[next].kind == punct && w.toks[next].text == "(" {
		args, next = w.list(next+1, ")")
	}
	short := name[strings.LastIndexAny(name, ".:>")+1:]
	switch short {
	case "decode", "encode", "strip", "rstrip", "lstrip", "trim", "chomp", "to_s", "toString", "str", "freeze":
		if len(args) == 1 {
			if c, ok := args[0].str.Const(); ok && (c == "hex" || c == "base64" || c == "rot13" || c == "rot_13") {
				return arg{str: v.str.Map("decoded text", func(s string) string { return decoded(c, s) })}, next
			}
		}
		return v, next
	case "reverse":
		return arg{str: v.str.Map("reversed text", reverse)}, next
	case "join":
		if args != nil && len(args) == 1 && args[0].isList && !v.isList {
			return arg{str: joined(args[0].list, v.str)}, next
		}
		if v.isList {
			sep := value.Str{}
			if len(args) > 0 {
				sep = args[0].str
			}
			return arg{str: joined(v.list, sep)}, next
		}
	case "replace":
		if len(args) == 2 {
			a, ok1 := args[0].str.Const()
			b, ok2 := args[1].str.Const()
			if ok1 && ok2 {
				return arg{str: v.str.Map("text", func(s string) string { return strings.ReplaceAll(s, a, b) })}, next
			}
		}
	case "format":
		return arg{str: value.Concat(v.str, w.hole("values", ""))}, next
	case "split":
		if c, ok := v.str.Const(); ok && len(args) == 0 {
			var l []arg
			for _, f := range strings.Fields(c) {
				l = append(l, arg{str: value.Lit(f)})
			}
			return arg{list: l, isList: true, str: v.str}, next
		}
	}
	return w.callOn(v, name, args), next
}

func joined(list []arg, sep value.Str) value.Str {
	var out []value.Str
	for i, a := range list {
		if i > 0 {
			out = append(out, sep)
		}
		out = append(out, a.str)
	}
	return value.Concat(out...)
}

func decoded(how, s string) string {
	switch how {
	case "hex":
		if b, err := hex.DecodeString(strings.TrimSpace(s)); err == nil {
			return string(b)
		}
	case "base64":
		s = strings.Map(func(r rune) rune {
			if r == '\n' || r == ' ' {
				return -1
			}
			return r
		}, s)
		if b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "=")); err == nil {
			return string(b)
		}
	case "rot13", "rot_13":
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return 'a' + (r-'a'+13)%26
			case r >= 'A' && r <= 'Z':
				return 'A' + (r-'A'+13)%26
			}
			return r
		}, s)
	}
	return s
}

func (w *walker) unknown(text string) {
	for _, u := range w.res.Unknown {
		if u == text {
			return
		}
	}
	if len(w.res.Unknown) < 40 {
		w.res.Unknown = append(w.res.Unknown, text)
	}
}

func (w *walker) effect(kind sallyport.EffectKind, target value.Str, detail string) {
	for _, t := range target.Alternatives() {
		found := false
		for _, f := range w.res.Effects {
			found = found || f.Kind == kind && f.Target.String() == t.String()
		}
		if !found {
			w.res.Effects = append(w.res.Effects, command.Effect{Kind: kind, Target: t, Detail: detail, Certainty: sallyport.Must})
		}
	}
}

func (w *walker) shell(s value.Str, via string) {
	w.res.Runs = append(w.res.Runs, command.Run{Script: &s, Lang: "sh", Via: w.lang.name, Certainty: sallyport.Must})
}
