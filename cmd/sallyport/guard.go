package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/store"
)

// guardPath says where the guard of a state folder is: inside it, or where the folder's pointer says. The pointer makes every command
// that opens the folder use the guard that the server uses, and comes back with a restored folder, while the guard does not.
func guardPath(state string) (string, error) {
	b, err := os.ReadFile(filepath.Join(state, evidence.GuardPointer))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return filepath.Join(state, store.GuardName), nil
	case err != nil:
		return "", err
	}
	path := strings.TrimSpace(string(b))
	if !filepath.IsAbs(path) {
		return "", sallyport.Errorf(sallyport.Invalid, "%s in %q says %q, want an absolute path", evidence.GuardPointer, state, path)
	}
	return path, nil
}

// placeGuard sees that the guard is where the configuration wants it, and gives its path. A guard inside the state folder is moved out the first
// time. The way back is an operator's deliberate act: a lost line of configuration must not make the server forget what it has acknowledged.
func placeGuard(state, wanted string) (string, error) {
	now, err := guardPath(state)
	if err != nil {
		return "", err
	}
	inside := filepath.Join(state, store.GuardName)
	switch {
	case wanted == "" && now != inside:
		return "", sallyport.Errorf(sallyport.Conflict, "the guard of %q is at %q, and the configuration names none", state, now).
			WithHint("set guard = %q; to keep it in the state folder again, move it to %s and remove %s", now, inside, filepath.Join(state, evidence.GuardPointer))
	case wanted == "" || wanted == now:
		return now, nil
	case now != inside:
		return "", sallyport.Errorf(sallyport.Conflict, "the guard of %q is at %q, the configuration says %q", state, now, wanted).
			WithHint("move the file, and write its new path into %s", filepath.Join(state, evidence.GuardPointer))
	}
	if err := copyGuard(inside, wanted); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(state, evidence.GuardPointer), []byte(wanted+"\n"), 0o600); err != nil {
		return "", err
	}
	if err := os.Remove(inside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return wanted, nil
}

// copyGuard copies a guard where there is none yet. One that is there already stays: it outlived a state folder, and is the one to believe.
func copyGuard(from, to string) error {
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	guarded, err := ledger.NewFileGuard(from).Load()
	if err != nil || guarded == nil {
		return err
	}
	g := ledger.NewFileGuard(to)
	return errors.Join(g.Save(guarded), g.Sync(), g.Close())
}
