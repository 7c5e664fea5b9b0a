package attribute

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"sallyport/codeaudit/git"
)

// BenchmarkRun attributes the history of HEAD of the repositories that SALLYPORT_HISTORIES names, separated like a PATH.
//
//	SALLYPORT_HISTORIES=/src/curl:/src/git go test -run - -bench Run -benchtime 1x ./codeaudit/attribute
func BenchmarkRun(b *testing.B) {
	for _, path := range filepath.SplitList(os.Getenv("SALLYPORT_HISTORIES")) {
		b.Run(filepath.Base(path), func(b *testing.B) {
			for b.Loop() {
				repo, h := open(b, path)
				led, err := Run(b.Context(), repo, h, Options{})
				if err != nil {
					b.Fatal(err)
				}
				balance := led.Balance(true)
				if len(balance.Unbalanced) > 0 {
					b.Errorf("%d parts do not balance: %v", len(balance.Unbalanced), balance.Unbalanced[:min(3, len(balance.Unbalanced))])
				}
				b.ReportMetric(float64(len(h.Nodes)), "commits")
				b.ReportMetric(float64(balance.Inserted), "inserted")
				b.ReportMetric(float64(balance.Surviving), "surviving")
				b.ReportMetric(float64(len(led.Findings)), "findings")
				for _, f := range led.Findings[:min(10, len(led.Findings))] {
					b.Log(f)
				}
			}
		})
	}
}

func open(b *testing.B, path string) (*git.Repo, *git.History) {
	l, err := git.Locate(path)
	if err != nil {
		b.Fatal(err)
	}
	refs, _, err := l.Refs()
	if err != nil {
		b.Fatal(err)
	}
	repo, err := git.Shadow(l, filepath.Join(b.TempDir(), "shadow"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(repo.Close)
	h, err := repo.ReadHistory(b.Context(), headOnly(refs), false, nil)
	if err != nil {
		b.Fatal(err)
	}
	return repo, h
}

func headOnly(refs []git.Ref) []git.Ref {
	for _, r := range refs {
		if r.Name == "HEAD" {
			return []git.Ref{r}
		}
	}
	return nil
}

// BenchmarkAgreement compares a sample of files at HEAD with git blame, line by line, for the same repositories.
func BenchmarkAgreement(b *testing.B) {
	for _, path := range filepath.SplitList(os.Getenv("SALLYPORT_HISTORIES")) {
		b.Run(filepath.Base(path), func(b *testing.B) {
			for b.Loop() {
				repo, h := open(b, path)
				led, err := Run(b.Context(), repo, h, Options{Keep: func(git.Tip) bool { return true }})
				if err != nil {
					b.Fatal(err)
				}
				head := h.Nodes[h.Tips[0].Node].Hash
				files := led.Files(head)
				var names []string
				for name, n := range files {
					if n > 0 {
						names = append(names, name)
					}
				}
				sort.Strings(names)
				rand.New(rand.NewPCG(1, 2)).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
				total, same := 0, 0
				for _, name := range names[:min(150, len(names))] {
					want, err := gitBlame(b.Context(), repo, head, name)
					if err != nil { // a content that is not there: git gives up, and there is nothing to compare with
						b.Log(name, err)
						continue
					}
					got, _, _ := led.Blame(head, name)
					if len(got) != len(want) {
						b.Errorf("%s: %d lines, git blame has %d", name, len(got), len(want))
						continue
					}
					wrong := 0
					for i := range got {
						if got[i].Commit != want[i] {
							wrong++
						}
					}
					if wrong > 0 {
						b.Logf("%s: %d of %d lines differ", name, wrong, len(got))
					}
					total += len(got)
					same += len(got) - wrong
				}
				b.ReportMetric(float64(total), "lines")
				b.ReportMetric(100*float64(same)/float64(total), "%same")
			}
		})
	}
}

func gitBlame(ctx context.Context, repo *git.Repo, commit, path string) ([]string, error) {
	out, err := repo.Output(ctx, 1<<30, nil, "blame", "-l", "-s", "--root", "--no-progress", commit, "--", path)
	if err != nil {
		return nil, err
	}
	var ids []string
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n"), "\n") {
		ids = append(ids, line[:min(len(line), repo.HashLen())])
	}
	return ids, nil
}
