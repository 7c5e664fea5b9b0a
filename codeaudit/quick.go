package codeaudit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sallyport/codeaudit/capture"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Quick makes a workspace that lasts as long as the process: one repository, read where it is and not frozen, with the scope
// decided and the lines attributed. Close removes it. Unless everything is asked for, commits that nothing reaches and the
// references that forges keep for reviews are left out, and a finding says how many.
func Quick(ctx context.Context, source, set string, everything bool, o ScopeOptions, talk func(string, ...any)) (*Workspace, *Scope, error) {
	dir, err := os.MkdirTemp("", "sallyport-codeaudit-*")
	if err != nil {
		return nil, nil, err
	}
	w := newWorkspace(dir)
	w.temp = true
	if talk != nil {
		w.Talk = talk
	}
	w.reachable = !everything
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
	if w.reachable {
		all := len(refs)
		refs = slices.DeleteFunc(refs, func(r git.Ref) bool { return reviewRef(r.Name) })
		if n := all - len(refs); n > 0 {
			found = append(found, change.Finding{Kind: "not-read", Object: "refs", Weight: 2, Text: fmt.Sprintf("%d references that a forge keeps for reviews were left out", n)})
		}
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

// reviewRef reports whether a reference is one that a forge keeps for a request to merge, a change under review, or itself.
func reviewRef(name string) bool {
	for _, prefix := range []string{"refs/pull/", "refs/pull-requests/", "refs/merge-requests/", "refs/changes/", "refs/keep-around/", "refs/for/"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
