package codeaudit

import (
	"context"
	"iter"

	"sallyport"
	"sallyport/codeaudit/change"
)

// Changes yields what every commit in scope did, one path at a time: repositories in order, commits oldest first, paths in
// git's order. It needs the steps scope and attribute. An error ends it; what was yielded before is true.
func (w *Workspace) Changes(ctx context.Context) iter.Seq2[change.Change, error] {
	return func(yield func(change.Change, error) bool) {
		yield(change.Change{}, sallyport.Errorf(sallyport.Unavailable, "nothing is attributed yet"))
	}
}

// Touches yields every commit, in scope or not, with the paths it changed, in the same order as Changes: the background of
// a history. It is cheap: it reads what the step attribute kept.
func (w *Workspace) Touches(ctx context.Context) iter.Seq2[change.Touch, error] {
	return func(yield func(change.Touch, error) bool) {
		yield(change.Touch{}, sallyport.Errorf(sallyport.Unavailable, "nothing is attributed yet"))
	}
}

// Findings are what capture, scope and attribute found that a person must know, heaviest first.
func (w *Workspace) Findings() ([]change.Finding, error) { return nil, nil }
