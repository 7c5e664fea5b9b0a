package codeaudit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"

	"sallyport"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
	"sallyport/codeaudit/scope"
)

// Attribution is the outcome for one repository. The ledger of lines itself is in the file attribute/NAME.jsonl.
type Attribution struct {
	Version  int               `json:"version"`
	Repo     string            `json:"repo"`
	Objects  string            `json:"objects"` // digest of the captured objects
	Scope    string            `json:"scope"`   // root of the scope it counts
	Commits  int               `json:"commits"`
	Hunks    int               `json:"hunks"`
	InScope  attribute.Balance `json:"inScope"`
	All      attribute.Balance `json:"all"`
	Size     int64             `json:"size"` // lines of the ledger
	Root     string            `json:"root"` // Merkle root over them, base64
	Findings []change.Finding  `json:"findings"`
}

const attributionVersion = 1

// Attribute works out what became of every line, for all repositories, and writes the ledger of lines.
func (w *Workspace) Attribute(ctx context.Context) ([]*Attribution, error) {
	unlock, err := w.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, err := w.Scope()
	if err != nil {
		return nil, err
	}
	var list []*Attribution
	for _, r := range w.config.Repos {
		op, err := w.ledgerOf(ctx, r.Name)
		if err != nil {
			return nil, err
		}
		a := &Attribution{Version: attributionVersion, Repo: r.Name, Scope: s.Root, Commits: op.ledger.Records, Hunks: op.ledger.Hunks,
			InScope: op.ledger.Balance(false), All: op.ledger.Balance(true)}
		if inv, err := w.Inventory(r.Name); err == nil {
			a.Objects = inv.ObjectsDigest
		}
		a.Findings = append(append(a.Findings, op.history.Findings...), op.ledger.Findings...)
		w.Talk("%s: writing the ledger of lines", r.Name)
		var file bytes.Buffer
		tree, err := op.ledger.WriteLeaves(&file, r.Name)
		if err != nil {
			return nil, err
		}
		a.Size, a.Root = tree.Size(), tree.Root().String()
		if err := writeFile(w.Path("attribute", r.Name+".jsonl"), file.Bytes()); err != nil {
			return nil, err
		}
		if err := writeJSON(w.Path("attribute", r.Name+".json"), a); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// Attribution is what Attribute found for a repository.
func (w *Workspace) Attribution(name string) (*Attribution, error) {
	data, err := os.ReadFile(w.Path("attribute", name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, sallyport.Errorf(sallyport.NotFound, "repository %q is not attributed yet", name).WithHint("sallyport codeaudit attribute")
	}
	if err != nil {
		return nil, err
	}
	a := &Attribution{}
	if err := json.Unmarshal(data, a); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "the attribution of %q cannot be read: %v", name, err)
	}
	return a, nil
}

// ledgerOf attributes a repository under the decided scope, once per process.
func (w *Workspace) ledgerOf(ctx context.Context, name string) (*opened, error) {
	op, err := w.historyOf(ctx, name)
	if err != nil || op.ledger != nil {
		return op, err
	}
	roles := make([][]change.Role, len(op.history.Nodes))
	err = w.Decisions(func(d scope.Decision) error {
		at, ok := op.history.Index[d.Commit]
		if d.Repo != name {
			return nil
		}
		if !ok {
			return sallyport.Errorf(sallyport.Conflict, "the scope decides about commit %s, which was not captured", d.Commit).
				WithHint("the capture is newer than the scope; decide again: sallyport codeaudit scope")
		}
		for _, r := range d.Why {
			if d.In && r.Kind != scope.OwnLines {
				roles[at] = append(roles[at], r)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	op.ledger = &ledger{roles: roles}
	if err := w.attribute(ctx, op, name); err != nil {
		op.ledger = nil
		return nil, err
	}
	return op, nil
}

// attribute runs the pass for a repository whose roles are known.
func (w *Workspace) attribute(ctx context.Context, op *opened, name string) error {
	kept, err := w.kept(ctx, op, name)
	if err != nil {
		return err
	}
	if n := kept.Len(); n > 0 {
		w.Talk("%s: %d commits were compared before", name, n)
	}
	led, err := attribute.Run(ctx, op.repo, op.history, attribute.Options{
		InScope: func(i int32) bool { return len(op.ledger.roles[i]) > 0 },
		Keep:    func(t git.Tip) bool { return named(t) },
		Kept:    kept,
		Progress: func(done, total int) {
			if done%10000 == 0 || done == total {
				w.Talk("%s: %d of %d commits attributed", name, done, total)
			}
		},
	})
	if e := kept.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	for i := range led.Findings {
		led.Findings[i].Repo = name
	}
	op.ledger.Ledger = led
	return nil
}

// named reports whether a tip is HEAD or a branch.
func named(t git.Tip) bool {
	for _, ref := range t.Refs {
		if ref == "HEAD" || strings.HasPrefix(ref, "refs/heads/") {
			return true
		}
	}
	return false
}

func (w *Workspace) kept(ctx context.Context, op *opened, name string) (*attribute.Kept, error) {
	version, err := op.repo.Output(ctx, 1000, nil, "version")
	if err != nil {
		return nil, err
	}
	return attribute.OpenKept(w.Path("distilled", name), strings.TrimSpace(string(version)), op.repo.HashLen())
}

// Balance is the ledger's equation for the commits in scope and for all commits of a repository.
func (w *Workspace) Balance(ctx context.Context, name string) (inScope, all attribute.Balance, err error) {
	op, err := w.ledgerOf(ctx, name)
	if err != nil {
		return inScope, all, err
	}
	return op.ledger.Balance(false), op.ledger.Balance(true), nil
}
