package ledger

import (
	"context"
	"errors"
	"sync"
	"time"

	"sallyport/ledger/tiles"
)

// Tiler writes a log's tiles behind it. What it does not get to before a crash, it writes at the next start.
type Tiler struct {
	log    *Log
	every  time.Duration
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex // protects the following
	writer tiles.Writer
}

// StartTiles begins to write the tiles of l into dir: what is there already is continued after its last full tile, and everything is
// written where there is nothing. every is the pause between updates; 0: one second. A failure is logged and tried again: tiles are
// derived, and the ledger does not stop for them.
func StartTiles(ctx context.Context, l *Log, dir string, every time.Duration) (*Tiler, error) {
	if every == 0 {
		every = time.Second
	}
	t := &Tiler{log: l, every: every, done: make(chan struct{})}
	t.writer = tiles.Writer{Dir: dir, Fault: func(string) error { return l.opts.Fault(FaultTiles) }}
	if err := t.writer.Resume(ctx, l.store, l.Size(), func(signed []byte) (int64, error) {
		c, _, err := OpenCheckpoint(signed, l.verifier)
		return c.Size, err
	}); err != nil {
		return nil, err
	}
	if err := t.Update(ctx); err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	t.cancel = cancel
	go t.run(run)
	return t, nil
}

// Update writes the tiles of everything that is durable now.
func (t *Tiler) Update(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	signed := t.log.Checkpoint()
	if signed == nil {
		return nil
	}
	c, _, err := OpenCheckpoint(signed, t.log.verifier)
	if err != nil {
		return err
	}
	if err := t.writer.Update(ctx, t.log.store, c.Size, signed); err != nil {
		return err
	}
	size, cosigned, err := t.log.store.Cosigned(ctx, 0)
	if err != nil || size == 0 {
		return err
	}
	return t.writer.Cosigned(cosigned)
}

func (t *Tiler) run(ctx context.Context) {
	defer close(t.done)
	for size := t.log.Size(); ; {
		now, err := t.log.WaitSize(ctx, size+1)
		if err != nil {
			return // closed or broken: Close writes the rest
		}
		if err := t.Update(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.log.opts.Logger.Error("tiles are behind", "size", now, "err", err)
		} else {
			size = now
		}
		select {
		case <-time.After(t.every):
		case <-ctx.Done():
			return
		}
	}
}

// Close writes the last tiles. Close the log first.
func (t *Tiler) Close() error {
	t.cancel()
	<-t.done
	return t.Update(context.Background())
}
