// Package signature says what a person signs when they propose, decide, accept a risk or sign a runbook, and checks their signature:
// SSHSIG by a key of their SSH agent, or WebAuthn by a passkey. docs/spec/signatures.md has the bytes.
//
// The claim is narrow: an operator cannot invent such an act without the person's key. What the person saw when they signed is
// what their own program, or for a passkey the server's page, showed them.
package signature

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"sallyport"
)

// Tag separates everything that people sign from everything else.
const Tag = "sallyport/signature/v1"

// Namespace of SSHSIG signatures.
const Namespace = "sallyport"

// Forms of a signature.
const (
	SSH      = "sshsig"
	WebAuthn = "webauthn"
)

// Statement is what a person signs.
type Statement struct {
	Act    string // "proposal", "decision", "acceptance", "runbook", "second", "key"
	Digest sallyport.Digest
}

// Message gives the bytes that are signed: three lines.
func (s Statement) Message() []byte {
	return []byte(Tag + "\n" + s.Act + "\n" + string(s.Digest) + "\n")
}

func state(act string, fields ...string) Statement {
	return Statement{act, sallyport.TaggedDigest(Tag+" "+act, fields...)}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Proposal is what an engineer signs: exact work, for one target, until a moment.
func Proposal(by sallyport.PersonID, session sallyport.SessionID, b *sallyport.ActionProposed) Statement {
	return state("proposal", string(by), string(session), string(b.Action), string(b.Spec.Digest), string(b.Target), string(b.Runbook), stamp(b.Expires))
}

// Decision is what a decider signs: an answer to what they were shown since when, and of an approval the binding (DESIGN 4.6).
func Decision(by sallyport.PersonID, session sallyport.SessionID, b *sallyport.ActionDecided) Statement {
	words, expires := "", ""
	if b.Words != nil {
		words = string(b.Words.Digest)
	}
	if !b.Expires.IsZero() {
		expires = stamp(b.Expires)
	}
	return state("decision", string(by), string(session), string(b.Action), string(b.Seat), b.Answer,
		string(b.Shown.Spec), string(b.Shown.Pins), string(b.Shown.Assessment), stamp(b.Shown.Opened), string(b.Policy), string(b.Binding), expires, words)
}

// Acceptance is what an approver signs.
func Acceptance(by sallyport.PersonID, b *sallyport.AcceptanceSigned) Statement {
	return state("acceptance", string(by), string(b.Acceptance), string(b.System), string(b.Person), b.Rule, stamp(b.Until), string(b.Details.Digest))
}

// Runbook is what the escort signs who writes a runbook.
func Runbook(by sallyport.PersonID, b *sallyport.RunbookSigned) Statement {
	var targets []string
	for _, t := range b.Targets {
		targets = append(targets, string(t))
	}
	return state("runbook", string(by), string(b.Runbook), string(b.System), strings.Join(targets, "\n"), string(b.Content), stamp(b.Until), string(b.Escort), string(b.Second))
}

// Second is what the second person of a runbook signs.
func Second(by sallyport.PersonID, runbook sallyport.RunbookID, content sallyport.Digest) Statement {
	return state("second", string(by), string(runbook), string(content))
}

// Key is what a person signs, with the passkey itself, who offers it: that they hold it, and for which site.
func Key(by sallyport.PersonID, b *sallyport.KeyOffered) Statement {
	return state("key", string(by), string(b.Key), b.Public, base64.StdEncoding.EncodeToString(b.Passkey.Credential), b.Passkey.RPID, b.Passkey.Origin)
}

// Of gives what the author of an entry signs, and the signature that the entry carries, nil if none. ok is false for kinds that nobody
// signs. content gives the content digest of a runbook.
func Of(e sallyport.Entry, body sallyport.Body, content func(sallyport.RunbookID) sallyport.Digest) (s Statement, signed *sallyport.Signed, ok bool) {
	switch b := body.(type) {
	case *sallyport.ActionProposed:
		return Proposal(e.By, e.Session, b), b.Signature, true
	case *sallyport.ActionDecided:
		return Decision(e.By, e.Session, b), b.Signed, true
	case *sallyport.AcceptanceSigned:
		return Acceptance(e.By, b), b.Signature, true
	case *sallyport.RunbookSigned:
		return Runbook(e.By, b), b.Signature, true
	case *sallyport.RunbookSeconded:
		return Second(e.By, b.Runbook, content(b.Runbook)), b.Signature, true
	case *sallyport.KeyOffered:
		return Key(e.By, b), b.Signature, true
	}
	return s, nil, false
}

// Check verifies a signature over s by an enrolled key. Whether the key was the person's and in force is the caller's to know.
func Check(s Statement, signed *sallyport.Signed, key *sallyport.KeyEnrolled) error {
	switch {
	case signed.Form == SSH && key.Form == "ssh":
		if signed.Counter != 0 {
			return invalid("an SSH key does not count")
		}
		return checkSSH(s.Message(), signed.Sig, key.Public)
	case signed.Form == WebAuthn && key.Form == "webauthn":
		if key.Passkey == nil {
			return invalid("enrolled passkey has no site")
		}
		return checkWebAuthn(s.Message(), signed, key)
	}
	return sallyport.Errorf(sallyport.Invalid, "signature of form %q by a key of form %q", signed.Form, key.Form)
}

func invalid(format string, args ...any) error {
	return sallyport.Errorf(sallyport.Invalid, "signature: %s", fmt.Sprintf(format, args...))
}
