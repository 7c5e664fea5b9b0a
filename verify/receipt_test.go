package verify_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/verify"
)

// An insider with server, database and log key rewrites what happened in a session into another lawful history. The log alone shows nothing.
// What either party kept at the session's end shows it.
func TestReceiptCatchesTheInsider(t *testing.T) {
	dir, vkey, logSigner := storyWithKey(t, nil)
	p := &press{library: load(t, dir, vkey), t: t, signer: logSigner}
	kept := func(who sallyport.PersonID) []byte {
		b, err := os.ReadFile(receiptOf(dir, who))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	ana, ed := kept(gatewaytest.Ana), kept(gatewaytest.Ed)
	all := func(int, *sallyport.Entry, sallyport.Body) bool { return true }
	refused := p.index("action.decided", 3)
	for name, c := range map[string]struct {
		entries [][]byte
		alone   int // exit without a receipt
		caught  bool
	}{
		"honest": {p.entries, 0, false},
		"a refusal without its reason": {edit(t, p.entries, func(i int, _ *sallyport.Entry, b sallyport.Body) bool {
			if d, ok := b.(*sallyport.ActionDecided); ok && i == refused {
				d.Words = nil
			}
			return true
		}), 0, true},
		"another hour": {edit(t, p.entries, func(i int, e *sallyport.Entry, b sallyport.Body) bool {
			if i >= p.index("session.ended", 0) {
				e.Time = e.Time.Add(10 * time.Second)
			}
			return true
		}), 0, true},
		"cut off before the end": {edit(t, p.entries[:p.index("session.ending", 0)], all), 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			change := p.rewrite(t, c.entries, p.sign)
			if got := p.verdict(t, change, verify.Options{LogKey: vkey}).Exit(); got != c.alone {
				t.Fatalf("without a receipt: exit %d, want %d\n%s", got, c.alone, page(p.verdict(t, change, verify.Options{LogKey: vkey})))
			}
			for _, receipt := range [][]byte{ana, ed} {
				r := p.verdict(t, change, verify.Options{LogKey: vkey, Kept: [][]byte{receipt}})
				found := slices.ContainsFunc(r.Checks, func(c verify.Check) bool { return c.Name == "kept checkpoints" && c.Result == verify.Wrong })
				if found != c.caught || (r.Exit() == 1) != c.caught {
					t.Errorf("with a receipt: exit %d\n%s", r.Exit(), page(r))
				}
			}
		})
	}
}
