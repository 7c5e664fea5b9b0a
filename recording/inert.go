package recording

import (
	"io"
	"unicode/utf8"
)

// Inert is a writer that makes what a target prints harmless for a terminal (DESIGN 8.3): nothing that passes it moves the cursor up
// or back, changes colours, titles or modes, asks the terminal to answer, or reorders text. What is not shown as it is, is shown
// as something: control characters as their pictures (ESC as ␛), bytes that are no UTF-8 as \x9b, invisible and
// reordering characters as <U+202E>. Line feeds and tabs pass, a carriage return passes before a line feed, and
// any other becomes ␍ and a new line, so that no line is overwritten.
//
// Its output does not depend on how the input is cut into writes. Close writes what was held back.
type Inert struct {
	w    io.Writer
	held []byte // a carriage return, or the beginning of a UTF-8 sequence
	out  []byte // reused
}

// NewInert writes to w.
func NewInert(w io.Writer) *Inert { return &Inert{w: w} }

// Write takes all of p. What it cannot judge yet, at most three bytes, it holds back.
func (f *Inert) Write(p []byte) (int, error) {
	rest := append(f.held, p...)
	f.out = f.out[:0]
	for len(rest) > 0 {
		n := f.step(rest, false)
		if n == 0 {
			break
		}
		rest = rest[n:]
	}
	f.held = append([]byte(nil), rest...)
	if len(f.out) > 0 {
		if _, err := f.w.Write(f.out); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// Close ends the stream. It does not close the writer below.
func (f *Inert) Close() error {
	f.out = f.out[:0]
	for rest := f.held; len(rest) > 0; {
		rest = rest[f.step(rest, true):]
	}
	f.held = nil
	if len(f.out) == 0 {
		return nil
	}
	_, err := f.w.Write(f.out)
	return err
}

// step appends the harmless form of what b begins with and returns how many bytes that was; 0 if more bytes are needed to
// tell and there may be more.
func (f *Inert) step(b []byte, end bool) int {
	c := b[0]
	switch {
	case c == '\n' || c == '\t' || c >= 0x20 && c < 0x7f:
		f.out = append(f.out, c)
		return 1
	case c == '\r':
		if len(b) == 1 && !end {
			return 0
		}
		if len(b) > 1 && b[1] == '\n' {
			f.out = append(f.out, "\r\n"...)
			return 2
		}
		f.out = append(f.out, "␍\r\n"...)
		return 1
	case c < 0x20:
		f.out = utf8.AppendRune(f.out, 0x2400+rune(c))
		return 1
	case c == 0x7f:
		f.out = append(f.out, "␡"...)
		return 1
	}
	if !end && !utf8.FullRune(b) {
		return 0
	}
	r, n := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && n <= 1:
		const digits = "0123456789abcdef"
		f.out = append(f.out, '\\', 'x', digits[c>>4], digits[c&15])
		return 1
	case deceptive(r):
		f.out = appendCodepoint(f.out, r)
	default:
		f.out = append(f.out, b[:n]...)
	}
	return n
}

// deceptive tells whether a character is a C1 control, or shows as nothing, or changes the order of others.
func deceptive(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, // C1: some terminals obey these even in UTF-8
		r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0,
		r >= 0x180b && r <= 0x180f,
		r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r >= 0xfff0 && r <= 0xfffb,
		r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

func appendCodepoint(b []byte, r rune) []byte {
	const digits = "0123456789ABCDEF"
	b = append(b, "<U+"...)
	started := false
	for shift := 20; shift >= 0; shift -= 4 {
		d := r >> shift & 15
		if d != 0 || started || shift < 16 {
			b = append(b, digits[d])
			started = true
		}
	}
	return append(b, '>')
}
