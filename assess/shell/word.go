package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

// field is one word after expansion.
type field struct {
	val    value.Str
	quoted bool // some of it was quoted, so it is there even when empty
	bare   bool // an unquoted expansion of unknown text: nothing, one word or several
	many   bool // stands for any number of words: "$@" of unknown arguments
	some   bool // an element of a list of which it is not known how many it has
	glob   bool // has pattern characters that are not quoted
	at     int  // offset in the submitted text of a word that stands there as it is
	size   int  // its length there, 0 for any other word
}

const maxArgvs = 6 // different word lists that one command may have

// builder makes one of the possible word lists.
type builder struct {
	done []field
	cur  []value.Str
	f    field
	open bool
}

func (b *builder) add(v value.Str) { b.cur, b.open = append(b.cur, v), true }

func (b *builder) flush() {
	if b.open {
		f := b.f
		f.val = value.Concat(b.cur...)
		b.done = append(b.done, f)
	}
	b.cur, b.open, b.f = nil, false, field{}
}

func (b *builder) clone() *builder {
	c := *b
	c.done = append([]field(nil), b.done...)
	c.cur = append([]value.Str(nil), b.cur...)
	return &c
}

// argvs expands words as a command line's. There is more than one result when a variable with several possible values is
// split differently in each.
func (m *machine) argvs(words []*syntax.Word) [][]field {
	bs := []*builder{{}}
	for _, w := range words {
		for _, x := range m.braces(w) {
			bs = m.expandInto(bs, x)
			for _, b := range bs {
				if x == w && !m.lines.nested && static(w) {
					b.f.at, b.f.size = int(w.Pos().Offset()), int(w.End().Offset()-w.Pos().Offset())
				}
				b.flush()
			}
		}
	}
	out := make([][]field, len(bs))
	for i, b := range bs {
		out[i] = b.done
		for j := range b.done {
			if b.done[j].glob {
				b.done[j].val = m.globbed(b.done[j].val)
			}
		}
	}
	return out
}

// static reports whether a word always means the same: literal text, perhaps quoted.
func static(w *syntax.Word) bool {
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit, *syntax.SglQuoted:
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				if _, ok := q.(*syntax.Lit); !ok {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// fields is argvs for places where one list is enough: the values of a for loop, the elements of an array.
func (m *machine) fields(words []*syntax.Word) []field {
	lists := m.argvs(words)
	if len(lists) == 1 {
		return lists[0]
	}
	var out []field
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// braces returns the words that brace expansion makes of w: itself when there is none.
func (m *machine) braces(w *syntax.Word) []*syntax.Word {
	has := false
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok && strings.Contains(l.Value, "{") {
			has = true
		}
	}
	if !has || m.world.Posix && false {
		return []*syntax.Word{w}
	}
	x := &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts...)}
	if !syntax.SplitBraces(x) {
		return []*syntax.Word{w}
	}
	if n := braceCount(x); n > 1024 {
		m.gap("a brace expression makes too many words to follow")
		return nil
	}
	return expand.Braces(x)
}

// braceCount is how many words x makes, at most a few thousand.
func braceCount(x *syntax.Word) int {
	n := 1
	for _, p := range x.Parts {
		b, ok := p.(*syntax.BraceExp)
		if !ok {
			continue
		}
		k := 0
		if b.Sequence && len(b.Elems) >= 2 {
			from, to := b.Elems[0].Lit(), b.Elems[1].Lit()
			a, err1 := strconv.Atoi(from)
			z, err2 := strconv.Atoi(to)
			if err1 != nil || err2 != nil {
				k = 256
				if len(from) == 1 && len(to) == 1 {
					k = max(int(from[0])-int(to[0]), int(to[0])-int(from[0])) + 1
				}
			} else {
				k = max(z-a, a-z) + 1
				if k <= 0 {
					k = 1 << 20
				}
			}
		} else {
			for _, e := range b.Elems {
				k += braceCount(e)
			}
		}
		n *= max(1, k)
		if n > 4096 {
			return 4097
		}
	}
	return n
}

func (m *machine) expandInto(bs []*builder, w *syntax.Word) []*builder {
	for i, p := range w.Parts {
		bs = m.partInto(bs, p, i == 0)
	}
	return bs
}

func (m *machine) partInto(bs []*builder, p syntax.WordPart, first bool) []*builder {
	switch p := p.(type) {
	case *syntax.Lit:
		text := p.Value
		glob := strings.ContainsAny(text, "*?[")
		v := m.unescape(text)
		if first && strings.HasPrefix(text, "~") {
			v = m.tilde(text)
		}
		for _, b := range bs {
			b.add(v)
			b.f.glob = b.f.glob || glob
		}
		return bs
	case *syntax.SglQuoted, *syntax.DblQuoted:
		if d, ok := p.(*syntax.DblQuoted); ok {
			if list, many, ok := m.quotedList(d); ok {
				for _, b := range bs {
					for i, v := range list {
						if i > 0 {
							b.flush()
						}
						b.add(v)
						b.f.quoted = true
						b.f.many = many
						b.f.some = m.raggedIn(d.Parts...)
					}
				}
				return bs
			}
		}
		v := m.part(p)
		for _, b := range bs {
			b.add(v)
			b.f.quoted = true
		}
		return bs
	case *syntax.ExtGlob:
		v := value.Lit(p.Op.String() + p.Pattern.Value + ")")
		for _, b := range bs {
			b.add(v)
		}
		return bs
	case *syntax.ParamExp:
		if list, many, ok := m.listOf(p); ok {
			for i, v := range list {
				if i > 0 {
					for _, b := range bs {
						b.flush()
					}
				}
				bs = m.splitInto(bs, v)
			}
			for _, b := range bs {
				b.f.many = b.f.many || many
				b.f.some = m.ragged(p.Param.Value)
			}
			return bs
		}
	case *syntax.ProcSubst:
		v := m.procSubst(p)
		for _, b := range bs {
			b.add(v)
		}
		return bs
	}
	return m.splitInto(bs, m.part(p))
}

// raggedIn reports whether one of the parts expands a list of which it is not known how many elements it has.
func (m *machine) raggedIn(parts ...syntax.WordPart) bool {
	for _, p := range parts {
		if pe, ok := p.(*syntax.ParamExp); ok && pe.Param != nil && m.ragged(pe.Param.Value) {
			return true
		}
	}
	return false
}

// splitInto adds the unquoted expansion v, split at IFS.
func (m *machine) splitInto(bs []*builder, v value.Str) []*builder {
	alts := v.Alternatives()
	if len(alts) > 1 {
		plain := true
		for _, a := range alts {
			t, ok := a.Const()
			plain = plain && (ok && t != "" && !strings.ContainsAny(t, m.ifs))
		}
		if plain {
			for _, b := range bs {
				b.add(v)
			}
			return bs
		}
		if len(bs)*len(alts) > maxArgvs {
			t, from := v.Taint()
			v = value.Of(value.Hole{Name: "one of several values", Taint: t, From: from, Why: "a variable can have several values here"})
			alts = []value.Str{v}
		}
	}
	var out []*builder
	for i, a := range alts {
		for _, b := range bs {
			if i < len(alts)-1 {
				b = b.clone()
			}
			m.splitOne(b, a)
			out = append(out, b)
		}
	}
	return out
}

func (m *machine) splitOne(b *builder, v value.Str) {
	for _, p := range v.Parts() {
		if p.Hole != nil {
			if !b.open && len(v.Parts()) == 1 {
				b.f.bare = true
			}
			b.add(value.Of(*p.Hole))
			continue
		}
		if strings.ContainsAny(p.Text, "*?[") {
			b.f.glob = true
		}
		text := p.Text
		for {
			i := strings.IndexAny(text, m.ifs)
			if i < 0 || m.ifs == "" {
				if text != "" {
					b.add(value.Lit(text))
				}
				break
			}
			if i > 0 {
				b.add(value.Lit(text[:i]))
			}
			sep := text[i]
			if sep != ' ' && sep != '\t' && sep != '\n' && !b.open {
				b.add(value.Str{})
			}
			b.flush()
			text = text[i+1:]
		}
	}
}

// word expands w without splitting: the value of an assignment, a redirection's target, a here-string.
func (m *machine) word(w *syntax.Word) value.Str {
	if w == nil {
		return value.Str{}
	}
	if len(w.Parts) == 1 {
		if l, ok := w.Parts[0].(*syntax.Lit); ok && strings.IndexByte(l.Value, '\\') < 0 && !strings.HasPrefix(l.Value, "~") {
			return m.lit(l.Value)
		}
	}
	parts := make([]value.Str, 0, len(w.Parts))
	for i, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok && i == 0 && strings.HasPrefix(l.Value, "~") {
			parts = append(parts, m.tilde(l.Value))
			continue
		}
		if ps, ok := p.(*syntax.ProcSubst); ok {
			parts = append(parts, m.procSubst(ps))
			continue
		}
		parts = append(parts, m.part(p))
	}
	return value.Concat(parts...)
}

// part expands one part of a word.
func (m *machine) part(p syntax.WordPart) value.Str {
	switch p := p.(type) {
	case *syntax.Lit:
		return m.unescape(p.Value)
	case *syntax.SglQuoted:
		if p.Dollar {
			return m.ansiC(p.Value)
		}
		return m.lit(p.Value)
	case *syntax.DblQuoted:
		parts := make([]value.Str, 0, len(p.Parts))
		for _, q := range p.Parts {
			if l, ok := q.(*syntax.Lit); ok {
				parts = append(parts, m.lit(unescapeQuoted(l.Value)))
			} else {
				parts = append(parts, m.part(q))
			}
		}
		return value.Concat(parts...)
	case *syntax.ParamExp:
		return m.param(p)
	case *syntax.CmdSubst:
		return m.cmdSubst(p)
	case *syntax.ArithmExp:
		n, v := m.arith(p.X)
		if v {
			return value.Lit(strconv.FormatInt(n, 10))
		}
		return value.Of(value.Hole{Name: "a number", Taint: value.Derived})
	case *syntax.ProcSubst:
		return m.procSubst(p)
	case *syntax.ExtGlob:
		return value.Lit(p.Op.String() + p.Pattern.Value + ")")
	case *syntax.BraceExp:
		return value.Lit("{}")
	}
	return value.Unknown("?", "this part of a word is not understood")
}

// tilde expands a literal that begins with "~".
func (m *machine) tilde(text string) value.Str {
	user, rest, slash := strings.Cut(text[1:], "/")
	if slash {
		rest = "/" + rest
	}
	switch user {
	case "":
		return value.Concat(m.home(), m.unescape(rest))
	case "root":
		return value.Concat(value.Lit("/root"), m.unescape(rest))
	case "+":
		return value.Concat(m.cwd(), m.unescape(rest))
	}
	return m.unescape(text)
}

var homeHole = value.Of(value.Hole{Name: "~", Taint: value.Env, Why: "the home directory depends on who runs it"})

func (m *machine) home() value.Str {
	if v := m.get("HOME"); v != nil && !v.unset {
		return v.val
	}
	if m.world.Home != "" {
		return value.Lit(m.world.Home)
	}
	return homeHole
}

func (m *machine) cwd() value.Str {
	if v := m.get(cwdName); v != nil {
		return v.val
	}
	return value.Of(value.Hole{Name: "$PWD", Taint: value.Env, Why: "the working directory is not known"})
}

// unescape removes the backslashes of an unquoted literal.
func (m *machine) unescape(s string) value.Str {
	if strings.IndexByte(s, '\\') < 0 {
		return m.lit(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return m.lit(b.String())
}

// unescapeQuoted removes the backslashes that double quotes give a meaning (POSIX XCU 2.2.3).
func unescapeQuoted(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			switch s[i+1] {
			case '$', '`', '"', '\\':
				i++
			case '\n':
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// ansiC decodes $'...'.
func (m *machine) ansiC(s string) value.Str {
	s, _, _ = strings.Cut(unescapeC(s), "\x00") // bash's strings end at a NUL
	return m.lit(s)
}

// cmdSubst runs the statements and returns what they print, without the line ends at the end.
func (m *machine) cmdSubst(c *syntax.CmdSubst) value.Str {
	if len(c.Stmts) == 1 && c.Stmts[0].Cmd == nil && len(c.Stmts[0].Redirs) == 1 && c.Stmts[0].Redirs[0].Op == syntax.RdrIn {
		place := m.place
		m.locate(c.Pos().Line(), endLine(c))
		s := m.open(m.word(c.Stmts[0].Redirs[0].Word), false)
		m.place = place
		return trimLines(m.readStream(s))
	}
	out := m.capture(func() { m.stmts(c.Stmts) })
	if strings.IndexByte(out.String(), 0) >= 0 {
		out = out.MapParts(func(s string) string { return strings.ReplaceAll(s, "\x00", "") })
	}
	return trimLines(out)
}

// capture runs f as a child process and returns what it prints.
func (m *machine) capture(f func()) value.Str {
	col := &collector{}
	saved := m.fds
	m.fds = cloneFds(saved)
	m.fds[1] = stream{kind: capture, out: col}
	m.subshell(f)
	m.fds = saved
	return col.str()
}

func cloneFds(fds map[int]stream) map[int]stream {
	out := make(map[int]stream, len(fds)+1)
	for n, s := range fds {
		out[n] = s
	}
	return out
}

func trimLines(s value.Str) value.Str {
	for s.HasSuffix("\n") {
		suf := s.Suffix()
		s = s.TrimSuffix(suf[len(strings.TrimRight(suf, "\n")):])
	}
	if len(s.Alternatives()) > 1 {
		return s.TrimSuffix("\n")
	}
	return s
}

// procSubst makes a file of what the statements print, or one whose contents they read once the command has run.
func (m *machine) procSubst(p *syntax.ProcSubst) value.Str {
	m.fdCount++
	name := "/dev/fd/" + strconv.Itoa(62+m.fdCount)
	if p.Op == syntax.CmdOut {
		m.pending = append(m.pending, pendingRead{name, p.Stmts})
		m.put(filePrefix+name, &variable{val: value.Str{}})
		return value.Lit(name)
	}
	out := m.capture(func() { m.stmts(p.Stmts) })
	m.put(filePrefix+name, &variable{val: out})
	return value.Lit(name)
}

type pendingRead struct {
	path  string
	stmts []*syntax.Stmt
}

// drain runs the statements of >(...) with what was written to their files.
func (m *machine) drain(from int) {
	for len(m.pending) > from {
		p := m.pending[from]
		m.pending = append(m.pending[:from], m.pending[from+1:]...)
		in := value.Str{}
		if v := m.vars[filePrefix+p.path]; v != nil {
			in = v.val
		}
		saved := m.fds
		m.fds = cloneFds(saved)
		m.fds[0] = stream{kind: content, in: in}
		m.subshell(func() { m.stmts(p.stmts) })
		m.fds = saved
	}
}

// procPath reports whether p is a file that process substitution made.
func procPath(p string) bool { return strings.HasPrefix(p, "/dev/fd/") }

var _ = command.Here
