package sallyport

import "time"

// Body is what an entry says. Each kind has one type; see the files entry_*.go.
type Body interface{ Kind() Kind }

// LogOpened is the first entry of every log.
type LogOpened struct {
	Origin   string `json:"origin"`   // of the checkpoints (C2SP tlog-checkpoint)
	Key      string `json:"key"`      // the log's public key, note verifier form (C2SP signed-note)
	Software string `json:"software"` // version that opened it
}

// Heartbeat makes silence visible: one is written at least every interval while the server runs.
type Heartbeat struct {
	Every   time.Duration `json:"every"` // nanoseconds; the longest wait until the next one
	Started bool          `json:"started,omitempty"`
	Stopped bool          `json:"stopped,omitempty"` // an orderly stop: silence after it is not a gap
}

// PolicySet puts a profile's policies in force for the systems that name it. Policies are data: the blob holds the whole
// folder, so that a verifier evaluates with the policies of the moment.
type PolicySet struct {
	Profile string  `json:"profile"`
	Version string  `json:"version"`
	Policy  BlobRef `json:"policy"`
	// Digest of the policy set's content, without salt: shipped profiles can be recognised.
	Content Digest `json:"content"`
}

// ListSet puts a dated country list in force (R5).
type ListSet struct {
	List    string  `json:"list"`
	Version string  `json:"version"`
	Blob    BlobRef `json:"blob"`
	Content Digest  `json:"content"`
}

// Signed is a person's own signature over an entry's binding or body digest (see docs/spec/signatures.md).
type Signed struct {
	Key     KeyID  `json:"key"`
	Form    string `json:"form"` // "sshsig" or "webauthn"
	Sig     []byte `json:"sig"`
	Counter uint32 `json:"counter,omitempty"` // of a passkey that counts: never goes back
}

// SignatureOf gives the signature that a body carries, nil if none.
func SignatureOf(b Body) *Signed {
	switch b := b.(type) {
	case *ActionProposed:
		return b.Signature
	case *ActionDecided:
		return b.Signed
	case *AcceptanceSigned:
		return b.Signature
	case *RunbookSigned:
		return b.Signature
	case *RunbookSeconded:
		return b.Signature
	case *KeyOffered:
		return b.Signature
	}
	return nil
}

// ExportMade says that someone took evidence out.
type ExportMade struct {
	What   string `json:"what"`   // the filter, in the words of the command
	Digest Digest `json:"digest"` // of the bundle, or "" where it was streamed
	Bytes  int64  `json:"bytes"`
	// Systems and Sessions are those that the filter names: policy is asked about each. Where it names neither, about every system.
	Systems  []SystemID  `json:"systems,omitempty"`
	Sessions []SessionID `json:"sessions,omitempty"`
}

// ReplayWatched says who looked at a recording or at output that was not released to them.
type ReplayWatched struct {
	Action ActionID  `json:"action,omitempty"`
	Of     SessionID `json:"of,omitempty"` // the session, where what was looked at belongs to no action
	Why    string    `json:"why,omitempty"`
}

// PageShown says that a person who is not its engineer was shown an action: its text with what it was judged by, what is recorded of
// its output, or what was released of it. By is the gateway, which states what it did.
type PageShown struct {
	Person PersonID `json:"person"`
	Action ActionID `json:"action"`
	What   string   `json:"what"`             // "text", "recording" or "released"
	Chunks int      `json:"chunks,omitempty"` // how many chunks of the action's recording were shown
}

// Witnessed records a cosignature by a witness over a checkpoint of this log.
type Witnessed struct {
	Size    int64  `json:"size"`
	Witness string `json:"witness"`
	Line    string `json:"line"` // the signature line, C2SP tlog-cosignature
}

func (LogOpened) Kind() Kind     { return "log.opened" }
func (Heartbeat) Kind() Kind     { return "heartbeat" }
func (PolicySet) Kind() Kind     { return "policy.set" }
func (ListSet) Kind() Kind       { return "list.set" }
func (ExportMade) Kind() Kind    { return "export.made" }
func (ReplayWatched) Kind() Kind { return "replay.watched" }
func (PageShown) Kind() Kind     { return "page.shown" }
func (Witnessed) Kind() Kind     { return "witnessed" }
