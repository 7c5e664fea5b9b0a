package command

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"sallyport"
)

// The tables are text, one file per family of commands, in a small language:
//
//	cp: go copy                          names, comma-separated, then lines that may stand on the first line too
//	  opt -abdfi --sparse= -S,--suffix=  flags a b d f i; an option with a value; aliases
//	  opt -o,--output=out --color? -c!   the value's role; an optional value; a value that ends the options
//	  opt -crop=4                        four values, each an argument of its own
//	  arg in... out                      roles of operands; x? may be absent, x... repeats
//	  arg[-i] _ mod...                   the first pattern whose condition holds is used
//	  do[-f|--force] delete {1} "note"   an effect; may: an effect that need not happen. {1}, {*} and {-o} stand for values, in the note too
//	  hint[-k] tls medium "..."          something remarkable
//	  say[-x] "..."                      what about it is not understood
//	  source|sink text|net|secret ...    where its bytes come from or go to
//	  as[-x] read {-o}                   gives a role to values of options
//	  prints "export X='‹value›'"        what it prints, with its blanks
//	  stdin [always]                     it reads standard input (when no operand is an input)
//	  lossy | verbatim | quiet           what it prints: a digest of its input, its input itself, nothing that matters
//	  style posix                        how it reads its arguments, see style
//	  own                                the options of its parents mean nothing to it
//	  helps -h,--help                    options that make it describe itself and do nothing else, wherever they stand
//	  negatable                          it understands --no-x where it understands --x
//	  plugins [git]                      a sub-command that is not described is the program of that name, git-x for git x, or goes to another program,
//	                                   with what follows it when "skip" is added
//	  old                                its first argument may be options without a dash, as with tar
//	  use name                           takes over the lines of another spec, or of a group, whose name begins with %
//	  sub add,create                     a sub-command; its lines are indented under it
//	  go hook                            a Go function does the rest
//
// Several lines can share one, separated by " ; ". Conditions: -o (given), -o=value, !x, a|b, a&b (| binds weaker), #N (N
// operands), #N+ (at least), @N=text (the Nth operand), . (no sub-command).
//
//go:embed tables/*.spec tables/full/*.spec
var tables embed.FS

// table holds every command. Those in full are described option by option; the others partly by hooks, or by the kind of tool they are.
var table = sync.OnceValue(func() library { return fill(tables, "tables/full/*.spec", "tables/*.spec") })

// bind resolves hooks by name, in s and its sub-commands.
func (s *spec) bind() {
	if s.hookName != "" {
		s.hook = hooks[s.hookName]
		if s.hook == nil {
			panic(fmt.Sprintf("%s: no hook %q", s.path, s.hookName))
		}
	}
}

func newSpec(name string, parent *spec) *spec {
	s := &spec{name: name, path: name, parent: parent, style: gnu, opts: map[string]*option{}, subs: map[string]*spec{}}
	if parent != nil {
		s.path = parent.path + " " + name
		if parent.style == single || parent.style == raw {
			s.style = parent.style
		}
	}
	return s
}

// clauses divides a line at " ; " outside double quotes.
func clauses(line string) []string {
	var out []string
	quoted, from := false, 0
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], " ; "):
			out = append(out, line[from:i])
			from = i + 3
		}
	}
	out = append(out, line[from:])
	kept := out[:0]
	for _, c := range out {
		if c = strings.TrimSpace(c); c != "" {
			kept = append(kept, c)
		}
	}
	return kept
}

// clause adds one clause to s.
func (s *spec) clause(e *entry, text string) error {
	verb, rest, _ := strings.Cut(text, " ")
	verb, when, err := guarded(verb)
	if err != nil {
		return err
	}
	rest = strings.TrimSpace(rest)
	switch verb {
	case "opt":
		for _, tok := range strings.Fields(rest) {
			if err := s.addOption(tok); err != nil {
				return err
			}
		}
	case "helps":
		return s.declare(&option{role: role{name: "help"}}, strings.Split(rest, ","))
	case "arg":
		p, err := parsePattern(rest)
		if err != nil {
			return err
		}
		p.when = when
		s.patterns = append(s.patterns, p)
	case "do", "may", "hint", "source", "sink", "say", "as", "prints":
		a, err := parseAct(verb, rest)
		if err != nil {
			return err
		}
		a.when = when
		s.acts = append(s.acts, a)
	case "stdin":
		if s.stdin = "default"; rest != "" {
			s.stdin = rest
		}
	case "lossy":
		s.lossy = true
	case "verbatim":
		s.verbatim = true
	case "quiet":
		s.quiet = true
	case "old":
		s.old = true
	case "own":
		s.own = true
	case "negatable":
		s.negates = true
	case "plugins":
		if s.plugins = "-"; rest != "" {
			s.plugins = rest
		}
	case "style":
		s.style = style(rest)
		if s.style != gnu && s.style != posix && s.style != single && s.style != raw {
			return fmt.Errorf("no such style %q", rest)
		}
	case "go":
		s.hookName = rest
		s.bind()
	case "use":
		from, err := e.used(rest)
		if err != nil {
			return err
		}
		s.take(from)
	default:
		return fmt.Errorf("no such clause %q", verb)
	}
	return nil
}

// take copies the lines of another spec.
func (s *spec) take(from *spec) {
	s.borrowed = map[string]bool{}
	for k, v := range from.opts {
		s.opts[k] = v
		s.borrowed[k] = true
	}
	for k, v := range from.subs {
		s.subs[k] = v
	}
	s.longs = append(s.longs, from.longs...)
	s.patterns = append(s.patterns, from.patterns...)
	s.acts = append(s.acts, from.acts...)
	s.style, s.stdin, s.lossy, s.verbatim, s.quiet = from.style, from.stdin, from.lossy, from.verbatim, from.quiet
	s.hookName, s.hook, s.old, s.negates = from.hookName, from.hook, from.old, from.negates
}

// guarded splits "do[-f]" into the verb and its condition.
func guarded(verb string) (string, cond, error) {
	name, inside, ok := strings.Cut(verb, "[")
	if !ok {
		return verb, nil, nil
	}
	if !strings.HasSuffix(inside, "]") {
		return "", nil, fmt.Errorf("condition of %q is not closed", verb)
	}
	c, err := parseCond(strings.TrimSuffix(inside, "]"))
	return name, c, err
}

// addOption adds one token of an opt line.
func (s *spec) addOption(tok string) error {
	names, o := tok, &option{}
	if i := strings.IndexAny(tok, "=?!"); i > 0 {
		names, o.takes = tok[:i], tok[i]
		if n, err := strconv.Atoi(tok[i+1:]); err == nil && n > 1 && n < 10 {
			tok, o.more = tok[:i+1], n-1
		}
		if o.role = parseRole(tok[i+1:]); !knownRole(o.role.name) {
			return fmt.Errorf("no such role %q", o.role.name)
		}
	}
	list := strings.Split(names, ",")
	if len(list) == 1 && o.takes == 0 && s.style != single && len(names) > 2 && !strings.HasSuffix(names, "*") && (names[0] == '-' && names[1] != '-' || names[0] == '+') {
		list = nil
		for _, c := range names[1:] { // -abc: three flags
			if err := s.declare(&option{}, []string{names[:1] + string(c)}); err != nil {
				return err
			}
		}
		return nil
	}
	return s.declare(o, list)
}

func (s *spec) declare(o *option, list []string) error {
	o.name = list[0]
	for _, n := range list {
		if n == "" || (n[0] != '-' && n[0] != '+') {
			return fmt.Errorf("option %q does not begin with a dash", n)
		}
		if old := s.opts[n]; old != nil && !s.borrowed[n] && (old.takes != 0 || old.name != n) { // a bare flag may be described better later
			if len(list) > 1 || o.takes != old.takes {
				return fmt.Errorf("option %q is described twice", n)
			}
			continue
		}
		s.opts[n] = o
		delete(s.borrowed, n)
		if strings.HasPrefix(n, "--") {
			s.longs = append(s.longs, n)
		}
	}
	return nil
}

func parseRole(text string) role {
	if name, arg, ok := strings.Cut(text, "("); ok {
		return role{name, strings.TrimSuffix(arg, ")")}
	}
	return role{name: text}
}

func parsePattern(text string) (pattern, error) {
	p := pattern{many: -1}
	for i, tok := range strings.Fields(text) {
		var s slot
		if t, ok := strings.CutSuffix(tok, "..."); ok {
			if p.many >= 0 {
				return p, fmt.Errorf("two operands repeat in %q", text)
			}
			p.many, tok = i, t
		} else if t, ok := strings.CutSuffix(tok, "?"); ok {
			s.optional, tok = true, t
		}
		s.role = parseRole(tok)
		if !knownRole(s.role.name) {
			return p, fmt.Errorf("no such role %q", s.role.name)
		}
		p.roles = append(p.roles, s)
	}
	return p, nil
}

func parseAct(verb, rest string) (act, error) {
	a := act{verb: verb}
	w := append(quotedFields(rest), "", "", "")
	switch verb {
	case "do", "may":
		a.kind, a.target, a.detail = sallyport.EffectKind(w[0]), w[1], w[2]
		if !effectKinds[a.kind] || a.target == "" {
			return a, fmt.Errorf("want: %s kind target [\"detail\"], got %q", verb, rest)
		}
	case "hint":
		a.rule, a.level, a.detail = w[0], sallyport.Verdict(w[1]), w[2]
		if a.detail == "" {
			return a, fmt.Errorf("want: hint rule level \"message\", got %q", rest)
		}
	case "as":
		if a.role, a.target = parseRole(w[0]), w[1]; a.target == "" || a.role.name == "" || !knownRole(a.role.name) {
			return a, fmt.Errorf("want: as role target, got %q", rest)
		}
	case "source", "sink":
		a.rule, a.target = w[0], w[1]
		if a.target == "" {
			return a, fmt.Errorf("want: %s kind target, got %q", verb, rest)
		}
	case "say":
		if a.detail = w[0]; a.detail == "" {
			return a, fmt.Errorf("want: say \"what is not understood\"")
		}
	case "prints":
		if a.target = w[0]; a.target == "" {
			return a, fmt.Errorf("want: prints \"text\"")
		}
	}
	return a, nil
}

// quotedFields splits at blanks outside double quotes, and takes the quotes off.
func quotedFields(text string) (fields []string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if text[0] == '"' {
			f, rest, _ := strings.Cut(text[1:], `"`)
			fields, text = append(fields, f), rest
			continue
		}
		f, rest, _ := strings.Cut(text, " ")
		fields, text = append(fields, f), rest
	}
	return fields
}
