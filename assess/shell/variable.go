package shell

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"sallyport/assess/value"
)

// variable is immutable once stored: every change stores a new one, so that the journal can put an old one back.
type variable struct {
	val      value.Str
	list     []value.Str          // indexed array, nil for a scalar
	dict     map[string]value.Str // associative array, nil otherwise
	unset    bool
	exported bool
	ragged   bool // how many elements the list has is not known: those in it, or fewer, or more
	integer  bool
	nameref  bool
	upper    bool
	lower    bool
}

// Variables whose names begin with these bytes are the engine's own state, kept in the same journaled map.
const (
	filePrefix = "\x00f"   // contents of a file of the virtual file system
	cwdName    = "\x00cwd" // working directory
	argsName   = "\x00@"   // positional parameters, as list
)

func (m *machine) get(name string) *variable { return m.vars[name] }

// put stores v, noting the old value in the journal of the innermost branch.
func (m *machine) put(name string, v *variable) {
	if n := len(m.journal); n > 0 {
		j := m.journal[n-1]
		if _, noted := j[name]; !noted {
			j[name] = m.vars[name]
		}
	}
	if v == nil {
		delete(m.vars, name)
	} else {
		m.vars[name] = v
	}
}

// set assigns a scalar, keeping attributes.
func (m *machine) set(name string, val value.Str) {
	v := variable{}
	if old := m.vars[name]; old != nil {
		if old.nameref {
			if to, ok := old.val.Const(); ok && to != name && validName(to) {
				m.set(to, val)
				return
			}
		}
		v = *old
		v.unset = false
		if v.list != nil {
			v.list = slices.Clone(v.list)
			if len(v.list) == 0 {
				v.list = []value.Str{{}}
			}
			v.list[0] = val
			m.put(name, &v)
			return
		}
	}
	switch {
	case v.upper:
		val = val.MapParts(strings.ToUpper)
	case v.lower:
		val = val.MapParts(strings.ToLower)
	}
	v.val = val
	m.put(name, &v)
}

func validName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// branch runs f in a journal of its own, undoes its changes and returns them. Changes to files stay when keepFiles is
// set: a subshell's variables are its own, its files are not.
func (m *machine) branch(f func()) map[string]*variable {
	m.journal = append(m.journal, map[string]*variable{})
	f()
	j := m.journal[len(m.journal)-1]
	m.journal = m.journal[:len(m.journal)-1]
	now := make(map[string]*variable, len(j))
	for name, old := range j {
		now[name] = m.vars[name]
		if old == nil {
			delete(m.vars, name)
		} else {
			m.vars[name] = old
		}
	}
	return now
}

// subshell runs f as a child process would: variables are its own, files are everyone's.
func (m *machine) subshell(f func()) {
	for name, v := range m.branch(f) {
		if strings.HasPrefix(name, filePrefix) {
			m.put(name, v)
		}
	}
}

// merge makes every variable that one of the branches changed one of its possible values. exhaustive says that one of
// the branches was taken for certain, so the value from before is gone where all changed it.
func (m *machine) merge(exhaustive bool, branches ...map[string]*variable) {
	if exhaustive && len(branches) == 1 {
		for name, v := range branches[0] {
			m.put(name, v)
		}
		return
	}
	names := map[string]bool{}
	for _, b := range branches {
		for name := range b {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		var all []*variable
		every := exhaustive
		for _, b := range branches {
			if v, ok := b[name]; ok {
				all = append(all, v)
			} else {
				every = false
			}
		}
		if !every {
			all = append(all, m.vars[name])
		}
		m.spend(len(all))
		m.put(name, m.joinVars(name, all))
	}
}

// distinct drops values that are certainly the same as an earlier one.
func distinct(vals []value.Str) []value.Str {
	seen := map[string]bool{}
	out := vals[:0]
	for _, v := range vals {
		if t, ok := v.Const(); ok {
			if seen[t] {
				continue
			}
			seen[t] = true
		}
		out = append(out, v)
	}
	return out
}

func (m *machine) joinVars(name string, all []*variable) *variable {
	if len(all) > 0 && !slices.ContainsFunc(all, func(v *variable) bool { return v != all[0] }) {
		return all[0]
	}
	var out variable
	var vals []value.Str
	var lists [][]value.Str
	set := false
	for _, v := range all {
		if v == nil || v.unset {
			continue
		}
		if !set {
			out = *v
			set = true
		}
		out.exported = out.exported || v.exported
		switch {
		case v.dict != nil:
			d := maps.Clone(v.dict)
			for k, x := range out.dict {
				if y, ok := d[k]; ok {
					x = value.OneOf(x, y)
				}
				d[k] = x
			}
			out.dict = d
		case v.list != nil:
			lists = append(lists, v.list)
		default:
			vals = append(vals, v.val)
		}
	}
	if !set {
		return nil
	}
	if len(lists) > 0 {
		longest := lists[0]
		out.ragged = len(lists) < len(all)
		for _, v := range all {
			out.ragged = out.ragged || v != nil && v.ragged
		}
		for _, l := range lists[1:] {
			out.ragged = out.ragged || len(l) != len(longest)
			if len(l) > len(longest) {
				longest = l
			}
		}
		joined := slices.Clone(longest)
		m.spend(len(joined) * len(lists) / 4)
		for i := range joined {
			vals := make([]value.Str, 0, len(lists))
			for _, l := range lists {
				if i < len(l) {
					vals = append(vals, l[i])
				}
			}
			if vals = distinct(vals); len(vals) > 1 {
				joined[i] = value.OneOf(vals...)
			}
		}
		out.list = joined
		return &out
	}
	if len(vals) < len(all) && !strings.HasPrefix(name, "\x00") && !slices.ContainsFunc(vals, value.Str.Empty) {
		vals = append(vals, m.envHole(name)) // not set in one of the branches: what the environment has
	}
	switch vals = distinct(vals); len(vals) {
	case 0:
	case 1:
		out.val = vals[0]
	default:
		for _, v := range vals {
			m.spend(len(v.Prefix()) / 64)
		}
		out.val = value.OneOf(vals...)
	}
	return &out
}

// names returns the set variables whose names begin with prefix, sorted.
func (m *machine) names(prefix string) []string {
	var out []string
	for n, v := range m.vars {
		if strings.HasPrefix(n, prefix) && n[0] != 0 && !v.unset {
			out = append(out, n)
		}
	}
	sort.Strings(out)
	return out
}

func (m *machine) args() []value.Str {
	if v := m.vars[argsName]; v != nil {
		return v.list
	}
	return nil
}

// argsKnown reports whether the number of positional parameters is known.
func (m *machine) argsKnown() bool { return m.vars[argsName] != nil && !m.vars[argsName].unset }

func (m *machine) setArgs(args []value.Str) { m.put(argsName, &variable{list: args}) }
