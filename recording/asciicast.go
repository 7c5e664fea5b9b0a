package recording

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// Asciicast writes frames as asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/). It is an export and may lose what frames
// keep: it has no standard error (merged into output), and bytes that are no UTF-8 become U+FFFD.
type Asciicast struct {
	w       *bufio.Writer
	partial [2][]byte // UTF-8 sequences cut between frames: of output, of input
}

// NewAsciicast writes the header. Columns and rows are those at the beginning; 0 means 80 by 24.
func NewAsciicast(w io.Writer, start time.Time, title string, columns, rows int) (*Asciicast, error) {
	if columns <= 0 || rows <= 0 {
		columns, rows = 80, 24
	}
	a := &Asciicast{w: bufio.NewWriter(w)}
	return a, a.line(struct {
		Version   int    `json:"version"`
		Width     int    `json:"width"`
		Height    int    `json:"height"`
		Timestamp int64  `json:"timestamp"`
		Title     string `json:"title,omitempty"`
	}{2, columns, rows, start.Unix(), title})
}

// Frame writes one frame.
func (a *Asciicast) Frame(f Frame) error {
	switch f.Kind {
	case Out, Err:
		return a.event(f.At, "o", a.text(0, f.Data))
	case In:
		return a.event(f.At, "i", a.text(1, f.Data))
	case Marker:
		return a.event(f.At, "m", string(f.Data))
	case Resize:
		if len(f.Data) == 4 {
			return a.event(f.At, "r", strconv.Itoa(int(binary.BigEndian.Uint16(f.Data)))+"x"+strconv.Itoa(int(binary.BigEndian.Uint16(f.Data[2:]))))
		}
	case Exit:
		if len(f.Data) == 4 {
			return a.event(f.At, "m", "exit status "+strconv.Itoa(int(int32(binary.BigEndian.Uint32(f.Data)))))
		}
	}
	return nil
}

// Close writes what is buffered.
func (a *Asciicast) Close() error { return a.w.Flush() }

// text joins data with what the frame before left of a character, and keeps back what is cut at its end.
func (a *Asciicast) text(stream int, data []byte) string {
	b := append(a.partial[stream], data...)
	keep := 0
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if utf8.RuneStart(b[len(b)-n]) {
			if !utf8.FullRune(b[len(b)-n:]) {
				keep = n
			}
			break
		}
	}
	a.partial[stream] = append([]byte(nil), b[len(b)-keep:]...)
	return string(b[:len(b)-keep])
}

func (a *Asciicast) event(at time.Duration, code, data string) error {
	if data == "" {
		return nil
	}
	return a.line([]any{json.Number(strconv.FormatFloat(at.Seconds(), 'f', 6, 64)), code, data})
}

func (a *Asciicast) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	a.w.Write(b)
	return a.w.WriteByte('\n')
}
