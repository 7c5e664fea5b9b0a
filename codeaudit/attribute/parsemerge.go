package attribute

import (
	"bytes"
	"strings"

	"sallyport/codeaudit/git"
)

// combined reads the answer to a comparison of a merge with all its parents: the paths that differ from every one. added
// reports whether a parent lacks one of the paths, so that a rename may explain it.
func (p *parser) combined(r *Record, parents int, allPaths bool) (added bool, err error) {
	for len(p.line) > parents && p.line[0] == ':' && p.line[parents-1] == ':' {
		c, missing, err := p.rawCombined(parents, allPaths)
		if err != nil {
			return false, err
		}
		added = added || missing
		r.Combined = append(r.Combined, c)
		if err := p.next(); err != nil {
			return false, err
		}
	}
	if len(p.line) != 0 {
		return added, nil
	}
	if err := p.next(); err != nil {
		return false, err
	}
	for i := range r.Combined {
		if err := p.patchCombined(&r.Combined[i], parents); err != nil {
			return false, err
		}
	}
	return added, nil
}

// rawCombined reads "::mode mode mode hash hash hash MM\tpath", with one path per side if allPaths.
func (p *parser) rawCombined(parents int, allPaths bool) (c Combined, added bool, err error) {
	head, tail, ok := strings.Cut(string(p.line[parents:]), "\t")
	f := strings.Split(head, " ")
	if !ok || len(f) != 2*(parents+1)+1 || len(f[2*parents+2]) != parents {
		return c, false, p.wrong()
	}
	if c.NewMode, err = parseMode(f[parents]); err != nil {
		return c, false, p.wrong()
	}
	c.NewBlob = parseID(f[2*parents+1])
	c.Deleted = c.NewMode == 0
	paths := strings.Split(tail, "\t")
	if len(paths) != 1 && len(paths) != parents+1 || allPaths && len(paths) == 1 {
		return c, false, p.wrong()
	}
	c.Path = git.Unquote(paths[len(paths)-1])
	c.Parents = make([]Side, parents)
	for i := range c.Parents {
		side := &c.Parents[i]
		mode, err := parseMode(f[i])
		if err != nil {
			return c, false, p.wrong()
		}
		if side.Blob = parseID(f[parents+1+i]); mode == 0 {
			added = true
			continue
		}
		side.Path = c.Path
		if len(paths) > 1 {
			side.Path = git.Unquote(paths[i])
		}
		if mode == 0o160000 {
			c.Opaque = isSubmodule
		}
	}
	if c.NewMode == 0o160000 {
		c.Opaque = isSubmodule
	}
	return c, added, nil
}

// patchCombined reads the patch of one path of a merge. Not every raw line has one: where only the mode differs from all
// parents, git prints none.
func (p *parser) patchCombined(c *Combined, parents int) error {
	path, ok := bytes.CutPrefix(p.line, []byte("diff --combined "))
	if !ok || git.Unquote(string(path)) != c.Path {
		c.Segs = nil
		return nil
	}
	marks := bytes.Repeat([]byte{'@'}, parents+1)
	b := merged{parents: parents, at: make([]uint32, parents)}
	for i := range b.at {
		b.at[i] = 1
	}
	for {
		if err := p.next(); err != nil {
			return err
		}
	again:
		switch {
		case bytes.HasPrefix(p.line, marks) && len(p.line) > len(marks) && p.line[len(marks)] == ' ':
			starts, newLine, ok := combinedRanges(p.line[len(marks)+1:], parents)
			if !ok {
				return p.wrong()
			}
			b.upTo(starts, newLine)
			for {
				if err := p.next(); err != nil {
					return err
				}
				if len(p.line) > 0 && p.line[0] == '\\' {
					continue
				}
				if len(p.line) < parents || !isSigns(p.line[:parents]) {
					goto again
				}
				if p.keep && bytes.Count(p.line[:parents], []byte{'+'}) == parents {
					c.Own = append(c.Own, bytes.Clone(p.line[parents:]))
				}
				b.line(p.line[:parents])
			}
		case bytes.HasPrefix(p.line, []byte("index ")), bytes.HasPrefix(p.line, []byte("mode ")),
			bytes.HasPrefix(p.line, []byte("--- ")), bytes.HasPrefix(p.line, []byte("+++ ")), p.extended():
		case bytes.HasPrefix(p.line, []byte("Binary files ")):
			c.Opaque = isBinary
		default:
			c.Segs = b.done()
			return nil
		}
	}
}

// combinedRanges reads "-a,b -c,d +e,f @@@". Only the starts are used: the counts of git 2.39 are wrong at the end of a file.
func combinedRanges(b []byte, parents int) (starts []uint32, newLine uint32, ok bool) {
	f := bytes.Fields(b)
	if len(f) < parents+2 {
		return nil, 0, false
	}
	starts = make([]uint32, parents)
	for i := range starts {
		if f[i][0] != '-' {
			return nil, 0, false
		}
		if starts[i], _, ok = number(f[i][1:]); !ok {
			return nil, 0, false
		}
	}
	if f[parents][0] != '+' {
		return nil, 0, false
	}
	newLine, _, ok = number(f[parents][1:])
	return starts, newLine, ok
}

func isSigns(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '+' && c != '-' {
			return false
		}
	}
	return true
}

// merged builds the segments of a merged file from its combined diff.
type merged struct {
	parents int
	at      []uint32 // per parent, the next line, 1-based
	new     uint32   // lines of the result so far
	segs    []Seg
}

// upTo adds the lines before a hunk, which all parents have. A start of 0 means that the side is empty.
func (b *merged) upTo(starts []uint32, newLine uint32) {
	if newLine > b.new+1 {
		n := newLine - 1 - b.new
		b.add(1, b.at[0], n)
		for i := range b.at {
			b.at[i] += n
		}
		b.new += n
	}
	for i, s := range starts {
		if s > 0 {
			b.at[i] = s
		}
	}
}

// line adds one line of a hunk: signs has a column per parent.
func (b *merged) line(signs []byte) {
	if bytes.IndexByte(signs, '-') >= 0 { // lost: those with a minus had it
		for i, c := range signs {
			if c == '-' {
				b.at[i]++
			}
		}
		return
	}
	owner := -1
	for i, c := range signs {
		if c == ' ' && owner < 0 {
			owner = i
		}
	}
	if owner < 0 {
		b.add(0, b.new+1, 1)
	} else {
		b.add(uint16(owner+1), b.at[owner], 1)
	}
	for i, c := range signs {
		if c == ' ' {
			b.at[i]++
		}
	}
	b.new++
}

func (b *merged) add(parent uint16, line, n uint32) {
	if k := len(b.segs) - 1; k >= 0 && b.segs[k].Parent == parent && b.segs[k].Line+b.segs[k].N == line {
		b.segs[k].N += n
		return
	}
	b.segs = append(b.segs, Seg{parent, line, n})
}

// done adds what follows the last hunk.
func (b *merged) done() []Seg {
	if b.segs == nil && b.new == 0 && b.at[0] == 1 {
		return nil // no hunk at all
	}
	return append(b.segs, Seg{1, b.at[0], rest})
}
