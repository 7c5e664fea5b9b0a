package value

import "strings"

// Map applies f to every alternative that is fully known. Any other alternative becomes one hole called name that keeps
// its taints. f must be pure.
func (s Str) Map(name string, f func(string) string) Str {
	var out []Str
	for _, a := range s.Alternatives() {
		if c, ok := a.Const(); ok {
			out = append(out, Lit(f(c)))
			continue
		}
		t, from := a.Taint()
		out = append(out, Of(Hole{Name: name, Taint: t, From: from, Why: a.Why()}))
	}
	return OneOf(out...)
}

// MapParts applies f to literal text and keeps holes: for operations that work character by character (case, deleting
// or replacing single bytes). Holes keep their names.
func (s Str) MapParts(f func(string) string) Str {
	out := make([]Str, 0, len(s.alts))
	for _, q := range s.sequences() {
		parts := make([]Str, 0, len(q))
		for _, p := range q {
			if p.Hole != nil {
				parts = append(parts, Str{alts: []seq{{p}}})
			} else {
				parts = append(parts, Lit(f(p.Text)))
			}
		}
		out = append(out, Concat(parts...))
	}
	return OneOf(out...)
}

// Cut splits around the first sep that lies in known text before any hole. ok is false when there is none or when the
// alternatives disagree about it.
func (s Str) Cut(sep string) (before, after Str, ok bool) {
	alts := s.sequences()
	if len(alts) != 1 || len(alts[0]) == 0 || alts[0][0].Hole != nil {
		return s, Str{}, false
	}
	b, a, found := strings.Cut(alts[0][0].Text, sep)
	if !found {
		return s, Str{}, false
	}
	rest := Str{alts: []seq{alts[0][1:]}}
	return Lit(b), Concat(Lit(a), rest), true
}

// CutAny is Cut at the first sep that lies in any known text, holes before it included: "‹host›:/path" splits at the colon.
func (s Str) CutAny(sep string) (before, after Str, ok bool) {
	alts := s.sequences()
	if len(alts) != 1 {
		return s, Str{}, false
	}
	for i, p := range alts[0] {
		if p.Hole != nil {
			continue
		}
		if b, a, found := strings.Cut(p.Text, sep); found {
			return Concat(Str{alts: []seq{alts[0][:i]}}, Lit(b)), Concat(Lit(a), Str{alts: []seq{alts[0][i+1:]}}), true
		}
	}
	return s, Str{}, false
}

// Split divides the string at every sep that lies in known text. Several alternatives are not divided.
func (s Str) Split(sep string) []Str {
	var out []Str
	for {
		before, after, ok := s.CutAny(sep)
		if !ok {
			return append(out, s)
		}
		out = append(out, before)
		s = after
	}
}

// Drop removes the first n bytes when they are known text in every alternative.
func (s Str) Drop(n int) (Str, bool) {
	if len(s.Prefix()) < n {
		same := true
		for _, q := range s.sequences() {
			same = same && len(q.prefix()) >= n
		}
		if !same {
			return s, false
		}
	}
	var out []Str
	for _, q := range s.sequences() {
		if n == 0 {
			out = append(out, Str{alts: []seq{q}})
			continue
		}
		out = append(out, Concat(Lit(q[0].Text[n:]), Str{alts: []seq{q[1:]}}))
	}
	return OneOf(out...), true
}

// TrimPrefix removes text where an alternative certainly begins with it.
func (s Str) TrimPrefix(text string) Str {
	if text == "" || !s.MayHavePrefix(text) {
		return s
	}
	var out []Str
	for _, a := range s.Alternatives() {
		if a.HasPrefix(text) {
			a, _ = a.Drop(len(text))
		}
		out = append(out, a)
	}
	return OneOf(out...)
}

// TrimSuffix removes text where an alternative certainly ends with it.
func (s Str) TrimSuffix(text string) Str {
	var out []Str
	for _, a := range s.Alternatives() {
		if q := a.sequences()[0]; text != "" && strings.HasSuffix(q.suffix(), text) {
			last := q[len(q)-1].Text
			a = Concat(Str{alts: []seq{q[:len(q)-1]}}, Lit(strings.TrimSuffix(last, text)))
		}
		out = append(out, a)
	}
	return OneOf(out...)
}

// Base is the last element of a path, as basename prints it. Dir is what dirname prints. What a hole hides stays a hole.
func (s Str) Base() Str {
	var out []Str
	for _, a := range s.Alternatives() {
		out = append(out, a.base())
	}
	return OneOf(out...)
}

func (s Str) base() Str {
	if c, ok := s.Const(); ok {
		if c == "" {
			return s
		}
		if c = strings.TrimRight(c, "/"); c == "" {
			return Lit("/")
		}
		return Lit(c[strings.LastIndexByte(c, '/')+1:])
	}
	q := s.sequences()[0]
	for i := len(q) - 1; i >= 0; i-- {
		if q[i].Hole != nil {
			continue
		}
		if j := strings.LastIndexByte(q[i].Text, '/'); j >= 0 && (j < len(q[i].Text)-1 || i < len(q)-1) {
			return Concat(Lit(q[i].Text[j+1:]), Str{alts: []seq{q[i+1:]}})
		}
	}
	t, from := s.Taint()
	return Of(Hole{Name: "name of " + s.String(), Taint: t, From: from, Why: s.Why()})
}

func (s Str) Dir() Str {
	var out []Str
	for _, a := range s.Alternatives() {
		out = append(out, a.dir())
	}
	return OneOf(out...)
}

func (s Str) dir() Str {
	if c, ok := s.Const(); ok {
		c = strings.TrimRight(c, "/")
		switch i := strings.LastIndexByte(c, '/'); {
		case i < 0 && c == "" && !s.Empty():
			return Lit("/")
		case i < 0:
			return Lit(".")
		case i == 0:
			return Lit("/")
		default:
			return Lit(strings.TrimRight(c[:i], "/"))
		}
	}
	q := s.sequences()[0]
	for i := len(q) - 1; i >= 0; i-- {
		if q[i].Hole != nil {
			continue
		}
		if j := strings.LastIndexByte(q[i].Text, '/'); j >= 0 && (j < len(q[i].Text)-1 || i < len(q)-1) {
			return Concat(Str{alts: []seq{q[:i]}}, Lit(q[i].Text[:j]))
		}
	}
	t, from := s.Taint()
	return Of(Hole{Name: "directory of " + s.String(), Taint: t, From: from, Why: s.Why()})
}

// Path joins dir and name with exactly one slash. An empty dir gives name.
func Path(dir, name Str) Str {
	if dir.Empty() {
		return name
	}
	if dir.HasSuffix("/") {
		return Concat(dir, name.TrimPrefix("/"))
	}
	return Concat(dir, Lit("/"), name.TrimPrefix("/"))
}

// Fields splits at runs of blanks, tabs and newlines in known text. A hole stays within its field, unless it may itself
// hold blanks, which the caller cannot know: split is then false.
func (s Str) Fields() (fields []Str, split bool) {
	split = true
	var cur []Str
	open := false
	flush := func() {
		if open {
			fields = append(fields, Concat(cur...))
		}
		cur, open = nil, false
	}
	alts := s.sequences()
	if len(alts) != 1 {
		return []Str{s}, false
	}
	for _, p := range alts[0] {
		if p.Hole != nil {
			cur, open, split = append(cur, Str{alts: []seq{{p}}}), true, false
			continue
		}
		text := p.Text
		for text != "" {
			i := strings.IndexAny(text, " \t\n")
			if i < 0 {
				cur, open = append(cur, Lit(text)), true
				break
			}
			if i > 0 {
				cur, open = append(cur, Lit(text[:i])), true
			}
			flush()
			text = text[i+1:]
		}
	}
	flush()
	return fields, split
}
