package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/front"
	"sallyport/assess/value"
)

// stmts walks a list. The status of the last one is returned.
func (m *machine) stmts(list []*syntax.Stmt) (t tri) {
	saved := m.place
	for _, s := range list {
		if m.trace.Spent && m.steps > maxSteps {
			break
		}
		t = m.stmt(s)
		if m.left != 0 {
			// exit, return, break: what follows is walked all the same, but it happens only if they did not.
			if m.left == leftFor {
				m.maybe("only if the script has not ended before")
			}
			m.left = 0
		}
	}
	m.place = saved
	return t
}

func (m *machine) stmt(s *syntax.Stmt) (t tri) {
	if s == nil || !m.spend(1) {
		return maybe
	}
	lines, file, fileLines := m.place.Lines, m.place.File, m.place.FileLines
	m.locate(s.Position.Line(), endLine(s))
	if !m.lines.nested {
		m.hiddenByGap(s)
	}
	fds, waiting := m.fds, len(m.pending)
	if len(s.Redirs) > 0 {
		m.fds = cloneFds(fds)
		for i, r := range s.Redirs {
			m.redirect(r)
			if i > 0 && r.Op == syntax.RdrOut && r.N == nil && s.Redirs[i-1].Op == syntax.RdrIn && s.Redirs[i-1].End() == r.Pos() {
				m.note("placeholder", sallyport.Medium, "a name in angle brackets looks like a blank that was never filled in; as it stands, the shell overwrites a file")
			}
		}
	}
	switch {
	case s.Background || s.Coprocess:
		if m.fds[1].kind == null && m.fds[2].kind == null && m.fds[0].kind != net {
			m.unseen()
		}
		m.subshell(func() { m.command(s.Cmd) })
		m.lastBg = value.Of(value.Hole{Name: "$!", Taint: value.Derived})
		t = yes
	default:
		t = m.command(s.Cmd)
	}
	m.drain(waiting)
	if s.Negated {
		t = t.not()
	}
	if m.keepFds {
		m.keepFds = false // exec without a command: its redirections stay
	} else {
		m.fds = fds
	}
	m.place.Lines, m.place.File, m.place.FileLines = lines, file, fileLines
	m.setStatus(t)
	return t
}

func (m *machine) unseen() {
	m.note("unseen", sallyport.Medium, "runs in the background with everything it says thrown away, so that nobody sees what it does")
}

func (m *machine) setStatus(t tri) {
	switch t {
	case yes:
		m.status = value.Lit("0")
	case no:
		m.status = value.Lit("1")
	default:
		m.status = value.Str{}
	}
}

// hiddenByGap notes a statement that stands far to the right of another one on its line.
func (m *machine) hiddenByGap(s *syntax.Stmt) {
	off := int(s.Position.Offset())
	if off <= 0 || off > len(m.src) || m.gaps[s.Position.Line()] {
		return
	}
	start := strings.LastIndexByte(string(m.src[max(0, off-4096):off]), '\n') + 1 + max(0, off-4096)
	if off-start < 80 {
		return
	}
	if front.Gap(m.src[start:off], off-start+1) {
		m.gaps[s.Position.Line()] = true
		m.note("off-screen", sallyport.High, "a command stands far to the right of the others on its line, where it is easily overlooked")
	}
}

func (m *machine) command(c syntax.Command) tri {
	switch c := c.(type) {
	case nil:
		m.emptyCommand()
		return yes
	case *syntax.CallExpr:
		return m.call(c)
	case *syntax.BinaryCmd:
		return m.binary(c)
	case *syntax.Block:
		return m.stmts(c.Stmts)
	case *syntax.Subshell:
		var t tri
		m.subshell(func() { t = m.stmts(c.Stmts) })
		m.left = 0
		return t
	case *syntax.IfClause:
		m.ifClause(c)
		return maybe
	case *syntax.WhileClause:
		m.while(c)
		return maybe
	case *syntax.ForClause:
		m.forClause(c)
		return maybe
	case *syntax.CaseClause:
		m.caseClause(c)
		return maybe
	case *syntax.FuncDecl:
		m.define(c)
		return yes
	case *syntax.ArithmCmd:
		n, ok := m.arith(c.X)
		if !ok {
			return maybe
		}
		return triOf(n != 0)
	case *syntax.TestClause:
		return m.testClause(c.X)
	case *syntax.DeclClause:
		m.declClause(c)
		return yes
	case *syntax.LetClause:
		var n int64
		ok := true
		for _, x := range c.Exprs {
			n, ok = m.arith(x)
		}
		if !ok {
			return maybe
		}
		return triOf(n != 0)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			return m.stmt(c.Stmt)
		}
		return yes
	case *syntax.CoprocClause:
		m.coproc(c)
		return yes
	}
	m.gap("a construct of the shell that is not modelled")
	return maybe
}

// emptyCommand is a statement of redirections alone: "> file".
func (m *machine) emptyCommand() {}

func (m *machine) define(c *syntax.FuncDecl) {
	if c.Name == nil {
		return
	}
	name := c.Name.Value
	if m.funcs[name] == nil {
		m.order = append(m.order, name)
	} else if f := m.funcs[name]; !f.called && !m.lines.nested {
		// Defined twice: the first one is visited now, since its name will mean the second.
		f.called = true
		m.within(func() {
			lines, src := m.lines, m.src
			m.place, m.lines, m.src = f.place, f.lines, f.src
			m.place.Uncalled = true
			m.maybe("only if the first function " + name + " is called")
			m.branchFiles(func() { m.put(argsName, nil); m.stmt(f.body) })
			m.lines, m.src = lines, src
		})
	}
	if multiplies(c.Body, name) {
		m.note("fork-bomb", sallyport.High, "the function "+name+" starts itself twice each time, without an end")
	}
	m.funcs[name] = &function{body: c.Body, lines: m.lines, place: m.place, src: m.src}
	if shadowed[name] {
		m.note("shadowed-command", sallyport.Medium, "defines a function named "+name+", so that this word no longer means the ordinary command")
	}
}

// coproc runs a command beside the shell, joined to it by two descriptors in an array (Bash manual, 3.2.6). What it prints is what the first of
// them reads.
func (m *machine) coproc(c *syntax.CoprocClause) {
	printed := m.capture(func() { m.stmt(c.Stmt) })
	name := "COPROC"
	if c.Name != nil {
		name, _ = m.word(c.Name).Const()
	}
	in, out := 60+2*len(m.fds), 61+2*len(m.fds)
	m.fds[in] = stream{kind: content, in: printed}
	m.fds[out] = stream{kind: inherit}
	if validName(name) {
		m.put(name, &variable{list: []value.Str{value.Lit(itoa(int64(in))), value.Lit(itoa(int64(out)))}})
	}
}

// multiplies reports whether a function's body pipes the function into itself: each run starts two more.
func multiplies(body *syntax.Stmt, name string) bool {
	found := false
	syntax.Walk(body, func(n syntax.Node) bool {
		if b, ok := n.(*syntax.BinaryCmd); ok && b.Op == syntax.Pipe && calls(b.X, name) && calls(b.Y, name) {
			found = true
		}
		return !found
	})
	return found
}

func calls(s *syntax.Stmt, name string) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	return ok && len(c.Args) > 0 && c.Args[0].Lit() == name
}

// shadowed are commands that an honest script has no reason to redefine.
var shadowed = map[string]bool{"sudo": true, "su": true, "ssh": true, "ls": true, "cat": true, "cd": true, "rm": true, "ps": true, "passwd": true, "test": true, "exit": true, "cp": true, "mv": true, "grep": true, "true": true, "builtin": true, "command": true, "unset": true}

func (m *machine) binary(c *syntax.BinaryCmd) tri {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		if c.Op == syntax.OrStmt && m.fds[1].kind == capture && locates(c.X) {
			return m.either(c)
		}
		left := m.stmt(c.X)
		ended := m.left
		m.left = 0
		if c.Op == syntax.OrStmt {
			left = left.not()
		}
		if left == yes {
			t := m.stmt(c.Y)
			m.left = max(m.left, ended)
			return t
		}
		var right tri
		changes := m.branch(func() {
			m.within(func() {
				if left == no {
					m.never()
				} else if c.Op == syntax.AndStmt {
					m.maybe("only if this succeeds: " + m.excerpt(c.X))
				} else {
					m.maybe("only if this fails: " + m.excerpt(c.X))
				}
				right = m.stmt(c.Y)
			})
		})
		m.left = 0
		if left == no {
			m.merge(false, m.filesOnly(changes))
		} else {
			m.merge(false, changes)
		}
		if c.Op == syntax.AndStmt {
			return and(left, right)
		}
		return and(left, right.not()).not()
	}
	return m.pipe(c)
}

func (m *machine) filesOnly(changes map[string]*variable) map[string]*variable {
	for name := range changes {
		if !strings.HasPrefix(name, filePrefix) {
			delete(changes, name)
		}
	}
	return changes
}

// pipe runs the two sides one after the other, the second with what the first printed.
func (m *machine) pipe(c *syntax.BinaryCmd) tri {
	out := m.capture(func() { m.stmt(c.X) })
	saved := m.fds
	m.fds = cloneFds(saved)
	m.fds[0] = stream{kind: content, in: out}
	var t tri
	m.piped++
	m.subshell(func() { t = m.stmt(c.Y) })
	m.piped--
	m.fds = saved
	return t
}

// excerpt is the source of a node, shortened, for conditions.
func (m *machine) excerpt(n syntax.Node) string {
	if m.lines.nested && !m.lines.exact || !n.Pos().IsValid() {
		return "the command before it"
	}
	a, z := int(n.Pos().Offset()), int(n.End().Offset())
	if a < 0 || z > len(m.src) || a >= z {
		return "the command before it"
	}
	s := strings.Join(strings.Fields(string(m.src[a:z])), " ")
	if r := []rune(s); len(r) > 80 {
		s = string(r[:79]) + "…"
	}
	return m.show(s)
}

func (m *machine) excerpts(list []*syntax.Stmt) string {
	if len(list) == 0 {
		return "a condition"
	}
	return m.excerpt(list[len(list)-1])
}

func (m *machine) ifClause(c *syntax.IfClause) {
	var branches []map[string]*variable
	exhaustive := false
	cond := ""
	for ; c != nil; c = c.Else {
		t := yes
		if len(c.Cond) > 0 {
			t = m.stmts(c.Cond)
			m.left = 0
			cond = "only if this holds: " + m.excerpts(c.Cond)
		} else {
			cond = strings.Replace(cond, "only if this holds: ", "only if this does not hold: ", 1)
			exhaustive = true
		}
		b := m.branch(func() {
			m.within(func() {
				if t == no {
					m.never()
				} else if t != yes || len(branches) > 0 {
					m.maybe(cond)
				}
				m.stmts(c.Then)
			})
		})
		if m.left = 0; t == no {
			b = m.filesOnly(b)
			if len(b) == 0 {
				continue
			}
		}
		branches = append(branches, b)
		if t == yes && len(c.Cond) > 0 {
			exhaustive = true
			if c.Else != nil { // what follows cannot happen, but is looked at
				m.deadBranches(c.Else)
			}
			break
		}
	}
	m.merge(exhaustive, branches...)
}

func (m *machine) deadBranches(c *syntax.IfClause) {
	for ; c != nil; c = c.Else {
		m.branchFiles(func() {
			m.within(func() {
				m.never()
				m.stmts(c.Cond)
				m.stmts(c.Then)
			})
		})
		m.left = 0
	}
}

// narrow makes a parameter of which nothing was known what the patterns of an arm say that it is: where they are plain texts, it is one of them.
// The function that is returned makes it what it was, unless the arm itself changed it.
func (m *machine) narrow(w *syntax.Word, subject value.Str, pats []string) func() {
	name := plainParam(w)
	if name == "" || subject.Known() || m.shopt["nocasematch"] {
		return func() {}
	}
	var vals []value.Str
	for _, p := range pats {
		if !isLiteral(p) {
			return func() {}
		}
		vals = append(vals, value.Lit(unquotePattern(p)))
	}
	var now *variable
	old := m.vars[name]
	switch {
	case !isDigits(name):
		if !validName(name) || old != nil && (old.list != nil || old.dict != nil || old.nameref || old.unset) {
			return func() {}
		}
		now = &variable{}
		if old != nil {
			*now = *old
		}
		now.val = value.OneOf(vals...)
	case m.argsKnown():
		return func() {}
	default:
		name, old = argsName, m.vars[argsName]
		now = &variable{unset: true, dict: map[string]value.Str{plainParam(w): value.OneOf(vals...)}}
		if old != nil {
			now.val = old.val
		}
	}
	m.put(name, now)
	return func() {
		if m.vars[name] == now {
			m.put(name, old)
		}
	}
}

// plainParam is the name of the parameter that a word is, and nothing else: $a, "$a", ${a}.
func plainParam(w *syntax.Word) string {
	parts := w.Parts
	if len(parts) == 1 {
		if d, ok := parts[0].(*syntax.DblQuoted); ok {
			parts = d.Parts
		}
	}
	if len(parts) != 1 {
		return ""
	}
	p, ok := parts[0].(*syntax.ParamExp)
	if !ok || p.Param == nil || p.Length || p.Excl || p.Width || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Exp != nil || p.Names != 0 || p.NestedParam != nil || p.Flags != nil {
		return ""
	}
	return p.Param.Value
}

func (m *machine) caseClause(c *syntax.CaseClause) {
	subject := m.word(c.Word)
	text, known := subject.Const()
	var branches []map[string]*variable
	matched, all := false, false
	for i, item := range c.Items {
		t := no
		var pats []string
		for _, w := range item.Patterns {
			pat, ok := m.pattern(w)
			pats = append(pats, pat)
			switch {
			case ok && pat == "*":
				t = yes
			case known && ok:
				if matches(pat, text) {
					t = yes
				}
			case t != yes:
				t = maybe
			}
		}
		dead := known && (t == no || matched)
		b := m.branch(func() {
			m.within(func() {
				switch {
				case dead:
					m.never()
				case known && t == yes:
				default:
					m.maybe("only if " + m.excerpt(c.Word) + " is " + strings.Join(pats, " or "))
				}
				restore := func() {}
				if t == maybe && (i == 0 || c.Items[i-1].Op != syntax.Fallthrough) {
					restore = m.narrow(c.Word, subject, pats)
				}
				m.stmts(item.Stmts)
				restore()
			})
		})
		m.left = 0
		if dead {
			b = m.filesOnly(b)
		}
		branches = append(branches, b)
		if t == yes {
			matched = matched || known
			all = true
		}
	}
	if matched {
		// Only the arm that matches changes anything: its changes are the only ones kept by name.
		for _, b := range branches {
			for name, v := range b {
				m.put(name, v)
			}
		}
		return
	}
	m.merge(all && !known, branches...)
}
