package codeaudit

import (
	"context"
	"strings"

	"sallyport"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Survivor is a line in scope that a branch has today.
type Survivor struct {
	Repo string         `json:"repo"`
	Ref  string         `json:"ref"`
	Path string         `json:"path"`
	Line int            `json:"line"` // 0: the whole content, which has no lines
	From attribute.Line `json:"from"`
	Text string         `json:"text"`
}

// Survivors calls f for every line in scope that stands at a reference of each repository: HEAD, or a branch by its full or
// short name. A repository without that branch is skipped; if no repository has it, that is an error.
func (w *Workspace) Survivors(ctx context.Context, ref string, f func(Survivor) error) error {
	any := false
	for _, r := range w.config.Repos {
		op, err := w.ledgerOf(ctx, r.Name)
		if err != nil {
			return err
		}
		at := op.branch(ref)
		if at.Hash == "" {
			continue
		}
		any = true
		path, text := "", [][]byte(nil)
		var failed error
		op.ledger.Standing(at.Hash, func(p string, line int, from attribute.Line) {
			if failed != nil {
				return
			}
			if p != path || text == nil {
				path, text = p, [][]byte{}
				if content, err := w.File(ctx, r.Name, at.Name, p, maxBlame); err == nil {
					text, _ = attribute.SplitLines(content)
				}
			}
			s := Survivor{Repo: r.Name, Ref: at.Name, Path: p, Line: line, From: from}
			if line > 0 && line <= len(text) {
				s.Text = string(text[line-1])
			}
			failed = f(s)
		})
		if failed != nil {
			return failed
		}
	}
	if !any {
		return sallyport.Errorf(sallyport.NotFound, "no repository has a branch %q", ref)
	}
	return nil
}

// branch finds HEAD, under the name of the branch it stands for, or a branch.
func (op *opened) branch(name string) git.Ref {
	for _, r := range op.refs {
		if r.Name == name && r.Target != "" {
			return op.branch(r.Target)
		}
		if r.Name == name && (name == "HEAD" || strings.HasPrefix(name, "refs/heads/")) {
			return r
		}
	}
	for _, r := range op.refs {
		if r.Name == "refs/heads/"+name {
			return r
		}
	}
	return git.Ref{}
}

// CommitChanges returns what one commit in scope did, with the fate of every line. rev is a full commit id, at least seven
// digits of one, or the name of a reference.
func (w *Workspace) CommitChanges(ctx context.Context, rev string) ([]change.Change, error) {
	var found []change.Change
	matches := 0
	for _, r := range w.config.Repos {
		op, err := w.ledgerOf(ctx, r.Name)
		if err != nil {
			return nil, err
		}
		i, n := op.find(rev)
		if n == 0 {
			continue
		}
		if matches += n; n > 1 {
			return nil, sallyport.Errorf(sallyport.Invalid, "%q names %d commits of %s", rev, n, r.Name).WithHint("give more digits")
		}
		if !op.inScope(i) {
			return nil, sallyport.Errorf(sallyport.Invalid, "commit %s of %s is out of scope", op.history.Nodes[i].Hash, r.Name).
				WithHint("its lines are not followed; sallyport codeaudit scope says why it is out")
		}
		var c *change.Commit
		if err := w.commits(ctx, op, r.Name, []int32{i}, func(x *change.Commit) { c = x }); err != nil {
			return nil, err
		}
		if c == nil {
			return nil, sallyport.Errorf(sallyport.NotFound, "commit %s cannot be read", op.history.Nodes[i].Hash)
		}
		err = attribute.Texts(ctx, op.repo, op.history, []int32{i}, 1, func(i int32, rec *attribute.Record) error {
			found = append(found, op.ledger.Changes(ctx, op.repo, i, c, rec)...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if matches == 0 {
		return nil, sallyport.Errorf(sallyport.NotFound, "no commit or reference %q", rev)
	}
	return found, nil
}

// find returns the position of a commit and how many rev could mean.
func (op *opened) find(rev string) (at int32, n int) {
	if i, ok := op.history.Index[rev]; ok {
		return i, 1
	}
	for _, t := range op.history.Tips {
		for _, ref := range t.Refs {
			if ref == rev || ref == "refs/heads/"+rev || ref == "refs/tags/"+rev {
				return t.Node, 1
			}
		}
	}
	if len(rev) < 7 || strings.Trim(rev, "0123456789abcdef") != "" {
		return 0, 0
	}
	for i := range op.history.Nodes {
		if strings.HasPrefix(op.history.Nodes[i].Hash, rev) {
			at = int32(i)
			n++
		}
	}
	return at, n
}
