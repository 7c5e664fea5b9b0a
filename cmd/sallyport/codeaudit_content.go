package main

import (
	"context"
	"strings"

	"sallyport/codeaudit"
	"sallyport/codeaudit/change"
)

// maxFile bounds a file of which a reviewer is shown a few lines.
const maxFile = 8 << 20

// workspaceLines reads the lines of a file where a place says that it stands today; nil if it cannot be read.
func workspaceLines(ctx context.Context, w *codeaudit.Workspace, repo string, p change.Place) []string {
	if len(p.Refs) == 0 {
		return nil
	}
	content, err := w.File(ctx, repo, p.Refs[0], p.Path, maxFile)
	if err != nil {
		return nil
	}
	return strings.Split(string(content), "\n")
}
