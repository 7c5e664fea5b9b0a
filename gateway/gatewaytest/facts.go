package gatewaytest

import (
	"context"
	"io/fs"
	"strings"
	"testing/fstest"
	"time"

	"sallyport"
	"sallyport/policy"
)

// Knows has Ada record facts of p, each as "kind=value" in the short form of docs/spec/facts.md. until is nil for never.
func (w *World) Knows(p sallyport.PersonID, until *time.Time, facts ...string) {
	w.t.Helper()
	for _, f := range facts {
		kind, text, _ := strings.Cut(f, "=")
		value, err := policy.ParseFactText(kind, text)
		w.must(err)
		fact := sallyport.Fact{Name: value.FactName(), Value: value, Evidence: sallyport.Evidence{Kind: "record", Reference: "HR-1"}, Verifier: Ada,
			Verified: time.Now().Add(-time.Hour).UTC().Truncate(time.Second), Until: until}
		b, err := fact.Encode()
		w.must(err)
		w.must(w.Record(context.Background(), As(Ada), &sallyport.FactRecorded{Person: p, Name: fact.Name, Until: until}, b))
	}
}

// Profile puts a shipped profile in force with some of its parameters changed, as "escort_qualified = true". dir is the folder of profiles.
func (w *World) Profile(dir fs.FS, parameters ...string) {
	w.t.Helper()
	files := fstest.MapFS{}
	w.must(fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(dir, path)
		text := string(b)
		for _, p := range parameters {
			key, _, _ := strings.Cut(p, " = ")
			lines := strings.Split(text, "\n")
			for i, l := range lines {
				if path == "profile.toml" && strings.HasPrefix(l, key+" = ") {
					lines[i] = p
				}
			}
			text = strings.Join(lines, "\n")
		}
		files[path] = &fstest.MapFile{Data: []byte(text)}
		return err
	}))
	set, err := policy.Load(files)
	w.must(err)
	w.must(w.Record(context.Background(), As(Ada), &sallyport.PolicySet{Profile: set.Name()}, set.Archive()))
}
