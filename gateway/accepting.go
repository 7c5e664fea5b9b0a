package gateway

import (
	"bytes"
	"context"

	"sallyport"
)

// AcceptanceChallenge is a risk acceptance as it will be written, but for its signature.
type AcceptanceChallenge struct {
	By      sallyport.PersonID         `json:"by"`
	Body    sallyport.AcceptanceSigned `json:"body"`
	Details Sealed                     `json:"details"`
}

// AcceptanceChallenge fixes a risk acceptance for its approver to sign, its details' salt with it, and writes nothing into the ledger: Record with the
// same acceptance and a signature does. A person has one such draft at a time.
func (g *Gateway) AcceptanceChallenge(ctx context.Context, c Caller, b sallyport.AcceptanceSigned, details []byte) (AcceptanceChallenge, error) {
	ref, err := g.put(ctx, details)
	if err != nil {
		return AcceptanceChallenge{}, err
	}
	sealed, err := g.sealed(ctx, ref)
	if err != nil {
		return AcceptanceChallenge{}, err
	}
	b.Details, b.Signature = ref, nil
	g.mu.Lock()
	g.accepting[c.Person] = b
	g.mu.Unlock()
	return AcceptanceChallenge{By: c.Person, Body: b, Details: sealed}, nil
}

// acceptanceDrafted takes the draft that a signed acceptance answers: it is good for one attempt.
func (g *Gateway) acceptanceDrafted(ctx context.Context, c Caller, b *sallyport.AcceptanceSigned, details []byte) (*sallyport.AcceptanceSigned, error) {
	g.mu.Lock()
	d, ok := g.accepting[c.Person]
	delete(g.accepting, c.Person)
	g.mu.Unlock()
	same := ok && d.Acceptance == b.Acceptance && d.System == b.System && d.Person == b.Person && d.Rule == b.Rule && d.Until.Equal(b.Until)
	if same {
		sealed, err := g.sealed(ctx, d.Details)
		if err != nil {
			return nil, err
		}
		same = bytes.Equal(sealed.Content, details)
	}
	if !same {
		return nil, sallyport.Errorf(sallyport.Conflict, "acceptance %q is not the one that waits for your signature", b.Acceptance).WithHint("ask for a new challenge: what is signed must be what is written")
	}
	d.Signature = b.Signature
	return &d, nil
}
