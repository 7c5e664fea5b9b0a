package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/ledger"
	"sallyport/store"
)

// openLog opens a new log over a state folder on disk, as a server does.
func openLog(tb testing.TB, dir string) *ledger.Log {
	tb.Helper()
	db, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "bench.example/log")
	if err != nil {
		tb.Fatal(err)
	}
	signer, _ := note.NewSigner(skey)
	verifier, _ := note.NewVerifier(vkey)
	l, err := ledger.Open(context.Background(), db, signer, verifier, ledger.NewFileGuard(filepath.Join(dir, store.GuardName)), ledger.Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}

// decided is an entry of ordinary size: a decision with everything that it binds.
func decided(tb testing.TB, n int) []byte {
	d := sallyport.Digest(fmt.Sprintf("%064x", n))
	body, err := sallyport.EncodeJSON(sallyport.ActionDecided{
		Action: "a-abcdefghijklmnop", Seat: sallyport.SeatEscort, Answer: sallyport.Approve,
		Shown:  sallyport.Shown{Spec: d, Assessment: d, Page: "1", Opened: time.Unix(1e9, 0).UTC(), Decided: time.Unix(1e9+9, 0).UTC()},
		Policy: d, Binding: d, Expires: time.Unix(1e9+600, 0).UTC(),
	})
	if err != nil {
		tb.Fatal(err)
	}
	b, err := sallyport.Entry{Version: 1, Kind: "action.decided", Time: time.Unix(1e9+9, 0), By: sallyport.PersonID(fmt.Sprintf("p-%d", n%50)),
		Session: sallyport.SessionID(fmt.Sprintf("s-%d", n%200)), Seq: n, Prev: d, Body: body}.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func benchmarkAppend(b *testing.B, writers int) {
	l := openLog(b, b.TempDir())
	entries := make([][]byte, 256)
	for i := range entries {
		entries[i] = decided(b, i)
	}
	ctx := context.Background()
	b.ResetTimer()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < b.N; i += writers {
				t, _, err := l.Enqueue(entries[i%len(entries)])
				if err == nil {
					err = t.Wait(ctx)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// Each append waits until its entry is durable and sealed by a signed checkpoint.
func BenchmarkAppend1(b *testing.B)  { benchmarkAppend(b, 1) }
func BenchmarkAppend64(b *testing.B) { benchmarkAppend(b, 64) }
