package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport"
	"sallyport/web/webhook"
	"sallyport/web/wire"
)

// TestOwnerIsTold runs a server with a webhook and a mail spool: the owner of a system is told when a session on it opens and ends, with who and from
// which country, by feed, webhook and mail (R19).
func TestOwnerIsTold(t *testing.T) {
	var mu sync.Mutex
	var hooked []webhook.Message
	secret := "0123456789abcdef0123456789abcdef"
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var m webhook.Message
		if json.Unmarshal(body, &m) != nil || !strings.Contains(r.Header.Get(webhook.Header), ",v1=") {
			t.Errorf("webhook got %q with %q", body, r.Header.Get(webhook.Header))
		}
		mu.Lock()
		hooked = append(hooked, m)
		mu.Unlock()
	}))
	defer ts.Close()
	s := newSite(t)
	spool := filepath.Join(s.dir, "spool")
	if err := os.Mkdir(spool, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "secret"), []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, "sallyport.toml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`url = ""`, `url = "`+ts.URL+`"`, `secret_file = ""`, `secret_file = "secret"`, `from = ""`, `from = "gateway@example.org"`, `spool = ""`, `spool = "spool"`).Replace(string(b))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start("")
	defer s.stop()
	s.populate()
	ada := s.client("ada")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(ada.AddPerson(t.Context(), wire.Person{Person: "olli", PersonDetails: sallyport.PersonDetails{Name: "Olli", Email: "olli@example.org"}}))
	must(ada.AssignRole(t.Context(), "olli", wire.Role{Role: sallyport.RoleSystemOwner, System: "*"}))
	v, err := s.client("ana").OpenSession(t.Context(), "T-1")
	must(err)
	must(s.client("ana").SessionDo(t.Context(), v.ID, "end", "done"))
	var mails []string
	for end := time.Now().Add(20 * time.Second); len(mails) < 2; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d mails in the spool, want 2:\n%s", len(mails), s.log.String())
		}
		mails = nil
		files, _ := filepath.Glob(filepath.Join(spool, "*.eml"))
		for _, f := range files {
			b, err := os.ReadFile(f)
			must(err)
			mails = append(mails, string(b))
		}
	}
	all := strings.Join(mails, "\n")
	for _, want := range []string{"olli@example.org", "has opened", "has ended", "Engineer  ana (ana), location unknown, employer unknown", string(v.ID)} {
		if !strings.Contains(all, want) {
			t.Errorf("the mails lack %q:\n%s", want, all)
		}
	}
	for _, never := range []string{secret, "BEGIN", "token"} {
		if strings.Contains(all, never) {
			t.Errorf("a mail says %q", never)
		}
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		mu.Lock()
		owners := 0
		for _, m := range hooked {
			if m.What == "owner" && m.Session == v.ID {
				owners++
			}
		}
		mu.Unlock()
		if owners == 2 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the webhook was told %d times, want 2: %+v", owners, hooked)
		}
	}
}
