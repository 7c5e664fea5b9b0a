package gateway

import (
	"context"
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// RevocationView is a revocation in force.
type RevocationView struct {
	sallyport.Revoked
	By  Party     `json:"by"`
	At  time.Time `json:"at"`
	Can bool      `json:"can"` // the caller may restore what it took away
}

// Revocations lists what is revoked now, the latest first, for whoever may revoke or oversees something.
func (g *Gateway) Revocations(ctx context.Context, c Caller) ([]RevocationView, error) {
	type place struct {
		index int64
		can   bool
	}
	var all []place
	err := g.view(func(s *workflow.State) error {
		if !g.may(s, "*", sallyport.AskAdminister, policy.TopicRevoke, c.Person) && !g.oversees(s, c.Person) {
			return errOversight
		}
		now := g.time()
		for r, index := range s.Revocations {
			all = append(all, place{index, g.could(s, now, c.Person, &sallyport.Restored{What: r.What, Name: r.Name, Reason: "asking"})})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b place) int { return int(b.index - a.index) })
	out := []RevocationView{}
	for _, p := range all {
		raws, err := g.Log.Read(ctx, p.index, p.index+1)
		if err != nil {
			return nil, err
		}
		if len(raws) == 0 {
			continue // not durable yet: the next look has it
		}
		e, b, err := sallyport.DecodeEntry(raws[0])
		if err != nil {
			return nil, err
		}
		if r, ok := b.(*sallyport.Revoked); ok {
			out = append(out, RevocationView{Revoked: *r, By: g.partyOf(e.By), At: e.Time, Can: p.can})
		}
	}
	return out, nil
}
