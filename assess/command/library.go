package command

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// library is a set of tables, by the names of commands. Filling it only finds where each command is described; a description is
// parsed when it is first asked for, because most texts use few of the thousands there are.
type library map[string]*entry

// entry is the description of one command, which several names may share. spec belongs to once; the other fields do not change after filling.
type entry struct {
	once   sync.Once
	shelf  library
	order  int      // entries may "use" those that come before them
	path   string   // the file
	line   int      // the line of names, counted from 1
	name   string   // the first of its names
	clause string   // what follows the names on their line
	rest   []string // the indented lines after it, with empty ones, so that lines can be counted
	spec   *spec
}

// fill reads the tables that match patterns, in their order.
func fill(files embed.FS, patterns ...string) library {
	l := library{}
	order := 0
	for _, pattern := range patterns {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			panic(err)
		}
		for _, n := range names {
			text, err := files.ReadFile(n)
			if err == nil {
				err = l.add(n, string(text), &order)
			}
			if err != nil {
				panic(err) // a defect of the build: any test fills the libraries
			}
		}
	}
	return l
}

// add finds the entries of one table.
func (l library) add(file, text string, order *int) error {
	var at *entry
	for i, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || line[0] == '#' || line[0] == ' ':
			if at != nil {
				at.rest = append(at.rest, line)
			} else if line != "" && line[0] == ' ' {
				return fmt.Errorf("%s: line %d: indented under nothing", file, i+1)
			}
			continue
		}
		names, clause, ok := strings.Cut(line+" ", ": ")
		if !ok {
			return fmt.Errorf("%s: line %d: want \"name: ...\", got %q", file, i+1, line)
		}
		list := strings.Split(names, ",")
		at = &entry{shelf: l, order: *order, path: file, line: i + 1, name: list[0], clause: clause}
		*order++
		for _, n := range list {
			if old := l[n]; old != nil {
				return fmt.Errorf("%s: line %d: %q is described twice, first in %s, line %d", file, i+1, n, old.path, old.line)
			}
			l[n] = at
		}
	}
	return nil
}

// isGroup reports whether a name is not that of a command, but of lines for others to "use".
func isGroup(name string) bool { return strings.HasPrefix(name, "%") }

// find returns the description of a command, or nil.
func (l library) find(name string) *spec {
	e := l[name]
	if e == nil {
		return nil
	}
	e.once.Do(func() {
		s, err := e.parse()
		if err != nil {
			panic(err) // a defect of the build: the tests ask for every name
		}
		e.spec = s
	})
	return e.spec
}

// parse reads the lines of an entry.
func (e *entry) parse() (*spec, error) {
	type level struct {
		indent int
		spec   *spec
	}
	stack := []level{{0, newSpec(e.name, nil)}}
	var errs []error
	for i, line := range append([]string{e.clause}, e.rest...) {
		trimmed := strings.TrimLeft(line, " ")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if i > 0 {
			indent := len(line) - len(trimmed)
			for len(stack) > 1 && stack[len(stack)-1].indent >= indent {
				stack = stack[:len(stack)-1]
			}
			if top := stack[len(stack)-1]; top.indent >= indent {
				return nil, fmt.Errorf("%s: line %d: indented under nothing", e.path, e.line+i)
			}
		}
		for _, clause := range clauses(trimmed) {
			s := stack[len(stack)-1].spec
			if names, ok := strings.CutPrefix(clause, "sub "); ok {
				list := strings.Split(strings.TrimSpace(names), ",")
				sub := newSpec(list[0], s)
				for _, n := range list {
					if s.subs[n] != nil {
						return nil, fmt.Errorf("%s: line %d: %s %q is described twice", e.path, e.line+i, s.path, n)
					}
					s.subs[n] = sub
				}
				stack = append(stack, level{len(line) - len(trimmed), sub})
				continue
			}
			if err := s.clause(e, clause); err != nil {
				errs = append(errs, fmt.Errorf("%s: line %d: %s: %v", e.path, e.line+i, s.path, err))
			}
		}
	}
	return stack[0].spec, errors.Join(errs...)
}

// used returns the description that another one takes over.
func (e *entry) used(name string) (*spec, error) {
	if from := e.shelf[name]; from == nil || from.order >= e.order {
		return nil, fmt.Errorf("use of %q, which is not described before this", name)
	}
	return e.shelf.find(name), nil
}
