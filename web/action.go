package web

import (
	"net/http"
	"strings"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

func (s *Server) action(r *http.Request, c gateway.Caller) (any, error) {
	id, err := pathID[sallyport.ActionID](r, "action")
	if err != nil {
		return nil, err
	}
	return s.svc.Action(r.Context(), c, id)
}

// decide passes an answer on. A page of an older console may have shown something else than this one would: its decision
// is refused, so that what the entry says was shown is what was shown.
func (s *Server) decide(r *http.Request, c gateway.Caller) (any, error) {
	id, d, err := both[sallyport.ActionID, wire.Decision](r, "action", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	if c.Door == "web" && d.Shown.Page != s.Page() || strings.HasPrefix(d.Shown.Page, "console:") && d.Shown.Page != s.Page() {
		return nil, sallyport.Errorf(sallyport.Conflict, "the page that you decided on is version %q, this server's is %q", d.Shown.Page, s.Page()).
			WithHint("reload the page, read it again, and decide")
	}
	return nil, s.svc.Decide(r.Context(), c, decision(id, d))
}

func decision(id sallyport.ActionID, d wire.Decision) gateway.DecisionRequest {
	return gateway.DecisionRequest{Action: id, Seat: d.Seat, Answer: d.Answer, Words: d.Words, Shown: d.Shown, Signed: counted(d.Signed)}
}

func (s *Server) answer(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "action", func(id sallyport.ActionID, w string) error { return s.svc.Answer(r.Context(), c, id, w) })
}

func (s *Server) withdraw(r *http.Request, c gateway.Caller) (any, error) {
	return bare(r, "action", func(id sallyport.ActionID) error { return s.svc.Withdraw(r.Context(), c, id) })
}

func (s *Server) release(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.ActionID, wire.Strike](r, "action", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return nil, s.svc.Release(r.Context(), c, id, v.Strike)
}

func (s *Server) stop(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "action", func(id sallyport.ActionID, w string) error { return s.svc.Stop(r.Context(), c, id, w) })
}
