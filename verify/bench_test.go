package verify_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/store"
	"sallyport/verify"
)

var manyEntries = flag.Int("many-entries", 20000, "size of the log that BenchmarkExport and BenchmarkVerify work on")

// manyLog fills a state folder with heartbeats and sign-ins behind an ordinary opening, in groups of a thousand.
func manyLog(b *testing.B) (dir, vkey string) {
	b.Helper()
	ctx := context.Background()
	dir = b.TempDir()
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	skey, vkey, err := note.GenerateKey(rand.Reader, "bench.example/log")
	if err != nil {
		b.Fatal(err)
	}
	signer, _ := note.NewSigner(skey)
	verifier, _ := note.NewVerifier(vkey)
	l, err := ledger.Open(ctx, db, signer, verifier, ledger.NewFileGuard(db.GuardPath()), ledger.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Unix(1750000000, 0).UTC()
	var last *ledger.Ticket
	for i := range *manyEntries {
		var body sallyport.Body = &sallyport.Heartbeat{Every: time.Minute}
		if i == 0 {
			body = &sallyport.LogOpened{Origin: "bench.example/log", Key: vkey, Software: "bench"}
		}
		raw, err := sallyport.EncodeJSON(body)
		if err != nil {
			b.Fatal(err)
		}
		e := sallyport.Entry{Version: 1, Kind: body.Kind(), Time: start.Add(time.Duration(i) * time.Second), By: sallyport.Gateway, Body: raw}
		encoded, err := e.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if last, _, err = l.EnqueueMade(e, body, encoded); err != nil {
			b.Fatal(err)
		}
		if i%5000 == 4999 {
			if err := last.Wait(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	tiler, err := ledger.StartTiles(ctx, l, db.TilesDir(), time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	if err := tiler.Close(); err != nil {
		b.Fatal(err)
	}
	return dir, vkey
}

// peak samples the heap until stop is called, and gives the largest it saw, in bytes.
func peak() (stop func() uint64) {
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapInuse > most.Load() {
				most.Store(m.HeapInuse)
			}
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(done); <-ended; return most.Load() }
}

func BenchmarkVerify(b *testing.B) {
	dir, vkey := manyLog(b)
	stop := peak()
	b.ResetTimer()
	for range b.N {
		src, err := evidence.OpenDir(dir)
		if err != nil {
			b.Fatal(err)
		}
		r, err := verify.Run(b.Context(), src, verify.Options{LogKey: vkey})
		if err != nil {
			b.Fatal(err)
		}
		if r.Size != int64(*manyEntries) {
			b.Fatal(fmt.Sprint(r.Size, " entries"))
		}
	}
	b.ReportMetric(float64(*manyEntries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(stop()>>20), "MB-heap")
}

func BenchmarkExport(b *testing.B) {
	dir, vkey := manyLog(b)
	db, err := store.Open(b.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	stop := peak()
	b.ResetTimer()
	for range b.N {
		x := evidence.Export{Ledger: db, Blobs: db.Blobs(), LogKey: vkey}
		if _, err := x.Write(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(*manyEntries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(stop()>>20), "MB-heap")
}

// BenchmarkSHA256 is the machine's own speed on what a leaf of the log is: the least that verifying an entry can cost.
func BenchmarkSHA256(b *testing.B) {
	entry := make([]byte, 400)
	b.SetBytes(int64(len(entry)))
	for b.Loop() {
		sha256.Sum256(entry)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "hashes/s")
}
