package scope

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/codeaudit/change"
)

// Reasons that are not a role of a member.
const (
	NoMember     = "no-member"     // out: nobody of the set is named
	OutsideDates = "outside-dates" // out: a member is named, and the dates were asked to count
	OwnLines     = "own-lines"     // in: a merge with lines that no parent has
)

// Decision is the leaf of the scope: one commit, in or out, and why.
type Decision struct {
	Repo   string        `json:"repo"`
	Commit string        `json:"commit"`
	In     bool          `json:"in"`
	Why    []change.Role `json:"why"`
}

// Decide is the decision about a matched commit.
func Decide(c *change.Commit, outside, ownLines bool) Decision {
	d := Decision{Repo: c.Repo, Commit: c.Hash, In: c.InScope || ownLines, Why: c.Roles}
	switch {
	case ownLines:
		d.Why = append(append([]change.Role{}, c.Roles...), change.Role{Kind: OwnLines})
	case outside:
		d.Why = []change.Role{{Kind: OutsideDates}}
	case len(d.Why) == 0:
		d.Why = []change.Role{{Kind: NoMember}}
	}
	return d
}

// Leaf is the line that is hashed: JSON without newline.
func (d Decision) Leaf() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(d) // strings, bools and slices of these cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// Tree computes the root of the Merkle tree of RFC 6962, section 2.1, over leaves that are added in order.
type Tree struct {
	size  int64
	stack []tlog.Hash // roots of complete subtrees, largest first
}

// Add appends a leaf.
func (t *Tree) Add(leaf []byte) {
	h := tlog.RecordHash(leaf)
	for n := t.size; n&1 == 1; n >>= 1 {
		h = tlog.NodeHash(t.stack[len(t.stack)-1], h)
		t.stack = t.stack[:len(t.stack)-1]
	}
	t.stack = append(t.stack, h)
	t.size++
}

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Root is the tree's root; of no leaves, the hash of nothing.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	h := t.stack[len(t.stack)-1]
	for i := len(t.stack) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.stack[i], h)
	}
	return h
}

// maxLeaf bounds a line of a scope file.
const maxLeaf = 1 << 20

// ReadDecisions reads the lines of a scope file and calls f for each; it returns the tree over them.
func ReadDecisions(r io.Reader, f func(Decision) error) (*Tree, error) {
	t := &Tree{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLeaf)
	for lines.Scan() {
		var d Decision
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "line %d of the scope is not a decision: %v", t.size+1, err)
		}
		t.Add(lines.Bytes())
		if err := f(d); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "the scope cannot be read: %v", err)
	}
	return t, nil
}
