package artifact

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"

	"sallyport"
)

type member struct {
	name, content, link string
	kind                byte
	mode                int64
}

func tarOf(t testing.TB, members ...member) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.content)), Linkname: m.link, Typeflag: m.kind}
		if m.mode != 0 {
			h.Mode = m.mode
		}
		if m.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, m.content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t testing.TB, members ...member) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, m.content)
	}
	w.Close()
	return b.Bytes()
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func file(t testing.TB, data []byte) string {
	p := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(p, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

var tagTree = map[string]Entry{"src/a.c": {Blob: gitBlob([]byte("int a;\n"), 40)}, "README": {Blob: gitBlob([]byte("hello\n"), 40)}, "run.sh": {Blob: gitBlob([]byte("x\n"), 40)}}

var asTag = []member{{name: "p-1/src/a.c", content: "int a;\n"}, {name: "p-1/README", content: "hello\n"}, {name: "p-1/run.sh", content: "x\n"}}

func compare(t testing.TB, data []byte) *Result {
	r, err := Compare(file(t, data), tagTree, DefaultLimits, func(blob string) ([]byte, error) {
		return map[string][]byte{tagTree["README"].Blob: []byte("hello\n"), tagTree["src/a.c"].Blob: []byte("int a;\n")}[blob], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnArtifactThatIsItsTag(t *testing.T) {
	z, _ := zstd.NewWriter(nil)
	plain := tarOf(t, asTag...)
	for name, data := range map[string][]byte{"tar": plain, "tar.gz": gz(plain), "tar.zst": z.EncodeAll(plain, nil), "tar.xz": xzOf(t, plain), "tar.lzma": lzmaOf(t, plain), "zip": zipOf(t, asTag...), "gem": tarOf(t, member{name: "data.tar.gz", content: string(gz(tarOf(t, member{name: "src/a.c", content: "int a;\n"}, member{name: "README", content: "hello\n"}, member{name: "run.sh", content: "x\n"})))})} {
		if r := compare(t, data); r.Equal != 3 || len(r.Differences) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func xzOf(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func lzmaOf(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w, err := lzma.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withFilter is what "xz --x86 --lzma2" makes of "x\n".
const withFilter = "\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x01\x04\x00\x21\x01\x16\x00\x0d\x86\x35\x1f\x01\x00\x01\x78\x0a\x00\x00\x00" +
	"\x37\x4a\x51\xdc\x33\xa2\xca\xb0\x00\x01\x1a\x02\xdc\x2e\xa5\x7e\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a"

func TestDifferences(t *testing.T) {
	// What does not compress reaches the reader before the cut does.
	noise := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{}).Read(noise)
	cutXz := xzOf(t, tarOf(t, append(append([]member{}, asTag...), member{name: "p-1/noise", content: string(noise)})...))
	cutXz = cutXz[:len(cutXz)/2]
	with := func(more ...member) []byte { return gz(tarOf(t, append(append([]member{}, asTag...), more...)...)) }
	for _, e := range []struct {
		what string
		data []byte
		kind Kind
		path string
	}{
		{"a file of its own", with(member{name: "p-1/m4/build.m4", content: "eval x\n"}), Only, "m4/build.m4"},
		{"another content", gz(tarOf(t, member{name: "p-1/src/a.c", content: "int b;\n"}, asTag[1], asTag[2])), Differs, "src/a.c"},
		{"other line ends", gz(tarOf(t, asTag[0], member{name: "p-1/README", content: "hello\r\n"}, asTag[2])), LineEnds, "README"},
		{"made executable", gz(tarOf(t, asTag[0], asTag[1], member{name: "p-1/run.sh", content: "x\n", mode: 0o755})), Mode, "run.sh"},
		{"left out", gz(tarOf(t, asTag[0], asTag[1])), Missing, "run.sh"},
		{"climbs", with(member{name: "p-1/../../etc/cron.d/x", content: "x"}), Hostile, "p-1/../../etc/cron.d/x"},
		{"absolute", with(member{name: "/etc/x", content: "x"}), Hostile, "/etc/x"},
		{"administration", with(member{name: "p-1/.git/hooks/pre-commit", content: "x"}), Hostile, "p-1/.git/hooks/pre-commit"},
		{"link out", with(member{name: "p-1/l", kind: tar.TypeSymlink, link: "../../../etc/passwd"}), Hostile, "l"},
		{"absolute link", with(member{name: "p-1/l", kind: tar.TypeSymlink, link: "/etc/passwd"}), Hostile, "l"},
		{"hard link out", with(member{name: "p-1/l", kind: tar.TypeLink, link: "../../x"}), Hostile, "l"},
		{"link within", with(member{name: "p-1/l", kind: tar.TypeSymlink, link: "README"}), Only, "l"},
		{"device", with(member{name: "p-1/d", kind: tar.TypeChar}), Hostile, "d"},
		{"twice", with(member{name: "p-1/README", content: "other\n"}), Duplicate, "README"},
		{"set-user", gz(tarOf(t, asTag[0], asTag[1], member{name: "p-1/run.sh", content: "x\n", mode: 0o4755})), Hostile, "run.sh"},
		{"cut off", gz(tarOf(t, asTag...))[:150], Unread, "a"},
		{"cut off xz", cutXz, Unread, "a"},
		{"only in xz", xzOf(t, tarOf(t, append(append([]member{}, asTag...), member{name: "p-1/m4/build.m4", content: "eval x\n"})...)), Only, "m4/build.m4"},
	} {
		r := compare(t, e.data)
		found := false
		for _, d := range r.Differences {
			found = found || d.Kind == e.kind && d.Path == e.path
		}
		if !found {
			t.Errorf("%s: want %s %q, got %+v", e.what, e.kind, e.path, r.Differences)
		}
	}
}

func TestBombs(t *testing.T) {
	big := tarOf(t, append(append([]member{}, asTag...), member{name: "p-1/zeros", content: string(make([]byte, 3<<20))})...)
	for name, limits := range map[string]Limits{
		"bytes": {Files: 100, Total: 1 << 20, File: 1 << 30, Ratio: 1 << 40}, "one file": {Files: 100, Total: 1 << 40, File: 1 << 20, Ratio: 1 << 40}, "members": {Files: 3, Total: 1 << 40, File: 1 << 30, Ratio: 1 << 40},
	} {
		r, err := Compare(file(t, gz(big)), tagTree, limits, nil)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, d := range r.Differences {
			found = found || d.Kind == Unread
		}
		if !found {
			t.Errorf("%s: %+v", name, r.Differences)
		}
	}
}

func TestNoArchive(t *testing.T) {
	for _, data := range []string{"", "hello", "\xfd7zXZ\x00....", "PK\x03\x04garbage", withFilter, "]\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x01"} {
		if _, err := Compare(file(t, []byte(data)), tagTree, DefaultLimits, nil); err == nil {
			t.Errorf("%q was compared", data)
		}
	}
	_, err := Compare(file(t, []byte("\xfd7zXZ\x00....")), tagTree, DefaultLimits, nil)
	if sallyport.Hint(err) == "" {
		t.Errorf("xz without a hint: %v", err)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(tarOf(f, asTag...))
	f.Add(gz(tarOf(f, asTag...)))
	f.Add(zipOf(f, asTag...))
	f.Add(xzOf(f, tarOf(f, asTag...)))
	f.Add([]byte(withFilter))
	small := Limits{Files: 50, Total: 1 << 20, File: 1 << 18, Ratio: 1000}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Compare(file(t, data), tagTree, small, nil)
		if err == nil && r.Equal > r.Compared {
			t.Errorf("%d equal of %d", r.Equal, r.Compared)
		}
	})
}
