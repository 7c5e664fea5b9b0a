package blob

import (
	"os"

	"golang.org/x/sys/unix"
)

// sync makes everything in the folder's file system durable (syncfs(2)); errors of writing that nobody was told of are told.
func (d *Dir) sync() error {
	f, err := os.Open(d.root)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
