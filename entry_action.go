package sallyport

import "time"

// ActionProposed puts exact work before the deciders.
type ActionProposed struct {
	Action    ActionID  `json:"action"`
	Spec      BlobRef   `json:"spec"` // a Spec
	Target    TargetID  `json:"target"`
	Runbook   RunbookID `json:"runbook,omitempty"`
	Expires   time.Time `json:"expires"` // undecided by then, it is over
	Signature *Signed   `json:"signature,omitempty"`
}

// ActionReading is the permit to read files of the target that the text runs. Its index is the serial of the reading's
// certificate.
type ActionReading struct {
	Action ActionID `json:"action"`
	Words  BlobRef  `json:"words"` // JSON list of the words read
}

// ActionResolved says what was read and pinned. Contents, digests, even existence are hidden from the engineer until released.
type ActionResolved struct {
	Action  ActionID `json:"action"`
	Pins    *BlobRef `json:"pins,omitempty"`    // a []Pin
	Missing *BlobRef `json:"missing,omitempty"` // a []Unpinned: what could not be pinned, and why
}

// Unpinned is a reference that could not be pinned.
type Unpinned struct {
	Word string `json:"word"`
	Why  string `json:"why"`
}

// ActionAssessed records the assessment that deciders are shown.
type ActionAssessed struct {
	Action     ActionID `json:"action"`
	Assessment BlobRef  `json:"assessment"` // an Assessment
	Verdict    string   `json:"verdict"`
	Kinds      []string `json:"kinds,omitempty"` // effect kinds, sorted: what policy sees
	Needs      []string `json:"needs,omitempty"` // technologies that the work touches, sorted
	Complete   bool     `json:"complete"`
}

// Answer of a decider.
const (
	Approve  = "approve"
	Refuse   = "refuse"
	Question = "ask"
	Escalate = "escalate"
)

// Shown says what the decider had before them (DESIGN 4.5): it cannot be back-filled.
type Shown struct {
	Spec       Digest    `json:"spec"`
	Pins       Digest    `json:"pins,omitempty"`
	Assessment Digest    `json:"assessment"`
	Page       string    `json:"page"` // version of the page or program that showed it
	Opened     time.Time `json:"opened"`
	Decided    time.Time `json:"decided"`
}

// ActionDecided is a decider's answer.
type ActionDecided struct {
	Action   ActionID  `json:"action"`
	Seat     Seat      `json:"seat"`
	Answer   string    `json:"answer"`
	Words    *BlobRef  `json:"words,omitempty"`
	Shown    Shown     `json:"shown"`
	Policy   Digest    `json:"policy"`            // content digest of the policy set in force
	Binding  Digest    `json:"binding,omitempty"` // of an approval
	Expires  time.Time `json:"expires,omitzero"`  // of an approval
	Why      []string  `json:"why,omitempty"`     // policies and list versions that allowed it
	Signed   *Signed   `json:"signature,omitempty"`
	Position int64     `json:"position"` // ledger size that the decision was taken at
}

// ActionAnswered is the engineer's answer to a question.
type ActionAnswered struct {
	Action ActionID `json:"action"`
	Words  BlobRef  `json:"words"`
}

// ActionWithdrawn takes a proposal back before it starts.
type ActionWithdrawn struct {
	Action ActionID `json:"action"`
}

// ActionCancelled ends an action that never started: expired, revoked, session over.
type ActionCancelled struct {
	Action ActionID `json:"action"`
	Why    string   `json:"why"`
}

// ActionStarted is the permit. Whoever writes it executes the action; nobody else can. Its index is the certificate's serial.
type ActionStarted struct {
	Action   ActionID  `json:"action"`
	Binding  []Digest  `json:"binding"`  // of the approvals it rests on; empty under a runbook
	Rendered Digest    `json:"rendered"` // see RenderedDigest
	Runbook  RunbookID `json:"runbook,omitempty"`
	Policy   Digest    `json:"policy"`
	Why      []string  `json:"why,omitempty"`
}

// RenderedTag separates the digest of a rendering.
const RenderedTag = "sallyport/rendering/v1"

// RenderedDigest hashes a rendering together with the digest of the spec's blob, which is salted: a guess at the text
// cannot be confirmed from the entry alone.
func RenderedDigest(spec Digest, rendering string) Digest {
	return TaggedDigest(RenderedTag, string(spec), rendering)
}

// ActionStopping says that someone asked a running action to end.
type ActionStopping struct {
	Action ActionID `json:"action"`
	Why    string   `json:"why"`
}

// ActionFinished is the outcome of an execution.
type ActionFinished struct {
	Action   ActionID `json:"action"`
	Exit     int      `json:"exit"`               // the target's status; 128+n after signal n
	Stopped  string   `json:"stopped,omitempty"`  // why it was ended before its own end: timeout, output limit, revoked, ...
	Survived []string `json:"survived,omitempty"` // processes that escaped the group, named, never denied
	Output   int64    `json:"output"`             // bytes recorded
	Cut      bool     `json:"cut,omitempty"`      // the output limit was reached
}

// ActionFailed says that the permit was written and nothing ran: the target could not be reached or refused.
type ActionFailed struct {
	Action ActionID `json:"action"`
	Why    string   `json:"why"`
}

// ActionInterrupted says that the outcome is unknown: the gateway or its link died. It is never run again by itself.
type ActionInterrupted struct {
	Action ActionID `json:"action"`
	Why    string   `json:"why"`
}

// RecordingChunk seals a part of the recording of a session.
type RecordingChunk struct {
	Action ActionID `json:"action,omitempty"`
	Number int      `json:"number"` // from 0, per session
	Chunk  BlobRef  `json:"chunk"`
	Raw    int64    `json:"raw"` // bytes of frames before compression
}

// OutputReleased says what of an action's output the engineer may see, byte for byte.
type OutputReleased struct {
	Action   ActionID `json:"action"`
	Released BlobRef  `json:"released"`          // a released stream: the frames that went out
	Struck   *BlobRef `json:"struck,omitempty"`  // what was redacted: offsets and kinds
	Final    bool     `json:"final"`             // nothing more of this action will be released by itself
	Reached  bool     `json:"reached,omitempty"` // it was written to the engineer's connection
}

func (ActionProposed) Kind() Kind    { return "action.proposed" }
func (ActionReading) Kind() Kind     { return "action.reading" }
func (ActionResolved) Kind() Kind    { return "action.resolved" }
func (ActionAssessed) Kind() Kind    { return "action.assessed" }
func (ActionDecided) Kind() Kind     { return "action.decided" }
func (ActionAnswered) Kind() Kind    { return "action.answered" }
func (ActionWithdrawn) Kind() Kind   { return "action.withdrawn" }
func (ActionCancelled) Kind() Kind   { return "action.cancelled" }
func (ActionStarted) Kind() Kind     { return "action.started" }
func (ActionStopping) Kind() Kind    { return "action.stopping" }
func (ActionFinished) Kind() Kind    { return "action.finished" }
func (ActionFailed) Kind() Kind      { return "action.failed" }
func (ActionInterrupted) Kind() Kind { return "action.interrupted" }
func (RecordingChunk) Kind() Kind    { return "recording.chunk" }
func (OutputReleased) Kind() Kind    { return "output.released" }
