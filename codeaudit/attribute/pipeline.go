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

// task is a chunk on its way.
type task struct {
	jobs []job
	out  chan answer // holds one: a worker never waits for the reader
}

// feed distils commits in parallel and hands the records out in order. next and close belong to one goroutine.
type feed struct {
	ctx     context.Context
	cancel  context.CancelFunc
	order   chan task // in the order of the commits
	workers sync.WaitGroup
	current answer
	failed  func(failure)
}

// newFeed starts distilling the wanted commits, each worker with a copy of d. Chunks under way are bounded, so a slow reader holds the workers back.
func newFeed(ctx context.Context, repo *git.Repo, h *git.History, wanted []int32, workers int, d distiller, failed func(failure)) *feed {
	ctx, cancel := context.WithCancel(ctx)
	f := &feed{ctx: ctx, cancel: cancel, order: make(chan task, workers*ahead), failed: failed}
	tasks := make(chan task)
	for range workers {
		f.workers.Go(func() {
			d := d
			d.ctx, d.repo = ctx, repo
			defer d.close()
			for t := range tasks {
				records, err := d.run(t.jobs)
				t.out <- answer{records, d.failures, err}
				d.failures = nil
			}
		})
	}
	f.workers.Go(func() {
		defer close(tasks)
		defer close(f.order)
		size := min(chunk, max(1, len(wanted)/(workers*ahead)+1)) // a few commits still go to all workers
		for len(wanted) > 0 {
			n := min(size, len(wanted))
			t := task{out: make(chan answer, 1)}
			for _, i := range wanted[:n] {
				t.jobs = append(t.jobs, newJob(h, int(i)))
			}
			wanted = wanted[n:]
			select {
			case f.order <- t:
			case <-ctx.Done():
				return
			}
			select {
			case tasks <- t:
			case <-ctx.Done():
				return
			}
		}
	})
	return f
}

// next returns the record of the next wanted commit.
func (f *feed) next() (*Record, error) {
	if len(f.current.records) == 0 {
		var t task
		var ok bool
		select {
		case t, ok = <-f.order:
		case <-f.ctx.Done():
		}
		if !ok {
			return nil, context.Cause(f.ctx)
		}
		select {
		case f.current = <-t.out:
		case <-f.ctx.Done():
			return nil, context.Cause(f.ctx)
		}
		if f.current.err != nil {
			return nil, f.current.err
		}
		for _, x := range f.current.failures {
			f.failed(x)
		}
	}
	r := &f.current.records[0]
	f.current.records = f.current.records[1:]
	return r, nil
}

// close ends the workers and their children.
func (f *feed) close() {
	f.cancel()
	f.workers.Wait()
}

// distilAll calls f with the record of every commit, in order, from the caller's goroutine. What Kept has is not distilled
// again, and what is new is added to it.
func distilAll(ctx context.Context, repo *git.Repo, h *git.History, o Options, f func(int32, *Record) error, failed func(failure)) error {
	var wanted []int32
	for i := range int32(len(h.Nodes)) {
		if (o.only == nil || o.only.commits[i]) && !o.Kept.has(h.Nodes[i].Hash) {
			wanted = append(wanted, i)
		}
	}
	feed := newFeed(ctx, repo, h, wanted, o.Workers, distiller{}, failed)
	defer feed.close()
	for i := range int32(len(h.Nodes)) {
		var record *Record
		var err error
		switch {
		case len(wanted) > 0 && wanted[0] == i:
			wanted = wanted[1:]
			if record, err = feed.next(); err == nil {
				err = o.Kept.add(h.Nodes[i].Hash, record)
			}
		case o.only != nil && !o.only.commits[i]:
			record = &Record{}
		default:
			record, err = o.Kept.get(h.Nodes[i].Hash)
		}
		if err == nil {
			err = f(i, record)
		}
		if err != nil {
			return err
		}
	}
	return o.Kept.flush()
}

// Texts calls f with the records of commits, in the order given, with the text of their hunks.
func Texts(ctx context.Context, repo *git.Repo, h *git.History, commits []int32, workers int, f func(int32, *Record) error) error {
	feed := newFeed(ctx, repo, h, commits, workers, distiller{keep: true}, func(failure) {})
	defer feed.close()
	for _, i := range commits {
		r, err := feed.next()
		if err == nil {
			err = f(i, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func newJob(h *git.History, i int) job {
	n := &h.Nodes[i]
	j := job{hash: n.Hash, tree: n.Tree, cut: len(n.Parents) == 0 && len(n.Missing) > 0}
	for _, p := range n.Parents {
		j.parents = append(j.parents, h.Nodes[p].Hash)
	}
	return j
}
