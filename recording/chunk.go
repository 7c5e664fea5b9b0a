package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sallyport"
)

// Version of the chunk format of docs/spec/recording.md.
const Version = 1

const (
	blockSize = 64 << 10 // of frames, before compression; each block is a zstd frame of its own
	// MaxChunk bounds the frames of one chunk before compression, in bytes. A reader refuses more, however well it compressed.
	MaxChunk = 16 << 20
)

// Header is the first frame of a chunk: what recording it belongs to, so that a chunk cannot pass for another.
type Header struct {
	Version int                 `json:"v"`
	Session sallyport.SessionID `json:"session"`
	Action  sallyport.ActionID  `json:"action,omitempty"`
	Part    int                 `json:"part"`  // of this recording, from 0
	Start   time.Time           `json:"start"` // when the recording began: At counts from here
	Last    bool                `json:"last,omitempty"`
}

var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil { // only wrong options
			panic(err)
		}
		return e
	})
	decoders = sync.Pool{New: func() any {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			panic(err)
		}
		return d
	}}
)

// sealBlocks compresses blocks of frames, each by itself, and encrypts the whole.
func sealBlocks(blocks [][]byte, to []age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, fmt.Errorf("encrypt chunk: %w", err)
	}
	var buf []byte
	for _, b := range blocks {
		buf = encoder().EncodeAll(b, buf[:0])
		if _, err := w.Write(buf); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ErrKey is wrapped where a chunk is encrypted to none of the identities at hand: withheld, not damaged.
var ErrKey = errors.New("no key for this chunk")

// OpenChunk decrypts and decodes a chunk. It is hardened: every size is bounded, everything is hostile.
func OpenChunk(content []byte, keys ...age.Identity) (Header, []Frame, error) {
	var h Header
	if len(keys) == 0 {
		return h, nil, ErrKey
	}
	plain, err := age.Decrypt(bytes.NewReader(content), keys...)
	if err != nil {
		if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
			return h, nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		return h, nil, sallyport.Errorf(sallyport.Invalid, "chunk does not decrypt: %w", err)
	}
	dec := decoders.Get().(*zstd.Decoder)
	defer decoders.Put(dec)
	if err := dec.Reset(plain); err != nil {
		return h, nil, sallyport.Errorf(sallyport.Invalid, "chunk does not decompress: %w", err)
	}
	limited := &io.LimitedReader{R: dec, N: MaxChunk + 1}
	var frames []Frame
	for {
		f, err := ReadFrame(limited)
		if limited.N <= 0 {
			return h, nil, sallyport.Errorf(sallyport.Limited, "chunk has more than %d bytes of frames", MaxChunk)
		}
		if errors.Is(err, io.EOF) && len(frames) > 0 {
			break
		}
		if err != nil {
			return h, nil, sallyport.Errorf(sallyport.Invalid, "chunk is damaged after %d frames: %w", len(frames), err)
		}
		if (f.Kind == Head) != (len(frames) == 0) {
			return h, nil, sallyport.Errorf(sallyport.Invalid, "frame %d of a chunk has kind %q", len(frames), f.Kind)
		}
		frames = append(frames, f)
	}
	if err := json.Unmarshal(frames[0].Data, &h); err != nil {
		return h, nil, sallyport.Errorf(sallyport.Invalid, "chunk header: %w", err)
	}
	if h.Version != Version {
		return h, nil, sallyport.Errorf(sallyport.Invalid, "chunk version %d, want %d", h.Version, Version)
	}
	return h, frames[1:], nil
}
