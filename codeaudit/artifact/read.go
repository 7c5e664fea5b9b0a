package artifact

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"

	"sallyport"
)

// Limits bound what is read of an archive.
type Limits struct {
	Files int   // entries
	Total int64 // bytes, decompressed
	File  int64 // bytes of one entry, decompressed
	Ratio int64 // decompressed over compressed, above the first 64 MiB
}

// DefaultLimits are generous for a release and small for a machine.
var DefaultLimits = Limits{Files: 200_000, Total: 4 << 30, File: 1 << 30, Ratio: 400}

const freeOfRatio = 64 << 20

// entry is one member of an archive as it names itself.
type entry struct {
	name string
	mode fs.FileMode
	link string // target of a symbolic or hard link
	hard bool
	size int64
}

// errBound is returned when a bound was met; what was read before is true.
var errBound = errors.New("bound met")

// walker reads an archive once and gives each member to each. The reader is valid during the call.
type walker struct {
	limits Limits
	read   int64 // decompressed bytes so far
	packed int64 // size of the file
	count  int
}

// walk reads the archive in path. The members of a gem's inner tars appear with the inner tar's name before them.
func (w *walker) walk(path string, each func(entry, io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w.packed = info.Size()
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return w.zip(f, info.Size(), each)
	}
	r, err := w.decompress(f, head)
	if err != nil {
		return err
	}
	return w.tar(r, "", each)
}

// maxDictionary bounds what a decoder of xz or lzma keeps of what it decoded. The largest preset of xz takes 64 MiB.
const maxDictionary = 128 << 20

// xzTotal bounds what is decoded of an xz file. A block of it may ask for 4 GiB of memory, of which as much is used as is decoded.
const xzTotal = 2 << 30

// decompress chooses by content, never by name.
func (w *walker) decompress(r io.Reader, head []byte) (io.Reader, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzip.NewReader(r)
	case bytes.HasPrefix(head, []byte("BZh")):
		return bzip2.NewReader(r), nil
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, err
		}
		return z, nil
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		w.limits.Total = min(w.limits.Total, xzTotal)
		z, err := xz.NewReader(bufio.NewReaderSize(r, 1<<16))
		return named{z, "xz"}, err
	case bytes.HasPrefix(head, []byte("]\x00\x00")):
		z, err := lzma.ReaderConfig{DictCap: maxDictionary}.NewReader(bufio.NewReaderSize(r, 1<<16))
		return named{z, "lzma"}, err
	case len(head) > 262 && string(head[257:262]) == "ustar", len(head) == 512 && looksLikeTar(head):
		return r, nil
	}
	return nil, sallyport.Errorf(sallyport.Invalid, "the artifact begins with %q: not an archive that this program reads", head[:min(len(head), 8)]).
		WithHint("tar (plain, gzip, bzip2, zstd, xz, lzma), zip and formats made of these are read")
}

// named says in errors what could not be decoded.
type named struct {
	r      io.Reader
	format string
}

func (n named) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%s: %w", n.format, err)
	}
	return k, err
}

// looksLikeTar checks the header sum of a tar from before POSIX.
func looksLikeTar(head []byte) bool {
	sum := 0
	for i, c := range head {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	var stored int
	_, err := fmt.Sscanf(strings.Trim(string(head[148:156]), " \x00"), "%o", &stored)
	return err == nil && sum == stored
}

// meter counts decompressed bytes and stops at the bounds.
type meter struct {
	r io.Reader
	w *walker
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.w.read += int64(n)
	if m.w.read > m.w.limits.Total || m.w.read > freeOfRatio && m.w.read > m.w.limits.Ratio*max(1, m.w.packed) {
		return 0, errBound
	}
	return n, err
}

func (w *walker) tar(r io.Reader, prefix string, each func(entry, io.Reader) error) error {
	t := tar.NewReader(bufio.NewReaderSize(meter{r, w}, 1<<16))
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if w.count++; w.count > w.limits.Files || h.Size > w.limits.File {
			return errBound
		}
		e := entry{name: prefix + h.Name, mode: h.FileInfo().Mode(), size: h.Size}
		switch h.Typeflag {
		case tar.TypeReg:
		case tar.TypeSymlink:
			e.link = h.Linkname
		case tar.TypeLink:
			e.link, e.hard = h.Linkname, true
		case tar.TypeXGlobalHeader: // git archive writes the commit there
			continue
		case tar.TypeDir:
			continue
		}
		if prefix == "" && (h.Name == "data.tar.gz" || h.Name == "metadata.gz") { // a gem
			z, err := gzip.NewReader(t)
			if err != nil {
				return err
			}
			if h.Name == "data.tar.gz" {
				if err := w.tar(z, "data/", each); err != nil {
					return err
				}
				continue
			}
			if err := each(e, meter{z, w}); err != nil {
				return err
			}
			continue
		}
		if err := each(e, t); err != nil {
			return err
		}
	}
}

func (w *walker) zip(f *os.File, size int64, each func(entry, io.Reader) error) error {
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	for _, member := range z.File {
		if w.count++; w.count > w.limits.Files || member.UncompressedSize64 > uint64(w.limits.File) {
			return errBound
		}
		if strings.HasSuffix(member.Name, "/") {
			continue
		}
		e := entry{name: member.Name, mode: member.Mode(), size: int64(member.UncompressedSize64)}
		r, err := member.Open()
		if err != nil {
			return fmt.Errorf("%q: %w", member.Name, err)
		}
		limited := io.LimitReader(meter{r, w}, w.limits.File+1)
		if e.mode&fs.ModeSymlink != 0 {
			target, err := io.ReadAll(io.LimitReader(limited, 4096))
			r.Close()
			if err != nil {
				return err
			}
			e.link = string(target)
			if err := each(e, bytes.NewReader(nil)); err != nil {
				return err
			}
			continue
		}
		err = each(e, limited)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
