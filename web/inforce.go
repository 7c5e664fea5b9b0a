package web

import (
	"context"
	"net/http"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// overseer is a gateway that shows what is in force: policies, lists, disclosures, approvals, runbooks, revocations. A gateway without it has
// no such pages.
type overseer interface {
	Profiles(ctx context.Context, c gateway.Caller) ([]gateway.ProfileView, error)
	Lists(ctx context.Context, c gateway.Caller) ([]gateway.ListView, error)
	ComparePolicy(ctx context.Context, c gateway.Caller, profile string, d gateway.PolicyDraft) (gateway.PolicyChange, error)
	Disclosures(ctx context.Context, c gateway.Caller) ([]gateway.DisclosureView, error)
	Approvals(ctx context.Context, c gateway.Caller) ([]gateway.ApprovalView, error)
	Runbooks(ctx context.Context, c gateway.Caller) ([]gateway.RunbookView, error)
	Revocations(ctx context.Context, c gateway.Caller) ([]gateway.RevocationView, error)
}

// overseen answers one list of what is in force.
func overseen[T any](s *Server, r *http.Request, c gateway.Caller, ask func(overseer, context.Context, gateway.Caller) ([]T, error)) (any, error) {
	o, ok := s.svc.(overseer)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server does not show what is in force")
	}
	return list(ask(o, r.Context(), c))
}

func (s *Server) policies(r *http.Request, c gateway.Caller) (any, error) {
	return overseen(s, r, c, overseer.Profiles)
}

func (s *Server) lists(r *http.Request, c gateway.Caller) (any, error) {
	return overseen(s, r, c, overseer.Lists)
}

func (s *Server) disclosures(r *http.Request, c gateway.Caller) (any, error) {
	return overseen(s, r, c, overseer.Disclosures)
}

func (s *Server) approvals(r *http.Request, c gateway.Caller) (any, error) {
	return overseen(s, r, c, overseer.Approvals)
}

func (s *Server) runbooks(r *http.Request, c gateway.Caller) (any, error) {
	return overseen(s, r, c, overseer.Runbooks)
}

func (s *Server) revocations(r *http.Request, c gateway.Caller) (any, error) {
	return overseen(s, r, c, overseer.Revocations)
}

// policyDiff says what a policy set would change. It changes nothing.
func (s *Server) policyDiff(r *http.Request, c gateway.Caller) (any, error) {
	o, ok := s.svc.(overseer)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server does not compare policies")
	}
	id, v, err := both[string, gateway.PolicyDraft](r, "profile", wire.MaxContent)
	if err != nil {
		return nil, err
	}
	return o.ComparePolicy(r.Context(), c, id, v)
}
