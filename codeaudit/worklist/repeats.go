package worklist

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sallyport/codeaudit"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

// Repeater is a Source that knows where the set's code stands under commits of others. The list then has items for it too: blame
// leads nobody to the set there.
type Repeater interface {
	Repeats(ctx context.Context, f func(codeaudit.Moved) error) error
	Commit(ctx context.Context, repo, hash string) (*change.Commit, error)
}

// addRepeats adds an item for each stretch that others moved, copied or typed again. It is looked at like a commit that adds it.
func addRepeats(ctx context.Context, src Repeater, h *rank.History, o Options) error {
	commits := map[string]*change.Commit{}
	times := map[string]int{}
	commit := func(repo, hash string) (*change.Commit, error) {
		if c := commits[repo+hash]; c != nil {
			return c, nil
		}
		c, err := src.Commit(ctx, repo, hash)
		commits[repo+hash] = c
		return c, err
	}
	return src.Repeats(ctx, func(m codeaudit.Moved) error {
		by, err := commit(m.Repo, m.By)
		if err != nil {
			return err
		}
		from, err := commit(m.Repo, m.From.Commit)
		if err != nil {
			return err
		}
		// The numbers are those of the set's commit, and how often the same lines were repeated before in this file: they stay when later
		// commits move the lines, and so does a decision.
		key := fmt.Sprintf("%s %s %q %q %d", m.Repo, m.By, m.Path, m.From.Path, m.From.Line)
		hunk := change.Hunk{OldLine: times[key], NewLine: m.From.Line, New: m.Text,
			Fates: []change.Fate{{N: len(m.Text), Places: []change.Place{{Refs: []string{m.Ref}, Path: m.Path, Line: m.Line}}}}}
		times[key]++
		it := rank.Item{Kind: rank.Repeated, Repo: m.Repo, Commit: m.By, Author: by.Author, Title: signal.Visible([]byte(by.Subject())), Path: m.Path, Old: m.From.Path,
			Role: signal.AboutPath(m.Path).Role.String(), Hunks: []change.Hunk{hunk}, Added: len(m.Text), Surviving: len(m.Text),
			Note: fmt.Sprintf("%s from line %d of that file as commit %.12s of the set inserted it", m.Relation, m.From.Line, m.From.Commit)}
		it.Involved = rank.Involved(by, from)
		found := signal.Scan(signal.Input{Commit: by, Changes: []change.Change{{Commit: by, Path: m.Path, Kind: change.Modified, NewMode: change.ModeFile, OldMode: change.ModeFile, Hunks: it.Hunks}}, Shell: o.Shell})
		found = slices.DeleteFunc(found, func(s signal.Signal) bool { return s.Path != m.Path || strings.HasPrefix(s.ID, "who.") })
		h.AddItem(it, found...)
		return nil
	})
}
