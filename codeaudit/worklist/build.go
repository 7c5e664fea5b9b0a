package worklist

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"time"

	"sallyport"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

// Source is the part of a workspace that the list is made from.
type Source interface {
	Changes(ctx context.Context) iter.Seq2[change.Change, error]
	Touches(ctx context.Context) iter.Seq2[change.Touch, error]
	Path(elem ...string) string
}

// Options of a list.
type Options struct {
	// Blob gives at most limit bytes of a content of a repository. Nil: binaries are judged by name only. One call at a time.
	Blob func(ctx context.Context, repo, hash string, limit int64) ([]byte, error)
	// Shell gives more signals for text that a shell will run, or is nil; see signal.Input. It must be pure.
	Shell func(lines [][]byte) []signal.Signal
	// Outline leaves the lines out of the items; such a list can be printed and not saved.
	Outline bool
	Talk    func(format string, args ...any)
	Now     time.Time
}

// headBytes is how much of a binary the signals see; larger contents are read whole up to maxBlob and cut.
const (
	headBytes = 4096
	maxBlob   = 64 << 20
)

// Build makes the list in memory.
func Build(ctx context.Context, src Source, o Options) ([]rank.Item, Summary, error) {
	if o.Talk == nil {
		o.Talk = func(string, ...any) {}
	}
	h := rank.New()
	h.Outline = o.Outline
	for t, err := range src.Touches(ctx) {
		if err != nil {
			return nil, Summary{}, err
		}
		h.Touch(t)
	}
	if err := feed(ctx, src, h, o); err != nil {
		return nil, Summary{}, err
	}
	if err := addArtifacts(src, h); err != nil {
		return nil, Summary{}, err
	}
	if r, ok := src.(Repeater); ok && !o.Outline {
		if err := addRepeats(ctx, r, h, o); err != nil {
			return nil, Summary{}, err
		}
	}
	items := h.Rank()
	return items, summarize(h, items, o.Now), nil
}

// ahead is how many commits may wait to be looked at or taken; it bounds memory, and lets reading and looking go on together.
const ahead = 256

// looked is a commit on its way through the processors. Its signals are there once done is closed.
type looked struct {
	in      signal.Input
	signals []signal.Signal
	done    chan struct{}
}

// feed gives all commits in scope to the history, in their order. While this goroutine reads, others look at what was read,
// and one takes the results in the order of reading.
func feed(ctx context.Context, src Source, h *rank.History, o Options) error {
	work := make(chan *looked, ahead)
	order := make(chan *looked, ahead)
	var wait sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for c := range work {
				c.signals = signal.Scan(c.in)
				close(c.done)
			}
		})
	}
	wait.Go(func() { // the only one that touches h
		total := 0
		for c := range order {
			<-c.done
			h.AddScanned(c.in, c.signals)
			if total++; total%4096 == 0 {
				o.Talk("%d commits looked at", total)
			}
		}
	})
	err := read(ctx, src, o, func(in signal.Input) {
		c := &looked{in: in, done: make(chan struct{})}
		order <- c
		work <- c
	})
	close(work)
	close(order)
	wait.Wait()
	return err
}

// read gathers the changes of each commit in scope.
func read(ctx context.Context, src Source, o Options, each func(signal.Input)) error {
	var current *signal.Input
	done := func() {
		if current != nil {
			each(*current)
			current = nil
		}
	}
	for ch, err := range src.Changes(ctx) {
		if err != nil {
			return err
		}
		if ch.Commit == nil {
			return sallyport.Errorf(sallyport.Internal, "a change of %q without a commit", ch.Path)
		}
		if current == nil || current.Commit.Hash != ch.Commit.Hash || current.Commit.Repo != ch.Commit.Repo {
			done()
			current = &signal.Input{Commit: ch.Commit, Shell: o.Shell}
		}
		if ch.Binary() && ch.NewBlob != "" && o.Blob != nil {
			if err := head(ctx, current, &ch, o); err != nil {
				return err
			}
		}
		if ch.Kind != change.Empty {
			current.Changes = append(current.Changes, ch)
		}
	}
	done()
	return nil
}

// head reads the beginning of a binary. One that cannot be read stays without: its absence is a finding of the capture.
func head(ctx context.Context, in *signal.Input, ch *change.Change, o Options) error {
	content, err := o.Blob(ctx, ch.Commit.Repo, ch.NewBlob, maxBlob)
	if err != nil {
		return ctx.Err()
	}
	if in.Blobs == nil {
		in.Blobs = map[string]signal.Blob{}
	}
	in.Blobs[ch.NewBlob] = signal.Blob{Head: append([]byte(nil), content[:min(len(content), headBytes)]...), Size: int64(len(content))}
	return nil
}
