package store_test

import (
	"context"
	"testing"

	"sallyport"
	"sallyport/ledger"
	"sallyport/ledger/storetest"
	"sallyport/store"
)

func open(t *testing.T, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) ledger.Store { return open(t, t.TempDir()) })
}

func TestOneWriter(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if _, err := store.Open(t.Context(), dir, store.Options{}); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Fatalf("a second writer got %v", err)
	}
	db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Commit(t.Context(), &ledger.Group{}); sallyport.CodeOf(err) != sallyport.Unavailable {
		t.Fatalf("a reader wrote: %v", err)
	}
	if _, err := store.Open(t.Context(), t.TempDir(), store.Options{ReadOnly: true}); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Fatalf("reading an empty folder: %v", err)
	}
}
