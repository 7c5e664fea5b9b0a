package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
)

// Log is an open log. Its methods may be called from many goroutines.
type Log struct {
	store    Store
	signer   note.Signer
	verifier note.Verifier
	guard    Guard
	opts     Options

	tree *Tree // owned by the writer goroutine after Open

	mu      sync.Mutex // protects the following
	queue   []pending
	queued  int   // bytes in queue
	next    int64 // index of the next entry to be enqueued
	size    int64 // durable and acknowledged
	signed  []byte
	broken  error         // set once, by a failed commit or by Close; nothing is accepted afterwards
	changed chan struct{} // closed and replaced whenever size or broken changes
	saved   bool          // the guard holds something that is not yet synced

	wake chan struct{} // one token: the queue is not empty
	stop chan struct{} // closed by Close
	done chan struct{} // closed when the writer has returned
	once sync.Once
}

type pending struct {
	entry    []byte
	subjects []Subject
	joined   bool // committed with the one before it, whatever bounds a group
}

// Made is an entry that its author has just encoded, with the subjects that [Subjects] gave for it.
type Made struct {
	Raw      []byte
	Subjects []Subject
}

// ErrClosed is wrapped by every error after Close.
var ErrClosed = errors.New("log is closed")

// Ticket stands for entries that were enqueued and are not known to be durable yet.
type Ticket struct {
	log  *Log
	Last int64 // index of the last entry it covers
}

// Enqueue appends entries in order, one after the other with nothing between, and returns a ticket and the index of the first. It
// does not wait for the disk and may be called under the caller's own lock, which then decides the order. Until
// [Ticket.Wait] returns nil nothing may be shown or done because of these entries.
func (l *Log) Enqueue(entries ...[]byte) (*Ticket, int64, error) {
	if len(entries) == 0 {
		return nil, 0, sallyport.Errorf(sallyport.Invalid, "nothing to append")
	}
	batch := make([]pending, len(entries))
	for i, b := range entries {
		e, body, err := sallyport.DecodeEntry(b)
		if err != nil {
			return nil, 0, fmt.Errorf("refusing to append what cannot be verified: %w", err)
		}
		batch[i] = pending{entry: b, subjects: Subjects(e, body)}
	}
	return l.enqueue(batch)
}

// EnqueueMade is Enqueue of one entry that the caller has just encoded: raw must be what e.Encode gave, with body as e's body. It
// saves taking the bytes apart again, which is half of what an append costs.
func (l *Log) EnqueueMade(e sallyport.Entry, body sallyport.Body, raw []byte) (*Ticket, int64, error) {
	return l.enqueue([]pending{{entry: raw, subjects: Subjects(e, body)}})
}

// EnqueueBatch is EnqueueMade of entries that are committed together: after a crash all of them are there, or none. What waits for the
// disk already bounds it; its own size does not, so its author must.
func (l *Log) EnqueueBatch(entries []Made) (*Ticket, int64, error) {
	if len(entries) == 0 {
		return nil, 0, sallyport.Errorf(sallyport.Invalid, "nothing to append")
	}
	batch := make([]pending, len(entries))
	for i, m := range entries {
		batch[i] = pending{entry: m.Raw, subjects: m.Subjects, joined: i > 0}
	}
	return l.enqueue(batch)
}

func (l *Log) enqueue(batch []pending) (*Ticket, int64, error) {
	bytes := 0
	for _, p := range batch {
		bytes += len(p.entry)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return nil, 0, l.broken
	}
	together := len(batch) > 1 && batch[1].joined
	if l.queued+bytes > l.opts.QueueBytes && (!together || l.queued > l.opts.QueueBytes) {
		return nil, 0, sallyport.Errorf(sallyport.Limited, "%d bytes of entries wait for the disk already", l.queued)
	}
	first := l.next
	l.queue = append(l.queue, batch...)
	l.queued += bytes
	l.next += int64(len(batch))
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return &Ticket{log: l, Last: l.next - 1}, first, nil
}

// Wait returns nil once the entries are durable and sealed by a checkpoint. An error of the log means that they may or
// may not have persisted: the log must be opened again to know. An error of ctx means that the wait was given up.
func (t *Ticket) Wait(ctx context.Context) error {
	_, err := t.log.WaitSize(ctx, t.Last+1)
	return err
}

// WaitSize returns the durable size once it is at least size: the way to follow a log.
func (l *Log) WaitSize(ctx context.Context, size int64) (int64, error) {
	for {
		l.mu.Lock()
		now, broken, changed := l.size, l.broken, l.changed
		l.mu.Unlock()
		if now >= size {
			return now, nil
		}
		if broken != nil {
			return now, broken
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now, ctx.Err()
		}
	}
}

// Size is the number of durable entries.
func (l *Log) Size() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.size
}

// Err is nil while the log accepts entries.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

// Checkpoint gives the latest signed checkpoint, nil for an empty log. It carries no cosignatures; see [Store] Cosigned.
func (l *Log) Checkpoint() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.signed
}

// Verifier checks the log's own signatures.
func (l *Log) Verifier() note.Verifier { return l.verifier }

// Store gives the log's storage, for reading.
func (l *Log) Store() Store { return l.store }

// Read gives the durable entries from <= index < to.
func (l *Log) Read(ctx context.Context, from, to int64) ([][]byte, error) {
	to = min(to, l.Size())
	if from < 0 || from > to {
		return nil, sallyport.Errorf(sallyport.NotFound, "no entries %d to %d in a log of %d", from, to, l.Size())
	}
	return l.store.Entries(ctx, from, to)
}

// Each calls f for every durable entry from index from on, in order, until f returns an error.
func (l *Log) Each(ctx context.Context, from int64, f func(index int64, entry []byte) error) error {
	return Each(ctx, l.store, from, l.Size(), f)
}

// Each calls f for entries from <= index < to of store, in order, reading them in pieces.
func Each(ctx context.Context, store Store, from, to int64, f func(index int64, entry []byte) error) error {
	const piece = 512
	for from < to {
		entries, err := store.Entries(ctx, from, min(from+piece, to))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return sallyport.Errorf(sallyport.Internal, "entry %d is missing in a log of %d", from, to)
		}
		for _, b := range entries {
			if err := f(from, b); err != nil {
				return err
			}
			from++
		}
	}
	return nil
}

// ProveInclusion proves that entry index is in the tree of size (RFC 6962 section 2.1.1).
func (l *Log) ProveInclusion(ctx context.Context, index, size int64) ([]Hash, error) {
	if index < 0 || index >= size || size > l.Size() {
		return nil, sallyport.Errorf(sallyport.Invalid, "no proof of entry %d in a tree of %d: the log has %d", index, size, l.Size())
	}
	return tlog.ProveRecord(size, index, hashReader{ctx, l.store})
}

// ProveConsistency proves that the tree of size from is a prefix of the tree of size to (RFC 6962 section 2.1.2).
func (l *Log) ProveConsistency(ctx context.Context, from, to int64) ([]Hash, error) {
	if from < 1 || from > to || to > l.Size() {
		return nil, sallyport.Errorf(sallyport.Invalid, "no proof from size %d to %d: the log has %d", from, to, l.Size())
	}
	return tlog.ProveTree(to, from, hashReader{ctx, l.store})
}

// Close writes what is queued, then stops. The store and the guard stay open.
func (l *Log) Close() error {
	l.once.Do(func() { close(l.stop) })
	<-l.done
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil && !errors.Is(l.broken, ErrClosed) {
		return l.broken
	}
	return l.guard.Sync()
}

// write is the writer goroutine: the only one that changes the tree and the store.
func (l *Log) write() {
	defer close(l.done)
	for {
		batch := l.take()
		if len(batch) == 0 {
			select {
			case <-l.wake:
				continue
			case <-l.stop:
			}
			if batch = l.take(); len(batch) == 0 {
				if l.shut(sallyport.Errorf(sallyport.Unavailable, "%w", ErrClosed)) {
					return
				}
				continue
			}
		}
		if err := l.commit(batch); err != nil {
			l.opts.Logger.Error("ledger stopped: a commit failed", "err", err)
			l.mu.Lock()
			l.fail(&sallyport.Error{Code: sallyport.Unavailable, Message: "the ledger stopped after a failed write", Hint: "restart the server: it checks what was written", Err: err})
			l.mu.Unlock()
			return
		}
	}
}

// take removes the next group from the queue.
func (l *Log) take() []pending {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, bytes := 0, 0
	for n < len(l.queue) && (l.queue[n].joined || n < l.opts.GroupEntries && (n == 0 || bytes+len(l.queue[n].entry) <= l.opts.GroupBytes)) {
		bytes += len(l.queue[n].entry)
		n++
	}
	batch := l.queue[:n:n]
	l.queue = l.queue[n:]
	l.queued -= bytes
	return batch
}

// shut closes the log unless something was queued meanwhile.
func (l *Log) shut(why error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) > 0 {
		return false
	}
	l.fail(why)
	return true
}

// fail is called with mu held.
func (l *Log) fail(why error) {
	l.broken = why
	l.queue, l.queued = nil, 0
	close(l.changed)
	l.changed = make(chan struct{})
}

// commit writes one group: store, then guard, then everyone who waits.
func (l *Log) commit(batch []pending) error {
	g := &Group{First: l.tree.size, Rows: make([]Row, len(batch))}
	for i, p := range batch {
		g.Rows[i] = Row{Entry: p.entry, Hashes: l.tree.Add(tlog.RecordHash(p.entry)), Subjects: p.subjects}
	}
	signed, err := SignCheckpoint(Checkpoint{Origin: l.signer.Name(), Size: l.tree.size, Root: l.tree.Root()}, l.signer)
	if err != nil {
		return err
	}
	g.Checkpoint = signed
	if err := l.opts.Fault(FaultBeforeCommit); err != nil {
		return err
	}
	// Not the context of any caller: a commit is never abandoned half-way because someone stopped waiting.
	if err := l.store.Commit(context.Background(), g); err != nil {
		return err
	}
	if err := l.opts.Fault(FaultAfterCommit); err != nil {
		return err
	}
	if err := l.guard.Save(signed); err != nil {
		return fmt.Errorf("save guard: %w", err)
	}
	if err := l.opts.Fault(FaultAfterGuard); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.size, l.signed, l.saved = l.tree.size, signed, true
	close(l.changed)
	l.changed = make(chan struct{})
	return nil
}

// syncGuard makes the guard durable in the background, so that no append waits for a second disk flush.
func (l *Log) syncGuard() {
	tick := time.NewTicker(l.opts.SyncGuard)
	defer tick.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-tick.C:
		}
		l.mu.Lock()
		saved := l.saved
		l.saved = false
		l.mu.Unlock()
		if !saved {
			continue
		}
		if err := l.guard.Sync(); err != nil {
			l.opts.Logger.Error("guard is not durable", "err", err)
		}
	}
}
