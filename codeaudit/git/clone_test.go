package git

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport/codeaudit/gittest"
)

// TestClone fetches over ssh, played by a program that runs the asked command here; and refuses what is no URL.
func TestClone(t *testing.T) {
	r := gittest.New(t)
	head := r.Put("f", "a\n", "one")
	r.Git("update-ref", "refs/pull/1/head", head)
	bin := t.TempDir()
	log := filepath.Join(bin, "log")
	script := "#!/bin/sh\necho \"$@\" >>" + log + "\nfor last; do :; done\nexec sh -c \"$last\"\n"
	if err := os.WriteFile(filepath.Join(bin, "ssh"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	dir := filepath.Join(t.TempDir(), "clone")
	if err := Clone(t.Context(), "ssh://forge.example"+r.Dir+"/.git", dir); err != nil {
		t.Fatal(err)
	}
	l, err := Locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	refs, _, err := l.Refs()
	if err != nil || len(refs) != 3 { // HEAD, main, and the request's head
		t.Errorf("%v %v", refs, err)
	}
	said, _ := os.ReadFile(log)
	if !strings.Contains(string(said), "BatchMode=yes") || !strings.Contains(string(said), "forge.example git-upload-pack") {
		t.Errorf("ssh was called with %q", said)
	}
	for _, bad := range []string{"--upload-pack=touch /tmp/x", "ext::sh -c true", "/etc", "file://" + r.Dir, "git://x.example/y", "http://x.example/y", "-oProxyCommand=x@y:z"} {
		if IsURL(bad) {
			t.Errorf("%q is taken for a URL", bad)
		}
		if err := Clone(t.Context(), bad, filepath.Join(t.TempDir(), "c")); err == nil {
			t.Errorf("%q was cloned", bad)
		}
	}
}
