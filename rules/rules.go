// Package rules puts workflow and policy together: [Checker.Check] says whether an entry may follow. The server asks it
// before it appends; the auditor asks the very same code of every entry. So the rules exist once, and the server cannot be laxer than
// the auditor.
//
// It is pure: no I/O, no clock, no randomness. What it needs of personal facts and of policies it takes from the blobs
// that are disclosed; where one is missing it answers Withheld and never guesses.
package rules

import (
	"errors"
	"fmt"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// Withheld is the answer where a blob that the rule needs was not disclosed.
type Withheld struct {
	What string // what is missing, in words
	Ref  sallyport.BlobRef
}

func (w *Withheld) Error() string {
	return fmt.Sprintf("cannot be checked: %s (blob %.12s) is withheld", w.What, w.Ref.Digest)
}

// IsWithheld tells whether err says that a check could not be made, as opposed to failed.
func IsWithheld(err error) bool {
	_, ok := errors.AsType[*Withheld](err)
	return ok
}

// Check says why the entry may not follow state, or nil. The workflow is asked first: a policy cannot allow what cannot be.
// A signature is checked wherever there is one, asked for or not: a false one is never evidence.
func (c *Checker) Check(s *workflow.State, e sallyport.Entry, b sallyport.Body, d sallyport.Disclosed) error {
	_, err := c.CheckUntil(s, e, b, d)
	return err
}

// CheckUntil is Check for whoever writes the entry somewhat later: the answer of policy stays the same until the moment given, as far
// as it rests on facts, acceptances and approvals that end; zero is without end.
func (c *Checker) CheckUntil(s *workflow.State, e sallyport.Entry, b sallyport.Body, d sallyport.Disclosed) (until time.Time, err error) {
	if err := s.Check(e, b); err != nil {
		return until, err
	}
	if _, _, err := Signed(s, e, b); err != nil {
		return until, err
	}
	return c.permitted(s, e, b, d)
}
