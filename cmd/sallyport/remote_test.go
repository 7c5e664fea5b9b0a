package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/web"
)

// office is a whole server with its administrator's token, for commands.
type office struct {
	t       *testing.T
	dir     string
	world   *gatewaytest.World
	tokens  *web.Tokens
	connect []string
}

func newOffice(t *testing.T) *office { return officeOf(t, gatewaytest.Options{Quiet: true}) }

func officeOf(t *testing.T, opts gatewaytest.Options) *office {
	o := &office{t: t, dir: t.TempDir(), world: gatewaytest.Start(t, opts)}
	o.tokens = web.OpenTokens(filepath.Join(o.dir, "tokens.json"))
	srv := web.New(o.world.Gateway, web.Options{Origin: "https://localhost", Tokens: o.tokens})
	ts := httptest.NewTLSServer(srv)
	t.Cleanup(ts.Close)
	t.Cleanup(srv.Close)
	roots := o.file("roots.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ts.Certificate().Raw})))
	token := filepath.Join(o.dir, "ada.token")
	if err := writeToken(o.tokens, gatewaytest.Ada, token, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	o.connect = []string{"--server", ts.URL, "--token-file", token, "--roots", roots}
	return o
}

func (o *office) file(name, body string) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// try runs a command; run wants it to succeed.
func (o *office) try(args ...string) (stdout, stderr string, err error) {
	var out, talk bytes.Buffer
	root := newRoot()
	root.SetArgs(append(args, o.connect...))
	root.SetOut(&out)
	root.SetErr(&talk)
	err = root.ExecuteContext(context.Background())
	return out.String(), talk.String(), err
}

func (o *office) run(args ...string) string {
	o.t.Helper()
	out, _, err := o.try(args...)
	if err != nil {
		o.t.Fatalf("sallyport %s: %v (%s)", strings.Join(args, " "), err, sallyport.Hint(err))
	}
	return out
}

func (o *office) sees(out string, wants ...string) {
	o.t.Helper()
	for _, want := range wants {
		if !strings.Contains(out, want) {
			o.t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

// TestAdministratorsAfternoon starts from a server with one administrator's token and ends with a ticket that can be worked on.
func TestAdministratorsAfternoon(t *testing.T) {
	o := newOffice(t)
	o.run("person", "add", "zoe", "--name", "Zoë\x1b[31m Z")
	o.sees(o.run("person", "list"), "zoe", "Zoë\uFFFD[31m Z")
	o.run("person", "change", "zoe", "--name", "Zoë", "--email", "zoe@example.org")
	o.run("role", "assign", "zoe", "engineer", "--system", "web", "--until", "2099-01-31")
	o.sees(o.run("role", "list"), "engineer", "zoe", "2099-01-31T00:00:00Z")
	o.run("fact", "record", "zoe", "citizenship", "FR,SE", "--evidence", "passport", "--reference", "HR-1", "--until", "24h")
	o.sees(o.run("fact", "list", "zoe"), "citizenship", "citizen of FR and SE", "known", "ada")
	o.sees(o.run("who", "has", "citizenship", "SE"), "zoe", "citizen of FR and SE")
	if out := o.run("who", "has", "citizenship", "DE"); strings.Contains(out, "zoe") {
		t.Errorf("zoe is found as DE:\n%s", out)
	}
	o.sees(o.run("who", "expires", "--within", "48h"), "zoe", "citizenship")
	o.sees(o.run("who", "may", "escort", "--system", "web"), "ed", "Yes.", "zoe", "No")
	if out := o.run("person", "list", "--at", "2001-01-01"); strings.Contains(out, "zoe") {
		t.Errorf("zoe was there in 2001:\n%s", out)
	}
	pub := o.file("zoe.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJr5NDrUKqyUxKB8HHZGNT7yHO7tk9JmMPvOkBN5kTvB zoe@laptop\n")
	o.run("key", "enrol", "zoe", pub)
	o.sees(o.run("key", "list"), "SHA256:1k2mFfG8YkxjJVPy0ZruVbr1+qrZatnUw+CEQFL1c8U", "signin")
	o.run("system", "add", "db", "--name", "Orders", "--profile", "open", "--release", "held")
	o.run("system", "change", "db", "--impact", "high")
	o.sees(o.run("system", "list"), "db", "Orders", "high", "held")
	o.run("system", "disclose", "db", "--version", "2026-1", "--country", "FR,SE", "--employer", "Example Corp")
	o.run("target", "add", "db-01", "--system", "db", "--address", "127.0.0.1:1", "--host-key", pub, "--login", "deploy")
	o.run("target", "change", "db-01", "--address", "127.0.0.1:2")
	o.sees(o.run("target", "list"), "db-01", "127.0.0.1:2", "deploy")
	o.run("ticket", "add", "T-9", "--title", "db is slow", "--system", "db", "--target", "db-01", "--engineer", "zoe", "--to", "4h")
	o.sees(o.run("ticket", "list"), "T-9", "open", "zoe", "db is slow")
	o.sees(o.run("ticket", "list", "--json"), `"id": "T-9"`)
	o.run("ticket", "close", "T-9", "--reason", "done")
	o.run("key", "retire", "SHA256:1k2mFfG8YkxjJVPy0ZruVbr1+qrZatnUw+CEQFL1c8U", "--reason", "lost")
	o.run("fact", "withdraw", "zoe", "citizenship", "--reason", "wrong document")
	o.run("role", "withdraw", "zoe", "engineer", "--system", "web")
	if out := o.run("person", "show", "zoe"); strings.Contains(out, "citizen") || strings.Contains(out, "engineer") || strings.Contains(out, "SHA256") {
		t.Errorf("what was taken back is still there:\n%s", out)
	}
	o.sees(o.run("signin"), "https://localhost/signin/")
}

func TestRevokeAsksFirst(t *testing.T) {
	o := newOffice(t)
	session := o.world.Session()
	out, talk, err := o.try("revoke", "person", "ana", "--reason", "left")
	if err != nil || !strings.Contains(out, "this ends 1 session") || !strings.Contains(out, string(session)) || !strings.Contains(talk, "--yes") {
		t.Fatalf("%v\n%s%s", err, out, talk)
	}
	if v, _, err := o.world.Gateway.Session(t.Context(), gatewaytest.As(gatewaytest.Ed), session); err != nil || v.State != "open" {
		t.Fatalf("a dry run did something: %q %v", v.State, err)
	}
	o.sees(o.run("revoke", "person", "ana", "--reason", "left", "--yes"), "this ends 1 session")
	if v, _, _ := o.world.Gateway.Session(t.Context(), gatewaytest.As(gatewaytest.Ed), session); v.State != "ended" && v.State != "ending" {
		t.Errorf("the session is %q", v.State)
	}
	o.run("restore", "person", "ana", "--reason", "mistake")
}

func TestWhoDid(t *testing.T) {
	o := newOffice(t)
	o.world.Session()
	if err := writeToken(o.tokens, gatewaytest.Aud, filepath.Join(o.dir, "aud.token"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	o.connect[3] = filepath.Join(o.dir, "aud.token")
	o.sees(o.run("who", "did", "ana"), "session.requested")
	if out := o.run("who", "did", "ana"); strings.Contains(out, "person.added") {
		t.Errorf("what others did is listed:\n%s", out)
	}
}

func TestPersonImport(t *testing.T) {
	o := newOffice(t)
	const head = "person,name,email,fact,value,evidence_kind,evidence_reference,verifier,verified,until\n"
	good := o.file("good.csv", head+
		"uma,Uma,uma@example.org,citizenship,\"FR,US\",passport,HR-9,ada,2026-01-02T00:00:00Z,\n"+
		"uma,,,role,escort@web,,,,,\n")
	out, talk, err := o.try("person", "import", good, "--dry-run")
	if err != nil || !strings.Contains(out, "uma") || !strings.Contains(talk, "nothing was written") {
		t.Fatalf("%v\n%s%s", err, out, talk)
	}
	if out := o.run("person", "list"); strings.Contains(out, "uma") {
		t.Fatal("a dry run wrote")
	}
	o.run("person", "import", good)
	o.sees(o.run("person", "show", "uma"), "citizen of FR and US", "escort@web")
	if out := o.run("person", "import", good); out != "" {
		t.Errorf("a second import changes something:\n%s", out)
	}
	bad := o.file("bad.csv", head+"vic,Vic,,citizenship,FR,passport,HR-1,ada,2026-01-02T00:00:00Z,\nvic,,,citizenship,Atlantis,passport,HR-1,ada,2026-01-02T00:00:00Z,\n")
	if _, _, err := o.try("person", "import", bad); err == nil || !strings.Contains(err.Error(), "3") {
		t.Errorf("a bad row: %v", err)
	}
	if out := o.run("person", "list"); strings.Contains(out, "vic") {
		t.Error("a file with a bad row wrote something")
	}
}

func TestRemoteMistakes(t *testing.T) {
	o := newOffice(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no such verb":    {[]string{"person", "frobnicate"}, "not one of the commands"},
		"missing name":    {[]string{"person", "add", "zoe"}, "name"},
		"bad id":          {[]string{"person", "add", "../zoe", "--name", "Z"}, "not an identifier"},
		"twice":           {[]string{"person", "add", "ana", "--name", "Ana"}, ""},
		"bad role":        {[]string{"role", "assign", "ana", "boss"}, "no role"},
		"bad time":        {[]string{"role", "assign", "ana", "escort", "--until", "tomorrow"}, "not a time"},
		"bad fact":        {[]string{"fact", "record", "ana", "citizenship", "Atlantis", "--evidence", "passport", "--reference", "1"}, ""},
		"private key":     {[]string{"key", "enrol", "ana", o.file("id", "-----BEGIN OPENSSH PRIVATE KEY-----\n")}, "private key"},
		"revoke nothing":  {[]string{"revoke", "weather", "x", "--reason", "r"}, "cannot be revoked"},
		"nobody":          {[]string{"fact", "list", "nobody"}, "no person"},
		"no such target":  {[]string{"target", "change", "none", "--address", "x:1"}, "no target"},
		"system is there": {[]string{"system", "add", "web", "--name", "W"}, "there already"},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, err := o.try(c.args...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q; printed %q", err, c.want, out)
			}
			if sallyport.CodeOf(err) == sallyport.Internal {
				t.Errorf("an ordinary mistake is an internal error: %v", err)
			}
		})
	}
	if err := os.Chmod(o.connect[3], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.try("person", "list"); err == nil || !strings.Contains(err.Error(), "others may read it") {
		t.Errorf("a token that others may read: %v", err)
	}
	o.connect = []string{"--server", "http://gateway.example", "--token-file", o.connect[3]}
	if _, _, err := o.try("person", "list"); err == nil || !strings.Contains(err.Error(), "not https") {
		t.Errorf("plain http: %v", err)
	}
}
