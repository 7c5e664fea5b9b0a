package verify_test

import (
	"bytes"
	"fmt"
	"testing"

	"sallyport/evidence"
	"sallyport/gateway/gatewaytest"
)

// BenchmarkSessionHour reports what an hour of a session adds to a bundle, by this measure of an hour: thirty actions, each of which prints thirty
// kilobytes of lines as logs have them, decided and released; and sixty heartbeats, which the clock of a test does not write and which are counted as
// their entries.
func BenchmarkSessionHour(b *testing.B) {
	w := gatewaytest.Start(b, gatewaytest.Options{Quiet: true})
	size := func() int {
		var out bytes.Buffer
		x := evidence.Export{Ledger: w.Store, Blobs: w.Blobs, Keyring: w.Config.Keyring, LogKey: "unused"}
		if _, err := x.Write(b.Context(), &out); err != nil {
			b.Fatal(err)
		}
		return out.Len()
	}
	session := w.Session()
	before := size()
	const actions, beat = 30, 250 // bytes of a heartbeat's entry and of its hashes
	for b.Loop() {
		for i := range actions {
			a := w.Proposed(session, fmt.Sprintf(`awk 'BEGIN { srand(%d); for (i = 0; i < 500; i++) printf "2026-03-04T10:%%02d:%%02dZ web-01 nginx[%%d]: GET /orders/%%d 200 %%d\n", i/60, i%%60, 1000+i%%7, 1e6*rand(), 1e4*rand() }'`, i))
			if err := w.Decided(gatewaytest.Ed, a, "approve", "prints log lines"); err != nil {
				b.Fatal(err)
			}
			if out, _, _ := w.Collect(a); len(out) < 25_000 {
				b.Fatalf("%d bytes of output", len(out))
			}
		}
	}
	b.ReportMetric(float64(size()-before)/float64(b.N)/1000+60*beat/1000, "kB/hour")
}
