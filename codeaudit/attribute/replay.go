package attribute

import (
	"context"
	"runtime"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Options say what a pass is to keep.
type Options struct {
	// InScope says which commits count. Deletions and places are kept for these only. nil: none. Merges with lines of
	// their own are added.
	InScope func(commit int32) bool
	// Keep says at which tips Blame is to answer.
	Keep func(git.Tip) bool
	// Kept holds what an earlier pass distilled; nil: nothing, and nothing is kept.
	Kept *Kept
	// Workers is the number of git children that compare; 0: one per processor.
	Workers int
	// Progress is called now and then with the number of commits done.
	Progress func(done, total int)

	// only, if not nil, limits the pass to the commits and paths that can matter for one file.
	only *only
}

// Run attributes a history.
func Run(ctx context.Context, repo *git.Repo, h *git.History, o Options) (*Ledger, error) {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	l := &Ledger{History: h, ids: map[string]uint32{}, trees: map[int32]*tree{},
		inScope: make([]bool, len(h.Nodes)), evil: make([]bool, len(h.Nodes)), killer: []int32{0}}
	for i := range h.Nodes {
		l.inScope[i] = o.InScope != nil && o.InScope(int32(i))
	}
	l.places.init(h)
	r := &replay{Ledger: l, ctx: ctx, repo: repo, options: o, states: map[int32]*tree{}, waiting: make([]int32, len(h.Nodes))}
	for i := range h.Nodes {
		for _, p := range h.Nodes[i].Parents {
			r.waiting[p]++
		}
	}
	tip := 0
	err := distilAll(ctx, repo, h, o, func(i int32, record *Record) error {
		t := r.step(i, record)
		for tip < len(h.Tips) && h.Tips[tip].Node == i {
			l.reach(tip, t)
			if o.Keep != nil && o.Keep(h.Tips[tip]) {
				l.trees[i] = t.branch()
			}
			tip++
		}
		if r.waiting[i] > 0 {
			r.states[i] = t
		}
		if l.Records++; l.Records%1000 == 0 || l.Records == len(h.Nodes) {
			o.Progress(l.Records, len(h.Nodes))
		}
		return ctx.Err()
	}, func(f failure) {
		l.Findings = append(l.Findings, change.Finding{Kind: "unreadable-change", Object: f.hash, Weight: 1,
			Text: "what the commit did to " + quote(f.path) + " cannot be read: " + f.why})
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

func quote(path string) string {
	if path == "" {
		return "its files"
	}
	return git.Quote(path)
}

// replay is a pass under way. One goroutine owns it.
type replay struct {
	*Ledger
	ctx     context.Context
	repo    *git.Repo
	options Options
	states  map[int32]*tree // of commits that still have children to come
	waiting []int32         // by commit: children to come

	scratch    []run  // the file being built
	gone, come []run  // of the merge being applied
	marked     bitset // all clear between uses; see minus
}

// state takes a parent's tree for writing, sharing it only if another child will need it.
func (r *replay) state(parent int32) *tree {
	t := r.states[parent]
	if r.waiting[parent] > 1 {
		return t.branch()
	}
	return t
}

// release notes that a child of parent is done.
func (r *replay) release(parent int32) {
	if r.waiting[parent]--; r.waiting[parent] == 0 {
		delete(r.states, parent)
	}
}

// written is a path with the file it gets; nil removes it.
type written struct {
	path uint32
	file *file
}

// step applies a commit and returns its tree.
func (r *replay) step(i int32, record *Record) *tree {
	parents := r.History.Nodes[i].Parents
	if record.Failed {
		r.finding(i, "", "its trees cannot be read; its files count as unchanged until they change again")
	}
	if len(parents) == 0 {
		t := newTree()
		r.plain(i, t, record)
		return t
	}
	if len(parents) > 1 {
		return r.merge(i, parents, record)
	}
	t := r.state(parents[0])
	r.plain(i, t, record)
	r.release(parents[0])
	return t
}

func (r *replay) finding(i int32, path, text string) {
	hash := r.History.Nodes[i].Hash
	if path != "" {
		text = git.Quote(path) + ": " + text
	}
	r.Findings = append(r.Findings, change.Finding{Kind: "attribution", Object: hash, Text: text, Weight: 2})
}

// plain applies a commit with at most one parent. All old files are read before anything is written: a commit may swap paths.
func (r *replay) plain(i int32, t *tree, record *Record) {
	var out []written
	claimed := r.claimed(record)
	for k := range record.Entries {
		e := &record.Entries[k]
		if r.options.only != nil && !r.options.only.paths[e.Path] && !r.options.only.paths[e.OldPath] {
			continue
		}
		path := r.path(e.Path)
		from := path
		if e.OldPath != "" {
			from = r.path(e.OldPath)
		}
		old := t.get(from)
		switch e.Status {
		case 'D':
			if !claimed[e.Path] {
				r.remove(i, from, old)
			}
			out = append(out, written{path, nil})
		case 'R':
			out = append(out, written{from, nil}, written{path, r.edit(i, path, from, old, e)})
		case 'C':
			out = append(out, written{path, r.copied(i, path, old, e)})
		default:
			if e.Status == 'A' && old != nil { // only after a commit that could not be read
				r.remove(i, path, old)
				old = nil
			}
			out = append(out, written{path, r.edit(i, path, from, old, e)})
		}
	}
	for k := range record.Entries {
		if e := &record.Entries[k]; e.Status == 'D' && claimed[e.Path] {
			r.removeRest(i, r.path(e.Path), t.get(r.path(e.Path)), record, out)
		}
	}
	write(t, out)
}

// claimed are the old names that new files of the commit come from besides, or instead of, being renamed.
func (r *replay) claimed(record *Record) map[string]bool {
	var names map[string]bool
	for k := range record.Entries {
		if e := &record.Entries[k]; e.Status == 'C' {
			if names == nil {
				names = map[string]bool{}
			}
			names[e.OldPath] = true
		}
	}
	return names
}

// removeRest kills those lines of a removed file that no new file of the commit has.
func (r *replay) removeRest(i int32, path uint32, old *file, record *Record, out []written) {
	if old == nil {
		return
	}
	var come []run
	for k := range record.Entries {
		e := &record.Entries[k]
		for _, w := range out {
			if e.Status == 'C' && w.file != nil && w.path == r.path(e.Path) && r.path(e.OldPath) == path {
				come = append(come, w.file.runs...)
			}
		}
	}
	c := cursor{runs: old.runs, line: 1}
	c.all(func(x run) {
		line := c.line - x.n
		minus([]run{x}, come, &r.marked, func(y run) { r.cut(i, path, line+y.first-x.first, y) })
	})
	old.settled = true
}

// write removes before it sets, so that a path may be renamed away and made anew in one commit.
func write(t *tree, out []written) {
	for _, w := range out {
		if w.file == nil {
			t.set(w.path, nil)
		}
	}
	for _, w := range out {
		if w.file != nil {
			t.set(w.path, w.file)
		}
	}
}

// remove kills all lines of a file.
func (r *replay) remove(i int32, path uint32, old *file) {
	if old == nil {
		return
	}
	c := cursor{runs: old.runs, line: 1}
	c.all(func(x run) { r.cut(i, path, c.line-x.n, x) })
	old.settled = true
}

// cut kills lines and, for a commit in scope, notes the deletion.
func (r *replay) cut(i int32, path, line uint32, x run) {
	r.kill(x, i)
	if r.inScope[i] {
		r.dels = append(r.dels, deletion{i, path, line, x})
	}
}

// edit returns the file that an entry makes of old.
func (r *replay) edit(i int32, path, from uint32, old *file, e *Entry) *file {
	r.Hunks += len(e.Hunks)
	f := &file{blob: e.NewBlob, mode: e.NewMode, opaque: e.Opaque}
	switch {
	case old != nil && old.blob == e.NewBlob && !e.Fresh && (old.mode == 0o160000) == (e.NewMode == 0o160000):
		f.runs, f.opaque = old.runs, old.opaque
		old.settled = true
		return f
	case e.Opaque != textual:
		r.remove(i, from, old)
		r.begin(i, path, e.Opaque)
		f.runs = []run{r.insert(1, 1)}
		return f
	case e.Fresh || e.Status == 'A':
		r.remove(i, from, old)
		old = &file{}
	case old == nil || old.blob != e.OldBlob || old.opaque != textual:
		return r.restart(i, path, from, old, e)
	}
	// Look before the numbers are given out: hunks that do not fit would leave half a part behind.
	if !fits(old.lines(), e.Hunks) {
		return r.restart(i, path, from, old, e)
	}
	r.begin(i, path, textual)
	c := cursor{runs: old.runs, line: 1}
	build := r.scratch[:0]
	for _, h := range e.Hunks {
		start := h.OldLine
		if h.OldN == 0 {
			start++ // git names the line before
		}
		build = c.keep(build, start-c.line)
		c.take(h.OldN, func(x run) { r.cut(i, from, c.line-x.n, x) })
		if h.NewN > 0 {
			build = join(build, r.insert(h.NewLine, h.NewN))
		}
	}
	build = c.keep(build, rest)
	r.end()
	f.runs = append([]run(nil), build...)
	r.scratch = build
	old.settled = true
	return f
}

// copied is edit for a file that comes from another one which has an entry of its own: that entry, not this one, says which
// of its lines are removed.
func (r *replay) copied(i int32, path uint32, old *file, e *Entry) *file {
	if old == nil || old.blob != e.OldBlob || old.opaque != textual || !fits(old.lines(), e.Hunks) {
		return r.restart(i, path, path, nil, e)
	}
	r.Hunks += len(e.Hunks)
	f := &file{blob: e.NewBlob, mode: e.NewMode}
	r.begin(i, path, textual)
	c := cursor{runs: old.runs, line: 1}
	keep := func(x run) { f.runs = join(f.runs, x) }
	for _, h := range e.Hunks {
		start := h.OldLine
		if h.OldN == 0 {
			start++
		}
		c.take(start-c.line, keep)
		c.take(h.OldN, nil)
		if h.NewN > 0 {
			keep(r.insert(h.NewLine, h.NewN))
		}
	}
	c.all(keep)
	r.end()
	return f
}

// fits reports whether hunks are in order and within a file of n lines.
func fits(n uint32, hunks []Hunk) bool {
	var at, to uint64
	for _, h := range hunks {
		old, new := uint64(h.OldLine), uint64(h.NewLine)
		if h.OldN > 0 {
			old--
		}
		if h.NewN > 0 {
			new--
		}
		if old < at || new < to || old-at != new-to {
			return false
		}
		at, to = old+uint64(h.OldN), new+uint64(h.NewN)
	}
	return at <= uint64(n) && to < 1<<31
}

// restart gives all lines of a file to the commit, because what it was made from is not what we have (an unreadable or
// opaque content came before). It is a finding unless the earlier content was opaque, which is its own.
func (r *replay) restart(i int32, path, from uint32, old *file, e *Entry) *file {
	if old == nil || old.opaque == textual {
		r.finding(i, e.Path, "its earlier content is not known; all its lines count as inserted here")
	}
	r.remove(i, from, old)
	f := &file{blob: e.NewBlob, mode: e.NewMode}
	text, err := r.repo.Blob(r.ctx, e.NewBlob.Hex(r.repo.HashLen()), maxText)
	if err != nil || !HasLines(text) {
		if f.opaque = isUnreadable; err == nil {
			f.opaque = isBinary
		}
		r.begin(i, path, f.opaque)
		f.runs = []run{r.insert(1, 1)}
		return f
	}
	r.begin(i, path, textual)
	if n := countLines(text); n > 0 {
		f.runs = []run{r.insert(1, n)}
	}
	r.end()
	return f
}
