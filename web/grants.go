package web

import (
	"net/http"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// acceptance reads a risk acceptance.
func acceptance(r *http.Request) (wire.Acceptance, *sallyport.AcceptanceSigned, error) {
	v, err := decode[wire.Acceptance](r, wire.MaxBody)
	if err == nil && !sallyport.ValidID(string(v.Acceptance)) {
		err = notID("acceptance", v.Acceptance)
	}
	return v, &sallyport.AcceptanceSigned{Acceptance: v.Acceptance, System: v.System, Person: v.Person, Rule: v.Rule, Until: v.Until.UTC(), Signature: counted(v.Signature)}, err
}

func (s *Server) acceptanceSign(r *http.Request, c gateway.Caller) (any, error) {
	v, b, err := acceptance(r)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, b, v.Details)
}

func (s *Server) acceptanceEnd(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.AcceptID, wire.Reason](r, "acceptance", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.AcceptanceEnded{Acceptance: id, Reason: v.Reason})
}

func (s *Server) approvalRecord(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[sallyport.ApprovalRecorded](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	if !sallyport.ValidID(string(v.Approval)) {
		return nil, notID("approval", v.Approval)
	}
	return s.record(r, c, &v)
}

// runbook reads a runbook. Its escort is whoever sends it.
func runbook(r *http.Request, c gateway.Caller) (wire.Runbook, *sallyport.RunbookSigned, error) {
	v, err := decode[wire.Runbook](r, wire.MaxContent)
	if err == nil && !sallyport.ValidID(string(v.Runbook)) {
		err = notID("runbook", v.Runbook)
	}
	return v, &sallyport.RunbookSigned{Runbook: v.Runbook, System: v.System, Targets: v.Targets, Content: v.Text.Content(),
		Until: v.Until.UTC(), Escort: c.Person, Second: v.Second, Signature: counted(v.Signature)}, err
}

func (s *Server) runbookSign(r *http.Request, c gateway.Caller) (any, error) {
	v, b, err := runbook(r, c)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, b, v.Text)
}

func (s *Server) runbookSecond(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.RunbookID, wire.Seconded](r, "runbook", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.RunbookSeconded{Runbook: id, Signature: counted(v.Signature)})
}

func (s *Server) runbookWithdraw(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.RunbookID, wire.Reason](r, "runbook", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.RunbookWithdrawn{Runbook: id, Reason: v.Reason})
}

// revoke takes access away; with ?dry=1 it says what that would end, and ends nothing.
func (s *Server) revoke(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[sallyport.Revoked](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	dry := r.URL.Query().Get("dry")
	if dry != "" && dry != "1" && dry != "0" {
		return nil, sallyport.Errorf(sallyport.Invalid, "dry is %q, want 0 or 1", dry)
	}
	return s.svc.Revoke(r.Context(), c, v, dry == "1")
}

func (s *Server) restore(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[sallyport.Restored](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &v)
}
