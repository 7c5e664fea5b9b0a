package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sallyport"
)

// Format names the form; a reader refuses another.
const Format = "sallyport codeaudit bundle 1"

// manifestName is the first member.
const manifestName = "manifest.json"

// Manifest lists every other member.
type Manifest struct {
	Format  string    `json:"format"`
	Created time.Time `json:"created"`
	Files   []File    `json:"files"`
}

// File is a member.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// folders are the parts of an audit's folder that go into a bundle. Repositories and what is kept to be fast stay behind.
var folders = []string{"set", "capture", "scope", "attribute", "artifacts", "review"}

// Write makes a bundle of the audit in dir with the given report. The same audit and time give the same bytes.
func Write(out io.Writer, dir string, report, page []byte, created time.Time) (*Manifest, error) {
	m := &Manifest{Format: Format, Created: created.UTC().Truncate(time.Second)}
	paths := map[string]string{"codeaudit.json": filepath.Join(dir, "codeaudit.json")}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
				return err
			}
			if !e.Type().IsRegular() {
				return sallyport.Errorf(sallyport.Invalid, "%q is not a regular file", path)
			}
			name, err := filepath.Rel(dir, path)
			paths[filepath.ToSlash(name)] = path
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for name, path := range paths {
		f, err := digestFile(name, path)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, f)
	}
	made := map[string][]byte{"report.json": report, "report.html": page}
	for name, content := range made {
		sum := sha256.Sum256(content)
		m.Files = append(m.Files, File{name, int64(len(content)), hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	z := zip.NewWriter(out)
	list, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := member(z, manifestName, append(list, '\n'), created); err != nil {
		return nil, err
	}
	for _, f := range m.Files {
		content, ok := made[f.Name]
		if !ok {
			if content, err = os.ReadFile(paths[f.Name]); err != nil {
				return nil, err
			}
			if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != f.SHA256 {
				return nil, sallyport.Errorf(sallyport.Conflict, "%q changed while the bundle was made", f.Name).WithHint("try again when nobody reviews")
			}
		}
		if err := member(z, f.Name, content, created); err != nil {
			return nil, err
		}
	}
	return m, z.Close()
}

func digestFile(name, path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return File{name, n, hex.EncodeToString(sum.Sum(nil))}, err
}

func member(z *zip.Writer, name string, content []byte, at time.Time) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
