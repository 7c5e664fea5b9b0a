package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/verify/verifycmd"
)

// A backup verifies, restores to a state that a server opens, and cannot pass for the log that it is behind of.
func TestBackupAndRestore(t *testing.T) {
	state := founded(t)
	dir := t.TempDir()
	copyDir := filepath.Join(dir, "backup")
	if code, out := sally(t, "backup", "--state", state, "--out", copyDir, "--keys"); code != 0 {
		t.Fatalf("backup: %d %s", code, out)
	}
	if code, out := sally(t, "backup", "--state", state, "--out", copyDir); code != 0 || !strings.Contains(out, " 0 contents copied anew") {
		t.Fatalf("second backup: %d %s", code, out)
	}
	var page bytes.Buffer
	if code := verifycmd.Main(t.Context(), "verify", []string{copyDir}, &page, &page); code != 0 {
		t.Fatalf("verify: %d\n%s", code, &page)
	}
	// The log goes on after the backup.
	off, err := openOffline(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	if err := off.append(t.Context(), "aud", &sallyport.ExportMade{What: "after the backup"}); err != nil {
		t.Fatal(err)
	}
	if err := off.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(dir, "again")
	code, out := sally(t, "backup", "restore", "--from", copyDir, "--state", again)
	if code != 0 || !strings.Contains(out, "the guard is missing") {
		t.Fatalf("restore: %d %s", code, out)
	}
	if _, err := openOffline(t.Context(), again); err == nil || !strings.Contains(err.Error(), "guard is missing") {
		t.Fatalf("a restored state without its guard opened: %v", err)
	}
	guard, err := os.ReadFile(filepath.Join(state, "guard"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(again, "guard"), guard, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openOffline(t.Context(), again); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Fatalf("a state that is behind its guard opened: %v", err)
	}
	loss := filepath.Join(dir, "loss")
	if code, out := sally(t, "backup", "restore", "--from", copyDir, "--state", loss, "--accept-loss"); code != 0 {
		t.Fatalf("restore with loss: %d %s", code, out)
	}
	off, err = openOffline(t.Context(), loss)
	if err != nil {
		t.Fatal(err)
	}
	if err := off.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if code, out := sally(t, "rebuild", "--state", loss); code != 0 {
		t.Fatalf("rebuild: %d %s", code, out)
	}
	if code, out := sally(t, "backup", "restore", "--from", copyDir, "--state", loss); code == 0 {
		t.Fatalf("a state was restored over another: %s", out)
	}
	// One flipped bit, and nothing is restored.
	flipped := false
	filepath.Walk(filepath.Join(copyDir, "tiles"), func(path string, info os.FileInfo, err error) error {
		if err == nil && !flipped && strings.Contains(path, "entries") && !info.IsDir() {
			b, _ := os.ReadFile(path)
			b[len(b)/2] ^= 1
			os.WriteFile(path, b, 0o600)
			flipped = true
		}
		return err
	})
	if code, out := sally(t, "backup", "restore", "--from", copyDir, "--state", filepath.Join(dir, "bad")); code != 1 || !flipped {
		t.Fatalf("a damaged backup was restored: %d %s", code, out)
	}
}
