package verify_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport/evidence"
	"sallyport/recording"
	"sallyport/store"
	"sallyport/verify"
)

// export makes a bundle of a state folder.
func export(t *testing.T, dir, vkey string, f evidence.Filter) (string, *evidence.Manifest) {
	t.Helper()
	db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ring, err := recording.NewKeyring(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	x := evidence.Export{Ledger: db, Blobs: db.Blobs(), Keyring: ring, LogKey: vkey, Filter: f, Software: "test"}
	m, err := x.Write(t.Context(), &out)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "bundle.zip")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name, m
}

func TestBundle(t *testing.T) {
	dir, vkey := story(t, nil)
	t.Run("everything", func(t *testing.T) {
		name, m := export(t, dir, vkey, evidence.Filter{})
		r := run(t, name, verify.Options{LogKey: vkey})
		if r.Exit() != 0 || m.Sessions != 1 || len(m.Withheld) != 0 {
			t.Fatalf("exit %d, manifest %+v\n%s", r.Exit(), m, page(r))
		}
	})
	t.Run("another session", func(t *testing.T) {
		name, m := export(t, dir, vkey, evidence.Filter{Sessions: []string{"s-other"}})
		r := run(t, name, verify.Options{LogKey: vkey})
		if r.Exit() != 2 || m.Sessions != 0 || m.Withheld["outside of what this bundle discloses"] == 0 {
			t.Fatalf("exit %d, manifest %+v\n%s", r.Exit(), m, page(r))
		}
		if !strings.Contains(page(r), "1 sessions, each an unbroken chain") {
			t.Errorf("the session that is not disclosed does not show\n%s", page(r))
		}
	})
	t.Run("without recordings", func(t *testing.T) {
		name, m := export(t, dir, vkey, evidence.Filter{Without: []evidence.Class{evidence.Recordings}, Reason: "the works council has not agreed"})
		r := run(t, name, verify.Options{LogKey: vkey})
		if r.Exit() != 2 || m.Withheld["recordings left out: the works council has not agreed"] != 3 {
			t.Fatalf("exit %d, manifest %+v\n%s", r.Exit(), m, page(r))
		}
		for _, c := range r.Checks {
			if c.Name == "approved = executed" && c.Result != verify.Good {
				t.Errorf("%+v", c)
			}
		}
	})
	t.Run("by engineer", func(t *testing.T) {
		name, m := export(t, dir, vkey, evidence.Filter{People: []string{"ana"}})
		r := run(t, name, verify.Options{LogKey: vkey})
		if m.Sessions != 1 || r.Exit() == 1 {
			t.Fatalf("exit %d, manifest %+v\n%s", r.Exit(), m, page(r))
		}
	})
	t.Run("no reason", func(t *testing.T) {
		x := evidence.Export{Filter: evidence.Filter{Without: []evidence.Class{evidence.Texts}}}
		if _, err := x.Write(t.Context(), &bytes.Buffer{}); err == nil {
			t.Fatal("contents were left out without a reason")
		}
	})
}
