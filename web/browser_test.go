package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

// need ends a test that a missing program makes impossible: a failure in CI, a skip elsewhere.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is needed: %v", p, err)
			}
			t.Skipf("%s is not installed: apt-get install chromium nodejs npm", p)
		}
	}
}

var modules = sync.OnceValues(func() (string, error) {
	if _, err := os.Stat("ui/node_modules/playwright-core"); err == nil {
		return "", nil
	}
	out, err := npm("ui", "ci", "--ignore-scripts")
	return out, err
})

func npm(dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// drive runs one of the scripts of ui/e2e against srv with a real browser. The script fails on any violation of the
// page's policy, any error in the page and any request to elsewhere. The server is reached by a name, since passkeys want one. What the
// script keeps is in the folder that drive gives.
func drive(t *testing.T, script string, srv *Server, people ...sallyport.PersonID) (kept string) {
	t.Helper()
	return driveWith(t, script, srv, nil, people...)
}

// driveWith is drive with more that the script is told.
func driveWith(t *testing.T, script string, srv *Server, told map[string]any, people ...sallyport.PersonID) (kept string) {
	t.Helper()
	need(t, "node", "npm", "chromium")
	if out, err := modules(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	ts := httptest.NewUnstartedServer(srv)
	ts.Config.ErrorLog = log.New(io.Discard, "", 0) // browsers try a certificate that they do not trust more than once
	ts.StartTLS()
	t.Cleanup(ts.Close)
	t.Cleanup(srv.Close)
	srv.opts.Origin = strings.Replace(ts.URL, "127.0.0.1", "localhost", 1)
	kept = t.TempDir()
	links := map[sallyport.PersonID][]string{}
	for _, p := range people {
		for range 3 {
			token, _, err := srv.signins.link(p)
			if err != nil {
				t.Fatal(err)
			}
			links[p] = append(links[p], srv.opts.Origin+"/signin/"+token)
		}
	}
	all := map[string]any{"origin": srv.opts.Origin, "dir": kept, "links": links, "shots": os.Getenv("SALLYPORT_SHOTS"), "page": srv.Page()}
	maps.Copy(all, told)
	config, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join("e2e", script))
	cmd.Dir = "ui"
	cmd.Env = append(os.Environ(), "E2E="+string(config))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Run()
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// TestBrowserStory plays an escorted action in real browsers over a real gateway: proposed in one, approved in another.
func TestBrowserStory(t *testing.T) {
	need(t, "node", "npm", "chromium")
	t.Parallel()
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, System: func(s *sallyport.SystemSet) { s.Release = sallyport.ReleaseHeld },
		Change: func(c *gateway.Config) { c.LinkLost = 0 }})
	srv := New(w.Gateway, Options{Origin: "https://localhost"})
	drive(t, "story.mjs", srv, gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Sue, gatewaytest.Ada, gatewaytest.Aud)
}

// TestBrowserShift plays a shift in real browsers: a tab that is hidden for longer than the profile's grace, a hand-over between two browsers, a
// notification, a session that ends because nobody came back. The gateway's clock jumps when the script asks for it.
func TestBrowserShift(t *testing.T) {
	need(t, "node", "npm", "chromium")
	t.Parallel()
	var ahead atomic.Int64
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	clock := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		by, err := time.ParseDuration(r.URL.Query().Get("by"))
		if err != nil {
			t.Errorf("the script asks for %q: %v", r.URL, err)
		}
		ahead.Add(int64(by))
	}))
	t.Cleanup(clock.Close)
	srv := New(w.Gateway, Options{Origin: "https://localhost"})
	driveWith(t, "shift.mjs", srv, map[string]any{"clock": clock.URL}, gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Eva)
}

// TestBrowserGallery looks at every page full of hostile content.
func TestBrowserGallery(t *testing.T) {
	need(t, "node", "npm", "chromium")
	t.Parallel()
	srv := New(gallery(time.Now().UTC()), Options{Origin: "https://localhost"})
	drive(t, "gallery.mjs", srv, "ed")
}

// TestConsoleIsBuiltFromItsSource builds ui again and compares every file with what is committed.
func TestConsoleIsBuiltFromItsSource(t *testing.T) {
	need(t, "node", "npm")
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, sources{os.DirFS("ui")}); err != nil {
		t.Fatal(err)
	}
	if out, err := npm(dir, "ci", "--ignore-scripts"); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if out, err := npm(dir, "run", "build"); err != nil {
		t.Fatalf("npm run build: %v\n%s", err, out)
	}
	want, got := readAll(t, "ui/dist"), readAll(t, filepath.Join(dir, "dist"))
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("dist/%s is committed and no longer built", name)
		}
	}
	for name, body := range got {
		if !bytes.Equal(body, want[name]) {
			t.Errorf("dist/%s is not what its source builds: run make ui and commit", name)
		}
	}
}
