package web

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/signature"
	"sallyport/web/wire"
)

// keeper is a gateway that takes passkeys.
type keeper interface {
	Offers(ctx context.Context, c gateway.Caller) ([]gateway.OfferView, error)
	VouchKey(ctx context.Context, c gateway.Caller, p sallyport.PersonID, key sallyport.KeyID, until *time.Time) error
}

// site is what passkeys of this console are bound to, nil where browsers make none: they want a host name, not an address (WebAuthn 5.1.3,
// effective domain).
func (s *Server) site() *wire.Site {
	u, err := url.Parse(s.opts.Origin)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return nil
	}
	return &wire.Site{RPID: u.Hostname(), Origin: u.Scheme + "://" + u.Host}
}

// offer makes what a person offers, without its signature. The site is this server's, whatever a page says.
func (s *Server) offer(v wire.Passkey) (*sallyport.KeyOffered, error) {
	site := s.site()
	if site == nil {
		return nil, sallyport.Errorf(sallyport.Conflict, "browsers make no passkeys for %q", s.opts.Origin).WithHint("set web.origin to a host name; until then sign with sallyport decide")
	}
	public := base64.StdEncoding.EncodeToString(v.Public)
	key, err := signature.PasskeyID(public)
	if err != nil {
		return nil, err
	}
	return &sallyport.KeyOffered{Key: key, Public: public, Passkey: sallyport.Passkey{Credential: v.Credential, RPID: site.RPID, Origin: site.Origin}}, nil
}

// passkeyChallenge says what a new passkey must sign to be offered: that its person holds it.
func (s *Server) passkeyChallenge(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[wire.Passkey](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	b, err := s.offer(v)
	if err != nil {
		return nil, err
	}
	return wire.PasskeyChallenge{Key: b.Key, Challenge: signature.Challenge(signature.Key(c.Person, b))}, nil
}

func (s *Server) passkeyOffer(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[wire.Passkey](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	b, err := s.offer(v)
	if err != nil {
		return nil, err
	}
	if v.Signed == nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "passkey %q is offered without its signature", b.Key)
	}
	b.Signature = counted(v.Signed)
	return s.record(r, c, b)
}

// counted fills in what a passkey's assertion says of its counter: pages need not read authenticator data.
func counted(signed *sallyport.Signed) *sallyport.Signed {
	if signed == nil || signed.Form != signature.WebAuthn || signed.Counter != 0 {
		return signed
	}
	with := *signed
	with.Counter = signature.Counter(signed.Sig)
	return &with
}

func (s *Server) offers(r *http.Request, c gateway.Caller) (any, error) {
	g, ok := s.svc.(keeper)
	if !ok {
		return []gateway.OfferView{}, nil
	}
	return list(g.Offers(r.Context(), c))
}

func (s *Server) passkeyVouch(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.VouchKey](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	g, ok := s.svc.(keeper)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server takes no passkeys")
	}
	return nil, g.VouchKey(r.Context(), c, id, v.Key, inUTC(v.Until))
}
