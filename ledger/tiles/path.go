// Package tiles writes and reads a log as files in C2SP tlog-tiles layout (https://c2sp.org/tlog-tiles): entry bundles, hash tiles of
// height 8 and the signed checkpoint, so that any client of that format can follow the log, and a verifier needs no database.
//
// Tiles are written behind the database and can be made again from it. It promises that the checkpoint file never names more than the
// files hold. It does not verify what it reads: package verify does, from the entries up.
package tiles

import (
	"fmt"
	"strconv"
)

const (
	// Height of a tile: 256 hashes or entries.
	Height = 8
	// Width of a full tile.
	Width = 1 << Height
	// CheckpointName and CosignedName are the files beside the tiles: the checkpoint up to which tiles are written, and the latest that
	// carries cosignatures of witnesses (not part of tlog-tiles).
	CheckpointName = "checkpoint"
	CosignedName   = "cosigned"
)

// Path gives the path of hash tile n of level, with width hashes. Width 256 is a full tile.
func Path(level int, n int64, width int) string {
	return "tile/" + strconv.Itoa(level) + "/" + number(n) + partial(width)
}

// BundlePath gives the path of entry bundle n with width entries.
func BundlePath(n int64, width int) string { return "tile/entries/" + number(n) + partial(width) }

// number writes n in groups of three digits, all but the last preceded by an x.
func number(n int64) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	return s
}

func partial(width int) string {
	if width == Width {
		return ""
	}
	return ".p/" + strconv.Itoa(width)
}

// AppendBundle appends an entry to the bytes of a bundle: its length as big-endian uint16, then the entry.
func AppendBundle(b, entry []byte) []byte {
	return append(append(b, byte(len(entry)>>8), byte(len(entry))), entry...)
}

// SplitBundle takes a bundle of exactly want entries apart.
func SplitBundle(b []byte, want int) ([][]byte, error) {
	out := make([][]byte, 0, want)
	for len(b) > 0 {
		if len(out) == want {
			return nil, fmt.Errorf("entry bundle holds more than %d entries", want)
		}
		if len(b) < 2 || len(b)-2 < int(b[0])<<8|int(b[1]) {
			return nil, fmt.Errorf("entry bundle ends inside entry %d of %d", len(out), want)
		}
		n := int(b[0])<<8 | int(b[1])
		out = append(out, b[2:2+n:2+n])
		b = b[2+n:]
	}
	if len(out) != want {
		return nil, fmt.Errorf("entry bundle holds %d entries, want %d", len(out), want)
	}
	return out, nil
}
