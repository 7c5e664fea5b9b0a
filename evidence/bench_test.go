package evidence_test

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
)

var gigabytes = flag.Int("export-gigabytes", 1, "contents of the log that BenchmarkLargeExport exports")

// chunkSize is what a recorder closes a chunk at, roughly.
const chunkSize = 4 << 20

// recordings answers every digest with the same encrypted-looking chunk.
type recordings struct{ chunk, salt []byte }

func (r recordings) Get(context.Context, sallyport.Digest) (content, salt []byte, err error) {
	return r.chunk, r.salt, nil
}

// BenchmarkLargeExport streams a bundle of recordings and reports the largest heap that it saw: it must not grow with -export-gigabytes.
func BenchmarkLargeExport(b *testing.B) {
	skey, vkey, err := note.GenerateKey(rand.Reader, "bench.example/log")
	if err != nil {
		b.Fatal(err)
	}
	signer, _ := note.NewSigner(skey)
	verifier, _ := note.NewVerifier(vkey)
	store := ledger.NewMemory()
	log, err := ledger.Open(b.Context(), store, signer, verifier, ledger.NoGuard{}, ledger.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	chunks := *gigabytes << 30 / chunkSize
	var last *ledger.Ticket
	for i := range chunks {
		body := &sallyport.RecordingChunk{Number: i, Chunk: sallyport.BlobRef{Digest: sallyport.Digest(fmt.Sprintf("%064x", i)), Size: chunkSize}}
		raw, err := sallyport.EncodeJSON(body)
		if err != nil {
			b.Fatal(err)
		}
		e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: time.Unix(1750000000, 0).UTC(), By: sallyport.Gateway, Body: raw}
		encoded, err := e.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if last, _, err = log.EnqueueMade(e, body, encoded); err != nil {
			b.Fatal(err)
		}
	}
	if err := last.Wait(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := log.Close(); err != nil {
		b.Fatal(err)
	}
	chunk := make([]byte, chunkSize)
	rand.Read(chunk)
	b.SetBytes(int64(chunks) * chunkSize)
	var most uint64
	for b.Loop() {
		out := &watching{Writer: io.Discard, most: &most}
		x := evidence.Export{Ledger: store, Blobs: recordings{chunk, make([]byte, sallyport.SaltSize)}, LogKey: vkey}
		m, err := x.Write(b.Context(), out)
		if err != nil {
			b.Fatal(err)
		}
		if m.Blobs != int64(chunks) {
			b.Fatalf("%d contents, want %d", m.Blobs, chunks)
		}
	}
	b.ReportMetric(float64(most>>20), "MB-heap")
}

// watching looks at the heap every hundred writes.
type watching struct {
	io.Writer
	n    int
	most *uint64
}

func (w *watching) Write(p []byte) (int, error) {
	if w.n++; w.n%100 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		*w.most = max(*w.most, m.HeapInuse)
	}
	return w.Writer.Write(p)
}
