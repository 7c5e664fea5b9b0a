package gateway

import (
	"time"

	"sallyport"
)

// Caller is who asks, as a door verified it. The gateway trusts its doors for who, and for nothing else.
type Caller struct {
	Person sallyport.PersonID
	Door   string // "ssh", "web" or "cli"
	Key    sallyport.KeyID
	From   string // network address, for the record
}

// Party is a person as another one may see them: what to call them and the verified facts that the viewer may know.
type Party struct {
	ID       sallyport.PersonID `json:"id"`
	Name     string             `json:"name"`
	Country  string             `json:"country,omitempty"` // physical location's country where known, else "unknown"
	Employer string             `json:"employer,omitempty"`
}

// TicketView is a ticket in a list.
type TicketView struct {
	ID           sallyport.TicketID      `json:"id"`
	Title        string                  `json:"title"`
	Text         string                  `json:"text,omitempty"`
	System       sallyport.SystemID      `json:"system"`
	Targets      []sallyport.TargetID    `json:"targets"`
	Engineer     Party                   `json:"engineer"`
	Mode         sallyport.Mode          `json:"mode"`
	Technologies []string                `json:"technologies,omitempty"`
	Scope        sallyport.TicketPurpose `json:"scope"`
	From         time.Time               `json:"from"`
	To           time.Time               `json:"to"`
	State        string                  `json:"state"` // open, closed, over
	Session      sallyport.SessionID     `json:"session,omitempty"`
}

// SessionView is a session with its actions, oldest first.
type SessionView struct {
	ID        sallyport.SessionID `json:"id"`
	Ticket    TicketView          `json:"ticket"`
	System    sallyport.SystemID  `json:"system"`
	Mode      sallyport.Mode      `json:"mode"`
	State     string              `json:"state"`             // requested, open, paused, ended
	Waiting   []string            `json:"waiting,omitempty"` // what the session still needs: approval, consent, escort, presence
	Engineer  Party               `json:"engineer"`
	Escort    *Party              `json:"escort,omitempty"`
	Present   bool                `json:"present"`       // the escort is there
	Why       string              `json:"why,omitempty"` // of a pause or an end
	Opened    time.Time           `json:"opened"`
	Until     time.Time           `json:"until"`
	Actions   []ActionSummary     `json:"actions,omitempty"`
	SignAsked bool                `json:"signAsked,omitempty"` // policy asks engineers to sign what they propose
	Can       []string            `json:"can"`                 // what the caller may do now: claim, pause, resume, end, hand, approve, consent, say
	// Accepted are the risk acceptances without which the engineer or the escort could not take part; in a session's own view.
	Accepted []AcceptedView `json:"accepted,omitempty"`
	// Match says who could escort, while the session waits for somebody who does.
	Match *MatchView `json:"match,omitempty"`
}

// AcceptedView is a risk acceptance that makes the difference.
type AcceptedView struct {
	Acceptance sallyport.AcceptID `json:"acceptance"`
	For        sallyport.PersonID `json:"for"`
	Rule       string             `json:"rule"`
	By         sallyport.PersonID `json:"by"`
	Until      time.Time          `json:"until"`
}

// ActionSummary is an action in a list or a transcript. Text is there for whoever may see it.
type ActionSummary struct {
	ID       sallyport.ActionID  `json:"id"`
	Session  sallyport.SessionID `json:"session"`
	Target   sallyport.TargetID  `json:"target"`
	State    string              `json:"state"` // see workflow.ActionState
	Text     string              `json:"text"`  // invalid UTF-8 replaced; ActionPage has the exact bytes
	Verdict  string              `json:"verdict,omitempty"`
	Summary  string              `json:"summary,omitempty"`
	Waiting  string              `json:"waiting,omitempty"` // for whom: "escort", "second person", "engineer's answer"
	Proposed time.Time           `json:"proposed"`
	Changed  time.Time           `json:"changed"`
	Exit     *int                `json:"exit,omitempty"`
	Why      string              `json:"why,omitempty"`     // of a refusal, a stop, a cancellation
	Runbook  string              `json:"runbook,omitempty"` // it was proposed under this runbook: it runs without a new decision
	Words    []Message           `json:"words,omitempty"`
}

// Message is a line of the conversation.
type Message struct {
	By   Party     `json:"by"`
	At   time.Time `json:"at"`
	What string    `json:"what"` // said, asked, answered, approved, refused, escalated
	Text string    `json:"text"`
}

// ActionPage is everything a decider is shown, whole and never truncated, with the digests that a decision must give back.
type ActionPage struct {
	ActionSummary
	Spec        sallyport.Spec       `json:"spec"`
	Pins        []sallyport.Pin      `json:"pins,omitempty"`
	Missing     []sallyport.Unpinned `json:"missing,omitempty"`
	Assessment  any                  `json:"assessment"` // a sallyport.Assessment
	SessionView SessionView          `json:"sessionView"`
	Need        []string             `json:"need"`                // who must decide still, in words
	Match       *MatchView           `json:"match,omitempty"`     // who could be the second person, while one is needed
	Seat        sallyport.Seat       `json:"seat,omitempty"`      // the seat in which the caller may decide, or "" if they may not
	CannotWhy   []string             `json:"cannotWhy,omitempty"` // why the caller may not decide, in sentences
	WordsAsked  bool                 `json:"wordsAsked"`          // policy asks deciders to state what it does in their own words
	SignAsked   bool                 `json:"signAsked"`
	Shown       sallyport.Shown      `json:"shown"` // give back with the decision
	Decisions   []DecisionView       `json:"decisions,omitempty"`
	Output      *OutputView          `json:"output,omitempty"`
}

// DecisionView is a decision that was taken.
type DecisionView struct {
	By      Party           `json:"by"`
	Seat    sallyport.Seat  `json:"seat"`
	Answer  string          `json:"answer"`
	Words   string          `json:"words,omitempty"`
	At      time.Time       `json:"at"`
	Seconds float64         `json:"seconds"` // between opening the page and deciding
	Shown   sallyport.Shown `json:"shown"`
}

// OutputView is what was recorded (for those whom policy lets see it) or released (for the engineer).
type OutputView struct {
	Stdout string `json:"stdout"` // lossy text, escape sequences inert
	Stderr string `json:"stderr"`
	Held   bool   `json:"held"`
	Cut    bool   `json:"cut"`
	Bytes  int64  `json:"bytes"`
	Replay bool   `json:"replay,omitempty"` // it is recorded, and the caller may watch it: an entry says so then. Nothing else is set
}

// QueueView is an escort's inbox.
type QueueView struct {
	Sessions []SessionView   `json:"sessions"` // that the caller escorts or may claim
	Actions  []ActionSummary `json:"actions"`  // that wait for the caller, oldest first
}

// Proposal is what an engineer proposes.
type Proposal struct {
	Session     sallyport.SessionID
	Target      sallyport.TargetID // "" is the ticket's only target
	Login       string             // "" is the target's default
	Interpreter string             // "" is the target's default
	Dir         string
	Env         []sallyport.EnvVar
	Text        []byte
	Stdin       []byte
	Runbook     sallyport.RunbookID
	Draft       sallyport.ActionID // of a challenge, which comes back with its Signature, and without the rest
	Signature   *sallyport.Signed
}

// DecisionRequest is a decider's answer to one action.
type DecisionRequest struct {
	Action sallyport.ActionID `json:"action"`
	Seat   sallyport.Seat     `json:"seat"`
	Answer string             `json:"answer"` // sallyport.Approve, Refuse, Question, Escalate
	Words  string             `json:"words"`
	Shown  sallyport.Shown    `json:"shown"` // as ActionPage gave it, Page filled in; Decided is set by the gateway
	Signed *sallyport.Signed  `json:"signed,omitempty"`
}

// Update is one step in the life of an action, as its follower sees it. Exactly one of Output and Note is set, or Done.
type Update struct {
	State  string // state after this step
	Note   string // one line for a person: "escort claimed the session", "approved by ...", ...
	Stderr bool   // Output belongs to stderr
	Output []byte // released bytes
	Done   bool   // nothing follows
	Exit   int    // with Done: the target's status, or one of the statuses of package sshd
	Why    string // with Done: why it did not run or was stopped; "" after an ordinary end
}

// Notice says that something changed; whoever hears it asks again for what they look at.
type Notice struct {
	Index   int64               `json:"index"`
	Kind    sallyport.Kind      `json:"kind"`
	Session sallyport.SessionID `json:"session,omitempty"`
	Action  sallyport.ActionID  `json:"action,omitempty"`
}

// LedgerLine is an entry in the auditor's list.
type LedgerLine struct {
	Index int64           `json:"index"`
	Leaf  string          `json:"leaf"` // base64 leaf hash
	Entry sallyport.Entry `json:"entry"`
	Says  string          `json:"says"` // one sentence
}

// LedgerFilter narrows a list. Zero fields do not filter.
type LedgerFilter struct {
	From, To int64 // indexes, To exclusive; 0 is the end
	Kind     string
	Session  sallyport.SessionID
	Person   sallyport.PersonID
	Limit    int
	Newest   bool // the last lines that fit, instead of the first
}

// LedgerPage is a page of the ledger with the state of its latest checkpoint.
type LedgerPage struct {
	Lines      []LedgerLine `json:"lines"`
	Size       int64        `json:"size"`
	Checkpoint string       `json:"checkpoint"` // the signed note
	At         time.Time    `json:"at"`
}

// RevokePreview is what a revocation would end.
type RevokePreview struct {
	Sessions []sallyport.SessionID `json:"sessions"`
	Actions  []sallyport.ActionID  `json:"actions"`
	People   []sallyport.PersonID  `json:"people"`
	Says     string                `json:"says"` // "this ends 3 sessions, 2 pending actions, 14 people"
	// Unstopped is what may still execute at the acknowledgement of a revocation that was done; empty is what it should be.
	Unstopped []Unstopped `json:"unstopped,omitempty"`
}

// Unstopped names something that was told to end, and did not or cannot be seen to have.
type Unstopped struct {
	Action sallyport.ActionID `json:"action"`
	Target sallyport.TargetID `json:"target"`
	Why    string             `json:"why"`
}

// PersonView is a person with facts as of a moment.
type PersonView struct {
	ID      sallyport.PersonID `json:"id"`
	Name    string             `json:"name"`
	Email   string             `json:"email,omitempty"`
	Roles   []RoleView         `json:"roles"`
	Facts   []FactView         `json:"facts"`
	Keys    []KeyView          `json:"keys"`
	Revoked bool               `json:"revoked,omitempty"`
}

// RoleView is a role assignment.
type RoleView struct {
	Role   sallyport.Role     `json:"role"`
	System sallyport.SystemID `json:"system"`
	Until  *time.Time         `json:"until,omitempty"`
}

// FactView is a fact with its freshness.
type FactView struct {
	Name         string               `json:"name"`
	State        string               `json:"state"` // known, expired, self-asserted, withheld
	Value        any                  `json:"value"` // a sallyport.Fact
	Verifier     sallyport.PersonID   `json:"verifier"`
	Recorded     time.Time            `json:"recorded"`
	Until        *time.Time           `json:"until,omitempty"`
	SelfAsserted bool                 `json:"selfAsserted,omitempty"`
	Entry        int64                `json:"entry"`                 // ledger index of the record
	Digest       sallyport.Digest     `json:"digest,omitempty"`      // of its blob: what a voucher vouches for
	Vouchers     []sallyport.PersonID `json:"vouchers,omitempty"`    // who gave a second word
	AsksVoucher  bool                 `json:"asksVoucher,omitempty"` // only its subject says so: another administrator's word is asked for
}

// KeyView is an enrolled key.
type KeyView struct {
	Key     sallyport.KeyID    `json:"key"`
	Form    string             `json:"form"`
	Use     []string           `json:"use"`
	Public  string             `json:"public"`
	Until   *time.Time         `json:"until,omitempty"`
	Passkey *sallyport.Passkey `json:"passkey,omitempty"`
}
