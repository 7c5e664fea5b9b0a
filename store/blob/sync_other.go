//go:build !linux

package blob

import (
	"io/fs"
	"os"
	"path/filepath"
)

// sync makes every file and folder durable, one by one: where there is no syncfs(2) it takes long.
func (d *Dir) sync() error {
	return filepath.WalkDir(d.root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
