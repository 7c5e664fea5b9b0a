package web

import (
	"context"
	"net/http"

	"sallyport"
	"sallyport/gateway"
	"sallyport/signature"
	"sallyport/web/wire"
)

// challenger is a gateway that fixes what a person is about to sign. A gateway without it takes no signatures.
type challenger interface {
	Material(ctx context.Context, c gateway.Caller, a sallyport.ActionID) (gateway.Material, error)
	ProposalChallenge(ctx context.Context, c gateway.Caller, p gateway.Proposal) (gateway.ProposalChallenge, error)
	DecisionChallenge(ctx context.Context, c gateway.Caller, d gateway.DecisionRequest) (gateway.DecisionChallenge, error)
	AcceptanceChallenge(ctx context.Context, c gateway.Caller, b sallyport.AcceptanceSigned, details []byte) (gateway.AcceptanceChallenge, error)
}

func (s *Server) challenger() (challenger, error) {
	if g, ok := s.svc.(challenger); ok {
		return g, nil
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "this server takes no signatures")
}

func (s *Server) material(r *http.Request, c gateway.Caller) (any, error) {
	id, err := pathID[sallyport.ActionID](r, "action")
	if err != nil {
		return nil, err
	}
	g, err := s.challenger()
	if err != nil {
		return nil, err
	}
	return g.Material(r.Context(), c, id)
}

func (s *Server) proposalChallenge(r *http.Request, c gateway.Caller) (any, error) {
	id, p, err := both[sallyport.SessionID, wire.Proposal](r, "session", wire.MaxProposal)
	if err != nil {
		return nil, err
	}
	g, err := s.challenger()
	if err != nil {
		return nil, err
	}
	ch, err := g.ProposalChallenge(r.Context(), c, proposal(id, p))
	return wire.ProposalChallenge{ProposalChallenge: ch, Challenge: signature.Challenge(signature.Proposal(ch.By, ch.Session, &ch.Body))}, err
}

func (s *Server) decisionChallenge(r *http.Request, c gateway.Caller) (any, error) {
	id, d, err := both[sallyport.ActionID, wire.Decision](r, "action", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	g, err := s.challenger()
	if err != nil {
		return nil, err
	}
	ch, err := g.DecisionChallenge(r.Context(), c, decision(id, d))
	return wire.DecisionChallenge{DecisionChallenge: ch, Challenge: signature.Challenge(signature.Decision(ch.By, ch.Session, &ch.Body))}, err
}

func (s *Server) acceptanceChallenge(r *http.Request, c gateway.Caller) (any, error) {
	v, b, err := acceptance(r)
	if err != nil {
		return nil, err
	}
	g, err := s.challenger()
	if err != nil {
		return nil, err
	}
	details, err := sallyport.EncodeJSON(v.Details)
	if err != nil {
		return nil, err
	}
	ch, err := g.AcceptanceChallenge(r.Context(), c, *b, details)
	return wire.AcceptanceChallenge{AcceptanceChallenge: ch, Challenge: signature.Challenge(signature.Acceptance(ch.By, &ch.Body))}, err
}

// runbookChallenge says what a passkey signs of a runbook. Nothing of it is the server's to choose: a program needs no challenge.
func (s *Server) runbookChallenge(r *http.Request, c gateway.Caller) (any, error) {
	_, b, err := runbook(r, c)
	if err != nil {
		return nil, err
	}
	return wire.Challenge{Challenge: signature.Challenge(signature.Runbook(c.Person, b))}, nil
}

// secondChallenge says what a passkey of the second person signs: the runbook as it stands.
func (s *Server) secondChallenge(r *http.Request, c gateway.Caller) (any, error) {
	id, err := pathID[sallyport.RunbookID](r, "runbook")
	if err != nil {
		return nil, err
	}
	o, ok := s.svc.(overseer)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server shows no runbooks")
	}
	all, err := o.Runbooks(r.Context(), c)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if b.Runbook == id {
			return wire.Challenge{Challenge: signature.Challenge(signature.Second(c.Person, id, b.Text.Content()))}, nil
		}
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "no runbook %q that you may see", id)
}
