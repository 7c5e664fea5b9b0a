package web

import (
	"net"
	"net/http"
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// cookieName is __Host-sallyport: Secure, this host alone, whole path. Over plain http on loopback, where the demo runs,
// browsers disagree about Secure cookies, so it has a name of its own without the prefix. A cookie there is shared with
// every other server on the same loopback address, which is why nothing but the demo turns this on.
func (s *Server) cookieName(r *http.Request) string {
	if r.TLS == nil && s.opts.PlainLoopback {
		return "sallyport-loopback"
	}
	return "__Host-sallyport"
}

// cookie makes the session cookie; an empty value deletes it.
func (s *Server) cookie(r *http.Request, value string, expires time.Time) *http.Cookie {
	c := &http.Cookie{Name: s.cookieName(r), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Expires: expires}
	c.Secure = c.Name == "__Host-sallyport"
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// plain says whether r came over a connection that a browser session must not use.
func (s *Server) plain(r *http.Request) bool {
	if r.TLS != nil {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return !s.opts.PlainLoopback || err != nil || !net.ParseIP(host).IsLoopback()
}

// caller says who sends r: whoever an API token speaks for, or else the person of the browser session.
func (s *Server) caller(r *http.Request, byPerson bool) (gateway.Caller, time.Time, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		text, ok := strings.CutPrefix(h, "Bearer ")
		if !ok || s.opts.Tokens == nil {
			return gateway.Caller{}, time.Time{}, errSignIn
		}
		person, ok, err := s.opts.Tokens.Person(text, s.opts.Now())
		if err != nil {
			return gateway.Caller{}, time.Time{}, err
		}
		if !ok {
			return gateway.Caller{}, time.Time{}, errSignIn
		}
		return gateway.Caller{Person: person, Door: "cli", From: from(r)}, time.Time{}, nil
	}
	c, err := r.Cookie(s.cookieName(r))
	if err != nil || s.plain(r) {
		return gateway.Caller{}, time.Time{}, errSignIn
	}
	person, until, ok := s.signins.session(c.Value, byPerson)
	if !ok {
		return gateway.Caller{}, time.Time{}, errSignIn
	}
	// A page says whom it believes to act for: after somebody else signed in beside it, it must not act in their name.
	if as := r.Header.Get("Sallyport-As"); as != "" && as != string(person) {
		return gateway.Caller{}, time.Time{}, sallyport.Errorf(sallyport.Conflict, "this page is of %q, and the browser is now signed in as %q", as, person).WithHint("reload the page")
	}
	return gateway.Caller{Person: person, Door: "web", From: from(r)}, until, nil
}

// from is the network address of the caller, without the port.
func from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// SignInLink makes a one-time link by which person signs in, for a door that knows who they are (the SSH door after a
// verified key, the demo).
func (s *Server) SignInLink(person sallyport.PersonID) (string, time.Time, error) {
	token, expires, err := s.signins.link(person)
	if err != nil {
		return "", time.Time{}, err
	}
	return s.opts.Origin + "/signin/" + token, expires, nil
}
