package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sallyport"
)

// Guard remembers the last acknowledged checkpoint outside the database, so that a database restored from a backup is
// noticed before it forks the log. What an attacker who can change the guard gains: a rollback goes unnoticed here. It is
// still seen by witnesses and by whoever kept a receipt.
type Guard interface {
	// Load gives the last saved checkpoint, or nil where none was ever saved.
	Load() ([]byte, error)
	// Save replaces it. It is called before an entry is acknowledged.
	Save(checkpoint []byte) error
	// Sync makes what was saved durable. It is called in the background and at close.
	Sync() error
}

// guardSector is the unit that disks write whole. A guard fits into one, so that a power cut leaves the old or the new one.
const guardSector = 512

// FileGuard is a guard in one file, overwritten in place. Save survives the death of the process; what a power cut takes is at
// most what was saved since the last Sync, and then the guard is merely behind the database, which is no contradiction.
type FileGuard struct {
	mu   sync.Mutex // protects the following
	path string
	file *os.File // nil until the first Save
}

// NewFileGuard uses the file at path, which need not exist. Put it on another disk than the database if you can, and
// leave it out of the database's backup.
func NewFileGuard(path string) *FileGuard { return &FileGuard{path: path} }

func (g *FileGuard) Load() ([]byte, error) {
	b, err := os.ReadFile(g.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return nil, sallyport.Errorf(sallyport.Invalid, "guard file %q is empty", g.path)
	}
	return b, nil
}

func (g *FileGuard) Save(checkpoint []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(checkpoint) > guardSector {
		return sallyport.Errorf(sallyport.Limited, "checkpoint of %d bytes does not fit the guard's %d", len(checkpoint), guardSector).
			WithHint("choose a shorter origin")
	}
	if g.file == nil {
		if err := os.MkdirAll(filepath.Dir(g.path), 0o700); err != nil {
			return err
		}
		f, err := os.OpenFile(g.path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		g.file = f
	}
	sector := make([]byte, guardSector)
	copy(sector, checkpoint)
	_, err := g.file.WriteAt(sector, 0)
	return err
}

func (g *FileGuard) Sync() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.file == nil {
		return nil
	}
	return g.file.Sync()
}

// Close closes the file.
func (g *FileGuard) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.file == nil {
		return nil
	}
	err := g.file.Close()
	g.file = nil
	return err
}

// NoGuard remembers nothing. For tests, and for tools that only read.
type NoGuard struct{}

func (NoGuard) Load() ([]byte, error) { return nil, nil }
func (NoGuard) Save([]byte) error     { return nil }
func (NoGuard) Sync() error           { return nil }
