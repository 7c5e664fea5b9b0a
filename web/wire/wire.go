// Package wire holds the JSON shapes of the HTTP API that are not already views of package gateway or bodies of entries.
// Server and client share them, so that the two cannot disagree. It does no I/O. docs/spec/api.md lists the routes.
package wire

import (
	"encoding/json"
	"time"

	"sallyport"
	"sallyport/evidence"
	"sallyport/gateway"
)

// Limits of what a client may send, in bytes of JSON.
const (
	MaxBody     = 64 << 10           // every request, unless said otherwise
	MaxProposal = 15 << 20           // a proposal: sallyport.MaxText in base64, and some room
	MaxContent  = 8 << 20            // a policy set, a list, a runbook
	MaxRoster   = 256 << 20          // a roster: 100,000 people with ten facts each, and some room
	MaxWords    = sallyport.MaxWords // one message of a person
)

// Error is the body of every answer that is not a success.
type Error struct {
	Code    sallyport.Code `json:"code"`
	Message string         `json:"message"`
	Hint    string         `json:"hint,omitempty"`
}

// Me says who the caller is and what this server offers them. Can is advice for a menu: the gateway decides each request anew.
type Me struct {
	Person sallyport.PersonID `json:"person"`
	Name   string             `json:"name,omitempty"`
	Roles  []gateway.RoleView `json:"roles,omitempty"`
	Keys   []gateway.KeyView  `json:"keys,omitempty"` // enrolled and not retired
	Door   string             `json:"door"`
	Until  *time.Time         `json:"until,omitempty"` // when the browser session ends at the latest
	Can    []string           `json:"can"`             // names of pages: queue, tickets, ledger, people, systems, targets, ...
	// AsksVoucher is how many facts have only their subject as a witness: the caller could give the second word that is asked for.
	AsksVoucher int       `json:"asksVoucher,omitempty"`
	Page        string    `json:"page"` // version of the console this server serves, for Shown.Page
	Version     string    `json:"version"`
	Server      time.Time `json:"server"`         // the server's clock
	Site        *Site     `json:"site,omitempty"` // of passkeys; absent where browsers make none for this console
}

// Site is what passkeys of a console are bound to.
type Site struct {
	RPID   string `json:"rpId"`
	Origin string `json:"origin"`
}

// Passkey offers a passkey of the caller's own. Its challenge is asked for without Signed, and answered with it.
type Passkey struct {
	Credential []byte            `json:"credential"`
	Public     []byte            `json:"public"` // COSE key
	Signed     *sallyport.Signed `json:"signed,omitempty"`
}

// PasskeyChallenge is what a new passkey signs.
type PasskeyChallenge struct {
	Key       sallyport.KeyID `json:"key"`
	Challenge []byte          `json:"challenge"`
}

// VouchKey enrols an offered passkey.
type VouchKey struct {
	Key   sallyport.KeyID `json:"key"`
	Until *time.Time      `json:"until,omitempty"`
}

// DecisionChallenge is a decision to sign, with what a passkey signs of it.
type DecisionChallenge struct {
	gateway.DecisionChallenge
	Challenge []byte `json:"challenge"`
}

// ProposalChallenge is a proposal to sign, with what a passkey signs of it.
type ProposalChallenge struct {
	gateway.ProposalChallenge
	Challenge []byte `json:"challenge"`
}

// Link is a one-time sign-in link.
type Link struct {
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

// Words is a person's message, answer or reason.
type Words struct {
	Words string `json:"words"`
}

// Strike lists the words that are struck out of held output before it is released.
type Strike struct {
	Strike []string `json:"strike"`
}

// Watch asks for one part of a recording. Why is for the entry that says who watched.
type Watch struct {
	Part int    `json:"part"`
	Why  string `json:"why,omitempty"`
}

// HandOver passes a session on; To is "" for anyone eligible.
type HandOver struct {
	To    sallyport.PersonID `json:"to"`
	Words string             `json:"words"`
}

// Presence is the heartbeat of an escort's page.
type Presence struct {
	Hidden bool `json:"hidden"`
}

// Here is where the caller says they are: ISO 3166-1 alpha-2.
type Here struct {
	Country string `json:"country"`
}

// Session is a session with its conversation.
type Session struct {
	Session      gateway.SessionView `json:"session"`
	Conversation []gateway.Message   `json:"conversation"`
}

// Proposal is what an engineer proposes. Bytes are base64.
type Proposal struct {
	Target      sallyport.TargetID  `json:"target,omitempty"`
	Login       string              `json:"login,omitempty"`
	Interpreter string              `json:"interpreter,omitempty"`
	Dir         string              `json:"dir,omitempty"`
	Env         []sallyport.EnvVar  `json:"env,omitempty"`
	Text        []byte              `json:"text"`
	Stdin       []byte              `json:"stdin,omitempty"`
	Runbook     sallyport.RunbookID `json:"runbook,omitempty"`
	Draft       sallyport.ActionID  `json:"draft,omitempty"` // of a challenge: comes with Signature and nothing else
	Signature   *sallyport.Signed   `json:"signature,omitempty"`
}

// Decision is a decider's answer.
type Decision struct {
	Seat   sallyport.Seat    `json:"seat"`
	Answer string            `json:"answer"` // approve, refuse, ask, escalate
	Words  string            `json:"words"`
	Shown  sallyport.Shown   `json:"shown"` // as the action's page gave it, with Page filled in
	Signed *sallyport.Signed `json:"signed,omitempty"`
}

// Step is one step in the life of an action, as its follower sees it.
type Step struct {
	State  string `json:"state"`
	Note   string `json:"note,omitempty"`
	Stderr bool   `json:"stderr,omitempty"`
	Output []byte `json:"output,omitempty"`
	Done   bool   `json:"done,omitempty"`
	Exit   int    `json:"exit,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Person adds a person.
type Person struct {
	Person sallyport.PersonID `json:"person"`
	sallyport.PersonDetails
}

// Fact records a fact. Verifier and Verified are the caller and now where they are left out. What Value holds follows from the name's kind; see sallyport.FactKinds.
type Fact struct {
	Name         string             `json:"name"`
	Value        json.RawMessage    `json:"value"`
	Evidence     sallyport.Evidence `json:"evidence"`
	Verifier     sallyport.PersonID `json:"verifier,omitempty"`
	Verified     *time.Time         `json:"verified,omitempty"`
	Until        *time.Time         `json:"until,omitempty"`
	SelfAsserted bool               `json:"selfAsserted,omitempty"`
}

// Vouch adds the caller's word to a fact, which is named by the digest of its blob.
type Vouch struct {
	Fact sallyport.Digest `json:"fact"`
}

// Reason says why something is taken back.
type Reason struct {
	Reason string `json:"reason"`
}

// Key enrols a key of a person. The server computes the fingerprint of an SSH key.
type Key struct {
	Public string     `json:"public"` // authorized_keys form
	Use    []string   `json:"use"`    // signin, sign
	Until  *time.Time `json:"until,omitempty"`
}

// KeyRetired ends a key.
type KeyRetired struct {
	Key    sallyport.KeyID `json:"key"`
	Reason string          `json:"reason"`
}

// Role gives a role on a system ("*" is every system), or takes it away.
type Role struct {
	Role   sallyport.Role     `json:"role"`
	System sallyport.SystemID `json:"system"`
	Until  *time.Time         `json:"until,omitempty"`
}

// Ticket opens a ticket.
type Ticket struct {
	Ticket       sallyport.TicketID   `json:"ticket"`
	System       sallyport.SystemID   `json:"system"`
	Targets      []sallyport.TargetID `json:"targets"`
	Engineer     sallyport.PersonID   `json:"engineer"`
	Mode         sallyport.Mode       `json:"mode"`
	Technologies []string             `json:"technologies,omitempty"`
	From         time.Time            `json:"from"`
	To           time.Time            `json:"to"`
	sallyport.TicketPurpose
}

// TargetCheck asks for a preflight of a target.
type TargetCheck struct {
	Login string `json:"login"` // "" is the target's first one
}

// GlassReview closes the review of an emergency. Outcome is "justified" or "not justified".
type GlassReview struct {
	Outcome string `json:"outcome"`
	Words   string `json:"words"`
}

// Disclosure is the versioned list of who takes part in the maintenance of a system.
type Disclosure struct {
	Version   string   `json:"version"`
	Countries []string `json:"countries"`
	Employers []string `json:"employers"`
}

// Content is a policy set or a list. It says its own version.
type Content struct {
	Content []byte `json:"content"`
}

// AcceptanceChallenge is a risk acceptance to sign, with what a passkey signs of it.
type AcceptanceChallenge struct {
	gateway.AcceptanceChallenge
	Challenge []byte `json:"challenge"`
}

// Challenge is what a passkey signs.
type Challenge struct {
	Challenge []byte `json:"challenge"`
}

// Acceptance signs a risk acceptance.
type Acceptance struct {
	Acceptance sallyport.AcceptID `json:"acceptance"`
	System     sallyport.SystemID `json:"system"`
	Person     sallyport.PersonID `json:"person,omitempty"`
	Rule       string             `json:"rule"`
	Until      time.Time          `json:"until"`
	Details    AcceptanceDetails  `json:"details"`
	Signature  *sallyport.Signed  `json:"signature,omitempty"`
}

// AcceptanceDetails is the blob of an acceptance.
type AcceptanceDetails struct {
	Reason   string           `json:"reason"`
	Controls []string         `json:"controls,omitempty"` // compensating controls
	Document sallyport.Digest `json:"document,omitempty"`
}

// Runbook signs a runbook as its escort; the second person agrees with another request.
type Runbook struct {
	Runbook   sallyport.RunbookID   `json:"runbook"`
	System    sallyport.SystemID    `json:"system"`
	Targets   []sallyport.TargetID  `json:"targets"`
	Text      sallyport.RunbookText `json:"text"`
	Until     time.Time             `json:"until"`
	Second    sallyport.PersonID    `json:"second"`
	Signature *sallyport.Signed     `json:"signature,omitempty"`
}

// Seconded is the second person's agreement to a runbook.
type Seconded struct {
	Signature *sallyport.Signed `json:"signature,omitempty"`
}

// Export chooses what a bundle discloses. All must be set to disclose everything: nobody does that by leaving a field out.
type Export struct {
	All    bool            `json:"all,omitempty"`
	Filter evidence.Filter `json:"filter"`
}

// The trailers of a bundle that arrived whole: its SHA-256 in hex, and its size in bytes. Both are in the ledger too.
const (
	TrailerDigest = "Sallyport-Digest"
	TrailerBytes  = "Sallyport-Bytes"
)

// Period is from <= t < to. A time left out is no bound.
type Period struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
}
