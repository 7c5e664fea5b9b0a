package tiles_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport/ledger/tiles"
)

func TestPath(t *testing.T) {
	for want, got := range map[string]string{
		"tile/0/000":                     tiles.Path(0, 0, 256),
		"tile/2/007.p/3":                 tiles.Path(2, 7, 3),
		"tile/0/x001/x234/067":           tiles.Path(0, 1234067, 256),
		"tile/entries/x001/000.p/255":    tiles.BundlePath(1000, 255),
		"tile/entries/x001/x000/000.p/1": tiles.BundlePath(1000000, 1),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// log is a source in memory.
type log struct {
	entries [][]byte
	hashes  []tlog.Hash
}

func (l *log) add(n int) {
	for range n {
		i := int64(len(l.entries))
		e := fmt.Appendf(nil, "entry %d", i)
		h, err := tlog.StoredHashes(i, e, tlog.HashReaderFunc(func(x []int64) ([]tlog.Hash, error) { return l.Hashes(context.Background(), x) }))
		if err != nil {
			panic(err)
		}
		l.entries, l.hashes = append(l.entries, e), append(l.hashes, h...)
	}
}

func (l *log) Entries(_ context.Context, from, to int64) ([][]byte, error) {
	return l.entries[from:min(to, int64(len(l.entries)))], nil
}

func (l *log) Hashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// check reads everything back and compares it with the log.
func check(t *testing.T, dir string, l *log, size int64) {
	t.Helper()
	r := tiles.Reader{FS: os.DirFS(dir)}
	if b, err := r.File(tiles.CheckpointName, 100); err != nil || string(b) != fmt.Sprint("size ", size) {
		t.Fatalf("checkpoint %q %v", b, err)
	}
	for n := int64(0); n*tiles.Width < size; n++ {
		got, err := r.Bundle(n, size)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range got {
			if string(e) != string(l.entries[n*tiles.Width+int64(i)]) {
				t.Fatalf("bundle %d entry %d is %q", n, i, e)
			}
		}
	}
	for level := 0; size>>(8*level) > 0; level++ {
		for n := int64(0); n*tiles.Width < size>>(8*level); n++ {
			got, err := r.Tile(level, n, size)
			if err != nil {
				t.Fatal(err)
			}
			for i, h := range got {
				if want := l.hashes[tlog.StoredHashIndex(8*level, n*tiles.Width+int64(i))]; h != want {
					t.Fatalf("tile %d/%d hash %d is %v, want %v", level, n, i, h, want)
				}
			}
		}
	}
}

func TestUpdate(t *testing.T) {
	dir := t.TempDir()
	l := &log{}
	w := &tiles.Writer{Dir: dir}
	prev := int64(0)
	for _, n := range []int{1, 1, 254, 1, 300, 0, 513, 66000, 3} {
		l.add(n)
		size := int64(len(l.entries))
		if err := w.Update(t.Context(), l, size, fmt.Append(nil, "size ", size)); err != nil {
			t.Fatal(err)
		}
		check(t, dir, l, size)
		if prev > 0 { // whoever holds the checkpoint before can still read all of it
			r := tiles.Reader{FS: os.DirFS(dir)}
			if _, err := r.Bundle((prev-1)/tiles.Width, prev); err != nil {
				t.Errorf("after %d, size %d is gone: %v", size, prev, err)
			}
		}
		prev = size
		if n == 300 { // another process goes on
			w = &tiles.Writer{Dir: dir}
			if err := w.Resume(t.Context(), l, size, func([]byte) (int64, error) { return size, nil }); err != nil {
				t.Fatal(err)
			}
		}
	}
	partials := 0
	fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if strings.Contains(path, ".p/") {
			partials++
		}
		return err
	})
	if partials > 8 {
		t.Errorf("%d partial tiles are left", partials)
	}
	os.WriteFile(dir+"/tile/entries/000", []byte{0, 9, 1}, 0o600)
	if _, err := (tiles.Reader{FS: os.DirFS(dir)}).Bundle(0, 300); err == nil {
		t.Error("a cut bundle was read")
	}
}

func FuzzSplitBundle(f *testing.F) {
	f.Add([]byte{0, 1, 'x', 0, 0}, 2)
	f.Fuzz(func(t *testing.T, b []byte, want int) {
		if want < 0 || want > tiles.Width {
			return
		}
		entries, err := tiles.SplitBundle(b, want)
		if err != nil {
			return
		}
		var again []byte
		for _, e := range entries {
			again = tiles.AppendBundle(again, e)
		}
		if string(again) != string(b) || len(entries) != want {
			t.Fatalf("%q split into %q", b, entries)
		}
	})
}
