package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sallyport"
)

// sources is ui without what is made from it.
type sources struct{ fs.FS }

func (s sources) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(s.FS, name)
	var keep []fs.DirEntry
	for _, e := range all {
		if name == "." && (e.Name() == "node_modules" || e.Name() == "dist") {
			continue
		}
		keep = append(keep, e)
	}
	return keep, err
}

func readAll(t *testing.T, root string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		out[rel], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNoMarkupFromStrings: nothing in the console makes markup from a string, and nothing is fetched from elsewhere.
func TestNoMarkupFromStrings(t *testing.T) {
	bad := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc|https?://`)
	for name, body := range readAll(t, "ui/src") {
		if ext := filepath.Ext(name); ext != ".ts" && ext != ".tsx" && ext != ".css" {
			continue
		}
		if m := bad.Find(body); m != nil {
			t.Errorf("ui/src/%s has %q", name, m)
		}
	}
}

// TestLockFile: a lock file with addresses would tie the build to one registry.
func TestLockFile(t *testing.T) {
	body, err := os.ReadFile("ui/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), `"resolved"`) || strings.Contains(string(body), "://registry") {
		t.Error("ui/package-lock.json holds registry addresses: keep ui/.npmrc and run npm install again")
	}
}

// TestConsoleKnowsEveryKind compares the ledger page's list of kinds with the entries that there are.
func TestConsoleKnowsEveryKind(t *testing.T) {
	page, err := os.ReadFile("ui/src/pages/ledger.tsx")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range sallyport.Kinds() {
		if !strings.Contains(string(page), `"`+string(k)+`"`) {
			t.Errorf("the ledger page does not offer kind %q", k)
		}
	}
	list := regexp.MustCompile(`(?s)ledgerKinds = \[(.*?)\]`).FindSubmatch(page)
	if list == nil {
		t.Fatal("the ledger page has no list of kinds")
	}
	for _, m := range regexp.MustCompile(`"([^"]+)"`).FindAllSubmatch(list[1], -1) {
		if _, err := sallyport.NewBody(sallyport.Kind(m[1])); err != nil {
			t.Errorf("the ledger page offers %q: %v", m[1], err)
		}
	}
}
