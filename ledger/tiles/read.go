package tiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	maxBundle = Width * (2 + 65535)
	maxTile   = Width * tlog.HashSize
)

// Reader reads tiles from a folder or an archive. Everything it reads is hostile and bounded.
type Reader struct{ FS fs.FS }

// File reads a small file beside the tiles, such as the checkpoint.
func (r Reader) File(name string, limit int64) ([]byte, error) { return readFile(r.FS, name, limit) }

func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s is longer than %d bytes", name, limit)
	}
	return b, nil
}

// Bundle gives the entries of bundle n in a log of size. A full bundle serves a log that only knew a part of it.
func (r Reader) Bundle(n, size int64) ([][]byte, error) {
	width := int(min(Width, size-n*Width))
	if width <= 0 {
		return nil, fmt.Errorf("no bundle %d in a log of %d", n, size)
	}
	b, err := readFile(r.FS, BundlePath(n, width), maxBundle)
	if errors.Is(err, fs.ErrNotExist) && width < Width {
		if b, err = readFile(r.FS, BundlePath(n, Width), maxBundle); err == nil {
			all, err := SplitBundle(b, Width)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", BundlePath(n, Width), err)
			}
			return all[:width], nil
		}
	}
	if err != nil {
		return nil, err
	}
	entries, err := SplitBundle(b, width)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", BundlePath(n, width), err)
	}
	return entries, nil
}

// Tile gives the hashes of hash tile n of level in a log of size.
func (r Reader) Tile(level int, n, size int64) ([]tlog.Hash, error) {
	if level < 0 || level > 7 || n < 0 {
		return nil, fmt.Errorf("no tile %d/%d", level, n)
	}
	width := int(min(Width, size>>(Height*level)-n*Width))
	if width <= 0 {
		return nil, fmt.Errorf("no tile %d/%d in a log of %d", level, n, size)
	}
	b, err := readFile(r.FS, Path(level, n, width), maxTile)
	if errors.Is(err, fs.ErrNotExist) && width < Width {
		b, err = readFile(r.FS, Path(level, n, Width), maxTile)
	}
	if err != nil {
		return nil, err
	}
	if len(b) < width*tlog.HashSize || len(b)%tlog.HashSize != 0 {
		return nil, fmt.Errorf("%s is %d bytes, want %d", Path(level, n, width), len(b), width*tlog.HashSize)
	}
	out := make([]tlog.Hash, width)
	for i := range out {
		copy(out[i][:], b[i*tlog.HashSize:])
	}
	return out, nil
}
