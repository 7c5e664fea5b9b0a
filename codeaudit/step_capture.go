package codeaudit

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sallyport"
	"sallyport/codeaudit/capture"
	"sallyport/codeaudit/git"
)

// Capture freezes the repositories that are not captured yet, or all of them again, and returns all inventories. A
// repository is captured whole or not at all; what was captured stays as it is until a new capture is complete.
func (w *Workspace) Capture(ctx context.Context, again bool) ([]*capture.Inventory, error) {
	unlock, err := w.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	var list []*capture.Inventory
	for _, r := range w.config.Repos {
		if !again {
			if inv, err := w.Inventory(r.Name); err == nil {
				list = append(list, inv)
				continue
			}
		}
		w.Talk("capturing %s from %s", r.Name, git.Quote(r.Source))
		next := w.repoDir(r.Name) + ".new"
		if err := os.RemoveAll(next); err != nil {
			return nil, err
		}
		inv, err := capture.Take(ctx, r.Name, r.Source, next, w.Now())
		if err != nil {
			return nil, err
		}
		// The inventory goes first, comes last: without it a repository is not captured.
		if err := os.RemoveAll(w.inventoryFile(r.Name)); err != nil {
			return nil, err
		}
		if err := os.RemoveAll(w.repoDir(r.Name)); err != nil {
			return nil, err
		}
		if err := os.Rename(next, w.repoDir(r.Name)); err != nil {
			return nil, err
		}
		if err := writeJSON(w.inventoryFile(r.Name), inv); err != nil {
			return nil, err
		}
		delete(w.opened, r.Name)
		list = append(list, inv)
	}
	return list, nil
}

func (w *Workspace) repoDir(name string) string       { return w.Path("repos", name+".git") }
func (w *Workspace) inventoryFile(name string) string { return w.Path("capture", name+".json") }

// Inventory is what was captured of a repository.
func (w *Workspace) Inventory(name string) (*capture.Inventory, error) {
	data, err := os.ReadFile(w.inventoryFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, sallyport.Errorf(sallyport.NotFound, "repository %q is not captured yet", name).
			WithHint("sallyport codeaudit capture")
	}
	if err != nil {
		return nil, err
	}
	var inv capture.Inventory
	if err := json.Unmarshal(data, &inv); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "the inventory of %q cannot be read: %v", name, err)
	}
	return &inv, nil
}

// Git opens a captured repository. It is shared by all callers and must not be closed by them.
func (w *Workspace) Git(name string) (*git.Repo, error) {
	o, err := w.open(name)
	if err != nil {
		return nil, err
	}
	return o.repo, nil
}

// opened is a repository with what was read of it in this process.
type opened struct {
	name    string
	repo    *git.Repo
	refs    []git.Ref
	history *git.History
	ledger  *ledger
	pushers map[string]string               // by commit; nil until asked for
	trees   map[string]map[string]git.Entry // by commit and path; see File
}

func (w *Workspace) open(name string) (*opened, error) {
	if o := w.opened[name]; o != nil {
		return o, nil
	}
	inv, err := w.Inventory(name)
	if err != nil {
		return nil, err
	}
	repo, err := git.OpenFrozen(w.repoDir(name))
	if err != nil {
		return nil, err
	}
	o := &opened{name: name, repo: repo, refs: inv.Refs}
	// What only a log of references leads to is reached through the unreachable commits; it needs no name of its own.
	w.opened[name] = o
	return o, nil
}

func (w *Workspace) historyOf(ctx context.Context, name string) (*opened, error) {
	o, err := w.open(name)
	if err != nil || o.history != nil {
		return o, err
	}
	w.Talk("%s: reading commits", name)
	o.history, err = o.repo.ReadHistory(ctx, o.refs, !w.reachable, nil)
	if err != nil {
		return nil, err
	}
	for i := range o.history.Findings {
		o.history.Findings[i].Repo = name
	}
	w.Talk("%s: %d commits, %d of them unreachable", name, len(o.history.Nodes), o.history.Unreachable)
	return o, nil
}

// lock keeps two processes from writing to one workspace. The lock goes with the process.
func (w *Workspace) lock() (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(w.dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f); err != nil {
		f.Close()
		return nil, sallyport.Errorf(sallyport.Conflict, "another process works on %q", w.dir).WithHint("wait for it to end")
	}
	return func() { unlockFile(f); f.Close() }, nil
}
