package value

import "strings"

// Const returns the text when there is exactly one alternative and it has no hole.
func (s Str) Const() (string, bool) {
	alts := s.sequences()
	if len(alts) != 1 {
		return "", false
	}
	return alts[0].text()
}

// Consts returns every alternative's text, or false when one of them has a hole.
func (s Str) Consts() ([]string, bool) {
	var out []string
	for _, q := range s.sequences() {
		t, ok := q.text()
		if !ok {
			return nil, false
		}
		out = append(out, t)
	}
	return out, true
}

// Is reports whether the string is certainly text.
func (s Str) Is(text string) bool {
	c, ok := s.Const()
	return ok && c == text
}

// Known reports whether no alternative has a hole.
func (s Str) Known() bool { _, ok := s.Consts(); return ok }

// Empty reports whether the string is certainly empty.
func (s Str) Empty() bool { return s.Is("") }

// Alternatives returns each alternative as a string of its own: one or more.
func (s Str) Alternatives() []Str {
	if len(s.alts) <= 1 {
		return []Str{s}
	}
	out := make([]Str, len(s.alts))
	for i, q := range s.alts {
		out[i] = Str{alts: []seq{q}}
	}
	return out
}

// Parts returns the parts of the first alternative. The caller must not change them.
func (s Str) Parts() []Part { return s.sequences()[0] }

// Prefix returns the literal text that every alternative certainly begins with.
func (s Str) Prefix() string {
	alts := s.sequences()
	p := alts[0].prefix()
	for _, q := range alts[1:] {
		r := q.prefix()
		n := 0
		for n < len(p) && n < len(r) && p[n] == r[n] {
			n++
		}
		p = p[:n]
	}
	return p
}

// Suffix returns the literal text that every alternative certainly ends with.
func (s Str) Suffix() string {
	alts := s.sequences()
	p := alts[0].suffix()
	for _, q := range alts[1:] {
		r := q.suffix()
		n := 0
		for n < len(p) && n < len(r) && p[len(p)-1-n] == r[len(r)-1-n] {
			n++
		}
		p = p[len(p)-n:]
	}
	return p
}

// HasPrefix reports whether every alternative certainly begins with text.
func (s Str) HasPrefix(text string) bool { return strings.HasPrefix(s.Prefix(), text) }

// HasSuffix reports whether every alternative certainly ends with text.
func (s Str) HasSuffix(text string) bool { return strings.HasSuffix(s.Suffix(), text) }

// MayHavePrefix reports whether some alternative can begin with text: it does, or a hole leaves it open.
func (s Str) MayHavePrefix(text string) bool {
	for _, q := range s.sequences() {
		p := q.prefix()
		if strings.HasPrefix(p, text) || (q.holes() && strings.HasPrefix(text, p)) {
			return true
		}
	}
	return false
}

// Contains reports whether every alternative certainly contains text within one of its literal parts.
func (s Str) Contains(text string) bool {
	for _, q := range s.sequences() {
		found := text == ""
		for _, p := range q {
			found = found || (p.Hole == nil && strings.Contains(p.Text, text))
		}
		if !found {
			return false
		}
	}
	return true
}

// Taint returns the union of the taints of all holes, and what they come from.
func (s Str) Taint() (t Taint, from []string) {
	for _, q := range s.alts {
		for _, p := range q {
			if p.Hole != nil {
				t |= p.Hole.Taint
				from = appendNew(from, p.Hole.From...)
			}
		}
	}
	return t, from
}

// Has reports whether any hole carries all of t.
func (s Str) Has(t Taint) bool {
	for _, h := range s.Holes() {
		if h.Taint&t == t {
			return true
		}
	}
	return false
}

// Holes returns every hole once, in order.
func (s Str) Holes() []*Hole {
	var out []*Hole
	seen := map[*Hole]bool{}
	for _, q := range s.alts {
		for _, p := range q {
			if p.Hole != nil && !seen[p.Hole] {
				seen[p.Hole] = true
				out = append(out, p.Hole)
			}
		}
	}
	return out
}

// Why returns the first reason why the string is not known, or "".
func (s Str) Why() string {
	for _, h := range s.Holes() {
		if h.Why != "" {
			return h.Why
		}
	}
	return ""
}

// String prints the string with holes as ‹name›, and alternatives as ‹a | b› when there are several.
func (s Str) String() string {
	alts := s.sequences()
	if len(alts) == 1 {
		return alts[0].print()
	}
	out := make([]string, len(alts))
	for i, q := range alts {
		out[i] = q.print()
	}
	return "‹" + strings.Join(out, " | ") + "›"
}

// Strings prints each alternative by itself.
func (s Str) Strings() []string {
	var out []string
	for _, q := range s.sequences() {
		out = append(out, q.print())
	}
	return out
}

func (q seq) text() (string, bool) {
	if len(q) == 1 && q[0].Hole == nil {
		return q[0].Text, true
	}
	if len(q) == 0 {
		return "", true
	}
	if q.holes() {
		return "", false
	}
	return q.print(), true
}

func (q seq) holes() bool {
	for _, p := range q {
		if p.Hole != nil {
			return true
		}
	}
	return false
}

func (q seq) prefix() string {
	if len(q) > 0 && q[0].Hole == nil {
		return q[0].Text
	}
	return ""
}

func (q seq) suffix() string {
	if n := len(q); n > 0 && q[n-1].Hole == nil {
		return q[n-1].Text
	}
	return ""
}

func (q seq) print() string {
	var b strings.Builder
	for _, p := range q {
		if p.Hole != nil {
			name := p.Hole.Name
			if !strings.HasPrefix(name, "‹") || !strings.HasSuffix(name, "›") { // what is made of a blank has its name already
				name = "‹" + name + "›"
			}
			b.WriteString(name)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
