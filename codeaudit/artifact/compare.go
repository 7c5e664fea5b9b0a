package artifact

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // git's own object names; compared, not trusted
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sallyport"
)

// Kind says how an artifact and its tag differ in one place.
type Kind string

const (
	Only      Kind = "only-in-artifact" // the tag has no such file
	Differs   Kind = "differs"          // both have it, with other content
	LineEnds  Kind = "line-ends"        // the same but for carriage returns
	Mode      Kind = "mode"             // the same content, made executable
	Missing   Kind = "only-in-tag"      // left out of the artifact: to know, often on purpose
	Hostile   Kind = "hostile"          // a name or link that would write or read elsewhere, or a name that occurs twice
	Unread    Kind = "unread"           // a bound was met, or the archive is damaged: the rest was not compared
	Duplicate Kind = "duplicate"        // the same name twice
)

// Difference is one place in which an artifact is not its tag.
type Difference struct {
	Kind    Kind   `json:"kind"`
	Path    string `json:"path"`             // within the tree; the name in the archive if it has no place there
	Name    string `json:"name"`             // in the archive
	Note    string `json:"note"`             // one sentence
	Usual   string `json:"usual,omitempty"`  // what such a file usually is made by; it must be made again to know
	SHA256  string `json:"sha256,omitempty"` // of the artifact's content
	TagBlob string `json:"tagBlob,omitempty"`
	Size    int64  `json:"size,omitempty"`
	Head    []byte `json:"head,omitempty"` // the first bytes of the artifact's content
	Content []byte `json:"-"`              // the artifact's content, at most [KeepBytes]
}

// KeepBytes is how much of a differing content is kept for signals and for the reviewer.
const KeepBytes = 1 << 20

// Entry is a file of the tag's tree.
type Entry struct {
	Blob       string // git's hash, hex
	Executable bool
	Symlink    bool
}

// Result is a comparison.
type Result struct {
	Compared    int          `json:"compared"` // members of the artifact
	Equal       int          `json:"equal"`
	Prefix      string       `json:"prefix,omitempty"` // the folder within the archive that is the tree's root
	Differences []Difference `json:"differences"`
}

// Compare reads the archive in file and compares it with a tag's tree, by path. read gives the content of a blob of the tag,
// to tell a difference in line ends from one in substance; it may be nil. Everything found is in the result; an error means that nothing
// could be compared.
func Compare(file string, tree map[string]Entry, limits Limits, read func(blob string) ([]byte, error)) (*Result, error) {
	var names []string
	w := &walker{limits: limits}
	first := w.walk(file, func(e entry, _ io.Reader) error {
		names = append(names, e.name)
		return nil
	})
	if first != nil && len(names) == 0 {
		if errors.As(first, new(*sallyport.Error)) {
			return nil, first
		}
		return nil, sallyport.Errorf(sallyport.Invalid, "nothing in %q can be read: %w", path.Base(file), first).
			WithHint("if it is sound and uses a compression that this program does not know (xz with a filter for machine code), decompress it on a machine you trust and add the .tar")
	}
	c := &comparison{result: &Result{Prefix: prefixOf(names, tree)}, tree: tree, seen: map[string]string{}, read: read}
	w = &walker{limits: limits}
	err := w.walk(file, c.member)
	var known *sallyport.Error
	switch {
	case errors.Is(err, errBound):
		c.add(Difference{Kind: Unread, Path: path.Base(file), Note: fmt.Sprintf("stopped after %d members and %d bytes: a bound was met; the rest was not compared", w.count, w.read)})
	case errors.As(err, &known):
		return nil, err
	case err != nil:
		c.add(Difference{Kind: Unread, Path: path.Base(file), Note: fmt.Sprintf("the archive is damaged after %d members: %v; the rest was not compared", w.count, err)})
	}
	if err == nil {
		for p := range tree {
			if _, ok := c.seen[p]; !ok {
				c.add(Difference{Kind: Missing, Path: p, TagBlob: tree[p].Blob, Note: "in the tag and not in the artifact"})
			}
		}
	}
	slices.SortStableFunc(c.result.Differences, func(a, b Difference) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return strings.Compare(string(a.Kind), string(b.Kind))
	})
	return c.result, nil
}

type comparison struct {
	result *Result
	tree   map[string]Entry
	seen   map[string]string // path within the tree, and the digest it had first
	read   func(string) ([]byte, error)
}

func (c *comparison) add(d Difference) {
	d.Head = d.Content[:min(len(d.Content), 64)]
	c.result.Differences = append(c.result.Differences, d)
}

// member compares one member of the archive.
func (c *comparison) member(e entry, r io.Reader) error {
	c.result.Compared++
	if why := climbs(e.name); why != "" {
		c.add(Difference{Kind: Hostile, Path: e.name, Name: e.name, Note: why})
		return nil
	}
	p := strings.TrimPrefix(path.Clean(e.name), c.result.Prefix)
	if e.link != "" {
		c.linked(e, p)
		return nil
	}
	if e.mode&^(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) != 0 {
		c.add(Difference{Kind: Hostile, Path: p, Name: e.name, Note: "a device, pipe or socket"})
		return nil
	}
	keep := &keeper{}
	sum, blob1, blob2 := sha256.New(), blobHash(sha1.New(), e.size), blobHash(sha256.New(), e.size)
	n, err := io.Copy(io.MultiWriter(sum, blob1, blob2, keep), r)
	if err != nil {
		return err
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	if before, twice := c.seen[p]; twice {
		note := "the same name twice, with the same content"
		if before != digest {
			note = "the same name twice, with different contents: two programs would unpack two different files"
		}
		c.add(Difference{Kind: Duplicate, Path: p, Name: e.name, SHA256: digest, Size: n, Note: note, Content: keep.bytes})
	}
	c.seen[p] = digest
	if e.mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
		c.add(Difference{Kind: Hostile, Path: p, Name: e.name, SHA256: digest, Size: n, Note: "would run with the rights of another user"})
	}
	d := Difference{Path: p, Name: e.name, SHA256: digest, Size: n, Content: keep.bytes, Usual: usual(p)}
	is, ok := c.tree[p]
	switch {
	case !ok:
		d.Kind, d.Note = Only, "the tag has no such file"
		if d.Usual != "" {
			d.Note += "; usually made by " + d.Usual + ": make it again and compare"
		}
	case is.Blob == hex.EncodeToString(blob1.Sum(nil)), is.Blob == hex.EncodeToString(blob2.Sum(nil)):
		if is.Executable || e.mode.Perm()&0o111 == 0 {
			c.result.Equal++
			return nil
		}
		d.Kind, d.Note, d.TagBlob = Mode, "may be run in the artifact, not in the tag", is.Blob
	default:
		d.Kind, d.Note, d.TagBlob = Differs, "the content is not the tag's", is.Blob
		if c.read != nil && n <= KeepBytes {
			if tag, err := c.read(is.Blob); err == nil && bytes.Equal(bytes.ReplaceAll(tag, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(keep.bytes, []byte("\r\n"), []byte("\n"))) {
				d.Kind, d.Note = LineEnds, "the same but for carriage returns"
			}
		}
	}
	c.add(d)
	return nil
}

// linked compares a link.
func (c *comparison) linked(e entry, p string) {
	d := Difference{Path: p, Name: e.name, Content: []byte(e.link)}
	kind := "symbolic"
	if e.hard {
		kind = "hard"
	}
	target := path.Join(path.Dir(p), e.link)
	if e.hard {
		target = strings.TrimPrefix(path.Clean(e.link), c.result.Prefix)
	}
	switch is, ok := c.tree[p]; {
	case strings.HasPrefix(e.link, "/"), target == "..", strings.HasPrefix(target, "../"):
		d.Kind, d.Note = Hostile, fmt.Sprintf("a %s link that points outside: %q", kind, e.link)
	case ok && is.Symlink && is.Blob == gitBlob([]byte(e.link), len(is.Blob)):
		c.seen[p] = "link"
		c.result.Equal++
		return
	default:
		d.Kind, d.Note = Only, fmt.Sprintf("a %s link to %q that the tag does not have", kind, e.link)
		if ok {
			d.Kind, d.Note, d.TagBlob = Differs, fmt.Sprintf("a %s link to %q; the tag has something else", kind, e.link), is.Blob
		}
	}
	c.seen[p] = "link"
	c.add(d)
}

// blobHash begins git's hash of a content of a known size.
func blobHash(h hash.Hash, size int64) hash.Hash {
	fmt.Fprintf(h, "blob %d\x00", size)
	return h
}

func gitBlob(content []byte, hexLen int) string {
	var h hash.Hash = sha1.New()
	if hexLen == 64 {
		h = sha256.New()
	}
	blobHash(h, int64(len(content))).Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// keeper keeps the beginning of what is written to it.
type keeper struct{ bytes []byte }

func (k *keeper) Write(p []byte) (int, error) {
	if room := KeepBytes - len(k.bytes); room > 0 {
		k.bytes = append(k.bytes, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

// climbs says why a name must not be unpacked, or "".
func climbs(name string) string {
	switch {
	case name == "":
		return "a member without a name"
	case strings.HasPrefix(name, "/"), strings.Contains(name, "\\"), len(name) > 1 && name[1] == ':':
		return "a name that is absolute or reads otherwise on another system"
	case strings.ContainsRune(name, 0):
		return "a name with a zero byte"
	case len(name) > 4096:
		return "a name of more than 4096 bytes"
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "a name that climbs out of the folder"
		}
		if strings.EqualFold(part, ".git") {
			return "a name in the administration of a repository"
		}
	}
	return ""
}

// prefixOf finds the folder of the archive that is the tree's root: the one under which most names are the tree's.
func prefixOf(names []string, tree map[string]Entry) string {
	votes := map[string]int{}
	for _, name := range names {
		clean := path.Clean(name)
		for cut, rest := 0, clean; ; {
			if _, ok := tree[rest]; ok {
				votes[clean[:cut]]++
			}
			i := strings.IndexByte(rest, '/')
			if i < 0 {
				break
			}
			cut, rest = cut+i+1, rest[i+1:]
		}
	}
	best := ""
	for p, n := range votes {
		if n > votes[best] || n == votes[best] && (len(p) < len(best) || len(p) == len(best) && p < best) {
			best = p
		}
	}
	if votes[best] == 0 && len(names) > 0 { // nothing in common: a single top folder, if there is one
		top, _, ok := strings.Cut(path.Clean(names[0]), "/")
		for _, name := range names {
			if !ok || !strings.HasPrefix(path.Clean(name), top+"/") {
				return ""
			}
		}
		return top + "/"
	}
	return best
}

// usual names what makes such a file in an ordinary release. It does not excuse it: what it was made from and by is what the
// reviewer finds out by making it again.
func usual(p string) string {
	base, dir := path.Base(p), path.Dir(p)
	switch {
	case base == "configure" || base == "aclocal.m4" || base == "config.h.in" || base == "autom4te.cache":
		return "autoconf"
	case base == "Makefile.in" || base == "compile" || base == "depcomp" || base == "install-sh" || base == "missing" || base == "test-driver" || base == "ar-lib" || base == "ylwrap" || base == "mkinstalldirs" || base == "INSTALL":
		return "automake"
	case base == "ltmain.sh" || base == "libtool.m4" || strings.HasPrefix(base, "lt") && path.Ext(base) == ".m4" || base == "config.guess" || base == "config.sub" || base == "config.rpath":
		return "libtool or gettext"
	case dir == "m4" && path.Ext(base) == ".m4":
		return "gettext, gnulib or libtool (copied, so it must be a published version)"
	case path.Ext(base) == ".gmo" || path.Ext(base) == ".mo":
		return "msgfmt"
	case base == "PKG-INFO" || strings.Contains(p, ".egg-info/") || strings.Contains(p, ".dist-info/"):
		return "the Python packager"
	case base == "ChangeLog" || base == ".tarball-version" || base == "AUTHORS":
		return "the release script"
	case base == "metadata.gz" || base == "checksums.yaml.gz":
		return "gem"
	case strings.HasPrefix(p, "META-INF/"):
		return "jar"
	case base == ".cargo_vcs_info.json" || base == "Cargo.toml.orig":
		return "cargo"
	}
	return ""
}
