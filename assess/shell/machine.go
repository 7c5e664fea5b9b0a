// Package shell walks a shell text as if every branch of it were taken, with strings of which only some is known, in a
// world that exists in memory only, and writes down what it sees: effects, where bytes flow, what would be executed, what
// could not be followed. It executes nothing.
//
// Every branch, case arm, loop body and function is visited at least once. Loops whose condition can be computed run as often as
// they would, others once. Text that is executed (eval, sh -c, here-documents, files that were written before, cron lines) is
// followed in place. Budgets bound it: when one is exhausted, Trace.Spent says so. It does not judge.
package shell

import (
	"bytes"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Budgets. They bound work, not time, so that the same text always gives the same trace.
const (
	maxSteps     = 80_000   // statements and words visited, and their like
	maxLoop      = 30_000   // of these within one loop
	maxNested    = 24       // texts within texts
	maxCalls     = 24       // functions within functions
	maxRuns      = 200      // calls of one function that are followed one by one
	maxNestBytes = 4 << 20  // nested text parsed in all
	maxEvents    = 8_000    // effects and flows
	maxIter      = 4096     // iterations of one loop
	maxOutput    = 64 << 10 // bytes kept of what one substitution prints
	maxLayer     = 64 << 10 // bytes shown of one layer
	maxLayers    = 64
	maxSpawned   = 3000 // programs evaluated by nested runs
)

// World is what is known about where the text would run.
type World struct {
	Text  []byte
	Posix bool // the shell is sh, not bash
	Name  string
	Cwd   string
	Home  string
	User  string
	Env   map[string]string
	Args  []string // nil: not known
	Stdin *value.Str
	Files map[string][]byte
}

type function struct {
	body   *syntax.Stmt
	lines  lineMap
	src    []byte
	called bool
	place  Place
	busy   int // calls of it that are being followed now
	runs   int
	seen   map[string]bool // known arguments of calls that were followed though there were many

	// Once its calls are no longer followed one by one:
	rounds   int                  // how often its body was walked for all of them
	rounding bool                 // and is being walked so
	given    value.Str            // what its arguments may be made of
	changes  map[string]value.Str // the variables that it may set
	prints   value.Str            // what it may print
}

type streamKind uint8

const (
	inherit streamKind = iota
	null
	closed
	file
	net
	capture
	content
)

// stream is one open file descriptor.
type stream struct {
	kind   streamKind
	target value.Str  // path or host:port
	out    *collector // capture
	in     value.Str  // content
}

// collector gathers what a substitution or a pipe element prints.
type collector struct {
	parts []value.Str
	size  int
	over  bool
}

func (c *collector) add(s value.Str) {
	if s.Empty() || c.over {
		return
	}
	t, ok := s.Const()
	c.size += len(t)
	if !ok {
		c.size += 64
	}
	if c.size > maxOutput*16 || len(c.parts) > 8000 {
		c.over = true
		c.parts = append(c.parts, value.Of(value.Hole{Name: "…", Taint: value.Output, Why: "the output is too long to follow"}))
		return
	}
	c.parts = append(c.parts, s)
}

func (c *collector) str() value.Str {
	// Adjoining constants are joined first: Concat copies.
	var out []value.Str
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, value.Lit(b.String()))
			b.Reset()
		}
	}
	for _, p := range c.parts {
		if t, ok := p.Const(); ok {
			b.WriteString(t)
		} else {
			flush()
			out = append(out, p)
		}
	}
	flush()
	return value.Concat(out...)
}

// lineMap maps lines of a parsed text to lines of the submitted text.
type lineMap struct {
	nested bool
	at     sallyport.Span // where the nested text is executed
	offset int            // line of the submitted text minus line of the nested one, when exact
	exact  bool
	last   int    // last line when exact
	file   string // the pinned file that the nested text is
}

func (l lineMap) span(first, last uint) sallyport.Span {
	switch {
	case !l.nested:
		return sallyport.Span{max(1, int(first)), max(1, int(first), int(last))}
	case l.exact:
		a, b := min(int(first)+l.offset, l.last), min(int(last)+l.offset, l.last)
		return sallyport.Span{a, max(a, b)}
	}
	return l.at
}

type machine struct {
	world   World
	trace   *Trace
	vars    map[string]*variable
	journal []map[string]*variable
	funcs   map[string]*function
	order   []string // names of funcs in order of definition
	aliases map[string]string
	copies  map[string]string // other names that the text gives to known programs, by path
	shopt   map[string]bool
	fds     map[int]stream
	traps   []trapped

	lines    lineMap
	place    Place
	steps    int
	nested   int
	calls    int
	bytes    int
	spawned  int
	holes    []*value.Hole // by marker rune
	marks    map[*value.Hole]rune
	active   map[string]int // files being followed now
	parser   *syntax.Parser
	src      []byte // text being walked
	stmtAt   sallyport.Span
	unreach  bool
	hdLine   int
	lastBg   value.Str
	pathEdit []string // directories that the script put before the others in PATH
	status   value.Str
	ifs      string
	brk      bool                   // and it was a break
	left     int                    // exit, return, break or continue was just walked
	loops    int                    // loops around the current statement
	keepFds  bool                   // exec changed the descriptors for good
	piped    int                    // pipelines around the current statement
	gaps     map[uint]bool          // lines noted by hiddenByGap
	fileName string                 // what $0 is, where known
	locals   []map[string]*variable // what local names held before, by function being followed
	ran      map[string]bool        // files that were followed
	pinned   map[string]string      // names of pinned files as they were given, by cleaned path
	words    []field                // of the current command
	events   map[event]bool
	lib      map[string]bool // functions of well-known files that were sourced
	before   map[int]stream  // descriptors before never
	inAlias  bool
	plain    []byte          // the submitted text without quotes and blanks, for hidden
	grams    map[string]bool // its pieces of five bytes
	calling  []string        // functions being followed now
	fdCount  int             // files made by process substitution
	pending  []pendingRead
	sourced  []sourced // the system's own files that were sourced
}

type trapped struct {
	on    string
	text  value.Str
	place Place
	lines lineMap
}

// Walk follows the text and returns what it saw.
func Walk(w World) *Trace {
	m := newMachine(w)
	m.walkTop(w.Text)
	return m.trace
}

func newMachine(w World) *machine {
	m := &machine{
		world: w, trace: &Trace{Fifos: map[string]bool{}, Readings: Readings{}}, vars: map[string]*variable{}, funcs: map[string]*function{},
		aliases: map[string]string{}, shopt: map[string]bool{}, fds: map[int]stream{}, marks: map[*value.Hole]rune{}, active: map[string]int{}, gaps: map[uint]bool{}, ran: map[string]bool{}, pinned: map[string]string{}, lib: map[string]bool{}, events: map[event]bool{},
		place: Place{Certainty: sallyport.Must}, ifs: " \t\n",
	}
	for name, val := range w.Env {
		m.vars[name] = &variable{val: value.Lit(val), exported: true}
	}
	if w.Cwd != "" {
		m.vars[cwdName] = &variable{val: value.Lit(w.Cwd)}
	}
	if w.Args != nil {
		v := &variable{list: []value.Str{}}
		for _, a := range w.Args {
			v.list = append(v.list, value.Lit(a))
		}
		m.vars[argsName] = v
	}
	for _, p := range slices.Sorted(maps.Keys(w.Files)) {
		m.pinned[path.Clean(p)] = p
		m.vars[filePrefix+path.Clean(p)] = &variable{val: value.Lit(string(w.Files[p])), exported: true}
	}
	if w.Stdin != nil {
		m.fds[0] = stream{kind: content, in: *w.Stdin}
	}
	m.parser = syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(false))
	m.src = w.Text
	return m
}

func (m *machine) walkTop(text []byte) {
	stmts, err := m.parse(text)
	m.trace.ParseErr, m.trace.Stmts = err, stmts
	m.stmts(stmts)
	if err != nil {
		m.mentions(unparsed(text, err))
		if lang := looksLike(text); lang != "" {
			m.foreign(nested{text: value.Lit(string(text)), lang: lang, via: lang})
		}
	}
	m.needlessTrap(stmts)
	m.runTraps()
	m.uncalled()
	m.runTraps() // those that functions set
	m.later()
	m.changedAfterAll()
}

// parse returns the statements up to the first error.
func (m *machine) parse(text []byte) (stmts []*syntax.Stmt, err error) {
	text, ok := PlainComments(text)
	if !ok {
		return nil, errors.New("too many comments end in a backslash, as if to hide the lines behind them")
	}
	// The iterator goes on after an error even when told to stop, so it is drained rather than left.
	for s, e := range m.parser.StmtsSeq(bytes.NewReader(text)) {
		switch {
		case err != nil:
		case e != nil:
			err = e
		default:
			stmts = append(stmts, s)
		}
	}
	return stmts, err
}

// uncalled visits functions that nothing called: a library is judged by what its functions would do.
func (m *machine) uncalled() {
	for i := 0; i < len(m.order); i++ {
		f := m.funcs[m.order[i]]
		if f == nil || f.called {
			continue
		}
		f.called = true
		saved, lines, src := m.place, m.lines, m.src
		m.place, m.lines, m.src = f.place, f.lines, f.src
		m.place.Uncalled = true
		m.maybe("only if the function " + m.order[i] + " is called")
		m.branchFiles(func() {
			m.put(argsName, nil)
			m.stmt(f.body)
		})
		m.place, m.lines, m.src = saved, lines, src
	}
}

// branchFiles runs f and drops its changes but those to files.
func (m *machine) branchFiles(f func()) { m.subshell(f) }

// maybe marks the current place as conditional. The outermost condition stays: it is the one that decides.
func (m *machine) maybe(condition string) {
	m.place.Certainty = sallyport.May
	if m.place.Condition == "" {
		m.place.Condition = condition
	}
}

// never marks what is walked now as what cannot happen, as the text stands: it is looked at, but prints nothing.
func (m *machine) never() {
	m.maybe("never, as the text stands")
	m.before = m.fds
	m.fds = cloneFds(m.fds)
	m.fds[1] = stream{kind: null}
}

// within runs f with the current place, restored afterwards.
func (m *machine) within(f func()) {
	saved, before := m.place, m.before
	m.before = nil
	f()
	m.place = saved
	if m.before != nil {
		m.fds = m.before
	}
	m.before = before
}

func (m *machine) spend(n int) bool {
	m.steps += n
	if m.steps > maxSteps {
		m.trace.Spent = true
		return false
	}
	return true
}

// at returns the current place with the lines of node.
func (m *machine) at(n syntax.Node) Place {
	p := m.place
	p.Lines = m.spanOf(n)
	return p
}

// locate moves the current place to lines of the text being walked.
func (m *machine) locate(first, last uint) {
	m.place.Lines = m.lines.span(first, last)
	switch {
	case m.lines.file != "":
		m.place.File, m.place.FileLines = m.lines.file, sallyport.Span{int(first), max(int(first), int(last))}
	case !m.lines.nested:
		m.place.File, m.place.FileLines = "", sallyport.Span{}
	}
}

func (m *machine) spanOf(n syntax.Node) sallyport.Span {
	return m.lines.span(n.Pos().Line(), endLine(n))
}

// endLine is the last line of n without a here-document's body.
func endLine(n syntax.Node) uint {
	end := n.End().Line()
	if n.End().Col() == 1 && end > n.Pos().Line() {
		end-- // ends with a line end
	}
	return end
}

func (m *machine) gap(why string) {
	for i := len(m.trace.Gaps) - 1; i >= 0 && i >= len(m.trace.Gaps)-40; i-- {
		if g := &m.trace.Gaps[i]; g.Why == why && g.Place.Same(m.place) {
			return
		}
	}
	if len(m.trace.Gaps) < maxEvents {
		m.trace.Gaps = append(m.trace.Gaps, Gap{Why: why, Place: m.place})
	}
}

func (m *machine) effect(kind sallyport.EffectKind, target value.Str, detail, cmd string) {
	if len(m.trace.Effects) >= maxEvents {
		m.trace.Spent = true
		return
	}
	if m.repeated(string(kind), target.String(), detail) {
		return
	}
	if from, ok := strings.CutPrefix(detail, "link to "); ok && kind == sallyport.EffectCreate {
		if to, ok := target.Const(); ok {
			m.copied(from, to)
		}
	}
	m.trace.Effects = append(m.trace.Effects, Effect{Kind: kind, Target: target, Detail: detail, Command: cmd, Place: m.place})
}

func (m *machine) flow(f Flow) {
	if len(m.trace.Flows) >= maxEvents {
		m.trace.Spent = true
		return
	}
	f.Place = m.place
	if m.repeated(string(f.From.Kind)+string(f.To.Kind), f.From.Target.String()+"\x00"+f.To.Target.String(), f.Data.String()) {
		return
	}
	if f.From.Kind == command.File && f.To.Kind == command.File {
		from, ok1 := f.From.Target.Const()
		to, ok2 := f.To.Target.Const()
		if ok1 && ok2 {
			m.copied(from, to)
		}
	}
	m.trace.Flows = append(m.trace.Flows, f)
}

// repeated reports whether the same thing was already noted for the same place: loops and functions come by again and again.
func (m *machine) repeated(kind, target, detail string) bool {
	if len(detail) > 512 {
		detail = detail[:512]
	}
	k := event{kind, target, detail, m.place.Principal, string(m.place.Certainty), m.place.Condition, m.place.File, m.place.Lines, m.place.FileLines, len(m.place.Via), m.place.Decoded}
	if m.events[k] {
		return true
	}
	m.events[k] = true
	return false
}

type event struct {
	kind, target, detail, principal, certainty, condition, file string
	lines, fileLines                                            sallyport.Span
	via                                                         int
	decoded                                                     Hiding
}

func (m *machine) note(rule string, level sallyport.Verdict, message string) {
	if m.repeated("note", rule, message) {
		return
	}
	if len(m.trace.Notes) < maxEvents {
		m.trace.Notes = append(m.trace.Notes, Note{Rule: rule, Level: level, Message: message, Place: m.place})
	}
}

func (m *machine) program(p Program) {
	p.Place = m.place
	if m.repeated("program "+p.Lang, p.From, p.Code.String()) {
		return
	}
	if len(m.trace.Programs) < maxEvents {
		m.trace.Programs = append(m.trace.Programs, p)
	}
}

// layer keeps a text that was followed. file names the pinned file that it is, "" for what the submitted text made.
func (m *machine) layer(name, text, file string) {
	if len(m.trace.Layers) >= maxLayers {
		return
	}
	if len(text) > maxLayer {
		text = text[:maxLayer]
	}
	m.trace.Layers = append(m.trace.Layers, sallyport.Layer{Name: name, Lines: m.place.Lines, Text: m.show(text), File: file})
}

func (m *machine) context() command.Context {
	return command.Context{
		Read: func(p string) ([]byte, bool) {
			if v := m.vars[filePrefix+m.abs(p)]; v != nil {
				if t, ok := v.val.Const(); ok {
					return []byte(t), true
				}
			}
			return nil, false
		},
		Env: func(name string) (value.Str, bool) {
			if v := m.vars[name]; v != nil && !v.unset && v.list == nil && v.dict == nil {
				return v.val, true
			}
			return value.Str{}, false
		},
	}
}

// abs joins p to the working directory where that is known.
func (m *machine) abs(p string) string {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p)
	}
	if v := m.vars[cwdName]; v != nil {
		if d, ok := v.val.Const(); ok {
			return path.Join(d, p)
		}
	}
	if p == "" {
		return ""
	}
	return path.Clean(p)
}

// absStr is abs for a target that may have holes.
func (m *machine) absStr(p value.Str) value.Str {
	v := m.vars[cwdName]
	if v == nil {
		return p
	}
	out := make([]value.Str, 0, 1)
	for _, a := range p.Alternatives() {
		pre := a.Prefix()
		if pre == "" || pre[0] == '/' || pre[0] == '-' && len(pre) == 1 || strings.Contains(pre, ":") {
			out = append(out, a)
			continue
		}
		if c, ok := a.Const(); ok {
			if d, ok := v.val.Const(); ok {
				out = append(out, value.Lit(path.Join(d, c)))
				continue
			}
			if c == "." {
				out = append(out, v.val)
				continue
			}
		}
		if strings.HasPrefix(pre, "./") {
			a, _ = a.Drop(2)
		}
		out = append(out, value.Path(v.val, a))
	}
	return value.OneOf(out...)
}
