package ledger

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 node of the Merkle tree.
type Hash = tlog.Hash

// Tree is the right edge of a Merkle tree: edge[l] is the hash of the complete subtree of 2^l entries that bit l of
// size stands for. It is all that appending needs. The zero value is the empty tree.
type Tree struct {
	size int64
	edge [63]Hash
}

// Size is the number of leaves.
func (f *Tree) Size() int64 { return f.size }

// Add appends one leaf and returns the hashes that it completes, leaf first: the stored hashes of tlog for that index.
func (f *Tree) Add(leaf Hash) []Hash {
	done := make([]Hash, 1, 1+bits.TrailingZeros64(^uint64(f.size)))
	done[0] = leaf
	h, level := leaf, 0
	for ; f.size>>level&1 == 1; level++ {
		h = tlog.NodeHash(f.edge[level], h)
		done = append(done, h)
	}
	f.edge[level] = h
	f.size++
	return done
}

// Root is the tree hash, RFC 6962 section 2.1.
func (f *Tree) Root() Hash {
	if f.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	var h Hash
	first := true
	for level := 0; f.size>>level != 0; level++ {
		switch {
		case f.size>>level&1 == 0:
		case first:
			h, first = f.edge[level], false
		default:
			h = tlog.NodeHash(f.edge[level], h)
		}
	}
	return h
}

// loadFrontier reads the right edge of the tree of size from stored hashes.
func loadFrontier(size int64, r tlog.HashReader) (*Tree, error) {
	f := &Tree{size: size}
	var levels []int
	var indexes []int64
	for level := 0; size>>level != 0; level++ {
		if size>>level&1 == 1 {
			levels = append(levels, level)
			indexes = append(indexes, tlog.StoredHashIndex(level, size>>level-1))
		}
	}
	if len(indexes) == 0 {
		return f, nil
	}
	hashes, err := r.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	for i, level := range levels {
		f.edge[level] = hashes[i]
	}
	return f, nil
}
