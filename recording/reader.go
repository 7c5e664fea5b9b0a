package recording

import (
	"context"
	"errors"
	"sort"
	"time"

	"filippo.io/age"

	"sallyport"
)

// Reader reads a recording from its chunks. Chunks are fetched as they are needed; one is kept.
type Reader struct {
	// Get gives the content of a chunk's blob, verified against its digest.
	Get  func(ctx context.Context, ref sallyport.BlobRef) ([]byte, error)
	Keys []age.Identity
	// Chunks in order of parts, as the ledger has them.
	Chunks []sallyport.BlobRef

	index  []time.Duration // time of the first frame of chunk i, as far as known
	cached int             // index of the cached chunk plus one
	header Header
	frames []Frame
}

// Header gives the header of the first chunk.
func (r *Reader) Header(ctx context.Context) (Header, error) {
	h, _, err := r.chunk(ctx, 0)
	return h, err
}

// chunk opens chunk i and checks that it is part i of one recording.
func (r *Reader) chunk(ctx context.Context, i int) (Header, []Frame, error) {
	if r.cached == i+1 {
		return r.header, r.frames, nil
	}
	if i >= len(r.Chunks) {
		return Header{}, nil, sallyport.Errorf(sallyport.NotFound, "recording has %d parts, no part %d", len(r.Chunks), i)
	}
	content, err := r.Get(ctx, r.Chunks[i])
	if err != nil {
		return Header{}, nil, err
	}
	h, frames, err := OpenChunk(content, r.Keys...)
	if err != nil {
		return h, nil, err
	}
	if h.Part != i {
		return h, nil, sallyport.Errorf(sallyport.Invalid, "part %d of the recording says that it is part %d", i, h.Part)
	}
	if r.cached > 0 && (h.Session != r.header.Session || h.Action != r.header.Action || !h.Start.Equal(r.header.Start)) {
		return h, nil, sallyport.Errorf(sallyport.Invalid, "part %d is of session %q action %q, the others of %q %q", i, h.Session, h.Action, r.header.Session, r.header.Action)
	}
	r.cached, r.header, r.frames = i+1, h, frames
	return h, frames, nil
}

// errStop ends a walk from inside.
var errStop = errors.New("stop")

// Each calls f for every frame at or after from, in order.
func (r *Reader) Each(ctx context.Context, from time.Duration, f func(Frame) error) error {
	start, err := r.seek(ctx, from)
	if err != nil {
		return err
	}
	for i := start; i < len(r.Chunks); i++ {
		_, frames, err := r.chunk(ctx, i)
		if err != nil {
			return err
		}
		for _, frame := range frames {
			if frame.At < from {
				continue
			}
			if err := f(frame); errors.Is(err, errStop) {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// seek finds the last chunk that begins before from, opening about log2(n) of n chunks.
func (r *Reader) seek(ctx context.Context, from time.Duration) (int, error) {
	if from <= 0 || len(r.Chunks) < 2 {
		return 0, nil
	}
	if r.index == nil {
		r.index = make([]time.Duration, len(r.Chunks))
		for i := range r.index {
			r.index[i] = -1
		}
	}
	var failed error
	n := sort.Search(len(r.Chunks), func(i int) bool {
		if r.index[i] < 0 && failed == nil {
			_, frames, err := r.chunk(ctx, i)
			if err != nil {
				failed = err
				return true
			}
			if r.index[i] = 0; len(frames) > 0 {
				r.index[i] = frames[0].At
			}
		}
		return failed != nil || r.index[i] >= from
	})
	return max(0, n-1), failed
}

// Length is the time of the last frame.
func (r *Reader) Length(ctx context.Context) (time.Duration, error) {
	for i := len(r.Chunks) - 1; i >= 0; i-- {
		_, frames, err := r.chunk(ctx, i)
		if err != nil {
			return 0, err
		}
		if len(frames) > 0 {
			return frames[len(frames)-1].At, nil
		}
	}
	return 0, nil
}

// Streams gives everything that was recorded of standard output and standard error.
func (r *Reader) Streams(ctx context.Context) (*Streams, error) {
	var s Streams
	err := r.Each(ctx, 0, func(f Frame) error {
		s.Add(f)
		return nil
	})
	return &s, err
}
