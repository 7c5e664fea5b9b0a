package blob

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"sallyport"
)

// PutMany stores contents, each under a salt of its own, and returns when all of them are durable. It asks the disk once for all of
// them. After an error or a crash some files may be there that nothing refers to, whole or not: a read would not believe a torn one.
func (d *Dir) PutMany(ctx context.Context, contents [][]byte) ([]sallyport.BlobRef, error) {
	refs := make([]sallyport.BlobRef, len(contents))
	workers := 2 * runtime.GOMAXPROCS(0) // making a file waits for the file system, not for the processor
	errs := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(contents) && errs[w] == nil; i += workers {
				if errs[w] = ctx.Err(); errs[w] == nil {
					refs[i], errs[w] = d.putUnsynced(contents[i])
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return refs, d.sync()
}

func (d *Dir) putUnsynced(content []byte) (sallyport.BlobRef, error) {
	salt := NewSalt()
	if err := check(salt, content); err != nil {
		return sallyport.BlobRef{}, err
	}
	ref := sallyport.RefOf(salt, content)
	path, err := d.file(ref.Digest)
	if err == nil {
		err = d.folder(filepath.Dir(path))
	}
	if err == nil {
		err = os.WriteFile(path, append(salt, content...), 0o600)
	}
	return ref, err
}
