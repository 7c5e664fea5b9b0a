package sallyport

import "time"

// ReleaseRule says what of an output an engineer may see, and when.
type ReleaseRule string

const (
	ReleaseNow      ReleaseRule = "immediate"
	ReleaseRedacted ReleaseRule = "redacted"
	ReleaseHeld     ReleaseRule = "held" // until the escort releases it
)

// SystemSet adds an authorisation boundary or changes it: the whole new state.
type SystemSet struct {
	System       SystemID    `json:"system"`
	Name         string      `json:"name"`
	Profile      string      `json:"profile"` // the policy set in force for it
	Impact       string      `json:"impact,omitempty"`
	Technologies []string    `json:"technologies,omitempty"`
	Release      ReleaseRule `json:"release"`
	Markings     []string    `json:"markings,omitempty"`    // words that are redacted before release, as the system defines them
	OutputLimit  int64       `json:"outputLimit,omitempty"` // bytes recorded per action; 0 is DefaultOutput
	EscortCap    int         `json:"escortCap,omitempty"`   // concurrent sessions of one escort; 0 is no cap by the system
	Retired      bool        `json:"retired,omitempty"`
}

// TargetSet adds a host inside a system or changes it: the whole new state.
type TargetSet struct {
	Target       TargetID `json:"target"`
	System       SystemID `json:"system"`
	Address      string   `json:"address"` // host:port
	HostKey      string   `json:"hostKey"` // authorized_keys form, without comment
	Logins       []string `json:"logins"`  // the first one is the default
	Interpreter  string   `json:"interpreter"`
	Technologies []string `json:"technologies,omitempty"`
	Retired      bool     `json:"retired,omitempty"`
}

// TargetChecking is the permit to look at a target before any action runs there. Its index is the serial of the certificates that
// the look uses, Check their key id.
type TargetChecking struct {
	Target TargetID `json:"target"`
	Login  string   `json:"login"`
	Check  string   `json:"check"` // begins with CheckPrefix, so that it is no action's
}

// CheckPrefix begins the key id of every preflight.
const CheckPrefix = "preflight-"

// DisclosureSet is the versioned list of what a system's plan discloses about who takes part (R55, R57, R58).
type DisclosureSet struct {
	System    SystemID `json:"system"`
	Version   string   `json:"version"`
	Countries []string `json:"countries"` // ISO 3166-1 alpha-2; "*" means that any is disclosed
	Employers []string `json:"employers"`
}

// NetworksSet puts a list of the organisation's own networks in force: where whoever comes from them is. By and its time stand in the facts
// that are made from it.
type NetworksSet struct {
	Networks BlobRef `json:"networks"` // a Networks
	Content  Digest  `json:"content"`  // of the blob's content, without salt
}

// TicketOpened is a maintenance request: purpose, scope, system, planned window, engineer.
type TicketOpened struct {
	Ticket       TicketID   `json:"ticket"`
	System       SystemID   `json:"system"`
	Targets      []TargetID `json:"targets"`
	Engineer     PersonID   `json:"engineer"`
	Mode         Mode       `json:"mode"`
	Purpose      BlobRef    `json:"purpose"` // a TicketPurpose
	Technologies []string   `json:"technologies,omitempty"`
	From         time.Time  `json:"from"`
	To           time.Time  `json:"to"`
}

// TicketPurpose is the blob of TicketOpened.
type TicketPurpose struct {
	Title    string   `json:"title"`
	Text     string   `json:"text,omitempty"`
	Paths    []string `json:"paths,omitempty"` // scope: what the work is expected to touch
	Services []string `json:"services,omitempty"`
	Hosts    []string `json:"hosts,omitempty"`
}

// TicketClosed ends a ticket; its sessions end with it.
type TicketClosed struct {
	Ticket TicketID `json:"ticket"`
	Reason string   `json:"reason"`
}

// AcceptanceSigned is an approver's scoped, expiring exception (a risk acceptance).
type AcceptanceSigned struct {
	Acceptance AcceptID  `json:"acceptance"`
	System     SystemID  `json:"system"`
	Person     PersonID  `json:"person,omitempty"` // "" covers everyone that Rule concerns
	Rule       string    `json:"rule"`             // the policy that it sets aside
	Until      time.Time `json:"until"`
	Details    BlobRef   `json:"details"` // reason, compensating controls, document
	Signature  *Signed   `json:"signature,omitempty"`
}

// AcceptanceWarned says that those concerned were warned that an acceptance ends soon. By is the gateway.
type AcceptanceWarned struct {
	Acceptance AcceptID  `json:"acceptance"`
	Until      time.Time `json:"until"`
}

// AcceptanceEnded takes it back before its time.
type AcceptanceEnded struct {
	Acceptance AcceptID `json:"acceptance"`
	Reason     string   `json:"reason"`
}

// ApprovalRecorded refers to a written, in-force approval of view-only participation (R21).
type ApprovalRecorded struct {
	Approval  ApprovalID `json:"approval"`
	System    SystemID   `json:"system"`
	Countries []string   `json:"countries"`
	From      time.Time  `json:"from"`
	Until     time.Time  `json:"until"`
	Document  Digest     `json:"document"`
}

// RunbookSigned approves an exact action in advance.
type RunbookSigned struct {
	Runbook   RunbookID  `json:"runbook"`
	System    SystemID   `json:"system"`
	Targets   []TargetID `json:"targets"`
	Text      BlobRef    `json:"text"`    // a RunbookText
	Content   Digest     `json:"content"` // TaggedDigest of text, login, interpreter and directory: what must be equal
	Until     time.Time  `json:"until"`
	Escort    PersonID   `json:"escort"`
	Second    PersonID   `json:"second"`
	Signature *Signed    `json:"signature,omitempty"`
}

// RunbookText is the blob of RunbookSigned.
type RunbookText struct {
	Title       string `json:"title"`
	Text        []byte `json:"text"`
	Login       string `json:"login"`
	Interpreter string `json:"interpreter"`
	Dir         string `json:"dir"`
}

// RunbookTag separates the content digest of a runbook.
const RunbookTag = "sallyport/runbook/v1"

// Content is the digest that an action's spec must equal to run under the runbook.
func (r RunbookText) Content() Digest {
	return TaggedDigest(RunbookTag, string(r.Text), r.Login, r.Interpreter, r.Dir)
}

// RunbookSeconded is the second person's agreement: only from then on is the runbook in force.
type RunbookSeconded struct {
	Runbook   RunbookID `json:"runbook"`
	Signature *Signed   `json:"signature,omitempty"`
}

// RunbookWithdrawn ends it.
type RunbookWithdrawn struct {
	Runbook RunbookID `json:"runbook"`
	Reason  string    `json:"reason"`
}

// Revoked takes access away, now. What is one of person, employer, country, system, ticket, session, key, all.
type Revoked struct {
	What   string `json:"what"`
	Name   string `json:"name,omitempty"`
	Reason string `json:"reason"`
}

// Restored lifts a revocation.
type Restored struct {
	What   string `json:"what"`
	Name   string `json:"name,omitempty"`
	Reason string `json:"reason"`
}

func (SystemSet) Kind() Kind        { return "system.set" }
func (TargetSet) Kind() Kind        { return "target.set" }
func (TargetChecking) Kind() Kind   { return "target.checking" }
func (DisclosureSet) Kind() Kind    { return "disclosure.set" }
func (NetworksSet) Kind() Kind      { return "networks.set" }
func (TicketOpened) Kind() Kind     { return "ticket.opened" }
func (TicketClosed) Kind() Kind     { return "ticket.closed" }
func (AcceptanceSigned) Kind() Kind { return "acceptance.signed" }
func (AcceptanceWarned) Kind() Kind { return "acceptance.warned" }
func (AcceptanceEnded) Kind() Kind  { return "acceptance.ended" }
func (ApprovalRecorded) Kind() Kind { return "approval.recorded" }
func (RunbookSigned) Kind() Kind    { return "runbook.signed" }
func (RunbookSeconded) Kind() Kind  { return "runbook.seconded" }
func (RunbookWithdrawn) Kind() Kind { return "runbook.withdrawn" }
func (Revoked) Kind() Kind          { return "revoked" }
func (Restored) Kind() Kind         { return "restored" }
