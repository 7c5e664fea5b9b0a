package web

import (
	"context"
	"net/http"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// lister is a gateway that knows where the organisation's networks are.
type lister interface {
	Networks(ctx context.Context, c gateway.Caller) (sallyport.Networks, error)
}

// here notes where the caller says they are.
func (s *Server) here(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[wire.Here](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return nil, s.svc.StateLocation(r.Context(), c, v.Country)
}

func (s *Server) networks(r *http.Request, c gateway.Caller) (any, error) {
	l, ok := s.svc.(lister)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server keeps no list of networks")
	}
	return l.Networks(r.Context(), c)
}

func (s *Server) networksSet(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[sallyport.Networks](r, wire.MaxContent)
	if err != nil {
		return nil, err
	}
	content, err := sallyport.EncodeJSON(v)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.NetworksSet{}, content)
}
