package web

import (
	"net/http"
	"slices"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// me says who the caller is and which pages are worth showing. It asks the gateway the question that each page begins
// with: a menu made from anything else would be a second opinion about who may do what.
func (s *Server) me(r *http.Request, c gateway.Caller) (any, error) {
	ctx := r.Context()
	me := wire.Me{Person: c.Person, Door: c.Door, Can: []string{}, Page: s.Page(), Version: s.opts.Version, Server: s.opts.Now().UTC()}
	if _, until, err := s.caller(r, false); err == nil && !until.IsZero() {
		me.Until = &until
	}
	asks := map[string]func() error{
		"queue":   func() error { _, err := s.svc.Queue(ctx, c); return err },
		"tickets": func() error { _, err := s.svc.Tickets(ctx, c); return err },
		"ledger":  func() error { _, err := s.svc.Ledger(ctx, c, gateway.LedgerFilter{Limit: 1}); return err },
		"people":  func() error { _, err := s.svc.People(ctx, c); return err },
		"systems": func() error { _, err := s.svc.Systems(ctx, c); return err },
		"targets": func() error { _, err := s.svc.Targets(ctx, c); return err },
	}
	for name, ask := range asks {
		switch err := ask(); {
		case err == nil:
			me.Can = append(me.Can, name)
		case sallyport.CodeOf(err) != sallyport.Forbidden && sallyport.CodeOf(err) != sallyport.NotFound:
			return nil, err
		}
	}
	slices.Sort(me.Can)
	return me, nil
}

// makeLink makes a sign-in link for the caller, and for nobody else.
func (s *Server) makeLink(_ *http.Request, c gateway.Caller) (any, error) {
	url, expires, err := s.SignInLink(c.Person)
	if err != nil {
		return nil, err
	}
	return wire.Link{URL: url, Expires: expires}, nil
}

func (s *Server) signout(w http.ResponseWriter, r *http.Request, _ gateway.Caller) error {
	if c, err := r.Cookie(s.cookieName(r)); err == nil {
		s.signins.close(c.Value)
	}
	http.SetCookie(w, s.cookie(r, "", s.opts.Now()))
	return write(w, nil)
}
