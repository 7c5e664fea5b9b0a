package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
)

// Another project's program reads our log: the tiles and the checkpoint are C2SP's, not nearly so. Go fetches and builds it (scripts/fsck).
func TestAnotherProgramReadsTheLog(t *testing.T) {
	state := founded(t)
	off, err := openOffline(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	for range 300 { // more than one bundle, the last one partial
		if err := off.append(t.Context(), "aud", &sallyport.ExportMade{What: "growth"}); err != nil {
			t.Fatal(err)
		}
	}
	key := off.vkey
	if err := off.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	fsck := filepath.Join(t.TempDir(), "fsck")
	build := exec.Command("go", "build", "-o", fsck, ".")
	build.Dir = "../../scripts/fsck"
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("scripts/fsck does not build: %v\n%s", err, out)
	}
	tiles := filepath.Join(state, "tiles")
	if out, err := exec.Command(fsck, tiles, key).CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "\nok\n") {
		t.Fatalf("it refuses our log: %v\n%s", err, out)
	}
	bundle := filepath.Join(tiles, "tile", "entries", "000")
	b, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(bundle, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(fsck, tiles, key).CombinedOutput(); err == nil {
		t.Errorf("it accepts a changed entry:\n%s", out)
	}
}
