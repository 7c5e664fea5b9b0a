package gateway

import (
	"bytes"
	"context"
	"sync"

	"sallyport"
	"sallyport/recording"
	"sallyport/workflow"
)

// recordedMost bounds what a page shows of one action's output; the evidence has all of it.
const recordedMost = 1 << 20

// frames reads the recording of an action, in order.
func (g *Gateway) frames(ctx context.Context, a *workflow.Action, each func(recording.Frame) error) error {
	chunks, err := g.chunks(ctx, a)
	if err != nil {
		return err
	}
	return g.framesOf(ctx, a, chunks, each)
}

// chunks lists the sealed chunks of an action's recording.
func (g *Gateway) chunks(ctx context.Context, a *workflow.Action) ([]*sallyport.RecordingChunk, error) {
	var chunks []*sallyport.RecordingChunk
	err := g.entriesAbout(ctx, "action", string(a.ID), func(_ int64, _ sallyport.Entry, b sallyport.Body) {
		if c, ok := b.(*sallyport.RecordingChunk); ok {
			chunks = append(chunks, c)
		}
	})
	return chunks, err
}

func (g *Gateway) framesOf(ctx context.Context, a *workflow.Action, chunks []*sallyport.RecordingChunk, each func(recording.Frame) error) error {
	identity, err := g.Keyring.Identity(a.Session)
	if err != nil {
		return err
	}
	for _, c := range chunks {
		content, _, err := g.Blobs.Get(ctx, c.Chunk.Digest)
		if err != nil {
			return err
		}
		_, frames, err := recording.OpenChunk(content, identity)
		if err != nil {
			return err
		}
		for _, f := range frames {
			if err := each(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// recorded gives the recorded output of an action to whoever policy lets see it.
func (g *Gateway) recorded(ctx context.Context, c Caller, a *workflow.Action) (*OutputView, error) {
	if a.Started == 0 {
		return nil, nil
	}
	decides, watches, replays := false, false, false
	_ = g.view(func(s *workflow.State) error {
		sess := s.Sessions[a.Session]
		decides, watches = g.mayIn(s, sess, a, sallyport.AskReleaseOutput, c.Person), g.mayIn(s, sess, a, sallyport.AskWatch, c.Person)
		replays = g.mayIn(s, sess, a, sallyport.AskReplay, c.Person)
		return nil
	})
	switch {
	case decides:
	case replays: // not on a page that nobody enters: see Watch
		return &OutputView{Replay: true}, nil
	case !watches:
		return nil, nil
	}
	chunks, err := g.chunks(ctx, a)
	if err == nil {
		err = g.looked(ctx, c, a, "recording", len(chunks))
	}
	if err != nil {
		return nil, err
	}
	v := &OutputView{Held: a.State == workflow.Finished && !a.Final}
	var out, errs bytes.Buffer
	streams := map[recording.Kind]*recording.Inert{recording.Out: recording.NewInert(&out), recording.Err: recording.NewInert(&errs)}
	err = g.framesOf(ctx, a, chunks, func(f recording.Frame) error {
		w := streams[f.Kind]
		if w == nil {
			return nil
		}
		v.Bytes += int64(len(f.Data))
		if v.Bytes > recordedMost {
			v.Cut = true
			return nil
		}
		_, err := w.Write(f.Data)
		return err
	})
	for _, w := range streams {
		_ = w.Close()
	}
	v.Stdout, v.Stderr = out.String(), errs.String()
	return v, err
}

// Release implements Service: held output goes to the engineer, with strike replaced wherever it stands.
func (g *Gateway) Release(ctx context.Context, c Caller, id sallyport.ActionID, strike []string) error {
	act, _, _, err := g.material(ctx, id)
	if err != nil {
		return err
	}
	if act.State != workflow.Finished || act.Final {
		return sallyport.Errorf(sallyport.Conflict, "action %q has no output that is held", id)
	}
	g.mu.Lock()
	markings := append([]string(nil), g.state.Systems[g.state.Sessions[act.Session].System].Markings...)
	g.mu.Unlock()
	o := &output{room: sync.NewCond(&sync.Mutex{}), valves: newValves(sallyport.ReleaseRedacted, append(markings, strike...))}
	err = g.frames(ctx, &act, func(f recording.Frame) error {
		if f.Kind == recording.Out || f.Kind == recording.Err {
			o.take(o.valves[f.Kind-recording.Out].pass(f.Data))
		}
		return nil
	})
	if err != nil {
		return err
	}
	frames, list := o.segment(true)
	body, err := g.releasedBody(ctx, id, frames, list, true)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, act.Session, say(body))
	return err
}
