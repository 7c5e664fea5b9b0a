package recording

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// Line is one line of a transcript.
type Line struct {
	At   time.Duration `json:"at"` // when its first byte came
	Kind Kind          `json:"kind"`
	Text string        `json:"text"` // without terminal sequences and control characters
}

// maxLine bounds a line of a transcript in bytes; a longer one is broken.
const maxLine = 4 << 10

// Transcript turns frames into lines of plain text: escape sequences removed, not interpreted. What a program drew and erased again
// therefore still stands in it, which is what a searcher wants.
type Transcript struct {
	Emit func(Line) error
	open [kinds]struct {
		at    time.Duration
		begun bool
		text  []byte
		strip stripper
	}
}

// Frame adds one frame.
func (t *Transcript) Frame(f Frame) error {
	switch f.Kind {
	case Out, Err, In, Marker:
	default:
		return nil
	}
	o := &t.open[f.Kind]
	for _, c := range f.Data {
		if !o.begun {
			o.begun, o.at = true, f.At
		}
		c, keep := o.strip.next(c)
		switch {
		case !keep:
		case c == '\n':
			if err := t.flush(f.Kind); err != nil {
				return err
			}
		default:
			if o.text = append(o.text, c); len(o.text) >= maxLine && utf8.RuneStart(c) {
				if err := t.flush(f.Kind); err != nil {
					return err
				}
			}
		}
	}
	if f.Kind == Marker {
		return t.flush(f.Kind)
	}
	return nil
}

// Close emits lines that had no end.
func (t *Transcript) Close() error {
	for kind := range t.open {
		if len(t.open[kind].text) > 0 {
			if err := t.flush(Kind(kind)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Transcript) flush(kind Kind) error {
	o := &t.open[kind]
	line := Line{At: o.at, Kind: kind, Text: strings.ToValidUTF8(string(o.text), "\ufffd")}
	o.begun, o.text = false, o.text[:0]
	return t.Emit(line)
}

// stripper removes ECMA-48 sequences: ESC x, CSI ... final, and OSC, DCS, SOS, PM, APC strings up to BEL or ST.
type stripper struct{ state stripState }

type stripState uint8

const (
	plain stripState = iota
	escape
	csi
	str       // inside a control string
	strEscape // an ESC inside a control string
)

// next takes one byte and returns it if it is text.
func (s *stripper) next(c byte) (byte, bool) {
	switch s.state {
	case plain:
		switch {
		case c == 0x1b:
			s.state = escape
			return 0, false
		case c == '\n' || c == '\t':
			return c, true
		}
		return c, c >= 0x20 && c != 0x7f
	case escape:
		switch {
		case c == '[':
			s.state = csi
		case c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_':
			s.state = str
		case c >= 0x20 && c < 0x30: // intermediate byte
		default:
			s.state = plain
		}
	case csi:
		if c >= 0x40 && c < 0x7f || c == '\n' {
			s.state = plain
		}
	case str:
		switch c {
		case 0x07, '\n': // a line feed ends it too: a target must not be able to hide all that follows from search
			s.state = plain
		case 0x1b:
			s.state = strEscape
		}
	case strEscape:
		s.state = plain
		if c != '\\' {
			s.state = escape
			return s.next(c)
		}
	}
	return c, c == '\n' && s.state == plain
}

// Search calls f for each line of the recording that contains text, without regard to case.
func (r *Reader) Search(ctx context.Context, text string, f func(Line) error) error {
	want := strings.ToLower(text)
	t := Transcript{Emit: func(l Line) error {
		if strings.Contains(strings.ToLower(l.Text), want) {
			return f(l)
		}
		return nil
	}}
	if err := r.Each(ctx, 0, t.Frame); err != nil {
		return err
	}
	return t.Close()
}
