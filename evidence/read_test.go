package evidence_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"sallyport"
	"sallyport/evidence"
)

const manifest = `{"v":1,"origin":"x","size":1}`

// archive makes a zip of name and content pairs.
func archive(t testing.TB, pairs ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(b []byte) (*evidence.Source, error) {
	return evidence.ReadBundle(bytes.NewReader(b), int64(len(b)))
}

func TestHostileBundles(t *testing.T) {
	if _, err := read(archive(t, "manifest.json", manifest)); err != nil {
		t.Fatal(err)
	}
	digest := strings.Repeat("0", 64)
	for name, b := range map[string][]byte{
		"nothing":           {},
		"no zip":            []byte("PK\x03\x04 this is no archive"),
		"no manifest":       archive(t, "README.txt", "x"),
		"other version":     archive(t, "manifest.json", `{"v":2}`),
		"climbs":            archive(t, "manifest.json", manifest, "log/../../etc/passwd", "x"),
		"climbs outright":   archive(t, "manifest.json", manifest, "../x", "x"),
		"absolute":          archive(t, "manifest.json", manifest, "/etc/passwd", "x"),
		"backslash":         archive(t, "manifest.json", manifest, `log\..\x`, "x"),
		"twice":             archive(t, "manifest.json", manifest, "log/checkpoint", "a", "log/checkpoint", "b"),
		"stranger":          archive(t, "manifest.json", manifest, "autorun.inf", "x"),
		"huge manifest":     archive(t, "manifest.json", manifest+strings.Repeat(" ", 2<<20)),
		"withheld nonsense": archive(t, "manifest.json", manifest, "withheld.jsonl", `{"digest":"x","reason":"y"}`),
		"withheld silent":   archive(t, "manifest.json", manifest, "withheld.jsonl", `{"digest":"`+digest+`","reason":""}`),
		"withheld line":     archive(t, "manifest.json", manifest, "withheld.jsonl", strings.Repeat("x", 1<<20)),
	} {
		if _, err := read(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A blob that unpacks to gigabytes costs no more memory than the limit on a blob, and is an error.
func TestBombs(t *testing.T) {
	digest := strings.Repeat("a", 64)
	zeros := strings.Repeat("\x00", 40<<20)
	s, err := read(archive(t, "manifest.json", manifest, "log/checkpoint", zeros, "blobs/aa/"+strings.Repeat("a", 62), zeros))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Checkpoint(); err == nil {
		t.Error("a checkpoint of 40 MB was read")
	}
	if _, err := s.Blob(t.Context(), "aa"); err == nil {
		t.Error("a short digest was looked up")
	}
	if _, err := s.Blob(t.Context(), "aaaa"+"aa"); err == nil {
		t.Error("a short digest was looked up")
	}
	if _, err := s.Blob(t.Context(), sallyport.Digest(digest)); err == nil {
		t.Error("a blob with another digest was read")
	}
	// Entries that share their bytes, so that a small file holds a great many large ones.
	b := archive(t, "manifest.json", manifest, "blobs/00/"+strings.Repeat("0", 62), strings.Repeat("x", 1<<16), "blobs/00/"+strings.Repeat("1", 62), strings.Repeat("y", 1<<16))
	central := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[central+20:], uint32(len(b))) // compressed size in the central directory
	if _, err := read(b); err == nil {
		t.Error("overlapping files were accepted")
	}
}

func FuzzReadBundle(f *testing.F) {
	f.Add(archive(f, "manifest.json", manifest, "log/checkpoint", "x", "withheld.jsonl", `{"digest":"`+strings.Repeat("0", 64)+`","reason":"r"}`))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := read(b)
		if err != nil {
			return
		}
		s.Checkpoint()
		s.Cosigned()
		s.LogKey()
		s.RecordingKey("s-1")
		s.Blob(t.Context(), sallyport.Digest(strings.Repeat("0", 64)))
		if r, err := s.Tiles(); err == nil {
			r.Bundle(0, 1)
			r.Tile(0, 0, 1)
		}
	})
}
