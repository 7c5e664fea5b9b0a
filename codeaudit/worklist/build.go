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
	Talk  func(format string, args ...any)
	Now   time.Time
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
	items := h.Rank()
	return items, summarize(h, items, o.Now), nil
}

// batch is how many commits are looked at together.
const batch = 256

// feed gives all commits in scope to the history, in order; several are looked at at once.
func feed(ctx context.Context, src Source, h *rank.History, o Options) error {
	var waiting []signal.Input
	total := 0
	flush := func() {
		signals := scanAll(waiting)
		for i := range waiting {
			h.AddScanned(waiting[i], signals[i])
		}
		total += len(waiting)
		waiting = waiting[:0]
		if total%(batch*16) == 0 {
			o.Talk("%d commits looked at", total)
		}
	}
	var current *signal.Input
	done := func() {
		if current != nil {
			waiting = append(waiting, *current)
			current = nil
		}
		if len(waiting) >= batch {
			flush()
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
	flush()
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

// scanAll finds the signals of several commits on all processors. The result is in the order of the input.
func scanAll(inputs []signal.Input) [][]signal.Signal {
	out := make([][]signal.Signal, len(inputs))
	var wait sync.WaitGroup
	workers := max(1, runtime.GOMAXPROCS(0))
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(inputs); i += workers {
				out[i] = signal.Scan(inputs[i])
			}
		})
	}
	wait.Wait()
	return out
}
