package workflow

import (
	"bytes"
	"time"

	"sallyport"
)

// Offer is a passkey that waits for a voucher.
type Offer struct {
	sallyport.KeyOffered
	Person sallyport.PersonID
	Index  int64
	At     time.Time
}

// offer takes a passkey that its person made. That the person holds it is for whoever checks signatures.
func (s *State) offer(e sallyport.Entry, b *sallyport.KeyOffered) (func(), error) {
	live := 0
	for _, o := range s.Offers {
		if o.Person == e.By && s.waits(o, e) {
			live++
		}
	}
	_, revoked := s.Revocations[Revocation{What: "person", Name: string(e.By)}]
	old := s.Offers[b.Key]
	switch {
	case e.By == sallyport.Gateway:
		return nil, illegal("a passkey is offered by its person")
	case revoked:
		return nil, illegal("person %q is revoked", e.By)
	case s.Keys[b.Key] != nil || old != nil && s.waits(old, e):
		return nil, illegal("key %q is known", b.Key)
	case b.Key == "" || len(b.Passkey.Credential) == 0 || len(b.Passkey.Credential) > 1023 || b.Passkey.RPID == "" || b.Passkey.Origin == "":
		return nil, illegal("passkey %q lacks its credential, site or origin", b.Key)
	case live >= sallyport.MaxOffers:
		return nil, illegal("%d passkeys of %q wait for a voucher", live, e.By)
	case b.Signature == nil:
		return nil, illegal("passkey %q is offered without a signature by it", b.Key)
	}
	return func() { s.Offers[b.Key] = &Offer{KeyOffered: *b, Person: e.By, Index: s.Size, At: e.Time} }, nil
}

func (s *State) waits(o *Offer, e sallyport.Entry) bool {
	return e.Time.Before(o.At.Add(sallyport.OfferLife))
}

// vouched holds a passkey's enrolment to its offer: the same key of the same person, by somebody else, in time.
func (s *State) vouched(e sallyport.Entry, b *sallyport.KeyEnrolled) error {
	o := s.Offers[b.Key]
	switch {
	case o == nil || !s.waits(o, e):
		return illegal("passkey %q waits for no voucher", b.Key)
	case b.Form != "webauthn" || b.Passkey == nil || o.Person != b.Person || o.Public != b.Public || !bytes.Equal(o.Passkey.Credential, b.Passkey.Credential) ||
		o.Passkey.RPID != b.Passkey.RPID || o.Passkey.Origin != b.Passkey.Origin:
		return illegal("passkey %q is not as %q offered it", b.Key, o.Person)
	case e.By == b.Person || e.By == sallyport.Gateway:
		return illegal("%q cannot vouch for their own passkey", e.By)
	}
	return nil
}

// counted refuses a signature by a passkey whose counter went back: it was copied, or an old assertion comes again (WebAuthn 6.1.1).
// Passkeys that do not count say 0 always.
func (s *State) counted(b sallyport.Body) error {
	signed := sallyport.SignatureOf(b)
	if signed == nil {
		return nil
	}
	k := s.Keys[signed.Key]
	if k == nil || signed.Counter > k.Counter || signed.Counter == 0 && k.Counter == 0 {
		return nil
	}
	return illegal("key %q counts %d, and counted %d before: it was copied, or this signature is an old one", signed.Key, signed.Counter, k.Counter)
}

// count remembers how far a passkey has counted.
func (s *State) count(b sallyport.Body) {
	if signed := sallyport.SignatureOf(b); signed != nil {
		if k := s.Keys[signed.Key]; k != nil {
			k.Counter = signed.Counter
		}
	}
}
