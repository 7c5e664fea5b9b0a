package sallyport

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// Limits of an action. Sizes in bytes.
const (
	MaxText        = 10 << 20 // text of one action, pinned files and standard input together
	MaxInline      = 64 << 10 // above this the bytes travel on stdin: a certificate fails at about 131 kB
	MaxEnv         = 64
	MaxPath        = 4096
	MaxPins        = 64
	MaxWords       = 8 << 10 // a decider's or an engineer's words
	DefaultTimeout = 10 * time.Minute
	DefaultOutput  = 64 << 20
)

// EnvVar is one explicitly set variable of an action.
type EnvVar struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ActionLimits bound an execution.
type ActionLimits struct {
	Timeout time.Duration `json:"timeout"` // nanoseconds of wall time
	Output  int64         `json:"output"`  // bytes of stdout and stderr together that are recorded before the action is stopped
}

// Spec is the exact work of an action: what the engineer proposed and what will run, if anything runs. It is stored as
// one blob; entries refer to it by digest.
type Spec struct {
	Action      ActionID     `json:"action"`
	Session     SessionID    `json:"session"`
	Text        []byte       `json:"text"` // as it came, base64 in JSON
	Target      TargetID     `json:"target"`
	Address     string       `json:"address"` // the target's, host:port
	HostKey     string       `json:"hostKey"` // the target's host key, authorized_keys form without comment
	Login       string       `json:"login"`
	Interpreter string       `json:"interpreter"` // absolute path: /bin/sh or /bin/bash
	Dir         string       `json:"dir"`         // working directory; "" is the login's home
	Env         []EnvVar     `json:"env,omitempty"`
	Stdin       []byte       `json:"stdin,omitempty"`
	Limits      ActionLimits `json:"limits"`
}

// Pin is a file of the target that the text runs, read before the assessment and shipped with the execution: the path is
// never read again.
type Pin struct {
	Path    string `json:"path"`    // absolute, as resolved on the target
	Word    string `json:"word"`    // as the text names it
	Offset  int    `json:"offset"`  // byte offset of the word in Spec.Text
	Length  int    `json:"length"`  // bytes of the word, quotes included
	Command bool   `json:"command"` // the word stands where a command stands, not where a file operand stands
	Content []byte `json:"content"`
}

// Binding is everything that an approval fits, and nothing else: one approval, one action, once (DESIGN 4.6).
type Binding struct {
	Action     ActionID
	Session    SessionID
	Spec       Digest // blob digest of the Spec: text, stdin, target, address, host key, login, interpreter, cwd, env, limits
	Pins       Digest // blob digest of the []Pin, or ""
	Assessment Digest // blob digest of the assessment that was shown
	Policy     Digest // of the policy set in force
	Expires    time.Time
}

// BindingTag separates the digest of a binding from every other digest.
const BindingTag = "sallyport/approval/v1"

// Digest hashes the binding: the tag and each field, each preceded by its length as eight bytes, big-endian. The expiry
// is in RFC 3339 with nanoseconds, UTC.
func (b Binding) Digest() Digest {
	return TaggedDigest(BindingTag, string(b.Action), string(b.Session), string(b.Spec), string(b.Pins),
		string(b.Assessment), string(b.Policy), b.Expires.UTC().Format(time.RFC3339Nano))
}

// TaggedDigest is SHA-256 over tag and fields, each preceded by its length as eight bytes, big-endian.
func TaggedDigest(tag string, fields ...string) Digest {
	h := sha256.New()
	write := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	write(tag)
	for _, f := range fields {
		write(f)
	}
	return Digest(hex.EncodeToString(h.Sum(nil)))
}
