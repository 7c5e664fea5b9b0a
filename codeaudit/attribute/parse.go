package attribute

import (
	"bufio"
	"bytes"
	"strings"

	"sallyport"
	"sallyport/codeaudit/git"
)

// parser reads what git diff-tree prints. line is the current line without its newline, valid until the next call of next.
type parser struct {
	in   *bufio.Reader
	line []byte
	long []byte // holds a line longer than the reader's buffer

	keep bool // keep the lines of hunks, instead of skipping them without a look
}

// next advances. A line longer than the buffer is read whole: minified files have such lines.
func (p *parser) next() error {
	line, err := p.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		p.long = append(p.long[:0], line...)
		for err == bufio.ErrBufferFull {
			line, err = p.in.ReadSlice('\n')
			p.long = append(p.long, line...)
		}
		line = p.long
	}
	if err != nil {
		return err
	}
	p.line = line[:len(line)-1]
	return nil
}

func (p *parser) wrong() error {
	return sallyport.Errorf(sallyport.Invalid, "git diff-tree printed %q where it should not", p.line[:min(len(p.line), 200)])
}

// plain reads the answer to a comparison with one parent, up to the line behind it.
func (p *parser) plain(r *Record) error {
	for len(p.line) > 0 && p.line[0] == ':' {
		e, err := p.raw()
		if err != nil {
			return err
		}
		r.Entries = append(r.Entries, e)
		if err := p.next(); err != nil {
			return err
		}
	}
	if len(p.line) != 0 {
		return nil // no patch: raw only, or nothing changed
	}
	if err := p.next(); err != nil {
		return err
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		old, new := e.OldBlob, e.NewBlob
		if e.Status == 'T' {
			if err := p.patch(e, old, ID{}); err != nil {
				return err
			}
			e.Hunks, e.Text, e.Opaque, e.Fresh = nil, nil, textual, true // the old content goes as a whole
			old = ID{}
		}
		if err := p.patch(e, old, new); err != nil {
			return err
		}
		if e.NewMode == 0o160000 || e.NewMode == 0 && e.OldMode == 0o160000 {
			e.Opaque, e.Hunks, e.Text = isSubmodule, nil, nil
		}
	}
	return nil
}

// raw reads ":mode mode hash hash status\tpath[\tpath]".
func (p *parser) raw() (e Entry, err error) {
	head, paths, ok := strings.Cut(string(p.line[1:]), "\t")
	f := strings.Split(head, " ")
	if !ok || len(f) != 5 || len(f[4]) == 0 {
		return e, p.wrong()
	}
	if e.OldMode, err = parseMode(f[0]); err != nil {
		return e, p.wrong()
	}
	if e.NewMode, err = parseMode(f[1]); err != nil {
		return e, p.wrong()
	}
	e.OldBlob, e.NewBlob, e.Status = parseID(f[2]), parseID(f[3]), f[4][0]
	from, to, two := strings.Cut(paths, "\t")
	e.Path = git.Unquote(from)
	if two {
		e.OldPath, e.Path = e.Path, git.Unquote(to)
	}
	if strings.IndexByte("AMDRCT", e.Status) < 0 {
		return e, p.wrong()
	}
	if e.NewMode == 0o160000 || e.NewMode == 0 && e.OldMode == 0o160000 {
		e.Opaque = isSubmodule
	}
	return e, nil
}

// patch reads the patch of one entry. old and new are what its index line must say.
func (p *parser) patch(e *Entry, old, new ID) error {
	if !bytes.HasPrefix(p.line, []byte("diff --git ")) {
		return p.wrong()
	}
	for {
		if err := p.next(); err != nil {
			return err
		}
		switch {
		case bytes.HasPrefix(p.line, []byte("index ")):
			a, b, ok := strings.Cut(string(p.line[6:]), "..")
			b, _, _ = strings.Cut(b, " ")
			if !ok || parseID(a) != old || parseID(b) != new {
				return p.wrong()
			}
		case bytes.HasPrefix(p.line, []byte("Binary files ")):
			e.Opaque = isBinary
		case bytes.HasPrefix(p.line, []byte("@@ ")):
			if err := p.hunks(e); err != nil {
				return err
			}
			return nil
		case bytes.HasPrefix(p.line, []byte("--- ")), bytes.HasPrefix(p.line, []byte("+++ ")), p.extended():
		default:
			return nil
		}
	}
}

// extended reports whether the line is an extended header of a patch.
func (p *parser) extended() bool {
	for _, h := range []string{"old mode ", "new mode ", "deleted file mode ", "new file mode ", "copy from ", "copy to ", "rename from ", "rename to ",
		"similarity index ", "dissimilarity index "} {
		if bytes.HasPrefix(p.line, []byte(h)) {
			return true
		}
	}
	return false
}

// hunks reads "@@ -a,b +c,d @@" and the lines they announce.
func (p *parser) hunks(e *Entry) error {
	for bytes.HasPrefix(p.line, []byte("@@ -")) {
		b := p.line[4:]
		var h Hunk
		var ok bool
		if h.OldLine, h.OldN, b, ok = rangeOf(b); !ok || len(b) < 2 || b[0] != ' ' || b[1] != '+' {
			return p.wrong()
		}
		if h.NewLine, h.NewN, b, ok = rangeOf(b[2:]); !ok || !bytes.HasPrefix(b, []byte(" @@")) {
			return p.wrong()
		}
		e.Hunks = append(e.Hunks, h)
		var t *Text
		if p.keep {
			e.Text = append(e.Text, Text{Section: strings.TrimPrefix(string(b[3:]), " ")})
			t = &e.Text[len(e.Text)-1]
		}
		for n := uint64(h.OldN) + uint64(h.NewN); ; {
			if err := p.next(); err != nil {
				return err
			}
			if n == 0 {
				if len(p.line) == 0 || p.line[0] != '\\' {
					break
				}
			} else if len(p.line) == 0 {
				return p.wrong()
			} else if p.line[0] == '+' || p.line[0] == '-' {
				n--
			} else if p.line[0] != '\\' {
				return p.wrong()
			}
			if t != nil {
				t.add(p.line)
			}
		}
	}
	return nil
}

// rangeOf reads "12,3" or "12" (a count of 1) and returns what follows.
func rangeOf(b []byte) (line, n uint32, rest []byte, ok bool) {
	line, b, ok = number(b)
	if !ok {
		return 0, 0, b, false
	}
	if len(b) == 0 || b[0] != ',' {
		return line, 1, b, true
	}
	n, b, ok = number(b[1:])
	return line, n, b, ok
}

func number(b []byte) (n uint32, rest []byte, ok bool) {
	i := 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		if n > 1<<31/10 {
			return 0, b, false
		}
		n = n*10 + uint32(b[i]-'0')
		i++
	}
	return n, b[i:], i > 0
}
