package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/verify/verifycmd"
)

// founded makes a state folder with an administrator and an auditor, and gives its path.
func founded(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := initialise(t.Context(), initOptions{dir: dir, admin: "ada", name: "Ada", profile: "open", origin: "https://localhost:8443"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(dir, "state")
	off, err := openOffline(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	details, err := off.db.Blobs().Put(t.Context(), []byte(`{"name":"=Aud"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []sallyport.Body{
		&sallyport.PersonAdded{Person: "aud", Details: details},
		&sallyport.RoleAssigned{Person: "aud", Role: sallyport.RoleAuditor, System: "*"},
	} {
		if err := off.append(t.Context(), "ada", body); err != nil {
			t.Fatal(err)
		}
	}
	if err := off.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return state
}

// sally runs a command line and returns its status and output.
func sally(t *testing.T, args ...string) (int, string) {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	return run(root), out.String()
}

func TestEvidenceExport(t *testing.T) {
	state := founded(t)
	bundle := filepath.Join(t.TempDir(), "all.zip")
	if code, out := sally(t, "evidence", "export", "--state", state, "--as", "ada", "--all", "--out", bundle); code != 1 {
		t.Fatalf("an administrator exported: %d %s", code, out)
	}
	if code, out := sally(t, "evidence", "export", "--state", state, "--as", "aud", "--out", bundle); code != exitUsage {
		t.Fatalf("nothing was chosen: %d %s", code, out)
	}
	if _, err := os.Stat(bundle); err == nil {
		t.Fatal("a refused export left a bundle")
	}
	code, out := sally(t, "evidence", "export", "--state", state, "--as", "aud", "--all", "--out", bundle)
	if code != 0 {
		t.Fatalf("export: %d %s", code, out)
	}
	var page bytes.Buffer
	if code := verifycmd.Main(t.Context(), "verify", []string{bundle}, &page, &page); code != 0 {
		t.Fatalf("verify: %d\n%s", code, &page)
	}
	if code, _ := sally(t, "evidence", "export", "--state", state, "--as", "aud", "--all", "--out", bundle); code == 0 {
		t.Error("a bundle was overwritten")
	}
	receipt := filepath.Join(t.TempDir(), "receipt")
	if code, out := sally(t, "evidence", "receipt", "--state", state, "--entry", "2", "--out", receipt); code != 0 {
		t.Fatalf("receipt: %d %s", code, out)
	}
	page.Reset()
	if code := verifycmd.Main(t.Context(), "verify", []string{"--kept", receipt, state}, &page, &page); code != 0 || !strings.Contains(page.String(), "export.made") && !strings.Contains(page.String(), "1 checkpoints that you kept") {
		t.Fatalf("verify with a receipt: %d\n%s", code, &page)
	}
	page.Reset()
	if code := verifycmd.Main(t.Context(), "verify", []string{"--kept", receipt, bundle}, &page, &page); code != 1 || !strings.Contains(page.String(), "the end of the log is missing") {
		t.Fatalf("a bundle from before the receipt: %d\n%s", code, &page)
	}
}

func TestHandover(t *testing.T) {
	state := founded(t)
	dir := filepath.Join(t.TempDir(), "handover")
	if code, out := sally(t, "evidence", "handover", "--state", state, "--as", "aud", "--out", dir); code != 0 {
		t.Fatalf("%d %s", code, out)
	}
	f, err := os.Open(filepath.Join(dir, "controls.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("cell %q is a formula", cell)
			}
		}
	}
}
