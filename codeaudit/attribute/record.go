package attribute

import (
	"bytes"
	"encoding/hex"
)

// ID is an object name; SHA-1 names are padded with zeros.
type ID [32]byte

func parseID(s string) (id ID) {
	_, _ = hex.Decode(id[:], []byte(s[:min(len(s), 64)]))
	return id
}

// Hex returns the name with n digits.
func (id ID) Hex(n int) string { return hex.EncodeToString(id[:n/2]) }

func (id ID) zero() bool { return id == ID{} }

// Why a content has no lines.
const (
	textual      byte = 0
	isBinary     byte = 'b'
	isSubmodule  byte = 's'
	isUnreadable byte = 'u'
)

// Record is what one commit did, without the text.
type Record struct {
	Entries  []Entry    // against the first parent, in git's order; for a merge without hunks
	Combined []Combined // merges only: the paths that differ from every parent
	// Failed is true if git could not compare the commit with its parent: what it changed is unknown.
	Failed bool
}

// Entry is what happened to one path.
type Entry struct {
	Status           byte // A M D R C T, as in git-diff-tree(1)
	Path, OldPath    string
	OldMode, NewMode uint32
	OldBlob, NewBlob ID
	Opaque           byte
	Fresh            bool // no line of the old content is in the new: the type changed, or binary became text
	Hunks            []Hunk
	Text             []Text // by hunk, only when asked for; never stored
}

// Hunk replaces OldN lines by NewN. The line numbers are git's: 1-based, and for a count of 0 the line before.
type Hunk struct{ OldLine, OldN, NewLine, NewN uint32 }

// Combined is a path of a merge whose content no parent has as a whole.
type Combined struct {
	Path    string
	NewMode uint32
	NewBlob ID
	Deleted bool
	Opaque  byte
	Parents []Side
	Segs    []Seg    // the new content from top to bottom
	Own     [][]byte // the lines of the merge's own segments, only when asked for; never stored
}

// Side is a combined path as one parent has it. Path is "" if the parent does not have it.
type Side struct {
	Path string
	Blob ID
}

// Seg is a stretch of a merged file: N lines from Line (1-based) of a parent (1, 2, ...), or of the merge's own (0).
type Seg struct {
	Parent  uint16
	Line, N uint32 // N is rest for "until the parent's end"
}

const rest = ^uint32(0)

// Text is the lines of a hunk.
type Text struct {
	Section            string
	Old, New           [][]byte
	OldNoEnd, NewNoEnd bool // the side ends without a newline
}

// add takes a line of a hunk with its sign. The sign of the line before a backslash says which side has no newline.
func (t *Text) add(line []byte) {
	switch line[0] {
	case '-':
		t.Old = append(t.Old, bytes.Clone(line[1:]))
	case '+':
		t.New = append(t.New, bytes.Clone(line[1:]))
	case '\\':
		if len(t.New) > 0 {
			t.NewNoEnd = true
		} else {
			t.OldNoEnd = true
		}
	}
}
