// Package storetest is the conformance suite that every ledger.Store must pass. It does not test durability: crash tests do.
package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport/ledger"
)

// Run checks a store that open makes empty.
func Run(t *testing.T, open func(t *testing.T) ledger.Store) {
	ctx := t.Context()
	s := open(t)
	size, signed, err := s.Head(ctx)
	if err != nil || size != 0 || signed != nil {
		t.Fatalf("empty store: size %d, checkpoint %q, %v", size, signed, err)
	}
	if n, signed, err := s.Cosigned(ctx, 0); err != nil || n != 0 || signed != nil {
		t.Fatalf("empty store: cosigned %d %q %v", n, signed, err)
	}
	stored := fill(t, s, []int{1, 2, 5, 40, 1})
	size, signed, err = s.Head(ctx)
	if err != nil || size != 49 || string(signed) != "checkpoint 49" {
		t.Fatalf("head: size %d, checkpoint %q, %v", size, signed, err)
	}
	for _, r := range [][2]int64{{0, 49}, {0, 0}, {3, 9}, {48, 100}, {49, 60}} {
		got, err := s.Entries(ctx, r[0], r[1])
		if err != nil || int64(len(got)) != min(r[1], 49)-r[0] {
			t.Fatalf("entries %v: %d of them, %v", r, len(got), err)
		}
		for i, b := range got {
			if string(b) != entry(r[0]+int64(i)) {
				t.Fatalf("entry %d is %q", r[0]+int64(i), b)
			}
		}
	}
	indexes := []int64{0, 2, 1, 30, int64(len(stored)) - 1}
	hashes, err := s.Hashes(ctx, indexes)
	if err != nil {
		t.Fatal(err)
	}
	for i, index := range indexes {
		if hashes[i] != stored[index] {
			t.Errorf("hash %d is %v, want %v", index, hashes[i], stored[index])
		}
	}
	if _, err := s.Hashes(ctx, []int64{tlog.StoredHashIndex(0, 49)}); err == nil {
		t.Error("a hash beyond the end was given")
	}
	if got, err := s.About(ctx, ledger.Subject{Kind: "person", ID: "p1"}, 4, 2); err != nil || !slices.Equal(got, []int64{4, 7}) {
		t.Errorf("about p1 from 4: %v %v", got, err)
	}
	if got, err := s.About(ctx, ledger.Subject{Kind: "system", ID: "p1"}, 0, 9); err != nil || len(got) != 0 {
		t.Errorf("about a system that is a person: %v %v", got, err)
	}
	if err := s.Commit(ctx, &ledger.Group{First: 48, Rows: []ledger.Row{{Entry: []byte("x"), Hashes: []ledger.Hash{{}}}}}); err == nil {
		t.Error("a group that begins before the end was accepted")
	}
	for _, size := range []int64{3, 8, 8} {
		if err := s.AddCosigned(ctx, size, fmt.Append(nil, "cosigned ", size)); err != nil {
			t.Fatal(err)
		}
	}
	for from, want := range map[int64]int64{0: 8, 8: 8, 9: 0} {
		if got, _, err := s.Cosigned(ctx, from); err != nil || got != want {
			t.Errorf("cosigned from %d: %d %v, want %d", from, got, err, want)
		}
	}
}

func entry(i int64) string { return fmt.Sprintf(`{"entry":%d}`, i) }

// fill commits groups of the given sizes and returns all stored hashes as tlog defines them.
func fill(t *testing.T, s ledger.Store, groups []int) hashList {
	var stored hashList
	next := int64(0)
	for _, n := range groups {
		g := &ledger.Group{First: next}
		for range n {
			hashes, err := tlog.StoredHashes(next, []byte(entry(next)), stored)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, hashes...)
			g.Rows = append(g.Rows, ledger.Row{Entry: []byte(entry(next)), Hashes: hashes,
				Subjects: []ledger.Subject{{Kind: "person", ID: fmt.Sprint("p", next%3)}, {Kind: "session", ID: "s"}}})
			next++
		}
		g.Checkpoint = fmt.Append(nil, "checkpoint ", next)
		if err := s.Commit(context.Background(), g); err != nil {
			t.Fatal(err)
		}
	}
	return stored
}

type hashList []ledger.Hash

func (h hashList) ReadHashes(indexes []int64) ([]ledger.Hash, error) {
	out := make([]ledger.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = h[index]
	}
	return out, nil
}
