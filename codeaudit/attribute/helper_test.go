package attribute

import (
	"bufio"
	"context"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"sallyport/codeaudit/git"
	"sallyport/codeaudit/gittest"
)

// opened shadows a test repository and reads its history, unreachable commits included.
func openTest(t testing.TB, dir string) (*git.Repo, *git.History) {
	t.Helper()
	l, err := git.Locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	refs, _, err := l.Refs()
	if err != nil {
		t.Fatal(err)
	}
	repo, err := git.Shadow(l, filepath.Join(t.TempDir(), "shadow"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(repo.Close)
	h, err := repo.ReadHistory(t.Context(), refs, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return repo, h
}

// attributed runs a pass with everything in scope and every tip kept.
func attributed(t testing.TB, dir string) (*Ledger, *git.Repo) {
	t.Helper()
	repo, h := openTest(t, dir)
	l, err := Run(t.Context(), repo, h, Options{InScope: func(int32) bool { return true }, Keep: func(git.Tip) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	return l, repo
}

// check holds a pass to what must always be true: the ledger balances, no finding was needed, every file at every tip has as
// many lines as its content, and at HEAD they come from where git blame says.
func check(t testing.TB, dir string) *Ledger {
	t.Helper()
	l, repo := attributed(t, dir)
	for _, f := range l.Findings {
		t.Errorf("finding: %+v", f)
	}
	if b := l.Balance(true); len(b.Unbalanced) > 0 {
		t.Errorf("does not balance: %+v", b.Unbalanced)
	}
	for _, tip := range l.History.Tips {
		commit := l.History.Nodes[tip.Node].Hash
		entries, err := repo.Tree(t.Context(), commit)
		if err != nil {
			t.Fatal(err)
		}
		files := l.Files(commit)
		if len(files) != len(entries) {
			t.Errorf("%s: %d files attributed, the tree has %d", commit, len(files), len(entries))
		}
		for _, e := range entries {
			if e.Mode == 0o160000 {
				continue
			}
			content, err := repo.Blob(t.Context(), e.Hash, 1<<26)
			if err != nil {
				t.Fatal(err)
			}
			got, opaque, ok := l.Blame(commit, e.Path)
			if !ok || opaque != !HasLines(content) {
				t.Errorf("%s: attributed %v, opaque %v", e.Path, ok, opaque)
				continue
			}
			if !opaque {
				agree(t, repo, commit, e.Path, got, int(countLines(content)))
			}
		}
	}
	return l
}

func agree(t testing.TB, repo *git.Repo, commit, path string, got []Line, n int) {
	t.Helper()
	if len(got) != n {
		t.Errorf("%s: %d lines attributed, it has %d", path, len(got), n)
		return
	}
	if n == 0 {
		return
	}
	want, err := gitBlame(context.Background(), repo, commit, path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i].Commit != want[i] {
			t.Errorf("%s:%d at %.8s: attributed to %.8s, git blame says %.8s", path, i+1, commit, got[i].Commit, want[i])
		}
	}
}

// owners is the blame of a file at HEAD in short: the subjects of the commits, line by line.
func owners(t testing.TB, r *gittest.Repo, l *Ledger, path string) string {
	t.Helper()
	lines, _, ok := l.Blame(r.Git("rev-parse", "HEAD"), path)
	if !ok {
		t.Fatalf("%s is not attributed", path)
	}
	var s []string
	for _, line := range lines {
		s = append(s, r.Git("log", "-1", "--format=%s", line.Commit))
	}
	return strings.Join(s, " ")
}

// evils are the subjects of the merges with lines of their own.
func evils(r *gittest.Repo, l *Ledger) string {
	var s []string
	for i := range l.History.Nodes {
		if l.Evil(int32(i)) {
			s = append(s, r.Git("log", "-1", "--format=%s", l.History.Nodes[i].Hash))
		}
	}
	sort.Strings(s)
	return strings.Join(s, ", ")
}

func newParser(text string, keep bool) *parser {
	return &parser{in: bufio.NewReader(strings.NewReader(text)), keep: keep}
}
