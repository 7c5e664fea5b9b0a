package recording_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"sallyport/recording"
)

func TestAsciicast(t *testing.T) {
	var out bytes.Buffer
	a, err := recording.NewAsciicast(&out, time.Unix(1700000000, 0), "a-1", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []recording.Frame{
		{At: time.Second, Kind: recording.Out, Data: []byte("gr\xc3")},
		{At: 2 * time.Second, Kind: recording.Out, Data: []byte("\xbc\xff\x1b[0m")},
		{At: 2 * time.Second, Kind: recording.In, Data: []byte("ls\n")},
		{At: 3 * time.Second, Kind: recording.Resize, Data: []byte{0, 120, 0, 40}},
		{At: 4 * time.Second, Kind: recording.Exit, Data: []byte{0, 0, 0, 7}},
	} {
		if err := a.Frame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	want := `{"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"a-1"}
[1.000000,"o","gr"]
[2.000000,"o","ü\ufffd\u001b[0m"]
[2.000000,"i","ls\n"]
[3.000000,"r","120x40"]
[4.000000,"m","exit status 7"]
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	for line := range bytes.Lines(out.Bytes()) {
		if !json.Valid(line) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

func TestTranscript(t *testing.T) {
	var got []string
	tr := recording.Transcript{Emit: func(l recording.Line) error {
		got = append(got, l.Kind.String()+": "+l.Text)
		return nil
	}}
	for _, f := range []recording.Frame{
		{Kind: recording.Out, Data: []byte("one \x1b[3")},
		{Kind: recording.Err, Data: []byte("error\n")},
		{Kind: recording.Out, Data: []byte("1mred\x1b[0m\r\n\x1b]0;hidden")},
		{Kind: recording.Out, Data: []byte("\x1b\\shown\x1bP never closed\nstill shown\n")},
		{Kind: recording.Marker, Data: []byte("step 2")},
		{Kind: recording.Out, Data: []byte("no end")},
	} {
		if err := tr.Frame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{"err: error", "out: one red", "out: shown", "out: still shown", "marker: step 2", "out: no end"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestCheckReleased(t *testing.T) {
	rec := &recording.Streams{Out: []byte("user=bob password=x\nbye\n"), Err: []byte("warn\n")}
	list := recording.Released{Version: 1, Ranges: []recording.Range{
		{Stream: "out", From: 0, To: 24, Strikes: []recording.Strike{{At: 18, Length: 1, Kind: "password"}}},
		{Stream: "err", From: 0, To: 5},
	}}
	good := []recording.Frame{{Kind: recording.Out, Data: []byte("user=bob password=[redacted: password]\nbye\n")}, {Kind: recording.Err, Data: []byte("warn\n")}}
	frames, err := recording.DecodeReleased(recording.EncodeReleased(good))
	if err != nil {
		t.Fatal(err)
	}
	if err := recording.CheckReleased(rec, list, frames); err != nil {
		t.Fatal(err)
	}
	frames[0].Data[0] = 'U'
	if err := recording.CheckReleased(rec, list, frames); err == nil {
		t.Error("a changed byte passed")
	}
	for name, r := range map[string]recording.Range{
		"beyond":  {Stream: "out", To: 25},
		"back":    {Stream: "out", To: 24, Strikes: []recording.Strike{{At: 5, Length: 2}, {At: 4, Length: 1}}},
		"outside": {Stream: "out", To: 4, Strikes: []recording.Strike{{At: 3, Length: 2}}},
		"huge":    {Stream: "out", To: 24, Strikes: []recording.Strike{{At: 3, Length: 1<<63 - 1}}},
		"stream":  {Stream: "in", To: 1},
	} {
		if err := recording.CheckReleased(rec, recording.Released{Version: 1, Ranges: []recording.Range{r}}, frames); err == nil {
			t.Errorf("%s: passed", name)
		}
	}
}
