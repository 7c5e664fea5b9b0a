package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sallyport"
)

// Dir keeps each blob in a file of its own: ab/cdef..., the first two digits of the digest as a folder. A file holds the 32 bytes
// of salt and then the content, nothing else, so sha256sum names it. The folder is not trusted: every read is verified.
type Dir struct {
	root string

	mu   sync.Mutex // protects the following
	made map[string]bool
}

// OpenDir uses the folder at root and makes it if need be.
func OpenDir(root string) (*Dir, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	return &Dir{root: root, made: map[string]bool{}}, nil
}

// ReadDir uses the folder at root for reading, and makes nothing.
func ReadDir(root string) *Dir { return &Dir{root: root, made: map[string]bool{}} }

// Path gives the file of a blob, relative to the folder, with slashes.
func Path(digest sallyport.Digest) string { return string(digest[:2]) + "/" + string(digest[2:]) }

func (d *Dir) file(digest sallyport.Digest) (string, error) {
	if !ValidDigest(digest) {
		return "", sallyport.Errorf(sallyport.Invalid, "%q is not a digest", digest)
	}
	return filepath.Join(d.root, filepath.FromSlash(Path(digest))), nil
}

func (d *Dir) Put(ctx context.Context, content []byte) (sallyport.BlobRef, error) {
	return d.PutSalted(ctx, NewSalt(), content)
}

func (d *Dir) PutSalted(_ context.Context, salt, content []byte) (sallyport.BlobRef, error) {
	if err := check(salt, content); err != nil {
		return sallyport.BlobRef{}, err
	}
	ref := sallyport.RefOf(salt, content)
	path, err := d.file(ref.Digest)
	if err != nil {
		return ref, err
	}
	if err := d.folder(filepath.Dir(path)); err != nil {
		return ref, err
	}
	return ref, writeDurable(path, salt, content)
}

// folder makes the folder of a digest's first two digits durable, once per process.
func (d *Dir) folder(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made[dir] {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := syncDir(d.root); err != nil {
		return err
	}
	d.made[dir] = true
	return nil
}

// writeDurable writes a temporary file, syncs it, renames it into place and syncs the folder: after it returns nil, a power cut
// leaves the whole file; before, none of that name.
func writeDurable(path string, parts ...[]byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	for _, p := range parts {
		if _, err := f.Write(p); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func (d *Dir) Get(_ context.Context, digest sallyport.Digest) ([]byte, []byte, error) {
	path, err := d.file(digest)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, notFound(digest)
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	stored, err := io.ReadAll(io.LimitReader(f, sallyport.SaltSize+MaxContent+1))
	if err != nil {
		return nil, nil, err
	}
	return Split(digest, stored)
}

func (d *Dir) Has(_ context.Context, digest sallyport.Digest) (bool, error) {
	path, err := d.file(digest)
	if err != nil {
		return false, err
	}
	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (d *Dir) Delete(_ context.Context, digest sallyport.Digest) error {
	path, err := d.file(digest)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
