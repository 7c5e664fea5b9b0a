package attribute

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport/codeaudit/gittest"
)

// TestHistories builds one history per kind of thing that can happen, holds the pass to its invariants on each, and to what
// a person expects of it.
func TestHistories(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		build func(r *gittest.Repo)
		path  string // whose owners are expected
		want  string
		evil  string
	}{
		{name: "edit", path: "f", want: "one two one", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\n", "one")
			r.Put("f", "a\nB\nc\n", "two")
		}},
		{name: "two roots", path: "g", want: "two", build: func(r *gittest.Repo) {
			r.Put("f", "a\n", "one")
			r.Git("checkout", "--quiet", "--orphan", "other")
			r.Git("rm", "-rfq", ".")
			r.Put("g", "b\n", "two")
			r.Git("checkout", "--quiet", "main")
			r.Merge(nil, "other")
		}},
		{name: "empty commit", path: "f", want: "one", build: func(r *gittest.Repo) {
			r.Put("f", "a\n", "one")
			r.Commit("nothing")
		}},
		{name: "rename and edit", path: "d/g", want: "one one two one one one", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\nd\ne\nf\n", "one")
			r.Git("mv", "f", "g0")
			_ = os.Mkdir(filepath.Join(r.Dir, "d"), 0o755)
			r.Git("mv", "g0", "d/g")
			r.Put("d/g", "a\nb\nC\nd\ne\nf\n", "two")
		}},
		{name: "swap of two names", path: "f", want: "two two two two", build: func(r *gittest.Repo) {
			r.Put("f", gittest.Lines("left", 4), "one")
			r.Put("g", gittest.Lines("right", 4), "also")
			r.Write("f", gittest.Lines("right", 4))
			r.Put("g", gittest.Lines("left", 4), "two")
		}},
		{name: "copy belongs to the copier", path: "g", want: "two two two", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\n", "one")
			r.Put("g", "a\nb\nc\n", "two")
		}},
		{name: "mode", path: "f", want: "one", build: func(r *gittest.Repo) {
			r.Put("f", "a\n", "one")
			r.Git("update-index", "--chmod=+x", "f")
			_ = os.Chmod(filepath.Join(r.Dir, "f"), 0o755)
			r.Commit("two")
		}},
		{name: "no newline at the end", path: "f", want: "one two", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb", "one")
			r.Put("f", "a\nb\n", "two")
		}},
		{name: "newline lost", path: "f", want: "one two", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\n", "one")
			r.Put("f", "a\nb", "two")
		}},
		{name: "crlf", path: "f", want: "one two", build: func(r *gittest.Repo) {
			r.Put("f", "a\r\nb\r\n", "one")
			r.Put("f", "a\r\nb\n", "two")
		}},
		{name: "latin1", path: "f", want: "one two", build: func(r *gittest.Repo) {
			r.Put("f", "a\xe9\nb\n", "one")
			r.Put("f", "a\xe9\nb\xfc\n", "two")
		}},
		{name: "one NUL hides nothing", path: "f", want: "one two one", build: func(r *gittest.Repo) {
			r.Put("f", "a\n"+strings.Repeat("x", 50)+"\nc\x00\n", "one")
			r.Put("f", "a\n"+strings.Repeat("y", 50)+"\nc\x00\n", "two")
		}},
		{name: "NUL comes and goes", path: "f", want: "one three", build: func(r *gittest.Repo) {
			r.Put("f", "a long enough line of text\nb\n", "one")
			r.Put("f", "a long enough line of text\nb\x00\n", "two")
			r.Put("f", "a long enough line of text\nb again\n", "three")
		}},
		{name: "utf16", path: "f", want: "one two one", build: func(r *gittest.Repo) {
			r.Put("f", "\xff\xfea\x00\n\x00b\x00\n\x00", "one")
			r.Put("f", "\xff\xfea\x00\n\x00c\x00\n\x00", "two")
		}},
		{name: "binary becomes text", path: "f", want: "two two", build: func(r *gittest.Repo) {
			r.Put("f", strings.Repeat("\x00\x01", 100), "one")
			r.Put("f", "a\nb\n", "two")
		}},
		{name: "text becomes binary becomes text", path: "f", want: "three", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\n", "one")
			r.Put("f", strings.Repeat("\x00\x01", 100), "two")
			r.Put("f", "c\n", "three")
		}},
		{name: "file becomes symlink", path: "f", want: "two", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\n", "one")
			_ = os.Remove(filepath.Join(r.Dir, "f"))
			_ = os.Symlink("/etc/passwd", filepath.Join(r.Dir, "f"))
			r.Commit("two")
		}},
		{name: "file becomes folder", path: "f/g", want: "two", build: func(r *gittest.Repo) {
			r.Put("f", "a\n", "one")
			_ = os.Remove(filepath.Join(r.Dir, "f"))
			r.Put("f/g", "b\n", "two")
		}},
		{name: "submodule", path: "f", want: "one", build: func(r *gittest.Repo) {
			id := r.Put("f", "a\n", "one")
			r.Git("update-index", "--add", "--cacheinfo", "160000,"+id+",sub")
			r.Git("commit", "--quiet", "--message", "two")
			r.Git("update-index", "--add", "--cacheinfo", "160000,"+r.Git("rev-parse", "HEAD")+",sub")
			r.Git("commit", "--quiet", "--message", "three")
		}},
		{name: "odd names", path: "a\tb \"c\"\\\n\xff", want: "one two", build: func(r *gittest.Repo) {
			r.Put("a\tb \"c\"\\\n\xff", "a\nb\n", "one")
			r.Put("-rf", "a\n", "option")
			r.Put(":(top)magic", "a\n", "magic")
			r.Put("a\tb \"c\"\\\n\xff", "a\nc\n", "two")
		}},
		{name: "lines that look like a diff", path: "f", want: "one two two one", build: func(r *gittest.Repo) {
			r.Put("f", "diff --git a/f b/f\n@@ -1 +1 @@\n:100644 100644 a b M\tf\nEND\n", "one")
			r.Put("f", "diff --git a/f b/f\n--- a/f\n+++ b/f\nEND\n", "two")
		}},
		{name: "clean merge", path: "f", want: "left base base right", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\nd\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("f", "a\nb\nc\nD\n", "right")
			r.Git("checkout", "--quiet", "main")
			r.Put("f", "A\nb\nc\nd\n", "left")
			r.Merge(nil, "side")
		}},
		{name: "evil merge", path: "f", want: "left base merge side base right", evil: "merge side", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\nd\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("f", "a\nb\nc\nD\n", "right")
			r.Git("checkout", "--quiet", "main")
			r.Put("f", "A\nb\nc\nd\n", "left")
			r.Merge(func() { r.Write("f", "A\nb\nevil\nc\nD\n") }, "side")
		}},
		{name: "conflict settled with a third text", path: "f", want: "base merge side base", evil: "merge side", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("f", "a\nright\nc\n", "right")
			r.Git("checkout", "--quiet", "main")
			r.Put("f", "a\nleft\nc\n", "left")
			r.Merge(func() { r.Write("f", "a\nboth\nc\n") }, "side")
		}},
		{name: "merge that adds a file", path: "new", want: "merge side", evil: "merge side", build: func(r *gittest.Repo) {
			r.Put("f", "a\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("g", "b\n", "right")
			r.Git("checkout", "--quiet", "main")
			r.Put("h", "c\n", "left")
			r.Merge(func() { r.Write("new", "evil\n") }, "side")
		}},
		{name: "merge that discards the side", path: "f", want: "base base", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("f", "a\nb\nc\n", "right")
			r.Put("g", "lost\n", "also right")
			r.Git("checkout", "--quiet", "main")
			r.Commit("left")
			r.Merge(func() { r.Git("checkout", "HEAD", "--", "f"); r.Git("rm", "-qf", "g") }, "side")
			r.Git("branch", "-D", "side")
		}},
		{name: "merge that takes the side back", path: "f", want: "base base", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("f", "a\nb\nc\n", "right")
			r.Put("f", "a\nb\nc\nd\n", "right again")
			r.Git("checkout", "--quiet", "main")
			r.Put("f", "a\nb\n", "left")
			r.Merge(func() { r.Write("f", "a\nb\n") }, "side")
			r.Git("branch", "-D", "side")
		}},
		{name: "octopus", path: "f", want: "base one base two base three", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\nd\ne\nf\n", "base")
			for i, text := range []string{"a\nB\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n", "a\nb\nc\nd\ne\nF\n"} {
				name := []string{"one", "two", "three"}[i]
				r.Git("checkout", "--quiet", "-b", name, "main")
				r.Put("f", text, name)
			}
			r.Git("checkout", "--quiet", "main")
			r.Merge(func() {}, "one", "two", "three")
		}},
		{name: "criss-cross", path: "f", want: "left base right", build: func(r *gittest.Repo) {
			r.Put("f", "a\nb\nc\n", "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Put("f", "a\nb\nC\n", "right")
			r.Git("checkout", "--quiet", "main")
			r.Put("f", "A\nb\nc\n", "left")
			r.Git("branch", "old")
			r.Merge(func() { r.Write("f", "A\nb\nC\n") }, "side")
			r.Git("checkout", "--quiet", "side")
			r.Merge(func() { r.Write("f", "A\nb\nC\n") }, "old")
			r.Git("checkout", "--quiet", "main")
			r.Merge(nil, "side")
		}},
		{name: "rename on one side, edit on the other", path: "g", want: "base base left base base base", build: func(r *gittest.Repo) {
			r.Put("f", gittest.Lines("line", 6), "base")
			r.Git("checkout", "--quiet", "-b", "side")
			r.Git("mv", "f", "g")
			r.Commit("right")
			r.Git("checkout", "--quiet", "main")
			r.Put("f", strings.Replace(gittest.Lines("line", 6), "line 3", "LINE 3", 1), "left")
			r.Merge(nil, "side")
		}},
		{name: "subtree", path: "sub/f", want: "there there there", build: func(r *gittest.Repo) {
			r.Put("top", "a\n", "base")
			r.Git("checkout", "--quiet", "--orphan", "other")
			r.Git("rm", "-rfq", ".")
			r.Put("f", gittest.Lines("there", 3), "there")
			r.Git("checkout", "--quiet", "main")
			r.Merge(func() { r.Git("rm", "-qf", "f"); r.Write("sub/f", gittest.Lines("there", 3)) }, "other")
			r.Git("branch", "-D", "other")
		}},
		{name: "one file becomes two", path: "h", want: "one one one one one one one two", build: func(r *gittest.Repo) {
			r.Put("f", gittest.Lines("line", 8), "one")
			_ = os.Remove(filepath.Join(r.Dir, "f"))
			r.Write("g", gittest.Lines("line", 8))
			r.Put("h", gittest.Lines("line", 7)+"new\n", "two")
			r.Put("h", gittest.Lines("line", 7)+"new\n", "three")
		}},
		{name: "lines that two files had are removed from both", path: "h", want: "two", build: func(r *gittest.Repo) {
			r.Put("f", gittest.Lines("line", 8), "one")
			_ = os.Remove(filepath.Join(r.Dir, "f"))
			r.Write("g", gittest.Lines("line", 8))
			r.Put("h", gittest.Lines("line", 7)+"new\n", "two")
			r.Write("g", "gone\n")
			r.Put("h", "new\n", "three")
		}},
		{name: "subtree whose files are all like one that is gone", path: "sub/b", evil: "merge other",
			want: "there there there there there there there merge other", build: func(r *gittest.Repo) {
				r.Put("b", "top\n", "base")
				r.Put("sub/b", "before\n", "before")
				r.Git("checkout", "--quiet", "--orphan", "other")
				r.Git("rm", "-rfq", ".")
				r.Write("a", gittest.Lines("there", 8))
				r.Put("b", gittest.Lines("there", 7)+"own\n", "there")
				r.Git("checkout", "--quiet", "main")
				r.Merge(func() {
					r.Git("rm", "-qf", "a")
					r.Write("b", "top\n")
					r.Write("sub/a", gittest.Lines("there", 8))
					r.Write("sub/b", gittest.Lines("there", 7)+"own\n")
				}, "other")
				r.Git("branch", "-D", "other")
			}},
		{name: "deep tree", path: strings.Repeat("d/", 1500) + "f", want: "two", build: func(r *gittest.Repo) {
			blob := r.Git("rev-parse", r.Put("f", "a\n", "one")+":f")
			r.Git("update-index", "--add", "--cacheinfo", "100644,"+blob+","+strings.Repeat("d/", 1500)+"f")
			r.Git("commit", "--quiet", "--message", "two")
		}},
		{name: "long lines", path: "f", want: "two one", build: func(r *gittest.Repo) {
			r.Put("f", strings.Repeat("x", 1<<20)+"\n"+strings.Repeat("y", 1<<20), "one")
			r.Put("f", strings.Repeat("z", 1<<20)+"\n"+strings.Repeat("y", 1<<20), "two")
		}},
		{name: "many paths", path: "d7/f33", want: "one two", build: func(r *gittest.Repo) {
			for i := range 1100 { // more than the tree's fan squared
				r.Write(filepath.Join("d"+string(rune('0'+i%10)), "f"+strings.Repeat("3", 1+i/10%3)+string(rune('a'+i/30))), "a\n")
			}
			r.Put("d7/f33", "a\nb\n", "one")
			r.Put("d7/f33", "a\nc\n", "two")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			c.build(r)
			l := check(t, r.Dir)
			if got := owners(t, r, l, c.path); got != c.want {
				t.Errorf("%s belongs to %q, want %q", c.path, got, c.want)
			}
			if got := evils(r, l); got != c.evil {
				t.Errorf("merges with lines of their own: %q, want %q", got, c.evil)
			}
			only, err := blameAlone(t, r.Dir, c.path)
			if err != nil {
				t.Fatal(err)
			}
			full, _, _ := l.Blame(r.Git("rev-parse", "HEAD"), c.path)
			for i := range full {
				if only[i] != full[i] {
					t.Errorf("%s:%d limited to the file: %v, whole history: %v", c.path, i+1, only[i], full[i])
				}
			}
		})
	}
}

// blameAlone is BlameFile at HEAD.
func blameAlone(t testing.TB, dir, path string) ([]Line, error) {
	t.Helper()
	repo, _ := openTest(t, dir)
	head := gittest.Repo{TB: t, Dir: dir}
	h, err := repo.ReadLine(t.Context(), head.Git("rev-parse", "HEAD"))
	if err != nil {
		return nil, err
	}
	return BlameFile(t.Context(), repo, h, path)
}
