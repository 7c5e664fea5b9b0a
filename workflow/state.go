// Package workflow says what may follow what. State is a fold over the entries of a ledger: the server asks it before it appends,
// the auditor asks the very same code of every entry afterwards.
//
// It is pure: no I/O, no clock, no randomness. The time of an entry is an input. It knows nothing of who may do what:
// that is package policy; package rules puts both together.
package workflow

import (
	"time"

	"sallyport"
)

// State is everything that the entries so far say. The zero value is not usable; see [New]. A State belongs to one
// goroutine or to whoever holds the lock of its owner: it has none of its own.
type State struct {
	Size        int64     // entries applied
	Now         time.Time // time of the last entry
	Log         *sallyport.LogOpened
	Beat        sallyport.Heartbeat
	People      map[sallyport.PersonID]*Person
	Keys        map[sallyport.KeyID]*Key
	Offers      map[sallyport.KeyID]*Offer // passkeys without a voucher; some too old for one
	Systems     map[sallyport.SystemID]*System
	Targets     map[sallyport.TargetID]*sallyport.TargetSet
	Tickets     map[sallyport.TicketID]*Ticket
	Sessions    map[sallyport.SessionID]*Session
	Actions     map[sallyport.ActionID]*Action
	Policies    map[string]*sallyport.PolicySet
	House       string // profile of the first policy set: it governs what concerns no single system
	Lists       map[string]*sallyport.ListSet
	Networks    *Networks // nil: there is no list
	Acceptances map[sallyport.AcceptID]*Acceptance
	Approvals   map[sallyport.ApprovalID]*sallyport.ApprovalRecorded
	Runbooks    map[sallyport.RunbookID]*Runbook
	Revocations map[Revocation]int64 // in force, with the index of its entry

	live     map[sallyport.SessionID]*Session // sessions that have not ended
	escorted map[sallyport.PersonID]int       // how many of those each person escorts
}

// New gives the state before the first entry.
func New() *State {
	return &State{
		People: map[sallyport.PersonID]*Person{}, Keys: map[sallyport.KeyID]*Key{}, Offers: map[sallyport.KeyID]*Offer{},
		Systems: map[sallyport.SystemID]*System{}, Targets: map[sallyport.TargetID]*sallyport.TargetSet{},
		Tickets: map[sallyport.TicketID]*Ticket{}, Sessions: map[sallyport.SessionID]*Session{},
		Actions: map[sallyport.ActionID]*Action{}, Policies: map[string]*sallyport.PolicySet{},
		Lists: map[string]*sallyport.ListSet{}, Acceptances: map[sallyport.AcceptID]*Acceptance{},
		Approvals: map[sallyport.ApprovalID]*sallyport.ApprovalRecorded{}, Runbooks: map[sallyport.RunbookID]*Runbook{},
		Revocations: map[Revocation]int64{}, live: map[sallyport.SessionID]*Session{},
		escorted: map[sallyport.PersonID]int{},
	}
}

// Live gives the sessions that have not ended. The map is the state's own and must not be changed.
func (s *State) Live() map[sallyport.SessionID]*Session { return s.live }

// Escorted tells how many sessions that have not ended p escorts.
func (s *State) Escorted(p sallyport.PersonID) int { return s.escorted[p] }

// leave takes a live session off its escort's count.
func (s *State) leave(session *Session) {
	if s.live[session.ID] == nil || session.Escort == "" {
		return
	}
	if s.escorted[session.Escort]--; s.escorted[session.Escort] == 0 {
		delete(s.escorted, session.Escort)
	}
}

// Networks is the network list in force.
type Networks struct {
	sallyport.NetworksSet
	By sallyport.PersonID
	At time.Time
}

// Person is a person with what was recorded of them.
type Person struct {
	ID      sallyport.PersonID
	Details sallyport.BlobRef
	Added   int64 // index
	AddedBy sallyport.PersonID
	Facts   map[string]*Fact
	Roles   []Role
	Keys    []sallyport.KeyID
}

// Fact is the latest record of one fact.
type Fact struct {
	Name         string
	Ref          sallyport.BlobRef
	Index        int64
	By           sallyport.PersonID
	At           time.Time
	Until        *time.Time
	SelfAsserted bool
	Vouchers     []sallyport.PersonID
}

// Role is an assignment in force.
type Role struct {
	Role   sallyport.Role
	System sallyport.SystemID // "*" is every system
	Until  *time.Time
	By     sallyport.PersonID
}

// Holds tells whether p holds role on system at a moment.
func (p *Person) Holds(role sallyport.Role, system sallyport.SystemID, at time.Time) bool {
	for _, r := range p.Roles {
		if r.Role == role && (r.System == "*" || r.System == system) && (r.Until == nil || at.Before(*r.Until)) {
			return true
		}
	}
	return false
}

// Key is an enrolled key.
type Key struct {
	sallyport.KeyEnrolled
	Retired bool
	By      sallyport.PersonID
	Counter uint32 // of the last signature by a passkey that counts
}

// System is a system with its disclosure.
type System struct {
	sallyport.SystemSet
	Disclosure *sallyport.DisclosureSet
}

// Ticket is a ticket.
type Ticket struct {
	sallyport.TicketOpened
	Closed  bool
	Index   int64
	By      sallyport.PersonID
	Session sallyport.SessionID // its live session, or ""
}

// Session states.
const (
	Requested = "requested"
	Open      = "open"
	Ending    = "ending"
	Ended     = "ended"
	Refused   = "refused" // ended before it opened
)

// Session is a session with its chain.
type Session struct {
	ID sallyport.SessionID
	sallyport.SessionRequested
	State     string
	Index     int64     // of session.requested
	At        time.Time // of session.requested
	Escort    sallyport.PersonID
	Offered   bool               // handed over, waiting for the next escort
	OfferedTo sallyport.PersonID // "" is anyone
	Present   bool
	Paused    bool
	Why       string // of the pause or the end
	Approved  sallyport.PersonID
	Consented []sallyport.PersonID
	Breaking  *sallyport.BreakGlass
	Breaker   sallyport.PersonID
	Reviewed  bool // the break-glass was reviewed
	Actions   []sallyport.ActionID
	Chunks    int   // recording chunks so far
	Over      int64 // index of session.ended, 0 before

	Next int              // sequence number of the next entry of the chain
	Last sallyport.Digest // digest of the last one
}

// Acceptance is a risk acceptance.
type Acceptance struct {
	sallyport.AcceptanceSigned
	By     sallyport.PersonID
	Warned bool // those concerned were told that it ends soon
	Ended  bool
	Index  int64
}

// Runbook is an action approved in advance.
type Runbook struct {
	sallyport.RunbookSigned
	Seconded  bool
	Withdrawn bool
	Index     int64
}

// Revocation names what was taken away.
type Revocation struct{ What, Name string }
