package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/value"
)

// typical is what these variables hold on an ordinary Linux host, for expansions that take single characters out of
// them: "${PATH:0:1}" is a slash everywhere.
var typical = map[string]string{
	"~": "/root", "$HOME": "/root", "$PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "$SHELL": "/bin/bash", "$BASH": "/bin/bash",
	"$PWD": "/root", "$OLDPWD": "/root", "$USER": "root", "$LOGNAME": "root", "$OSTYPE": "linux-gnu", "$HOSTTYPE": "x86_64", "$MACHTYPE": "x86_64-pc-linux-gnu",
	"$LANG": "C.UTF-8", "$TERM": "xterm", "$BASH_VERSION": "5.2.15(1)-release", "$SHELLOPTS": "braceexpand:hashall:interactive-comments",
	"$BASHOPTS": "checkwinsize:cmdhist:complete_fullquote:extquote:force_fignore:globasciiranges", "$SHLVL": "1", "$MAIL": "/var/mail/root",
	"$BASH_VERSINFO": "5", "$PS1": `\h:\w\$ `, "$PS2": "> ", "$PS4": "+ ", "$-": "hB", "$XDG_RUNTIME_DIR": "/run/user/0", "$OPTIND": "1", "$EDITOR": "vi",
}

// assumed replaces holes by what they typically hold. ok is false when one has no typical text.
func assumed(s value.Str) (string, bool) {
	if t, ok := s.Const(); ok {
		return t, true
	}
	if len(s.Alternatives()) != 1 {
		return "", false
	}
	var b strings.Builder
	for _, p := range s.Parts() {
		if p.Hole == nil {
			b.WriteString(p.Text)
			continue
		}
		t, ok := typical[p.Hole.Name]
		if !ok {
			return "", false
		}
		b.WriteString(t)
	}
	return b.String(), true
}

func derived(name string, from value.Str) value.Str {
	t, src := from.Taint()
	return value.Of(value.Hole{Name: name, Taint: t | value.Derived, From: src, Why: from.Why()})
}

// listOf returns the words of an expansion that makes several: $@, $*, ${a[@]}, ${!a[@]}, ${a[@]:1:2}. Per-element operators apply to each.
func (m *machine) listOf(p *syntax.ParamExp) (list []value.Str, many, ok bool) {
	if p.Param == nil || p.Length || p.NestedParam != nil || p.Flags != nil {
		return nil, false, false
	}
	name := p.Param.Value
	star := name == "@" || name == "*"
	if p.Excl && p.Names != 0 {
		for _, n := range m.names(name) {
			list = append(list, value.Lit(n))
		}
		return list, false, true
	}
	if !star {
		w, isWord := p.Index.(*syntax.Word)
		if !isWord || w.Lit() != "@" && w.Lit() != "*" {
			return nil, false, false
		}
	}
	if star {
		if p.Excl {
			return nil, false, false
		}
		if !m.argsKnown() {
			if p.Exp != nil && p.Exp.Word != nil && len(p.Exp.Word.Parts) > 0 {
				return nil, false, false
			}
			return []value.Str{m.argHole("$@")}, true, true
		}
		list = slices.Clone(m.args())
		if p.Slice != nil {
			list = append([]value.Str{value.Lit(m.selfName())}, list...)
		}
	} else {
		v := m.resolve(name)
		switch {
		case v == nil || v.unset:
			if m.declared(name) {
				list = nil
				break
			}
			list = []value.Str{m.envHole(name)}
		case p.Excl && v.dict != nil:
			for _, k := range sortedKeys(v.dict) {
				list = append(list, value.Lit(k))
			}
		case p.Excl:
			for i := range v.list {
				list = append(list, value.Lit(strconv.Itoa(i)))
			}
			if v.list == nil {
				list = []value.Str{value.Lit("0")}
			}
		case v.dict != nil:
			for _, k := range sortedKeys(v.dict) {
				list = append(list, v.dict[k])
			}
		case v.list != nil:
			list = slices.Clone(v.list)
		default:
			list = []value.Str{v.val}
		}
	}
	if p.Slice != nil {
		off, ok1 := m.arith(p.Slice.Offset)
		n, ok2 := int64(len(list)), true
		if p.Slice.Length != nil {
			n, ok2 = m.arith(p.Slice.Length)
		}
		if !ok1 || !ok2 {
			return []value.Str{derivedList(list)}, true, true
		}
		if off < 0 {
			off += int64(len(list))
		}
		off = min(max(off, 0), int64(len(list)))
		if n < 0 {
			n = max(0, int64(len(list))+n-off)
		}
		list = list[off:min(int64(len(list)), off+n)]
	}
	if p.Exp != nil || p.Repl != nil {
		if p.Exp != nil && isDefault(p.Exp.Op) {
			if len(list) == 0 {
				if p.Exp.Op == syntax.DefaultUnset || p.Exp.Op == syntax.DefaultUnsetOrNull {
					return []value.Str{m.word(p.Exp.Word)}, false, true
				}
				return nil, false, true
			}
			if p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull {
				return []value.Str{m.word(p.Exp.Word)}, false, true
			}
			return list, false, true
		}
		for i := range list {
			list[i] = m.operate(p, list[i], name)
		}
	}
	return list, false, true
}

func derivedList(list []value.Str) value.Str {
	return derived("some of the list", value.Concat(list...))
}

func sortedKeys(d map[string]value.Str) []string {
	out := make([]string, 0, len(d))
	for k := range d {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// ragged reports whether it is not known how many elements a list has.
func (m *machine) ragged(name string) bool {
	v := m.resolve(name)
	if name == "@" || name == "*" || name == "#" {
		v = m.vars[argsName]
	}
	return v == nil && validName(name) && typical["$"+name] == "" || v != nil && v.ragged
}

// quotedList handles "$@" and "${a[@]}" with nothing else in the quotes, and "pre$@post".
func (m *machine) quotedList(d *syntax.DblQuoted) (list []value.Str, many, ok bool) {
	at := -1
	for i, p := range d.Parts {
		pe, isParam := p.(*syntax.ParamExp)
		if !isParam || pe.Param == nil || pe.Length {
			continue
		}
		w, isWord := pe.Index.(*syntax.Word)
		if pe.Param.Value == "@" && !pe.Excl || isWord && w.Lit() == "@" || pe.Names == syntax.NamesPrefixWords {
			at = i
			break
		}
	}
	if at < 0 {
		return nil, false, false
	}
	list, many, ok = m.listOf(d.Parts[at].(*syntax.ParamExp))
	if !ok {
		return nil, false, false
	}
	if len(d.Parts) == 1 {
		return list, many, true
	}
	pre := m.part(&syntax.DblQuoted{Parts: d.Parts[:at]})
	post := m.part(&syntax.DblQuoted{Parts: d.Parts[at+1:]})
	if len(list) == 0 {
		return []value.Str{value.Concat(pre, post)}, many, true
	}
	list = slices.Clone(list)
	list[0] = value.Concat(pre, list[0])
	list[len(list)-1] = value.Concat(list[len(list)-1], post)
	return list, many, true
}

// resolve follows name references.
func (m *machine) resolve(name string) *variable {
	v := m.vars[name]
	for range 4 {
		if v == nil || !v.nameref {
			return v
		}
		to, ok := v.val.Const()
		if !ok {
			return nil
		}
		v = m.vars[to]
	}
	return v
}

// declared reports whether the script itself unset or declared the variable, so that its being empty is known.
func (m *machine) declared(name string) bool {
	v, ok := m.vars[name]
	return ok && v != nil
}

func (m *machine) selfName() string {
	if m.world.Name != "" {
		return m.world.Name
	}
	return "bash"
}

// envHole is the value of a variable that the text does not set.
func (m *machine) envHole(name string) value.Str {
	return value.Of(value.Hole{Name: "$" + name, Taint: value.Env, Why: "the variable " + name + " is not set in this text"})
}

// argHole is an argument of which nothing is known but, perhaps, where it comes from.
func (m *machine) argHole(name string) value.Str {
	h := value.Hole{Name: name, Taint: value.Input, Why: "the arguments are not known"}
	if v := m.vars[argsName]; v != nil {
		t, from := v.val.Taint()
		h.Taint, h.From = h.Taint|t, from
	}
	return value.Of(h)
}

// variableValue is the scalar value of a parameter.
func (m *machine) variableValue(name string, index syntax.ArithmExpr) (val value.Str, isSet, known bool) {
	switch name {
	case "@", "*":
		if !m.argsKnown() {
			if v := m.vars[argsName]; v != nil && v.dict != nil { // in the arm of a case that it matched
				if x, ok := v.dict[name]; ok {
					return x, true, true
				}
			}
			return m.argHole("$" + name), false, false
		}
		return value.Join(m.args(), " "), len(m.args()) > 0, true
	case "#":
		if !m.argsKnown() {
			return value.Of(value.Hole{Name: "$#", Taint: value.Derived}), true, false
		}
		if m.ragged(name) {
			return value.Of(value.Hole{Name: "$#", Taint: value.Derived}), true, false
		}
		return value.Lit(strconv.Itoa(len(m.args()))), true, true
	case "?":
		if m.status.Empty() {
			return value.Of(value.Hole{Name: "$?", Taint: value.Derived}), true, false
		}
		return m.status, true, true
	case "$", "BASHPID", "PPID":
		return value.Of(value.Hole{Name: "$" + name, Taint: value.Derived}), true, false
	case "!":
		return value.Of(value.Hole{Name: "$!", Taint: value.Derived}), true, false
	case "-":
		return value.Of(value.Hole{Name: "$-", Taint: value.Derived}), true, false
	case "0", "BASH_SOURCE":
		if m.fileName != "" {
			return value.Lit(m.fileName), true, true
		}
		return value.Of(value.Hole{Name: "$0", Taint: value.Derived, Why: "the path of this script is not known"}), true, false
	case "RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME", "LINENO":
		if v := m.vars[name]; v == nil {
			return value.Of(value.Hole{Name: "$" + name, Taint: value.Derived}), true, false
		}
	case "UID", "EUID":
		if v := m.vars[name]; v == nil {
			return value.Of(value.Hole{Name: "$" + name, Taint: value.Env | value.Derived}), true, false
		}
	case "FUNCNAME":
		if len(m.calling) > 0 {
			return value.Lit(m.calling[len(m.calling)-1]), true, true
		}
		return value.Str{}, true, true
	case "PWD":
		if m.vars["PWD"] == nil {
			if v := m.vars[cwdName]; v != nil {
				return v.val, true, v.val.Known()
			}
		}
	case "IFS":
		return value.Lit(m.ifs), true, true
	case "HOME":
		if m.vars[name] == nil {
			h := m.home()
			return h, true, h.Known()
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		if m.argsKnown() {
			if a := m.args(); n <= len(a) {
				return a[n-1], true, true
			}
			return value.Str{}, false, true
		}
		if v := m.vars[argsName]; v != nil && v.dict != nil { // in the arm of a case that it matched
			if x, ok := v.dict[name]; ok {
				return x, true, true
			}
		}
		return m.argHole("$" + name), false, false
	}
	v := m.resolve(name)
	if v == nil {
		if w, ok := index.(*syntax.Word); index != nil && !(ok && w.Lit() != "") {
			m.arith(index) // may run commands
		}
		return m.envHole(name), false, false
	}
	if v.unset {
		return value.Str{}, false, true
	}
	if index != nil {
		return m.element(v, index)
	}
	switch {
	case v.dict != nil:
		x, ok := v.dict["0"]
		return x, ok, true
	case v.list != nil:
		if len(v.list) == 0 {
			return value.Str{}, false, true
		}
		return v.list[0], !v.ragged, !v.ragged
	}
	return v.val, true, true
}

func (m *machine) element(v *variable, index syntax.ArithmExpr) (val value.Str, isSet, known bool) {
	if v.dict != nil {
		w, ok := index.(*syntax.Word)
		if ok {
			if k, ok := m.word(w).Const(); ok {
				x, set := v.dict[k]
				return x, set, true
			}
		}
		all := make([]value.Str, 0, len(v.dict))
		for _, k := range sortedKeys(v.dict) {
			all = append(all, v.dict[k])
		}
		return value.OneOf(all...), true, true
	}
	list := v.list
	if list == nil {
		list = []value.Str{v.val}
	}
	if w, ok := index.(*syntax.Word); ok && (w.Lit() == "@" || w.Lit() == "*") {
		return value.Join(list, " "), len(list) > 0, true
	}
	i, ok := m.arith(index)
	if !ok {
		if len(list) == 0 {
			return value.Str{}, false, true
		}
		return value.OneOf(list...), true, true
	}
	if i < 0 {
		i += int64(len(list))
	}
	if i < 0 || i >= int64(len(list)) {
		return value.Str{}, false, true
	}
	return list[i], true, true
}

func isDefault(op syntax.ParExpOperator) bool {
	return op >= syntax.AlternateUnset && op <= syntax.AssignUnsetOrNull
}

// param expands ${...} to one string.
func (m *machine) param(p *syntax.ParamExp) value.Str {
	if !m.spend(1) {
		return value.Unknown("…", "the text is too large to follow")
	}
	if p.NestedParam != nil || p.Flags != nil || len(p.Modifiers) > 0 || p.Param == nil {
		return value.Unknown("an expansion of another shell", "this expansion belongs to another shell")
	}
	name := p.Param.Value
	if p.Excl && p.Names != 0 {
		list, _, _ := m.listOf(p)
		return value.Join(list, " ")
	}
	if p.Length {
		if w, ok := p.Index.(*syntax.Word); name == "@" || name == "*" || ok && (w.Lit() == "@" || w.Lit() == "*") {
			if list, many, ok := m.listOf(&syntax.ParamExp{Param: p.Param, Index: p.Index}); ok && !many && !m.ragged(name) {
				return value.Lit(strconv.Itoa(len(list)))
			}
			return value.Of(value.Hole{Name: "a number", Taint: value.Derived})
		}
		v, _, known := m.variableValue(name, p.Index)
		if t, ok := v.Const(); ok && known {
			return value.Lit(strconv.Itoa(len([]rune(t))))
		}
		return value.Of(value.Hole{Name: "length of $" + name, Taint: value.Derived})
	}
	if p.Excl { // indirect
		v, _, _ := m.variableValue(name, p.Index)
		var all []value.Str
		m.subscripts(v)
		for _, a := range v.Alternatives() {
			if to, ok := a.Const(); ok && (validName(to) || isDigits(to)) {
				x, set, known := m.variableValue(to, nil)
				all = append(all, m.defaults(p, x, set, known, to))
			} else if base, idx, ok := strings.Cut(to, "["); ok && validName(base) {
				if rv := m.resolve(base); rv != nil {
					if strings.HasPrefix(idx, "@") || strings.HasPrefix(idx, "*") {
						all = append(all, value.Join(rv.list, " "))
						continue
					}
					if n, err := strconv.Atoi(strings.TrimSuffix(idx, "]")); err == nil && n >= 0 && n < len(rv.list) {
						all = append(all, rv.list[n])
						continue
					}
				}
				all = append(all, m.envHole(to))
			} else {
				all = append(all, value.Of(value.Hole{Name: "${!" + name + "}", Taint: value.Env, Why: "which variable is meant is not known"}))
			}
		}
		return value.OneOf(all...)
	}
	if (name == "@" || name == "*") && (p.Slice != nil || p.Repl != nil || p.Exp != nil && !isDefault(p.Exp.Op)) || p.Slice != nil && p.Index != nil {
		if list, _, ok := m.listOf(p); ok {
			sep := " "
			if name == "*" && m.ifs != "" {
				sep = m.ifs[:1]
			}
			return value.Join(list, sep)
		}
	}
	v, set, known := m.variableValue(name, p.Index)
	if w, ok := p.Index.(*syntax.Word); ok && w.Lit() == "*" || name == "*" {
		if list, many, ok := m.listOf(&syntax.ParamExp{Param: p.Param, Index: p.Index}); ok && !many {
			sep := ""
			if m.ifs != "" {
				sep = m.ifs[:1]
			}
			v = value.Join(list, sep)
			if m.ragged(name) {
				v = value.OneOf(v, value.Str{}, derived("elements of "+name, v))
			}
		}
	}
	if !known && !set && p.Exp == nil && p.Slice == nil && p.Repl == nil {
		return v
	}
	return m.defaults(p, v, set, known, name)
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// defaults applies ${a-b} and its kin, and hands the rest to operate.
func (m *machine) defaults(p *syntax.ParamExp, v value.Str, set, known bool, name string) value.Str {
	if p.Exp == nil || !isDefault(p.Exp.Op) {
		if p.Exp == nil && p.Slice == nil && p.Repl == nil {
			return v
		}
		return m.operate(p, v, name)
	}
	op := p.Exp.Op
	orNull := op == syntax.AlternateUnsetOrNull || op == syntax.DefaultUnsetOrNull || op == syntax.ErrorUnsetOrNull || op == syntax.AssignUnsetOrNull
	// Three cases: certainly there, certainly not, may be either.
	there, not := known && set, known && !set
	if known && set && orNull {
		switch {
		case v.Empty():
			there, not = false, true
		case v.Prefix() == "" && v.Suffix() == "" || len(v.Alternatives()) > 1:
			there = false
		}
	}
	switch op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		if not {
			return value.Str{}
		}
		w := m.word(p.Exp.Word)
		if there {
			return w
		}
		return value.OneOf(value.Str{}, w)
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if !there {
			m.word(p.Exp.Word) // the message, with the substitutions in it
		}
		return v
	}
	if there {
		return v
	}
	w := m.word(p.Exp.Word)
	out := w
	if !not {
		out = value.OneOf(v, w)
	}
	if op == syntax.AssignUnset || op == syntax.AssignUnsetOrNull {
		if validName(name) {
			m.set(name, out)
		}
	}
	return out
}

// operate applies the operators that change text: slices, replacement, removal of prefixes and suffixes, case.
func (m *machine) operate(p *syntax.ParamExp, v value.Str, name string) value.Str {
	if t, ok := assumed(v); ok && (p.Slice != nil || p.Repl != nil || p.Exp != nil) && !v.Known() && m.harvest(p) {
		v = value.Lit(t)
	}
	switch {
	case p.Slice != nil:
		off, ok := m.arith(p.Slice.Offset)
		n, nok := int64(-1), true
		if p.Slice.Length != nil {
			n, nok = m.arith(p.Slice.Length)
		}
		if !ok || !nok {
			return derived("part of $"+name, v)
		}
		if off == 0 && p.Slice.Length == nil {
			return v
		}
		return v.Map("part of $"+name, func(s string) string {
			r := []rune(s)
			if strings.ToValidUTF8(s, "") != s { // bytes, not text
				r = r[:0]
				for i := 0; i < len(s); i++ {
					r = append(r, rune(s[i]))
				}
				return byteSlice(s, off, n, p.Slice.Length != nil)
			}
			a, z := sliceRange(int64(len(r)), off, n, p.Slice.Length != nil)
			return string(r[a:z])
		})
	case p.Repl != nil:
		pat, ok := m.pattern(p.Repl.Orig)
		with := m.word(p.Repl.With)
		w, wok := with.Const()
		if !ok || !wok {
			return derived("$"+name+" with something replaced", value.Concat(v, with))
		}
		if _, known := v.Const(); !known && isLiteral(pat) && p.Repl.All {
			return v.MapParts(func(s string) string { return replace(s, pat, w, true) })
		}
		return v.Map("$"+name+" with something replaced", func(s string) string { return replace(s, pat, w, p.Repl.All) })
	case p.Exp != nil:
		return m.transform(p.Exp, v, name)
	}
	return v
}

// harvest reports whether an operator picks characters out of a value, so that its typical text may stand for it.
func (m *machine) harvest(p *syntax.ParamExp) bool {
	if p.Slice != nil {
		return p.Slice.Length != nil
	}
	return p.Exp != nil && (p.Exp.Op == syntax.RemLargeSuffix || p.Exp.Op == syntax.RemLargePrefix || p.Exp.Op == syntax.RemSmallSuffix) && p.Exp.Word != nil &&
		name0(p) != "HOME" && name0(p) != "PWD"
}

func name0(p *syntax.ParamExp) string {
	if p.Param == nil {
		return ""
	}
	return p.Param.Value
}

func sliceRange(size, off, n int64, hasLen bool) (int64, int64) {
	if off < 0 {
		off += size
	}
	if off < 0 || off > size {
		return 0, 0
	}
	end := size
	if hasLen {
		if n < 0 {
			end = size + n
		} else {
			end = min(size, off+n)
		}
	}
	if end < off {
		return 0, 0
	}
	return off, end
}

func byteSlice(s string, off, n int64, hasLen bool) string {
	a, z := sliceRange(int64(len(s)), off, n, hasLen)
	return s[a:z]
}

func (m *machine) transform(e *syntax.Expansion, v value.Str, name string) value.Str {
	switch e.Op {
	case syntax.UpperAll, syntax.LowerAll:
		f := strings.ToUpper
		if e.Op == syntax.LowerAll {
			f = strings.ToLower
		}
		if e.Word != nil && len(e.Word.Parts) > 0 {
			pat, ok := m.pattern(e.Word)
			if !ok {
				return derived("$"+name, v)
			}
			return v.Map("$"+name, func(s string) string { return mapMatching(s, pat, f, false) })
		}
		return v.MapParts(f)
	case syntax.UpperFirst, syntax.LowerFirst:
		f := strings.ToUpper
		if e.Op == syntax.LowerFirst {
			f = strings.ToLower
		}
		return v.Map("$"+name, func(s string) string { return mapMatching(s, "?", f, true) })
	case syntax.OtherParamOps:
		op := ""
		if e.Word != nil {
			op = e.Word.Lit()
		}
		switch op {
		case "Q":
			return v.Map("$"+name, func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" })
		case "E":
			return v.Map("$"+name, func(s string) string { return unescapeC(s) })
		case "U":
			return v.MapParts(strings.ToUpper)
		case "L":
			return v.MapParts(strings.ToLower)
		case "u":
			return v.Map("$"+name, func(s string) string { return mapMatching(s, "?", strings.ToUpper, true) })
		case "P":
			// Prompt expansion also performs command substitution: only plain text stays what it is.
			m.prompt(v, "${"+name+"@P}")
			return v.Map("$"+name, func(s string) string { return s })
		}
		return derived("$"+name, v)
	}
	pat, ok := m.pattern(e.Word)
	if !ok {
		return derived("part of $"+name, v)
	}
	var out []value.Str
	for _, a := range v.Alternatives() {
		out = append(out, m.remove(e.Op, a, pat, name))
	}
	return value.OneOf(out...)
}

// remove is ${a#pat} and its kin for one alternative.
func (m *machine) remove(op syntax.ParExpOperator, v value.Str, pat, name string) value.Str {
	if t, ok := v.Const(); ok {
		switch op {
		case syntax.RemSmallPrefix, syntax.RemLargePrefix:
			return value.Lit(t[prefixLen(t, pat, op == syntax.RemLargePrefix):])
		default:
			return value.Lit(t[:len(t)-suffixLen(t, pat, op == syntax.RemLargeSuffix)])
		}
	}
	if isLiteral(pat) {
		lit := unquotePattern(pat)
		if op == syntax.RemSmallPrefix || op == syntax.RemLargePrefix {
			return v.TrimPrefix(lit)
		}
		return v.TrimSuffix(lit)
	}
	switch {
	case pat == "*/" && op == syntax.RemLargePrefix:
		return v.Base()
	case pat == "/*" && op == syntax.RemSmallSuffix:
		return v.Dir()
	case pat == ".*" && (op == syntax.RemSmallSuffix || op == syntax.RemLargeSuffix), strings.HasPrefix(pat, "*"), strings.HasSuffix(pat, "*"):
		return derived("part of $"+name, v)
	}
	return derived("part of $"+name, v)
}
