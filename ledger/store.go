package ledger

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"
)

// Group is what one transaction writes: entries, what they complete of the tree, who they concern, and the checkpoint
// that seals them.
type Group struct {
	First      int64 // index of the first entry; must equal the stored size
	Rows       []Row
	Checkpoint []byte // signed note over the tree that ends with the last row
}

// Row is one entry as it is stored.
type Row struct {
	Entry    []byte
	Hashes   []Hash // the tree hashes that this entry completes, leaf first: see [tlog.StoredHashes]
	Subjects []Subject
}

// Store is durable storage for one log. Implementations: store.DB over SQL, [Memory] for tests; storetest checks them.
// A store has one writer; reads may come from many goroutines while a group is being committed.
type Store interface {
	// Commit writes the whole group durably or nothing. It refuses a group whose First is not the stored size. After an
	// error the caller must assume neither.
	Commit(ctx context.Context, g *Group) error
	// Head gives the number of entries and the latest signed checkpoint, nil in an empty store.
	Head(ctx context.Context) (size int64, checkpoint []byte, err error)
	// Entries gives entries from <= index < to, in order. Fewer where the log is shorter.
	Entries(ctx context.Context, from, to int64) ([][]byte, error)
	// Hashes gives stored tree hashes by tlog's storage index.
	Hashes(ctx context.Context, indexes []int64) ([]Hash, error)
	// About gives at most limit indexes of entries that concern a subject, ascending, from index from on.
	About(ctx context.Context, s Subject, from int64, limit int) ([]int64, error)
	// AddCosigned keeps a checkpoint with cosignatures; a later one of the same size replaces it.
	AddCosigned(ctx context.Context, size int64, signed []byte) error
	// Cosigned gives the checkpoint with cosignatures of the greatest size of at least from, or size 0 and nil.
	Cosigned(ctx context.Context, from int64) (size int64, signed []byte, err error)
}

// hashReader gives tlog the hashes of a store.
type hashReader struct {
	ctx   context.Context
	store Store
}

func (r hashReader) ReadHashes(indexes []int64) ([]Hash, error) {
	return r.store.Hashes(r.ctx, indexes)
}

// RowOfHash says where a stored hash lies, by tlog's storage index: the entry that completed it, and its level, which is its
// place in [Row.Hashes].
func RowOfHash(index int64) (entry int64, level int) {
	level, n := tlog.SplitStoredHashIndex(index)
	return (n+1)<<level - 1, level
}
