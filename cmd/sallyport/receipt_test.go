package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
)

// Both parties fetch their last receipt with the command line, who else may have one names the session, and each holds by itself.
func TestReceiptByCommand(t *testing.T) {
	o := newOffice(t)
	first, err := o.world.Log.Read(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, body, err := sallyport.DecodeEntry(first[0])
	if err != nil {
		t.Fatal(err)
	}
	key := o.file("log.vkey", body.(*sallyport.LogOpened).Key+"\n")
	session := o.world.Session()
	if _, err := o.as("ana", "", "receipt", "get", string(session)); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Errorf("of a session that goes on: %v", err)
	}
	if err := o.world.End(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "s.receipt")
	for who, args := range map[sallyport.PersonID][]string{"ana": {"receipt", "get", "--out", kept}, "ed": {"receipt", "get", "--out", kept}, "sue": {"receipt", "get", string(session), "--out", kept}} {
		if said, err := o.as(who, "", args...); err != nil {
			t.Fatalf("%s: %v\n%s", who, err, said)
		}
		if code, said := sally(t, "receipt", "check", kept, "--key", key); code != 0 || !strings.Contains(said, `"session.ended" of session `+string(session)) {
			t.Errorf("%s: exit %d: %s", who, code, said)
		}
	}
	if said, err := o.as("ana", "", "receipt", "get"); err != nil || !ledger.IsReceipt([]byte(said)) {
		t.Errorf("to standard output: %v, %q", err, said)
	}
	if _, err := o.as("sue", "", "receipt", "get"); sallyport.CodeOf(err) != sallyport.NotFound || strings.Contains(err.Error(), `""`) {
		t.Errorf("the last one of somebody who was neither engineer nor escort: %v", err)
	}
	whole, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	_, other, _ := strings.Cut(strings.Replace(body.(*sallyport.LogOpened).Key, "+", "+0", 1), "0")
	for name, c := range map[string]struct {
		file []byte
		key  string
		code int
	}{
		"changed":       {bytes.Replace(whole, []byte("\nindex "), []byte("\nindex 1"), 1), key, 1},
		"no receipt":    {[]byte("hello"), key, 66},
		"no key at all": {whole, other, 64},
	} {
		bad := o.file("bad.receipt", string(c.file))
		if code, said := sally(t, "receipt", "check", bad, "--key", c.key); code != c.code {
			t.Errorf("%s: exit %d, want %d: %s", name, code, c.code, said)
		}
	}
	if code, said := sally(t, "receipt", "check", kept, "--key", key, "--witness", newWitnessKey(t)); code != 1 {
		t.Errorf("a witness that did not cosign: exit %d: %s", code, said)
	}
	if code, _ := sally(t, "receipt", "check", filepath.Join(t.TempDir(), "none"), "--key", key); code != 66 {
		t.Errorf("no file: exit %d", code)
	}
}

func newWitnessKey(t *testing.T) string {
	t.Helper()
	w, err := ledger.NewWitnessSigner("witness.example/w1", bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return w.String()
}
