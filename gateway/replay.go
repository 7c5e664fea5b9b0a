package gateway

import (
	"context"
	"slices"
	"time"

	"sallyport"
	"sallyport/recording"
	"sallyport/workflow"
)

// watchedFor is how long one replay.watched entry speaks for: whoever watches on after that is entered again.
const watchedFor = time.Hour

// maxSeen bounds how many sessions one page of a list looks at, and sessionPage how many it shows.
const (
	maxSeen     = 5000
	sessionPage = 100
)

// SessionsPage is one page of sessions, newest first.
type SessionsPage struct {
	Sessions []SessionView `json:"sessions"`
	Next     int64         `json:"next,omitempty"` // give it as before to go on; 0 is the end
}

// Replay is what there is to watch of a session.
type Replay struct {
	Session SessionView    `json:"session"`
	Actions []ReplayAction `json:"actions"`
	Watched []WatchedView  `json:"watched"` // not for the engineer
}

// ReplayAction is an action with its recording. Full says that the caller may watch everything that was recorded; otherwise they
// see what was released to the engineer. Every hour of watching everything is an entry.
type ReplayAction struct {
	ActionSummary
	Full    bool      `json:"full"`
	Started time.Time `json:"started,omitzero"`
	Parts   int       `json:"parts"`
	Bytes   int64     `json:"bytes,omitempty"` // recorded, with what is not output; 0 where it is not full
}

// WatchedView says who watched what.
type WatchedView struct {
	By     Party              `json:"by"`
	At     time.Time          `json:"at"`
	Action sallyport.ActionID `json:"action"`
	Why    string             `json:"why,omitempty"`
}

// ReplayPart is one part of the recording of an action, or one release of its output.
type ReplayPart struct {
	Action sallyport.ActionID `json:"action"`
	Part   int                `json:"part"`
	Parts  int                `json:"parts"`
	Full   bool               `json:"full"`
	Start  time.Time          `json:"start"` // frames count from here
	Last   bool               `json:"last"`  // nothing follows
	Frames []ReplayFrame      `json:"frames"`
}

// ReplayFrame is a frame as it was recorded: raw bytes, which whoever shows them must make inert.
type ReplayFrame struct {
	At   int64  `json:"at"`   // microseconds since the start
	Kind string `json:"kind"` // out, err, in, resize, marker, exit
	Data []byte `json:"data"`
}

// Sessions lists the sessions that the caller takes part in or may watch, ended ones too, newest first. A state narrows it
// ("" is all; "live" is whatever has not ended). It goes on where Next of the page before says.
func (g *Gateway) Sessions(ctx context.Context, c Caller, state string, before int64) (SessionsPage, error) {
	page := SessionsPage{Sessions: []SessionView{}}
	err := g.view(func(s *workflow.State) error {
		all := make([]*workflow.Session, 0, len(s.Sessions))
		for _, sess := range s.Sessions {
			if before == 0 || sess.Index < before {
				all = append(all, sess)
			}
		}
		slices.SortFunc(all, func(a, b *workflow.Session) int { return int(b.Index - a.Index) })
		watches := map[sallyport.SystemID]bool{}
		for i, sess := range all {
			if len(page.Sessions) == sessionPage || i == maxSeen {
				page.Next = all[i-1].Index
				break
			}
			over := sess.State == workflow.Ended || sess.State == workflow.Refused
			if state != "" && state != sess.State && (state != "live" || over) {
				continue
			}
			may, asked := watches[sess.System]
			if !asked {
				may = g.may(s, sess.System, sallyport.AskWatch, "", c.Person)
				watches[sess.System] = may
			}
			if may || c.Person == sess.Engineer || c.Person == sess.Escort || !over && g.party2(s, sess, c.Person) {
				page.Sessions = append(page.Sessions, g.session(s, sess, c.Person, false))
			}
		}
		return nil
	})
	return page, err
}

// Replay says what there is to watch of a session, and who has watched it. It shows nothing of it.
func (g *Gateway) Replay(ctx context.Context, c Caller, id sallyport.SessionID) (Replay, error) {
	out := Replay{Actions: []ReplayAction{}, Watched: []WatchedView{}}
	engineer := false
	err := g.view(func(s *workflow.State) error {
		sess := s.Sessions[id]
		if sess == nil || !g.party2(s, sess, c.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no session %q that you take part in or may watch", id)
		}
		engineer = c.Person == sess.Engineer
		out.Session = g.session(s, sess, c.Person, false)
		for _, name := range sess.Actions {
			a := s.Actions[name]
			out.Actions = append(out.Actions, ReplayAction{ActionSummary: g.summary(s, a, !engineer), Full: g.mayIn(s, sess, a, sallyport.AskReplay, c.Person), Started: a.StartedAt, Parts: len(a.Released)})
		}
		return nil
	})
	for i := range out.Actions {
		if err != nil {
			return out, err
		}
		v := &out.Actions[i]
		parts, size := 0, int64(0)
		err = g.entriesAbout(ctx, "action", string(v.ID), func(_ int64, e sallyport.Entry, b sallyport.Body) {
			switch b := b.(type) {
			case *sallyport.RecordingChunk:
				parts, size = parts+1, size+b.Raw
			case *sallyport.ReplayWatched:
				if !engineer {
					out.Watched = append(out.Watched, WatchedView{By: g.partyOf(e.By), At: e.Time, Action: b.Action, Why: b.Why})
				}
			}
		})
		if v.Full {
			v.Parts, v.Bytes = parts, size
		}
	}
	slices.SortStableFunc(out.Watched, func(a, b WatchedView) int { return a.At.Compare(b.At) })
	return out, err
}

func (g *Gateway) partyOf(p sallyport.PersonID) Party {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.party(g.state, p)
}

// Watch gives one part of an action's recording: all of it to whoever policy lets see recordings, after an entry says so;
// to anyone else who takes part, what was released.
func (g *Gateway) Watch(ctx context.Context, c Caller, id sallyport.ActionID, part int, why string) (ReplayPart, error) {
	out := ReplayPart{Action: id, Part: part, Frames: []ReplayFrame{}}
	if len(why) > 500 {
		return out, sallyport.Errorf(sallyport.Limited, "the reason is %d bytes, more than 500", len(why))
	}
	var act workflow.Action
	entered := false
	err := g.view(func(s *workflow.State) error {
		a := s.Actions[id]
		if a == nil || !g.party2(s, s.Sessions[a.Session], c.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no action %q that you may see", id)
		}
		act = *a
		out.Full = g.mayIn(s, s.Sessions[a.Session], a, sallyport.AskReplay, c.Person)
		at, ok := g.watched[opening{c.Person, id}]
		entered = ok && g.Now().Sub(at) < watchedFor
		return nil
	})
	if err != nil {
		return out, err
	}
	if !out.Full {
		if c.Person != act.By {
			if err := g.looked(ctx, c, &act, "released", 0); err != nil {
				return out, err
			}
		}
		return g.watchReleased(ctx, out, &act)
	}
	if !entered {
		if _, err := g.append(ctx, c.Person, "", say(&sallyport.ReplayWatched{Action: id, Why: why})); err != nil {
			return out, err
		}
		g.mu.Lock()
		g.watched[opening{c.Person, id}] = g.Now()
		g.mu.Unlock()
	}
	return g.watchRecorded(ctx, out, &act)
}

func (g *Gateway) watchRecorded(ctx context.Context, out ReplayPart, a *workflow.Action) (ReplayPart, error) {
	identity, err := g.Keyring.Identity(a.Session)
	if err != nil {
		return out, err
	}
	var chunks []sallyport.BlobRef
	err = g.entriesAbout(ctx, "action", string(a.ID), func(_ int64, _ sallyport.Entry, b sallyport.Body) {
		if c, ok := b.(*sallyport.RecordingChunk); ok {
			chunks = append(chunks, c.Chunk)
		}
	})
	if err != nil {
		return out, err
	}
	if out.Parts = len(chunks); out.Part < 0 || out.Part >= len(chunks) {
		return out, noPart(out)
	}
	content, _, err := g.Blobs.Get(ctx, chunks[out.Part].Digest)
	if err != nil {
		return out, &sallyport.Error{Code: sallyport.Unavailable, Message: "this part of the recording cannot be read", Hint: "it may have been left out of a restored backup; the entry still names its digest", Err: err}
	}
	h, frames, err := recording.OpenChunk(content, identity)
	if err != nil {
		return out, err
	}
	if h.Action != a.ID || h.Part != out.Part {
		return out, sallyport.Errorf(sallyport.Internal, "part %d of action %q holds part %d of action %q", out.Part, a.ID, h.Part, h.Action)
	}
	out.Start, out.Last = h.Start, out.Part == len(chunks)-1 && a.State.Over()
	out.add(frames)
	return out, nil
}

// watchReleased takes the time of a release from its entry: released frames carry none of their own.
func (g *Gateway) watchReleased(ctx context.Context, out ReplayPart, a *workflow.Action) (ReplayPart, error) {
	type release struct {
		ref sallyport.BlobRef
		at  time.Time
	}
	var all []release
	err := g.entriesAbout(ctx, "action", string(a.ID), func(_ int64, e sallyport.Entry, b sallyport.Body) {
		if r, ok := b.(*sallyport.OutputReleased); ok {
			all = append(all, release{r.Released, e.Time})
		}
	})
	if err != nil {
		return out, err
	}
	if out.Parts = len(all); out.Part < 0 || out.Part >= len(all) {
		return out, noPart(out)
	}
	b, err := g.cache.get(ctx, all[out.Part].ref)
	if err != nil {
		return out, &sallyport.Error{Code: sallyport.Unavailable, Message: "released output cannot be read", Err: err}
	}
	frames, err := recording.DecodeReleased(b)
	if err != nil {
		return out, err
	}
	for i := range frames {
		frames[i].At += max(0, all[out.Part].at.Sub(a.StartedAt))
	}
	out.Start, out.Last = a.StartedAt, out.Part == len(all)-1 && a.Final
	out.add(frames)
	return out, nil
}

func (p *ReplayPart) add(frames []recording.Frame) {
	for _, f := range frames {
		p.Frames = append(p.Frames, ReplayFrame{At: f.At.Microseconds(), Kind: f.Kind.String(), Data: f.Data})
	}
}

func noPart(p ReplayPart) error {
	return sallyport.Errorf(sallyport.NotFound, "action %q has %d parts to watch, no part %d", p.Action, p.Parts, p.Part)
}
