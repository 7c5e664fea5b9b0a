package git

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport/codeaudit/gittest"
)

// trap is a program that leaves a mark where it is run.
func trap(t *testing.T) (program, mark string) {
	dir := t.TempDir()
	mark = filepath.Join(dir, "mark")
	program = filepath.Join(dir, "trap")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $*\" >>"+mark+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return program, mark
}

// TestNothingRuns reads a repository that names a program wherever git would run one.
func TestNothingRuns(t *testing.T) {
	t.Parallel()
	program, mark := trap(t)
	r := gittest.New(t)
	r.Write(".gitattributes", "* diff=trap filter=trap merge=trap -text\n")
	r.Put("f", "a\n", "one")
	r.Put("f", "b\n", "two")
	head := r.Git("rev-parse", "HEAD")
	config := "[core]\n\tfsmonitor = " + program + "\n\tsshCommand = " + program + "\n\thooksPath = " + filepath.Dir(program) +
		"\n\tpager = " + program + "\n\tgitProxy = " + program + "\n\talternateRefsCommand = " + program +
		"\n[diff]\n\texternal = " + program + "\n[diff \"trap\"]\n\ttextconv = " + program + "\n\tcommand = " + program +
		"\n[filter \"trap\"]\n\tsmudge = " + program + "\n\tclean = " + program + "\n\tprocess = " + program + "\n\trequired = true" +
		"\n[uploadpack]\n\tpackObjectsHook = " + program + "\n[gpg]\n\tprogram = " + program + "\n[credential]\n\thelper = " + program +
		"\n[extensions]\n\tpartialClone = origin\n[remote \"origin\"]\n\turl = ext::" + program + "\n\tpromisor = true\n\tuploadpack = " + program +
		"\n[include]\n\tpath = /dev/zero\n[log]\n\tshowSignature = true\n"
	f, err := os.OpenFile(filepath.Join(r.Dir, ".git", "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(config); err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, hook := range []string{"post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change"} {
		if err := os.Symlink(program, filepath.Join(r.Dir, ".git", "hooks", hook)); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Locate(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, x := range l.Inspect() {
		found[x.Kind+" "+x.Object] = true
	}
	for _, want := range []string{"config core.fsmonitor", "config core.sshcommand", "config diff.external", `config diff "trap".textconv`,
		`config filter "trap".smudge`, "config uploadpack.packobjectshook", "config gpg.program", "config extensions.partialclone",
		`config remote "origin".uploadpack`, "config include.path", "hook post-checkout"} {
		if !found[want] {
			t.Errorf("no finding %q among %v", want, found)
		}
	}
	for name, make := range map[string]func(Layout, string) (*Repo, error){"shadow": Shadow, "freeze": Freeze} {
		repo, err := make(l, filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		exercise(t, repo, head)
		// A missing object must not be fetched.
		if _, err := repo.Blob(t.Context(), strings.Repeat("1", 40), 10); err == nil {
			t.Error("an object that is not there was read")
		}
		repo.Close()
	}
	if text, err := os.ReadFile(mark); err == nil {
		t.Errorf("something was run: %s", text)
	}
}

// exercise uses everything that the audit uses.
func exercise(t *testing.T, repo *Repo, head string) {
	t.Helper()
	ctx := t.Context()
	h, err := repo.ReadHistory(ctx, []Ref{{Name: "HEAD", Hash: head}}, true, nil)
	if err != nil || len(h.Nodes) != 2 {
		t.Fatalf("history: %v", err)
	}
	if _, err := repo.ReadLine(ctx, head); err != nil {
		t.Error(err)
	}
	entries, err := repo.Tree(ctx, head)
	if err != nil || len(entries) != 2 {
		t.Errorf("tree: %v %v", entries, err)
	}
	if err := repo.Check(ctx, func(string) {}); err != nil {
		t.Error(err)
	}
	s, err := repo.DiffTree(ctx, "-p", "-U0", "-M", "--raw")
	if err != nil {
		t.Fatal(err)
	}
	s.Ask([]string{head})
	var text strings.Builder
	for !strings.HasSuffix(text.String(), EndMark+"\n") {
		line, err := s.Out.ReadString('\n')
		if err != nil {
			t.Fatal(err, s.Close())
		}
		text.WriteString(line)
	}
	s.Close()
	if !strings.Contains(text.String(), "-a\n+b\n") {
		t.Errorf("attributes of the repository changed the comparison:\n%s", text.String())
	}
	if out, err := repo.Output(ctx, 1<<20, nil, "blame", "-l", "-s", "--root", head, "--", "f"); err != nil || !strings.HasPrefix(string(out), head) {
		t.Errorf("blame: %s %v", out, err)
	}
}

// TestLayouts reads every place where a repository's parts may lie, and findings for what is pretended.
func TestLayouts(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	one := r.Put("f", "a\n", "one")
	two := r.Put("f", "b\n", "two")
	r.Git("tag", "--annotate", "--message", "x", "v1")
	kinds := func(dir string) (Layout, map[string]bool) {
		t.Helper()
		l, err := Locate(dir)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range l.Inspect() {
			found[f.Kind] = true
		}
		return l, found
	}
	worktree := filepath.Join(t.TempDir(), "w")
	r.Git("worktree", "add", "--quiet", "-b", "side", worktree)
	l, found := kinds(worktree)
	refs, _, err := l.Refs()
	if err != nil || !found["linked"] || len(refs) != 4 { // HEAD, main, side, v1
		t.Errorf("worktree: %v %v %v", refs, found, err)
	}
	bare := filepath.Join(t.TempDir(), "bare.git")
	r.Git("clone", "--quiet", "--bare", "--shared", r.Dir, bare)
	if _, found := kinds(bare); !found["alternate"] {
		t.Errorf("alternates not found: %v", found)
	}
	l, _ = Locate(bare)
	repo, err := Shadow(l, filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := repo.Blob(t.Context(), two, 1000); err == nil {
		t.Error("an alternate was followed")
	}
	repo.Close()
	shallow := filepath.Join(t.TempDir(), "shallow")
	r.Git("clone", "--quiet", "--depth", "1", "file://"+r.Dir, shallow)
	l, found = kinds(shallow)
	if !found["shallow"] {
		t.Errorf("shallow boundary not found: %v", found)
	}
	repo, err = Shadow(l, filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	h, err := repo.ReadHistory(t.Context(), []Ref{{Name: "HEAD", Hash: two}}, true, nil)
	if err != nil || len(h.Nodes) != 1 || len(h.Nodes[0].Missing) != 1 || h.Nodes[0].Missing[0] != one || len(h.Findings) != 1 {
		t.Errorf("shallow history: %+v %v", h, err)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, ".git", "info", "grafts"), []byte(two+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found := kinds(r.Dir); !found["graft"] {
		t.Errorf("grafts not found: %v", found)
	}
	l, _ = Locate(r.Dir)
	repo, err = Shadow(l, filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	if h, err = repo.ReadLine(t.Context(), two); err != nil || len(h.Nodes) != 2 {
		t.Errorf("a graft was obeyed: %+v %v", h, err)
	}
	if _, err := Locate(t.TempDir()); err == nil {
		t.Error("an empty folder is no repository")
	}
}

// TestHostileRefs reads references that climb out, point nowhere, or are no files.
func TestHostileRefs(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	head := r.Put("f", "a\n", "one")
	dir := filepath.Join(r.Dir, ".git", "refs", "heads")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("loop", "ref: refs/heads/loop\n")
	write("climb", "ref: refs/../../../etc/passwd\n")
	write("text", "not an object\n")
	write("-option", head+"\n")
	write("sp ace", head+"\n")
	write("huge", strings.Repeat("a", 10000))
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.Dir, ".git", "packed-refs"),
		[]byte("# pack-refs\n"+head+" refs/heads/../../x\n"+head+" refs/tags/ok\n"+head+"\n^junk\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Locate(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	refs, found, err := l.Refs()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, ref := range refs {
		names = append(names, ref.Name)
	}
	if got, want := strings.Join(names, " "), "HEAD refs/heads/-option refs/heads/main refs/tags/ok"; got != want {
		t.Errorf("references %q, want %q", got, want)
	}
	if len(found) != 8 {
		t.Errorf("%d findings, want 8: %v", len(found), found)
	}
}

// TestObjectsThatAreTraps gives the object folder files that are not objects: they are not followed, and do not hang.
func TestObjectsThatAreTraps(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Put("f", "a\n", "one")
	objects := filepath.Join(r.Dir, ".git", "objects")
	_ = os.MkdirAll(filepath.Join(objects, "aa"), 0o755)
	_ = os.Symlink("/dev/zero", filepath.Join(objects, "aa", strings.Repeat("b", 38)))
	_ = os.Symlink("/dev/zero", filepath.Join(objects, "pack", "pack-"+strings.Repeat("c", 40)+".pack"))
	_ = os.WriteFile(filepath.Join(objects, "aa", strings.Repeat("d", 38)), []byte("not zlib"), 0o600)
	_ = os.WriteFile(filepath.Join(objects, "pack", "pack-"+strings.Repeat("e", 40)+".idx"), []byte("no index"), 0o600)
	_ = os.WriteFile(filepath.Join(objects, "pack", "pack-"+strings.Repeat("e", 40)+".pack"), []byte("no pack"), 0o600)
	l, err := Locate(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	repo, err := Freeze(l, filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	refs, _, _ := l.Refs()
	h, err := repo.ReadHistory(t.Context(), refs, true, nil)
	if err != nil || len(h.Nodes) != 1 {
		t.Fatalf("%+v %v", h, err)
	}
	if _, err := os.Lstat(filepath.Join(repo.Dir(), "objects", "aa", strings.Repeat("b", 38))); err == nil {
		t.Error("a symbolic link was copied")
	}
	if len(h.Findings) == 0 {
		t.Error("a broken pack is no finding")
	}
}
