package gateway

import (
	"bytes"
	"slices"

	"sallyport"
	"sallyport/recording"
	"sallyport/recording/redact"
)

// valve is what one stream of output passes on its way to the engineer: redaction, or nothing. It remembers which part of the recorded
// stream it has let through, so that the release can be checked against the recording.
type valve struct {
	stream string
	kind   recording.Kind
	red    *redact.Redactor // nil: everything passes
	passed bytes.Buffer     // what the redactor let through since the last pass
	seen   int64            // bytes that came in
	from   int64            // up to here ranges were given
	used   int              // strikes that were given
}

func newValves(rule sallyport.ReleaseRule, markings []string) [2]*valve {
	out := [2]*valve{{stream: "out", kind: recording.Out}, {stream: "err", kind: recording.Err}}
	if rule == sallyport.ReleaseRedacted {
		rules := redact.NewRules(redact.Options{Personal: true, Markings: markings})
		for _, v := range out {
			v.red = redact.New(&v.passed, rules)
		}
	}
	return out
}

// pass takes bytes of the stream and gives what may go on now. The frame owns its bytes.
func (v *valve) pass(b []byte) recording.Frame {
	v.seen += int64(len(b))
	if v.red == nil {
		return recording.Frame{Kind: v.kind, Data: slices.Clone(b)}
	}
	_, _ = v.red.Write(b) // a bytes.Buffer does not fail
	return v.take()
}

// close gives what the redactor held back.
func (v *valve) close() recording.Frame {
	if v.red == nil {
		return recording.Frame{Kind: v.kind}
	}
	_ = v.red.Close() // a bytes.Buffer does not fail
	return v.take()
}

func (v *valve) take() recording.Frame {
	f := recording.Frame{Kind: v.kind, Data: slices.Clone(v.passed.Bytes())}
	v.passed.Reset()
	return f
}

// ranged says which part of the recorded stream was let through since the last call, and what was struck out of it.
func (v *valve) ranged() recording.Range {
	r := recording.Range{Stream: v.stream, From: v.from, To: v.seen}
	if v.red != nil {
		r.To = v.red.Size()
		r.Strikes = slices.Clone(v.red.Strikes()[v.used:])
		v.used += len(r.Strikes)
	}
	v.from = r.To
	return r
}
