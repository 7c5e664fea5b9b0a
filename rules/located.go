package rules

import (
	"sallyport"
	"sallyport/workflow"
)

// located holds a session's own location to what can stand behind it (R1, R7): the engineer's word, marked as that and worth little, or a
// line of the network list in force, with its administrator as verifier. So nobody can write another one, the gateway included. Whether the
// engineer really came from that network is the gateway's word: their sign-in's address is beside it in the ledger.
func (c *Checker) located(s *workflow.State, b *sallyport.SessionRequested, d sallyport.Disclosed) error {
	if b.Location == nil {
		return nil
	}
	f, ok, err := c.Fact(*b.Location, d)
	if err != nil || !ok {
		return err
	}
	wrong := func(why string) error {
		return &workflow.Illegal{Why: "the location of the session is not one that can be recorded: " + why}
	}
	where, ok := f.Value.(sallyport.Location)
	switch {
	case !ok:
		return wrong("it is a fact called " + f.Name)
	case f.SelfAsserted:
		if f.Verifier != b.Engineer || where.Method != "stated" || where.Confidence != "low" {
			return wrong("the engineer's own word is stated, by themselves, with low confidence")
		}
		return nil
	case where.Method != "network-list":
		return wrong("it is neither the engineer's word nor from the network list")
	case s.Networks == nil || f.Evidence.Digest != s.Networks.Content || f.Verifier != s.Networks.By || !f.Verified.Equal(s.Networks.At):
		return wrong("the network list that it names is not in force")
	}
	list, ok, err := networksOf(&s.Networks.NetworksSet, d)
	if err != nil || !ok {
		return err
	}
	if n, ok := list.Named(f.Evidence.Reference); !ok || n.Country != where.Country || n.Confidence != where.Confidence {
		return wrong("the network list does not say it")
	}
	return nil
}

// networksOf reads the blob of a network list; ok is false where it is withheld.
func networksOf(b *sallyport.NetworksSet, d sallyport.Disclosed) (n sallyport.Networks, ok bool, err error) {
	content, ok := d.Blob(b.Networks)
	if !ok {
		return n, false, nil
	}
	if sallyport.DigestOf(content) != b.Content {
		return n, true, &workflow.Illegal{Why: "the network list is not the one that the entry names"}
	}
	n, err = sallyport.DecodeNetworks(content)
	return n, true, err
}
