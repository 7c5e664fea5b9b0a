package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"sallyport/ledger"
	"sallyport/verify/verifycmd"
	"sallyport/witness"
)

// A server's checkpoints reach its witness, and the evidence shows it to whoever trusts that witness.
func TestServerIsWitnessed(t *testing.T) {
	state := founded(t)
	signer, err := witnessKey(t.TempDir(), "witness.example/w1")
	if err != nil {
		t.Fatal(err)
	}
	off, err := openOffline(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	server, err := witness.NewServer(signer, filepath.Join(t.TempDir(), "memory"), []string{off.vkey})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()
	var cfg Config
	cfg.Witnesses.Use = []string{web.URL + " " + signer.String()}
	stop, err := startWitnesses(off.log, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if err := off.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if code := verifycmd.Main(t.Context(), "verify", []string{"--witness", signer.String(), state}, &page, &page); code != 0 {
		t.Fatalf("verify: %d\n%s", code, &page)
	}
	other, err := ledger.NewWitnessSigner("witness.example/w2", bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if code := verifycmd.Main(t.Context(), "verify", []string{"--quiet", "--witness", other.String(), state}, &page, &page); code != 1 {
		t.Errorf("another witness: %d", code)
	}
	cfg.Witnesses.Use = []string{"witness.example"}
	if _, err := startWitnesses(off.log, cfg, nil); err == nil {
		t.Error("a witness without a key was taken")
	}
}
