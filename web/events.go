package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// pulse is how often a silent stream says that it lives, and looks whether its caller still may listen.
const pulse = 5 * time.Second

// stream writes server-sent events (WHATWG HTML, section 9.2). One goroutine writes.
type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func openStream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	return &stream{w: w, rc: http.NewResponseController(w)}
}

// send writes one block and pushes it out. A client that does not read for ten seconds is gone.
func (t *stream) send(block string) error {
	_ = t.rc.SetWriteDeadline(time.Now().Add(10 * time.Second)) // not every writer has deadlines
	if _, err := fmt.Fprint(t.w, block); err != nil {
		return err
	}
	return t.rc.Flush()
}

func (t *stream) data(v any) error {
	body, err := sallyport.EncodeJSON(v)
	if err != nil {
		return err
	}
	return t.send("data: " + string(body) + "\n\n")
}

// untilClose is ctx, over also when the server closes.
func (s *Server) untilClose(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// events tells a page that something changed; the page asks again for what it shows.
func (s *Server) events(w http.ResponseWriter, r *http.Request, c gateway.Caller) error {
	ctx, cancel := s.untilClose(r.Context())
	defer cancel()
	notices, err := s.svc.Subscribe(ctx, c)
	if err != nil {
		return err
	}
	out := openStream(w)
	if out.send("retry: 1000\n\n") != nil {
		return nil
	}
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	for {
		select {
		case n, ok := <-notices:
			if !ok || out.data(n) != nil {
				return nil
			}
		case <-tick.C:
			if _, _, err := s.caller(r, false); err != nil || out.send(": still here\n\n") != nil {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// follow streams the steps of one action. The stream opens with the first step, so that a refusal is an ordinary answer.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, c gateway.Caller) error {
	a, err := pathID[sallyport.ActionID](r, "action")
	if err != nil {
		return err
	}
	ctx, cancel := s.untilClose(r.Context())
	defer cancel()
	steps := make(chan wire.Step)
	over := make(chan error, 1)
	go func() {
		over <- s.svc.Follow(ctx, c, a, func(u gateway.Update) error {
			step := wire.Step(u)
			step.Output = append([]byte(nil), u.Output...) // the gateway may use its buffer again
			select {
			case steps <- step:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var out *stream
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	for {
		select {
		case step := <-steps:
			if out == nil {
				out = openStream(w)
			}
			if out.data(step) != nil {
				return nil
			}
		case err := <-over:
			if out == nil && err != nil {
				return err
			}
			if err != nil && ctx.Err() == nil {
				s.opts.Log.Warn("following an action ended early", "action", a, "err", err)
			}
			return nil
		case <-tick.C:
			if _, _, err := s.caller(r, false); err != nil {
				return nil
			}
			if out == nil {
				out = openStream(w)
			}
			if out.send(": still here\n\n") != nil {
				return nil
			}
		}
	}
}
