// Package target runs approved actions on targets and reads files of them. It holds the interface that the gateway uses
// and the errors that say whether anything ran; package target/ssh implements it.
//
// It decides nothing: whoever calls it holds a permit, written to the ledger before. It promises that an error tells
// apart "nothing ran" ([Failed]) from "the outcome is unknown" ([Interrupted]), that output reaches the [Sink] before
// anything else sees it, and that an action is started at most once per call: it never tries again by itself after the
// target may have been told to begin.
package target

import (
	"context"
	"time"

	"sallyport"
)

// Permit is the right to one execution or one reading.
type Permit struct {
	Serial uint64             // ledger index of the permit's entry; becomes the certificate's serial
	Action sallyport.ActionID // becomes the certificate's key id
}

// Stream says where a frame of output came from.
type Stream byte

const (
	Stdout Stream = 1
	Stderr Stream = 2
)

// Sink receives output as it arrives. Frame is called by one goroutine at a time; b is valid during the call only. The
// action's output is held back while Frame runs (back-pressure). An error stops the action.
type Sink interface {
	Frame(s Stream, b []byte) error
}

// SinkFunc makes a Sink of a function.
type SinkFunc func(s Stream, b []byte) error

// Frame calls f.
func (f SinkFunc) Frame(s Stream, b []byte) error { return f(s, b) }

// Outcome is how an execution ended. It exists only where the target itself said how.
type Outcome struct {
	Exit     int      // 0..255; 128+n after signal n
	Stopped  string   // why it was ended before its own end; "" if it was not
	Survived []string // processes that left the action's session and still run: "pid 812: nc -l 4444". What hid its environment or changed its user is not seen
	Ended    []string // background processes that were still in the action's session when it ended, and were ended with it
	Unseen   string   // why the target could not be searched for survivors; "" if it was searched
	Output   int64    // bytes given to the sink
	Cut      bool     // the output limit was reached; the rest was discarded
}

// ReadLimits bound a reading.
type ReadLimits struct {
	File    int64         // bytes of one file
	Total   int64         // bytes of all files together
	Timeout time.Duration // of the whole reading
}

// ReadResult is one file of the target, or why it could not be read.
type ReadResult struct {
	Word    string // as asked for
	Path    string // canonical absolute path; "" where it could not be found
	Content []byte // nil if Why is set
	Why     string // "" if it was read; else a reason in words
}

// Runner executes on targets.
type Runner interface {
	// Run executes spec with pins under permit p. Cancelling ctx stops the action (TERM, then KILL after
	// sallyport.StopGrace) and Outcome.Stopped is the text of context.Cause(ctx): see [Stop]. Run returns when the action has ended,
	// with an error of type *Failed or *Interrupted otherwise.
	Run(ctx context.Context, p Permit, t sallyport.TargetSet, spec sallyport.Spec, pins []sallyport.Pin, sink Sink) (Outcome, error)

	// Read reads the regular files that words name, as login, relative ones from dir ("" is the home), one result per
	// word in the same order. It fails as a whole only if the target could not be asked.
	Read(ctx context.Context, p Permit, t sallyport.TargetSet, login, dir string, words []string, limits ReadLimits) ([]ReadResult, error)
}

// Checker is a Runner with a preflight: whether actions can run on t as login, one finding for each thing looked at. Every login that
// it tries is under permit p.
type Checker interface {
	Check(ctx context.Context, p Permit, t sallyport.TargetSet, login string) []Finding
}

// Preparer is a Runner that can open a connection before the permit exists, while a decider reads. The connection waits before
// authentication and carries no right. Prepare returns at once; a failure shows only as a slower Run.
type Preparer interface {
	Prepare(t sallyport.TargetSet, login string)
}
