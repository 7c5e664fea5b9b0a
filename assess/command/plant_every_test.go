package command

import (
	"slices"
	"strings"
	"testing"

	"sallyport/assess/value"
)

// TestPlantedOptionIsNotUnderstood puts options that do not exist at every position of every call of the tables of tests.
// What results is never understood completely, except where the word is data.
func TestPlantedOptionIsNotUnderstood(t *testing.T) {
	for _, line := range knownGood() {
		argv := splitWords(line)
		for at := 1; at <= len(argv); at++ {
			for _, word := range []string{"--zz-nonsense", "-Ø", "--zz-nonsense=1", unusedLetter(argv[0])} {
				call := slices.Insert(slices.Clone(argv), at, word)
				if acceptable(call, at, word) == "" {
					t.Errorf("%s: %q is said to be understood", strings.Join(call, " "), word)
				}
			}
		}
	}
}

// unusedLetter returns an option of one letter that no part of the description of a command has.
func unusedLetter(name string) string {
	for _, c := range "ZYJXQKjyzOUWkqGH0@" {
		if l := "-" + string(c); !hasOption(name, l) {
			return l
		}
	}
	return "-Ø"
}

// hasOption reports whether any part of the description of a command has an option that begins with letter.
func hasOption(name, letter string) bool {
	var has func(s *spec) bool
	has = func(s *spec) bool {
		if s == nil {
			return false
		}
		for n := range s.opts {
			if strings.HasPrefix(n, letter) {
				return true
			}
		}
		for _, sub := range s.subs {
			if has(sub) {
				return true
			}
		}
		return false
	}
	return has(lookup(name)) || has(grammars().find(base(name)))
}

// knownGood are the calls that the tests of this package hold to be understood.
func knownGood() (lines []string) {
	for _, c := range cases {
		lines = append(lines, c.line)
	}
	for _, n := range Names() {
		lines = append(lines, n+" a /b/c")
	}
	kept := lines[:0]
	for _, l := range lines {
		if r := evaluate(l); r.Known && len(r.Unknown) == 0 {
			kept = append(kept, l)
		}
	}
	return kept
}

// acceptable says why a call with a planted word may be called understood, or that it is not called so. "" is a fault.
func acceptable(call []string, at int, word string) string {
	var words []value.Str
	for _, w := range call {
		words = append(words, value.Lit(w))
	}
	r := Evaluate(words, Context{})
	if !r.Known || len(r.Unknown) > 0 {
		return "not understood"
	}
	if slices.Contains(call[:at], "--") {
		return "after --"
	}
	if asData[base(call[0])] {
		return "data"
	}
	if call[0] == "openssl" && call[at-1] == "-connect" || call[0] == "bwrap" && (call[at-1] == "--bind" || call[max(at-2, 0)] == "--bind") {
		return "an option's value"
	}
	if first := slices.IndexFunc(call[1:], func(w string) bool { return !strings.HasPrefix(w, "-") }) + 1; stopsAtOperand[base(call[0])] && first > 0 && first < at {
		return "after the first operand"
	}
	for _, run := range r.Runs {
		for _, a := range run.Args {
			if a.Is(word) {
				return "an argument of a program that is judged by its text"
			}
		}
		for _, p := range []*value.Str{run.Script, run.File} {
			if p != nil && p.Contains(word) {
				return "part of a program"
			}
		}
		inner := make([]string, len(run.Argv))
		for i, a := range run.Argv {
			inner[i] = a.String()
		}
		if i := slices.Index(inner, word); i == 0 || i > 0 && (hasOption(inner[0], word) || acceptable(inner, i, word) != "") {
			return "judged by the command that is run"
		}
	}
	if s := lookup(call[0]); s != nil {
		if g := grammars().find(base(call[0])); g != nil {
			s = g
		}
		e := &eval{spec: s, argv: words, name: base(call[0])}
		e.parse(words[1:])
		if s.style == raw && s.hook != nil { // a hook that divides the arguments itself
			s.hook(e)
		}
		for _, g := range e.given {
			if g.has && g.value.Is(word) {
				return "an option's value"
			}
		}
	}
	return ""
}

// asData are commands whose arguments are no options, wherever they stand.
var asData = wordSet(`
	true : false
	echo
	let expr
	select until function
	init_is_upstart log_daemon_msg log_end_msg log_action_msg log_failure_msg log_success_msg log_warning_msg log_progress_msg log_begin_msg log_action_begin_msg log_action_end_msg log_action_cont_msg log_use_fancy_output
	db_get db_set db_input db_go db_fset db_fget db_purge db_reset db_stop db_version db_subst db_title db_capb db_register db_unregister db_settitle db_metaget`)

// In their order: they ignore what they are given; print it; calculate with it; are words of the grammar of the shell; print it with a label;
// send it to debconf, whose protocol has no options.

// stopsAtOperand are commands that read no options after their first operand: what follows are names, numbers, files or the arguments of something else.
var stopsAtOperand = wordSet(`
	alias autoload bg bind bindkey break caller complete compopt continue declare dirs disown emulate enable exit export fc fg getopts hash help history jobs local logout popd printf pushd
	print read readonly return set setopt shift shopt typeset type ulimit unalias unset unsetopt wait zle zmodload zstyle ztcp
	awk gawk mawk nawk bash sh env expect getopt gettext gettextln ngettext seq sudoedit tput abduco dtach tmux byobu`)

// TestPlantedInSubCommands puts options that do not exist behind every sub-command of every table, with and without operands after it.
func TestPlantedInSubCommands(t *testing.T) {
	n := 0
	for path := range optionCalls() {
		argv := strings.Fields(path)
		if len(argv) < 2 {
			continue
		}
		for _, rest := range [][]string{nil, {"a"}, {"a", "/b/c"}} {
			for _, word := range []string{"--zz-nonsense", "--zz-nonsense=1", "-Ø"} {
				call := append(append(slices.Clone(argv), word), rest...)
				if acceptable(call, len(argv), word) == "" {
					t.Errorf("%s is said to be understood", strings.Join(call, " "))
				}
				n++
			}
		}
	}
	t.Logf("%d calls", n)
}

// TestUnknownSubCommand gives every tool with sub-commands, and every sub-command with its own, a word that is none of them.
func TestUnknownSubCommand(t *testing.T) {
	n := 0
	var walk func(s *spec, path []string)
	walk = func(s *spec, path []string) {
		if len(s.subs) == 0 {
			return
		}
		for _, call := range [][]string{append(slices.Clone(path), "zz-frobnicate"), append(slices.Clone(path), "zz-frobnicate", "a", "/b/c")} {
			n++
			var words []value.Str
			for _, w := range call {
				words = append(words, value.Lit(w))
			}
			if r := Evaluate(words, Context{}); r.Known && len(r.Unknown) == 0 && len(r.Runs) == 0 && len(s.patterns) == 0 { // what it runs (hub runs git) is judged there
				t.Errorf("%s is said to be understood", strings.Join(call, " "))
			}
		}
		for name, sub := range s.subs {
			walk(sub, append(slices.Clone(path), name))
		}
	}
	for name := range table() {
		if s := table().find(name); name[0] != '%' && s.hook == nil {
			walk(s, []string{name})
		}
	}
	t.Logf("%d calls", n)
}
