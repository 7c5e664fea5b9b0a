package policy

import (
	"time"

	"sallyport"
)

// Answer is what a set says to a request.
type Answer struct {
	Allowed bool
	// Policies decided: the permits of an allowed request, the forbids of a denied one, none where nothing permits it.
	Policies []Rule
	// Errors are evaluation errors. Any is a denial.
	Errors []string
	// Needs are what would lift the denial within the workflow, from the annotations of the policies that deny: "second",
	// "approval", "consent", "escort", ... Empty when something else denies too.
	Needs []string
	// Accepted are the risk acceptances that made the difference.
	Accepted []Acceptance
	// Withheld are the facts that the policies of this question read and whoever asks may not see: the answer is not
	// known then, whatever Allowed says, and Allowed is false.
	Withheld []FactUsed
	// Lists and Facts are what the policies of this question read.
	Lists []ListUsed
	Facts []FactUsed
	// Until is the first moment at which a fact, acceptance or approval that it rests on is over; zero for none.
	Until time.Time
}

// Rule is a policy, in words.
type Rule struct {
	ID          string
	Forbids     bool
	Says        string // one plain sentence
	Changes     string // what would change the answer
	Basis       string // legal basis, or "" for a house rule
	Requirement string
	Question    string // an open legal question, or ""
	Acceptable  bool   // a risk acceptance may set it aside (R59)
}

// FactUsed is one fact that was read.
type FactUsed struct {
	Seat   string // principal, engineer, escort, second, owner, approver, subject
	Person sallyport.PersonID
	Name   string
	State  sallyport.FactState
	held   Held
}

// Value is the fact in words where its value is at hand, expired or not; "" where it is not.
func (f FactUsed) Value() string {
	if f.held.Fact == nil {
		return ""
	}
	return f.held.Fact.Value.String()
}

// Until is the moment from which the fact is expired; nil for never.
func (f FactUsed) Until() *time.Time {
	if f.held.Fact != nil && f.held.Fact.Until != nil && (f.held.Until == nil || f.held.Fact.Until.Before(*f.held.Until)) {
		return f.held.Fact.Until
	}
	return f.held.Until
}

// ListUsed is one country list that was read.
type ListUsed struct {
	Name    string
	Version string
	Digest  sallyport.Digest
	State   string // confirmed, unconfirmed, absent
}

// NeedsSecond tells whether a second person's approval is what is missing.
func (a Answer) NeedsSecond() bool {
	for _, n := range a.Needs {
		if n == "second" {
			return true
		}
	}
	return false
}

// IDs lists the policies that decided, then the lists as name@version, then the risk acceptances that made the difference as
// accepted:ID: what a decision entry records.
func (a Answer) IDs() []string {
	var out []string
	for _, p := range a.Policies {
		out = append(out, p.ID)
	}
	for _, l := range a.Lists {
		out = append(out, l.Name+"@"+l.Version)
	}
	for _, a := range a.Accepted {
		out = append(out, "accepted:"+string(a.ID))
	}
	return out
}
