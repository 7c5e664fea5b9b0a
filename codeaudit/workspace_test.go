package codeaudit

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/gittest"
	"sallyport/codeaudit/scope"
)

// history is a repository with a member as author, committer, co-author and reviewer, and an evil merge by others.
func history(t testing.TB) *gittest.Repo {
	r := gittest.New(t)
	r.As("Other", "o@x.example").Put("f", "a\nb\nc\nd\n", "base")
	r.As("Member", "m@x.example").Put("f", "a\nB\nc\nd\n", "by the member")
	r.As("Other", "o@x.example").Put("g", "x\n", "with help\n\nCo-authored-by: M <M@x.example>")
	r.Put("g", "x\ny\n", "reviewed\n\nReviewed-by: M <m@x.example>")
	r.Git("checkout", "--quiet", "-b", "side")
	r.Put("f", "a\nB\nc\nD\n", "side")
	r.Git("checkout", "--quiet", "main")
	r.As("Member", "m@x.example").Put("f", "A\nB\nc\nd\n", "left")
	r.As("Other", "o@x.example").Merge(func() { r.Write("f", "A\nB\nevil\nc\nD\n") }, "side")
	r.Git("branch", "-D", "side")
	r.As("Other", "o@x.example").Put("f", "A\nb again\nevil\nc\nD\n", "removes the member's line")
	r.As("Member", "m@x.example").Put("f", "A\nb again\nevil\nD\n", "removes another's line")
	return r
}

func workspace(t testing.TB, set string, sources ...string) *Workspace {
	t.Helper()
	w, err := Init(filepath.Join(t.TempDir(), "audit"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(file, []byte(set), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.UseSet(file); err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		name, source, _ := strings.Cut(s, "=")
		if _, err := w.Add(name, source); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// reopen is another process.
func reopen(t testing.TB, w *Workspace) *Workspace {
	t.Helper()
	w.Close()
	again, err := Open(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

func TestSteps(t *testing.T) {
	t.Parallel()
	r := history(t)
	w := workspace(t, "email\nm@x.example\n", "one="+r.Dir)
	ctx := t.Context()
	if _, err := w.FindScope(ctx, ScopeOptions{}); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("scope before capture: %v", err)
	}
	if _, err := w.Attribute(ctx); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("attribution before scope: %v", err)
	}
	if _, err := w.Capture(ctx, false); err != nil {
		t.Fatal(err)
	}
	w = reopen(t, w)
	s, err := w.FindScope(ctx, ScopeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s.In != 6 || s.Out != 3 || s.ByRole["author"] != 3 || s.ByRole["co-author"] != 1 || s.ByRole["trailer"] != 1 || s.ByRole[scope.OwnLines] != 1 || s.AuthorOut != 2 {
		t.Errorf("scope %+v", s)
	}
	w = reopen(t, w)
	list, err := w.Attribute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	a := list[0]
	if len(a.All.Unbalanced) != 0 || a.InScope.Inserted != 5 || a.InScope.Surviving != 4 || a.InScope.Deleted != 1 {
		t.Errorf("balance %+v", a.InScope)
	}
	ledger, err := os.ReadFile(w.Path("attribute", "one.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	killer := r.Git("rev-parse", ":/removes the member")
	if !strings.Contains(string(ledger), `"inserted":1,"deleted":[{"line":2,"n":1,"by":"`+killer+`"}]`) || strings.Count(string(ledger), `"removed"`) != 3 {
		t.Errorf("ledger:\n%s", ledger)
	}

	w = reopen(t, w)
	var got []string
	for c, err := range w.Changes(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, summary(c))
	}
	want := []string{
		"by the member f: -b +B killed",
		"with help g: +x at g:1",
		"reviewed g: +y at g:2",
		"left f: -a +A at f:1",
		"merge side f: +evil at f:3",
		"removes another's line f: -c",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	touches := 0
	for x, err := range w.Touches(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		touches += len(x.Paths)
	}
	if touches != 9 {
		t.Errorf("%d paths touched, want 9", touches)
	}
	if text, err := w.File(ctx, "one", "refs/heads/main", "g", 100); err != nil || string(text) != "x\ny\n" {
		t.Errorf("%q %v", text, err)
	}
	if _, err := w.File(ctx, "one", "refs/heads/main", "../../etc/passwd", 100); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("a path that climbs: %v", err)
	}
}

// summary is a change in short.
func summary(c change.Change) string {
	s := c.Commit.Subject() + " " + c.Path + ":"
	for _, h := range c.Hunks {
		for _, l := range h.Old {
			s += " -" + string(l)
		}
		for _, l := range h.New {
			s += " +" + string(l)
		}
		for _, f := range h.Fates {
			if f.Killer != "" {
				s += " killed"
			}
			for _, p := range f.Places {
				s += " at " + p.Path + ":" + string(rune('0'+p.Line))
			}
		}
	}
	return s
}

// TestInterrupted interrupts every step after every line it says, runs it again, and holds the outcome to the bytes of a run
// that was never interrupted.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	r := history(t)
	results := func(w *Workspace) string {
		var all strings.Builder
		for _, f := range []string{"scope/scope.jsonl", "scope/scope.json", "attribute/one.jsonl", "attribute/one.json", "distilled/one"} {
			data, err := os.ReadFile(w.Path(f))
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
		return all.String()
	}
	steps := func(ctx context.Context, w *Workspace) error {
		if _, err := w.Capture(ctx, false); err != nil {
			return err
		}
		if _, err := w.FindScope(ctx, ScopeOptions{}); err != nil {
			return err
		}
		_, err := w.Attribute(ctx)
		return err
	}
	w := workspace(t, "m@x.example\n", "one="+r.Dir)
	said := 0
	w.Talk = func(string, ...any) { said++ }
	if err := steps(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	want := results(w)
	for stop := 1; stop <= said; stop++ {
		w := workspace(t, "m@x.example\n", "one="+r.Dir)
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		w.Talk = func(string, ...any) {
			if n++; n == stop {
				cancel()
			}
		}
		_ = steps(ctx, w) // the last lines come when there is nothing left to interrupt
		cancel()
		w = reopen(t, w)
		if err := steps(t.Context(), w); err != nil {
			t.Fatalf("stopped at line %d: %v", stop, err)
		}
		if results(w) != want {
			t.Errorf("stopped at line %d: other bytes", stop)
		}
	}
}

// TestTampered holds that decisions that were changed after they were sealed are not used.
func TestTampered(t *testing.T) {
	t.Parallel()
	w := workspace(t, "m@x.example\n", "one="+history(t).Dir)
	if _, err := w.Capture(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.FindScope(t.Context(), ScopeOptions{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(w.Path("scope", "scope.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	w = reopen(t, w)
	if err := os.WriteFile(w.Path("scope", "scope.jsonl"), []byte(strings.Replace(string(data), `"in":true`, `"in":false`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Attribute(t.Context()); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Errorf("a changed scope: %v", err)
	}
}

// TestPushLog puts into scope what a member pushed under other names.
func TestPushLog(t *testing.T) {
	t.Parallel()
	r := gittest.New(t).As("Other", "o@x.example")
	one := r.Put("f", "a\n", "one")
	r.Put("f", "b\n", "two")
	three := r.Put("f", "c\n", "three")
	r.Put("f", "d\n", "four")
	log := filepath.Join(t.TempDir(), "log.csv")
	text := "time,ref,old,new,pusher\n2020-01-01T00:00:00Z,refs/heads/main," + one + "," + three + ",login\n"
	if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w := workspace(t, "account\nLogin\n", "one="+r.Dir)
	if err := w.UsePushLog(log); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Capture(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	s, err := w.FindScope(t.Context(), ScopeOptions{})
	if err != nil || s.In != 2 || s.ByRole["pusher"] != 2 {
		t.Errorf("%+v %v", s, err)
	}
}

// TestDamaged audits what is left of a repository whose objects were lost: a finding, an answer, and a ledger that balances.
func TestDamaged(t *testing.T) {
	t.Parallel()
	r := gittest.New(t).As("Member", "m@x.example")
	r.Put("f", "a\nb\n", "one")
	r.Write("h", "h\n")
	r.Put("f", "a\nc\n", "two")
	r.Put("g", "other\n", "three")
	r.Put("f", "a\nc\nd\n", "four")
	lose := func(id string) { _ = os.Remove(filepath.Join(r.Dir, ".git", "objects", id[:2], id[2:])) }
	lose(r.Git("rev-parse", "HEAD~2:f"))
	lose(r.Git("rev-parse", "HEAD~3^{commit}"))
	w := workspace(t, "m@x.example\n", "one="+r.Dir)
	if _, err := w.Capture(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.FindScope(t.Context(), ScopeOptions{}); err != nil {
		t.Fatal(err)
	}
	list, err := w.Attribute(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if a := list[0]; a.Commits != 3 || len(a.All.Unbalanced) != 0 {
		t.Errorf("%+v", a)
	}
	found, err := w.Findings()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, f := range found {
		kinds[f.Kind] = true
		if f.Repo != "one" {
			t.Errorf("a finding of no repository: %+v", f)
		}
	}
	for _, want := range []string{"missing-object", "missing-commit", "unreadable-change"} {
		if !kinds[want] {
			t.Errorf("no finding %q among %v", want, found)
		}
	}
	for _, err := range w.Changes(t.Context()) {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestWorkspace(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a")
	w, err := Init(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Init(dir); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Errorf("a second init: %v", err)
	}
	for source, want := range map[string]string{"/src/curl": "curl", "/src/git.git": "git", "/src/x/.git": "x", "https://forge.example/a/b.git": "b", "git@forge.example:a/c.git": "c", "/src/a b": "a_b"} {
		if r, err := w.Add("", source); err != nil || r.Name != want {
			t.Errorf("%s is named %q: %v", source, r.Name, err)
		}
	}
	for _, bad := range []string{"../x", "-x", "a/b", "."} {
		if _, err := w.Add(bad, "x"); sallyport.CodeOf(err) != sallyport.Invalid {
			t.Errorf("name %q: %v", bad, err)
		}
	}
	if _, err := w.Add("curl", "y"); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Error("two repositories of one name")
	}
	unlock, err := w.lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Capture(t.Context(), false); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Errorf("two processes: %v", err)
	}
	unlock()
	if err := os.WriteFile(w.Path(configName), []byte(`{"version":9}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); sallyport.CodeOf(err) != sallyport.Invalid {
		t.Errorf("a newer workspace: %v", err)
	}
	if _, err := Open(t.TempDir()); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("no workspace: %v", err)
	}
}
