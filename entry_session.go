package sallyport

import "time"

// SessionRequested is an engineer's wish to work under a ticket. It is the first entry of the session's chain.
type SessionRequested struct {
	Ticket   TicketID  `json:"ticket"`
	System   SystemID  `json:"system"`
	Engineer PersonID  `json:"engineer"`
	Mode     Mode      `json:"mode"`
	Until    time.Time `json:"until"`              // absolute; never extended by reconnecting
	Location *BlobRef  `json:"location,omitempty"` // a Fact: where the engineer says or is known to be, for this session
}

// SessionApproved is the session's own approval, where the profile asks for one (R19, F16).
type SessionApproved struct {
	Words BlobRef `json:"words"`
}

// SessionRefused says no to a session as a whole.
type SessionRefused struct {
	Words BlobRef `json:"words"`
}

// ConsentGiven is the system owner's yes to one session (R31).
type ConsentGiven struct{}

// SessionOpened says that every gate before the session is passed. By is the gateway.
type SessionOpened struct {
	Escort PersonID `json:"escort,omitempty"` // set where a session opens with its escort at once
}

// OwnerTold records that the system owner was told of an opening or an end: who, from which country.
type OwnerTold struct {
	Event string   `json:"event"` // "opened" or "ended"
	Owner PersonID `json:"owner"`
	Via   string   `json:"via"` // feed, webhook, mail
}

// SessionClaimed seats the escort.
type SessionClaimed struct {
	Escort PersonID `json:"escort"`
}

// SessionHanded passes the session from its escort to another, who must claim it.
type SessionHanded struct {
	To    PersonID `json:"to,omitempty"` // "" offers it to whoever is eligible
	Words BlobRef  `json:"words"`
}

// SessionPaused stops new permits and freezes input. What runs still runs.
type SessionPaused struct {
	Why string `json:"why"` // words for both sides
}

// SessionResumed lifts the pause.
type SessionResumed struct{}

// PresenceLost and PresenceBack say when the escort was not there. Without presence there is no permit (R32).
type PresenceLost struct {
	Why string `json:"why"` // "link" or "hidden"
}

type PresenceBack struct{}

// SessionEnding ends a session at once: no proposal, decision or permit follows it, only what stops or accounts for what
// already runs.
type SessionEnding struct {
	Why string `json:"why"` // for both sides, e.g. "engineer left", "revoked: person p", "window over"
}

// SessionEnded closes the chain of a session when nothing of it runs any more. Nothing of the session follows it.
type SessionEnded struct {
	// Count is the number of entries of the chain, this one included: a chain that was cut shows.
	Count int `json:"count"`
}

// Said is one message of the conversation between the parties (advise mode, questions, answers).
type Said struct {
	Words BlobRef `json:"words"`
}

// BreakGlass opens a narrow emergency way where the profile allows it; it is reviewed afterwards (R42).
type BreakGlass struct {
	Words BlobRef   `json:"words"`
	Until time.Time `json:"until"`
}

// BreakGlassReviewed closes the review. It belongs to no session's chain, since the session has usually ended.
type BreakGlassReviewed struct {
	Of      SessionID `json:"of"`
	Words   BlobRef   `json:"words"`
	Outcome string    `json:"outcome"` // "justified" or "not justified"
}

func (SessionRequested) Kind() Kind   { return "session.requested" }
func (SessionApproved) Kind() Kind    { return "session.approved" }
func (SessionRefused) Kind() Kind     { return "session.refused" }
func (ConsentGiven) Kind() Kind       { return "consent.given" }
func (SessionOpened) Kind() Kind      { return "session.opened" }
func (OwnerTold) Kind() Kind          { return "owner.told" }
func (SessionClaimed) Kind() Kind     { return "session.claimed" }
func (SessionHanded) Kind() Kind      { return "session.handed" }
func (SessionPaused) Kind() Kind      { return "session.paused" }
func (SessionResumed) Kind() Kind     { return "session.resumed" }
func (PresenceLost) Kind() Kind       { return "presence.lost" }
func (PresenceBack) Kind() Kind       { return "presence.back" }
func (SessionEnding) Kind() Kind      { return "session.ending" }
func (SessionEnded) Kind() Kind       { return "session.ended" }
func (Said) Kind() Kind               { return "said" }
func (BreakGlass) Kind() Kind         { return "breakglass.opened" }
func (BreakGlassReviewed) Kind() Kind { return "breakglass.reviewed" }
