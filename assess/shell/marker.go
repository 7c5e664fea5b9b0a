package shell

import (
	"strings"
	"unicode/utf8"

	"sallyport/assess/value"
)

// Text that is executed may have holes. To parse it, each hole is written as one rune of the last private plane, which
// no shell syntax knows; where a literal of the parsed text is expanded, the rune becomes the hole again.
const (
	firstMark = 0x100000
	lastMark  = 0x10FFFD
)

// mark returns the text of s with holes as marks. It fails for several alternatives and when marks run out.
func (m *machine) mark(s value.Str) (string, bool) {
	if t, ok := s.Const(); ok {
		return t, true
	}
	alts := s.Alternatives()
	if len(alts) != 1 {
		return "", false
	}
	var b strings.Builder
	for _, p := range alts[0].Parts() {
		if p.Hole == nil {
			b.WriteString(p.Text)
			continue
		}
		r, ok := m.marks[p.Hole]
		if !ok {
			if firstMark+len(m.holes) > lastMark {
				return "", false
			}
			r = rune(firstMark + len(m.holes))
			m.holes = append(m.holes, p.Hole)
			m.marks[p.Hole] = r
		}
		b.WriteRune(r)
	}
	return b.String(), true
}

// lit turns text of a parsed literal into a string, marks into holes.
func (m *machine) lit(text string) value.Str {
	if len(m.holes) == 0 || strings.IndexByte(text, 0xF4) < 0 {
		return value.Lit(text)
	}
	var parts []value.Str
	start := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r >= firstMark && int(r)-firstMark < len(m.holes) {
			parts = append(parts, value.Lit(text[start:i]), value.Of(*m.holes[r-firstMark]))
			start = i + n
		}
		i += n
	}
	return value.Concat(append(parts, value.Lit(text[start:]))...)
}

// show prints text with marks as the names of their holes.
func (m *machine) show(text string) string {
	if len(m.holes) == 0 || strings.IndexByte(text, 0xF4) < 0 {
		return text
	}
	return m.lit(text).String()
}
