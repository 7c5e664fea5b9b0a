package web

import (
	"context"
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
	if self, ok := s.svc.(selfer); ok {
		v, err := self.Self(ctx, c)
		if err != nil {
			return nil, err
		}
		me.Name, me.Roles, me.Keys = v.Name, v.Roles, v.Keys
	}
	asks := map[string]func() (shows bool, err error){
		"queue": func() (bool, error) {
			q, err := s.svc.Queue(ctx, c)
			return len(q.Sessions) > 0 || len(q.Actions) > 0 || decides(me.Roles), err
		},
		"tickets": func() (bool, error) { _, err := s.svc.Tickets(ctx, c); return true, err },
		"ledger":  func() (bool, error) { _, err := s.svc.Ledger(ctx, c, gateway.LedgerFilter{Limit: 1}); return true, err },
		"people":  func() (bool, error) { _, err := s.svc.People(ctx, c); return true, err },
		"systems": func() (bool, error) {
			v, err := s.svc.Systems(ctx, c)
			return len(v) > 0 || holds(me.Roles, sallyport.RoleAdministrator), err
		},
		"revoke": func() (bool, error) {
			_, err := s.svc.Revoke(ctx, c, sallyport.Revoked{What: "person", Name: string(c.Person), Reason: "asking what the menu may offer"}, true)
			return true, err
		},
	}
	if e, ok := s.svc.(explorer); ok {
		asks["policy"] = asks["people"] // whoever may list people may ask about them
		asks["acceptances"] = func() (bool, error) {
			v, err := e.Acceptances(ctx, c)
			return len(v) > 0 || holds(me.Roles, sallyport.RoleApprover) || holds(me.Roles, sallyport.RoleAdministrator), err
		}
	}
	if p, ok := s.svc.(player); ok {
		asks["sessions"] = func() (bool, error) { _, err := p.Sessions(ctx, c, "live", 0); return true, err }
	}
	if o, ok := s.svc.(overseer); ok {
		asks["inforce"] = func() (bool, error) { _, err := o.Lists(ctx, c); return true, err }
		asks["runbooks"] = func() (bool, error) {
			v, err := o.Runbooks(ctx, c)
			return len(v) > 0 || holds(me.Roles, sallyport.RoleEscort) || holds(me.Roles, sallyport.RoleSecond) || holds(me.Roles, sallyport.RoleAdministrator), err
		}
	}
	for name, ask := range asks {
		shows, err := ask()
		switch {
		case err == nil && shows:
			me.Can = append(me.Can, name)
		case err == nil, sallyport.CodeOf(err) == sallyport.Forbidden, sallyport.CodeOf(err) == sallyport.NotFound, sallyport.CodeOf(err) == sallyport.Invalid:
		default:
			return nil, err
		}
	}
	slices.Sort(me.Can)
	return me, nil
}

// selfer is a gateway that tells callers what is recorded about themselves.
type selfer interface {
	Self(ctx context.Context, c gateway.Caller) (gateway.PersonView, error)
}

func holds(roles []gateway.RoleView, role sallyport.Role) bool {
	return slices.ContainsFunc(roles, func(r gateway.RoleView) bool { return r.Role == role })
}

// decides tells whether an empty queue is worth a look: something may come into it.
func decides(roles []gateway.RoleView) bool {
	return slices.ContainsFunc(roles, func(r gateway.RoleView) bool {
		switch r.Role {
		case sallyport.RoleEscort, sallyport.RoleSecond, sallyport.RoleSupervisor, sallyport.RoleSystemOwner, sallyport.RoleApprover:
			return true
		}
		return false
	})
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
