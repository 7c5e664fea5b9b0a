package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sys/unix"

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

// made is an entry as the gateway hands it over.
type made struct {
	entry sallyport.Entry
	body  sallyport.Body
	raw   []byte
}

func benchmarkAppend(b *testing.B, writers int) {
	l := openLog(b, b.TempDir())
	entries := make([]made, 256)
	for i := range entries {
		raw := decided(b, i)
		e, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			b.Fatal(err)
		}
		entries[i] = made{e, body, raw}
	}
	ctx := context.Background()
	before := cpu(b)
	b.ResetTimer()
	took := make([][]time.Duration, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < b.N; i += writers {
				m := entries[i%len(entries)]
				start := time.Now()
				t, _, err := l.EnqueueMade(m.entry, m.body, m.raw)
				if err == nil {
					err = t.Wait(ctx)
				}
				if err != nil {
					b.Error(err)
					return
				}
				took[w] = append(took[w], time.Since(start))
			}
		})
	}
	wg.Wait()
	all := slices.Concat(took...)
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/entry")
}

// cpu is the processor time of this process: what is left of a figure when the machine is busy with other things.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Each append waits until its entry is durable and sealed by a signed checkpoint.
func BenchmarkAppend1(b *testing.B)  { benchmarkAppend(b, 1) }
func BenchmarkAppend64(b *testing.B) { benchmarkAppend(b, 64) }

// BenchmarkFsync is the machine's own rate: one 4 KiB append and fdatasync, which is the least that a durable append can cost.
func BenchmarkFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "syncs/s")
}

// BenchmarkSeal is the added latency of sealing: signing the checkpoint of a group.
func BenchmarkSeal(b *testing.B) {
	skey, _, err := note.GenerateKey(rand.Reader, "bench.example/log")
	if err != nil {
		b.Fatal(err)
	}
	signer, _ := note.NewSigner(skey)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := ledger.SignCheckpoint(ledger.Checkpoint{Origin: "bench.example/log", Size: int64(i)}, signer); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
