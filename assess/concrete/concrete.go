// Package concrete reads a shell text a second time, in another way than package shell: with concrete strings, with the expansion of
// mvdan.cc/sh rather than our own, and along one path at a time, on which every condition that cannot be computed holds, or none does.
// What it would have run is compared with what the walker saw; a difference means that one of the two misreads the text, and then
// nobody should rely on either.
//
// It executes nothing and opens nothing: it has no command but the words of one. What it does not model (what a command prints, what
// is read or sourced) is a token that makes every word it reaches unknown, so that it says nothing rather than something wrong. The
// interpreter of mvdan.cc/sh is not used: it makes pipes and FIFOs, looks programs up in the file system, and starts goroutines, none
// of which can be replaced, and an assignment that doubles a string cannot be stopped in it.
//
// Budgets count steps and bytes, never time.
package concrete

import (
	"io"
	"maps"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// Token stands for text that is not known. A text that contains it is not read.
const Token = "\uf8fe"

// Budgets of one reading.
const (
	maxSteps  = 3_000   // commands and assignments
	maxBytes  = 1 << 20 // of words made
	maxValue  = 8 << 10 // bytes of one variable
	maxRounds = 200     // of one loop
	maxDepth  = 8       // functions within functions
)

// Command is one command that would run, or one redirection, whose words are all known.
type Command struct {
	Offset uint // of its first byte in the text
	Line   uint
	Words  []string
}

// Read follows the statements and gives every command whose words are all known to seen. holds says whether conditions that cannot be
// computed hold. args are the positional parameters, nil when they are not known. env is what is set from outside.
func Read(stmts []*syntax.Stmt, args []string, env map[string]string, holds bool, seen func(Command)) {
	r := &reader{holds: holds, seen: seen, args: args, known: args != nil, vars: map[string]expand.Variable{}, funcs: map[string]*syntax.Stmt{}, budget: &budget{}}
	for k, v := range env {
		r.set(k, v)
	}
	r.config()
	r.stmts(stmts)
}

type budget struct {
	steps, bytes int
	over         bool
}

// reader is the state of one reading, or of a subshell in it. A single goroutine uses it.
type reader struct {
	cfg     *expand.Config
	holds   bool
	seen    func(Command)
	vars    map[string]expand.Variable // what the text set; unset ones are in it too
	funcs   map[string]*syntax.Stmt
	locals  []map[string]*expand.Variable // what local names held before
	args    []string
	known   bool // args are known
	lost    bool // nothing is known of any variable that is not in vars
	budget  *budget
	depth   int
	touched map[string]bool // names set since the outermost condition that could not be computed; nil outside of one
	unsure  int             // conditions around the current statement that could not be computed
	loops   []int
	jump    int // a break (1) or continue (2) that certainly happens
	out     *output
}

// output is what a substitution prints.
type output struct {
	text  strings.Builder
	vague bool
}

func (r *reader) config() {
	r.cfg = &expand.Config{Env: environ{r}, CmdSubst: r.substitute, ProcSubst: func(p *syntax.ProcSubst) (string, error) {
		r.inside(func(s *reader) { s.out = &output{}; s.stmts(p.Stmts) })
		return Token, nil
	}}
}

// inside runs f in a copy of the state, as a subshell does.
func (r *reader) inside(f func(*reader)) {
	s := *r
	s.vars, s.funcs, s.loops, s.jump = maps.Clone(r.vars), maps.Clone(r.funcs), nil, 0
	s.budget.steps += 1 + len(r.vars)/16
	s.config()
	f(&s)
}

func (r *reader) substitute(w io.Writer, c *syntax.CmdSubst) error {
	r.inside(func(s *reader) {
		s.out = &output{}
		s.stmts(c.Stmts)
		text := s.out.text.String()
		if s.out.vague || len(text) > maxValue || s.unsure > r.unsure {
			text = Token
		}
		io.WriteString(w, text)
	})
	return nil
}

// step counts work and reports whether there is any left.
func (r *reader) step() bool {
	r.budget.steps++
	r.budget.over = r.budget.over || r.budget.steps > maxSteps || r.budget.bytes > maxBytes
	return !r.budget.over && r.jump == 0
}

func (r *reader) set(name, text string) {
	if len(text) > maxValue {
		text = Token
	}
	r.budget.bytes += len(text)
	r.put(name, expand.Variable{Set: true, Kind: expand.String, Str: text})
}

func (r *reader) put(name string, v expand.Variable) {
	r.vars[name] = v
	if r.touched != nil {
		r.touched[name] = true
	}
}

// forget is for what may have changed anything.
func (r *reader) forget() {
	clear(r.vars)
	clear(r.funcs)
	r.known, r.lost = false, true
}

// environ shows the variables to the expansion.
type environ struct{ r *reader }

func (e environ) Get(name string) expand.Variable {
	r := e.r
	token := expand.Variable{Set: true, Kind: expand.String, Str: Token}
	switch {
	case name == "@" || name == "*":
		if !r.known {
			return expand.Variable{Set: true, Kind: expand.Indexed, List: []string{Token}}
		}
		return expand.Variable{Set: true, Kind: expand.Indexed, List: r.args}
	case name == "#" && r.known:
		return expand.Variable{Set: true, Kind: expand.String, Str: itoa(len(r.args))}
	case len(name) == 1 && name[0] >= '1' && name[0] <= '9' && r.known:
		if n := int(name[0] - '0'); n <= len(r.args) {
			return expand.Variable{Set: true, Kind: expand.String, Str: r.args[n-1]}
		}
		return expand.Variable{}
	}
	v, ok := r.vars[name]
	switch {
	case name == "IFS" && (!ok || strings.Contains(v.Str, Token)):
		return expand.Variable{} // as shells begin; unknown text is not split by what is not known
	case ok:
		return v
	}
	return token
}

func (e environ) Set(name string, v expand.Variable) error {
	if v.Kind == expand.String {
		e.r.set(name, v.Str)
	} else {
		e.r.set(name, Token)
	}
	return nil
}

func (e environ) Each(func(string, expand.Variable) bool) {}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}
