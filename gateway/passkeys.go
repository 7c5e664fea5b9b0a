package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// OfferView is a passkey that waits for somebody to vouch for it.
type OfferView struct {
	Person  Party             `json:"person"`
	Key     sallyport.KeyID   `json:"key"`
	Passkey sallyport.Passkey `json:"passkey"`
	Offered time.Time         `json:"offered"`
	Until   time.Time         `json:"until"` // later it has to be offered again
	Mine    bool              `json:"mine"`  // the caller's own; else the caller may vouch for it
}

// Offers lists the caller's own passkeys that wait for a voucher, and those of others that the caller may vouch for, oldest first.
func (g *Gateway) Offers(ctx context.Context, c Caller) ([]OfferView, error) {
	out := []OfferView{}
	err := g.view(func(s *workflow.State) error {
		now, vouches := g.time(), g.may(s, "*", sallyport.AskAdminister, policy.TopicKey, c.Person)
		for _, o := range s.Offers {
			until := o.At.Add(sallyport.OfferLife)
			if !now.Before(until) || o.Person != c.Person && !vouches {
				continue
			}
			out = append(out, OfferView{Person: g.party(s, o.Person), Key: o.Key, Passkey: o.Passkey, Offered: o.At, Until: until, Mine: o.Person == c.Person})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b OfferView) int {
		if n := a.Offered.Compare(b.Offered); n != 0 {
			return n
		}
		return strings.Compare(string(a.Key), string(b.Key))
	})
	return out, err
}

// VouchKey enrols an offered passkey for signing, exactly as its person offered it. The caller vouches that it is theirs.
func (g *Gateway) VouchKey(ctx context.Context, c Caller, p sallyport.PersonID, key sallyport.KeyID, until *time.Time) error {
	_, err := g.append(ctx, c.Person, "", func(s *workflow.State, now time.Time) (sallyport.Body, error) {
		o := s.Offers[key]
		if o == nil || o.Person != p {
			return nil, sallyport.Errorf(sallyport.NotFound, "no passkey %q of %q waits for a voucher", key, p)
		}
		site := o.Passkey
		return &sallyport.KeyEnrolled{Person: p, Key: key, Form: "webauthn", Public: o.Public, Use: []string{"sign"}, Until: until, Passkey: &site}, nil
	})
	return err
}
