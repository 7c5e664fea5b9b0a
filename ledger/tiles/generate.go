package tiles

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Generate calls emit for every file that a log of size has and a log of from did not: bundles and hash tiles, full and partial. leaf marks
// bundles and tiles of level 0. With grown, partial tiles that a log of from had as they are now are left out.
func Generate(ctx context.Context, src Source, from, size int64, grown bool, emit func(path string, b []byte, full, leaf bool) error) error {
	for n := from / Width; n*Width < size; n++ {
		width := int(min(Width, size-n*Width))
		entries, err := src.Entries(ctx, n*Width, n*Width+int64(width))
		if err != nil {
			return err
		}
		if len(entries) != width {
			return fmt.Errorf("bundle %d: %d entries of %d", n, len(entries), width)
		}
		var bundle, hashes []byte
		for _, e := range entries {
			bundle = AppendBundle(bundle, e)
			h := tlog.RecordHash(e)
			hashes = append(hashes, h[:]...)
		}
		if err := emit(BundlePath(n, width), bundle, width == Width, true); err != nil {
			return err
		}
		if err := emit(Path(0, n, width), hashes, width == Width, true); err != nil {
			return err
		}
	}
	for level := 1; size>>(Height*level) > 0; level++ {
		was, now := from>>(Height*level), size>>(Height*level)
		for n := was / Width; n*Width < now; n++ {
			width := int(min(Width, now-n*Width))
			if n*Width+int64(width) == was && grown {
				continue
			}
			indexes := make([]int64, width)
			for i := range indexes {
				indexes[i] = tlog.StoredHashIndex(Height*level, n*Width+int64(i))
			}
			hashes, err := src.Hashes(ctx, indexes)
			if err != nil {
				return err
			}
			b := make([]byte, 0, width*tlog.HashSize)
			for _, h := range hashes {
				b = append(b, h[:]...)
			}
			if err := emit(Path(level, n, width), b, width == Width, false); err != nil {
				return err
			}
		}
	}
	return nil
}
