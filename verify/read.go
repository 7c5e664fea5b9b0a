package verify

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/ledger"
	"sallyport/ledger/tiles"
)

// decoded is a bundle of entries on its way from the file to the inspectors.
type decoded struct {
	n       int64
	raw     [][]byte
	entries []sallyport.Entry
	bodies  []sallyport.Body
	errs    []error
	leaves  []ledger.Hash
	failed  error // the bundle cannot be read at all
}

// read goes through all entries once: tree, tiles, form, and every inspector. Bundles are decoded beside it, in order.
func (r *run) read(inspectors []inspector) error {
	reader, err := r.src.Tiles()
	if err != nil {
		return err
	}
	var tree ledger.Tree
	files := tileCheck{run: r, reader: reader}
	bundles := (r.size + tiles.Width - 1) / tiles.Width
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	for b := range r.decode(ctx, reader, bundles) {
		if b.failed != nil {
			r.tree.found(Wrong, b.n*tiles.Width, "entries from here on cannot be read: %v", b.failed)
			r.tree.Says = fmt.Sprintf("only %d of %d entries can be read", tree.Size(), r.size)
			return nil
		}
		for i, raw := range b.raw {
			index := tree.Size()
			files.add(tree.Add(b.leaves[i]))
			r.at(&tree)
			r.form.Checked++
			if b.errs[i] != nil {
				r.form.found(Wrong, index, "%v", b.errs[i])
				continue
			}
			for _, in := range inspectors {
				in.entry(index, b.entries[i], b.bodies[i], raw)
			}
		}
		if r.opts.Progress != nil {
			r.opts.Progress(tree.Size(), r.size)
		}
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	files.end()
	r.tree.Checked = tree.Size()
	r.tree.Says = fmt.Sprintf("%d entries hash to the root of the checkpoint", r.size)
	if tree.Root() != r.root {
		r.tree.Says = "the entries do not hash to the root of the checkpoint"
		r.tree.found(Wrong, -1, "the tree of %d entries has root %v, the checkpoint says %v: an entry was changed, added, dropped or moved", tree.Size(), tree.Root(), r.root)
	}
	r.form.Says = fmt.Sprintf("%d entries are of version %d, in the only form that there is", r.form.Checked, sallyport.EntryVersion)
	if r.form.Result == Wrong {
		r.form.Says = "some entries cannot be understood"
	}
	return nil
}

// at compares the tree with the checkpoints that speak of its size.
func (r *run) at(tree *ledger.Tree) {
	list := r.watched[tree.Size()]
	if list == nil {
		return
	}
	root := tree.Root()
	for _, w := range list {
		if w.root != root {
			w.check.found(Wrong, -1, "%s says that %d entries have root %v, here they have %v: this is another history", w.what, tree.Size(), w.root, root)
		}
	}
}

// decode reads and decodes bundles on all processors and gives them in order.
func (r *run) decode(ctx context.Context, reader tiles.Reader, bundles int64) <-chan *decoded {
	out := make(chan *decoded)
	slots := make(chan chan *decoded, runtime.GOMAXPROCS(0)+1)
	go func() {
		defer close(slots)
		for n := range bundles {
			slot := make(chan *decoded, 1)
			select {
			case slots <- slot:
			case <-ctx.Done():
				return
			}
			go func() { slot <- decodeBundle(reader, n, r.size) }()
		}
	}()
	go func() {
		defer close(out)
		for slot := range slots {
			b := <-slot
			select {
			case out <- b:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func decodeBundle(reader tiles.Reader, n, size int64) *decoded {
	b := &decoded{n: n}
	if b.raw, b.failed = reader.Bundle(n, size); b.failed != nil {
		return b
	}
	for _, raw := range b.raw {
		e, body, err := sallyport.DecodeEntry(raw)
		b.entries, b.bodies, b.errs = append(b.entries, e), append(b.bodies, body), append(b.errs, err)
		b.leaves = append(b.leaves, tlog.RecordHash(raw))
	}
	return b
}

// tileCheck compares every hash tile with the tree that the entries make.
type tileCheck struct {
	*run
	reader tiles.Reader
	levels [8][]ledger.Hash // hashes of the tile being filled
	count  [8]int64         // full tiles so far
}

// add takes the hashes that an entry completed, leaf first.
func (t *tileCheck) add(hashes []ledger.Hash) {
	for level := 0; tiles.Height*level < len(hashes); level++ {
		t.levels[level] = append(t.levels[level], hashes[tiles.Height*level])
		if len(t.levels[level]) == tiles.Width {
			t.compare(level)
			t.levels[level] = t.levels[level][:0]
			t.count[level]++
		}
	}
}

func (t *tileCheck) end() {
	for level := range t.levels {
		if len(t.levels[level]) > 0 {
			t.compare(level)
		}
	}
}

func (t *tileCheck) compare(level int) {
	n, want := t.count[level], t.levels[level]
	path := tiles.Path(level, n, len(want))
	got, err := t.reader.Tile(level, n, t.size)
	if err != nil {
		t.tree.found(Wrong, -1, "%s cannot be read: %v", path, err)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.tree.found(Wrong, -1, "%s differs from the entries at hash %d", path, i)
			return
		}
	}
}
