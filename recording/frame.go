package recording

import (
	"encoding/binary"
	"errors"
	"io"
	"time"

	"sallyport"
)

// Kind says what the bytes of a frame are. The numbers are part of the format: append only.
type Kind uint8

const (
	Head   Kind = 0 // JSON of a Header; the first frame of every chunk, and nowhere else
	Out    Kind = 1 // from the target's standard output, or its terminal
	Err    Kind = 2 // from the target's standard error
	In     Kind = 3 // sent to the target
	Resize Kind = 4 // columns and rows, two big-endian uint16
	Marker Kind = 5 // words for a reader: what happens here
	Exit   Kind = 6 // exit status, big-endian int32
	kinds       = 7
)

func (k Kind) String() string {
	if k >= kinds {
		return "unknown"
	}
	return [kinds]string{"head", "out", "err", "in", "resize", "marker", "exit"}[k]
}

// Frame is one piece of a recording.
type Frame struct {
	At   time.Duration // since the start of the recording, by a clock that never goes back
	Kind Kind
	Data []byte
}

const (
	frameHeader = 8 + 1 + 4
	// MaxFrame bounds the data of one frame, so that a block holds whole frames. Longer writes become several frames.
	MaxFrame = 32 << 10
)

// AppendFrame appends the bytes of f: nanoseconds as uint64, kind as uint8, length as uint32, data; big-endian.
func AppendFrame(b []byte, f Frame) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(f.At))
	b = append(b, byte(f.Kind))
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.Data)))
	return append(b, f.Data...)
}

// ReadFrame reads one frame; io.EOF exactly at the end of the stream.
func ReadFrame(r io.Reader) (Frame, error) {
	var h [frameHeader]byte
	if n, err := io.ReadFull(r, h[:]); err != nil {
		if n > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
			return Frame{}, sallyport.Errorf(sallyport.Invalid, "recording ends inside a frame header")
		}
		return Frame{}, err
	}
	at, size := binary.BigEndian.Uint64(h[:]), binary.BigEndian.Uint32(h[9:])
	f := Frame{At: time.Duration(at), Kind: Kind(h[8])}
	switch {
	case f.At < 0:
		return f, sallyport.Errorf(sallyport.Invalid, "frame time %d is out of range", at)
	case f.Kind >= kinds:
		return f, sallyport.Errorf(sallyport.Invalid, "frame kind %d is not known", h[8])
	case size > MaxFrame:
		return f, sallyport.Errorf(sallyport.Invalid, "frame is %d bytes, more than %d", size, MaxFrame)
	}
	f.Data = make([]byte, size)
	if _, err := io.ReadFull(r, f.Data); err != nil {
		return f, sallyport.Errorf(sallyport.Invalid, "recording ends inside a frame: %w", err)
	}
	return f, nil
}
