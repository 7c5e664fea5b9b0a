package codeaudit

import (
	"context"
	"iter"
	"runtime"
	"slices"

	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
)

// batch is how many commits are read at a time.
const batch = 400

// Changes yields what every commit in scope did, one path at a time: repositories in order, commits oldest first, paths in
// git's order. It needs the scope to be decided. An error ends it; what was yielded before is true.
func (w *Workspace) Changes(ctx context.Context) iter.Seq2[change.Change, error] {
	return func(yield func(change.Change, error) bool) {
		for _, r := range w.config.Repos {
			err := w.changes(ctx, r.Name, func(c change.Change) bool { return yield(c, nil) })
			if err == errStop {
				return
			}
			if err != nil {
				yield(change.Change{}, err)
				return
			}
		}
	}
}

type stop struct{}

func (stop) Error() string { return "stopped" }

// errStop is how a consumer's wish to stop travels out of callbacks. It never leaves this package.
var errStop error = stop{}

func (w *Workspace) changes(ctx context.Context, name string, yield func(change.Change) bool) error {
	op, err := w.ledgerOf(ctx, name)
	if err != nil {
		return err
	}
	var commits []int32
	for i := range op.history.Nodes {
		if op.inScope(int32(i)) {
			commits = append(commits, int32(i))
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	about := map[int32]*change.Commit{} // of the batch under way
	next := commits
	return attribute.Texts(ctx, op.repo, op.history, commits, runtime.GOMAXPROCS(0), func(i int32, r *attribute.Record) error {
		if about[i] == nil {
			clear(about)
			n := min(batch, len(next))
			if err := w.commits(ctx, op, name, next[:n], func(c *change.Commit) { about[int32(c.Order)] = c }); err != nil {
				return err
			}
			next = next[n:]
		}
		c := about[i]
		if c == nil { // readable for the graph and not any more: the repository changed under us
			return nil
		}
		for _, x := range op.ledger.Changes(ctx, op.repo, i, c, r) {
			if !yield(x) {
				return errStop
			}
		}
		return nil
	})
}

// inScope reports whether a commit counts.
func (op *opened) inScope(i int32) bool { return len(op.ledger.roles[i]) > 0 || op.ledger.Evil(i) }

// commits reads commits and fills in what the audit knows of them.
func (w *Workspace) commits(ctx context.Context, op *opened, name string, at []int32, f func(*change.Commit)) error {
	if op.pushers == nil {
		pushers, err := w.pushers(op.history, name)
		if err != nil {
			return err
		}
		op.pushers = pushers
	}
	ids := make([]string, len(at))
	for k, i := range at {
		ids[k] = op.history.Nodes[i].Hash
	}
	return op.repo.Commits(ctx, ids, func(c *change.Commit) error {
		i := op.history.Index[c.Hash]
		c.Repo, c.Order, c.Missing, c.Pusher = name, int(i), op.history.Nodes[i].Missing, op.pushers[c.Hash]
		c.Roles, c.Evil, c.InScope = op.ledger.roles[i], op.ledger.Evil(i), op.inScope(i)
		f(c)
		return nil
	})
}

// Touches yields every commit, in scope or not, with the paths it changed, in the same order as Changes: the background of
// a history. It is cheap: it reads what the pass kept.
func (w *Workspace) Touches(ctx context.Context) iter.Seq2[change.Touch, error] {
	return func(yield func(change.Touch, error) bool) {
		for _, r := range w.config.Repos {
			err := w.touches(ctx, r.Name, func(t change.Touch) bool { return yield(t, nil) })
			if err == errStop {
				return
			}
			if err != nil {
				yield(change.Touch{}, err)
				return
			}
		}
	}
}

func (w *Workspace) touches(ctx context.Context, name string, yield func(change.Touch) bool) error {
	op, err := w.ledgerOf(ctx, name)
	if err != nil {
		return err
	}
	kept, err := w.kept(ctx, op, name)
	if err != nil {
		return err
	}
	defer kept.Close()
	all := make([]int32, len(op.history.Nodes))
	for i := range all {
		all[i] = int32(i)
	}
	for part := range slices.Chunk(all, 5000) {
		stopped := false
		err := w.commits(ctx, op, name, part, func(c *change.Commit) {
			if stopped {
				return
			}
			r, err := kept.Get(c.Hash)
			if err != nil {
				r = &attribute.Record{} // what could not be compared is not kept; it is a finding of its own
			}
			stopped = !yield(attribute.Touch(c, r))
		})
		if err != nil {
			return err
		}
		if stopped {
			return errStop
		}
	}
	return nil
}

// Findings are what the steps found that a person must know, heaviest first. Steps that did not run yet add nothing.
func (w *Workspace) Findings() ([]change.Finding, error) {
	var list []change.Finding
	for _, r := range w.config.Repos {
		if inv, err := w.Inventory(r.Name); err == nil {
			list = append(list, inv.Findings...)
		}
		if a, err := w.Attribution(r.Name); err == nil {
			list = append(list, a.Findings...)
		} else if op := w.opened[r.Name]; op != nil && op.history != nil {
			list = append(list, op.history.Findings...)
			if op.ledger != nil && op.ledger.Ledger != nil {
				list = append(list, op.ledger.Findings...)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b change.Finding) int { return a.Weight - b.Weight })
	return list, nil
}
