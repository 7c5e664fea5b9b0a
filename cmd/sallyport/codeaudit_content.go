package main

import (
	"context"

	"sallyport"
	"sallyport/codeaudit"
	"sallyport/codeaudit/change"
)

// workspaceBlob reads contents of captured repositories.
func workspaceBlob(w *codeaudit.Workspace) func(ctx context.Context, repo, hash string, limit int64) ([]byte, error) {
	return func(ctx context.Context, repo, hash string, limit int64) ([]byte, error) {
		return nil, sallyport.Errorf(sallyport.Unavailable, "contents of %q cannot be read yet", repo)
	}
}

// workspaceLines reads the lines of a file where a place says that it stands today; nil if it cannot be read.
func workspaceLines(ctx context.Context, w *codeaudit.Workspace, repo string, p change.Place) []string {
	return nil
}
