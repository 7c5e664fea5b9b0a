package scope

import (
	"strings"
	"testing"

	"sallyport"
)

func TestParseSet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"single column":     {"A.B@Example.org\nc@d.example\n", "email:a.b@example.org | email:c@d.example"},
		"with a header":     {"email\na@b.example\n", "email:a@b.example"},
		"identity header":   {"identity,reason\naccount:Login,why\nkey:SHA256:abc,\n", "account:login | key:SHA256:abc"},
		"several of one":    {"person,email,account\nP1,a@b.example;c@d.example,x\nP1,e@f.example,\n", "email:a@b.example email:c@d.example account:x email:e@f.example"},
		"excel":             {"\xef\xbb\xbfE-Mail;Name\r\na@b.example;A B\r\n", "email:a@b.example"},
		"name and mail":     {"email\nA B <a@b.example>\n", "email:a@b.example"},
		"kind column":       {"kind,identity\nsession,S-2024-0001\nemail,a@b.example\n", "session:S-2024-0001 | email:a@b.example"},
		"comments":          {"# who\nemail\n# more\na@b.example\n\n", "email:a@b.example"},
		"openpgp":           {"key\n0x0123 4567 89ab cdef\n", "key:0123456789ABCDEF"},
		"json":              {`{"version":1,"members":[{"person":"P","identities":["email:a@b.example","account:x"],"facts":[{"fact":"f","from":"2020-01-01"}]}]}`, "email:a@b.example account:x"},
		"json rows":         {`[{"email":"a@b.example","reason":"r"}]`, "email:a@b.example"},
		"facts":             {"email,fact,employer,reason,evidence,verifier,from,to,note\na@b.example,f,X,r,e,v,2020-01-01,2021-01-01T00:00:00Z,n\n", "email:a@b.example"},
		"name is no ground": {"name,email\nA B,a@b.example\n", "email:a@b.example"},
	} {
		set, err := Parse([]byte(c.file), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var members []string
		for _, m := range set.Members {
			var ids []string
			for _, id := range m.Identities {
				ids = append(ids, id.String())
			}
			members = append(members, strings.Join(ids, " "))
		}
		if got := strings.Join(members, " | "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if !strings.Contains(set.Summary(), "UNSIGNED") {
			t.Errorf("%s: an unsigned set is not marked", name)
		}
	}
}

// TestSetRefuses holds that a set has no place for a guess about where somebody is from, and none for a person without identity.
func TestSetRefuses(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"email,nationality\na@b.example,X\n":         `column "nationality" has no place in a set`,
		"email,Name_Origin\na@b.example,X\n":         `column "Name_Origin" has no place in a set`,
		"email,timezone\na@b.example,+8\n":           `column "timezone" has no place in a set`,
		"email,country,person\na@b.example,X,P\n":    `column "country" has no place in a set`,
		`[{"email":"a@b.example","ethnicity":"x"}]`:  `column "ethnicity" has no place in a set`,
		`{"members":[{"identities":[],"race":"x"}]}`: `column "race" has no place in a set`,
		"name\nA B\n":                       "no identity",
		"email\nA B\n":                      "is not an identity",
		"email\nnobody\n":                   "is not an identity",
		"a b\n":                             "is not an identity",
		"a@b.example,A B\n":                 "no header",
		"email,from\na@b.example,yesterday": "is not a date",
		"":                                  "names nobody",
		"email\n":                           "names nobody",
		"email\na@b.example,c@d.example\n":  "2 fields",
		"\xff\xfe":                          "not UTF-8",
		`{"version":2,"members":[]}`:        "version 2",
		"kind,identity\npassport,123\n":     "is not a kind",
	} {
		set, err := Parse([]byte(file), nil)
		if err == nil {
			t.Errorf("%q is accepted: %+v", file, set)
			continue
		}
		if !strings.Contains(err.Error(), want) || sallyport.CodeOf(err) != sallyport.Invalid {
			t.Errorf("%q: %v (%s), want %q", file, err, sallyport.CodeOf(err), want)
		}
	}
	if _, err := Parse([]byte("a@b.example\n"), []byte("not a signature")); err == nil {
		t.Error("a signature that is none is accepted")
	}
}

func FuzzParseSet(f *testing.F) {
	f.Add([]byte("person,email;x\nP,a@b.example\n"))
	f.Add([]byte(`{"version":1,"members":[{"person":"P","identities":["email:a@b.example"]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := Parse(data, nil)
		if err != nil {
			return
		}
		for _, m := range set.Members {
			if m.Label == "" || len(m.Identities) == 0 {
				t.Errorf("a member without label or identity: %+v", m)
			}
			for _, id := range m.Identities {
				if again, err := identity("", id.String()); err != nil || again != id {
					t.Errorf("%q reads back as %q: %v", id, again, err)
				}
			}
		}
		ParseMailmap("m", data)
		_, _ = ParseAliases(data)
		_, _ = ParsePushLog(data)
	})
}
