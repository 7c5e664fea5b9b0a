package codeaudit

import (
	"context"
	"os"
	"path/filepath"

	"sallyport/codeaudit/capture"
	"sallyport/codeaudit/git"
)

// Quick makes a workspace that lasts as long as the process: one repository, read where it is and not frozen, with the scope
// decided and the lines attributed. Close removes it.
func Quick(ctx context.Context, source, set string, o ScopeOptions, talk func(string, ...any)) (*Workspace, *Scope, error) {
	dir, err := os.MkdirTemp("", "sallyport-codeaudit-*")
	if err != nil {
		return nil, nil, err
	}
	w := newWorkspace(dir)
	w.temp = true
	if talk != nil {
		w.Talk = talk
	}
	s, err := w.quick(ctx, source, set, o)
	if err != nil {
		w.Close()
		return nil, nil, err
	}
	return w, s, nil
}

func (w *Workspace) quick(ctx context.Context, source, set string, o ScopeOptions) (*Scope, error) {
	if _, err := w.UseSet(set); err != nil {
		return nil, err
	}
	path := git.LocalPath(source)
	if git.IsURL(source) {
		path = filepath.Join(w.dir, "clone")
		w.Talk("cloning %s", git.Quote(source))
		if err := git.Clone(ctx, source, path); err != nil {
			return nil, err
		}
	}
	layout, err := git.Locate(path)
	if err != nil {
		return nil, err
	}
	r, err := w.Add("", source)
	if err != nil {
		return nil, err
	}
	refs, found, err := layout.Refs()
	if err != nil {
		return nil, err
	}
	repo, err := git.Shadow(layout, w.repoDir(r.Name))
	if err != nil {
		return nil, err
	}
	inv := &capture.Inventory{Repo: r.Name, Source: source, HashLen: repo.HashLen(), Refs: refs, Findings: append(layout.Inspect(), found...)}
	for i := range inv.Findings {
		inv.Findings[i].Repo = r.Name
	}
	if err := writeJSON(w.inventoryFile(r.Name), inv); err != nil {
		return nil, err
	}
	return w.FindScope(ctx, o)
}
