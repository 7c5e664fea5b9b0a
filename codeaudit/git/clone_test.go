package git

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/cgi"
	"net/http/httptest"
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
	calls := filepath.Join(bin, "log")
	script := "#!/bin/sh\necho \"$@\" >>" + calls + "\nfor last; do :; done\nexec sh -c \"$last\"\n"
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
	said, _ := os.ReadFile(calls)
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

// TestCloneOverHTTPS fetches from git's own server program behind TLS. A certificate that nobody vouches for is refused.
func TestCloneOverHTTPS(t *testing.T) {
	r := gittest.New(t)
	r.Put("f", "a\n", "one")
	programs := strings.TrimSpace(r.Git("--exec-path"))
	server := httptest.NewTLSServer(&cgi.Handler{
		Path: filepath.Join(programs, "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + filepath.Dir(r.Dir), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	})
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer server.Close()
	url := server.URL + "/" + filepath.Base(r.Dir) + "/.git"
	if err := Clone(t.Context(), url, filepath.Join(t.TempDir(), "clone")); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody vouches for: %v", err)
	}
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", authority)
	t.Setenv("GIT_SSL_CAINFO", authority)
	dir := filepath.Join(t.TempDir(), "clone")
	if err := Clone(t.Context(), url, dir); err != nil {
		t.Fatal(err)
	}
	l, err := Locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	if refs, _, err := l.Refs(); err != nil || len(refs) != 2 { // HEAD and main
		t.Errorf("%v %v", refs, err)
	}
	if config, err := os.ReadFile(filepath.Join(dir, "config")); err != nil || strings.Contains(string(config), "sslVerify") {
		t.Errorf("%s %v", config, err)
	}
}
