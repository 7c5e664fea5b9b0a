package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"filippo.io/age"

	"sallyport"
)

// Blobs is where chunks go: the subset of blob.Blobs that a recorder needs.
type Blobs interface {
	Put(ctx context.Context, content []byte) (sallyport.BlobRef, error)
}

// Chunk is a stored chunk, to be written into the ledger.
type Chunk struct {
	Part int               // from 0, per recording
	Ref  sallyport.BlobRef // of the encrypted chunk
	Raw  int64             // bytes of frames
}

// Options of a Recorder. All but the last three are required.
type Options struct {
	Session    sallyport.SessionID
	Action     sallyport.ActionID // may be empty: a recording of the session as a whole
	Blobs      Blobs
	Recipients []age.Recipient // see Keyring
	// Seal writes the recording.chunk entry and returns when it is durable. Called in order of parts, one at a time, from a goroutine
	// of the recorder.
	Seal func(ctx context.Context, c Chunk) error

	Now        func() time.Time // nil: time.Now, whose monotonic part gives frames their time
	ChunkBytes int              // frames per chunk before compression; 0: 4 MiB
	ChunkEvery time.Duration    // longest wait of a frame for its chunk; 0: one second
}

// Recorder records one action or session. It may be used from several goroutines: frames are in the order of the calls.
type Recorder struct {
	opts  Options
	start time.Time

	mu     sync.Mutex // protects the following
	blocks [][]byte   // of the current chunk; the last one is open
	raw    int64      // bytes in blocks
	part   int
	timer  *time.Timer
	closed bool

	failing sync.Once
	err     error         // set before failed is closed, read only afterwards
	failed  chan struct{} // closed by the first failure: nothing is recorded afterwards

	jobs chan *job     // chunks in order; closed by Close
	done chan struct{} // closed when the sealer has returned
}

type job struct {
	part    int
	raw     int64
	blocks  [][]byte
	stored  chan struct{} // closed when ref and err are set
	ref     sallyport.BlobRef
	err     error
	flushed chan struct{} // closed once sealed or failed; nil if nobody waits
}

// ahead is how many chunks may wait to be stored before Write blocks: what a slow disk is given, and what a crash can lose.
const ahead = 4

// Start begins a recording.
func Start(opts Options) (*Recorder, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.ChunkBytes == 0 {
		opts.ChunkBytes = 4 << 20
	}
	if opts.ChunkEvery == 0 {
		opts.ChunkEvery = time.Second
	}
	if opts.Blobs == nil || opts.Seal == nil || len(opts.Recipients) == 0 || opts.ChunkBytes > MaxChunk-2*blockSize {
		return nil, sallyport.Errorf(sallyport.Internal, "a recorder needs blobs, a seal, a recipient and chunks of at most %d bytes", MaxChunk-2*blockSize)
	}
	r := &Recorder{opts: opts, start: opts.Now(), jobs: make(chan *job, ahead), done: make(chan struct{}), failed: make(chan struct{})}
	go r.seal()
	return r, nil
}

// Write records data as frames of kind. When it returns nil the bytes will be in a chunk within ChunkEvery, or Failed is
// closed; when it returns an error they must not be passed on to anyone. It blocks while storage is behind.
func (r *Recorder) Write(kind Kind, data []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.opts.Now().Sub(r.start)
	for first := true; first || len(data) > 0; first = false {
		n := min(len(data), MaxFrame)
		if err := r.add(Frame{At: at, Kind: kind, Data: data[:n]}); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// add is called with mu held.
func (r *Recorder) add(f Frame) error {
	if err := r.failure(); err != nil {
		return err
	}
	if r.closed {
		return sallyport.Errorf(sallyport.Internal, "recording is closed")
	}
	if r.raw == 0 {
		if err := r.begin(); err != nil {
			return err
		}
	}
	last := len(r.blocks) - 1
	if len(r.blocks[last])+frameHeader+len(f.Data) > blockSize {
		r.blocks = append(r.blocks, make([]byte, 0, blockSize))
		last++
	}
	r.blocks[last] = AppendFrame(r.blocks[last], f)
	r.raw += int64(frameHeader + len(f.Data))
	if r.raw >= int64(r.opts.ChunkBytes) {
		return r.cut(nil, false)
	}
	return nil
}

// begin opens a chunk with its header, and starts the clock after which it is cut. mu is held.
func (r *Recorder) begin() error {
	data, err := sallyport.EncodeJSON(Header{Version: Version, Session: r.opts.Session, Action: r.opts.Action, Part: r.part, Start: r.start.UTC().Round(0)})
	if err != nil {
		return err
	}
	b := AppendFrame(make([]byte, 0, blockSize), Frame{Kind: Head, Data: data})
	r.blocks, r.raw = [][]byte{b}, int64(len(b))
	part := r.part
	r.timer = time.AfterFunc(r.opts.ChunkEvery, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.part == part && !r.closed {
			r.cut(nil, false) // a failure is kept in r.err
		}
	})
	return nil
}

// cut hands the current chunk to storage. mu is held; it blocks while storage is behind, and so does everyone who writes.
func (r *Recorder) cut(flushed chan struct{}, empty bool) error {
	if err := r.failure(); err != nil {
		return err
	}
	if r.raw == 0 && !empty {
		return nil
	}
	if r.timer != nil {
		r.timer.Stop()
	}
	j := &job{part: r.part, raw: r.raw, blocks: r.blocks, stored: make(chan struct{}), flushed: flushed}
	if r.raw > 0 {
		r.part++
	}
	r.blocks, r.raw = nil, 0
	// Compression, encryption and writing of one chunk run beside those of the next; only sealing is in order.
	select {
	case r.jobs <- j:
	case <-r.failed:
		return r.err
	}
	go j.store(r.opts)
	return nil
}

func (j *job) store(opts Options) {
	defer close(j.stored)
	if j.raw == 0 {
		return
	}
	content, err := sealBlocks(j.blocks, opts.Recipients)
	j.blocks = nil
	if err == nil {
		j.ref, err = opts.Blobs.Put(context.Background(), content)
	}
	j.err = err
}

// seal is the goroutine that puts chunks into the ledger, in order.
func (r *Recorder) seal() {
	defer close(r.done)
	for j := range r.jobs {
		<-j.stored
		err := j.err
		if err == nil && j.raw > 0 {
			err = r.opts.Seal(context.Background(), Chunk{Part: j.part, Ref: j.ref, Raw: j.raw})
		}
		if err != nil {
			r.fail(fmt.Errorf("recording part %d: %w", j.part, err))
		}
		if j.flushed != nil {
			close(j.flushed)
		}
		if err != nil {
			return
		}
	}
}

// fail ends the recording. It takes no lock: whoever holds mu may be waiting for room.
func (r *Recorder) fail(err error) {
	r.failing.Do(func() {
		r.err = &sallyport.Error{Code: sallyport.Unavailable, Message: "recording failed", Hint: "nothing more is passed on; see the server's log", Err: err}
		close(r.failed)
	})
}

// failure is nil while recording works.
func (r *Recorder) failure() error {
	select {
	case <-r.failed:
		return r.err
	default:
		return nil
	}
}

// Failed is closed when recording has failed: whatever is being recorded must stop now.
func (r *Recorder) Failed() <-chan struct{} { return r.failed }

// Flush cuts the current chunk and returns when everything recorded before is sealed in the ledger.
func (r *Recorder) Flush(ctx context.Context) error {
	flushed := make(chan struct{})
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return r.wait(ctx)
	}
	err := r.cut(flushed, true)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case <-flushed:
	case <-r.failed:
	case <-ctx.Done():
		return ctx.Err()
	}
	return r.failure()
}

// Close flushes and ends the recording. It returns nil only if everything is sealed.
func (r *Recorder) Close(ctx context.Context) error {
	r.mu.Lock()
	if !r.closed {
		r.cut(nil, false) // a failure is reported by wait
		r.closed = true
		close(r.jobs)
	}
	r.mu.Unlock()
	return r.wait(ctx)
}

func (r *Recorder) wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.failure()
	case <-ctx.Done():
		return errors.Join(ctx.Err(), r.failure())
	}
}

// Writer gives an io.Writer that records as kind.
func (r *Recorder) Writer(kind Kind) io.Writer { return recordWriter{r, kind} }

type recordWriter struct {
	r    *Recorder
	kind Kind
}

func (w recordWriter) Write(p []byte) (int, error) {
	if err := w.r.Write(w.kind, p); err != nil {
		return 0, err
	}
	return len(p), nil
}
