package codeaudit

import (
	"context"
	"hash/maphash"
	"iter"
	"sort"

	"sallyport"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Moved is a stretch of lines that stands today under a commit out of scope, and that repeats, but for white space, lines
// which a commit in scope inserted before: moved, copied or typed again. Blame loses the set there.
type Moved struct {
	Repo string `json:"repo"`
	Ref  string `json:"ref"`
	Path string `json:"path"`
	Line int    `json:"line"` // 1-based, today
	N    int    `json:"n"`

	By   string         `json:"by"`   // the commit out of scope that inserted the first of them
	From attribute.Line `json:"from"` // the first of them as the set inserted it
	// Relation is "moved" if the same commit removed the set's lines, else "repeated".
	Relation string `json:"relation"`

	Text [][]byte `json:"-"` // the lines as they stand
}

const (
	shingle      = 3  // lines that must repeat in a row
	shingleBytes = 24 // and how much they must hold, white space aside: three closing braces say nothing
	common       = 50 // a shingle that the set inserted in more places is nobody's
)

// place of a shingle among what the set inserted.
type inserted struct {
	commit int32
	path   string
	line   int
	killer string
}

// Repeats finds code of the set that others moved, copied or typed again, by content: every three lines that a commit in
// scope inserted are looked for in what stands at HEAD under later commits out of scope.
func (w *Workspace) Repeats(ctx context.Context, f func(Moved) error) error {
	for _, r := range w.config.Repos {
		if err := w.repeats(ctx, r.Name, f); err != nil {
			return err
		}
	}
	return nil
}

// changesOf is Changes for one repository.
func (w *Workspace) changesOf(ctx context.Context, name string) iter.Seq2[change.Change, error] {
	return func(yield func(change.Change, error) bool) {
		if err := w.changes(ctx, name, func(c change.Change) bool { return yield(c, nil) }); err != nil && err != errStop {
			yield(change.Change{}, err)
		}
	}
}

func (w *Workspace) repeats(ctx context.Context, name string, f func(Moved) error) error {
	op, err := w.ledgerOf(ctx, name)
	if err != nil {
		return err
	}
	head := op.branch("HEAD")
	if head.Hash == "" {
		return nil
	}
	seed := maphash.MakeSeed()
	known := map[uint64][]inserted{}
	for c, err := range w.changesOf(ctx, name) {
		if err != nil {
			return err
		}
		at := op.history.Index[c.Commit.Hash]
		for i := range c.Hunks {
			h := &c.Hunks[i]
			killers := killersOf(h)
			shingles(seed, h.New, func(k int, sum uint64) {
				if list := known[sum]; len(list) <= common {
					known[sum] = append(list, inserted{at, c.Path, h.NewLine + k, killers[k]})
				}
			})
		}
	}
	files := op.ledger.Files(head.Hash)
	paths := make([]string, 0, len(files))
	for path, n := range files {
		if n >= shingle {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	if err := w.standing(ctx, op, head, paths, func(_ string, text [][]byte, origins []attribute.Line) error {
		op.disown(seed, known, text, origins)
		return nil
	}); err != nil {
		return err
	}
	return w.standing(ctx, op, head, paths, func(path string, text [][]byte, origins []attribute.Line) error {
		for _, m := range op.repeated(seed, known, text, origins) {
			m.Repo, m.Ref, m.Path, m.Text = name, head.Name, path, text[m.Line-1:m.Line-1+m.N]
			if err := f(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// standing calls f with the lines of every path that can be read at head, and where each came from.
func (w *Workspace) standing(ctx context.Context, op *opened, head git.Ref, paths []string, f func(path string, text [][]byte, origins []attribute.Line) error) error {
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		content, err := w.File(ctx, op.name, head.Name, path, maxBlame)
		if err != nil {
			if sallyport.CodeOf(err) == sallyport.NotFound || sallyport.CodeOf(err) == sallyport.Limited {
				continue // a finding already
			}
			return err
		}
		text, _ := attribute.SplitLines(content)
		origins, _, _ := op.ledger.Blame(head.Hash, path)
		if len(origins) != len(text) {
			continue
		}
		if err := f(path, text, origins); err != nil {
			return err
		}
	}
	return nil
}

// disown takes out of what the set inserted the shingles that stand elsewhere under older commits of others: whoever has such lines
// later need not have them from the set. Licence texts and the frames of tests are of this kind.
func (op *opened) disown(seed maphash.Seed, known map[uint64][]inserted, text [][]byte, origins []attribute.Line) {
	shingles(seed, text, func(k int, sum uint64) {
		list := known[sum]
		if len(list) == 0 {
			return
		}
		newest := op.history.Index[origins[k].Commit]
		for i := range shingle {
			at := op.history.Index[origins[k+i].Commit]
			if op.inScope(at) {
				return
			}
			newest = max(newest, at)
		}
		for _, from := range list {
			if newest < from.commit {
				delete(known, sum)
				return
			}
		}
	})
}

// repeated finds the stretches of one file. A stretch ends where the next shingle is not the next of the same insertion.
func (op *opened) repeated(seed maphash.Seed, known map[uint64][]inserted, text [][]byte, origins []attribute.Line) []Moved {
	var out []Moved
	var last inserted
	end := -1 // index after the stretch that grows
	shingles(seed, text, func(k int, sum uint64) {
		list := known[sum]
		if len(list) == 0 || len(list) > common {
			return
		}
		by := op.history.Index[origins[k].Commit]
		for i := range shingle { // all three lines are others'
			if op.inScope(op.history.Index[origins[k+i].Commit]) {
				return
			}
		}
		for _, from := range list {
			next := end >= k && end <= k+shingle-1 && from.commit == last.commit && from.path == last.path && from.line == last.line+1
			if next {
				out[len(out)-1].N += k + shingle - end
				last, end = from, k+shingle
				return
			}
		}
		for _, from := range list {
			if !op.older(from.commit, by) {
				continue
			}
			m := Moved{Line: k + 1, N: shingle, By: origins[k].Commit, Relation: "repeated",
				From: attribute.Line{Commit: op.history.Nodes[from.commit].Hash, Path: from.path, Line: from.line}}
			if from.killer == m.By {
				m.Relation = "moved"
			}
			out = append(out, m)
			last, end = from, k+shingle
			return
		}
	})
	return out
}

// older reports whether a comes before b: by position, which parents have before their children, and by the clocks where
// neither is the other's ancestor. A clock that lies costs a missed repetition on parallel branches only.
func (op *opened) older(a, b int32) bool {
	x, y := &op.history.Nodes[a], &op.history.Nodes[b]
	return a < b && x.Time <= y.Time
}

// shingles calls f with the sum of every three lines in a row that say something; k is the first one's index. Empty lines
// count as lines, and white space within lines does not count.
func shingles(seed maphash.Seed, text [][]byte, f func(k int, sum uint64)) {
	var plain [shingle][]byte
	for k := range text {
		slot := k % shingle
		plain[slot] = squeeze(plain[slot][:0], text[k])
		if k < shingle-1 {
			continue
		}
		size := 0
		var h maphash.Hash
		h.SetSeed(seed)
		for i := range shingle {
			line := plain[(k-shingle+1+i)%shingle]
			size += len(line)
			_, _ = h.Write(line)
			_ = h.WriteByte('\n')
		}
		if size >= shingleBytes {
			f(k-shingle+1, h.Sum64())
		}
	}
}

// squeeze appends line without its white space.
func squeeze(to, line []byte) []byte {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' && c != '\v' && c != '\f' {
			to = append(to, c)
		}
	}
	return to
}

// killersOf is the killer of every inserted line of a hunk, "" for those that survive.
func killersOf(h *change.Hunk) []string {
	out := make([]string, 0, len(h.New))
	for _, f := range h.Fates {
		for range f.N {
			out = append(out, f.Killer)
		}
	}
	for len(out) < len(h.New) {
		out = append(out, "")
	}
	return out
}
