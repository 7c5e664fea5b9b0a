package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// player is a gateway that shows recordings. A gateway without it has no such pages.
type player interface {
	Sessions(ctx context.Context, c gateway.Caller, state string, before int64) (gateway.SessionsPage, error)
	Replay(ctx context.Context, c gateway.Caller, id sallyport.SessionID) (gateway.Replay, error)
	Watch(ctx context.Context, c gateway.Caller, id sallyport.ActionID, part int, why string) (gateway.ReplayPart, error)
}

func (s *Server) player() (player, error) {
	if p, ok := s.svc.(player); ok {
		return p, nil
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "this server shows no recordings")
}

// sessionStates are what a list of sessions may be narrowed to.
var sessionStates = []string{"", "live", "requested", "open", "ending", "ended", "refused"}

func (s *Server) sessions(r *http.Request, c gateway.Caller) (any, error) {
	p, err := s.player()
	if err != nil {
		return nil, err
	}
	q, err := query(r, "state", "before")
	if err != nil {
		return nil, err
	}
	if !slices.Contains(sessionStates, q["state"]) {
		return nil, sallyport.Errorf(sallyport.Invalid, "state is %q, want one of %q", q["state"], sessionStates[1:])
	}
	var before int64
	if q["before"] != "" {
		if before, err = strconv.ParseInt(q["before"], 10, 64); err != nil || before < 0 {
			return nil, sallyport.Errorf(sallyport.Invalid, "before is %q, want a whole number from 0", q["before"])
		}
	}
	return p.Sessions(r.Context(), c, q["state"], before)
}

func (s *Server) replay(r *http.Request, c gateway.Caller) (any, error) {
	p, err := s.player()
	if err != nil {
		return nil, err
	}
	id, err := pathID[sallyport.SessionID](r, "session")
	if err != nil {
		return nil, err
	}
	return p.Replay(r.Context(), c, id)
}

// watch is a POST because it may write an entry.
func (s *Server) watch(r *http.Request, c gateway.Caller) (any, error) {
	p, err := s.player()
	if err != nil {
		return nil, err
	}
	id, v, err := both[sallyport.ActionID, wire.Watch](r, "action", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return p.Watch(r.Context(), c, id, v.Part, v.Why)
}
