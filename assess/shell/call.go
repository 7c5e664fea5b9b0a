package shell

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// call walks a simple command: assignments, expansion, then whatever the first word names.
func (m *machine) call(c *syntax.CallExpr) tri {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			m.assign(a)
		}
		return maybe
	}
	if text, ok := m.aliases[c.Args[0].Lit()]; ok && c.Args[0].Lit() != "" && !m.inAlias {
		return m.aliased(text, c)
	}
	lists := m.argvs(c.Args)
	for _, l := range lists {
		m.reading(c.Args[0].Pos(), l)
	}
	m.spelling(c, lists[0])
	var saved map[string]*variable
	if len(c.Assigns) > 0 {
		saved = map[string]*variable{}
		for _, a := range c.Assigns {
			if a.Name == nil {
				continue
			}
			if _, ok := saved[a.Name.Value]; !ok {
				saved[a.Name.Value] = m.vars[a.Name.Value]
			}
			ifs, edit := m.ifs, m.pathEdit
			m.assign(a)
			if v := m.vars[a.Name.Value]; v != nil {
				x := *v
				x.exported = true
				m.put(a.Name.Value, &x)
			}
			defer func() { m.ifs, m.pathEdit = ifs, edit }()
		}
	}
	var t tri
	switch len(lists) {
	case 0:
	case 1:
		t = m.run(lists[0])
	default:
		var all []map[string]*variable
		for _, l := range lists {
			all = append(all, m.branch(func() {
				m.within(func() {
					m.maybe("for some values of its variables")
					m.run(l)
				})
			}))
		}
		m.merge(true, all...)
	}
	for _, name := range slices.Sorted(keys(saved)) {
		m.put(name, saved[name])
	}
	return t
}

func keys[V any](x map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range x {
			if !yield(k) {
				return
			}
		}
	}
}

// aliased substitutes an alias as the shell does: its text takes the place of the first word.
func (m *machine) aliased(text string, c *syntax.CallExpr) tri {
	parts := []value.Str{m.lit(text)}
	for _, f := range m.fields(c.Args[1:]) {
		parts = append(parts, value.Lit(" "), quoteStr(f.val))
	}
	m.inAlias = true
	m.within(func() {
		m.nest(nested{text: value.Concat(parts...), via: "alias " + c.Args[0].Lit(), sourced: true})
	})
	m.inAlias = false
	return maybe
}

// quoteStr quotes s for a shell where it needs it.
func quoteStr(s value.Str) value.Str {
	if t, ok := s.Const(); ok {
		if t != "" && !strings.ContainsAny(t, " \t\n'\"\\$`*?[]{}()<>|&;#~!") {
			return s
		}
		return value.Lit("'" + strings.ReplaceAll(t, "'", `'\''`) + "'")
	}
	return value.Concat(value.Lit(`"`), s.MapParts(func(x string) string {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(x)
	}), value.Lit(`"`))
}

// refer notes that the file named by a word is run or sourced. The word is found among those of the current command.
func (m *machine) refer(name string, command bool) {
	r := Ref{Word: name, Command: command, Lines: m.place.Lines}
	if v := m.vars[cwdName]; v != nil && !strings.HasPrefix(name, "/") {
		dir, ok := v.val.Const()
		if !ok {
			m.trace.Refs = append(m.trace.Refs, r)
			return
		}
		r.Word = path.Join(dir, name)
		if dir == m.world.Cwd {
			r.Word = name
		}
	}
	for _, f := range m.words {
		if t, ok := f.val.Const(); ok && t == name && f.size > 0 && m.place.Where == command0 {
			r.Offset, r.Length = f.at, f.size
			break
		}
	}
	m.trace.Refs = append(m.trace.Refs, r)
}

const command0 = command.Here

// run runs one word list.
func (m *machine) run(argv []field) tri {
	words := m.words
	m.words = argv
	defer func() { m.words = words }()
	return m.runWords(argv)
}

func (m *machine) runWords(argv []field) tri {
	if !m.spend(1) {
		return maybe
	}
	for len(argv) > 0 && argv[0].val.Empty() && !argv[0].quoted {
		argv = argv[1:]
	}
	if len(argv) == 0 {
		return yes
	}
	name := argv[0].val
	if alts := name.Alternatives(); len(alts) > 1 {
		var all []map[string]*variable
		for _, a := range alts {
			one := slices.Clone(argv)
			one[0].val = a
			all = append(all, m.branch(func() {
				m.within(func() {
					m.maybe("for some values of its variables")
					m.run(one)
				})
			}))
		}
		m.merge(true, all...)
		return maybe
	}
	text, ok := name.Const()
	if !ok {
		m.unknownName(argv)
		return maybe
	}
	if b := m.copies[m.abs(text)]; b != "" && strings.Contains(text, "/") {
		text = b
		argv = slices.Clone(argv)
		argv[0].val = value.Lit(b)
	}
	return m.named(text, argv, true)
}

// copied notes that a path has become another name of a known program: a copy, or a link.
func (m *machine) copied(from, to string) {
	b := path.Base(from)
	if !command.Known(b) || path.Base(to) == b {
		return
	}
	switch path.Dir(from) {
	case "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin":
		if m.copies == nil {
			m.copies = map[string]string{}
		}
		m.copies[m.abs(to)] = b
	}
}

// unknownName handles a command whose name has holes.
func (m *machine) unknownName(argv []field) {
	name := argv[0].val
	m.trace.Commands.Total++
	taint, _ := name.Taint()
	base := name.Base()
	if b, ok := found(name); ok {
		m.trace.Commands.Total--
		one := slices.Clone(argv)
		one[0].val = value.Lit(b)
		m.run(one)
		return
	}
	if name.String() == "‹$SHELL›" {
		m.trace.Commands.Total--
		one := slices.Clone(argv)
		one[0].val = value.Lit("bash")
		m.run(one)
		return
	}
	if argv[0].many {
		m.gap("runs whatever command its arguments name")
		m.program(Program{Lang: "command", Code: name, From: "argument"})
		return
	}
	if b, ok := base.Const(); ok && b != "" && command.Known(b) && taint&value.Remote == 0 {
		// "$DIR/nginx" most likely is nginx.
		m.gap("runs " + name.String() + ", taken to be the ordinary " + b)
		m.effect(sallyport.EffectExec, name, "", b)
		m.within(func() { m.external(b, argv) })
		return
	}
	if t, ok := m.withoutEnv(name); ok && t != "" && (command.Known(t) || builtins[t] || m.funcs[t] != nil) && !argv[0].bare {
		// Unset variables inside a command's name hide it.
		m.note("split-name", sallyport.Medium, "the command name "+t+" is written with unset variables inside it")
		one := slices.Clone(argv)
		for i := range one {
			if x, ok := m.withoutEnv(one[i].val); ok && hidesInside(one[i].val) {
				one[i].val = value.Lit(x)
			}
		}
		one[0].val = value.Lit(t)
		m.trace.Commands.Total--
		m.run(one)
		return
	}
	m.program(Program{Lang: "command", Code: name, From: "argument"})
	if b := m.namedAfter(argv); b != "" {
		m.gap("runs " + name.String() + ", taken to be the ordinary " + b)
		m.within(func() { m.external(b, argv) })
		return
	}
	if argv[0].bare && len(argv) > 1 && taint&value.Remote == 0 {
		m.gap("the command begins with " + name.String() + ", whose value is not known here")
		m.within(func() {
			m.place.Via = appendVia(m.place.Via, name.String())
			m.run(argv[1:])
		})
		return
	}
	why := "which program runs here is not known: " + name.String()
	m.gap(why)
	m.effect(sallyport.EffectUnknown, name, "runs a program that is not known", "")
}

// namedAfter returns the command that a variable is named after, as $find and $AWK are, when what follows is no command that an empty
// variable would leave.
func (m *machine) namedAfter(argv []field) string {
	b := strings.ToLower(strings.Trim(argv[0].val.String(), "‹$›"))
	if !argv[0].bare || len(argv) < 2 || !command.Known(b) || builtins[b] || prefixes[b] {
		return ""
	}
	next, ok := argv[1].val.Base().Const()
	if t, whole := argv[1].val.Const(); whole && strings.HasPrefix(t, "-") {
		return b
	}
	if !ok || command.Known(next) || builtins[next] || m.funcs[next] != nil {
		return ""
	}
	return b
}

// prefixes are commands that run what follows them.
var prefixes = set("sudo doas env nice ionice nohup time timeout setsid stdbuf chroot exec command xargs su runuser strace ltrace watch flock taskset unshare nsenter")

// withoutEnv is the text that remains when variables which the text never sets are empty.
func (m *machine) withoutEnv(s value.Str) (string, bool) {
	if len(s.Alternatives()) != 1 {
		return "", false
	}
	var b strings.Builder
	for _, p := range s.Parts() {
		if p.Hole == nil {
			b.WriteString(p.Text)
		} else if p.Hole.Taint != value.Env && !(p.Hole.Taint == value.Input && len(p.Hole.Name) <= 3) {
			return "", false
		}
	}
	return b.String(), true
}

// hidesInside reports whether a hole stands between or beside letters of a word.
func hidesInside(s value.Str) bool {
	parts := s.Parts()
	for i, p := range parts {
		if p.Hole == nil {
			continue
		}
		before := i > 0 && parts[i-1].Hole == nil && !strings.HasSuffix(parts[i-1].Text, "/")
		after := i+1 < len(parts) && parts[i+1].Hole == nil && !strings.HasPrefix(parts[i+1].Text, "/") && !strings.HasPrefix(parts[i+1].Text, ".")
		if before && after {
			return true
		}
	}
	return false
}

func appendVia(via []string, v string) []string {
	if v == "" {
		return via
	}
	return append(via[:len(via):len(via)], v)
}

// named runs a command whose name is known. funcs says whether functions of the text can be meant.
func (m *machine) named(name string, argv []field, funcs bool) tri {
	m.trace.Commands.Total++
	if funcs {
		if f := m.funcs[name]; f != nil {
			m.trace.Commands.Understood++
			return m.callFunc(name, f, argv)
		}
	}
	if funcs && m.lib[name] {
		m.trace.Commands.Understood++
		m.libraryCall(name, argv)
		return maybe
	}
	if funcs || pureBuiltins[name] {
		if builtins[name] {
			if m.builtinOptions(name, vals(argv)) {
				m.trace.Commands.Understood++
			}
			return m.builtin(name, argv)
		}
	}
	if strings.Contains(name, "/") {
		if done := m.byPath(name, argv); done {
			return maybe
		}
		name = path.Base(name)
	} else if m.shadowed(name, argv) {
		return maybe
	}
	m.external(name, argv)
	return maybe
}

// standardDirs hold the system's own commands.
var standardDirs = map[string]bool{"/bin": true, "/sbin": true, "/usr/bin": true, "/usr/sbin": true, "/usr/local/bin": true, "/usr/local/sbin": true, "/opt/bin": true, "/usr/lib": true, "/usr/libexec": true}

// byPath handles a command that is named by a path. It is done unless the path is one of the system's commands.
func (m *machine) byPath(name string, argv []field) bool {
	p := value.Lit(name)
	abs := m.abs(name)
	v := m.vars[filePrefix+abs]
	if v == nil {
		v = m.vars[filePrefix+path.Clean(name)]
	}
	if v != nil && !v.unset {
		m.trace.Commands.Understood++
		m.effect(sallyport.EffectExec, value.Lit(abs), "", name)
		m.runFile(nested{file: abs, text: v.val, args: vals(argv[1:]), pinned: v.exported, via: "file " + name})
		return true
	}
	if standardDirs[path.Dir(abs)] && command.Known(path.Base(name)) {
		return false
	}
	m.effect(sallyport.EffectExec, m.absStr(p), "", name)
	if strings.HasPrefix(abs, "/etc/init.d/") || strings.HasPrefix(abs, "/etc/rc.d/") {
		detail := "controls"
		if len(argv) > 1 {
			detail = argv[1].val.String()
		}
		m.effect(sallyport.EffectService, value.Lit(path.Base(abs)), detail, name)
		m.trace.Commands.Understood++
		return true
	}
	m.refer(name, true)
	m.program(Program{Lang: "file", Code: value.Of(value.Hole{Name: "contents of " + name, Taint: value.File, From: []string{abs}}), From: "file"})
	if base := path.Base(name); command.Known(base) {
		if !standardDirs[path.Dir(abs)] && !m.ownCommand(abs) {
			m.gap("runs " + name + ", taken to be the ordinary " + base)
		}
		return false
	}
	m.gap("runs " + name + ", whose contents are not known here")
	return true
}

// ownCommand reports whether a path lies where packages put their own commands.
func (m *machine) ownCommand(p string) bool {
	for _, d := range []string{"/usr/", "/opt/", "/lib/", "/etc/"} {
		if strings.HasPrefix(p, d) {
			return true
		}
	}
	return false
}

// shadowed runs a file of that name which the text put into a directory of PATH.
func (m *machine) shadowed(name string, argv []field) bool {
	dirs := m.pathEdit
	if !command.Known(name) {
		dirs = append([]string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}, dirs...)
	}
	for _, d := range dirs {
		p := path.Join(m.abs(d), name)
		if v := m.vars[filePrefix+p]; v != nil && !v.unset {
			m.trace.Commands.Understood++
			m.effect(sallyport.EffectExec, value.Lit(p), "", name)
			if command.Known(name) {
				m.note("shadowed-command", sallyport.High, "puts its own program named "+name+" before the system's")
			}
			m.runFile(nested{file: p, text: v.val, args: vals(argv[1:]), pinned: v.exported, via: "file " + p})
			return true
		}
	}
	return false
}

func vals(fs []field) []value.Str {
	out := make([]value.Str, len(fs))
	for i, f := range fs {
		out[i] = f.val
	}
	return out
}

func (m *machine) callFunc(name string, f *function, argv []field) tri {
	f.called = true
	f.runs++
	args := &variable{list: vals(argv[1:])}
	if len(argv) > 1 && slices.ContainsFunc(argv[1:], func(x field) bool { return x.many }) {
		args = nil
	}
	switch {
	case len(m.calling) >= maxCalls && f.busy < 2:
		m.calledTooOften(name)
		return maybe
	case (f.busy >= 2 || f.runs > maxRuns) && (len(m.calling) >= maxCalls || f.runs > 10*maxRuns || !f.fresh(args)):
		m.generally(name, f, vals(argv[1:]))
		return maybe
	}
	return m.enter(name, f, args)
}

// enter walks a function's body. args is nil when the arguments are not known.
func (m *machine) enter(name string, f *function, args *variable) tri {
	f.busy++
	m.calling = append(m.calling, name)
	m.locals = append(m.locals, map[string]*variable{})
	oldArgs := m.vars[argsName]
	m.put(argsName, args)
	lines, src, place := m.lines, m.src, m.place
	m.lines, m.src = f.lines, f.src
	m.place.Decoded = max(m.place.Decoded, f.place.Decoded)
	t := m.stmt(f.body)
	m.lines, m.src, m.place = lines, src, place
	m.left = 0
	frame := m.locals[len(m.locals)-1]
	m.locals = m.locals[:len(m.locals)-1]
	for _, n := range slices.Sorted(keys(frame)) {
		m.put(n, frame[n])
	}
	m.put(argsName, oldArgs)
	m.calling = m.calling[:len(m.calling)-1]
	f.busy--
	return t
}

// variants returns the word lists that the alternatives within words make, at most a few; beyond that the words stay as they are.
func variants(argv []value.Str) [][]value.Str {
	n := 1
	for _, a := range argv {
		n *= len(a.Alternatives())
		if n > 8 {
			return [][]value.Str{argv}
		}
	}
	out := [][]value.Str{argv}
	if n == 1 {
		return out
	}
	for i, a := range argv {
		alts := a.Alternatives()
		if len(alts) == 1 {
			continue
		}
		var next [][]value.Str
		for _, v := range out {
			for _, x := range alts {
				w := slices.Clone(v)
				w[i] = x
				next = append(next, w)
			}
		}
		out = next
	}
	return out
}

// external evaluates a command by its specs.
func (m *machine) external(name string, argv []field) {
	args := vals(argv)
	args[0] = value.Lit(name)
	for i := 1; i < len(argv); i++ { // unset variables inside a word hide it
		if !args[i].Known() && hidesInside(args[i]) {
			if x, ok := m.withoutEnv(args[i]); ok && sensitive(x) {
				args[i] = value.OneOf(args[i], value.Lit(x))
			}
		}
	}
	ctx := m.context()
	if s, ok := m.fds[0]; ok && s.kind != inherit {
		in := m.readStream(s)
		ctx.Stdin = &in
	}
	m.openOptions(name, argv)
	if name == "setsid" && m.fds[1].kind == null && m.fds[2].kind == null {
		m.unseen()
	}
	all := variants(args)
	var outs []value.Str
	understood := true
	for _, a := range all {
		m.within(func() {
			if len(all) > 1 {
				m.maybe("for some values of its variables")
			}
			if m.spawned++; m.spawned > maxSpawned*10 {
				m.trace.Spent = true
				return
			}
			if len(m.trace.Calls) < maxEvents && looked[name] && !m.repeated("call", name, value.Join(a, " ").String()) {
				m.trace.Calls = append(m.trace.Calls, Call{Name: name, Argv: a, Loop: m.loops > 0, Place: m.place})
			}
			res := command.Evaluate(a, ctx)
			if name == "sed" || name == "gsed" {
				defer m.editedInPlace(a, ctx)
			}
			if !res.Known {
				understood = false
				m.unknownCommand(name, a)
				if s := m.fds[1]; s.kind != inherit {
					outs = append(outs, m.worked(name, ctx.Stdin, value.Of(value.Hole{Name: "output of " + name, Taint: value.Output, Why: "the command " + name + " is not known"})))
				}
				return
			}
			if len(res.Unknown) > 0 {
				understood = false
			}
			out := m.worked(name, ctx.Stdin, m.consume(res, a))
			switch {
			case quiet(name, a):
				out = value.Str{}
			case name == "which":
				out = m.located(a[1:])
			}
			outs = append(outs, out)
		})
	}
	if understood {
		m.trace.Commands.Understood++
	}
	if m.fds[2].kind == capture {
		m.write(2, value.Of(value.Hole{Name: "messages of " + name, Taint: value.Output, Why: "what " + name + " says is not known"}), name)
	}
	if len(outs) > 0 {
		m.write(1, value.OneOf(outs...), name)
	}
}

// optioned are commands whose options can run a program, or write where the command does not say. What is handed to them as a word
// that somebody else chooses must not become an option.
var optioned = set("find tar rsync ssh scp sftp git zip sort sed awk gawk xargs env sudo man vim vi less more curl wget docker podman kubectl tcpdump ftp make perl python python3 ruby php node java gcc split")

// given are variables that a login sets, to what is no option.
var given = map[string]bool{"‹$HOME›": true, "‹~›": true, "‹$PWD›": true, "‹$OLDPWD›": true, "‹$USER›": true, "‹$LOGNAME›": true, "‹$HOSTNAME›": true, "‹$UID›": true, "‹$TMPDIR›": true}

// afterGiven is what follows a variable that a login sets, at the beginning of a word.
func afterGiven(s value.Str) value.Str {
	parts := s.Parts()
	if len(s.Alternatives()) != 1 || len(parts) == 0 || parts[0].Hole == nil || !given["‹"+parts[0].Hole.Name+"›"] {
		return s
	}
	rest := value.Str{}
	for _, p := range parts[1:] {
		if p.Hole != nil {
			rest = value.Concat(rest, value.Of(*p.Hole))
		}
	}
	return rest
}

// openOptions says so when such a command gets an unquoted word of which nothing is known.
func (m *machine) openOptions(name string, argv []field) {
	if !optioned[path.Base(name)] {
		return
	}
	for _, f := range argv[1:] {
		if f.val.Is("--") {
			return
		}
		if t, _ := afterGiven(f.val).Taint(); f.bare && !f.quoted && t&(value.Input|value.Env|value.File|value.Remote) != 0 && t&(value.Derived|value.Glob) == 0 {
			m.gap("the unquoted " + f.val.String() + " may hold options of " + name + ", which can make it do something else")
			return
		}
	}
}

// quiet reports whether a search only says by its status whether it found something.
func quiet(name string, argv []value.Str) bool {
	switch name {
	case "grep", "egrep", "fgrep", "zgrep", "rg":
		for _, a := range argv[1:] {
			t, _ := a.Const()
			if t == "--" {
				return false
			}
			if t == "--quiet" || t == "--silent" || len(t) > 1 && t[0] == '-' && t[1] != '-' && strings.Contains(t, "q") && !strings.Contains(t, "e") {
				return true
			}
		}
	}
	return false
}

// OwnText is the origin of output that a command computed from text of the script itself, in a way that was not followed.
const OwnText = "text of the script"

// worked marks output that was computed from a text of the script in a way that could not be followed.
func (m *machine) worked(name string, in *value.Str, out value.Str) value.Str {
	if in == nil || out.Known() || !in.Known() && (name == "jq" || name == "yq" || name == "awk" || name == "grep" || name == "sed") {
		return out
	}
	if out.String() == in.String() {
		return out // handed on as it was: cat <<EOF
	}
	for _, p := range in.Parts() {
		if p.Hole == nil && len(strings.TrimSpace(p.Text)) >= 12 {
			return withTaint(out, value.Of(value.Hole{Name: "text", Taint: value.Output, From: []string{OwnText}}))
		}
	}
	return out
}

// looked are the commands whose words the judge looks at.
var looked = set("find locate plocate fd fdfind grep egrep fgrep rg ag ack zgrep dd gcore gdb strings sed gsed perl whois finger rlogin cancel lp lpr sshpass aws az gcloud openssl gpg gpg2 7z 7za ccrypt age mcrypt")

// sensitive reports whether revealing a hidden word matters: it names something that would be judged.
func sensitive(word string) bool {
	return strings.HasPrefix(word, "/etc/") || strings.HasPrefix(word, "/dev/") || strings.Contains(word, ".ssh") || strings.Contains(word, "shadow") || strings.Contains(word, "passwd")
}

func (m *machine) unknownCommand(name string, argv []value.Str) {
	m.gap("the command " + strconv.Quote(name) + " is not known")
	m.effect(sallyport.EffectExec, value.Lit(name), "a program that is not known", name)
	// What is handed to an unknown program may end up anywhere, but nothing says that it does. A file that the text itself wrote
	// may be a program in a language of its own.
	for _, a := range argv[1:] {
		t, ok := a.Const()
		if !ok || strings.HasPrefix(t, "-") {
			continue
		}
		if v := m.vars[m.key(t)]; v != nil && !v.unset && !v.exported && !v.val.Empty() {
			m.program(Program{Lang: name, Code: v.val, From: "operand"})
		}
	}
}

// copies are commands whose flows carry bytes unchanged.
var copies = map[string]bool{"cp": true, "mv": true, "install": true, "ln": true, "dd": true, "tee": true, "cat": true, "scp": true, "rsync": true, "sponge": true}

// talkers are commands that print what the machine they connect to sends.
var talkers = set("telnet rlogin rsh tn3270 ncat nc netcat")

// consume takes over what a command's specs say and returns what it prints.
func (m *machine) consume(res command.Result, argv []value.Str) value.Str {
	name := ""
	if len(argv) > 0 {
		name, _ = argv[0].Const()
	}
	for _, why := range res.Unknown {
		m.gap(why)
	}
	for _, h := range res.Hints {
		m.note(h.Rule, h.Level, h.Message)
	}
	for _, e := range res.Effects {
		m.within(func() {
			if e.Certainty == sallyport.May {
				m.maybe("depending on what it finds")
			}
			t := e.Target
			if fileKinds[e.Kind] {
				t = m.absStr(t)
			}
			m.effect(e.Kind, t, e.Detail, name)
			if name == "ztcp" {
				m.socket(e)
			}
			if e.Kind == sallyport.EffectCreate && (name == "mkfifo" || name == "mknod") {
				for _, p := range t.Strings() {
					m.trace.Fifos[m.abs(p)] = true
				}
			}
		})
	}
	out := res.Stdout
	if talkers[name] { // what the other side says is what they print
		for _, e := range res.Effects {
			if e.Kind == sallyport.EffectConnect {
				out = withTaint(out, m.source(command.End{Kind: command.Net, Target: e.Target}))
			}
		}
	}
	for _, f := range res.Flows {
		data := m.source(f.From)
		if f.To.Kind == command.Stdout && quiet(name, argv) {
			continue
		}
		if f.Lossy {
			data = derived("a digest of "+data.String(), data)
		}
		switch f.To.Kind {
		case command.Stdout:
			if !out.Known() {
				out = withTaint(out, data)
			}
		case command.File:
			p := m.absStr(f.To.Target)
			if !copies[name] && f.From.Kind != command.Text {
				data = derived("what "+name+" makes of "+data.String(), data)
			}
			for _, t := range p.Strings() {
				m.store(t, data, false)
			}
			m.flow(Flow{From: f.From, To: command.End{Kind: command.File, Target: p}, Data: data, Lossy: f.Lossy})
		default:
			m.flow(Flow{From: f.From, To: f.To, Data: data, Lossy: f.Lossy})
		}
	}
	for _, r := range res.Runs {
		m.spawn(r, name)
	}
	return out
}

var fileKinds = map[sallyport.EffectKind]bool{
	sallyport.EffectRead: true, sallyport.EffectWrite: true, sallyport.EffectAppend: true, sallyport.EffectCreate: true, sallyport.EffectDelete: true,
	sallyport.EffectChmod: true, sallyport.EffectChown: true,
}

// withTaint gives out the taints of data where it lacks them.
func withTaint(out, data value.Str) value.Str {
	t, from := data.Taint()
	u, have := out.Taint()
	missing := t&^u&^value.Derived != 0
	for _, f := range from {
		missing = missing || !slices.Contains(have, f)
	}
	if !missing {
		return out
	}
	return value.Of(value.Hole{Name: out.String(), Taint: t | u, From: append(slices.Clone(have), from...), Why: out.Why()})
}

// source is the data that one end of a flow gives.
func (m *machine) source(e command.End) value.Str {
	switch e.Kind {
	case command.Stdin:
		return m.readStream(m.fds[0])
	case command.File:
		return m.contents(m.absStr(e.Target))
	case command.Net:
		return value.Of(value.Hole{Name: "what " + e.Target.String() + " sends", Taint: value.Remote, From: e.Target.Strings(), Why: "it comes from another machine"})
	case command.Text:
		return e.Target
	case command.Secret:
		return value.Of(value.Hole{Name: e.Target.String(), Taint: value.Secret, From: e.Target.Strings(), Why: "it is a secret"})
	case command.System:
		return value.Of(value.Hole{Name: e.Target.String(), Taint: value.Output | value.Derived, From: e.Target.Strings()})
	}
	return value.Str{}
}

// socket gives zsh's ztcp its descriptor: the shell chooses a number, and says which in REPLY (zshmodules, zsh/net/tcp).
func (m *machine) socket(e command.Effect) {
	host := e.Target
	if e.Kind == sallyport.EffectListen {
		host = value.Concat(value.Lit("*:"), e.Target)
	}
	fd := 10 + len(m.fds)
	m.fds[fd] = stream{kind: net, target: host}
	m.set("REPLY", value.Lit(strconv.Itoa(fd)))
}
