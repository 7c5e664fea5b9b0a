package tiles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Source is what tiles are made from: the subset of ledger.Store that is needed.
type Source interface {
	Entries(ctx context.Context, from, to int64) ([][]byte, error)
	Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)
}

// Writer writes tiles into one folder. Used by one goroutine at a time.
type Writer struct {
	Dir string
	// Fault, where set, is called before each file; for tests.
	Fault func(name string) error

	size    int64    // what the checkpoint file names
	begun   bool     // this process has written its partial tiles once
	partial []string // partial bundles and level-0 tiles of the last update
	old     []string // and of the one before
}

// Update brings the files from the size that was written before to size, full tiles first, and replaces the checkpoint last. From zero
// it writes everything: that is how tiles are rebuilt. Full tiles are never written twice otherwise.
func (w *Writer) Update(ctx context.Context, src Source, size int64, checkpoint []byte) error {
	if size < w.size {
		return fmt.Errorf("tiles hold %d entries, the log has %d", w.size, size)
	}
	if size == w.size && w.begun {
		return nil
	}
	var partials []string
	err := Generate(ctx, src, w.size, size, w.begun, func(path string, b []byte, full, leaf bool) error {
		if !full && leaf {
			partials = append(partials, path)
		}
		return w.tile(path, b, full)
	})
	if err != nil {
		return err
	}
	if err := w.write(CheckpointName, checkpoint, true); err != nil {
		return err
	}
	// A reader that holds the checkpoint before this one may still be fetching: its partial tiles stay until the next time.
	for _, p := range w.old {
		os.Remove(filepath.Join(w.Dir, filepath.FromSlash(p)))
	}
	w.size, w.begun, w.old, w.partial = size, true, w.partial, partials
	return nil
}

func (w *Writer) tile(path string, b []byte, full bool) error {
	if err := w.write(path, b, full); err != nil {
		return err
	}
	if full { // partial tiles above level 0 stay until their tile is full: there are few
		os.RemoveAll(filepath.Join(w.Dir, filepath.FromSlash(path)+".p"))
	}
	return nil
}

// write replaces one file by a rename. Only what is never written again is synced.
func (w *Writer) write(path string, b []byte, sync bool) error {
	if w.Fault != nil {
		if err := w.Fault("tiles: " + path); err != nil {
			return err
		}
	}
	name := filepath.Join(w.Dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	tmp := name + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if _, err = f.Write(b); err == nil && sync {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp, name)
	}
	if err != nil {
		os.Remove(tmp)
	}
	return err
}

// Cosigned replaces the file of the latest checkpoint with cosignatures.
func (w *Writer) Cosigned(checkpoint []byte) error { return w.write(CosignedName, checkpoint, true) }

// Resume finds out what is written already. open checks a checkpoint's signature and gives its size. Tiles of another log, or of
// more than the log has, are refused; tiles whose bundles do not match the log are written anew from the first.
func (w *Writer) Resume(ctx context.Context, src Source, size int64, open func(checkpoint []byte) (int64, error)) error {
	r := Reader{os.DirFS(w.Dir)}
	signed, err := r.File(CheckpointName, 64<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	written, err := open(signed)
	if err != nil {
		return fmt.Errorf("tiles in %q: %w", w.Dir, err)
	}
	if written > size {
		return fmt.Errorf("tiles in %q hold %d entries, the log has %d: they are of another history", w.Dir, written, size)
	}
	// The last full tile may have been cut by a power failure: it is compared, and written again with all that follows it.
	full := written / Width
	if full > 0 {
		have, err := r.Bundle(full-1, full*Width)
		if err != nil {
			return nil // from zero
		}
		want, err := src.Entries(ctx, (full-1)*Width, full*Width)
		if err != nil {
			return err
		}
		if !slices.EqualFunc(have, want, bytes.Equal) {
			return nil
		}
	}
	w.size = full * Width
	return nil
}
