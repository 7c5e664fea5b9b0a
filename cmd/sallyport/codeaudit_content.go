package main

import (
	"context"

	"sallyport/codeaudit"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
)

// workspaceBlob reads contents of captured repositories.
func workspaceBlob(w *codeaudit.Workspace) func(ctx context.Context, repo, hash string, limit int64) ([]byte, error) {
	return w.Blob
}

// maxShown bounds a file that is shown beside an item.
const maxShown = 16 << 20

// workspaceLines reads the lines of a file where a place says that it stands today; nil if it cannot be read.
func workspaceLines(ctx context.Context, w *codeaudit.Workspace, repo string, p change.Place) []string {
	if len(p.Refs) == 0 {
		return nil
	}
	content, err := w.File(ctx, repo, p.Refs[0], p.Path, maxShown)
	if err != nil {
		return nil
	}
	lines, _ := attribute.SplitLines(content)
	out := make([]string, len(lines))
	for i := range lines {
		out[i] = string(lines[i])
	}
	return out
}
