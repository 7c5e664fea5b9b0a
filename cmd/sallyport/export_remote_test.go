package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/verify/verifycmd"
)

// asAuditor gives the office's commands the auditor's token.
func (o *office) asAuditor() {
	o.t.Helper()
	token := filepath.Join(o.dir, "aud.token")
	if err := writeToken(o.tokens, gatewaytest.Aud, token, time.Now().Add(time.Hour)); err != nil {
		o.t.Fatal(err)
	}
	o.connect[3] = token
}

// bodies reads the office's ledger.
func (o *office) bodies() []sallyport.Body {
	o.t.Helper()
	entries, err := o.world.Store.Entries(o.t.Context(), 0, 1<<20)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []sallyport.Body
	for _, raw := range entries {
		_, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

// A running server lets an auditor take out a bundle that verifies, and nobody else.
func TestExportFromARunningServer(t *testing.T) {
	o := newOffice(t)
	out := filepath.Join(o.dir, "all.zip")
	if _, _, err := o.try("evidence", "export", "--all", "--out", out); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Fatalf("an administrator exported: %v", err)
	}
	o.asAuditor()
	printed, told, err := o.try("evidence", "export", "--all", "--out", out)
	if err != nil {
		t.Fatal(err)
	}
	o.sees(printed, out)
	o.sees(told, "sessions disclosed", "it discloses everything")
	for _, flag := range []string{"--session", "--ticket", "--person", "--system"} {
		if _, _, err := o.try("evidence", "export", flag, "nope", "--out", filepath.Join(o.dir, "nope.zip")); err == nil || !strings.Contains(err.Error(), "nope") {
			t.Errorf("an export of %s nope: %v", flag, err)
		}
	}
	before := len(o.bodies())
	if _, _, err := o.try("evidence", "export", "--all", "--out", out); err == nil || len(o.bodies()) != before {
		t.Errorf("a bundle was to be written over: %v, %d entries", err, len(o.bodies())-before)
	}
	key := o.file("log.vkey", o.bodies()[0].(*sallyport.LogOpened).Key+"\n")
	var page strings.Builder
	if code := verifycmd.Main(t.Context(), "verify", []string{"--key", key, out}, &page, &page); code != 0 {
		t.Fatalf("verify: %d\n%s", code, page.String())
	}
	// The bundle holds the entry that says it is being made; the ledger says afterwards what was made.
	var digest sallyport.Digest
	for _, body := range o.bodies() {
		if b, ok := body.(*sallyport.ExportMade); ok && digest == "" {
			digest = b.Digest
		}
	}
	if digest == "" || !strings.HasPrefix(printed, string(digest)) {
		t.Errorf("printed %q, the ledger says %q", printed, digest)
	}
	year := filepath.Join(o.dir, "year")
	o.run("evidence", "handover", "--from", "2026-01-01", "--out", year)
	for _, name := range []string{"commands.csv", "controls.csv", "handover.json"} {
		if b, err := os.ReadFile(filepath.Join(year, name)); err != nil || len(b) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}
