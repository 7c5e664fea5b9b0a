package command

import (
	"fmt"
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// Evaluate says what argv would do. argv[0] is the command's name or path and must be known; the rest may have holes.
func Evaluate(argv []value.Str, ctx Context) Result {
	name, ok := "", false
	if len(argv) > 0 {
		name, ok = argv[0].Const()
	}
	s := lookup(name)
	if !ok || s == nil {
		return Result{Stdout: value.Of(value.Hole{Name: "output of " + name, Taint: value.Output, Why: "the command " + name + " is not modelled"})}
	}
	if len(argv) == 2 && asksForHelp(argv[1]) && !helpless[base(name)] {
		return Result{Known: true, Stdout: value.Of(value.Hole{Name: "what " + name + " says of itself", Taint: value.Output | value.Derived})}
	}
	if variants := spellings(argv[1:]); variants != nil {
		return union(variants, argv[0], ctx)
	}
	e := &eval{ctx: ctx, spec: s, argv: argv, name: base(name)}
	e.res.Known = true
	e.parse(argv[1:])
	e.checkOptions()
	e.checkVerb()
	if e.helps && len(e.res.Unknown) == 0 { // a sub-command that is asked for help describes itself and does nothing else
		e.res.Stdout = value.Of(value.Hole{Name: "what " + e.name + " says of itself", Taint: value.Output | value.Derived})
		return e.res
	}
	e.perform()
	return e.res
}

// asksForHelp reports whether a command's only argument asks it to describe itself (GNU coding standards, 4.8.1 and 4.8.2).
func asksForHelp(v value.Str) bool { return v.Is("--help") || v.Is("--version") }

// helpless are commands that take the words for something else: what they print, run or compare.
var helpless = wordSet("echo printf test [ expr true false yes seq alias eval exec command builtin nohup time setsid doas sudo xargs nice")

// Known reports whether there is a spec for the command of that name. A path is looked up by its last element.
func Known(name string) bool { return lookup(name) != nil }

func lookup(name string) *spec {
	if isGroup(base(name)) {
		return nil
	}
	if s := table().find(name); s != nil {
		return s
	}
	b := base(name)
	if s := table().find(b); s != nil {
		return s
	}
	// python3.11, php8.2, gcc-12: the same program with its version in its name.
	if t := strings.TrimRight(b, "0123456789.-"); t != b && t != "" {
		return versioned(t)
	}
	return nil
}

func versioned(stem string) *spec {
	switch s := table().find(stem); {
	case s == nil:
		return nil
	case s.hookName == "interpreter" || stem == "gcc" || stem == "g++" || stem == "clang" || stem == "psql" || stem == "pip":
		return s
	}
	return nil
}

func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// spellings expands arguments that may be an option or not into separate argument lists. It returns nil when there is one.
func spellings(args []value.Str) [][]value.Str {
	lists := [][]value.Str{nil}
	for _, a := range args {
		alts := []value.Str{a}
		if all := a.Alternatives(); len(all) > 1 && a.MayHavePrefix("-") {
			alts = all
		}
		if len(lists)*len(alts) > 32 {
			alts = alts[:1] // union says so
		}
		var next [][]value.Str
		for _, l := range lists {
			for _, alt := range alts {
				next = append(next, append(l[:len(l):len(l)], alt))
			}
		}
		lists = next
	}
	if len(lists) == 1 {
		return nil
	}
	return lists
}

// union evaluates each list of arguments and says everything that any of them would do, as may.
func union(lists [][]value.Str, name value.Str, ctx Context) Result {
	out := Result{Known: true}
	var printed []value.Str
	for _, l := range lists {
		r := Evaluate(append([]value.Str{name}, l...), ctx)
		for _, f := range r.Effects {
			f.Certainty = sallyport.May
			out.Effects = append(out.Effects, f)
		}
		for _, run := range r.Runs {
			run.Certainty = sallyport.May
			out.Runs = append(out.Runs, run)
		}
		out.Unknown = append(out.Unknown, r.Unknown...)
		out.Flows = append(out.Flows, r.Flows...)
		out.Hints = append(out.Hints, r.Hints...)
		printed = append(printed, r.Stdout)
	}
	if len(lists) >= 32 {
		out.Unknown = append(out.Unknown, fmt.Sprintf("the options of %s can be too many different ones", name))
	}
	out.Stdout = value.OneOf(printed...)
	return out
}

// eval is the evaluation of one call. It belongs to one goroutine.
type eval struct {
	ctx      Context
	spec     *spec    // the last sub-command reached
	typed    []string // the names of the sub-commands, as they were typed
	at       *spec    // the one of its parents, or itself, whose acts are performed; nil when none are
	name     string
	argv     []value.Str
	given    []given
	operands []value.Str
	sources  []End // where its main data comes from
	sinks    []End // where its main data goes to
	noStdout bool  // main data does not go to standard output
	helps    bool  // a tool with sub-commands is asked for help
	stdout   *value.Str
	grammar  *eval // the call as its grammar of options reads it; nil when it has none
	plugin   bool  // the sub-command is a program of its own, which runs
	res      Result
}

// called is the command with its sub-commands as they were typed: several names can share one description.
func (e *eval) called() string {
	top, depth := e.spec, 0
	for ; top.parent != nil; top = top.parent {
		depth++
	}
	if len(e.typed) != depth || lookup(e.name) != top {
		return e.spec.path
	}
	return strings.Join(append([]string{e.name}, e.typed...), " ")
}

// given is one option of the call.
type given struct {
	opt   *option
	value value.Str
	has   bool // it has a value
}

// has reports whether an option was given. Any alias will do.
func (e *eval) has(names ...string) bool {
	for _, n := range names {
		o := e.spec.find(n)
		for _, g := range e.given {
			if o != nil && g.opt == o {
				return true
			}
		}
	}
	return false
}

// values returns the values of an option, in order.
func (e *eval) values(name string) (out []value.Str) {
	o := e.spec.find(name)
	for _, g := range e.given {
		if o != nil && g.opt == o && g.has {
			out = append(out, g.value)
		}
	}
	return out
}

// value returns the last value of an option.
func (e *eval) value(name string) (value.Str, bool) {
	vs := e.values(name)
	if len(vs) == 0 {
		return value.Str{}, false
	}
	return vs[len(vs)-1], true
}

// unknown records that something was not understood.
func (e *eval) unknown(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, u := range e.res.Unknown {
		if u == text {
			return
		}
	}
	e.res.Unknown = append(e.res.Unknown, text)
}

// effect records an effect on target, one for each of its alternatives.
func (e *eval) effect(kind sallyport.EffectKind, target value.Str, detail string) {
	e.effectIf(sallyport.Must, kind, target, detail)
}

func (e *eval) may(kind sallyport.EffectKind, target value.Str, detail string) {
	e.effectIf(sallyport.May, kind, target, detail)
}

func (e *eval) effectIf(c sallyport.Certainty, kind sallyport.EffectKind, target value.Str, detail string) {
	alts := target.Alternatives()
	if len(alts) > 1 {
		c = sallyport.May
	}
next:
	for _, t := range alts {
		if isFileKind(kind) && pseudo(t) {
			continue
		}
		for _, f := range e.res.Effects {
			if f.Kind == kind && f.Detail == detail && f.Target.String() == t.String() {
				continue next
			}
		}
		e.res.Effects = append(e.res.Effects, Effect{Kind: kind, Target: t, Detail: detail, Certainty: c})
	}
}

func (e *eval) hint(rule string, level sallyport.Verdict, message string) {
	for _, h := range e.res.Hints {
		if h.Rule == rule {
			return
		}
	}
	e.res.Hints = append(e.res.Hints, Hint{rule, level, message})
}

// run records a program that the command starts.
func (e *eval) run(r Run) {
	if r.Via == "" {
		r.Via = e.name
	}
	if r.Certainty == "" {
		r.Certainty = sallyport.Must
	}
	e.res.Runs = append(e.res.Runs, r)
}

func isFileKind(k sallyport.EffectKind) bool {
	switch k {
	case sallyport.EffectRead, sallyport.EffectWrite, sallyport.EffectAppend, sallyport.EffectCreate:
		return true
	}
	return false
}

// pseudo reports whether a path is a device whose reading or writing is no effect.
func pseudo(path value.Str) bool {
	switch p, _ := path.Const(); p {
	case "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty", "-",
		"/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "/dev/fd/0", "/dev/fd/1", "/dev/fd/2":
		return true
	}
	return false
}

// perform applies roles, acts and hooks, then joins sources with sinks.
func (e *eval) perform() {
	if e.describesItself() || e.grammar != nil && e.grammar.describesItself() {
		e.res.Stdout = value.Of(value.Hole{Name: "what " + e.name + " says of itself", Taint: value.Output | value.Derived})
		return
	}
	e.applyOptions()
	if len(e.spec.patterns) > 0 {
		e.applyOperands()
		if e.spec.style == raw && !e.spec.takesText() {
			e.undescribedAll()
		}
	}
	for s := e.spec; s != nil; s = s.parent {
		e.at = s
		for _, a := range s.acts {
			if a.when.holds(e) {
				e.act(a)
			}
		}
	}
	e.at = nil
	hooked := false
	for s := e.spec; s != nil && !hooked; s = s.parent {
		if s.hook != nil {
			s.hook(e)
			hooked = true
		}
	}
	if len(e.spec.patterns) == 0 && !hooked {
		for _, o := range e.operands {
			e.unknown("operand %q of %s is not understood", o, e.spec.path)
		}
	}
	e.connect()
}

// describesItself reports whether an option was given that makes the command print its help and end.
func (e *eval) describesItself() bool {
	for _, g := range e.given {
		if g.opt.role.name == "help" {
			return true
		}
	}
	return false
}

// takesText reports whether the operands are text that is printed.
func (s *spec) takesText() bool {
	for _, p := range s.patterns {
		for _, r := range p.roles {
			if r.role.name == "text" {
				return true
			}
		}
	}
	return false
}
