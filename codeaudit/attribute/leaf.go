package attribute

import (
	"bytes"
	"encoding/json"
	"io"
	"sort"

	"sallyport/codeaudit/git"
	"sallyport/codeaudit/scope"
)

// Leaf is a line of the ledger of lines: what one commit in scope inserted into and removed from one path, and what became
// of it. Inserted = the lines of Surviving + those of Deleted.
type Leaf struct {
	Repo      string   `json:"repo"`
	Commit    string   `json:"commit"`
	Path      string   `json:"path"`             // quoted like a Go string if it is not plain printable UTF-8
	Opaque    string   `json:"opaque,omitempty"` // binary, submodule, unreadable: one unit, counted as line 1
	Inserted  int      `json:"inserted"`
	Surviving []Span   `json:"surviving,omitempty"`
	Deleted   []Killed `json:"deleted,omitempty"`
	Removed   []Taken  `json:"removed,omitempty"`
}

// Span is N lines from Line on, in the commit.
type Span struct {
	Line int `json:"line"`
	N    int `json:"n"`
}

// Killed is a span with the commit that removed it.
type Killed struct {
	Span
	By string `json:"by"`
}

// Taken is a span of the parent's file that the commit removed, with the commit, path and line that had inserted it.
type Taken struct {
	Span
	From     string `json:"from"`
	FromPath string `json:"fromPath"`
	FromLine int    `json:"fromLine"`
}

// Leaves calls f with every leaf, ordered by commit's name, then path. The leaves depend on the captured history and the
// scope alone: not on the order of work, the number of workers, or what was kept from an earlier pass.
func (l *Ledger) Leaves(repo string, f func(Leaf) error) error {
	order := make([]int32, 0)
	for i, in := range l.inScope {
		if in {
			order = append(order, int32(i))
		}
	}
	sort.Slice(order, func(a, b int) bool { return l.History.Nodes[order[a]].Hash < l.History.Nodes[order[b]].Hash })
	for _, i := range order {
		leaves := map[string]*Leaf{}
		leaf := func(path string) *Leaf {
			if leaves[path] == nil {
				leaves[path] = &Leaf{Repo: repo, Commit: l.History.Nodes[i].Hash, Path: git.Quote(path)}
			}
			return leaves[path]
		}
		for _, path := range l.ownPaths(i) {
			p := l.partOf(i, path)
			x := leaf(path)
			x.Opaque, x.Inserted = why[p.opaque], int(p.n)
			l.settle(x, p)
		}
		at := sort.Search(len(l.dels), func(k int) bool { return l.dels[k].commit >= i })
		for ; at < len(l.dels) && l.dels[at].commit == i; at++ {
			d := &l.dels[at]
			path := l.paths[d.path]
			line := int(d.line)
			for _, o := range l.Owners(i, path, line, int(d.n)) {
				x := leaf(path)
				x.Removed = append(x.Removed, Taken{Span{line, o.N}, o.Commit, git.Quote(o.Path), o.Line})
				line += o.N
			}
		}
		paths := make([]string, 0, len(leaves))
		for path := range leaves {
			paths = append(paths, path)
		}
		sort.Strings(paths)
		for _, path := range paths {
			if err := f(*leaves[path]); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle fills in what became of a part's lines.
func (l *Ledger) settle(x *Leaf, p *part) {
	at := sort.Search(len(l.ins), func(i int) bool { return l.ins[i].first >= p.first })
	for n := p.first; n < p.first+p.n; n++ {
		for at+1 < len(l.ins) && l.ins[at+1].first <= n {
			at++
		}
		line := int(l.ins[at].line + n - l.ins[at].first)
		if l.alive.has(n) {
			if k := len(x.Surviving) - 1; k >= 0 && x.Surviving[k].Line+x.Surviving[k].N == line {
				x.Surviving[k].N++
			} else {
				x.Surviving = append(x.Surviving, Span{line, 1})
			}
			continue
		}
		if l.killer[n] == 0 {
			continue // does not balance; Balance names it
		}
		by := l.History.Nodes[l.killer[n]-1].Hash
		if k := len(x.Deleted) - 1; k >= 0 && x.Deleted[k].By == by && x.Deleted[k].Line+x.Deleted[k].N == line {
			x.Deleted[k].N++
		} else {
			x.Deleted = append(x.Deleted, Killed{Span{line, 1}, by})
		}
	}
}

// WriteLeaves writes the leaves as lines of JSON and returns the Merkle tree over them.
func (l *Ledger) WriteLeaves(w io.Writer, repo string) (*scope.Tree, error) {
	tree := &scope.Tree{}
	return tree, l.Leaves(repo, func(x Leaf) error {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(x); err != nil {
			return err
		}
		tree.Add(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
		_, err := w.Write(b.Bytes())
		return err
	})
}
