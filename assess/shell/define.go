package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/value"
)

// assign performs one assignment. local says that it belongs to the function being called.
func (m *machine) assign(a *syntax.Assign) {
	if a.Name == nil || a.Naked {
		return
	}
	name := a.Name.Value
	if a.Array != nil {
		m.assignArray(name, a)
		return
	}
	val := m.word(a.Value)
	if a.Index != nil {
		m.setElement(name, a.Index, val, a.Append)
		return
	}
	if a.Append {
		old, set, known := m.variableValue(name, nil)
		if v := m.resolve(name); v != nil && v.integer {
			x, ok1 := old.Const()
			y, ok2 := val.Const()
			if ok1 && ok2 {
				p, _ := m.arithText(x, 0)
				q, _ := m.arithText(y, 0)
				val = value.Lit(itoa(p + q))
			}
		} else if set || !known {
			val = value.Concat(old, val)
		}
	} else if v := m.resolve(name); v != nil && v.integer {
		if t, ok := val.Const(); ok {
			if n, ok := m.arithText(t, 0); ok {
				val = value.Lit(itoa(n))
			}
		}
	}
	m.setSpecial(name, val)
	m.set(name, val)
}

// setSpecial notices assignments that change how the rest of the text is read or run.
func (m *machine) setSpecial(name string, val value.Str) {
	switch name {
	case "IFS":
		if t, ok := val.Const(); ok {
			m.ifs = t
		}
	case "PATH":
		m.pathEdit = m.pathEdit[:0]
		for _, part := range val.Split(":") {
			if t, ok := part.Const(); ok && t != "" {
				m.oddPath(t)
				m.pathEdit = append(m.pathEdit, t)
			}
			if part.Has(value.Env) {
				break
			}
		}
	case "PROMPT_COMMAND", "BASH_ENV", "ENV", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "PS0", "PS1", "PS4":
		m.environ(name, val)
	case "HISTFILE", "HISTSIZE", "HISTFILESIZE", "HISTCONTROL", "HISTIGNORE":
		m.history(name, val)
	default:
		m.handed(name, val)
	}
}

// oddPath notices a directory where everybody may put programs, or where they are hidden, before those of the system.
func (m *machine) oddPath(dir string) {
	for _, d := range []string{"/tmp/", "/var/tmp/", "/dev/shm/"} {
		if strings.HasPrefix(dir+"/", d) {
			level := sallyport.Medium
			if strings.Contains(dir, "/.") || dir+"/" == d || strings.HasPrefix(dir, "/dev/shm") {
				level = sallyport.High
			}
			m.note("shadowed-command", level, "looks for programs in "+dir+", where anybody can put some, before the system's own places")
			return
		}
	}
}

func (m *machine) assignArray(name string, a *syntax.Assign) {
	old := m.resolve(name)
	if old != nil && old.dict != nil {
		d := map[string]value.Str{}
		if a.Append {
			for k, v := range old.dict {
				d[k] = v
			}
		}
		for _, e := range a.Array.Elems {
			if w, ok := e.Index.(*syntax.Word); ok {
				if k, ok := m.word(w).Const(); ok {
					d[k] = m.word(e.Value)
				}
			}
		}
		v := *old
		v.dict, v.unset = d, false
		m.put(name, &v)
		return
	}
	var list []value.Str
	ragged := a.Append && old != nil && old.ragged
	if a.Append && old != nil {
		list = slices.Clone(old.list)
		if old.list == nil && !old.unset {
			list = []value.Str{old.val}
		}
	}
	if list == nil {
		list = []value.Str{}
	}
	for _, e := range a.Array.Elems {
		if e.Index != nil {
			if i, ok := m.arith(e.Index); ok && i >= 0 && i < 4096 {
				for int64(len(list)) <= i {
					list = append(list, value.Str{})
				}
				list[i] = m.word(e.Value)
			}
			continue
		}
		if e.Value == nil {
			continue
		}
		for _, f := range m.fields([]*syntax.Word{e.Value}) {
			ragged = ragged || f.many || f.bare || f.glob || !f.quoted && !f.val.Known()
			if len(list) < 8192 {
				list = append(list, f.val)
			}
		}
	}
	v := variable{}
	if old != nil {
		v = *old
	}
	v.list, v.ragged, v.unset, v.val = list, ragged, false, value.Str{}
	m.put(name, &v)
}

func (m *machine) setElement(name string, index syntax.ArithmExpr, val value.Str, more bool) {
	old := m.resolve(name)
	v := variable{}
	if old != nil {
		v = *old
	}
	v.unset = false
	if v.dict != nil {
		w, ok := index.(*syntax.Word)
		if !ok {
			return
		}
		k, ok := m.word(w).Const()
		if !ok {
			k = m.word(w).String()
		}
		d := map[string]value.Str{}
		for n, x := range v.dict {
			d[n] = x
		}
		if more {
			val = value.Concat(d[k], val)
		}
		d[k] = val
		v.dict = d
		m.put(name, &v)
		return
	}
	if v.list == nil {
		v.list = []value.Str{}
		if old != nil && !old.unset {
			v.list = []value.Str{old.val}
		}
	}
	i, ok := m.arith(index)
	v.list = slices.Clone(v.list)
	if i < 0 {
		i += int64(len(v.list))
	}
	switch {
	case !ok || i < 0 || i > 8192:
		for j := range v.list {
			v.list[j] = value.OneOf(v.list[j], val)
		}
		v.list = append(v.list, val)
	default:
		for int64(len(v.list)) <= i {
			v.list = append(v.list, value.Str{})
		}
		if more {
			val = value.Concat(v.list[i], val)
		}
		v.list[i] = val
	}
	m.put(name, &v)
}

// declClause is declare, local, export, readonly, typeset, nameref.
func (m *machine) declClause(c *syntax.DeclClause) {
	var flags string
	options := []value.Str{value.Lit(c.Variant.Value)}
	for _, a := range c.Args {
		if a.Name == nil {
			if a.Value != nil && strings.Trim(a.Value.Lit(), "-+") != "" && strings.ContainsAny(a.Value.Lit()[:1], "-+") {
				options = append(options, value.Lit(a.Value.Lit()))
			}
			m.declareWord(c.Variant.Value, m.word(a.Value), &flags)
			continue
		}
		name := a.Name.Value
		has := a.Value != nil || a.Array != nil
		// The value is computed before the name becomes local.
		m.declare(c.Variant.Value, name, flags, has)
		if has && !a.Naked {
			if c.Variant.Value == "nameref" || contains(flags, 'n') {
				m.put(name, &variable{val: m.word(a.Value), nameref: true})
				continue
			}
			m.assign(a)
		}
	}
	m.builtinOptions(c.Variant.Value, options)
}

// declareWord is one argument of declare and its kin that does not look like an assignment before it is expanded: an option, a name, "name=value".
func (m *machine) declareWord(variant string, w value.Str, flags *string) {
	m.subscripts(w)
	t, ok := w.Const()
	if ok && len(t) > 1 && (t[0] == '-' || t[0] == '+') {
		if t[0] == '-' {
			*flags += t[1:]
		}
		return
	}
	name, val, has := w.Cut("=")
	if t, ok := name.Const(); ok && validName(t) {
		m.declare(variant, t, *flags, has)
		if has {
			m.setSpecial(t, val)
			m.set(t, val)
		}
	}
}

func contains(s string, c byte) bool { return slices.Contains([]byte(s), c) }

func (m *machine) declare(variant, name, flags string, assigned bool) {
	local := variant == "local" || (variant == "declare" || variant == "typeset") && len(m.locals) > 0 && !contains(flags, 'g')
	if local && len(m.locals) > 0 {
		frame := m.locals[len(m.locals)-1]
		if _, saved := frame[name]; !saved {
			frame[name] = m.vars[name]
			if !assigned && variant != "export" && m.vars[name] != nil {
				m.put(name, &variable{unset: true})
			}
		}
	}
	old := m.vars[name]
	v := variable{unset: true}
	if old != nil {
		v = *old
	}
	switch variant {
	case "export":
		v.exported = true
		if old == nil && !assigned {
			return // exports what the environment has
		}
	case "readonly":
		if old == nil && !assigned {
			return
		}
	}
	for i := 0; i < len(flags); i++ {
		switch flags[i] {
		case 'x':
			v.exported = true
		case 'i':
			v.integer = true
		case 'u':
			v.upper = true
		case 'l':
			v.lower = true
		case 'A':
			if v.dict == nil {
				v.dict = map[string]value.Str{}
			}
		case 'a':
			if v.list == nil {
				v.list = []value.Str{}
			}
		}
	}
	m.put(name, &v)
}
