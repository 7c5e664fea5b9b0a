package attribute

import (
	"sort"
	"strings"

	"sallyport/codeaudit/git"
)

// places collects where lines in scope stand: for HEAD and the branches every line, for tags how many and which, and for
// lines that no branch has the first place that was met.
type places struct {
	tips    []git.Tip
	branch  []bool // by tip: HEAD or a branch
	tag     []bool // by tip: a tag
	files   map[placed][]int32
	first   []stand
	tags    map[uint32]*tagSpan // by part
	ordered []standing          // by number, none longer than longest; made by index
}

// placed is a file under a path; the same file can stand under several.
type placed struct {
	file *file
	path uint32
}

// stand is a stretch of lines at a place.
type stand struct {
	run
	path, line uint32
	tip        int32
}

// tagSpan counts per line of a part the tags that have it, with the oldest and the newest.
type tagSpan struct {
	count        []uint32
	oldest, last []int32
}

func (p *places) init(h *git.History) {
	p.tips = h.Tips
	p.branch, p.tag = make([]bool, len(h.Tips)), make([]bool, len(h.Tips))
	p.files, p.tags = map[placed][]int32{}, map[uint32]*tagSpan{}
	for i, t := range h.Tips {
		for _, ref := range t.Refs {
			p.branch[i] = p.branch[i] || ref == "HEAD" || strings.HasPrefix(ref, "refs/heads/")
			p.tag[i] = p.tag[i] || strings.HasPrefix(ref, "refs/tags/")
		}
	}
}

// reach marks what a tip has: all its lines are alive. It visits only what no earlier tip had, except that for named tips
// it looks at every file with lines in scope.
func (l *Ledger) reach(tip int, t *tree) {
	unseen := func(n *node) bool {
		seen := n.seen
		n.seen = true
		return seen
	}
	t.walk(unseen, func(path uint32, f *file) {
		if f.alive {
			return
		}
		f.alive, f.settled = true, true
		line := uint32(1)
		for _, r := range f.runs {
			if l.scoped(r.first) {
				l.firstPlaces(r, tip, path, line)
			}
			l.alive.set(r.first, r.n)
			line += r.n
		}
	})
	if !l.places.branch[tip] && !l.places.tag[tip] {
		return
	}
	t.walk(nil, func(path uint32, f *file) {
		if !l.holdsScope(f) {
			return
		}
		if l.places.branch[tip] {
			key := placed{f, path}
			l.places.files[key] = append(l.places.files[key], int32(tip))
		}
		if l.places.tag[tip] {
			for _, r := range f.runs {
				if part := l.at(r.first).part; l.inScope[l.parts[part].commit] {
					l.tagged(part, r, int32(tip))
				}
			}
		}
	})
}

// firstPlaces notes the stretches of r that no tip had before.
func (l *Ledger) firstPlaces(r run, tip int, path, line uint32) {
	for i := uint32(0); i < r.n; {
		if l.alive.has(r.first + i) {
			i++
			continue
		}
		start := i
		for i < r.n && !l.alive.has(r.first+i) {
			i++
		}
		l.places.first = append(l.places.first, stand{run{r.first + start, i - start}, path, line + start, int32(tip)})
	}
}

func (l *Ledger) scoped(number uint32) bool { return l.inScope[l.parts[l.at(number).part].commit] }

func (l *Ledger) holdsScope(f *file) bool {
	if f.scope == 0 {
		f.scope = -1
		for _, r := range f.runs {
			if l.scoped(r.first) {
				f.scope = 1
				break
			}
		}
	}
	return f.scope > 0
}

func (l *Ledger) tagged(part uint32, r run, tip int32) {
	p := &l.parts[part]
	s := l.places.tags[part]
	if s == nil {
		s = &tagSpan{make([]uint32, p.n), make([]int32, p.n), make([]int32, p.n)}
		l.places.tags[part] = s
	}
	for i := r.first - p.first; i < r.first-p.first+r.n; i++ {
		if s.count[i] == 0 || l.tipBefore(tip, s.oldest[i]) {
			s.oldest[i] = tip
		}
		if s.count[i] == 0 || l.tipBefore(s.last[i], tip) {
			s.last[i] = tip
		}
		s.count[i]++
	}
}

// tipBefore orders tips by the clock of their commits, then by name of the commit.
func (l *Ledger) tipBefore(a, b int32) bool {
	x, y := &l.History.Nodes[l.places.tips[a].Node], &l.History.Nodes[l.places.tips[b].Node]
	if x.Time != y.Time {
		return x.Time < y.Time
	}
	return x.Hash < y.Hash
}

// standing is a stretch of lines in a file that stands at the same place in one or more tips.
type standing struct {
	run
	path, line uint32
	refs       []string
}

// longest bounds a standing: who looks for what covers a number looks back so far and no further.
const longest = 1024

func (p *places) stand(r run, path, line uint32, refs []string) {
	for r.n > 0 {
		n := min(r.n, longest)
		p.ordered = append(p.ordered, standing{run{r.first, n}, path, line, refs})
		r.first, r.n, line = r.first+n, r.n-n, line+n
	}
}

// index sorts the places by line number, once, after the pass.
func (l *Ledger) index() {
	p := &l.places
	if p.ordered != nil {
		return
	}
	p.ordered = []standing{}
	shared := map[string][]string{}
	onBranch := bitset{}
	for key, tips := range p.files {
		refs := l.refs(tips, shared)
		line := uint32(1)
		for _, r := range key.file.runs {
			if l.scoped(r.first) {
				p.stand(r, key.path, line, refs)
				onBranch.set(r.first, r.n)
			}
			line += r.n
		}
	}
	for _, s := range p.first {
		refs := l.refs([]int32{s.tip}, shared)
		for i := uint32(0); i < s.n; i++ {
			if onBranch.has(s.first + i) {
				continue
			}
			start := i
			for i < s.n && !onBranch.has(s.first+i) {
				i++
			}
			p.stand(run{s.first + start, i - start}, s.path, s.line+start, refs)
		}
	}
	sort.Slice(p.ordered, func(i, j int) bool {
		a, b := &p.ordered[i], &p.ordered[j]
		if a.first != b.first {
			return a.first < b.first
		}
		if l.paths[a.path] != l.paths[b.path] {
			return l.paths[a.path] < l.paths[b.path]
		}
		if a.line != b.line {
			return a.line < b.line
		}
		return strings.Join(a.refs, " ") < strings.Join(b.refs, " ")
	})
	p.files, p.first = nil, nil
}

// refs are the names of tips, sorted; the same combination gives the same slice.
func (l *Ledger) refs(tips []int32, shared map[string][]string) []string {
	var refs []string
	for _, t := range tips {
		refs = append(refs, l.places.tips[t].Refs...)
		if len(l.places.tips[t].Refs) == 0 {
			refs = append(refs, "unreachable:"+l.History.Nodes[l.places.tips[t].Node].Hash)
		}
	}
	sort.Strings(refs)
	key := strings.Join(refs, "\x00")
	if have, ok := shared[key]; ok {
		return have
	}
	shared[key] = refs
	return refs
}
