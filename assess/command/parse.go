package command

import (
	"strings"

	"sallyport/assess/value"
)

// parse divides arguments into options and operands and follows sub-commands.
func (e *eval) parse(args []value.Str) {
	s := e.spec
	for i := 0; i < len(args); i++ {
		a := args[i]
		p := a.Prefix()
		isOption := len(p) > 1 && p[0] == '-' || len(p) > 1 && p[0] == '+' && s.plus(p)
		switch {
		case s.old && i == 0 && !isOption && p != "":
			i = e.old(args, a)
		case s.style == raw:
			e.operands = append(e.operands, a)
		case s.style != single && a.Is("--"):
			e.operands = append(e.operands, args[i+1:]...)
			e.finish(s)
			return
		case isOption && (s.style == single || strings.HasPrefix(p, "--")):
			i = e.long(s, args, i)
			if n := len(e.given); n > 0 && e.given[n-1].opt.takes == '!' { // nix shell --command ls -l
				e.operands = append(e.operands, args[i+1:]...)
				e.spec = s
				return
			}
			if e.ended(s, args, i) {
				return
			}
		case isOption:
			i = e.bundle(s, args, i)
			if e.ended(s, args, i) {
				return
			}
		case len(s.subs) > 0 || s.plugins != "":
			name, known := a.Const()
			sub := s.subs[name]
			if sub == nil && (s.plugins == "-" && known && plugin(s.path, name) || len(s.plugins) > 1) {
				e.handOver(s, args[i:])
				return
			}
			if !known || sub == nil {
				if len(s.patterns) == 0 && s.hook == nil {
					e.unknown("sub-command %q of %s is not understood", a, s.path)
				}
				e.operands = append(e.operands, args[i:]...)
				e.splitLate(s, i, args)
				return
			}
			s = sub
			e.spec, e.typed = sub, append(e.typed, name)
		case s.style == posix:
			e.operands = append(e.operands, args[i:]...)
			e.finish(s)
			return
		default:
			e.operands = append(e.operands, a)
		}
	}
	e.finish(s)
}

// handOver runs the program that a sub-command without a description is, or goes to.
func (e *eval) handOver(s *spec, args []value.Str) {
	program, skips := strings.CutSuffix(s.plugins, " skip")
	switch {
	case program == "-":
		args = append([]value.Str{value.Concat(lit(s.path+"-"), args[0])}, args[1:]...)
	case skips && len(args) == 1:
		e.shell(Run{})
		args = nil
	case skips:
		args = append([]value.Str{lit(program)}, args[1:]...)
	default:
		args = append([]value.Str{lit(program)}, args...)
	}
	if len(args) > 0 {
		e.run(Run{Argv: args})
	}
	e.plugin = true
	e.finish(s)
}

// plugin reports whether a sub-command that the table of tool does not have is a program that is described under its own name. Programs that
// are tool itself under another name do not count.
func plugin(tool, name string) bool {
	s := table().find(tool + "-" + name)
	return s != nil && s.hookName != tool
}

// ended reports whether the last option ended the options: the rest are operands.
func (e *eval) ended(s *spec, args []value.Str, i int) bool {
	n := len(e.given)
	if n == 0 || e.given[n-1].opt.takes != '!' {
		return false
	}
	e.operands = append(e.operands, args[i+1:]...)
	e.spec = s
	return true
}

func (e *eval) finish(s *spec) { e.spec = s }

// splitLate parses what follows an unknown sub-command, so that hooks still see options apart from operands.
func (e *eval) splitLate(s *spec, i int, args []value.Str) {
	e.spec = s
	if s.hook == nil && len(s.patterns) == 0 {
		return
	}
	e.operands = append(e.operands[:0], args[i])
	rest := args[i+1:]
	for j := 0; j < len(rest); j++ {
		p := rest[j].Prefix()
		switch {
		case rest[j].Is("--"):
			e.operands = append(e.operands, rest[j+1:]...)
			return
		case strings.HasPrefix(p, "--") || len(p) > 1 && p[0] == '-' && s.style == single:
			j = e.long(s, rest, j)
		case len(p) > 1 && p[0] == '-':
			j = e.bundle(s, rest, j)
		default:
			e.operands = append(e.operands, rest[j])
		}
	}
}

func (s *spec) plus(p string) bool {
	if s.opts[p] != nil || s.opts[p[:2]] != nil {
		return true
	}
	return s.opts["+#"] != nil && p[1] >= '0' && p[1] <= '9' || s.opts["+*"] != nil
}

// long parses --name, --name=value or --name value, or with one dash in the single style. It returns the index of the last argument used.
func (e *eval) long(s *spec, args []value.Str, i int) int {
	a := args[i]
	text, known := a.Const()
	name, val, hasVal := a, value.Str{}, false
	if known && s.style == single && s.find(text) != nil {
		hasVal = false
	} else if before, after, ok := a.CutAny("="); ok {
		name, val, hasVal = before, after, true
	}
	n, ok := name.Const()
	if !ok {
		e.unknown("option %q of %s is not known", a, s.path)
		return i
	}
	if n == "--help" && !hasVal && len(e.operands) == 0 && (s.parent != nil || len(s.subs) > 0) { // after a word it may be meant for what that word runs
		e.helps = true
	}
	o := s.find(n)
	if o == nil && s.style == single && strings.HasPrefix(n, "--") {
		o = s.find(n[1:])
	}
	if o == nil && s.style != single {
		o = s.abbreviated(n)
	}
	if o == nil {
		o = s.negated(n)
	}
	if o == nil {
		if p := s.prefixed(a.Prefix()); p != nil {
			rest, _ := a.Drop(len(p.name) - 1)
			e.given = append(e.given, given{p, rest, true})
			return i
		}
	}
	switch {
	case o == nil && (n == "--help" || n == "--version"):
	case o == nil && s.anyOption():
		// The hook of such a command knows what to do with options that have no line of their own.
		e.given = append(e.given, given{&option{name: n, takes: '?'}, val, hasVal})
		e.undescribed(name)
	case o == nil:
		e.unknown("option %q of %s is not understood", a, s.path)
	case o.wants() && !hasVal:
		if i+1 < len(args) {
			i++
			val, hasVal = args[i], true
		}
		e.given = append(e.given, given{o, val, hasVal})
		i = e.furtherValues(o, args, i)
	default:
		e.given = append(e.given, given{o, val, hasVal})
	}
	return i
}

// anyOption reports whether s or a parent has the option "--*": any long option is fine.
func (s *spec) anyOption() bool { return s.find("--*") != nil }

// prefixed returns an option that is declared as "-D*" when name begins with "-D".
func (s *spec) prefixed(name string) *option {
	for ; s != nil; s = s.above() {
		for n := len(name); n > 1 || n == 1 && name[0] == '+'; n-- { // cargo +nightly
			if o := s.opts[name[:n]+"*"]; o != nil && name[:n] != "--" {
				return o
			}
		}
	}
	return nil
}

// bundle parses -abc, -ovalue or -o value.
func (e *eval) bundle(s *spec, args []value.Str, i int) int {
	a := args[i]
	p := a.Prefix()
	if text, ok := a.Const(); ok {
		if o := s.find(text); o != nil && len(text) > 2 { // a long name behind one dash in a command that mostly bundles
			if o.wants() && i+1 < len(args) {
				e.given = append(e.given, given{o, args[i+1], true})
				return e.furtherValues(o, args, i+1)
			}
			e.given = append(e.given, given{opt: o})
			return i
		}
	}
	if isNumber(p[1:]) {
		if o := s.find(p[:1] + "#"); o != nil && o.name == p[:1]+"#" {
			e.given = append(e.given, given{o, value.Lit(p[1:]), true})
			return i
		}
	}
	for k := 1; k < len(p); k++ {
		o := s.find(p[:1] + p[k:k+1])
		if o == nil {
			if o = s.prefixed(p); o != nil {
				rest, _ := a.Drop(len(o.name) - 1)
				e.given = append(e.given, given{o, rest, true})
				return i
			}
			if n := s.find("-#"); p[k] >= '0' && p[k] <= '9' && n != nil && n.name == "-#" { // curl's -# is no number
				continue
			}
			e.unknown("option %q of %s is not understood", a, s.path)
			return i
		}
		if o.takes == 0 {
			e.given = append(e.given, given{opt: o})
			continue
		}
		rest, _ := a.Drop(k + 1)
		if !rest.Empty() {
			e.given = append(e.given, given{o, rest, true})
			return i
		}
		if o.wants() && i+1 < len(args) {
			e.given = append(e.given, given{o, args[i+1], true})
			return e.furtherValues(o, args, i+1)
		}
		e.given = append(e.given, given{opt: o})
		return i
	}
	if len(a.Holes()) > 0 {
		e.unknown("option %q of %s is not known", a, s.path)
	}
	return i
}

// old parses the first argument as options without a dash, as tar and ps take them: values follow as separate arguments.
func (e *eval) old(args []value.Str, a value.Str) int {
	text, ok := a.Const()
	if !ok {
		e.unknown("options %q of %s are not known", a, e.spec.path)
		return 0
	}
	i := 0
	for k := range text {
		o := e.spec.find("-" + text[k:k+1])
		switch {
		case o == nil:
			e.unknown("option %q of %s is not understood", text[k:k+1], e.spec.path)
		case o.wants() && i+1 < len(args):
			i++
			e.given = append(e.given, given{o, args[i], true})
		default:
			e.given = append(e.given, given{opt: o})
		}
	}
	return i
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// wants reports whether the option takes a value that may be the next argument.
func (o *option) wants() bool { return o.takes == '=' || o.takes == '!' }

// furtherValues takes the values of an option that has several. i is the index of the first; it returns that of the last.
func (e *eval) furtherValues(o *option, args []value.Str, i int) int {
	for k := 0; k < o.more && i+1 < len(args); k++ {
		i++
		e.given = append(e.given, given{o, args[i], true})
	}
	return i
}
