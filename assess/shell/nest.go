package shell

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/foreign"
	"sallyport/assess/value"
)

// nested is a text to be followed within another.
type nested struct {
	text    value.Str
	via     string
	args    []value.Str // nil: the caller's
	sourced bool        // in the same shell
	file    string      // path, when it is a file
	pinned  bool        // a file of the target
	lang    string
	stdin   bool // the text arrives on standard input
	written bool
}

func isShell(lang string) bool {
	if lang == "" {
		return true
	}
	switch path.Base(lang) {
	case "sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "busybox", "rbash", "shell":
		return true
	}
	return false
}

// spawn follows a program that a command starts.
func (m *machine) spawn(r command.Run, by string) {
	if m.spawned++; m.spawned > maxSpawned || m.nested > maxNested || m.steps > maxSteps {
		m.trace.Spent = true
		m.gap("programs start programs too deeply to follow")
		return
	}
	m.nested++
	defer func() { m.nested-- }()
	m.within(func() {
		m.place.Via = appendVia(m.place.Via, r.Via)
		if r.Principal != "" {
			m.place.Principal = r.Principal
		}
		if r.Where != command.Here {
			m.place.Where = r.Where
		}
		if r.Certainty == sallyport.May {
			m.maybe("depending on what " + by + " finds")
		}
		fds := m.fds
		if r.Feed != nil {
			m.fds = cloneFds(fds)
			m.fds[0] = stream{kind: content, in: *r.Feed}
		}
		follow := func() {
			for _, a := range r.Env {
				m.setSpecial(a.Name, a.Value)
				m.put(a.Name, &variable{val: a.Value, exported: true})
			}
			m.start(r)
		}
		if r.Sourced {
			follow()
		} else {
			ifs, edit := m.ifs, m.pathEdit
			m.subshell(follow)
			m.ifs, m.pathEdit = ifs, edit
		}
		m.fds = fds
	})
}

func (m *machine) start(r command.Run) {
	args := r.Args
	if args == nil {
		args = []value.Str{}
	}
	switch {
	case len(r.Argv) > 0:
		argv := make([]field, len(r.Argv))
		for i, a := range r.Argv {
			argv[i] = field{val: a, quoted: true}
		}
		m.runNested(argv, r.Sourced)
	case r.Script != nil:
		m.follow(nested{text: *r.Script, args: args, sourced: r.Sourced, lang: r.Lang})
	case r.File != nil:
		m.file(r, args)
	case r.Stdin:
		s := m.fds[0]
		code := m.readStream(s)
		if s.kind == inherit {
			m.gap("runs code from its standard input, which is not known")
			m.program(Program{Lang: r.Lang, Code: code, From: "stdin"})
			return
		}
		if s.kind == net {
			m.gap("what " + s.target.String() + " will tell this shell to do is not known")
			m.program(Program{Lang: r.Lang, Code: code, Interactive: true, From: "stdin"})
			m.effect(sallyport.EffectExec, value.Lit("shell"), "obeys another machine", r.Lang)
			return
		}
		m.follow(nested{text: code, args: args, lang: r.Lang, stdin: true})
	case r.Interactive:
		s := m.fds[0]
		code := m.readStream(s)
		p := Program{Lang: r.Lang, Code: code, Interactive: true, From: "stdin"}
		if o := m.fds[1]; o.kind == net {
			p.Code = value.Concat(code, m.readStream(o))
		}
		m.program(p)
		m.effect(sallyport.EffectExec, value.Lit("shell"), "an interactive shell", r.Lang)
		if s.kind == content {
			m.follow(nested{text: code, args: args, lang: r.Lang, stdin: true})
		}
	}
}

// runNested runs a word list that another command made: functions of the text are not visible to it.
func (m *machine) runNested(argv []field, sourced bool) {
	name := argv[0].val
	for _, a := range name.Alternatives() {
		text, ok := a.Const()
		if !ok {
			one := slices.Clone(argv)
			one[0].val = a
			m.unknownName(one)
			continue
		}
		if text == "" {
			continue
		}
		m.named(text, argv, sourced)
	}
}

// file follows a program in a file.
func (m *machine) file(r command.Run, args []value.Str) {
	for _, alt := range r.File.Alternatives() {
		p := m.absStr(alt)
		key := m.abs(p.String())
		t, known := alt.Const()
		v := m.vars[filePrefix+key]
		if v == nil && known {
			v = m.vars[filePrefix+path.Clean(t)]
		}
		if known && (t == "-" || path.Clean(t) == "/dev/stdin" || path.Clean(t) == "/proc/self/fd/0") {
			m.follow(nested{text: m.readStream(m.fds[0]), args: args, lang: r.Lang, sourced: r.Sourced, stdin: true})
			continue
		}
		if n, ok := descriptor(t); ok && known && m.fds[n].kind == content {
			m.follow(nested{text: m.fds[n].in, args: args, lang: r.Lang, sourced: r.Sourced, stdin: true})
			continue
		}
		if host, _, ok := device(alt); ok {
			m.effect(sallyport.EffectConnect, host, "", "/dev/tcp")
			m.follow(nested{text: m.readStream(stream{kind: net, target: host}), args: args, lang: r.Lang, sourced: r.Sourced})
			continue
		}
		if !(known && procPath(t)) {
			m.effect(sallyport.EffectRead, p, "as a program", "")
		}
		if v != nil && !v.unset && !m.trace.Fifos[key] {
			n := nested{text: v.val, args: args, sourced: r.Sourced, file: key, pinned: v.exported, lang: r.Lang}
			if !procPath(key) {
				n.via = "file " + alt.String()
			}
			m.runFile(n)
			continue
		}
		if mod := pythonLibrary(t); known && mod != "" && strings.HasPrefix(r.Lang, "python") && m.place.Where == command.Here {
			m.trusted(t)
			argv := []field{{val: value.Lit("python3")}, {val: value.Lit("-m")}, {val: value.Lit(mod)}}
			for _, a := range args {
				argv = append(argv, field{val: a})
			}
			m.runNested(argv, false)
			continue
		}
		if known && r.Sourced && (m.library(t) || m.settings(t)) {
			continue
		}
		if known {
			m.refer(t, false)
		}
		m.program(Program{Lang: r.Lang, Code: withTaint(alt, m.contents(p)), From: "file"})
		m.gap("runs the contents of " + alt.String() + ", which are not known here")
	}
}

// runFile follows a file whose contents are known at least in part.
func (m *machine) runFile(n nested) {
	if m.active[n.file] >= 2 {
		m.gap("the file " + n.file + " runs itself")
		return
	}
	m.ran[n.file] = true
	m.active[n.file]++
	name := m.fileName
	if !n.sourced {
		m.fileName = n.file
	}
	if n.lang == "" || isShell(n.lang) {
		if t, ok := n.text.Const(); ok || n.text.Prefix() != "" {
			if !ok {
				t = n.text.Prefix()
			}
			if first, _, _ := strings.Cut(t, "\n"); strings.HasPrefix(first, "#!") {
				if lang := shebang(first); !isShell(lang) && !n.sourced && n.lang == "" {
					n.lang = lang
				}
			} else if strings.HasPrefix(t, "\x7fELF") || strings.IndexByte(t, 0) >= 0 {
				m.gap("runs " + n.file + ", which is a binary")
				m.program(Program{Lang: "binary", Code: value.Of(value.Hole{Name: "contents of " + n.file, Taint: value.File, From: []string{n.file}}), From: "file"})
				m.active[n.file]--
				m.fileName = name
				return
			}
		}
	}
	n.written = !n.pinned
	m.within(func() {
		if n.pinned {
			m.place.Pinned = true
		}
		if n.sourced {
			m.follow(n)
		} else {
			m.subshell(func() { m.follow(n) })
		}
	})
	m.fileName = name
	m.active[n.file]--
}

// shebang is the interpreter that a first line names.
func shebang(line string) string {
	f := strings.Fields(strings.TrimPrefix(line, "#!"))
	for i := 0; i < len(f); i++ {
		b := path.Base(f[i])
		if b == "env" || strings.HasPrefix(f[i], "-") || strings.Contains(f[i], "=") && i > 0 {
			continue
		}
		return strings.TrimRight(b, "0123456789.")
	}
	return "sh"
}

// follow goes into a nested program of any language.
func (m *machine) follow(n nested) {
	if len(n.text.Alternatives()) > 1 {
		for _, a := range n.text.Alternatives() {
			one := n
			one.text = a
			m.within(func() {
				m.maybe("for some values of its variables")
				if n.sourced {
					m.follow(one)
				} else {
					m.subshell(func() { m.follow(one) })
				}
			})
		}
		return
	}
	switch {
	case isShell(n.lang):
		m.nest(n)
	case n.lang == "cron" || n.lang == "crontab":
		m.cron(n.text, true)
	default:
		m.foreign(n)
	}
}

func (m *machine) foreign(n nested) {
	m.trace.Commands.Total++
	hidden := m.hidden(n.text)
	m.program(Program{Lang: n.lang, Code: n.text, Known: true, Hidden: hidden, From: from(n)})
	ctx := m.context()
	if s, ok := m.fds[0]; ok && s.kind != inherit {
		in := m.readStream(s)
		ctx.Stdin = &in
	}
	res := foreign.Evaluate(n.lang, n.text, n.args, ctx)
	for _, r := range res.Runs {
		if t, ok := n.text.Const(); ok && n.file == "" && !strings.Contains(t, "\n") && len(res.Runs) == 1 && len(res.Effects) == 0 && r.Script != nil && r.Script.Known() {
			m.note("odd-spelling", sallyport.Medium, "starts a command from a program in "+n.lang+" that does nothing else: it could simply stand there")
		}
	}
	if len(res.Unknown) == 0 {
		m.trace.Commands.Understood++
	}
	m.within(func() {
		m.place.Via = appendVia(m.place.Via, n.via)
		if hidden != Plain {
			m.place.Decoded = max(m.place.Decoded, hidden)
			if t, ok := m.mark(n.text); ok {
				m.layer(strings.Join(append(slices.Clone(m.place.Via), n.lang), " > "), t, "")
			}
		}
		out := m.consume(res, []value.Str{value.Lit(n.lang)})
		m.write(1, out, n.lang)
		m.mingle(res)
	})
}

// mingle draws the flows that a program in another language may have, of which only its calls were found: what it reads may
// be sent wherever it connects, and what it is sent may be what it runs.
func (m *machine) mingle(res command.Result) {
	var reads, hosts []value.Str
	for _, e := range res.Effects {
		switch e.Kind {
		case sallyport.EffectRead:
			reads = append(reads, m.absStr(e.Target))
		case sallyport.EffectConnect:
			hosts = append(hosts, e.Target)
		}
	}
	if len(hosts) == 0 || len(reads) > 32 || len(hosts) > 32 {
		return
	}
	for _, h := range hosts {
		for _, r := range reads {
			m.flow(Flow{From: command.End{Kind: command.File, Target: r}, To: command.End{Kind: command.Net, Target: h}, Data: m.contents(r)})
		}
	}
	for _, r := range res.Runs {
		unknown := r.Interactive || r.Stdin || r.Script != nil && !r.Script.Known()
		for _, a := range r.Argv {
			unknown = unknown || !a.Known()
		}
		if unknown {
			m.note("remote-shell", sallyport.Critical, "connects to "+hosts[0].String()+" and runs what is not known: most likely what it is told from there")
			return
		}
	}
	for _, e := range res.Effects {
		if e.Kind == sallyport.EffectUnknown || e.Kind == sallyport.EffectExec && !e.Target.Known() {
			m.note("remote-shell", sallyport.Critical, "connects to "+hosts[0].String()+" and runs what is not known: most likely what it is told from there")
			return
		}
	}
}

func from(n nested) string {
	switch {
	case n.stdin:
		return "stdin"
	case n.file != "":
		return "file"
	}
	return "argument"
}

// nest follows a shell text.
func (m *machine) nest(n nested) {
	if m.nested > maxNested {
		m.trace.Spent = true
		m.gap("texts run texts too deeply to follow")
		return
	}
	text, ok := m.mark(n.text)
	if !ok {
		m.gap("runs a text that is not known")
		m.program(Program{Lang: "sh", Code: n.text, From: from(n)})
		return
	}
	if m.bytes += len(text); m.bytes > maxNestBytes {
		m.trace.Spent = true
		return
	}
	m.nested++
	defer func() { m.nested-- }()
	hidden := Plain
	if !n.pinned {
		hidden = m.hidden(n.text)
	}
	_, whole := n.text.Const()
	if h := injected(n.text); h != nil && !n.pinned && !m.inAlias {
		m.within(func() {
			m.place.Via = appendVia(m.place.Via, n.via)
			m.gap("whatever " + value.Of(*h).String() + " holds becomes part of commands that run, and may add commands of its own")
		})
	}
	m.program(Program{Lang: "sh", Code: n.text, Known: whole, Hidden: hidden, Cut: hidden == Composed && m.cut(n.text), From: from(n)})
	stmts, err := m.parse([]byte(text))
	m.within(func() {
		m.place.Via = appendVia(m.place.Via, n.via)
		m.place.Decoded = max(m.place.Decoded, hidden)
		m.place.Written = m.place.Written || n.written
		if hidden != Plain || n.pinned || n.file != "" && !procPath(n.file) {
			m.layer(strings.Join(m.place.Via, " > "), text, m.pinnedName(n))
		}
		if err != nil {
			m.gap("runs a text that cannot be read as shell commands")
			m.mentions(unparsed([]byte(text), err))
			if whole && n.file == "" && !n.stdin {
				m.note("not-parsed", sallyport.High, "runs a text that cannot be read as shell commands, so nothing is known about what it does")
			}
		}
		lines, src, words := m.lines, m.src, m.words
		m.words = nil
		m.lines = m.mapLines(text, n.pinned)
		m.lines.file = m.pinnedName(n)
		m.src = []byte(text)
		if n.args != nil {
			old := m.vars[argsName]
			if !n.sourced || len(n.args) > 0 {
				m.setArgs(n.args)
				m.stmts(stmts)
				m.put(argsName, old)
			} else {
				m.stmts(stmts)
			}
		} else {
			m.stmts(stmts)
		}
		m.left = 0
		m.lines, m.src, m.words = lines, src, words
	})
}

// injected finds, in a text that is read as commands, a blank that somebody else fills in: the shell cannot tell what was put in from
// what was written.
func injected(text value.Str) *value.Hole {
	written := false
	for _, p := range text.Parts() {
		written = written || p.Hole == nil && strings.TrimSpace(p.Text) != ""
	}
	for _, h := range text.Holes() {
		if !written {
			return nil // nothing but blanks: which program runs is not known, and is told as that
		}
		if h.Taint&(value.Input|value.Env|value.File|value.Remote) != 0 && h.Taint&(value.Derived|value.Glob) == 0 && h.Name != "~" && typical[h.Name] == "" && !strings.Contains(strings.ToUpper(h.Name), "TMP") {
			return h
		}
	}
	return nil
}

// pinnedName is the name of the pinned file that a nested text is, as it was given: "" for any other text.
func (m *machine) pinnedName(n nested) string {
	if !n.pinned {
		return ""
	}
	if name := m.pinned[n.file]; name != "" {
		return name
	}
	return n.file
}

// mapLines finds a nested text in the submitted one, so that its lines can be named exactly. A text that does not stand
// there word for word is placed where it is run.
func (m *machine) mapLines(text string, pinned bool) lineMap {
	at := m.place.Lines
	whole := lineMap{nested: true, at: at}
	body := strings.Trim(text, "\n")
	if pinned || !strings.Contains(body, "\n") {
		return whole
	}
	lines := m.world.Text
	i := bytes.Index(lines, []byte(body))
	if i < 0 {
		return whole
	}
	if start := lineStart(lines, at[0]); start > i {
		if j := bytes.Index(lines[start:], []byte(body)); j >= 0 {
			i = start + j
		}
	}
	lead := len(text) - len(strings.TrimLeft(text, "\n"))
	first := 1 + bytes.Count(lines[:i], []byte("\n"))
	return lineMap{nested: true, at: at, exact: true, offset: first - 1 - lead, last: first + strings.Count(body, "\n")}
}

// lineStart is the offset of line n, counted from 1.
func lineStart(text []byte, n int) int {
	off := 0
	for ; n > 1; n-- {
		i := bytes.IndexByte(text[off:], '\n')
		if i < 0 {
			return len(text)
		}
		off += i + 1
	}
	return off
}

// hidden says how far a text that is executed was put together by the script, so that it cannot be found by reading.
// Quotes and blanks do not count as hiding.
func (m *machine) hidden(s value.Str) Hiding {
	if m.plain == nil {
		m.plain = squeeze(m.world.Text)
		for _, name := range slices.Sorted(maps.Keys(m.vars)) {
			if v := m.vars[name]; strings.HasPrefix(name, filePrefix) && v != nil && v.exported {
				if t, ok := v.val.Const(); ok {
					m.plain = append(m.plain, squeeze([]byte(t))...)
				}
			}
		}
	}
	found, total := 0, 0
	out := Plain
	whole := true
	for _, p := range s.Parts() {
		if p.Hole != nil {
			whole = false
			continue
		}
		for _, line := range strings.Split(p.Text, "\n") {
			x := squeeze([]byte(line))
			if len(x) < 3 {
				continue
			}
			total += len(x)
			if bytes.Contains(m.plain, x) {
				found += len(x)
				continue
			}
			out = Composed
			found += max(m.pieces(x), m.standing(line))
		}
	}
	if out == Composed && whole && found*2 < total && total-found >= 4 {
		return Encoded
	}
	return out
}

// standing is how many bytes of a line are words that stand in the submitted text by themselves.
func (m *machine) standing(line string) (n int) {
	for _, w := range strings.Fields(line) {
		if x := squeeze([]byte(w)); len(x) >= 2 && bytes.Contains(m.plain, x) {
			n += len(x)
		}
	}
	return n
}

// cut reports whether words of a text that is executed stand nowhere in the submitted one as a whole: they were taken apart.
func (m *machine) cut(s value.Str) bool {
	n := 0
	for _, p := range s.Parts() {
		for _, w := range strings.Fields(p.Text) {
			if x := squeeze([]byte(w)); p.Hole == nil && len(x) >= 3 && !bytes.Contains(m.plain, x) && !strings.Contains(w, "=") {
				n++
			}
		}
	}
	return n > 0
}

// pieces is how many bytes of x lie in runs of at least five that stand in the submitted text.
func (m *machine) pieces(x []byte) int {
	const run = 5
	if m.grams == nil {
		m.grams = map[string]bool{}
		for i := 0; i+run <= len(m.plain); i++ {
			m.grams[string(m.plain[i:i+run])] = true
		}
	}
	n, upto := 0, 0
	for i := 0; i+run <= len(x); i++ {
		if m.grams[string(x[i:i+run])] {
			n += i + run - max(upto, i)
			upto = i + run
		}
	}
	return n
}

func squeeze(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		switch c {
		case ' ', '\t', '\n', '\r', '\'', '"', '\\':
		default:
			out = append(out, c)
		}
	}
	return out
}
