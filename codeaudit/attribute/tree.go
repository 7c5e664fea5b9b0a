package attribute

// file is a path's content at some commit: who inserted which line. It never changes once it is in a tree, so that any number
// of commits share it; the two marks are bookkeeping of the one goroutine that replays.
type file struct {
	blob   ID
	mode   uint32
	opaque byte  // why runs is a single unit instead of lines
	runs   []run // the content from top to bottom

	settled bool // every line has passed into another file or has a killer
	alive   bool // a tip has it; all its lines are marked
	scope   int8 // 0 not known yet, 1 holds lines in scope, -1 holds none
}

// run is a stretch of lines with consecutive numbers.
type run struct{ first, n uint32 }

func (f *file) lines() (n uint32) {
	for _, r := range f.runs {
		n += r.n
	}
	return n
}

const (
	fanBits = 5
	fan     = 1 << fanBits
)

// tree maps path numbers to files. It is persistent: branch gives a second tree that shares everything with the first, and
// writing to one copies the few nodes on the way. A node is written in place only by the tree that made it (owner).
type tree struct {
	root  *node
	depth uint // levels below the root
	owner *byte
}

// node is inner (kids) or leaf (files).
type node struct {
	owner *byte
	seen  bool // a tip has passed here, and nothing was written since
	kids  *[fan]*node
	files *[fan]*file
}

func newTree() *tree { return &tree{owner: new(byte)} }

// branch returns an independent version. Both may be written to afterwards; neither owns the shared nodes any more.
func (t *tree) branch() *tree {
	t.owner = new(byte)
	return &tree{root: t.root, depth: t.depth, owner: new(byte)}
}

func (t *tree) get(path uint32) *file {
	n := t.root
	if n == nil || path>>((t.depth+1)*fanBits) != 0 {
		return nil
	}
	for d := t.depth; d > 0; d-- {
		if n = n.kids[path>>(d*fanBits)&(fan-1)]; n == nil {
			return nil
		}
	}
	return n.files[path&(fan-1)]
}

// set puts f at path; nil removes.
func (t *tree) set(path uint32, f *file) {
	if f == nil && t.get(path) == nil {
		return
	}
	if t.root == nil {
		t.root = &node{owner: t.owner, files: new([fan]*file)}
		t.depth = 0
	}
	for path>>((t.depth+1)*fanBits) != 0 {
		kids := new([fan]*node)
		kids[0] = t.root
		t.root = &node{owner: t.owner, kids: kids}
		t.depth++
	}
	at := &t.root
	for d := t.depth; ; d-- {
		n := t.own(*at, d)
		*at = n
		if d == 0 {
			n.files[path&(fan-1)] = f
			return
		}
		at = &n.kids[path>>(d*fanBits)&(fan-1)]
	}
}

// own returns a node that t may write to.
func (t *tree) own(n *node, d uint) *node {
	switch {
	case n == nil && d == 0:
		return &node{owner: t.owner, files: new([fan]*file)}
	case n == nil:
		return &node{owner: t.owner, kids: new([fan]*node)}
	case n.owner == t.owner:
		n.seen = false
		return n
	}
	c := &node{owner: t.owner}
	if n.kids != nil {
		kids := *n.kids
		c.kids = &kids
	} else {
		files := *n.files
		c.files = &files
	}
	return c
}

// walk calls f for every file, by path number. skip, if not nil, is asked about each node first.
func (t *tree) walk(skip func(*node) bool, f func(path uint32, f *file)) {
	if t.root != nil {
		walk(t.root, t.depth, 0, skip, f)
	}
}

func walk(n *node, d uint, base uint32, skip func(*node) bool, f func(uint32, *file)) {
	if skip != nil && skip(n) {
		return
	}
	if n.kids == nil {
		for i, file := range n.files {
			if file != nil {
				f(base|uint32(i), file)
			}
		}
		return
	}
	for i, kid := range n.kids {
		if kid != nil {
			walk(kid, d-1, base|uint32(i)<<(d*fanBits), skip, f)
		}
	}
}

// differing calls f for every path whose file in a is not the very file that b has.
func differing(a, b *tree, f func(path uint32, in, other *file)) {
	if a.root == nil || a.root == b.root {
		return
	}
	if a.depth == b.depth && b.root != nil {
		differ(a.root, b.root, a.depth, 0, f)
		return
	}
	a.walk(nil, func(path uint32, in *file) {
		if other := b.get(path); other != in {
			f(path, in, other)
		}
	})
}

func differ(a, b *node, d uint, base uint32, f func(uint32, *file, *file)) {
	if a == b {
		return
	}
	if a.kids == nil {
		for i, in := range a.files {
			if in == nil {
				continue
			}
			var other *file
			if b != nil {
				other = b.files[i]
			}
			if in != other {
				f(base|uint32(i), in, other)
			}
		}
		return
	}
	for i, kid := range a.kids {
		if kid == nil {
			continue
		}
		var other *node
		if b != nil {
			other = b.kids[i]
		}
		differ(kid, other, d-1, base|uint32(i)<<(d*fanBits), f)
	}
}
