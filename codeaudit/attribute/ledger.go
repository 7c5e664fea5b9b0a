package attribute

import (
	"math/bits"
	"slices"
	"sort"
	"strings"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Ledger is the outcome: every line ever inserted, by number, with its part, its killer and whether a tip has it. It is
// written by Run and read only afterwards.
type Ledger struct {
	History  *git.History
	Findings []change.Finding
	Records  int // commits replayed
	Hunks    int // hunks replayed

	paths []string
	ids   map[string]uint32
	parts []part
	ins   []insertion // by number
	next  uint32      // the next number to give out; 0 is never given

	killer []int32 // by number: position of the commit that removed it, +1
	alive  bitset
	dels   []deletion // what commits in scope removed, in order of commit

	inScope []bool // by commit: asked for, or a merge with lines of its own
	evil    []bool // by commit: a merge with lines of its own

	trees  map[int32]*tree // of the tips that were to be kept
	places places
}

// part is what one commit inserted into one path: numbers first to first+n-1.
type part struct {
	commit int32
	path   uint32
	first  uint32
	n      uint32
	opaque byte // why it is one unit instead of lines
}

// insertion is a stretch of a part: numbers from first are the lines from line on.
type insertion struct {
	first, line uint32
	part        uint32
}

// deletion is a stretch of lines that a commit in scope removed from a path.
type deletion struct {
	commit int32
	path   uint32
	line   uint32 // 1-based, in the parent
	run
}

type bitset []uint64

// set and clear work word by word: most stretches are long.
func (b *bitset) set(first, n uint32) {
	for need := int(first+n)/64 + 1; len(*b) < need; {
		*b = append(*b, make([]uint64, max(need-len(*b), len(*b)/4))...)
	}
	words(first, n, func(word int, mask uint64) { (*b)[word] |= mask })
}

func (b bitset) clear(first, n uint32) {
	words(first, n, func(word int, mask uint64) { b[word] &^= mask })
}

// words cuts a stretch of bits into masks.
func words(first, n uint32, f func(word int, mask uint64)) {
	for n > 0 {
		from := first % 64
		take := min(n, 64-from)
		f(int(first/64), ^uint64(0)>>(64-take)<<from)
		first, n = first+take, n-take
	}
}

func (b bitset) has(i uint32) bool { return int(i/64) < len(b) && b[i/64]>>(i%64)&1 != 0 }

func (b bitset) count(first, n uint32) (c uint32) {
	for i := first; i < first+n; {
		if i%64 == 0 && i+64 <= first+n {
			if int(i/64) < len(b) {
				c += uint32(bits.OnesCount64(b[i/64]))
			}
			i += 64
			continue
		}
		if b.has(i) {
			c++
		}
		i++
	}
	return c
}

func (l *Ledger) path(name string) uint32 {
	id, ok := l.ids[name]
	if !ok {
		name = strings.Clone(name)
		id = uint32(len(l.paths))
		l.paths = append(l.paths, name)
		l.ids[name] = id
	}
	return id
}

// begin opens a part; insert adds stretches to it; the number after it stays unused, so that no run spans two parts.
func (l *Ledger) begin(commit int32, path uint32, opaque byte) {
	l.next++
	l.parts = append(l.parts, part{commit: commit, path: path, first: l.next, opaque: opaque})
}

func (l *Ledger) insert(line, n uint32) run {
	p := &l.parts[len(l.parts)-1]
	l.ins = append(l.ins, insertion{l.next, line, uint32(len(l.parts) - 1)})
	r := run{l.next, n}
	l.next += n
	p.n += n
	for len(l.killer) < int(l.next) {
		l.killer = append(l.killer, 0)
	}
	return r
}

// end closes the part and forgets it if nothing was inserted.
func (l *Ledger) end() {
	if k := len(l.parts) - 1; l.parts[k].n == 0 {
		l.parts = l.parts[:k]
		l.next--
	}
}

// kill writes commit beside the lines of r. Of several killers on several branches one is kept: a merge only if there is no
// other, then the earlier by its own clock, then the smaller name; so the choice depends on the history alone.
func (l *Ledger) kill(r run, commit int32) {
	for i := r.first; i < r.first+r.n; i++ {
		if old := l.killer[i]; old == 0 || l.before(commit, old-1) {
			l.killer[i] = commit + 1
		}
	}
}

func (l *Ledger) before(a, b int32) bool {
	if a == b {
		return false
	}
	x, y := &l.History.Nodes[a], &l.History.Nodes[b]
	if xm, ym := len(x.Parents) > 1, len(y.Parents) > 1; xm != ym {
		return ym
	}
	if x.Time != y.Time {
		return x.Time < y.Time
	}
	return x.Hash < y.Hash
}

// at returns the stretch that holds a number.
func (l *Ledger) at(number uint32) *insertion {
	i := sort.Search(len(l.ins), func(i int) bool { return l.ins[i].first > number })
	return &l.ins[i-1]
}

// Line is where a line came from.
type Line struct {
	Commit string
	Path   string // in that commit
	Line   int    // 1-based, in that commit; 0 for opaque content
}

func (l *Ledger) origin(number uint32) Line {
	in := l.at(number)
	p := &l.parts[in.part]
	o := Line{Commit: l.History.Nodes[p.commit].Hash, Path: l.paths[p.path], Line: int(in.line + number - in.first)}
	if p.opaque != textual {
		o.Line = 0
	}
	return o
}

// Blame says for every line of path at a kept tip where it came from. ok is false if the tip was not kept or has no such
// path; opaque is true if the content has no lines, and the one Line is the commit that put it there.
func (l *Ledger) Blame(commit, path string) (origins []Line, opaque, ok bool) {
	at, known := l.History.Index[commit]
	id, there := l.ids[path]
	t := l.trees[at]
	if !known || !there || t == nil {
		return nil, false, false
	}
	f := t.get(id)
	if f == nil {
		return nil, false, false
	}
	for _, r := range f.runs {
		for i := range r.n {
			origins = append(origins, l.origin(r.first+i))
		}
	}
	return origins, f.opaque != textual, true
}

// Files lists the paths at a kept tip with the number of their lines (0 for opaque content), sorted.
func (l *Ledger) Files(commit string) map[string]int {
	t := l.trees[l.History.Index[commit]]
	files := map[string]int{}
	if t != nil {
		t.walk(nil, func(path uint32, f *file) {
			n := int(f.lines())
			if f.opaque != textual {
				n = 0
			}
			files[l.paths[path]] = n
		})
	}
	return files
}

// Standing calls f for every line in scope that a kept tip has, by path and line; line is 0 for opaque content.
func (l *Ledger) Standing(commit string, f func(path string, line int, from Line)) {
	t := l.trees[l.History.Index[commit]]
	if t == nil {
		return
	}
	files := map[string]*file{}
	var paths []string
	t.walk(nil, func(path uint32, x *file) {
		if l.holdsScope(x) {
			files[l.paths[path]] = x
			paths = append(paths, l.paths[path])
		}
	})
	slices.Sort(paths)
	for _, path := range paths {
		line := 1
		for _, r := range files[path].runs {
			if l.scoped(r.first) {
				for i := range r.n {
					if o := l.origin(r.first + i); o.Line == 0 {
						f(path, 0, o)
					} else {
						f(path, line+int(i), o)
					}
				}
			}
			line += int(r.n)
		}
	}
}

// Evil reports whether a commit is a merge with lines that no parent has.
func (l *Ledger) Evil(commit int32) bool { return l.evil[commit] }

// Balance is the ledger's equation.
type Balance struct {
	Parts     int `json:"parts"`     // commit and path pairs
	Inserted  int `json:"inserted"`  // lines, and units of opaque content
	Surviving int `json:"surviving"` // of these, those that some tip has
	Deleted   int `json:"deleted"`   // of these, those that no tip has and a commit removed
	// Unbalanced are the parts for which inserted is not surviving + deleted: a defect, or history that cannot be read.
	Unbalanced []Imbalance `json:"unbalanced,omitempty"`
}

// Imbalance is a part that does not balance.
type Imbalance struct {
	Commit, Path                 string
	Inserted, Surviving, Deleted int
}

// Balance adds up the parts of commits in scope, or of all commits.
func (l *Ledger) Balance(all bool) Balance {
	var b Balance
	for i := range l.parts {
		p := &l.parts[i]
		if !all && !l.inScope[p.commit] {
			continue
		}
		surviving := int(l.alive.count(p.first, p.n))
		deleted := 0
		for n := p.first; n < p.first+p.n; n++ {
			if l.killer[n] != 0 && !l.alive.has(n) {
				deleted++
			}
		}
		b.Parts++
		b.Inserted += int(p.n)
		b.Surviving += surviving
		b.Deleted += deleted
		if surviving+deleted != int(p.n) {
			b.Unbalanced = append(b.Unbalanced, Imbalance{l.History.Nodes[p.commit].Hash, l.paths[p.path], int(p.n), surviving, deleted})
		}
	}
	slices.SortFunc(b.Unbalanced, func(x, y Imbalance) int {
		if c := strings.Compare(x.Commit, y.Commit); c != 0 {
			return c
		}
		return strings.Compare(x.Path, y.Path)
	})
	return b
}
