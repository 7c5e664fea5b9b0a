package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"sallyport/ledger"
	"sallyport/store"
)

// A view that was changed behind the ledger's back is made again; a tree that was changed too; entries that were changed are refused.
func TestRebuild(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	var verifier func(signed []byte) (ledger.Checkpoint, error)
	t.Run("fill", func(t *testing.T) {
		l := openLog(t, dir)
		v := l.Verifier()
		verifier = func(signed []byte) (ledger.Checkpoint, error) {
			c, _, err := ledger.OpenCheckpoint(signed, v)
			return c, err
		}
		for i := range 40 {
			ticket, _, err := l.Enqueue(decided(t, i), decided(t, i+100))
			if err != nil {
				t.Fatal(err)
			}
			if err := ticket.Wait(ctx); err != nil {
				t.Fatal(err)
			}
		}
	})
	r, err := store.Rebuild(ctx, dir, verifier)
	if err != nil || r.Size != 80 || len(r.Differ) != 0 || r.OldName != "" {
		t.Fatalf("an honest state: %+v, %v", r, err)
	}
	tamper := func(query string) {
		t.Helper()
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.DatabaseName))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	before := digest(t, dir, "subject")
	tamper(`DELETE FROM subject WHERE idx = 7`)
	if r, err = store.Rebuild(ctx, dir, verifier); err != nil || len(r.Differ) != 1 || r.Differ[0] != "subject" || r.OldName == "" {
		t.Fatalf("a view was changed: %+v, %v", r, err)
	}
	if after := digest(t, dir, "subject"); after != before {
		t.Error("the view is not what it was")
	}
	tamper(`UPDATE entry SET hashes = zeroblob(length(hashes)) WHERE idx = 9`)
	if r, err = store.Rebuild(ctx, dir, verifier); err != nil || len(r.Differ) != 1 || r.Differ[0] != "entry" {
		t.Fatalf("the tree was changed: %+v, %v", r, err)
	}
	tamper(`UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE idx = 3) WHERE idx = 2`)
	if _, err = store.Rebuild(ctx, dir, verifier); err == nil {
		t.Fatal("a changed entry was built upon")
	}
}

func digest(t *testing.T, dir, table string) string {
	t.Helper()
	db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d, err := db.Digest(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
