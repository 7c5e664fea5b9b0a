package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// explorer is a gateway that answers questions about people and policy. A gateway without it has no such pages.
type explorer interface {
	Explain(ctx context.Context, c gateway.Caller, person sallyport.PersonID, system sallyport.SystemID, ask sallyport.Ask) ([]gateway.Explained, error)
	Acceptances(ctx context.Context, c gateway.Caller) ([]gateway.AcceptanceView, error)
	PeopleAt(ctx context.Context, c gateway.Caller, at time.Time) ([]gateway.PersonView, error)
}

func (s *Server) explorer() (explorer, error) {
	if e, ok := s.svc.(explorer); ok {
		return e, nil
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "this server does not answer such questions")
}

// query takes the named parameters, each at most once and nothing else.
func query(r *http.Request, names ...string) (map[string]string, error) {
	out := map[string]string{}
	for name, values := range r.URL.Query() {
		if !slices.Contains(names, name) || len(values) != 1 {
			return nil, sallyport.Errorf(sallyport.Invalid, "parameter %q is not known here, or is given more than once", name).WithHint("known are %v", names)
		}
		out[name] = values[0]
	}
	return out, nil
}

func (s *Server) explain(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	q, err := query(r, "person", "system", "ask")
	if err != nil {
		return nil, err
	}
	if !sallyport.ValidID(q["system"]) || q["person"] != "" && !sallyport.ValidID(q["person"]) {
		return nil, sallyport.Errorf(sallyport.Invalid, "system %q or person %q is not an identifier", q["system"], q["person"])
	}
	return list(e.Explain(r.Context(), c, sallyport.PersonID(q["person"]), sallyport.SystemID(q["system"]), sallyport.Ask(q["ask"])))
}

func (s *Server) acceptances(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	return list(e.Acceptances(r.Context(), c))
}

// people lists people as they stand, or as they stood at ?at=.
func (s *Server) people(r *http.Request, c gateway.Caller) (any, error) {
	q, err := query(r, "at")
	if err != nil {
		return nil, err
	}
	if q["at"] == "" {
		return list(s.svc.People(r.Context(), c))
	}
	at, err := time.Parse(time.RFC3339, q["at"])
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "at is %q, want a time such as 2026-03-04T10:00:00Z", q["at"])
	}
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	return list(e.PeopleAt(r.Context(), c, at.UTC()))
}
