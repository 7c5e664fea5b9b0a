package sallyport

import "regexp"

// Identifiers are distinct types so that a signature says which it takes. All match [ValidID]; those that the gateway
// makes are a letter, a dash and random base32.
type (
	PersonID   string
	SystemID   string
	TargetID   string
	TicketID   string
	SessionID  string
	ActionID   string
	KeyID      string // an enrolled public key of a person
	AcceptID   string // a risk acceptance
	RunbookID  string
	ApprovalID string // a written process approval (R21)
)

// Gateway is the actor of entries that no person made: expiry, presence, recording, execution results.
const Gateway PersonID = "gateway"

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

// ValidID tells whether s may be an identifier: 1 to 63 letters, digits, dots, dashes and underscores, not starting with
// a punctuation mark. Nothing else is let into file names, SSH user names or URLs.
func ValidID(s string) bool { return idPattern.MatchString(s) }

// Digest is a SHA-256 digest in lower-case hexadecimal (64 characters), or "" for none.
type Digest string
