package capture

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"sallyport/codeaudit/git"
	"sallyport/codeaudit/gittest"
)

var now = time.Date(2025, 8, 27, 0, 0, 0, 0, time.UTC)

func take(t *testing.T, source string) (*Inventory, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "copy.git")
	inv, err := Take(t.Context(), "r", source, dir, now)
	if err != nil {
		t.Fatal(err)
	}
	return inv, dir
}

func kinds(inv *Inventory) string {
	seen := map[string]bool{}
	for _, f := range inv.Findings {
		seen[f.Kind] = true
	}
	var list []string
	for k := range seen {
		list = append(list, k)
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}

// TestTake captures everything: branches, tags, notes, reflogs, and what nothing reaches; twice, with the same digests.
func TestTake(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Put("f", "a\n", "one")
	lost := r.Put("f", "b\n", "lost")
	r.Git("reset", "--quiet", "--hard", "HEAD~1")
	r.Put("f", "c\n", "two")
	r.Git("tag", "--annotate", "--message", "x", "v1")
	r.Git("notes", "add", "--message", "a note")
	inv, dir := take(t, r.Dir)
	var names []string
	for _, ref := range inv.Refs {
		names = append(names, ref.Name)
	}
	if got := strings.Join(names, " "); got != "HEAD refs/heads/main refs/notes/commits refs/tags/v1" {
		t.Errorf("references %q", got)
	}
	if inv.Objects["commit"] != 4 || inv.Objects["tag"] != 1 || inv.Unreachable["commit"] != 1 || inv.Unreachable["blob"] != 1 {
		t.Errorf("objects %v, unreachable %v", inv.Objects, inv.Unreachable)
	}
	if !strings.Contains(strings.Join(inv.Reflogs["HEAD"], " "), lost) {
		t.Errorf("reflogs %v", inv.Reflogs)
	}
	if kinds(inv) != "" {
		t.Errorf("findings %v", inv.Findings)
	}
	repo, err := git.OpenFrozen(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	if text, err := repo.Blob(t.Context(), r.Git("rev-parse", lost+":f"), 10); err != nil || string(text) != "b\n" {
		t.Errorf("an unreachable content was not captured: %q %v", text, err)
	}
	r.Git("gc", "--quiet") // other files, same objects
	again, _ := take(t, "file://"+r.Dir)
	if again.ObjectsDigest != inv.ObjectsDigest || again.RefsDigest != inv.RefsDigest {
		t.Errorf("digests differ: %+v %+v", again, inv)
	}
	entries, _ := os.ReadDir(filepath.Dir(dir))
	if len(entries) != 1 {
		t.Errorf("capture left %v behind", entries)
	}
}

func TestSHA256(t *testing.T) {
	t.Parallel()
	r := gittest.New(t, "--object-format=sha256")
	r.Put("f", "a\n", "one")
	inv, dir := take(t, r.Dir)
	if inv.HashLen != 64 || inv.Objects["commit"] != 1 || kinds(inv) != "" {
		t.Errorf("%+v", inv)
	}
	repo, err := git.OpenFrozen(dir)
	if err != nil || repo.HashLen() != 64 {
		t.Errorf("%v %v", repo, err)
	}
}

// TestFindings captures repositories with something wrong; each is a finding, none an error.
func TestFindings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		build      func(r *gittest.Repo) string // returns the source
	}{
		{"replace", "replace-ref", func(r *gittest.Repo) string {
			one := r.Put("f", "a\n", "one")
			r.Git("replace", r.Put("f", "b\n", "two"), one)
			return r.Dir
		}},
		{"lfs", "lfs-pointer", func(r *gittest.Repo) string {
			r.Put("f", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n", "one")
			return r.Dir
		}},
		{"cyclic submodule", "submodule", func(r *gittest.Repo) string {
			id := r.Put(".gitmodules", "[submodule \"self\"]\n\tpath = self\n\turl = ./\n\tupdate = !touch /tmp/x\n", "one")
			r.Git("update-index", "--add", "--cacheinfo", "160000,"+id+",self")
			r.Git("commit", "--quiet", "--message", "two")
			return r.Dir
		}},
		{"missing blob", "missing-object", func(r *gittest.Repo) string {
			r.Put("f", "a\n", "one")
			id := r.Git("rev-parse", "HEAD:f")
			_ = os.Remove(filepath.Join(r.Dir, ".git", "objects", id[:2], id[2:]))
			return r.Dir
		}},
		{"corrupt commit", "corrupt unreadable-tree", func(r *gittest.Repo) string {
			id := r.Put("f", "a\n", "one")
			path := filepath.Join(r.Dir, ".git", "objects", id[:2], id[2:])
			_ = os.Chmod(path, 0o600)
			_ = os.WriteFile(path, []byte("garbage"), 0o600)
			return r.Dir
		}},
		{"shallow", "shallow missing-object", func(r *gittest.Repo) string {
			r.Put("f", "a\n", "one")
			r.Put("f", "b\n", "two")
			dir := filepath.Join(t.TempDir(), "shallow")
			r.Git("clone", "--quiet", "--depth=1", "file://"+r.Dir, dir)
			return dir
		}},
		{"borrowed", "alternate corrupt unreadable-tree", func(r *gittest.Repo) string {
			r.Put("f", "a\n", "one")
			dir := filepath.Join(t.TempDir(), "shared")
			r.Git("clone", "--quiet", "--shared", r.Dir, dir)
			return dir
		}},
		{"empty", "no-refs", func(r *gittest.Repo) string { return r.Dir }},
		{"paths that climb", "hostile-path", func(r *gittest.Repo) string {
			blob := r.Git("rev-parse", r.Put("f", "a\n", "one")+":f")
			tree := func(lines ...string) string {
				file := filepath.Join(t.TempDir(), "tree")
				_ = os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600)
				cmd := "git mktree --missing < " + file
				out, err := runShell(r.Dir, cmd)
				if err != nil {
					t.Fatal(out, err)
				}
				return out
			}
			inner := tree("100644 blob " + blob + "\tpasswd")
			for i, name := range []string{"..", ".git", "-rf", ".GIT ", "C:\\x"} {
				top := tree("040000 tree " + inner + "\t" + name)
				r.Git("update-ref", "refs/heads/b"+string(rune('a'+i)), r.Git("commit-tree", "-m", "x", top))
			}
			return r.Dir
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv, _ := take(t, c.build(gittest.New(t)))
			for _, want := range strings.Fields(c.want) {
				if !strings.Contains(" "+kinds(inv)+" ", " "+want+" ") {
					t.Errorf("no finding %q among %v", want, inv.Findings)
				}
			}
		})
	}
}

func TestHostilePaths(t *testing.T) {
	t.Parallel()
	for path, bad := range map[string]bool{"a/b": false, ".github/x": false, "a..b": false, "..": true, "a/../b": true, "/etc": true, "-rf": true, ".git/hooks/x": true,
		"a/.GIT/config": true, "git~1/x": true, ".git./x": true, "a\\b": true, "a\x1bb": true, "a//b": true, strings.Repeat("d/", 3000) + "f": true} {
		if got := hostile(path) != ""; got != bad {
			t.Errorf("%.40q: hostile %v, want %v", path, got, bad)
		}
	}
}
