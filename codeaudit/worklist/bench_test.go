package worklist_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"sallyport/codeaudit"
	"sallyport/codeaudit/script"
	"sallyport/codeaudit/worklist"
)

// BenchmarkBuild makes the list of real histories, as "codeaudit quick" does after it attributed: SALLYPORT_HISTORIES names
// git directories, SALLYPORT_SET a file of people.
func BenchmarkBuild(b *testing.B) {
	dirs := filepath.SplitList(os.Getenv("SALLYPORT_HISTORIES"))
	set := os.Getenv("SALLYPORT_SET")
	if len(dirs) == 0 || set == "" {
		b.Skip("no histories named: this benchmark needs clones, which are not part of the repository")
	}
	for _, dir := range dirs {
		b.Run(filepath.Base(filepath.Dir(dir)), func(b *testing.B) {
			w, s, err := codeaudit.Quick(b.Context(), dir, set, false, codeaudit.ScopeOptions{}, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer w.Close()
			for b.Loop() {
				items, _, err := worklist.Build(b.Context(), w, worklist.Options{Blob: w.Blob, Shell: script.Assess, Outline: true, Now: time.Now()})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(items)), "items")
				b.ReportMetric(float64(s.In), "commits")
			}
		})
	}
}
