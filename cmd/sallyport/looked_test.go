package main

import (
	"bufio"
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/store"
	"sallyport/web/client"
)

// slowReader is a person who reads for a while before they answer.
type slowReader struct {
	clock *atomic.Int64
	words *strings.Reader
	once  bool
}

func (r *slowReader) Read(p []byte) (int, error) {
	if !r.once {
		r.once = true
		r.clock.Add(int64(40 * time.Second))
	}
	return r.words.Read(p)
}

// How long a decider looked is in what the verifier says, also where they looked in their own terminal and signed with their agent; and a decision in no
// time at all is pointed out.
func TestHowLongTheDeciderLooked(t *testing.T) {
	var clock atomic.Int64
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := officeOf(t, gatewaytest.Options{Quiet: true, Store: db, Blobs: db.Blobs(), Guard: ledger.NewFileGuard(db.GuardPath()), Now: func() time.Time { return time.Now().Add(time.Duration(clock.Load())) }})
	a := realAgent(t)
	file, id := o.holds(a, "ed")
	o.run("key", "enrol", "ed", file, "--use", "sign")
	session := o.world.Session()
	action := o.world.Proposed(session, "echo ran")

	token := o.dir + "/ed.token"
	if err := writeToken(o.tokens, "ed", token, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(client.Config{Server: o.connect[1], TokenFile: token, RootFile: o.connect[5]})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	d := &decider{c: c, in: bufio.NewReader(&slowReader{clock: &clock, words: strings.NewReader("approve\nprints a word\n")}), out: &out, leave: true}
	if err := d.run(t.Context(), action); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "Signed with "+id) {
		t.Fatalf("not signed:\n%s", out.String())
	}
	o.world.Collect(action)
	hasty := o.world.Proposed(session, "echo again")
	if err := o.world.Decided(gatewaytest.Ed, hasty, sallyport.Approve, "prints"); err != nil {
		t.Fatal(err)
	}
	o.world.Collect(hasty)
	if err := o.world.End(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	report := o.audit(dir, db)
	var page bytes.Buffer
	if err := report.Print(&page); err != nil {
		t.Fatal(err)
	}
	if report.Exit() != 0 || !strings.Contains(page.String(), "2 decisions by 1 people; ed looked 40s (median of 2, shortest ") ||
		!strings.Contains(page.String(), "ed approved action "+string(hasty)) || strings.Contains(page.String(), "ed approved action "+string(action)+", judged") {
		t.Errorf("exit %d\n%s", report.Exit(), page.String())
	}
}
