package attribute

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sallyport/codeaudit/git"
)

// TestKeptResumes holds an interrupted pass to the bytes of one that was not: of the kept records, and of the ledger.
func TestKeptResumes(t *testing.T) {
	t.Parallel()
	r := randomHistory(t, 42)
	repo, h := openTest(t, r.Dir)
	run := func(ctx context.Context, file string, progress func(int, int)) ([]byte, error) {
		k, err := OpenKept(file, "test", repo.HashLen())
		if err != nil {
			t.Fatal(err)
		}
		l, err := Run(ctx, repo, h, Options{InScope: func(i int32) bool { return i%3 != 0 }, Kept: k, Progress: progress, Workers: 1})
		if e := k.Close(); e != nil {
			t.Fatal(e)
		}
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		if _, err := l.WriteLeaves(&out, "r"); err != nil {
			t.Fatal(err)
		}
		return out.Bytes(), nil
	}
	whole := filepath.Join(t.TempDir(), "whole")
	want, err := run(t.Context(), whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int{0, 10, len(kept) / 3, len(kept) / 2, len(kept) - 1, len(kept)} {
		file := filepath.Join(t.TempDir(), "cut")
		if err := os.WriteFile(file, kept[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := run(t.Context(), file, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("cut at %d of %d: the ledger differs", cut, len(kept))
		}
		if again, _ := os.ReadFile(file); !bytes.Equal(again, kept) {
			t.Errorf("cut at %d of %d: the kept records differ", cut, len(kept))
		}
	}
	damaged := bytes.Clone(kept)
	damaged[len(damaged)/2] ^= 1
	file := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(file, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := run(t.Context(), file, nil); err != nil || !bytes.Equal(got, want) {
		t.Errorf("a flipped bit: %v, ledger equal: %v", err, bytes.Equal(got, want))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := run(ctx, filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted pass ends with %v", err)
	}
}

// TestIncremental holds a pass over kept records and new commits to a pass from nothing.
func TestIncremental(t *testing.T) {
	t.Parallel()
	r := randomHistory(t, 7)
	ledger := func(file string) (string, int) {
		repo, h := openTest(t, r.Dir)
		k, err := OpenKept(file, "test", repo.HashLen())
		if err != nil {
			t.Fatal(err)
		}
		had := k.Len()
		l, err := Run(t.Context(), repo, h, Options{InScope: func(int32) bool { return true }, Kept: k})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		tree, err := l.WriteLeaves(&out, "r")
		if err != nil {
			t.Fatal(err)
		}
		return tree.Root().String(), had
	}
	file := filepath.Join(t.TempDir(), "kept")
	before, _ := ledger(file)
	r.Put("brand-new", "a line of another day\n", "another day")
	after, had := ledger(file)
	fresh, _ := ledger(filepath.Join(t.TempDir(), "kept"))
	if had == 0 || after == before || after != fresh {
		t.Errorf("%d records were kept; root before %s, with kept records %s, from nothing %s", had, before, after, fresh)
	}
}

// TestOrderDoesNotMatter holds the ledger to be the same whatever the references are called, since they decide the order of work.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	r := randomHistory(t, 3)
	repo, h := openTest(t, r.Dir)
	root := func(h *git.History) string {
		in := func(i int32) bool { return h.Nodes[i].Hash[0] < '8' }
		l, err := Run(t.Context(), repo, h, Options{InScope: in})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		tree, err := l.WriteLeaves(&out, "r")
		if err != nil {
			t.Fatal(err)
		}
		return tree.Root().String()
	}
	var refs []git.Ref
	for i, tip := range h.Tips {
		refs = append(refs, git.Ref{Name: "refs/heads/" + string(rune('z'-i)), Hash: h.Nodes[tip.Node].Hash})
	}
	other, err := repo.ReadHistory(t.Context(), refs, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := root(h), root(other); a != b {
		t.Errorf("root %s, and %s with other names", a, b)
	}
}

// FuzzKept reads kept records that were not written by us: it may refuse, and must not crash or take memory without bound.
func FuzzKept(f *testing.F) {
	f.Add([]byte("\x05abcdefgh"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k := &Kept{hash: 20, data: data, index: map[string]span{}, ids: map[string]uint64{}}
		if at := k.scan(0); at > len(data) {
			t.Errorf("%d good bytes of %d", at, len(data))
		}
		d := decoder{data: data, paths: []string{"a"}, hash: 20}
		d.record()
	})
}

// FuzzParser reads what git would never print.
func FuzzParser(f *testing.F) {
	f.Add(":100644 100644 "+string(bytes.Repeat([]byte("a"), 40))+" "+string(bytes.Repeat([]byte("b"), 40))+" M\tf\n\ndiff --git a/f b/f\n@@ -1 +1,2 @@ x\n-a\n+b\n+c\nEND\n", 1)
	f.Add("::100644 100644 100644 a b c MM\tf\n\ndiff --combined f\n@@@ -1,1 -1,1 +1,2 @@@\n  a\n++b\nEND\n", 2)
	f.Fuzz(func(t *testing.T, text string, parents int) {
		for _, keep := range []bool{false, true} {
			p := newParser(text, keep)
			if p.next() == nil {
				var r Record
				_ = p.plain(&r)
			}
			p = newParser(text, keep)
			if parents > 0 && parents < 9 && p.next() == nil {
				var r Record
				_, _ = p.combined(&r, parents, false)
			}
		}
	})
}
