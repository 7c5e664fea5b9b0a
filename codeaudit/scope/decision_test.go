package scope

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport/codeaudit/change"
)

// TestTree holds our root to the one of tlog, for every small size.
func TestTree(t *testing.T) {
	t.Parallel()
	var hashes []tlog.Hash
	tree := &Tree{}
	for n := range int64(70) {
		want, err := tlog.TreeHash(n, tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(at))
			for i, k := range at {
				out[i] = hashes[k]
			}
			return out, nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		if tree.Root() != want || tree.Size() != n {
			t.Fatalf("size %d: root %v, want %v", n, tree.Root(), want)
		}
		leaf := fmt.Appendf(nil, "leaf %d", n)
		more, err := tlog.StoredHashes(n, leaf, tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			out := make([]tlog.Hash, len(at))
			for i, k := range at {
				out[i] = hashes[k]
			}
			return out, nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
		tree.Add(leaf)
	}
}

// TestLeaf is the golden vector of docs/spec/codeaudit-scope.md.
func TestLeaf(t *testing.T) {
	t.Parallel()
	in := Decision{Repo: "curl", Commit: "6c04b424bd0a32c9e4a0bd9c5ba3d290360190b7", In: true,
		Why: []change.Role{{Kind: "co-author", Member: "P-17", Via: "email:a.b@example.com", Detail: "Co-authored-by"}}}
	out := Decide(&change.Commit{Repo: "curl", Hash: "7a7d5643f95311ec3149bb0d76feacff6219001f"}, false, false)
	const wantIn = `{"repo":"curl","commit":"6c04b424bd0a32c9e4a0bd9c5ba3d290360190b7","in":true,"why":[{"role":"co-author","member":"P-17","via":"email:a.b@example.com","detail":"Co-authored-by"}]}`
	const wantOut = `{"repo":"curl","commit":"7a7d5643f95311ec3149bb0d76feacff6219001f","in":false,"why":[{"role":"no-member"}]}`
	if string(in.Leaf()) != wantIn || string(out.Leaf()) != wantOut {
		t.Errorf("leaves\n%s\n%s", in.Leaf(), out.Leaf())
	}
	tree, err := ReadDecisions(bytes.NewReader([]byte(wantIn+"\n"+wantOut+"\n")), func(Decision) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tree.Root().String(), "74YbtaCUcQntcHsPT0abo+izTqcfnItmxv+ySPHboB4="; got != want {
		t.Errorf("root %s, want %s", got, want)
	}
}

func FuzzReadDecisions(f *testing.F) {
	f.Add([]byte(`{"repo":"r","commit":"c","in":true,"why":[]}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = ReadDecisions(bytes.NewReader(data), func(Decision) error { return nil })
	})
}
