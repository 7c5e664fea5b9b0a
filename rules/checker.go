package rules

import (
	"sync"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Checker remembers what it parsed. It holds nothing that changes an answer: two checkers agree on everything.
type Checker struct {
	mu    sync.Mutex // protects the following
	sets  map[sallyport.Digest]*policy.Set
	lists map[sallyport.Digest]*policy.List
	facts map[sallyport.Digest]*sallyport.Fact
}

// New makes a checker.
func New() *Checker {
	return &Checker{sets: map[sallyport.Digest]*policy.Set{}, lists: map[sallyport.Digest]*policy.List{}, facts: map[sallyport.Digest]*sallyport.Fact{}}
}

// maxFacts bounds the memory of parsed facts; beyond it all are forgotten and parsed again.
const maxFacts = 1 << 20

// HouseSystem stands for what concerns no single system: the first policy set of a log governs it.
const HouseSystem sallyport.SystemID = "*"

// SetOf gives the policy set in force for a system, or for the house.
func (c *Checker) SetOf(s *workflow.State, system sallyport.SystemID, d sallyport.Disclosed) (*policy.Set, error) {
	profile := s.House
	if sys := s.Systems[system]; sys != nil {
		profile = sys.Profile
	}
	p := s.Policies[profile]
	if p == nil {
		return nil, &workflow.Illegal{Why: "no policy is in force"}
	}
	return c.set(p, d)
}

func (c *Checker) set(p *sallyport.PolicySet, d sallyport.Disclosed) (*policy.Set, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if set := c.sets[p.Policy.Digest]; set != nil {
		return set, nil
	}
	b, ok := d.Blob(p.Policy)
	if !ok {
		return nil, &Withheld{What: "the policies of profile " + p.Profile, Ref: p.Policy}
	}
	set, err := policy.Parse(b)
	if err != nil {
		return nil, err
	}
	if set.Digest() != p.Content {
		return nil, &workflow.Illegal{Why: "the policies of profile " + p.Profile + " are not those that the entry names"}
	}
	c.sets[p.Policy.Digest] = set
	return set, nil
}

func (c *Checker) list(l *sallyport.ListSet, d sallyport.Disclosed) (*policy.List, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if list := c.lists[l.Blob.Digest]; list != nil {
		return list, nil
	}
	b, ok := d.Blob(l.Blob)
	if !ok {
		return nil, &Withheld{What: "country list " + l.List, Ref: l.Blob}
	}
	list, err := policy.ParseList(b)
	if err != nil {
		return nil, err
	}
	if list.Digest() != l.Content || list.Name != l.List || list.Version != l.Version {
		return nil, &workflow.Illegal{Why: "country list " + l.List + " is not the one that the entry names"}
	}
	c.lists[l.Blob.Digest] = list
	return list, nil
}

// Fact reads a fact's blob; ok is false where it is withheld.
func (c *Checker) Fact(ref sallyport.BlobRef, d sallyport.Disclosed) (*sallyport.Fact, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.facts[ref.Digest]; f != nil {
		return f, true, nil
	}
	b, ok := d.Blob(ref)
	if !ok {
		return nil, false, nil
	}
	f, err := sallyport.DecodeFact(b)
	if err != nil {
		return nil, true, err
	}
	if len(c.facts) >= maxFacts {
		clear(c.facts)
	}
	c.facts[ref.Digest] = &f
	return &f, true, nil
}

// SetNamed gives the policy set in force under the name of its profile.
func (c *Checker) SetNamed(s *workflow.State, profile string, d sallyport.Disclosed) (*policy.Set, error) {
	p := s.Policies[profile]
	if p == nil {
		return nil, &workflow.Illegal{Why: "no policy of profile " + profile + " is in force"}
	}
	return c.set(p, d)
}

// ListsOf gives the country lists in force.
func (c *Checker) ListsOf(s *workflow.State, d sallyport.Disclosed) (policy.Lists, error) {
	out := policy.Lists{}
	for name, l := range s.Lists {
		list, err := c.list(l, d)
		if err != nil {
			return nil, err
		}
		out[name] = list
	}
	return out, nil
}
