package recording

import (
	"bytes"
	"io"
	"strconv"

	"sallyport"
)

// Strike is a part of a recorded stream that is not released.
type Strike struct {
	At     int64  `json:"at"`     // offset in the recorded stream
	Length int64  `json:"length"` // bytes
	Kind   string `json:"kind"`   // what it was taken for; the reader sees "[redacted: kind]"
}

// Mark is what stands in a released stream in place of a strike.
func Mark(kind string) string { return "[redacted: " + kind + "]" }

// Range is a part of a recorded stream that a release is about.
type Range struct {
	Stream  string   `json:"stream"` // "out" or "err"
	From    int64    `json:"from"`
	To      int64    `json:"to"`
	Strikes []Strike `json:"strikes,omitempty"` // ascending, within From..To, not overlapping
}

// Released is the blob of OutputReleased.Struck: from which parts of the recording the released frames were made, and
// what was struck out. Released = recorded minus strikes can be checked byte for byte.
type Released struct {
	Version int     `json:"v"`
	Ranges  []Range `json:"ranges"`
}

// Apply gives what a range releases of the recorded stream.
func (r Range) Apply(recorded []byte) ([]byte, error) {
	if r.From < 0 || r.From > r.To || r.To > int64(len(recorded)) {
		return nil, sallyport.Errorf(sallyport.Invalid, "release of %q bytes %d to %d, recorded are %d", r.Stream, r.From, r.To, len(recorded))
	}
	var out []byte
	at := r.From
	for _, s := range r.Strikes {
		if s.At < at || s.Length <= 0 || s.Length > r.To-s.At {
			return nil, sallyport.Errorf(sallyport.Invalid, "strike of %d bytes at %d does not lie in %d to %d", s.Length, s.At, at, r.To)
		}
		out = append(out, recorded[at:s.At]...)
		out = append(out, Mark(s.Kind)...)
		at = s.At + s.Length
	}
	return append(out, recorded[at:r.To]...), nil
}

// EncodeReleased gives the blob of OutputReleased.Released: frames one after the other, as in a chunk before compression, and
// no header.
func EncodeReleased(frames []Frame) []byte {
	var b []byte
	for _, f := range frames {
		for first := true; first || len(f.Data) > 0; first = false {
			n := min(len(f.Data), MaxFrame)
			b = AppendFrame(b, Frame{At: f.At, Kind: f.Kind, Data: f.Data[:n]})
			f.Data = f.Data[n:]
		}
	}
	return b
}

// DecodeReleased reads what EncodeReleased wrote.
func DecodeReleased(b []byte) ([]Frame, error) {
	var frames []Frame
	for r := bytes.NewReader(b); ; {
		f, err := ReadFrame(r)
		if err == io.EOF {
			return frames, nil
		}
		if err != nil {
			return nil, err
		}
		frames = append(frames, f)
	}
}

// Streams joins the data of frames by kind.
type Streams struct{ Out, Err []byte }

// Add appends what frames say to standard output and standard error.
func (s *Streams) Add(frames ...Frame) {
	for _, f := range frames {
		switch f.Kind {
		case Out:
			s.Out = append(s.Out, f.Data...)
		case Err:
			s.Err = append(s.Err, f.Data...)
		}
	}
}

// Of gives one stream by its name in a Range.
func (s *Streams) Of(stream string) ([]byte, error) {
	switch stream {
	case "out":
		return s.Out, nil
	case "err":
		return s.Err, nil
	}
	return nil, sallyport.Errorf(sallyport.Invalid, "stream %s is neither out nor err", strconv.Quote(stream))
}

// CheckReleased verifies that released frames are the recorded streams minus what is listed as struck.
func CheckReleased(recorded *Streams, list Released, frames []Frame) error {
	if list.Version != Version {
		return sallyport.Errorf(sallyport.Invalid, "release version %d, want %d", list.Version, Version)
	}
	var want, got Streams
	got.Add(frames...)
	for _, r := range list.Ranges {
		stream, err := recorded.Of(r.Stream)
		if err != nil {
			return err
		}
		b, err := r.Apply(stream)
		if err != nil {
			return err
		}
		if r.Stream == "out" {
			want.Out = append(want.Out, b...)
		} else {
			want.Err = append(want.Err, b...)
		}
	}
	for _, s := range []struct {
		name      string
		want, got []byte
	}{{"out", want.Out, got.Out}, {"err", want.Err, got.Err}} {
		if !bytes.Equal(s.want, s.got) {
			return sallyport.Errorf(sallyport.Invalid, "released %q has %d bytes that are not the recording minus its strikes (%d bytes)", s.name, len(s.got), len(s.want))
		}
	}
	return nil
}
