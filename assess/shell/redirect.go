package shell

import (
	"path"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// redirect opens what r names and puts it in place.
func (m *machine) redirect(r *syntax.Redirect) {
	fd := 1
	switch r.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		fd = 0
	}
	if r.N != nil {
		n, err := strconv.Atoi(r.N.Value)
		if err != nil {
			// {name}>: the shell chooses a number
			n = 10 + len(m.fds)
			if name := strings.Trim(r.N.Value, "{}"); validName(name) {
				m.set(name, value.Lit(strconv.Itoa(n)))
			}
		}
		fd = n
	}
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		m.fds[fd] = stream{kind: content, in: m.heredoc(r)}
	case syntax.WordHdoc:
		m.fds[fd] = stream{kind: content, in: value.Concat(m.word(r.Word), value.Lit("\n"))}
	case syntax.DplIn, syntax.DplOut:
		w := m.target(r)
		t, ok := w.Const()
		if !ok {
			t, ok = m.connected(w)
		}
		switch {
		case ok && (t == "-" || strings.HasSuffix(t, "-") && isDigits(t[:len(t)-1])):
			if t == "-" {
				m.fds[fd] = stream{kind: closed}
			} else {
				n, _ := strconv.Atoi(t[:len(t)-1])
				m.fds[fd] = m.fds[n]
			}
		case ok && isDigits(t):
			n, _ := strconv.Atoi(t)
			s, open := m.fds[n]
			if !open && n > 2 {
				s = stream{kind: inherit}
			}
			m.fds[fd] = s
		case ok || r.Op == syntax.DplOut && r.N == nil:
			s := m.open(w, r.Op == syntax.DplOut)
			m.fds[fd] = s
			if r.Op == syntax.DplOut && r.N == nil {
				m.fds[2] = s
			}
		default:
			m.fds[fd] = stream{kind: inherit}
		}
	case syntax.RdrIn:
		m.fds[fd] = m.open(m.target(r), false)
	case syntax.RdrInOut:
		m.fds[fd] = m.openBoth(m.target(r))
	case syntax.RdrAll, syntax.AppAll, syntax.RdrAllClob, syntax.AppAllClob:
		s := m.openOut(m.target(r), r.Op == syntax.AppAll || r.Op == syntax.AppAllClob)
		m.fds[1], m.fds[2] = s, s
	default:
		m.fds[fd] = m.openOut(m.target(r), r.Op == syntax.AppOut || r.Op == syntax.AppClob)
	}
}

// target is the word that a redirection names.
func (m *machine) target(r *syntax.Redirect) value.Str {
	v := m.word(r.Word)
	m.reading(r.Pos(), []field{{val: v, quoted: true}})
	return v
}

// connected finds, among the values that a descriptor's number may have, one that leads to another machine: of several
// possibilities that is the one that matters.
func (m *machine) connected(w value.Str) (string, bool) {
	for _, a := range w.Alternatives() {
		if t, ok := a.Const(); ok && isDigits(t) {
			if n, err := strconv.Atoi(t); err == nil && m.fds[n].kind == net {
				return t, true
			}
		}
	}
	return "", false
}

// heredoc expands a here-document's body: not at all when its delimiter was quoted.
func (m *machine) heredoc(r *syntax.Redirect) value.Str {
	if r.Hdoc == nil {
		return value.Str{}
	}
	quoted := false
	for _, p := range r.Word.Parts {
		if l, ok := p.(*syntax.Lit); !ok || strings.Contains(l.Value, `\`) {
			quoted = true
		}
	}
	parts := make([]value.Str, 0, len(r.Hdoc.Parts))
	for _, p := range r.Hdoc.Parts {
		l, ok := p.(*syntax.Lit)
		if !ok {
			parts = append(parts, m.part(p))
			continue
		}
		text := l.Value
		if r.Op == syntax.DashHdoc {
			text = stripTabs(text)
		}
		if !quoted {
			text = unescapeHeredoc(text)
		}
		parts = append(parts, m.lit(text))
	}
	return value.Concat(parts...)
}

func stripTabs(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimLeft(l, "\t")
	}
	return strings.Join(lines, "")
}

// unescapeHeredoc is unescapeQuoted without the double quote (POSIX XCU 2.7.4).
func unescapeHeredoc(s string) string {
	if !strings.Contains(s, `\"`) {
		return unescapeQuoted(s)
	}
	parts := strings.Split(s, `\"`)
	for i := range parts {
		parts[i] = unescapeQuoted(parts[i])
	}
	return strings.Join(parts, `\"`)
}

// device splits /dev/tcp/host/port.
func device(p value.Str) (host value.Str, udp, ok bool) {
	for _, pre := range []string{"/dev/tcp/", "/dev/udp/"} {
		if p.HasPrefix(pre) {
			rest, _ := p.Drop(len(pre))
			h, port, cut := rest.CutAny("/")
			if !cut {
				return rest, pre == "/dev/udp/", true
			}
			return value.Concat(h, value.Lit(":"), port), pre == "/dev/udp/", true
		}
	}
	return p, false, false
}

// open opens p for reading (or both ways).
func (m *machine) open(p value.Str, out bool) stream {
	if out {
		return m.openOut(p, false)
	}
	if host, _, ok := device(p); ok {
		m.effect(sallyport.EffectConnect, host, "", "/dev/tcp")
		return stream{kind: net, target: host}
	}
	if t, ok := p.Const(); ok {
		switch path.Clean(t) {
		case "/dev/null":
			return stream{kind: null}
		case "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0":
			return m.fds[0]
		}
	}
	p = m.absStr(p)
	m.readEffect(p, "")
	return stream{kind: file, target: p}
}

// openBoth opens p to read and to write: it makes the file where there is none, and whatever goes to the descriptor later lands in it (POSIX XCU 2.7.7).
func (m *machine) openBoth(p value.Str) stream {
	s := m.open(p, false)
	if s.kind == file {
		m.effect(sallyport.EffectWrite, s.target, "opened to read and write", "")
	}
	return s
}

func (m *machine) readEffect(p value.Str, cmd string) {
	if t, ok := p.Const(); ok && procPath(t) {
		return
	}
	m.effect(sallyport.EffectRead, p, "", cmd)
}

// openOut opens p for writing. A file that is not appended to is emptied now.
func (m *machine) openOut(p value.Str, more bool) stream {
	if host, _, ok := device(p); ok {
		m.effect(sallyport.EffectConnect, host, "", "/dev/tcp")
		return stream{kind: net, target: host}
	}
	if t, ok := p.Const(); ok {
		switch path.Clean(t) {
		case "/dev/null":
			return stream{kind: null}
		case "/dev/stdout", "/dev/fd/1", "/dev/tty", "/dev/console":
			return m.fds[1]
		case "/dev/stderr", "/dev/fd/2":
			return m.fds[2]
		}
		if procPath(t) && m.vars[filePrefix+t] != nil {
			return stream{kind: file, target: p}
		}
	}
	p = m.absStr(p)
	kind := sallyport.EffectWrite
	if more {
		kind = sallyport.EffectAppend
	}
	m.effect(kind, p, "", "")
	for _, t := range p.Strings() {
		if !more {
			m.store(t, value.Str{}, false)
		}
	}
	return stream{kind: file, target: p}
}

// key names a file in the virtual file system: a path that is not fully known is followed by how it is printed.
func (m *machine) key(p string) string { return filePrefix + m.abs(p) }

// store sets or extends what is known of a file's contents.
func (m *machine) store(p string, data value.Str, more bool) {
	k := m.key(p)
	old := m.vars[k]
	v := &variable{val: data}
	if more && old != nil && !old.unset {
		v.val = value.Concat(old.val, data)
	} else if more && old == nil {
		// The file may have had contents before.
		v.val = data
		v.integer = true
	}
	if old != nil {
		v.integer = v.integer || old.integer && more
	}
	m.put(k, v)
	if len(m.trace.Written) < maxEvents && !procPath(p) {
		m.trace.Written = append(m.trace.Written, Written{Path: p, Content: data, Place: m.place})
	}
}

// contents is what is known of a file.
func (m *machine) contents(p value.Str) value.Str {
	var out []value.Str
	for _, t := range p.Strings() {
		if n, ok := descriptor(t); ok && m.fds[n].kind == content {
			out = append(out, m.fds[n].in)
			continue
		}
		if v := m.vars[m.key(t)]; v != nil && !v.unset && !m.trace.Fifos[m.abs(t)] {
			out = append(out, v.val)
			continue
		}
		taint := value.File
		out = append(out, value.Of(value.Hole{Name: "contents of " + t, Taint: taint, From: []string{t}, Why: "the contents of " + t + " are not known"}))
	}
	return value.OneOf(out...)
}

// readStream is everything that can be read from s.
func (m *machine) readStream(s stream) value.Str {
	switch s.kind {
	case content:
		return s.in
	case file:
		return m.contents(s.target)
	case net:
		return value.Of(value.Hole{Name: "what " + s.target.String() + " sends", Taint: value.Remote, From: []string{s.target.String()}, Why: "it comes from another machine"})
	case null, closed:
		return value.Str{}
	}
	return value.Of(value.Hole{Name: "standard input", Taint: value.Input, Why: "the input is not known"})
}

// write sends data to descriptor fd.
func (m *machine) write(fd int, data value.Str, cmd string) {
	if data.Empty() {
		return
	}
	s := m.fds[fd]
	switch s.kind {
	case capture:
		s.out.add(data)
	case file:
		for _, t := range s.target.Strings() {
			m.store(t, data, true)
		}
		m.flow(Flow{From: command.End{Kind: command.Stdout}, To: command.End{Kind: command.File, Target: s.target}, Data: data})
	case net:
		m.flow(Flow{From: command.End{Kind: command.Stdout}, To: command.End{Kind: command.Net, Target: s.target}, Data: data})
	case inherit:
		if t, _ := data.Taint(); t&(value.Secret|value.File) != 0 {
			m.flow(Flow{From: command.End{Kind: command.Stdout}, To: command.End{Kind: command.Stdout}, Data: data})
		}
	}
}
