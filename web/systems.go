package web

import (
	"context"
	"net/http"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

func (s *Server) systems(r *http.Request, c gateway.Caller) (any, error) {
	return list(s.svc.Systems(r.Context(), c))
}

func (s *Server) targets(r *http.Request, c gateway.Caller) (any, error) {
	return list(s.svc.Targets(r.Context(), c))
}

// prober is a gateway with a preflight of targets. One without it has no such route.
type prober interface {
	CheckTarget(ctx context.Context, c gateway.Caller, id sallyport.TargetID, login string) ([]gateway.Finding, error)
}

func (s *Server) targetCheck(r *http.Request, c gateway.Caller) (any, error) {
	p, ok := s.svc.(prober)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server has no preflight")
	}
	id, v, err := both[sallyport.TargetID, wire.TargetCheck](r, "target", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return list(p.CheckTarget(r.Context(), c, id, v.Login))
}

// same refuses a body that names something else than the path does. An empty name in the body is the path's.
func same[T ~string](what string, path T, body *T) error {
	if *body != "" && *body != path {
		return sallyport.Errorf(sallyport.Invalid, "%s is %q in the path and %q in the body", what, path, *body)
	}
	*body = path
	return nil
}

func (s *Server) systemSet(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.SystemID, sallyport.SystemSet](r, "system", wire.MaxBody)
	if err == nil {
		err = same("system", id, &v.System)
	}
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &v)
}

func (s *Server) targetSet(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.TargetID, sallyport.TargetSet](r, "target", wire.MaxBody)
	if err == nil {
		err = same("target", id, &v.Target)
	}
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &v)
}

func (s *Server) disclosureSet(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.SystemID, wire.Disclosure](r, "system", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.DisclosureSet{System: id, Version: v.Version, Countries: v.Countries, Employers: v.Employers})
}

func (s *Server) listSet(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[string, wire.Content](r, "list", wire.MaxContent)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.ListSet{List: id}, v.Content)
}

func (s *Server) policySet(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[string, wire.Content](r, "profile", wire.MaxContent)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.PolicySet{Profile: id}, v.Content)
}

func (s *Server) ticketAdd(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[wire.Ticket](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	if !sallyport.ValidID(string(v.Ticket)) {
		return nil, notID("ticket", v.Ticket)
	}
	return s.record(r, c, &sallyport.TicketOpened{Ticket: v.Ticket, System: v.System, Targets: v.Targets, Engineer: v.Engineer, Mode: v.Mode,
		Technologies: v.Technologies, From: v.From.UTC(), To: v.To.UTC()}, v.TicketPurpose)
}

func (s *Server) ticketClose(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.TicketID, wire.Reason](r, "ticket", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.TicketClosed{Ticket: id, Reason: v.Reason})
}
