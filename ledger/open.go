package ledger

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
)

// Names of the seams at which a test can fail or kill a commit; see Options.Fault.
const (
	FaultBeforeCommit = "ledger: before commit" // nothing was written
	FaultAfterCommit  = "ledger: after commit"  // the store has it, the guard and the caller do not know
	FaultAfterGuard   = "ledger: after guard"   // store and guard have it, the caller does not know
	FaultTiles        = "ledger: tiles"         // before a file of the tile layout is written
)

// Options of a log. The zero value is for production.
type Options struct {
	Create bool         // start a new log where store and guard are both empty; otherwise an empty store is an error
	Logger *slog.Logger // nil: slog.Default
	// Fault, where set, is called at each named seam; an error it returns stands for a failure there. For tests.
	Fault func(name string) error
	// GroupEntries and GroupBytes bound one transaction. 0: 1024 entries, 4 MiB.
	GroupEntries int
	GroupBytes   int
	// QueueBytes bounds what waits for the writer; more is refused as limited. 0: 64 MiB.
	QueueBytes int
	// SyncGuard is how often the guard is made durable. 0: one second.
	SyncGuard time.Duration
}

func (o *Options) defaults() {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Fault == nil {
		o.Fault = func(string) error { return nil }
	}
	if o.GroupEntries == 0 {
		o.GroupEntries = 1024
	}
	if o.GroupBytes == 0 {
		o.GroupBytes = 4 << 20
	}
	if o.QueueBytes == 0 {
		o.QueueBytes = 64 << 20
	}
	if o.SyncGuard == 0 {
		o.SyncGuard = time.Second
	}
}

// Open opens the log in store, checks it against its own last checkpoint and against the guard, and starts the writer.
// The origin of the log is the signer's name.
func Open(ctx context.Context, store Store, signer note.Signer, verifier note.Verifier, guard Guard, opts Options) (*Log, error) {
	opts.defaults()
	if signer.Name() != verifier.Name() || signer.KeyHash() != verifier.KeyHash() {
		return nil, sallyport.Errorf(sallyport.Invalid, "signer is %q %08x, verifier is %q %08x", signer.Name(), signer.KeyHash(), verifier.Name(), verifier.KeyHash())
	}
	size, signed, err := store.Head(ctx)
	if err != nil {
		return nil, err
	}
	guarded, err := guard.Load()
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "guard cannot be read: %w", err).WithHint(guardHint)
	}
	_, unguarded := guard.(NoGuard)
	switch {
	case size == 0 && guarded == nil && !opts.Create:
		return nil, sallyport.Errorf(sallyport.NotFound, "there is no log here").WithHint("sallyport init makes one")
	case size == 0 && guarded != nil:
		return nil, sallyport.Errorf(sallyport.Conflict, "the database is empty but its guard knows a log").WithHint(guardHint)
	case size > 0 && guarded == nil && !unguarded:
		return nil, sallyport.Errorf(sallyport.Conflict, "the database has %d entries but its guard is missing", size).WithHint(guardHint)
	}
	tree, err := loadFrontier(size, hashReader{ctx, store})
	if err != nil {
		return nil, err
	}
	l := &Log{
		store: store, signer: signer, verifier: verifier, guard: guard, opts: opts,
		tree: tree, next: size, size: size, changed: make(chan struct{}),
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	if size > 0 {
		if err := l.checkHead(signed, size, tree.Root()); err != nil {
			return nil, err
		}
		l.signed = signed
	}
	if guarded != nil {
		if err := l.checkGuard(ctx, guarded); err != nil {
			return nil, err
		}
	}
	go l.write()
	go l.syncGuard()
	return l, nil
}

const guardHint = "this may be a restored backup or the wrong folder: see docs/evidence.md, \"The guard refuses to start\""

// checkHead compares the stored checkpoint with the stored tree.
func (l *Log) checkHead(signed []byte, size int64, root Hash) error {
	c, _, err := OpenCheckpoint(signed, l.verifier)
	switch {
	case err != nil:
		return err
	case c.Size != size:
		return sallyport.Errorf(sallyport.Invalid, "the database has %d entries, its checkpoint seals %d", size, c.Size)
	case c.Root != root:
		return sallyport.Errorf(sallyport.Invalid, "the database's tree of %d entries has root %v, its checkpoint says %v", size, root, c.Root)
	}
	return nil
}

// checkGuard compares the database with what the guard saw last. The guard may be behind (a crash between commit and
// guard, a power cut); the database may not.
func (l *Log) checkGuard(ctx context.Context, guarded []byte) error {
	c, _, err := OpenCheckpoint(guarded, l.verifier)
	switch {
	case err != nil:
		return sallyport.Errorf(sallyport.Invalid, "guard: %w", err).WithHint(guardHint)
	case c.Size > l.size:
		return sallyport.Errorf(sallyport.Conflict, "the database has %d entries, its guard has seen %d acknowledged", l.size, c.Size).WithHint(guardHint)
	}
	root, err := tlog.TreeHash(c.Size, hashReader{ctx, l.store})
	if err != nil {
		return err
	}
	if root != c.Root {
		return sallyport.Errorf(sallyport.Conflict, "the database's first %d entries have root %v, its guard has seen %v: this is another history", c.Size, root, c.Root).WithHint(guardHint)
	}
	return nil
}
