package git

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"sallyport"
)

// Repo is a git directory of our own that holds, or links to, the objects of a repository. Its methods may be used from
// several goroutines.
type Repo struct {
	dir     string
	hashLen int // hex digits of an object name: 40 or 64

	mu  sync.Mutex // guards cat
	cat *catFile   // the reader behind Blob; started at first use
}

// Dir is the git directory. Running git there without this package's environment is safe too: it holds nothing of the
// repository but objects and, if frozen, references.
func (r *Repo) Dir() string { return r.dir }

// HashLen is the number of hex digits of an object name: 40, or 64 for a SHA-256 repository.
func (r *Repo) HashLen() int { return r.hashLen }

// EmptyTree is the object name of the tree without entries, which git knows without having it.
func (r *Repo) EmptyTree() string {
	if r.hashLen == 64 {
		return "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
	}
	return "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
}

// Shadow makes dir, which must not exist, a git directory whose objects are links into l. The repository is not frozen:
// whoever may write to it can still change what is read.
func Shadow(l Layout, dir string) (*Repo, error) {
	return build(l, dir, os.Symlink)
}

// Freeze makes dir, which must not exist, a git directory with copies of all objects of l.
func Freeze(l Layout, dir string) (*Repo, error) {
	return build(l, dir, copyFile)
}

// OpenFrozen opens what Freeze or Clone made.
func OpenFrozen(dir string) (*Repo, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	text, err := readSmall(filepath.Join(dir, "config"), 64<<10)
	if err != nil {
		return nil, err
	}
	r := &Repo{dir: dir, hashLen: 40}
	if strings.Contains(string(text), "objectformat = sha256") {
		r.hashLen = 64
	}
	return r, nil
}

func build(l Layout, dir string, place func(from, to string) error) (*Repo, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, "objects", "pack"), 0o700); err != nil {
		return nil, err
	}
	r := &Repo{dir: dir, hashLen: 40}
	objects := filepath.Join(l.Common, "objects")
	entries, err := os.ReadDir(objects)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		var err error
		switch {
		case e.Name() == "pack" && e.IsDir():
			err = r.placeAll(objects, "pack", place)
		case len(e.Name()) == 2 && isHex(e.Name()) && e.IsDir():
			err = r.placeAll(objects, e.Name(), place)
		}
		if err != nil {
			return nil, err
		}
	}
	return r, r.settle("refs/heads/none")
}

// placeAll places the objects of one folder: regular files with the names that git gives, nothing else.
func (r *Repo) placeAll(objects, sub string, place func(from, to string) error) error {
	entries, err := os.ReadDir(filepath.Join(objects, sub))
	if err != nil {
		return err
	}
	made := sub == "pack"
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || !r.objectName(sub, name) {
			continue
		}
		if !made {
			if err := os.MkdirAll(filepath.Join(r.dir, "objects", sub), 0o700); err != nil {
				return err
			}
			made = true
		}
		if err := place(filepath.Join(objects, sub, name), filepath.Join(r.dir, "objects", sub, name)); err != nil {
			return err
		}
	}
	return nil
}

// objectName says whether a file in a folder of objects is one, and learns the hash's length from it.
func (r *Repo) objectName(sub, name string) bool {
	if sub != "pack" {
		if !isHex(name) || len(name) != 38 && len(name) != 62 {
			return false
		}
		r.hashLen = len(name) + 2
		return true
	}
	stem, ext, _ := strings.Cut(name, ".")
	hash, ok := strings.CutPrefix(stem, "pack-")
	if !ok || !isHex(hash) || ext != "pack" && ext != "idx" && ext != "rev" {
		return false
	}
	if len(hash) == 64 {
		r.hashLen = 64
	}
	return true
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef") == ""
}

// settle writes what makes the folder a git directory.
func (r *Repo) settle(head string) error {
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogAllRefUpdates = false\n"
	if r.hashLen == 64 {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
	}
	if err := os.MkdirAll(filepath.Join(r.dir, "refs"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.dir, "config"), []byte(config), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.dir, "HEAD"), fmt.Appendf(nil, "ref: %s\n", head), 0o600)
}

// WriteRefs gives a frozen repository its references, so that a third party can use git on it.
func (r *Repo) WriteRefs(refs []Ref) error {
	var packed strings.Builder
	packed.WriteString("# pack-refs with: sorted\n")
	for _, ref := range refs {
		if ref.Name == "HEAD" {
			head := ref.Hash
			if ref.Target != "" {
				head = "ref: " + ref.Target
			}
			if err := os.WriteFile(filepath.Join(r.dir, "HEAD"), []byte(head+"\n"), 0o600); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(&packed, "%s %s\n", ref.Hash, ref.Name)
	}
	return os.WriteFile(filepath.Join(r.dir, "packed-refs"), []byte(packed.String()), 0o600)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || !info.Mode().IsRegular() {
		return sallyport.Errorf(sallyport.Conflict, "%q changed while it was copied", from)
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fs.FileMode(0o400))
	if err != nil {
		return err
	}
	defer func() {
		if e := out.Close(); err == nil {
			err = e
		}
	}()
	_, err = io.Copy(out, in)
	return err
}
