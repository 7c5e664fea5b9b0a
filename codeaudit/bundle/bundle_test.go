package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/codeaudit"
	"sallyport/codeaudit/bundle"
	"sallyport/codeaudit/report"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/script"
	"sallyport/codeaudit/worklist"
)

// history makes a small repository by two people.
func history(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "r")
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_DATE=2026-01-05T10:00:00Z", "GIT_COMMITTER_DATE=2026-01-05T10:00:00Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	commit := func(who, message string, files map[string]string) {
		for name, content := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		run("add", "-A")
		run("-c", "user.name="+who, "-c", "user.email="+who+"@x.example", "commit", "-q", "-m", message)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	run("init", "-q", "-b", "main")
	commit("ana", "Begin", map[string]string{"src/a.c": "int check(int len)\n{\n    if (len > 64)\n        return -1;\n    return use(len);\n}\n"})
	commit("bob", "Fix typo", map[string]string{"src/a.c": "int check(int len)\n{\n    system(cmd);\n    return use(len);\n}\n"})
	commit("bob", "Count nodes", map[string]string{"src/b.c": "int count(struct node *n)\n{\n    int c = 0;\n    while (n != NULL) {\n        if (c >= MAX)\n            return -1;\n        c++;\n    }\n    return c;\n}\n", "tests/x.bin": "\x00\x01\x02"})
	commit("ana", "Rename", map[string]string{"src/c.c": "int z;\n"})
	return dir
}

// audited runs an audit of a history up to a bundle.
func audited(t *testing.T, repo string) (path string, w *codeaudit.Workspace) {
	dir := t.TempDir()
	w, err := codeaudit.Init(filepath.Join(dir, "audit"))
	if err != nil {
		t.Fatal(err)
	}
	set := filepath.Join(dir, "people.csv")
	if err := os.WriteFile(set, []byte("bob@x.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Add("r", repo); err != nil {
		t.Fatal(err)
	}
	if _, err := w.UseSet(set); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if _, err := w.Capture(ctx, false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.FindScope(ctx, codeaudit.ScopeOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Attribute(ctx); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	items, summary, err := worklist.Build(ctx, w, worklist.Options{Blob: w.Blob, Shell: script.Assess, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := worklist.Save(worklist.Dir(w), items, summary); err != nil {
		t.Fatal(err)
	}
	planted, err := worklist.PlantCanaries(worklist.Dir(w), items, 1)
	if err != nil {
		t.Fatal(err)
	}
	record, err := review.OpenRecord(w.Path("review", worklist.DecisionsName))
	if err != nil {
		t.Fatal(err)
	}
	record.Now = func() time.Time { return now.Add(time.Hour) }
	for i := range items {
		d := review.Benign
		if i == 0 {
			d = review.Suspicious
		}
		for _, who := range []string{"<eva@x.example>", "<ida@x.example>"} {
			if err := record.Decide(&items[i], review.Decision{Disposition: d, Reviewer: who, Note: "n", Via: "test"}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := record.Decide(&planted[0].Item, review.Decision{Disposition: review.NeedsFix, Reviewer: "<eva@x.example>", Note: "n", Via: "test"}, nil); err != nil {
		t.Fatal(err)
	}
	r, err := report.Gather(w, time.Time{}, now.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if r.Progress.Done != r.Progress.Items || len(r.Alarms) != 1 || r.Recall.Found != 1 {
		t.Fatalf("the report: %+v, alarms %+v, recall %+v", r.Progress, r.Alarms, r.Recall)
	}
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "src=") || strings.Contains(page.String(), "<script") {
		t.Error("the page loads something")
	}
	var out bytes.Buffer
	if _, err := bundle.Write(&out, w.Path(), data, page.Bytes(), r.Created); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "b.zip")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, w
}

var update = flag.Bool("update", false, "make testdata/audit.zip anew")

// A bundle that was made before still verifies: the format holds.
func TestGoldenBundle(t *testing.T) {
	const golden = "testdata/audit.zip"
	if *update {
		path, _ := audited(t, history(t))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := bundle.Verify(t.Context(), golden, bundle.Options{})
	if err != nil || !r.OK() || len(r.Checks) < 12 {
		t.Fatalf("%v: %v", err, failed(r))
	}
}

func failed(r *bundle.Result) (claims []string) {
	for _, c := range r.Checks {
		if !c.OK {
			claims = append(claims, c.Claim+": "+c.Text)
		}
	}
	return claims
}

func TestABundleVerifies(t *testing.T) {
	repo := history(t)
	path, _ := audited(t, repo)
	r, err := bundle.Verify(t.Context(), path, bundle.Options{Repos: map[string]string{"r": repo}, Blame: 30, Seed: "s"})
	if err != nil || !r.OK() {
		t.Fatalf("%v %v", err, failed(r))
	}
	if len(r.Checks) < 13 || len(r.Unchecked) != 0 {
		t.Errorf("%d checks, unchecked %v", len(r.Checks), r.Unchecked)
	}
	r, err = bundle.Verify(t.Context(), path, bundle.Options{})
	if err != nil || !r.OK() || len(r.Unchecked) == 0 {
		t.Errorf("without a repository: %v %v, unchecked %v", err, failed(r), r.Unchecked)
	}
	other := history(t)
	cmd := exec.Command("git", "-C", other, "-c", "user.name=x", "-c", "user.email=bob@x.example", "commit", "-q", "--allow-empty", "-m", "x")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	r, err = bundle.Verify(t.Context(), path, bundle.Options{Repos: map[string]string{"r": other}, Blame: 5, Seed: "s"})
	if err != nil || r.OK() {
		t.Errorf("another history gave the same roots: %v", err)
	}
}

// Whoever alters a bundle and mends every digest that can be mended is still found out.
func TestAlteredBundles(t *testing.T) {
	path, _ := audited(t, history(t))
	files, order := unpack(t, path)
	for _, e := range []struct {
		what  string
		alter func(f map[string][]byte)
	}{
		{"a decision left out", func(f map[string][]byte) { f["review/decisions.jsonl"] = dropLine(f["review/decisions.jsonl"], 0) }},
		{"the last decision left out", func(f map[string][]byte) {
			f["review/decisions.jsonl"] = dropLine(f["review/decisions.jsonl"], bytes.Count(f["review/decisions.jsonl"], []byte("\n"))-1)
		}},
		{"a disposition changed", func(f map[string][]byte) {
			f["review/decisions.jsonl"] = bytes.Replace(f["review/decisions.jsonl"], []byte("suspicious"), []byte("benign"), 1)
		}},
		{"an item left out", func(f map[string][]byte) {
			f["review/items.jsonl"] = dropLine(f["review/items.jsonl"], 0)
			mendSummary(t, f)
		}},
		{"a commit taken out of scope", func(f map[string][]byte) {
			f["scope/scope.jsonl"] = bytes.Replace(f["scope/scope.jsonl"], []byte(`"in":true`), []byte(`"in":false`), 1)
		}},
		{"a commit left out of the scope", func(f map[string][]byte) { f["scope/scope.jsonl"] = dropLine(f["scope/scope.jsonl"], 0) }},
		{"a line of the ledger changed", func(f map[string][]byte) {
			f["attribute/r.jsonl"] = bytes.Replace(f["attribute/r.jsonl"], []byte(`"inserted":`), []byte(`"inserted":1`), 1)
		}},
		{"lines of an item left out, its figures kept", func(f map[string][]byte) {
			var item map[string]any
			lines := bytes.SplitAfter(f["review/items.jsonl"], []byte("\n"))
			if err := json.Unmarshal(lines[0], &item); err != nil {
				t.Fatal(err)
			}
			item["hunks"] = nil
			line, _ := json.Marshal(item)
			lines[0] = append(line, '\n')
			f["review/items.jsonl"] = bytes.Join(lines, nil)
			mendSummary(t, f)
		}},
		{"another set of people", func(f map[string][]byte) { f["set/set"] = []byte("nobody@x.example\n") }},
		{"a rosier report", func(f map[string][]byte) {
			f["report.json"] = bytes.Replace(f["report.json"], []byte(`"disposition": "suspicious"`), []byte(`"disposition": "benign"`), 1)
			f["report.json"] = bytes.Replace(f["report.json"], []byte(`"found": 1`), []byte(`"found": 3`), 1)
		}},
	} {
		copied := map[string][]byte{}
		for name, content := range files {
			copied[name] = content
		}
		e.alter(copied)
		r, err := bundle.Verify(t.Context(), pack(t, copied, order), bundle.Options{})
		if err == nil && r.OK() {
			t.Errorf("%s: not noticed", e.what)
		}
	}
	files["extra"] = []byte("x")
	bad := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(bad, []byte("PK\x03\x04nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Verify(t.Context(), bad, bundle.Options{}); err == nil {
		t.Error("nonsense is a bundle")
	}
}

// mendSummary makes the summary fit the items.
func mendSummary(t *testing.T, f map[string][]byte) {
	t.Helper()
	var s worklist.Summary
	if err := json.Unmarshal(f["review/summary.json"], &s); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(f["review/items.jsonl"])
	s.Items, s.Digest = bytes.Count(f["review/items.jsonl"], []byte("\n")), hex.EncodeToString(sum[:])
	f["review/summary.json"], _ = json.Marshal(s)
}

// What reviewers were shown is held against git: an audit whose author showed them something else is found out.
func TestAnotherTextThanGitHas(t *testing.T) {
	repo := history(t)
	path, _ := audited(t, repo)
	files, order := unpack(t, path)
	was := base64.StdEncoding.EncodeToString([]byte("    system(cmd);"))
	is := base64.StdEncoding.EncodeToString([]byte("    harmless(1);"))
	if !bytes.Contains(files["review/items.jsonl"], []byte(was)) {
		t.Fatal("the line is not in an item")
	}
	files["review/items.jsonl"] = bytes.ReplaceAll(files["review/items.jsonl"], []byte(was), []byte(is))
	mendSummary(t, files)
	r, err := bundle.Verify(t.Context(), pack(t, files, order), bundle.Options{Repos: map[string]string{"r": repo}, Blame: 30, Seed: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Checks, func(c bundle.Check) bool {
		return !c.OK && c.Claim == "reviewers were shown the text that git has" && strings.Contains(c.Text, "harmless(1)")
	}) {
		t.Errorf("not noticed: %v", failed(r))
	}
}

func dropLine(data []byte, n int) []byte {
	lines := bytes.SplitAfter(data, []byte("\n"))
	return bytes.Join(append(append([][]byte{}, lines[:n]...), lines[n+1:]...), nil)
}

func unpack(t *testing.T, path string) (map[string][]byte, []string) {
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files, order := map[string][]byte{}, []string{}
	for _, f := range z.File[1:] {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name], err = io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, f.Name)
	}
	return files, order
}

// pack makes a bundle with a manifest that fits.
func pack(t *testing.T, files map[string][]byte, order []string) string {
	m := bundle.Manifest{Format: bundle.Format}
	for _, name := range order {
		sum := sha256.Sum256(files[name])
		m.Files = append(m.Files, bundle.File{Name: name, Size: int64(len(files[name])), SHA256: hex.EncodeToString(sum[:])})
	}
	list, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	write := func(name string, content []byte) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	write("manifest.json", list)
	for _, name := range order {
		write(name, files[name])
	}
	z.Close()
	path := filepath.Join(t.TempDir(), "b.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
