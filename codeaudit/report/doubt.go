package report

import "fmt"

// doubt says what the audit cannot say, from what it knows of itself, and then what no such audit can.
func (r *Report) doubt() {
	say := func(format string, args ...any) { r.Unread = append(r.Unread, fmt.Sprintf(format, args...)) }
	if n := r.Progress.Items - r.Progress.Done; n > 0 {
		say("%d of %d items are not finished: nothing is said about them.", n, r.Progress.Items)
	}
	heavy := 0
	for _, f := range r.Findings {
		if f.Weight <= 2 {
			heavy++
		}
	}
	if heavy > 0 {
		say("%d findings of the capture or the attribution mean that content may be missing or incomplete: see the table of findings.", heavy)
	}
	if n := len(r.Balance.Unbalanced); n > 0 {
		say("The ledger of lines does not balance for %d pairs of commit and path.", n)
	}
	if r.Signer == "" {
		say("The set of people is not signed: nobody vouches that it is the right one.")
	}
	open := 0
	for _, res := range r.Scope.Resolution {
		open += len(res.Open)
	}
	if open > 0 {
		say("%d identities resemble a member of the set and were not decided: their commits are out of scope.", open)
	}
	switch {
	case r.Recall.Planted == 0:
		say("No canaries were planted: how much this review finds is not known.")
	case r.Recall.Decided < 10:
		say("Only %d canaries were decided about: the recall says nearly nothing.", r.Recall.Decided)
	default:
		say("Reviewers found %.0f %% of planted faults (95 %% interval %.0f to %.0f %%): about as much of what is really there may have been missed as was missed of these.", 100*r.Recall.Share, 100*r.Recall.Low, 100*r.Recall.High)
	}
	if len(r.Releases) == 0 {
		say("No release artifact was compared with its tag: what was shipped may differ from what was reviewed.")
	}
	say("Signatures of SSH were verified against the key that they name; those of OpenPGP and X.509 were read for the key that they name and not verified.")
	say("Not covered by any of this: code that was built elsewhere, history that was rewritten before the capture, services and secrets outside the repositories, and collisions of SHA-1.")
}
