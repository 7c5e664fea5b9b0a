package recording_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"sallyport"
	"sallyport/recording"
	"sallyport/store/blob"
)

var master = bytes.Repeat([]byte{7}, recording.MasterSize)

// shelf keeps what a recorder seals.
type shelf struct {
	blobs blob.Blobs
	mu    sync.Mutex // protects the following
	refs  []sallyport.BlobRef
	fail  error
}

func (s *shelf) seal(_ context.Context, c recording.Chunk) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if c.Part != len(s.refs) {
		return fmt.Errorf("part %d sealed after %d parts", c.Part, len(s.refs))
	}
	s.refs = append(s.refs, c.Ref)
	return nil
}

func (s *shelf) sealed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.refs)
}

func start(t testing.TB, blobs blob.Blobs, change func(*recording.Options)) (*recording.Recorder, *shelf, age.Identity) {
	t.Helper()
	ring, err := recording.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	id, err := ring.Identity("s-1")
	if err != nil {
		t.Fatal(err)
	}
	to, err := ring.Recipients("s-1")
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{blobs: blobs}
	opts := recording.Options{Session: "s-1", Action: "a-1", Blobs: blobs, Recipients: to, Seal: s.seal}
	if change != nil {
		change(&opts)
	}
	r, err := recording.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	return r, s, id
}

func (s *shelf) reader(keys ...age.Identity) *recording.Reader {
	return &recording.Reader{Keys: keys, Chunks: s.refs, Get: func(ctx context.Context, ref sallyport.BlobRef) ([]byte, error) {
		b, _, err := s.blobs.Get(ctx, ref.Digest)
		return b, err
	}}
}

func TestRecordAndRead(t *testing.T) {
	clock := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r, s, id := start(t, blob.NewMemory(), func(o *recording.Options) {
		o.ChunkBytes = 200 << 10
		o.ChunkEvery = time.Hour
		o.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	})
	var want recording.Streams
	for i := range 100 {
		line := []byte(strings.Repeat(fmt.Sprintf("%d raw \x1b[31m\xff\x00\n", i), 1000))
		if err := r.Write(recording.Out, line); err != nil {
			t.Fatal(err)
		}
		want.Out = append(want.Out, line...)
		if _, err := r.Writer(recording.Err).Write([]byte("e")); err != nil {
			t.Fatal(err)
		}
		want.Err = append(want.Err, 'e')
	}
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(s.refs) < 5 {
		t.Fatalf("only %d chunks", len(s.refs))
	}
	rd := s.reader(id)
	got, err := rd.Streams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Out, want.Out) || !bytes.Equal(got.Err, want.Err) {
		t.Fatal("what was read is not what was recorded")
	}
	if h, err := rd.Header(t.Context()); err != nil || h.Session != "s-1" || h.Action != "a-1" || h.Start.Second() != 1 {
		t.Fatalf("header %+v %v", h, err)
	}
	for _, from := range []time.Duration{0, 50 * time.Second, 150 * time.Second, time.Hour} {
		n := 0
		if err := rd.Each(t.Context(), from, func(f recording.Frame) error {
			if f.At < from {
				t.Fatalf("frame at %v after seeking %v", f.At, from)
			}
			n++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		all := 0
		rd.Each(t.Context(), 0, func(f recording.Frame) error {
			if f.At >= from {
				all++
			}
			return nil
		})
		if n != all {
			t.Errorf("seek to %v gives %d frames, there are %d", from, n, all)
		}
	}
	if length, err := rd.Length(t.Context()); err != nil || length != 200*time.Second {
		t.Errorf("length %v %v", length, err)
	}
	var hits int
	if err := rd.Search(t.Context(), "42 RAW", func(l recording.Line) error {
		if l.Text != "42 raw \ufffd" {
			t.Errorf("line %q", l.Text)
		}
		hits++
		return nil
	}); err != nil || hits != 1000 {
		t.Errorf("%d hits, %v", hits, err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.reader(other).Streams(t.Context()); !errors.Is(err, recording.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	rd = s.reader(id)
	rd.Chunks = append([]sallyport.BlobRef{rd.Chunks[1], rd.Chunks[0]}, rd.Chunks[2:]...)
	if _, err := rd.Streams(t.Context()); sallyport.CodeOf(err) != sallyport.Invalid {
		t.Errorf("swapped chunks: %v", err)
	}
}

// A frame waits for its chunk no longer than ChunkEvery, though nothing follows it.
func TestChunkByTime(t *testing.T) {
	r, s, _ := start(t, blob.NewMemory(), func(o *recording.Options) { o.ChunkEvery = 10 * time.Millisecond })
	if err := r.Write(recording.Out, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); s.sealed() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the chunk was never sealed")
		}
	}
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.sealed() != 1 {
		t.Errorf("%d chunks", s.sealed())
	}
}

func TestFlush(t *testing.T) {
	r, s, _ := start(t, blob.NewMemory(), func(o *recording.Options) { o.ChunkEvery = time.Hour })
	if err := r.Flush(t.Context()); err != nil || s.sealed() != 0 {
		t.Fatalf("flush of nothing: %v, %d chunks", err, s.sealed())
	}
	r.Write(recording.Out, []byte("x"))
	if err := r.Flush(t.Context()); err != nil || s.sealed() != 1 {
		t.Fatalf("flush: %v, %d chunks", err, s.sealed())
	}
	r.Write(recording.Out, []byte("y"))
	if err := r.Close(t.Context()); err != nil || s.sealed() != 2 {
		t.Fatalf("close: %v, %d chunks", err, s.sealed())
	}
	if err := r.Write(recording.Out, []byte("z")); err == nil {
		t.Error("a closed recording took more")
	}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

var errDisk = errors.New("disk on fire")

// badBlobs fails from the n-th blob on.
type badBlobs struct {
	blob.Blobs
	mu sync.Mutex // protects the following
	n  int
}

func (b *badBlobs) Put(ctx context.Context, content []byte) (sallyport.BlobRef, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n--; b.n < 0 {
		return sallyport.BlobRef{}, errDisk
	}
	return b.Blobs.Put(ctx, content)
}

// Recording fails closed: once a chunk could not be stored or sealed, Failed is closed and nothing more is taken.
func TestFailsClosed(t *testing.T) {
	for _, where := range []string{"blob", "ledger"} {
		t.Run(where, func(t *testing.T) {
			blobs := &badBlobs{Blobs: blob.NewMemory(), n: 1}
			if where == "ledger" {
				blobs.n = 1 << 30
			}
			r, s, _ := start(t, blobs, func(o *recording.Options) { o.ChunkBytes = 100 << 10 })
			if where == "ledger" {
				s.fail = errDisk
			}
			var err error
			for i := 0; err == nil && i < 10000; i++ {
				err = r.Write(recording.Out, make([]byte, 10<<10))
			}
			if !errors.Is(err, errDisk) || sallyport.CodeOf(err) != sallyport.Unavailable {
				t.Fatalf("writing went on until %v", err)
			}
			select {
			case <-r.Failed():
			default:
				t.Error("Failed is not closed")
			}
			if err := r.Flush(t.Context()); !errors.Is(err, errDisk) {
				t.Errorf("flush: %v", err)
			}
			if err := r.Close(t.Context()); !errors.Is(err, errDisk) {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// The stock zstd program undoes the inner layer: the format is not ours alone.
func TestStockTools(t *testing.T) {
	if _, err := exec.LookPath("zstd"); err != nil {
		t.Fatalf("zstd is needed: apt-get install zstd: %v", err)
	}
	r, s, id := start(t, blob.NewMemory(), nil)
	if err := r.Write(recording.Out, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	content, _, err := s.blobs.Get(t.Context(), s.refs[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(content), id)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "zstd", "-dc")
	cmd.Stdin = plain
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	frames := bytes.NewReader(out)
	head, err := recording.ReadFrame(frames)
	if err != nil || head.Kind != recording.Head {
		t.Fatalf("first frame %+v %v", head, err)
	}
	if f, err := recording.ReadFrame(frames); err != nil || string(f.Data) != "hello" {
		t.Fatalf("second frame %+v %v", f, err)
	}
	if _, err := recording.ReadFrame(frames); err != io.EOF {
		t.Fatalf("then %v", err)
	}
}

func TestKeyringIsDeterministic(t *testing.T) {
	ring, err := recording.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ring.Identity("s-1")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := ring.Identity("s-2")
	const want = "AGE-SECRET-KEY-1GGHXGQLGW359DE25GXUC9DA0LTRGJ8Q7ERZCD0ETA00868WX75TQF97GW8"
	if a.String() != want || b.String() == want {
		t.Errorf("keys %s and %s, want %s", a, b, want)
	}
}

func FuzzOpenChunk(f *testing.F) {
	ring, _ := recording.NewKeyring(master)
	id, err := ring.Identity("s-1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		recording.OpenChunk(b, id)
		// The layers below encryption, which a fuzzer cannot forge.
		for r := bytes.NewReader(b); ; {
			if _, err := recording.ReadFrame(r); err != nil {
				break
			}
		}
	})
}

// BenchmarkRecord records bulk output to disk, chunks sealed without a ledger.
func BenchmarkRecord(b *testing.B) {
	dir, err := blob.OpenDir(filepath.Join(b.TempDir(), "blobs"))
	if err != nil {
		b.Fatal(err)
	}
	r, _, _ := start(b, dir, nil)
	line := "2026-03-01T12:00:00Z web-01 nginx[812]: 10.0.0.%d GET /index-%d.html 200 %d 12ms\n"
	var text bytes.Buffer
	for i := 0; text.Len() < 1<<20; i++ {
		fmt.Fprintf(&text, line, i%250, i*7919%1000, i*31%9000)
	}
	piece := text.Bytes()[:32<<10]
	b.SetBytes(int64(len(piece)))
	i := 0
	for b.Loop() {
		at := i * len(piece) % (text.Len() - len(piece))
		if err := r.Write(recording.Out, text.Bytes()[at:at+len(piece)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	if err := r.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}
