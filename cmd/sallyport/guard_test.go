package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
)

// A guard outside the state folder notices that the whole folder was restored, which one inside it cannot.
func TestGuardOutsideNoticesARestoredFolder(t *testing.T) {
	state := founded(t)
	outside := filepath.Join(t.TempDir(), "disk2", "guard")
	grow := func() error {
		off, err := openOffline(t.Context(), state)
		if err != nil {
			return err
		}
		if err := off.append(t.Context(), "aud", &sallyport.ExportMade{What: "growth"}); err != nil {
			t.Fatal(err)
		}
		return off.close(t.Context())
	}
	if path, err := placeGuard(state, outside); err != nil || path != outside {
		t.Fatalf("the guard was not moved: %q, %v", path, err)
	}
	if _, err := os.Stat(filepath.Join(state, "guard")); err == nil {
		t.Fatal("the old guard stayed")
	}
	old := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(old, os.DirFS(state)); err != nil {
		t.Fatal(err)
	}
	if err := grow(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(state); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(state, os.DirFS(old)); err != nil {
		t.Fatal(err)
	}
	if err := grow(); sallyport.CodeOf(err) != sallyport.Conflict || !strings.Contains(err.Error(), "its guard has seen") {
		t.Fatalf("a restored folder was opened: %v", err)
	}
	// Without its pointer too: the configuration finds the guard that outlived the folder.
	if err := os.Remove(filepath.Join(state, "guard.path")); err != nil {
		t.Fatal(err)
	}
	if path, err := placeGuard(state, outside); err != nil || path != outside {
		t.Fatalf("placed again: %q, %v", path, err)
	}
	if err := grow(); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Fatalf("a restored folder without its pointer was opened: %v", err)
	}
}

func TestGuardIsNotForgottenByALineOfConfiguration(t *testing.T) {
	state := founded(t)
	outside := filepath.Join(t.TempDir(), "guard")
	if _, err := placeGuard(state, outside); err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"", outside + "2"} {
		if path, err := placeGuard(state, wanted); sallyport.CodeOf(err) != sallyport.Conflict {
			t.Errorf("guard at %q became %q: %v", outside, path, err)
		}
	}
	if err := os.WriteFile(filepath.Join(state, "guard.path"), []byte("elsewhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openOffline(t.Context(), state); err == nil || !strings.Contains(err.Error(), "absolute") {
		t.Errorf("a relative pointer was followed: %v", err)
	}
}
