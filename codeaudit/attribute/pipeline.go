package attribute

import (
	"context"
	"sync"

	"sallyport/codeaudit/git"
)

// chunk is how many commits a worker distils at a time, and ahead how many chunks may be under way or waiting per worker.
const (
	chunk = 400
	ahead = 3
)

// answer is a distilled chunk.
type answer struct {
	records  []Record
	failures []failure
	err      error
}

// distilAll calls f with the record of every commit, in order. Chunks are distilled by workers in parallel; f and failed are
// called from the caller's goroutine only. What Kept has is not distilled again, and what is new is added to it.
func distilAll(ctx context.Context, repo *git.Repo, h *git.History, o Options, f func(int32, *Record) error, failed func(failure)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type task struct {
		jobs []job
		out  chan answer
	}
	tasks := make(chan task)
	order := make(chan task, o.Workers*ahead)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	for range o.Workers {
		workers.Go(func() {
			d := &distiller{ctx: ctx, repo: repo}
			defer d.close()
			for t := range tasks {
				records, err := d.run(t.jobs)
				t.out <- answer{records, d.failures, err}
				d.failures = nil
			}
		})
	}
	wanted := make([]bool, len(h.Nodes)) // decided before the workers begin: adding to Kept changes what it has
	for i := range h.Nodes {
		wanted[i] = (o.only == nil || o.only.commits[int32(i)]) && !o.Kept.has(h.Nodes[i].Hash)
	}
	workers.Go(func() {
		defer close(tasks)
		defer close(order)
		var jobs []job
		flush := func() bool {
			t := task{jobs, make(chan answer, 1)}
			jobs = nil
			select {
			case order <- t:
			case <-ctx.Done():
				return false
			}
			select {
			case tasks <- t:
				return true
			case <-ctx.Done():
				t.out <- answer{err: ctx.Err()}
				return false
			}
		}
		for i := range h.Nodes {
			if !wanted[i] {
				continue
			}
			if jobs = append(jobs, newJob(h, i)); len(jobs) == chunk && !flush() {
				return
			}
		}
		if len(jobs) > 0 {
			flush()
		}
	})
	var current answer
	for i := range h.Nodes {
		var record *Record
		switch {
		case wanted[i]:
			if len(current.records) == 0 {
				t, ok := <-order
				if !ok {
					return ctx.Err()
				}
				select {
				case current = <-t.out:
				case <-ctx.Done():
					return ctx.Err()
				}
				if current.err != nil {
					return current.err
				}
				for _, x := range current.failures {
					failed(x)
				}
			}
			record = &current.records[0]
			current.records = current.records[1:]
			if err := o.Kept.add(h.Nodes[i].Hash, record); err != nil {
				return err
			}
		case o.only != nil && !o.only.commits[int32(i)]:
			record = &Record{}
		default:
			var err error
			if record, err = o.Kept.get(h.Nodes[i].Hash); err != nil {
				return err
			}
		}
		if err := f(int32(i), record); err != nil {
			return err
		}
	}
	return o.Kept.flush()
}

func newJob(h *git.History, i int) job {
	n := &h.Nodes[i]
	j := job{hash: n.Hash, tree: n.Tree, cut: len(n.Parents) == 0 && len(n.Missing) > 0}
	for _, p := range n.Parents {
		j.parents = append(j.parents, h.Nodes[p].Hash)
	}
	return j
}
