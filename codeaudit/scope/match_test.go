package scope

import (
	"strings"
	"testing"
	"time"

	"sallyport/codeaudit/change"
)

func match(t *testing.T, set string, o Options, c *change.Commit) string {
	t.Helper()
	s, err := Parse([]byte(set), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := NewMatcher(s, o)
	outside := m.Match(c)
	d := Decide(c, outside, c.Evil)
	var why []string
	for _, r := range d.Why {
		why = append(why, r.Kind)
	}
	word := "out "
	if d.In {
		word = "in "
	}
	return word + strings.Join(why, ",")
}

func TestRoles(t *testing.T) {
	t.Parallel()
	const set = "identity\nm@x.example\naccount:login\nkey:SHA256:k\nkey:00112233445566778899AABBCCDDEEFF00112233\nsession:S-000017\n"
	person := func(mail string) change.Person { return change.Person{Name: "N", Email: mail} }
	other := person("o@x.example")
	for want, c := range map[string]*change.Commit{
		"in author":           {Author: person(" M@X.example"), Committer: other},
		"in committer":        {Author: other, Committer: person("m@x.example")},
		"in author,committer": {Author: person("m@x.example"), Committer: person("12+login@users.noreply.github.com")},
		"in co-author":        {Author: other, Committer: other, Trailers: []change.Trailer{{Key: "co-authored-by", Email: "m@x.example"}}},
		"in trailer":          {Author: other, Committer: other, Trailers: []change.Trailer{{Key: "Reviewed-by", Value: "@Login", Name: "Login"}}},
		"in signer":           {Author: other, Committer: other, Signature: change.Signature{Key: "SHA256:k"}},
		"in pusher":           {Author: other, Committer: other, Pusher: "login"},
		"in session":          {Author: other, Committer: other, Message: "Session: S-000017\n"},
		"out no-member":       {Author: other, Committer: other, Message: "S-0000170", Signature: change.Signature{Key: "SHA256:K"}},
		"in own-lines":        {Author: other, Committer: other, Evil: true},
		"in author,own-lines": {Author: person("m@x.example"), Committer: other, Evil: true},
	} {
		if got := match(t, set, Options{}, c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	long := &change.Commit{Author: other, Committer: other, Signature: change.Signature{Key: "CCDDEEFF00112233"}}
	if got := match(t, set, Options{}, long); got != "in signer" {
		t.Errorf("a long key id: %q", got)
	}
}

// TestNoInference holds that nothing but an identity or a mapping brings a commit in: not the name, domain or zone.
func TestNoInference(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*3600)
	c := &change.Commit{Author: change.Person{Name: "Same Name", Email: "other@x.example", Time: time.Unix(0, 0).In(zone)},
		Committer: change.Person{Name: "Same Name", Email: "other@x.example", Time: time.Unix(0, 0).In(zone)}}
	if got := match(t, "name,email\nSame Name,m@x.example\n", Options{}, c); got != "out no-member" {
		t.Errorf("%q", got)
	}
}

func TestMappings(t *testing.T) {
	t.Parallel()
	s, err := Parse([]byte("m@x.example\nunseen@x.example\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	mailmap := ParseMailmap("r/.mailmap", []byte("# comment\nM <m@x.example> <old@x.example>\nM <new@x.example> <m@x.example>\nM <m@x.example> Twin <shared@x.example>\nonly a name <q@x.example>\nbroken <\n"))
	aliases, err := ParseAliases([]byte("from,to,approved,reason\nolder@x.example,old@x.example,ana,same person\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := NewMatcher(s, Options{Mappings: append(aliases, mailmap...)})
	for mail, want := range map[string]bool{"old@x.example": true, "older@x.example": true, "new@x.example": true, "m@x.example": true, "q@x.example": false, "shared@x.example": false} {
		c := &change.Commit{Author: change.Person{Name: "Z", Email: mail}, Committer: change.Person{Name: "Z", Email: "z@x.example"}}
		m.Match(c)
		m.Note(c)
		if c.InScope != want {
			t.Errorf("%s in scope: %v", mail, c.InScope)
		}
	}
	twin := &change.Commit{Author: change.Person{Name: "twin", Email: "shared@x.example"}}
	if m.Match(twin); !twin.InScope || twin.Roles[0].Detail == "" {
		t.Errorf("a mapping for a name: %+v", twin.Roles)
	}
	r := m.Resolution()
	if len(r.Mappings) != 4 || r.Mappings[0].Approved != "ana" {
		t.Errorf("mappings %+v", r.Mappings)
	}
	if len(r.Unseen) != 1 || r.Unseen[0].Value != "unseen@x.example" {
		t.Errorf("unseen %+v", r.Unseen)
	}
	if len(r.Open) == 0 || r.Open[0].Name != "z" {
		t.Errorf("open questions %+v", r.Open)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	const set = "email,from,to\nm@x.example,2020-01-01,2020-12-31\n"
	at := func(author, committer string) *change.Commit {
		a, _ := time.Parse(time.DateOnly, author)
		c, _ := time.Parse(time.DateOnly, committer)
		return &change.Commit{Author: change.Person{Email: "m@x.example", Time: a}, Committer: change.Person{Email: "z@x.example", Time: c.Add(23 * time.Hour)}}
	}
	for _, c := range []struct {
		author, committer, plain, dated string
	}{
		{"2020-06-01", "2020-06-01", "in author", "in author"},
		{"2019-06-01", "2020-12-31", "in author", "in author"}, // one clock within is enough: either may be wrong
		{"2019-06-01", "2021-01-01", "in author", "out outside-dates"},
	} {
		if got := match(t, set, Options{}, at(c.author, c.committer)); got != c.plain {
			t.Errorf("%v: %q", c, got)
		}
		if got := match(t, set, Options{WithinDates: true}, at(c.author, c.committer)); got != c.dated {
			t.Errorf("%v: within dates %q", c, got)
		}
	}
}
