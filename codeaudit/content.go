package codeaudit

import (
	"context"

	"sallyport"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Blob reads a content of a captured repository, of at most limit bytes.
func (w *Workspace) Blob(ctx context.Context, repo, hash string, limit int64) ([]byte, error) {
	op, err := w.open(repo)
	if err != nil {
		return nil, err
	}
	return op.repo.Blob(ctx, hash, limit)
}

// File reads a file as it stands at a reference, of at most limit bytes. ref is a full name, HEAD, or as in a
// [change.Place] "unreachable:" and a commit.
func (w *Workspace) File(ctx context.Context, repo, ref, path string, limit int64) ([]byte, error) {
	op, err := w.open(repo)
	if err != nil {
		return nil, err
	}
	at := op.resolve(ref)
	if at == "" {
		return nil, sallyport.Errorf(sallyport.NotFound, "repository %q has no reference %q", repo, ref)
	}
	if op.trees == nil {
		op.trees = map[string]map[string]git.Entry{}
	}
	files := op.trees[at]
	if files == nil {
		entries, err := op.repo.Tree(ctx, at)
		if err != nil {
			return nil, err
		}
		files = make(map[string]git.Entry, len(entries))
		for _, e := range entries {
			files[e.Path] = e
		}
		clear(op.trees) // one at a time: reviewers stay with a reference for long
		op.trees[at] = files
	}
	e, ok := files[path]
	if !ok || e.Mode == 0o160000 {
		return nil, sallyport.Errorf(sallyport.NotFound, "%q has no file %s", ref, git.Quote(path))
	}
	return op.repo.Blob(ctx, e.Hash, limit)
}

func (op *opened) resolve(ref string) string {
	const loose = "unreachable:"
	if len(ref) > len(loose) && ref[:len(loose)] == loose && git.IsHash(ref[len(loose):]) {
		return ref[len(loose):]
	}
	for _, r := range op.refs {
		if r.Name == ref {
			return r.Hash
		}
	}
	return ""
}

// Tag finds the object that a tag, another reference or the name of an object leads to in what was captured.
func (w *Workspace) Tag(repo, name string) (string, error) {
	op, err := w.open(repo)
	if err != nil {
		return "", err
	}
	for _, full := range []string{"refs/tags/" + name, name, "refs/heads/" + name} {
		if at := op.resolve(full); at != "" {
			return at, nil
		}
	}
	if git.IsHash(name) {
		return name, nil
	}
	return "", sallyport.Errorf(sallyport.NotFound, "repository %q has no tag %q", repo, name)
}

// Tree lists the files below a commit or tag.
func (w *Workspace) Tree(ctx context.Context, repo, commit string) ([]git.Entry, error) {
	op, err := w.open(repo)
	if err != nil {
		return nil, err
	}
	return op.repo.Tree(ctx, commit)
}

// maxCommit bounds a commit that is read by itself.
const maxCommit = 16 << 20

// Commit reads one commit, without what the audit knows of it.
func (w *Workspace) Commit(ctx context.Context, repo, hash string) (*change.Commit, error) {
	op, err := w.open(repo)
	if err != nil {
		return nil, err
	}
	content, err := op.repo.Blob(ctx, hash, maxCommit)
	if err != nil {
		return nil, err
	}
	c, err := git.ParseCommit(hash, content)
	if err == nil {
		c.Repo = repo
	}
	return c, err
}
