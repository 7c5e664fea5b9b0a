package web

import (
	"net/http"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

func (s *Server) queue(r *http.Request, c gateway.Caller) (any, error) {
	q, err := s.svc.Queue(r.Context(), c)
	if q.Sessions == nil {
		q.Sessions = []gateway.SessionView{}
	}
	if q.Actions == nil {
		q.Actions = []gateway.ActionSummary{}
	}
	return q, err
}

func (s *Server) tickets(r *http.Request, c gateway.Caller) (any, error) {
	return list(s.svc.Tickets(r.Context(), c))
}

// list answers [] where there is nothing, not null.
func list[T any](v []T, err error) (any, error) {
	if v == nil {
		v = []T{}
	}
	return v, err
}

func (s *Server) sessionOpen(r *http.Request, c gateway.Caller) (any, error) {
	t, err := pathID[sallyport.TicketID](r, "ticket")
	if err != nil {
		return nil, err
	}
	return s.svc.OpenSession(r.Context(), c, t)
}

func (s *Server) session(r *http.Request, c gateway.Caller) (any, error) {
	id, err := pathID[sallyport.SessionID](r, "session")
	if err != nil {
		return nil, err
	}
	v, words, err := s.svc.Session(r.Context(), c, id)
	if words == nil {
		words = []gateway.Message{}
	}
	return wire.Session{Session: v, Conversation: words}, err
}

func (s *Server) propose(r *http.Request, c gateway.Caller) (any, error) {
	id, p, err := both[sallyport.SessionID, wire.Proposal](r, "session", wire.MaxProposal)
	if err != nil {
		return nil, err
	}
	return s.svc.Propose(r.Context(), c, proposal(id, p))
}

func proposal(id sallyport.SessionID, p wire.Proposal) gateway.Proposal {
	return gateway.Proposal{Session: id, Target: p.Target, Login: p.Login, Interpreter: p.Interpreter,
		Dir: p.Dir, Env: p.Env, Text: p.Text, Stdin: p.Stdin, Runbook: p.Runbook, Draft: p.Draft, Signature: counted(p.Signature)}
}

// withWords runs do on the session of the path with the words of the body.
func withWords[ID ~string](r *http.Request, name string, do func(ID, string) error) (any, error) {
	id, v, err := both[ID, wire.Words](r, name, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	if len(v.Words) > wire.MaxWords {
		return nil, sallyport.Errorf(sallyport.Limited, "the words are %d bytes, more than %d", len(v.Words), wire.MaxWords)
	}
	return nil, do(id, v.Words)
}

// bare runs do on what the path names; the body is empty.
func bare[ID ~string](r *http.Request, name string, do func(ID) error) (any, error) {
	id, err := pathID[ID](r, name)
	if err != nil {
		return nil, err
	}
	return nil, do(id)
}

func (s *Server) say(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "session", func(id sallyport.SessionID, w string) error { return s.svc.Say(r.Context(), c, id, w) })
}

func (s *Server) claim(r *http.Request, c gateway.Caller) (any, error) {
	return bare(r, "session", func(id sallyport.SessionID) error { return s.svc.Claim(r.Context(), c, id) })
}

func (s *Server) handOver(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.SessionID, wire.HandOver](r, "session", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return nil, s.svc.HandOver(r.Context(), c, id, v.To, v.Words)
}

func (s *Server) pause(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "session", func(id sallyport.SessionID, w string) error { return s.svc.Pause(r.Context(), c, id, w) })
}

func (s *Server) resume(r *http.Request, c gateway.Caller) (any, error) {
	return bare(r, "session", func(id sallyport.SessionID) error { return s.svc.Resume(r.Context(), c, id) })
}

func (s *Server) end(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "session", func(id sallyport.SessionID, w string) error { return s.svc.End(r.Context(), c, id, w) })
}

func (s *Server) sessionApprove(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "session", func(id sallyport.SessionID, w string) error { return s.svc.ApproveSession(r.Context(), c, id, w) })
}

func (s *Server) sessionRefuse(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "session", func(id sallyport.SessionID, w string) error { return s.svc.RefuseSession(r.Context(), c, id, w) })
}

func (s *Server) consent(r *http.Request, c gateway.Caller) (any, error) {
	return bare(r, "session", func(id sallyport.SessionID) error { return s.svc.Consent(r.Context(), c, id) })
}

func (s *Server) breakGlass(r *http.Request, c gateway.Caller) (any, error) {
	return withWords(r, "session", func(id sallyport.SessionID, w string) error { return s.svc.BreakGlass(r.Context(), c, id, w) })
}

func (s *Server) breakGlassReview(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.SessionID, wire.GlassReview](r, "session", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.BreakGlassReviewed{Of: id, Outcome: v.Outcome}, []byte(v.Words))
}

func (s *Server) presence(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.SessionID, wire.Presence](r, "session", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return nil, s.svc.Presence(r.Context(), c, id, v.Hidden)
}
