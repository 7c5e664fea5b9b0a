package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// send makes a request the way a browser does.
func (b *bench) send(method, target string, cookie *http.Cookie, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	if cookie != nil {
		r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// enter signs eve in and gives her cookie.
func (b *bench) enter(t *testing.T) *http.Cookie {
	t.Helper()
	link, _, err := b.SignInLink("eve")
	if err != nil {
		t.Fatal(err)
	}
	w := b.send("POST", link, nil, "Sec-Fetch-Site", "same-origin")
	if w.Code != http.StatusSeeOther || len(w.Result().Cookies()) != 1 {
		t.Fatalf("sign-in: %d %s", w.Code, w.Body)
	}
	return w.Result().Cookies()[0]
}

func TestSignIn(t *testing.T) {
	b := newBench(t)
	link, expires, err := b.SignInLink("eve")
	if err != nil || !expires.Equal(testNow.Add(linkLife)) {
		t.Fatal(expires, err)
	}
	// Looking does not use it up.
	for range 2 {
		w := b.send("GET", link, nil)
		if w.Code != 200 || !strings.Contains(w.Body.String(), "eve") {
			t.Fatalf("link: %d %s", w.Code, w.Body)
		}
	}
	w := b.send("POST", link, nil, "Sec-Fetch-Site", "same-origin")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
		t.Fatalf("sign-in: %d %s", w.Code, w.Body)
	}
	c := w.Result().Cookies()[0]
	if c.Name != "__Host-sallyport" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
	if strings.Contains(link, c.Value) {
		t.Error("the session's secret is the link's")
	}
	if got := b.svc.args[0].(gateway.Caller); b.svc.called != "SignedIn" || got.Person != "eve" || got.Door != "web" {
		t.Errorf("gateway heard %s %+v", b.svc.called, got)
	}
	if w := b.send("POST", link, nil); w.Code != http.StatusGone {
		t.Errorf("the link works twice: %d", w.Code)
	}
	if w := b.send("GET", "https://gw.example/api/v1/queue", c); w.Code != 200 {
		t.Errorf("with the cookie: %d %s", w.Code, w.Body)
	}
	if w := b.send("POST", "https://gw.example/api/v1/signout", c); w.Code != 204 || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("sign-out: %d", w.Code)
	}
	wantError(t, b.send("GET", "https://gw.example/api/v1/queue", c), 401, sallyport.Forbidden)
}

func TestSignInRefused(t *testing.T) {
	b := newBench(t)
	b.svc.SignedInFn = func(gateway.Caller) error {
		return sallyport.Errorf(sallyport.Forbidden, "person %q is revoked", "<script>")
	}
	link, _, _ := b.SignInLink("eve")
	w := b.send("POST", link, nil)
	if w.Code != 403 || len(w.Result().Cookies()) != 0 || strings.Contains(w.Body.String(), "<script>") {
		t.Errorf("refused sign-in: %d %s", w.Code, w.Body)
	}
}

func TestLinksAndSessionsEnd(t *testing.T) {
	b := newBench(t)
	link, _, _ := b.SignInLink("eve")
	b.now = testNow.Add(linkLife)
	if w := b.send("POST", link, nil); w.Code != http.StatusGone {
		t.Errorf("an old link: %d", w.Code)
	}
	c := b.enter(t)
	const queue, claim = "https://gw.example/api/v1/queue", "https://gw.example/api/v1/sessions/S-1/claim"
	// A page that polls keeps nobody signed in.
	start := b.now
	b.now = start.Add(sessionIdle - time.Second)
	if w := b.send("GET", queue, c); w.Code != 200 {
		t.Fatalf("before the idle limit: %d", w.Code)
	}
	b.now = start.Add(sessionIdle)
	wantError(t, b.send("GET", queue, c), 401, sallyport.Forbidden)
	// Acting does, up to the absolute limit.
	c = b.enter(t)
	start = b.now
	for d := time.Duration(0); d < sessionLife; d += sessionIdle / 2 {
		b.now = start.Add(d)
		if w := b.send("POST", claim, c); w.Code != 204 {
			t.Fatalf("after %s: %d", d, w.Code)
		}
	}
	b.now = start.Add(sessionLife)
	wantError(t, b.send("POST", claim, c), 401, sallyport.Forbidden)
}

func TestLinkIsTakenOnce(t *testing.T) {
	b := newBench(t)
	link, _, _ := b.SignInLink("eve")
	u, _ := url.Parse(link)
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if _, ok := b.signins.take(strings.TrimPrefix(u.Path, "/signin/")); ok {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d took one link", won.Load())
	}
}

func TestPersonHoldsFewLinks(t *testing.T) {
	b := newBench(t)
	first, _, _ := b.SignInLink("eve")
	for range maxPerPerson {
		b.now = b.now.Add(time.Second)
		if _, _, err := b.SignInLink("eve"); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.signins.links) != maxPerPerson {
		t.Errorf("%d links", len(b.signins.links))
	}
	if w := b.send("POST", first, nil); w.Code != http.StatusGone {
		t.Errorf("the oldest link still works: %d", w.Code)
	}
}

// TestCrossSite sends what another site could make a browser send.
func TestCrossSite(t *testing.T) {
	b := newBench(t)
	c := b.enter(t)
	b.svc.called = ""
	const claim = "https://gw.example/api/v1/sessions/S-1/claim"
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		wantError(t, b.send("POST", claim, c, h...), 403, sallyport.Forbidden)
	}
	if b.svc.called != "" {
		t.Errorf("the gateway was asked: %s", b.svc.called)
	}
	if w := b.send("POST", claim, c, "Sec-Fetch-Site", "same-origin", "Origin", "https://gw.example"); w.Code != 204 {
		t.Errorf("the console's own request: %d %s", w.Code, w.Body)
	}
	link, _, _ := b.SignInLink("eve")
	if w := b.send("POST", link, nil, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("another site signs a browser in: %d", w.Code)
	}
}

// TestPlainHTTP: sign-in needs TLS, but for the demo on loopback.
func TestPlainHTTP(t *testing.T) {
	b := newBench(t)
	link, _, _ := b.SignInLink("eve")
	plain := strings.Replace(link, "https://", "http://", 1)
	if w := b.send("POST", plain, nil); w.Code != 403 {
		t.Errorf("plain http signs in: %d", w.Code)
	}
	demo := newBench(t, func(o *Options) { o.PlainLoopback, o.Origin = true, "http://127.0.0.1:8080" })
	link, _, _ = demo.SignInLink("eve")
	for addr, want := range map[string]int{"192.0.2.9:1": 403, "127.0.0.1:1": 303} {
		r := httptest.NewRequest("POST", link, nil)
		r.RemoteAddr = addr
		w := httptest.NewRecorder()
		demo.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("from %s: %d, want %d", addr, w.Code, want)
		}
		if want != 303 {
			continue
		}
		c := w.Result().Cookies()[0]
		if c.Name != "sallyport-loopback" || c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
			t.Errorf("cookie %+v", c)
		}
		r = httptest.NewRequest("GET", "https://127.0.0.1/api/v1/queue", nil)
		r.TLS = &tls.ConnectionState{}
		r.AddCookie(c)
		w = httptest.NewRecorder()
		demo.ServeHTTP(w, r)
		wantError(t, w, 401, sallyport.Forbidden)
	}
}

// TestSomebodyElseSignsIn: a page that was opened as one person does nothing in the name of another.
func TestSomebodyElseSignsIn(t *testing.T) {
	b := newBench(t)
	c := b.enter(t)
	const claim = "https://gw.example/api/v1/sessions/S-1/claim"
	if w := b.send("POST", claim, c, "Sallyport-As", "eve"); w.Code != 204 {
		t.Fatalf("eve's own page: %d %s", w.Code, w.Body)
	}
	b.svc.called = ""
	wantError(t, b.send("POST", claim, c, "Sallyport-As", "ed"), 409, sallyport.Conflict)
	if b.svc.called != "" {
		t.Errorf("the gateway was asked: %s", b.svc.called)
	}
	link, _, _ := b.SignInLink("ed")
	if w := b.send("GET", link, c); !strings.Contains(w.Body.String(), "signed in as <strong>eve</strong>") {
		t.Errorf("the sign-in page does not warn: %s", w.Body)
	}
	if w := b.send("POST", link, c); w.Code != 303 {
		t.Fatal(w.Code)
	}
	wantError(t, b.send("POST", claim, c), 401, sallyport.Forbidden) // eve's session is over, not merely out of sight
}

func TestTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	tokens := OpenTokens(path)
	secret, err := tokens.Add("ada", testNow.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	text := string(secret.Expose())
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if body, _ := os.ReadFile(path); strings.Contains(string(body), strings.TrimPrefix(text, tokenPrefix)) {
		t.Error("the file holds the token itself")
	}
	if p, ok, err := tokens.Person(text, testNow); p != "ada" || !ok || err != nil {
		t.Error(p, ok, err)
	}
	if _, ok, _ := tokens.Person(text, testNow.Add(time.Hour)); ok {
		t.Error("an expired token works")
	}
	// Another program adds and removes beside a running server.
	other, err := OpenTokens(path).Add("bob", testNow.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if p, ok, err := tokens.Person(string(other.Expose()), testNow); p != "bob" || !ok || err != nil {
		t.Error(p, ok, err)
	}
	if n, err := OpenTokens(path).RemoveAll("ada"); n != 1 || err != nil {
		t.Error(n, err)
	}
	if _, ok, err := tokens.Person(text, testNow); ok || err != nil {
		t.Error("a removed token works", err)
	}
	if err := os.WriteFile(path, []byte(`[{"hash":"","person":"eve","until":"2100-01-01T00:00:00Z","more":1}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := tokens.Person(text, testNow); ok || err == nil {
		t.Errorf("a file that does not parse: ok %v, error %v", ok, err)
	}
	if _, err := tokens.Add("../x", testNow); err == nil {
		t.Error("a token for a hostile name")
	}
}
