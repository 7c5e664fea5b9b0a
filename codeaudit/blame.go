package codeaudit

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"sallyport"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/git"
)

// maxBlame bounds the file that Blame prints.
const maxBlame = 256 << 20

// Blamed is a line of a file with where it came from.
type Blamed struct {
	attribute.Line
	Text []byte // without its newline
}

// Blame says for every line of a file at HEAD of a repository on this machine which commit inserted it. It needs no workspace.
func Blame(ctx context.Context, dir, path string) ([]Blamed, error) {
	layout, err := git.Locate(git.LocalPath(dir))
	if err != nil {
		return nil, err
	}
	refs, _, err := layout.Refs()
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "sallyport-blame-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	repo, err := git.Shadow(layout, filepath.Join(work, "shadow"))
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	for _, ref := range refs {
		if ref.Name == "HEAD" {
			return blame(ctx, repo, ref, path)
		}
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "%q has no commit at HEAD", dir)
}

func blame(ctx context.Context, repo *git.Repo, head git.Ref, path string) ([]Blamed, error) {
	entries, err := repo.Tree(ctx, head.Hash)
	if err != nil {
		return nil, err
	}
	var file git.Entry
	for _, e := range entries {
		if e.Path == path {
			file = e
		}
	}
	if file.Hash == "" {
		return nil, sallyport.Errorf(sallyport.NotFound, "%s is not a file at HEAD", git.Quote(path)).
			WithHint("the path is relative to the top of the repository")
	}
	if file.Mode == 0o160000 {
		return nil, attribute.ErrOpaque
	}
	content, err := repo.Blob(ctx, file.Hash, maxBlame)
	if err != nil {
		return nil, err
	}
	text, _ := attribute.SplitLines(content)
	h, err := repo.ReadLine(ctx, head.Hash)
	if err != nil { // a parent is missing: read what is there
		if h, err = repo.ReadHistory(ctx, []git.Ref{head}, false, nil); err != nil {
			return nil, err
		}
		if len(h.Tips) == 0 {
			return nil, sallyport.Errorf(sallyport.NotFound, "HEAD leads to %s, which cannot be read", head.Hash)
		}
	}
	lines, err := attribute.BlameFile(ctx, repo, h, path)
	if err == attribute.ErrOpaque {
		lines, err = gitBlame(ctx, repo, head.Hash, path)
	}
	if err != nil {
		return nil, err
	}
	if len(lines) != len(text) {
		return nil, sallyport.Errorf(sallyport.Internal, "%s has %d lines, %d were attributed", git.Quote(path), len(text), len(lines))
	}
	out := make([]Blamed, len(text))
	for i := range text {
		out[i] = Blamed{lines[i], text[i]}
	}
	return out, nil
}

// gitBlame asks git about content that the pass keeps as one unit.
func gitBlame(ctx context.Context, repo *git.Repo, commit, path string) ([]attribute.Line, error) {
	out, err := repo.Output(ctx, 4*maxBlame, nil, "blame", "-l", "-s", "--root", "--no-progress", commit, "--", path)
	if err != nil {
		return nil, err
	}
	var lines []attribute.Line
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n"), "\n") {
		if len(line) < repo.HashLen() {
			return nil, sallyport.Errorf(sallyport.Invalid, "git blame answered %q", line)
		}
		lines = append(lines, attribute.Line{Commit: line[:repo.HashLen()], Path: path})
	}
	return lines, nil
}
