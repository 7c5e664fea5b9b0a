package ledger

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

type hashList []Hash

func (h hashList) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, index := range indexes {
		out[i] = h[index]
	}
	return out, nil
}

// The frontier must agree with tlog, which is the definition, at every size.
func TestFrontier(t *testing.T) {
	var f Tree
	var stored hashList
	for n := range int64(600) {
		want, err := tlog.StoredHashes(n, fmt.Append(nil, "entry ", n), stored)
		if err != nil {
			t.Fatal(err)
		}
		got := f.Add(tlog.RecordHash(fmt.Append(nil, "entry ", n)))
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("entry %d completes %v, tlog says %v", n, got, want)
		}
		for level := range got {
			if entry, at := RowOfHash(tlog.StoredHashIndex(0, n) + int64(level)); entry != n || at != level {
				t.Fatalf("hash %d of entry %d is looked for in entry %d at %d", level, n, entry, at)
			}
		}
		stored = append(stored, got...)
		root, err := tlog.TreeHash(n+1, stored)
		if err != nil {
			t.Fatal(err)
		}
		if f.Root() != root {
			t.Fatalf("root of %d entries is %v, tlog says %v", n+1, f.Root(), root)
		}
		again, err := loadFrontier(n+1, stored)
		if err != nil {
			t.Fatal(err)
		}
		if again.Root() != root {
			t.Fatalf("loaded root of %d entries is %v, tlog says %v", n+1, again.Root(), root)
		}
	}
	empty, _ := tlog.TreeHash(0, nil)
	if got := new(Tree).Root(); got != empty {
		t.Fatalf("root of nothing is %v, tlog says %v", got, empty)
	}
}
