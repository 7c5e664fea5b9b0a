package concrete

import (
	"mvdan.cc/sh/v3/syntax"
)

// status is what is known of how a command ends.
type status int8

const (
	unknown status = iota
	success
	failure
)

func statusOf(ok bool) status {
	if ok {
		return success
	}
	return failure
}

func (s status) not() status {
	switch s {
	case success:
		return failure
	case failure:
		return success
	}
	return unknown
}

func (r *reader) stmts(list []*syntax.Stmt) (s status) {
	s = success
	for _, st := range list {
		if !r.step() {
			return unknown
		}
		s = r.stmt(st)
	}
	return s
}

func (r *reader) stmt(st *syntax.Stmt) status {
	for _, rd := range st.Redirs {
		if st.Cmd == nil && r.out != nil {
			break // $(< file)
		}
		if rd.Word == nil || rd.Op == syntax.Hdoc || rd.Op == syntax.DashHdoc || rd.Op == syntax.WordHdoc {
			continue
		}
		if w, ok := r.literal(rd.Word); ok {
			r.tell(rd.Pos(), []string{w})
		}
	}
	if len(st.Redirs) > 0 && r.out != nil {
		r.out.vague = true
	}
	if st.Cmd == nil {
		return unknown
	}
	var s status
	if st.Background || st.Coprocess || st.Disown {
		r.inside(func(b *reader) { b.command(st.Cmd) })
	} else {
		s = r.command(st.Cmd)
	}
	if st.Negated {
		return s.not()
	}
	return s
}

func (r *reader) command(c syntax.Command) status {
	switch c := c.(type) {
	case *syntax.Block:
		return r.stmts(c.Stmts)
	case *syntax.Subshell:
		var s status
		r.inside(func(x *reader) { s = x.stmts(c.Stmts) })
		return s
	case *syntax.CallExpr:
		return r.call(c)
	case *syntax.BinaryCmd:
		return r.binary(c)
	case *syntax.IfClause:
		return r.ifClause(c)
	case *syntax.WhileClause:
		r.while(c)
	case *syntax.ForClause:
		r.forClause(c)
	case *syntax.CaseClause:
		r.caseClause(c)
	case *syntax.FuncDecl:
		if c.Name != nil {
			r.funcs[c.Name.Value] = c.Body
			return success
		}
	case *syntax.DeclClause:
		r.declare(c)
	case *syntax.ArithmCmd:
		n, ok := r.number(c.X)
		if !ok {
			r.forget()
			return unknown
		}
		return statusOf(n != 0)
	case *syntax.TestClause:
		return r.bracket(c.X)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			return r.stmt(c.Stmt)
		}
	default:
		r.forget()
	}
	return unknown
}
