package store

import (
	"os"

	"golang.org/x/sys/unix"

	"sallyport"
)

// takeLock keeps a second process from writing the same folder. The lock ends with the process, however it ends.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, sallyport.Errorf(sallyport.Conflict, "another process writes this state folder (%q is locked)", path).
			WithHint("stop the server, or use a command that talks to it")
	}
	return f, nil
}
