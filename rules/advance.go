package rules

import (
	"sallyport"
	"sallyport/workflow"
)

// signedInAdvance asks for a signature where approvals must carry one: a runbook approves in advance, and a risk acceptance sets a rule aside. Without it
// either would be the way around the other.
func (c *Checker) signedInAdvance(s *workflow.State, e sallyport.Entry, b sallyport.Body, d sallyport.Disclosed) error {
	switch b.(type) {
	case *sallyport.RunbookSigned, *sallyport.RunbookSeconded, *sallyport.AcceptanceSigned:
	default:
		return nil
	}
	if sallyport.SignatureOf(b) != nil {
		return nil
	}
	set, err := c.SetOf(s, systemOf(s, e, b), d)
	if err == nil && set.Profile().SignDecisions {
		err = &workflow.Illegal{Why: "profile " + set.Name() + " asks for decisions to be signed, and so for the person's own signature on a runbook, its second and a risk acceptance"}
	}
	return err
}
