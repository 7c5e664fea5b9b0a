package gateway

import (
	"context"
	"net/netip"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// stateHolds is how long what somebody says of where they are is taken for true.
const stateHolds = 12 * time.Hour

// statement is where somebody says they are.
type statement struct {
	country string
	at      time.Time
	from    string // network address that they said it from: another one asks for another word
}

// StateLocation implements Service. It is written with the session that it is for.
func (g *Gateway) StateLocation(_ context.Context, c Caller, country string) error {
	if !sallyport.ValidCountry(country) {
		return sallyport.Errorf(sallyport.Invalid, "country %q is not an ISO 3166-1 alpha-2 code", country).WithHint("two capital letters, such as FR")
	}
	return g.view(func(s *workflow.State) error {
		if s.People[c.Person] == nil {
			return sallyport.Errorf(sallyport.Forbidden, "nobody is known as %q", c.Person)
		}
		g.stated[c.Person] = statement{country, g.time(), address(c.From)}
		return nil
	})
}

// located gives the location of a session that the caller is about to ask for, or nil where nothing is known beyond what is on record. An address
// says something only where an administrator has listed its network with a source (R7): no database of addresses is asked. What the
// caller says goes before it where the two disagree, so that neither counts as verified. The caller of located holds the lock.
func (g *Gateway) located(s *workflow.State, c Caller, now time.Time) (*sallyport.Fact, error) {
	said, stated := g.stated[c.Person]
	stated = stated && said.from == address(c.From) && now.Sub(said.at) < stateHolds
	listed, known, err := g.network(s, address(c.From))
	if err != nil {
		return nil, err
	}
	switch {
	case known && (!stated || said.country == listed.Country):
		return &sallyport.Fact{Name: sallyport.FactLocation, Value: sallyport.Location{Country: listed.Country, Method: "network-list", Confidence: listed.Confidence},
			Evidence: sallyport.Evidence{Kind: "network list", Reference: listed.Name, Digest: s.Networks.Content}, Verifier: s.Networks.By, Verified: s.Networks.At}, nil
	case stated:
		until := said.at.Add(stateHolds)
		return &sallyport.Fact{Name: sallyport.FactLocation, Value: sallyport.Location{Country: said.country, Method: "stated", Confidence: "low"},
			Evidence: sallyport.Evidence{Kind: "own word", Reference: "said at the " + c.Door + " door"}, Verifier: c.Person, Verified: said.at, Until: &until, SelfAsserted: true}, nil
	}
	return nil, nil
}

// address is where a caller comes from, without the port.
func address(from string) string {
	if p, err := netip.ParseAddrPort(from); err == nil {
		return p.Addr().Unmap().String()
	}
	return from
}

func (g *Gateway) network(s *workflow.State, from string) (sallyport.Network, bool, error) {
	if s.Networks == nil {
		return sallyport.Network{}, false, nil
	}
	b, err := g.cache.get(g.ctx, s.Networks.Networks)
	if err != nil {
		return sallyport.Network{}, false, err
	}
	list, err := sallyport.DecodeNetworks(b)
	if err != nil {
		return sallyport.Network{}, false, err
	}
	n, ok := list.At(from)
	return n, ok, nil
}

// Networks gives the network list in force, for whoever maintains lists or may export evidence.
func (g *Gateway) Networks(_ context.Context, c Caller) (sallyport.Networks, error) {
	out := sallyport.Networks{Networks: []sallyport.Network{}}
	err := g.view(func(s *workflow.State) error {
		if !g.may(s, "*", sallyport.AskAdminister, policy.TopicList, c.Person) && !g.may(s, "*", sallyport.AskExport, "", c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may not see the network list")
		}
		if s.Networks == nil {
			return nil
		}
		return g.blobJSON(s.Networks.Networks, &out)
	})
	return out, err
}

func (g *Gateway) putFact(ctx context.Context, f sallyport.Fact) (*sallyport.BlobRef, error) {
	b, err := f.Encode()
	if err != nil {
		return nil, err
	}
	ref, err := g.put(ctx, b)
	return &ref, err
}
