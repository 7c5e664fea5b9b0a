package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"sallyport/assess/value"
)

// maxRounds bounds how often a function is walked until it changes no further variables.
const maxRounds = 8

// generally follows all further calls of a function at once: one that calls itself, or is called more often than every call can be
// followed. Its body is walked with arguments of which nothing is known, until no round changes a variable that the round before did not; those
// it changes are blanks from the second round on. So whatever any chain of calls would do is among what the last round does. Calls of it from
// within are what the walk is about already.
func (m *machine) generally(name string, f *function, args []value.Str) {
	given := blank("its arguments", "its calls are not followed one by one", append(args, f.given))
	again := f.rounds == 0 || origins(given) != origins(f.given)
	f.given = given
	for again && !f.rounding {
		if f.rounds++; f.rounds > maxRounds {
			m.calledTooOften(name)
			break
		}
		before := f.signature()
		f.rounding = true
		m.generalRound(name, f)
		f.rounding = false
		again = f.rounds == 1 || f.signature() != before
	}
	for _, n := range slices.Sorted(maps.Keys(f.changes)) {
		m.put(n, &variable{val: f.changes[n]})
	}
	if !f.prints.Empty() {
		m.write(1, f.prints, name)
	}
}

func (m *machine) calledTooOften(name string) {
	m.gap("the function " + name + " calls itself, or is called too often to follow every call")
}

// origins is where a text comes from, for comparison.
func origins(s value.Str) string {
	t, from := s.Taint()
	return strconv.Itoa(int(t)) + "\x00" + strings.Join(from, "\x00")
}

// signature says what the walks of a function found so far.
func (f *function) signature() string {
	out := origins(f.given) + "\x01" + origins(f.prints)
	for _, n := range slices.Sorted(maps.Keys(f.changes)) {
		out += "\x01" + n + "\x00" + origins(f.changes[n])
	}
	return out
}

// fresh reports whether arguments are wholly known and such that no call had so far: those are followed for as long as the budget lasts.
func (f *function) fresh(args *variable) bool {
	if args == nil {
		return false
	}
	key := ""
	for _, a := range args.list {
		t, ok := a.Const()
		if !ok {
			return false
		}
		key += t + "\x00"
	}
	if f.seen[key] {
		return false
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[key] = true
	return true
}

// generalRound walks the body once, and notes what it changes and prints.
func (m *machine) generalRound(name string, f *function) {
	saved := m.fds
	col := &collector{}
	m.fds = cloneFds(saved)
	m.fds[1] = stream{kind: capture, out: col}
	if f.changes == nil {
		f.changes = map[string]value.Str{}
	}
	changed := m.branch(func() {
		m.within(func() {
			m.maybe("in some calls of the function " + name)
			for n, v := range f.changes {
				m.put(n, &variable{val: v})
			}
			m.enter(name, f, &variable{unset: true, val: f.given})
		})
	})
	m.fds = saved
	for _, n := range slices.Sorted(maps.Keys(changed)) {
		switch v := changed[n]; {
		case n == argsName || v == m.vars[n]: // a local variable
		case strings.HasPrefix(n, filePrefix) || n == cwdName:
			m.put(n, v)
		default:
			vals := []value.Str{f.changes[n]}
			for _, x := range []*variable{v, m.vars[n]} {
				if x != nil && !x.unset {
					vals = append(append(vals, x.val), x.list...)
					for _, k := range sortedKeys(x.dict) {
						vals = append(vals, x.dict[k])
					}
				}
			}
			f.changes[n] = blank("$"+n, "calls of "+name+" that are not followed one by one set it", vals)
		}
	}
	if out := col.str(); !out.Empty() {
		f.prints = blank("output of "+name, "its calls are not followed one by one", []value.Str{f.prints, out})
	}
}

// blank is a value that may be any of vals, or anything that is made of them.
func blank(name, why string, vals []value.Str) value.Str {
	h := value.Hole{Name: name, Taint: value.Env, Why: why}
	for _, v := range vals {
		t, from := v.Taint()
		h.Taint |= t &^ (value.Derived | value.Glob)
		for _, f := range from {
			if !slices.Contains(h.From, f) {
				h.From = append(h.From, f)
			}
		}
	}
	return value.Of(h)
}
