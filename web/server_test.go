package web

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/signature/signaturetest"
	"sallyport/web/wire"
)

var testNow = time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)

// bench is a server with a fake gateway, a clock that tests move, and one API token.
type bench struct {
	*Server
	svc   *fake
	now   time.Time
	token string
	logs  *strings.Builder
}

func newBench(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	b := &bench{svc: &fake{}, now: testNow, logs: &strings.Builder{}}
	tokens := OpenTokens(filepath.Join(t.TempDir(), "tokens.json"))
	secret, err := tokens.Add("ada", testNow.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b.token = string(secret.Expose())
	opts := Options{Origin: "https://gw.example", Tokens: tokens, Now: func() time.Time { return b.now },
		Log: slog.New(slog.NewTextHandler(b.logs, nil)), Version: "test"}
	for _, f := range change {
		f(&opts)
	}
	b.Server = New(b.svc, opts)
	return b
}

// call sends a request as the token's person.
func (b *bench) call(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://gw.example"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+b.token)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func wantError(t *testing.T, w *httptest.ResponseRecorder, status int, code sallyport.Code) wire.Error {
	t.Helper()
	var e wire.Error
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("status %d, body %q: %v", w.Code, w.Body, err)
	}
	if w.Code != status || e.Code != code {
		t.Fatalf("status %d, code %q (%s), want %d, %q", w.Code, e.Code, e.Message, status, code)
	}
	return e
}

// TestEveryRoute sends one good request to each route and looks what reached the gateway.
func TestEveryRoute(t *testing.T) {
	const pub = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJr5NDrUKqyUxKB8HHZGNT7yHO7tk9JmMPvOkBN5kTvB someone@somewhere"
	passkey := signaturetest.New(t, 1).Public
	page := newBench(t).Page()
	calls := []struct{ route, body, want, contents string }{
		{"GET /api/v1/me", "", "", ""},
		{"POST /api/v1/links", "", "", ""},
		{"POST /api/v1/signout", "", "", ""},
		{"GET /api/v1/events", "", "Subscribe", ""},
		{"GET /api/v1/queue", "", "Queue", ""},
		{"GET /api/v1/tickets", "", "Tickets", ""},
		{"POST /api/v1/tickets", `{"ticket":"T-1","system":"web","targets":["web-01"],"engineer":"eve","mode":"propose","from":"2026-03-04T10:00:00Z","to":"2026-03-04T12:00:00Z","title":"502","text":"it answers 502","paths":["/srv"]}`,
			`Record {T-1 web [web-01] eve propose { 0} [] 2026-03-04 10:00:00 +0000 UTC 2026-03-04 12:00:00 +0000 UTC}`, `[{"title":"502","text":"it answers 502","paths":["/srv"]}]`},
		{"POST /api/v1/tickets/T-1/close", `{"reason":"done"}`, "Record {T-1 done}", "[]"},
		{"POST /api/v1/tickets/T-1/session", "", "OpenSession T-1", ""},
		{"GET /api/v1/sessions?state=live&before=7", "", "Sessions live 7", ""},
		{"GET /api/v1/sessions/S-1", "", "Session S-1", ""},
		{"GET /api/v1/sessions/S-1/replay", "", "Replay S-1", ""},
		{"POST /api/v1/sessions/S-1/actions", `{"target":"web-01","text":"ZGY="}`, "Propose {S-1 web-01    [] [100 102] []   <nil>}", ""},
		{"POST /api/v1/sessions/S-1/challenge", `{"target":"web-01","text":"ZGY="}`, "ProposalChallenge {S-1 web-01    [] [100 102] []   <nil>}", ""},
		{"GET /api/v1/sessions/S-1/receipt", "", "Receipt S-1", ""},
		{"POST /api/v1/sessions/S-1/say", `{"words":"hello"}`, "Say S-1 hello", ""},
		{"POST /api/v1/sessions/S-1/claim", "", "Claim S-1", ""},
		{"POST /api/v1/sessions/S-1/handover", `{"to":"bob","words":"end of shift"}`, "HandOver S-1 bob end of shift", ""},
		{"POST /api/v1/sessions/S-1/pause", `{"words":"wait"}`, "Pause S-1 wait", ""},
		{"POST /api/v1/sessions/S-1/resume", "", "Resume S-1", ""},
		{"POST /api/v1/sessions/S-1/end", `{"words":"over"}`, "End S-1 over", ""},
		{"POST /api/v1/sessions/S-1/approve", `{"words":"yes"}`, "ApproveSession S-1 yes", ""},
		{"POST /api/v1/sessions/S-1/refuse", `{"words":"no"}`, "RefuseSession S-1 no", ""},
		{"POST /api/v1/sessions/S-1/consent", "", "Consent S-1", ""},
		{"POST /api/v1/sessions/S-1/breakglass", `{"words":"fire"}`, "BreakGlass S-1 fire", ""},
		{"POST /api/v1/sessions/S-1/breakglass/review", `{"outcome":"justified","words":"it burnt"}`, "Record {S-1 { 0} justified}", "[it burnt]"},
		{"POST /api/v1/sessions/S-1/presence", `{"hidden":true}`, "Presence S-1 true", ""},
		{"GET /api/v1/actions/A-1", "", "Action A-1", ""},
		{"GET /api/v1/actions/A-1/follow", "", "Follow A-1", ""},
		{"POST /api/v1/actions/A-1/decision", `{"seat":"escort","answer":"approve","words":"w","shown":{"spec":"s","assessment":"a","page":"` + page + `","opened":"2026-03-04T10:00:00Z","decided":"0001-01-01T00:00:00Z"}}`,
			"Decide {A-1 escort approve w {s  a " + page + " 2026-03-04 10:00:00 +0000 UTC 0001-01-01 00:00:00 +0000 UTC} <nil>}", ""},
		{"GET /api/v1/actions/A-1/material", "", "Material A-1", ""},
		{"POST /api/v1/actions/A-1/challenge", `{"seat":"escort","answer":"refuse","words":"w","shown":{"spec":"s","assessment":"a","page":"decide","opened":"2026-03-04T10:00:00Z","decided":"0001-01-01T00:00:00Z"}}`,
			"DecisionChallenge {A-1 escort refuse w {s  a decide 2026-03-04 10:00:00 +0000 UTC 0001-01-01 00:00:00 +0000 UTC} <nil>}", ""},
		{"POST /api/v1/actions/A-1/watch", `{"part":2,"why":"review"}`, "Watch A-1 2 review", ""},
		{"POST /api/v1/actions/A-1/answer", `{"words":"because"}`, "Answer A-1 because", ""},
		{"POST /api/v1/actions/A-1/withdraw", "", "Withdraw A-1", ""},
		{"POST /api/v1/actions/A-1/release", `{"strike":["secret"]}`, "Release A-1 [secret]", ""},
		{"POST /api/v1/actions/A-1/stop", `{"words":"now"}`, "Stop A-1 now", ""},
		{"GET /api/v1/ledger?from=1&to=9&kind=said&session=S-1&person=eve&limit=3&newest=1", "", "Ledger {1 9 said S-1 eve 3 true}", ""},
		{"GET /api/v1/people", "", "People {    [] 0001-01-01 00:00:00 +0000 UTC  5001}", ""},
		{"GET /api/v1/people?at=2026-03-01T00:00:00Z&text=Ev&role=escort&system=web&fact=citizenship=FR&fact=employer=unknown&after=ed&limit=7", "",
			"People { Ev escort web [{citizenship FR} {employer unknown}] 2026-03-01 00:00:00 +0000 UTC ed 7}", ""},
		{"GET /api/v1/explain?person=eve&system=web&ask=propose&at=2026-03-01T00:00:00Z", "", "Explain eve web propose 2026-03-01 00:00:00 +0000 UTC", ""},
		{"GET /api/v1/who?person=eve&fact=tier=x&deed=saw&deed=ran&system=web&session=S-1&mode=view&since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z&from=9&limit=5&bytes=1", "",
			"Who {eve [{tier x}] [saw ran] web S-1 view 2026-03-01 00:00:00 +0000 UTC 2026-03-02 00:00:00 +0000 UTC 9 5 true}", ""},
		{"GET /api/v1/ending", "", "Ending 2026-04-03 10:00:00 +0000 UTC", ""},
		{"POST /api/v1/here", `{"country":"FR"}`, "StateLocation FR", ""},
		{"GET /api/v1/networks", "", "Networks", ""},
		{"PUT /api/v1/networks", `{"networks":[{"name":"paris","network":"192.0.2.0/24","country":"FR","confidence":"medium","evidence":{"kind":"lease","reference":"L-1"}}]}`, "Record {{ 0} }",
			`[{"networks":[{"name":"paris","network":"192.0.2.0/24","country":"FR","confidence":"medium","evidence":{"kind":"lease","reference":"L-1"}}]}]`},
		{"POST /api/v1/people/import?dry=1", `{"people":[]}`, `Import json {"people":[]} true`, ""},
		{"GET /api/v1/acceptances", "", "Acceptances", ""},
		{"POST /api/v1/people", `{"person":"eve","name":"Eve","email":"eve@example.org"}`, "Record {eve { 0}}", `[{"name":"Eve","email":"eve@example.org"}]`},
		{"PUT /api/v1/people/eve", `{"name":"Eve B"}`, "Record {eve { 0}}", `[{"name":"Eve B"}]`},
		{"POST /api/v1/people/eve/facts", `{"name":"citizenship","value":{"countries":["FR"]},"evidence":{"kind":"passport","reference":"HR-7"}}`, "Record {eve citizenship { 0} <nil> false}",
			`[{"name":"citizenship","value":{"countries":["FR"]},"evidence":{"kind":"passport","reference":"HR-7"},"verifier":"ada","verified":"2026-03-04T10:00:00Z"}]`},
		{"POST /api/v1/people/eve/facts/citizenship/vouch", `{"fact":"ab"}`, "Record {eve citizenship ab}", "[]"},
		{"POST /api/v1/people/eve/facts/citizenship/withdraw", `{"reason":"wrong"}`, "Record {eve citizenship wrong}", "[]"},
		{"POST /api/v1/people/eve/keys", `{"public":"` + pub + `","use":["signin"]}`,
			"Record {eve SHA256:1k2mFfG8YkxjJVPy0ZruVbr1+qrZatnUw+CEQFL1c8U ssh " + strings.TrimSuffix(pub, " someone@somewhere") + " [signin] <nil> <nil>}", "[]"},
		{"POST /api/v1/people/eve/passkeys", `{"key":"passkey-SHA256:x"}`, "VouchKey eve passkey-SHA256:x <nil>", ""},
		{"GET /api/v1/passkeys", "", "Offers", ""},
		{"POST /api/v1/passkeys/challenge", `{"credential":"AQ==","public":"` + passkey + `"}`, "", ""},
		{"POST /api/v1/passkeys", `{"credential":"AQ==","public":"` + passkey + `","signed":{"key":"x","form":"webauthn","sig":""}}`, "", ""}, // see TestPasskeyIsOfferedForThisSite
		{"POST /api/v1/keys/retire", `{"key":"SHA256:x","reason":"lost"}`, "Record {SHA256:x lost}", "[]"},
		{"POST /api/v1/people/eve/roles", `{"role":"escort","system":"*"}`, "Record {eve escort * <nil>}", "[]"},
		{"POST /api/v1/people/eve/roles/withdraw", `{"role":"escort","system":"*"}`, "Record {eve escort *}", "[]"},
		{"GET /api/v1/systems", "", "Systems", ""},
		{"PUT /api/v1/systems/web", `{"name":"Web","profile":"open","release":"immediate"}`, "Record {web Web open  [] immediate [] 0 0 false}", "[]"},
		{"PUT /api/v1/systems/web/disclosure", `{"version":"1","countries":["FR"],"employers":["Acme"]}`, "Record {web 1 [FR] [Acme]}", "[]"},
		{"GET /api/v1/targets", "", "Targets", ""},
		{"PUT /api/v1/targets/web-01", `{"system":"web","address":"10.0.0.1:22","hostKey":"k","logins":["deploy"],"interpreter":"/bin/sh"}`, "Record {web-01 web 10.0.0.1:22 k [deploy] /bin/sh [] false}", "[]"},
		{"POST /api/v1/targets/web-01/check", `{"login":"deploy"}`, "CheckTarget web-01 deploy", ""},
		{"GET /api/v1/disclosures", "", "Disclosures", ""},
		{"GET /api/v1/lists", "", "Lists", ""},
		{"GET /api/v1/policies", "", "Profiles", ""},
		{"POST /api/v1/policies/open/diff", `{"shipped":true}`, "ComparePolicy open {[] map[] true}", ""},
		{"GET /api/v1/approvals", "", "Approvals", ""},
		{"GET /api/v1/runbooks", "", "Runbooks", ""},
		{"PUT /api/v1/lists/ear-d5", `{"content":"QQ=="}`, "Record {ear-d5  { 0} }", "[A]"},
		{"PUT /api/v1/policies/open", `{"content":"QQ=="}`, "Record {open  { 0} }", "[A]"},
		{"POST /api/v1/acceptances", `{"acceptance":"RA-1","system":"web","rule":"r","until":"2026-04-01T00:00:00Z","details":{"reason":"why"}}`,
			"Record {RA-1 web  r 2026-04-01 00:00:00 +0000 UTC { 0} <nil>}", `[{"reason":"why"}]`},
		{"POST /api/v1/acceptances/challenge", `{"acceptance":"RA-1","system":"web","rule":"r","until":"2026-04-01T00:00:00Z","details":{"reason":"why"}}`, "AcceptanceChallenge RA-1 {\"reason\":\"why\"}", ""},
		{"POST /api/v1/runbooks/challenge", `{"runbook":"R-1","system":"web","targets":["web-01"],"text":{"title":"disk","text":"ZGY=","login":"deploy","interpreter":"/bin/sh","dir":""},"until":"2026-04-01T00:00:00Z","second":"bob"}`, "", ""},
		{"POST /api/v1/runbooks/R-1/challenge", "", "Runbooks", ""},
		{"POST /api/v1/acceptances/RA-1/end", `{"reason":"over"}`, "Record {RA-1 over}", "[]"},
		{"POST /api/v1/approvals", `{"approval":"P-1","system":"web","countries":["FR"],"from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z","document":"d"}`,
			"Record {P-1 web [FR] 2026-01-01 00:00:00 +0000 UTC 2027-01-01 00:00:00 +0000 UTC d}", "[]"},
		{"POST /api/v1/runbooks", `{"runbook":"R-1","system":"web","targets":["web-01"],"text":{"title":"disk","text":"ZGY=","login":"deploy","interpreter":"/bin/sh","dir":""},"until":"2026-04-01T00:00:00Z","second":"bob"}`,
			"Record {R-1 web [web-01] { 0} " + string(sallyport.RunbookText{Text: []byte("df"), Login: "deploy", Interpreter: "/bin/sh"}.Content()) + " 2026-04-01 00:00:00 +0000 UTC ada bob <nil>}",
			`[{"title":"disk","text":"ZGY=","login":"deploy","interpreter":"/bin/sh","dir":""}]`},
		{"POST /api/v1/runbooks/R-1/second", `{}`, "Record {R-1 <nil>}", "[]"},
		{"POST /api/v1/runbooks/R-1/withdraw", `{"reason":"old"}`, "Record {R-1 old}", "[]"},
		{"GET /api/v1/revocations", "", "Revocations", ""},
		{"POST /api/v1/revocations?dry=1", `{"what":"person","name":"eve","reason":"left"}`, "Revoke {person eve left} true", ""},
		{"POST /api/v1/restorations", `{"what":"person","name":"eve","reason":"back"}`, "Record {person eve back}", "[]"},
		{"POST /api/v1/exports", `{"filter":{"sessions":["S-1"],"without":["recordings"],"reason":"law"}}`, "Export session S-1; without recordings (law)", ""},
		{"POST /api/v1/handovers", `{"from":"2026-01-01T00:00:00Z"}`, "Handover hand-over from 2026-01-01T00:00:00Z", ""},
	}
	tried := map[string]bool{}
	for _, c := range calls {
		b := newBench(t)
		method, path, _ := strings.Cut(c.route, " ")
		w := b.call(method, path, c.body)
		if w.Code/100 != 2 {
			t.Errorf("%s: status %d: %s", c.route, w.Code, w.Body)
			continue
		}
		r := httptest.NewRequest(method, "https://gw.example"+path, nil)
		for _, route := range b.routes() {
			if matches(route, r) {
				tried[route.Method+" "+route.Path] = true
			}
		}
		if c.want == "" {
			continue
		}
		if got := b.svc.args[0].(gateway.Caller); got.Person != "ada" || got.Door != "cli" || got.From != "192.0.2.1" {
			t.Errorf("%s: caller %+v", c.route, got)
		}
		got := b.svc.called
		for _, a := range b.svc.args[1:] {
			got += " " + strings.TrimPrefix(fmt.Sprintf("%v", a), "&")
		}
		if got != c.want {
			t.Errorf("%s reached the gateway as\n%s, want\n%s", c.route, got, c.want)
		}
		if contents := "[" + strings.Join(b.svc.recordContents, " ") + "]"; strings.HasPrefix(c.want, "Record") && contents != c.contents {
			t.Errorf("%s: contents %s, want %s", c.route, contents, c.contents)
		}
	}
	for _, route := range newBench(t).routes() {
		if !tried[route.Method+" "+route.Path] {
			t.Errorf("no test calls %s %s", route.Method, route.Path)
		}
	}
}

func matches(route route, r *http.Request) bool {
	mux := http.NewServeMux()
	mux.HandleFunc(route.Method+" "+route.Path, func(http.ResponseWriter, *http.Request) {})
	_, pattern := mux.Handler(r)
	return pattern != ""
}

// TestEveryRouteIsDocumented compares the routes with docs/spec/api.md, both ways.
func TestEveryRouteIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/spec/api.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range newBench(t).routes() {
		line := "`" + r.Method + " " + r.Path + "`"
		known[line] = true
		if !strings.Contains(string(doc), line) {
			t.Errorf("docs/spec/api.md does not have %s", line)
		}
	}
	for _, line := range strings.Split(string(doc), "\n") {
		for _, part := range strings.Split(line, "`") {
			if m, p, ok := strings.Cut(part, " "); ok && strings.HasPrefix(p, "/api/v1/") && (m == "GET" || m == "POST" || m == "PUT") && !strings.Contains(p, "?") && !known["`"+part+"`"] {
				t.Errorf("docs/spec/api.md documents %q, which is no route", part)
			}
		}
	}
}

// TestNobody tries every route without saying who calls, and with a wrong and an old token.
func TestNobody(t *testing.T) {
	b := newBench(t)
	for _, r := range b.routes() {
		path := strings.NewReplacer("{", "", "}", "").Replace(r.Path)
		for _, auth := range []string{"", "Bearer ", "Bearer " + b.token + "x", "Basic " + b.token} {
			req := httptest.NewRequest(r.Method, "https://gw.example"+path, strings.NewReader("{}"))
			if auth != "" {
				req.Header.Set("Authorization", auth)
			}
			w := httptest.NewRecorder()
			b.ServeHTTP(w, req)
			wantError(t, w, http.StatusUnauthorized, sallyport.Forbidden)
		}
	}
	b.now = testNow.Add(25 * time.Hour)
	wantError(t, b.call("GET", "/api/v1/queue", ""), http.StatusUnauthorized, sallyport.Forbidden)
	if b.svc.called != "" {
		t.Errorf("the gateway was asked: %s", b.svc.called)
	}
}

func TestErrors(t *testing.T) {
	b := newBench(t)
	b.svc.DoneFn = func(string, ...any) error {
		return sallyport.Errorf(sallyport.Conflict, "session %q is over", "S-1").WithHint("open another")
	}
	e := wantError(t, b.call("POST", "/api/v1/sessions/S-1/claim", ""), http.StatusConflict, sallyport.Conflict)
	if e.Message != `session "S-1" is over` || e.Hint != "open another" {
		t.Errorf("error %+v", e)
	}
	for _, err := range []error{fmt.Errorf("secret path /var/lib"), sallyport.Errorf(sallyport.Internal, "secret path /var/lib")} {
		b.logs.Reset()
		b.svc.DoneFn = func(string, ...any) error { return err }
		w := b.call("POST", "/api/v1/sessions/S-1/claim", "")
		e = wantError(t, w, http.StatusInternalServerError, sallyport.Internal)
		if strings.Contains(w.Body.String(), "secret") || e.Message != "internal error" {
			t.Errorf("an outsider sees %s", w.Body)
		}
		if !strings.Contains(b.logs.String(), "secret path /var/lib") {
			t.Errorf("the log does not say why: %s", b.logs)
		}
	}
}

func TestHostileRequests(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       sallyport.Code
	}{
		"unknown key":  {"/api/v1/sessions/S-1/say", `{"words":"a","more":1}`, 400, sallyport.Invalid},
		"repeated key": {"/api/v1/sessions/S-1/say", `{"words":"a","words":"b"}`, 400, sallyport.Invalid},
		"other case":   {"/api/v1/sessions/S-1/say", `{"words":"a","WORDS":"b"}`, 400, sallyport.Invalid},
		"two values":   {"/api/v1/sessions/S-1/say", `{"words":"a"}{}`, 400, sallyport.Invalid},
		"not JSON":     {"/api/v1/sessions/S-1/say", `words=a`, 400, sallyport.Invalid},
		"empty":        {"/api/v1/sessions/S-1/say", ``, 400, sallyport.Invalid},
		"too deep":     {"/api/v1/sessions/S-1/say", strings.Repeat("[", 1000), 400, sallyport.Invalid},
		"too large":    {"/api/v1/sessions/S-1/say", `{"words":"` + strings.Repeat("a", wire.MaxBody) + `"}`, 429, sallyport.Limited},
		"too wordy":    {"/api/v1/sessions/S-1/say", `{"words":"` + strings.Repeat("a", wire.MaxWords+1) + `"}`, 429, sallyport.Limited},
		"bad id":       {"/api/v1/sessions/..%2f..%2fetc/say", `{"words":"a"}`, 400, sallyport.Invalid},
		"script in id": {"/api/v1/sessions/%3Cscript%3E/claim", `{}`, 400, sallyport.Invalid},
		"no route":     {"/api/v1/nothing", `{}`, 404, sallyport.NotFound},
		"two systems":  {"/api/v1/keys/retire", `{"key":1}`, 400, sallyport.Invalid},
		"key options":  {"/api/v1/people/eve/keys", `{"public":"command=\"x\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJr5NDrUKqyUxKB8HHZGNT7yHO7tk9JmMPvOkBN5kTvB"}`, 400, sallyport.Invalid},
		"private key":  {"/api/v1/people/eve/keys", `{"public":"-----BEGIN OPENSSH PRIVATE KEY-----"}`, 400, sallyport.Invalid},
		"fact is text": {"/api/v1/people/eve/facts", `{"name":"citizenship","value":"FR","evidence":{"kind":"passport","reference":"HR-7"}}`, 400, sallyport.Invalid},
		"bad dry":      {"/api/v1/revocations?dry=yes", `{"what":"all","reason":"r"}`, 400, sallyport.Invalid},
		"no person id": {"/api/v1/people", `{"person":"../x","name":"n"}`, 400, sallyport.Invalid},
		"stale page":   {"/api/v1/actions/A-1/decision", `{"seat":"escort","answer":"approve","words":"","shown":{"spec":"","assessment":"","page":"console:old","opened":"2026-03-04T10:00:00Z","decided":"2026-03-04T10:00:00Z"}}`, 409, sallyport.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, b.call("POST", c.path, c.body), c.status, c.code)
			if b.svc.called != "" {
				t.Errorf("the gateway was asked: %s", b.svc.called)
			}
		})
	}
	wantError(t, b.call("PUT", "/api/v1/systems/web", `{"system":"other"}`), 400, sallyport.Invalid)
	for _, q := range []string{"from=x", "limit=0", "limit=1001", "kind=nothing", "person=a%20b", "colour=red", "from=1&from=2", "from=-1"} {
		wantError(t, b.call("GET", "/api/v1/ledger?"+q, ""), 400, sallyport.Invalid)
	}
	for _, p := range []string{"people?at=yesterday", "people?when=1", "explain?system=a%20b&ask=propose", "explain?system=web&system=db&ask=propose", "explain?system=web&ask=propose&at=then",
		"people?limit=0", "people?limit=1001", "people?fact=citizenship", "people?after=a%20b", "who?deed=saw&colour=red", "who?fact=x&deed=saw", "who?since=monday", "who?bytes=yes",
		"who?person=../x", "who?from=-1", "who?limit=5000", "ending?until=soon"} {
		wantError(t, b.call("GET", "/api/v1/"+p, ""), 400, sallyport.Invalid)
	}
	r := httptest.NewRequest("POST", "https://gw.example/api/v1/sessions/S-1/say", strings.NewReader(`{"words":"a"}`))
	r.Header.Set("Authorization", "Bearer "+b.token)
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	wantError(t, w, 400, sallyport.Invalid)
}

func TestMe(t *testing.T) {
	b := newBench(t)
	b.svc.PagesFn = func(gateway.Caller) ([]string, error) { return []string{"queue", "revoke", "tickets"}, nil }
	var me wire.Me
	w := b.call("GET", "/api/v1/me", "")
	if err := json.Unmarshal(w.Body.Bytes(), &me); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(me.Can, " "); me.Person != "ada" || got != "queue revoke tickets" || me.AsksVoucher != 2 || me.Page != b.Page() {
		t.Errorf("me %+v", me)
	}
	b.svc.PagesFn = func(gateway.Caller) ([]string, error) {
		return nil, sallyport.Errorf(sallyport.Unavailable, "store is away")
	}
	wantError(t, b.call("GET", "/api/v1/me", ""), 503, sallyport.Unavailable)
}

func TestHeaders(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{"/", "/queue", "/assets/app.js", "/api/v1/me", "/api/v1/nothing", "/signin/x", "/missing.js"} {
		w := b.call("GET", path, "")
		csp := w.Header().Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %q", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q is open", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Strict-Transport-Security": "max-age=31536000"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
	if got := b.call("GET", "/api/v1/queue", "").Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("API answers may be cached: %q", got)
	}
}

func TestConsoleFiles(t *testing.T) {
	b := newBench(t)
	w := b.call("GET", "/sessions/S-1", "")
	if w.Code != 200 || !strings.Contains(w.Body.String(), b.Page()) || strings.Contains(w.Body.String(), pageMark) {
		t.Errorf("a page of the console: %d %.200s", w.Code, w.Body)
	}
	r := httptest.NewRequest("GET", "https://gw.example/assets/app.js", nil)
	w = httptest.NewRecorder()
	b.ServeHTTP(w, r)
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), "javascript") {
		t.Fatalf("app.js: %d %q", w.Code, w.Header().Get("Content-Type"))
	}
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	w = httptest.NewRecorder()
	b.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified {
		t.Errorf("app.js again: %d", w.Code)
	}
	if w := b.call("GET", "/assets/none.js", ""); w.Code != 404 {
		t.Errorf("a missing file: %d", w.Code)
	}
	if w := b.call("POST", "/", ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /: %d", w.Code)
	}
}

func FuzzBodies(f *testing.F) {
	for _, s := range []string{`{"words":"a"}`, `{"words":"a","words":"b"}`, `[]`, `{"a":{"b":[1,{"c":null}]}}`, "\x00", `{"words":"\ud800"}`, `{"text":"ZGY="}`} {
		f.Add(s)
	}
	tokens := OpenTokens(filepath.Join(f.TempDir(), "tokens.json"))
	secret, err := tokens.Add("ada", testNow.Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	srv := New(&fake{}, Options{Origin: "https://gw.example", Tokens: tokens, Now: func() time.Time { return testNow }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	routes := srv.routes()
	f.Fuzz(func(t *testing.T, body string) {
		for _, route := range routes {
			if route.Stream != nil || route.Method == "GET" {
				continue
			}
			path := strings.NewReplacer("{", "", "}", "").Replace(route.Path)
			r := httptest.NewRequest(route.Method, "https://gw.example"+path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+string(secret.Expose()))
			w := httptest.NewRecorder()
			srv.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s %s answers %d to %q: %s", route.Method, route.Path, w.Code, body, w.Body)
			}
			if w.Code != 204 && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s %s: answer %q is not JSON", route.Method, route.Path, w.Body)
			}
		}
	})
}
