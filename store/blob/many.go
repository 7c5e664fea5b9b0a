package blob

import (
	"context"
	"os"
	"path/filepath"

	"sallyport"
)

// PutMany stores contents, each under a salt of its own, and returns when all of them are durable. It asks the disk once for all of
// them. After an error or a crash some files may be there that nothing refers to, whole or not: a read would not believe a torn one.
func (d *Dir) PutMany(ctx context.Context, contents [][]byte) ([]sallyport.BlobRef, error) {
	refs := make([]sallyport.BlobRef, len(contents))
	for i, content := range contents {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		salt := NewSalt()
		if err := check(salt, content); err != nil {
			return nil, err
		}
		refs[i] = sallyport.RefOf(salt, content)
		path, err := d.file(refs[i].Digest)
		if err == nil {
			err = d.folder(filepath.Dir(path))
		}
		if err == nil {
			err = os.WriteFile(path, append(salt, content...), 0o600)
		}
		if err != nil {
			return nil, err
		}
	}
	return refs, d.sync()
}
