package verify_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sallyport/verify/verifycmd"
)

// A bundle has the same outcome in the folder that it was unpacked into, by both verifiers.
func TestUnpacked(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(vectorDir, "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	some := map[string]bool{"good.zip": true, "withheld.zip": true, "other-manifest.zip": true, "changed-text.zip": true}
	for _, v := range list {
		if !some[v.File] {
			continue
		}
		delete(some, v.File)
		z, err := zip.OpenReader(filepath.Join(vectorDir, v.File))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		err = os.CopyFS(dir, z)
		z.Close()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := verifycmd.Main(t.Context(), "verify", []string{"--key", v.Key, dir}, &out, &out); code != exits[v.Expect] {
			t.Errorf("%s: exit %d, want %s\n%s", v.File, code, v.Expect, &out)
		}
		if code, out := python(t, "--key", v.Key, dir); code != exits[v.Expect] {
			t.Errorf("verify.py: %s: exit %d, want %s\n%s", v.File, code, v.Expect, out)
		}
	}
	if len(some) > 0 {
		t.Errorf("no vectors %v", some)
	}
}
