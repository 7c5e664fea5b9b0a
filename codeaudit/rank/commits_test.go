package rank

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sallyport/codeaudit/signal"
)

// BenchmarkCommits says where commits that are known to be bad stand in their history: SALLYPORT_COMMITS names a file with a
// line for each history: a git directory, a path or "-" for the whole history, the beginnings of commit ids. Nothing of them
// is kept. An address of an author in place of the "-" ranks what that identity did, before the background of all others; a
// range of commits ranks those alone.
//
//	echo /src/project - 1a2b3c4 5d6e7f8 > known; SALLYPORT_COMMITS=$PWD/known go test -run '^$' -bench Commits -benchtime 1x -v ./codeaudit/rank
func BenchmarkCommits(b *testing.B) {
	name := os.Getenv("SALLYPORT_COMMITS")
	if name == "" {
		b.Skip("no commits named: this benchmark needs clones, which are not part of the repository")
	}
	list, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer list.Close()
	for lines := bufio.NewScanner(list); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 3 || f[0] == "#" {
			continue
		}
		b.Run(strings.ReplaceAll(f[0], "/", "_")+f[1], func(b *testing.B) {
			for b.Loop() {
				where(b, f[0], f[1], f[2:])
			}
		})
	}
}

func where(b *testing.B, dir, author string, hashes []string) {
	h := New()
	more, from := hashes, "HEAD"
	if strings.Contains(author, "..") {
		from, more, author = author, nil, "-"
	}
	readHistory(b, dir, from, 0, func(in signal.Input) {
		in.Commit.Repo = "r"
		if author != "-" && fold(in.Commit.Author.Email) != author && fold(in.Commit.Committer.Email) != author {
			paths := make([]string, len(in.Changes))
			for i := range in.Changes {
				paths[i] = in.Changes[i].Path
			}
			h.of("r").touch(in.Commit, paths)
			return
		}
		h.Add(in)
	}, more...)
	h.Rank()
	all := slices.Clone(h.commits)
	slices.SortStableFunc(all, func(a, b *scored) int { return cmp.Compare(b.score, a.score) })
	first := 0
	for _, c := range all {
		if TierOf(c.score) == First {
			first++
		}
	}
	b.Logf("%s %s: %d commits, first tier %.2f %%", dir, author, len(all), 100*float64(first)/float64(len(all)))
	for _, hash := range hashes {
		at := slices.IndexFunc(all, func(c *scored) bool { return strings.HasPrefix(c.in.Commit.Hash, hash) })
		if at < 0 {
			b.Errorf("%s: no commit %s", dir, hash)
			continue
		}
		c := all[at]
		var fired []string
		for _, s := range c.ranked[:min(7, len(c.ranked))] {
			fired = append(fired, fmt.Sprintf("%s %.0f (%.60s)", s.ID, s.Points, strings.TrimSpace(s.Text+" "+s.Note)))
		}
		b.Logf("  %5d of %d, top %6.2f %%, score %5.1f  %.10s %.50s\n        %s", at+1, len(all), 100*float64(at+1)/float64(len(all)), c.score, c.in.Commit.Hash, c.in.Commit.Subject(), strings.Join(fired, "\n        "))
	}
	if os.Getenv("SALLYPORT_TOP") != "" {
		for _, c := range all[:min(25, len(all))] {
			var p []string
			for _, s := range c.ranked[:min(3, len(c.ranked))] {
				p = append(p, fmt.Sprintf("%s %.0f %s %.60s", s.ID, s.Points, s.Path, strings.TrimSpace(s.Text)))
			}
			b.Logf("  top %.1f %.10s %.60s | %s", c.score, c.in.Commit.Hash, c.in.Commit.Subject(), strings.Join(p, " | "))
		}
	}
}
