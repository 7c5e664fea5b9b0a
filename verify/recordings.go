package verify

import (
	"encoding/json"
	"errors"
	"fmt"

	"sallyport"
	"sallyport/recording"
)

// recordings opens every chunk, and holds that what was released is what was recorded minus what is listed as struck out.
type recordings struct {
	*run
	numbers  map[sallyport.SessionID]int // chunks so far
	live     map[sallyport.ActionID]*recorded
	locked   int64
	bytes    int64
	unsure   int64 // releases that cannot be checked
	strikes  int64
	released int64
}

// recorded is an action whose output is still being put together.
type recorded struct {
	session     sallyport.SessionID
	parts       int
	streams     recording.Streams
	incomplete  bool // a chunk is withheld, locked or damaged
	interrupted bool
	releases    []release
}

type release struct {
	index int64
	body  *sallyport.OutputReleased
}

func newRecordings(r *run) *recordings {
	return &recordings{run: r, numbers: map[sallyport.SessionID]int{}, live: map[sallyport.ActionID]*recorded{}}
}

func (r *recordings) of(session sallyport.SessionID, id sallyport.ActionID) *recorded {
	a := r.live[id]
	if a == nil {
		a = &recorded{session: session}
		r.live[id] = a
	}
	return a
}

func (r *recordings) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	switch b := body.(type) {
	case *sallyport.RecordingChunk:
		r.chunk(index, e, b)
	case *sallyport.OutputReleased:
		a := r.of(e.Session, b.Action)
		a.releases = append(a.releases, release{index, b})
		if b.Final {
			r.settle(a)
			delete(r.live, b.Action)
		}
	case *sallyport.ActionFinished:
		a := r.of(e.Session, b.Action)
		if got := int64(len(a.streams.Out) + len(a.streams.Err)); !a.incomplete && got != b.Output {
			r.run.recorded.found(Wrong, index, "action %s printed %d bytes, its recording has %d", b.Action, b.Output, got)
		}
	case *sallyport.ActionInterrupted:
		r.of(e.Session, b.Action).interrupted = true
	case *sallyport.SessionEnded:
		for id, a := range r.live {
			if a.session == e.Session {
				r.settle(a)
				delete(r.live, id)
			}
		}
		delete(r.numbers, e.Session)
	}
}

func (r *recordings) chunk(index int64, e sallyport.Entry, b *sallyport.RecordingChunk) {
	c := r.run.recorded
	if want := r.numbers[e.Session]; b.Number != want {
		c.found(Wrong, index, "chunk %d of session %s follows %d chunks", b.Number, e.Session, want)
	}
	r.numbers[e.Session] = b.Number + 1
	a := r.of(e.Session, b.Action)
	content, err := r.src.Blob(r.ctx, b.Chunk.Digest)
	if err != nil { // reported with the contents
		r.locked++
		a.incomplete = true
		return
	}
	key := r.src.RecordingKey(e.Session)
	if key == nil {
		r.locked++
		a.incomplete = true
		return
	}
	h, frames, err := recording.OpenChunk(content, key)
	if errors.Is(err, recording.ErrKey) {
		r.locked++
		a.incomplete = true
		return
	}
	if err != nil {
		a.incomplete = true
		c.found(Wrong, index, "chunk %d of session %s: %v", b.Number, e.Session, err)
		return
	}
	if h.Session != e.Session || h.Action != b.Action || h.Part != a.parts {
		c.found(Wrong, index, "chunk %d of session %s action %s says that it is part %d of session %q action %q", b.Number, e.Session, b.Action, h.Part, h.Session, h.Action)
	}
	a.parts++
	a.streams.Add(frames...)
	c.Checked++
	r.bytes += b.Raw
}

// settle checks the releases of an action against its whole recording.
func (r *recordings) settle(a *recorded) {
	at := map[string]int64{}
	for _, rel := range a.releases {
		r.released++
		if a.incomplete || rel.body.Struck == nil {
			r.unsure++
			continue
		}
		var list recording.Released
		frames, err := r.read(rel.body, &list)
		if err != nil {
			if sallyport.CodeOf(err) == sallyport.NotFound {
				r.unsure++
			} else {
				r.run.released.found(Wrong, rel.index, "release of action %s: %v", rel.body.Action, err)
			}
			continue
		}
		beyond := false
		for _, rng := range list.Ranges {
			if rng.From != at[rng.Stream] {
				r.run.released.found(Wrong, rel.index, "release of action %s goes on at byte %d of %q, the one before ended at %d", rel.body.Action, rng.From, rng.Stream, at[rng.Stream])
			}
			at[rng.Stream] = rng.To
			r.strikes += int64(len(rng.Strikes))
			if stream, err := a.streams.Of(rng.Stream); err == nil && rng.To > int64(len(stream)) {
				beyond = true
			}
		}
		if beyond && a.interrupted {
			r.run.released.found(Noted, rel.index, "action %s was interrupted and its recording lost its end; what was released of that end cannot be compared", rel.body.Action)
			continue
		}
		if err := recording.CheckReleased(&a.streams, list, frames); err != nil {
			r.run.released.found(Wrong, rel.index, "release of action %s: %v", rel.body.Action, err)
			continue
		}
		r.run.released.Checked++
	}
}

func (r *recordings) read(b *sallyport.OutputReleased, list *recording.Released) ([]recording.Frame, error) {
	raw, err := r.src.Blob(r.ctx, b.Struck.Digest)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, list); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "list of what was struck out: %w", err)
	}
	if raw, err = r.src.Blob(r.ctx, b.Released.Digest); err != nil {
		return nil, err
	}
	return recording.DecodeReleased(raw)
}

func (r *recordings) end() {
	for _, a := range r.live {
		r.settle(a)
	}
	c := r.run.recorded
	c.Says = fmt.Sprintf("%d chunks (%d bytes) are whole and in order", c.Checked, r.bytes)
	if c.Result == Wrong {
		c.Says = "recordings are damaged or not whole"
	}
	if r.locked > 0 {
		c.found(Unchecked, -1, "%d chunks are withheld, or their key is", r.locked)
	}
	c = r.run.released
	c.Says = fmt.Sprintf("%d of %d releases are the recording minus %d parts that are listed", c.Checked, r.released, r.strikes)
	if c.Result == Wrong {
		c.Says = "something was released that the recording does not have, or something is not listed"
	}
	if r.unsure > 0 {
		c.found(Unchecked, -1, "%d releases cannot be compared: what is needed is withheld", r.unsure)
	}
}
