package gateway

import (
	"context"
	"sync"
	"time"

	"sallyport"
	"sallyport/recording"
	"sallyport/target"
	"sallyport/workflow"
)

// Segments of released output: what waits longer or grows larger is released, an entry each.
const (
	segmentBytes = 8 << 20
	pendingBytes = 4 * segmentBytes // beyond this the target waits until a segment is released
	segmentEvery = 200 * time.Millisecond
)

// output takes the output of one execution. The recorder stands before the valve: a frame is recorded, then redacted or
// held, then released. If recording fails the execution is ended.
type output struct {
	g    *Gateway
	r    *run
	rule sallyport.ReleaseRule
	rec  *recording.Recorder
	fail error // of the recorder's start; ends the execution at its first byte and at its end

	mu     sync.Mutex // protects the following: the target's reader and the timer of segments meet here
	valves [2]*valve  // stdout, stderr
	frames []recording.Frame
	size   int // bytes in frames
	timer  *time.Timer
	room   *sync.Cond // signalled when size falls or failed is set
	failed error      // of a release: what is left stays held until someone releases it

	flush sync.Mutex // one segment goes into the ledger at a time, in order; taken before mu
}

var _ target.Sink = (*output)(nil)

func (g *Gateway) newOutput(ctx context.Context, r *run) *output {
	o := &output{g: g, r: r}
	o.room = sync.NewCond(&o.mu)
	var markings []string
	g.mu.Lock()
	system := g.state.Systems[g.state.Sessions[r.session].System]
	o.rule = g.releaseRule(system)
	markings = system.Markings
	g.mu.Unlock()
	o.valves = newValves(o.rule, markings)
	recipients, err := g.Keyring.Recipients(r.session)
	if err == nil {
		o.rec, err = recording.Start(recording.Options{Session: r.session, Action: r.action, Blobs: g.Blobs, Recipients: recipients, Seal: o.seal, Now: g.Now})
	}
	o.fail = err
	if err != nil {
		r.end("it cannot be recorded")
	} else {
		go func() {
			select {
			case <-o.rec.Failed():
				r.end("recording failed")
			case <-r.done:
			}
		}()
	}
	return o
}

// releaseRule is the stricter of the system's rule and the profile's; the caller holds the lock.
func (g *Gateway) releaseRule(system *workflow.System) sallyport.ReleaseRule {
	set, err := g.check.SetOf(g.state, system.System, g.cache)
	if err != nil {
		return sallyport.ReleaseHeld
	}
	strict := map[sallyport.ReleaseRule]int{sallyport.ReleaseNow: 0, sallyport.ReleaseRedacted: 1, sallyport.ReleaseHeld: 2}
	if strict[set.Profile().Release] > strict[system.Release] {
		return set.Profile().Release
	}
	return system.Release
}

// seal writes a chunk of the recording into the ledger.
func (o *output) seal(ctx context.Context, c recording.Chunk) error {
	_, err := o.g.append(ctx, sallyport.Gateway, o.r.session, func(s *workflow.State, _ time.Time) (sallyport.Body, error) {
		return &sallyport.RecordingChunk{Action: o.r.action, Number: s.Sessions[o.r.session].Chunks, Chunk: c.Ref, Raw: c.Raw}, nil
	})
	return err
}

// Frame implements target.Sink.
func (o *output) Frame(s target.Stream, b []byte) error {
	if o.fail != nil {
		return o.fail
	}
	kind := recording.Out
	if s == target.Stderr {
		kind = recording.Err
	}
	if err := o.rec.Write(kind, b); err != nil {
		return err
	}
	if o.rule == sallyport.ReleaseHeld {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.size >= pendingBytes && o.failed == nil {
		o.room.Wait()
	}
	if o.failed != nil {
		return nil // it is recorded, and held
	}
	before := o.size
	o.take(o.valves[s-1].pass(b))
	switch full := o.size >= segmentBytes; {
	case full && before < segmentBytes:
		go o.release(context.Background())
	case !full && o.timer == nil:
		o.timer = time.AfterFunc(segmentEvery, func() { o.release(context.Background()) })
	}
	return nil
}

// take adds a frame to the segment; the caller holds mu.
func (o *output) take(f recording.Frame) {
	if len(f.Data) > 0 {
		o.frames = append(o.frames, f)
		o.size += len(f.Data)
	}
}

// segment cuts what has passed the valves since the last one. With end the valves give up what they held back.
func (o *output) segment(end bool) ([]recording.Frame, recording.Released) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	list := recording.Released{Version: recording.Version}
	if !end && len(o.frames) == 0 {
		return nil, list
	}
	for _, v := range o.valves {
		if end {
			o.take(v.close())
		}
		list.Ranges = append(list.Ranges, v.ranged())
	}
	frames := o.frames
	o.frames, o.size = nil, 0
	o.room.Broadcast()
	return frames, list
}

// release writes a segment into the ledger; only from there does anyone see it. Segments are released one after the other, beside the
// target's output. What cannot be released stays held.
func (o *output) release(ctx context.Context) {
	o.flush.Lock()
	defer o.flush.Unlock()
	if o.held() {
		return
	}
	frames, list := o.segment(false)
	if len(frames) == 0 {
		return
	}
	// What the engineer will have seen must be in the recording whatever happens next: its chunk is sealed first (DESIGN 8.4).
	err := o.rec.Flush(ctx)
	var body *sallyport.OutputReleased
	if err == nil {
		body, err = o.g.releasedBody(ctx, o.r.action, frames, list, false)
	}
	if err == nil {
		_, err = o.g.append(ctx, sallyport.Gateway, o.r.session, say(body))
	}
	if err == nil {
		return
	}
	o.g.log.Warn("output could not be released, so it is held", "action", o.r.action, "err", err)
	o.mu.Lock()
	o.failed = err
	o.mu.Unlock()
	o.room.Broadcast()
}

// held tells whether a release has failed.
func (o *output) held() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed != nil
}

func (g *Gateway) releasedBody(ctx context.Context, a sallyport.ActionID, frames []recording.Frame, list recording.Released, final bool) (*sallyport.OutputReleased, error) {
	ref, err := g.put(ctx, recording.EncodeReleased(frames))
	if err != nil {
		return nil, err
	}
	struck, err := g.putJSON(ctx, list)
	if err != nil {
		return nil, err
	}
	return &sallyport.OutputReleased{Action: a, Released: ref, Struck: &struck, Final: final}, nil
}

// close seals the recording, writes the outcome, and releases the rest of the output.
func (o *output) close(ctx context.Context, outcome sallyport.Body) error {
	if o.rec != nil {
		if err := o.rec.Close(ctx); err != nil {
			o.g.log.Error("recording could not be closed", "action", o.r.action, "err", err)
			outcome = &sallyport.ActionInterrupted{Action: o.r.action, Why: "its output could not be recorded; it may have run in whole or in part"}
		}
	}
	drafts := []draft{say(outcome)}
	o.flush.Lock()
	defer o.flush.Unlock()
	frames, list := o.segment(true)
	if _, finished := outcome.(*sallyport.ActionFinished); finished && o.rule != sallyport.ReleaseHeld && !o.held() {
		body, err := o.g.releasedBody(ctx, o.r.action, frames, list, true)
		if err != nil {
			o.g.log.Error("output could not be stored for release", "action", o.r.action, "err", err)
		} else {
			drafts = append(drafts, say(body))
		}
	}
	_, err := o.g.append(ctx, sallyport.Gateway, o.r.session, drafts...)
	return err
}
