package attribute

import "bytes"

const (
	sniff   = 8000    // how much of a content git looks at to tell binary from text
	maxText = 8 << 20 // above this, what git calls binary is one unit
	fewNULs = 20      // one byte in so many may be NUL in what has lines
)

// HasLines reports whether content is looked at line by line. git calls everything with a NUL near the beginning binary;
// that would let a single NUL hide a script from this audit. Here a content with few NULs has lines, and so has UTF-16.
func HasLines(content []byte) bool {
	if len(content) > maxText {
		return false
	}
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return true
	}
	return bytes.IndexByte(content[:min(len(content), sniff)], 0) < 0 || bytes.Count(content, []byte{0}) <= len(content)/fewNULs
}

// binaries looks again at contents that git did not compare because it calls one side binary.
func (d *distiller) binaries(r *Record, j job) {
	if len(j.parents) > 1 {
		for i := range r.Combined {
			c := &r.Combined[i]
			if c.Opaque == isBinary && !c.Deleted && d.hasLines(c.NewBlob) {
				c.Opaque, c.Segs = textual, nil // git compares no merge of binary files: its lines count as the merge's
			}
		}
		return
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.Opaque == isBinary && e.NewBlob.zero() && d.keep && d.hasLines(e.OldBlob) {
			d.alone(e, j, "--text")
		}
		if e.Opaque != isBinary || e.NewBlob.zero() || !d.hasLines(e.NewBlob) {
			continue
		}
		if e.Status == 'M' && d.hasLines(e.OldBlob) && d.alone(e, j, "--text") {
			continue
		}
		text, _ := d.repo.Blob(d.ctx, e.NewBlob.Hex(d.repo.HashLen()), maxText)
		e.Opaque, e.Fresh, e.Hunks = textual, true, nil
		if n := countLines(text); n > 0 {
			e.Hunks = []Hunk{{0, 0, 1, n}}
			if d.keep {
				e.Text = []Text{wholeText(text)}
			}
		}
	}
}

func (d *distiller) hasLines(id ID) bool {
	text, err := d.repo.Blob(d.ctx, id.Hex(d.repo.HashLen()), maxText)
	return err == nil && HasLines(text)
}

func countLines(text []byte) uint32 {
	n := bytes.Count(text, []byte{'\n'})
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return uint32(n)
}

// wholeText is a content as the new side of a hunk.
func wholeText(content []byte) (t Text) {
	t.New, t.NewNoEnd = SplitLines(content)
	return t
}

// SplitLines returns the lines of a content without their newlines, and whether the last has none.
func SplitLines(content []byte) (lines [][]byte, noEnd bool) {
	if len(content) == 0 {
		return nil, false
	}
	if content[len(content)-1] != '\n' {
		noEnd = true
	} else {
		content = content[:len(content)-1]
	}
	return bytes.Split(content, []byte{'\n'}), noEnd
}
