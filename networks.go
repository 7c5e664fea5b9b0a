package sallyport

import (
	"encoding/json"
	"net/netip"
)

// MaxNetworks bounds a network list.
const MaxNetworks = 4096

// Network is one network of the organisation's own, with the country in which whoever comes from it is, as an administrator found out
// and vouches for. It says something only of networks that nobody reaches from elsewhere: an office, not a VPN's exit (R7).
type Network struct {
	Name       string   `json:"name"`
	Network    string   `json:"network"` // CIDR, the first address of the network
	Country    string   `json:"country"` // ISO 3166-1 alpha-2
	Confidence string   `json:"confidence"`
	Evidence   Evidence `json:"evidence"` // what the country rests on; an address database is none
}

// Networks is the blob of NetworksSet: the whole list. Where no entry covers an address nothing is known of it, and nothing is guessed.
type Networks struct {
	Networks []Network `json:"networks"`
}

// DecodeNetworks reads a list and checks every line of it.
func DecodeNetworks(b []byte) (Networks, error) {
	var n Networks
	if err := DecodeJSON(b, &n); err != nil {
		if _, syntax := err.(*json.SyntaxError); syntax {
			return n, Errorf(Invalid, "network list is not JSON: %v", err)
		}
		return n, Errorf(Invalid, "network list is not {\"networks\": [{name, network, country, confidence, evidence: {kind, reference}}]}: %v", err)
	}
	if len(n.Networks) > MaxNetworks {
		return n, Errorf(Limited, "network list has %d networks, at most %d", len(n.Networks), MaxNetworks)
	}
	names, nets := map[string]bool{}, map[netip.Prefix]bool{}
	for _, w := range n.Networks {
		p, err := netip.ParsePrefix(w.Network)
		switch {
		case err != nil:
			return n, Errorf(Invalid, "network %q of %q is not CIDR such as 192.0.2.0/24", w.Network, w.Name)
		case p != p.Masked() || p.Addr().Is4In6():
			return n, Errorf(Invalid, "network %q of %q does not begin with its first address, which is %s", w.Network, w.Name, p.Masked())
		case p.Addr().Is4() && p.Bits() < 16 || p.Addr().Is6() && p.Bits() < 32:
			return n, Errorf(Invalid, "network %q of %q is too large to be an office", w.Network, w.Name).WithHint("at most /16, or /32 of IPv6")
		case nets[p] || names[w.Name]:
			return n, Errorf(Invalid, "network %q %q is listed twice", w.Name, w.Network)
		}
		if err := checkKey("network name", w.Name); err != nil {
			return n, err
		}
		if err := checkCountry("network", w.Country); err != nil {
			return n, err
		}
		if err := checkWord("network confidence", w.Confidence, []string{"low", "medium"}); err != nil {
			return n, err.(*Error).WithHint("where a person is shows to nobody through a network alone: high is for what somebody saw")
		}
		if !evidenceKind.MatchString(w.Evidence.Kind) || w.Evidence.Reference == "" || len(w.Evidence.Reference) > 400 {
			return n, Errorf(Invalid, "network %q has no evidence kind and reference, or too long ones", w.Name).WithHint("what says that whoever comes from there is in %s: a lease, a site survey", w.Country)
		}
		names[w.Name], nets[p] = true, true
	}
	return n, nil
}

// At gives the smallest network that address is in.
func (n Networks) At(address string) (Network, bool) {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return Network{}, false
	}
	addr = addr.Unmap()
	var found Network
	bits := -1
	for _, w := range n.Networks {
		if p, err := netip.ParsePrefix(w.Network); err == nil && p.Contains(addr) && p.Bits() > bits {
			found, bits = w, p.Bits()
		}
	}
	return found, bits >= 0
}

// Named gives the network of that name.
func (n Networks) Named(name string) (Network, bool) {
	for _, w := range n.Networks {
		if w.Name == name {
			return w, true
		}
	}
	return Network{}, false
}
