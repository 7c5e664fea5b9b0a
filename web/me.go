package web

import (
	"context"
	"net/http"

	"sallyport/gateway"
	"sallyport/web/wire"
)

// me says who the caller is and which pages are worth showing. The gateway answers that with the question that each page
// begins with: a menu made from anything else would be a second opinion about who may do what.
func (s *Server) me(r *http.Request, c gateway.Caller) (any, error) {
	ctx := r.Context()
	me := wire.Me{Person: c.Person, Door: c.Door, Can: []string{}, Page: s.Page(), Version: s.opts.Version, Server: s.opts.Now().UTC(), Site: s.site()}
	if _, until, err := s.caller(r, false); err == nil && !until.IsZero() {
		me.Until = &until
	}
	if self, ok := s.svc.(selfer); ok {
		v, err := self.Self(ctx, c)
		if err != nil {
			return nil, err
		}
		me.Name, me.Roles, me.Keys = v.Name, v.Roles, v.Keys
	}
	if e, ok := s.svc.(explorer); ok {
		var err error
		if me.Can, err = e.Pages(ctx, c); err == nil {
			me.AsksVoucher, err = e.AsksVoucher(ctx, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return me, nil
}

// selfer is a gateway that tells callers what is recorded about themselves.
type selfer interface {
	Self(ctx context.Context, c gateway.Caller) (gateway.PersonView, error)
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
