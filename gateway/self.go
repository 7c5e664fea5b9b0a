package gateway

import (
	"context"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Self tells callers what is recorded about themselves: roles, facts, keys. It says nothing about anyone else.
func (g *Gateway) Self(ctx context.Context, c Caller) (PersonView, error) {
	var v PersonView
	err := g.view(func(s *workflow.State) error {
		p := s.People[c.Person]
		if p == nil {
			return sallyport.Errorf(sallyport.Forbidden, "nobody is known as %q", c.Person)
		}
		v = g.personView(stand(s, p), g.time())
		return nil
	})
	return v, err
}

// describe fills in what an entry says about its own content, so that no door has to understand policies or lists.
func describe(body sallyport.Body, contents [][]byte) error {
	switch b := body.(type) {
	case *sallyport.PolicySet:
		set, err := policy.Parse(contents[0])
		if err != nil {
			return err
		}
		if set.Name() != b.Profile {
			return sallyport.Errorf(sallyport.Invalid, "the policy set is of profile %q, not %q", set.Name(), b.Profile)
		}
		b.Version, b.Content = set.Version(), set.Digest()
	case *sallyport.NetworksSet:
		if _, err := sallyport.DecodeNetworks(contents[0]); err != nil {
			return err
		}
		b.Content = sallyport.DigestOf(contents[0])
	case *sallyport.ListSet:
		list, err := policy.ParseList(contents[0])
		if err != nil {
			return err
		}
		if list.Name != b.List {
			return sallyport.Errorf(sallyport.Invalid, "the list is %q, not %q", list.Name, b.List)
		}
		b.Version, b.Content = list.Version, list.Digest()
	}
	return nil
}
