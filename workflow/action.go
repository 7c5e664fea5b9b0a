package workflow

import (
	"time"

	"sallyport"
)

// ActionState is where an action stands.
type ActionState string

const (
	Proposed    ActionState = "proposed"
	Reading     ActionState = "reading"   // files of the target that the text runs are being read
	Resolved    ActionState = "resolved"  // read and pinned, to be assessed
	Waiting     ActionState = "waiting"   // for a decision
	Asked       ActionState = "asked"     // for the engineer's answer
	Escalated   ActionState = "escalated" // for the second person
	Approved    ActionState = "approved"  // by at least one decider
	RefusedAct  ActionState = "refused"
	Withdrawn   ActionState = "withdrawn"
	Cancelled   ActionState = "cancelled"
	Running     ActionState = "running"
	Finished    ActionState = "finished"
	Failed      ActionState = "failed"
	Interrupted ActionState = "interrupted" // outcome unknown
)

// Over tells whether nothing but releases and recordings can follow.
func (s ActionState) Over() bool {
	switch s {
	case RefusedAct, Withdrawn, Cancelled, Finished, Failed, Interrupted:
		return true
	}
	return false
}

// Pending tells whether the action has not started and may still.
func (s ActionState) Pending() bool { return !s.Over() && s != Running }

// Action is an action with its decisions.
type Action struct {
	sallyport.ActionProposed
	ID        sallyport.ActionID
	Session   sallyport.SessionID
	By        sallyport.PersonID
	At        time.Time // proposed
	Changed   time.Time
	Index     int64 // of action.proposed
	State     ActionState
	Reads     int64 // index of action.reading, or 0
	Pins      *sallyport.BlobRef
	Missing   *sallyport.BlobRef
	Assessed  *sallyport.ActionAssessed
	Decisions []Decision
	Answers   []Words
	Started   int64 // index of the permit, or 0
	StartedAt time.Time
	Permit    *sallyport.ActionStarted
	Outcome   *sallyport.ActionFinished
	Why       string // of an end before the end
	Released  []sallyport.OutputReleased
	Final     bool // output released for good
}

// Decision is one decider's answer.
type Decision struct {
	sallyport.ActionDecided
	By    sallyport.PersonID
	At    time.Time
	Index int64
}

// Words is something said.
type Words struct {
	By   sallyport.PersonID
	At   time.Time
	Text sallyport.BlobRef
}

// Approval gives the latest decision of a seat if it is an approval.
func (a *Action) Approval(seat sallyport.Seat) (Decision, bool) {
	for i := len(a.Decisions) - 1; i >= 0; i-- {
		if d := a.Decisions[i]; d.Seat == seat {
			return d, d.Answer == sallyport.Approve
		}
	}
	return Decision{}, false
}

// PinsDigest is the digest of the pins, or "".
func (a *Action) PinsDigest() sallyport.Digest {
	if a.Pins == nil {
		return ""
	}
	return a.Pins.Digest
}

// Binding is what an approval of a at this moment would bind.
func (a *Action) Binding(policy sallyport.Digest, expires time.Time) sallyport.Binding {
	b := sallyport.Binding{Action: a.ID, Session: a.Session, Spec: a.Spec.Digest, Pins: a.PinsDigest(), Policy: policy, Expires: expires}
	if a.Assessed != nil {
		b.Assessment = a.Assessed.Assessment.Digest
	}
	return b
}
