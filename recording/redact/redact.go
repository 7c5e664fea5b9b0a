// Package redact takes secrets, personal data and a system's own markings out of output before an engineer sees it, and lists
// exactly what it took, so that released = recorded minus strikes can be verified byte for byte.
//
// It finds what has a form: keys, tokens, passwords beside their names, card numbers, addresses. It does not understand text and is no
// protection against an author who encodes a secret on purpose: for that a system holds output until its escort releases it.
package redact

import (
	"bytes"
	"io"

	"sallyport/recording"
)

// Kinds of what is struck out, as the engineer reads them.
const (
	PrivateKey  = "private key"
	Token       = "access token"
	Password    = "password"
	Credential  = "credential in address"
	Card        = "card number"
	Email       = "e-mail address"
	Phone       = "phone number"
	NationalID  = "national id"
	BankAccount = "bank account"
	Marking     = "marking"
)

// Limits of what is held back before it is judged, in bytes.
const (
	maxHeld = 64 << 10 // a line without end is judged in pieces of this
	overlap = 8 << 10  // of which the last part is held back again: no secret on one line is longer
)

// Redactor is a writer that passes on what it is given, minus what it strikes out. It judges whole lines: what was written
// is held back until its line ends, or until Close. A secret cut between two writes is therefore seen whole.
type Redactor struct {
	w       io.Writer
	rules   *Rules
	held    []byte
	base    int64 // offset of held[0] in the stream
	inKey   bool  // between the first and the last line of a private key; its strike is open
	keyAt   int64 // where that strike began
	strikes []recording.Strike
	err     error
}

// New makes a redactor for one stream.
func New(w io.Writer, rules *Rules) *Redactor { return &Redactor{w: w, rules: rules} }

// Write takes all of p or fails for good.
func (r *Redactor) Write(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	r.held = append(r.held, p...)
	end := bytes.LastIndexByte(r.held, '\n') + 1
	if end > 0 {
		r.err = r.lines(end)
	}
	for r.err == nil && len(r.held) > maxHeld {
		r.err = r.piece()
	}
	if r.err != nil {
		return 0, r.err
	}
	return len(p), nil
}

// Close judges what was held back. It does not close the writer below.
func (r *Redactor) Close() error {
	if r.err != nil {
		return r.err
	}
	r.err = r.lines(len(r.held))
	if r.err == nil && r.inKey {
		r.err = r.endKey(r.base)
	}
	return r.err
}

// Strikes lists what was struck out so far, by offset in the stream as it was written.
func (r *Redactor) Strikes() []recording.Strike { return r.strikes }

// Size is the number of bytes of the stream that were judged so far: up to there, what was passed on and Strikes account for every
// byte. Inside a private key it stays at the key's beginning.
func (r *Redactor) Size() int64 {
	if r.inKey {
		return r.keyAt
	}
	return r.base
}

// lines judges held[:end], which ends with a line or the stream.
func (r *Redactor) lines(end int) error {
	text := r.held[:end]
	for len(text) > 0 {
		if r.inKey {
			n, ended := keyBody(text)
			if err := r.skip(n, ended); err != nil {
				return err
			}
			text = text[n:]
			continue
		}
		n := len(text)
		begins, after := keyBegin(text)
		if begins >= 0 {
			n = begins
		}
		if err := r.pass(text[:n], n); err != nil {
			return err
		}
		text = text[n:]
		if begins >= 0 {
			r.inKey, r.keyAt = true, r.base
			if err := r.skip(after-begins, false); err != nil {
				return err
			}
			text = text[after-begins:]
		}
	}
	r.held = append(r.held[:0], r.held[end:]...)
	return nil
}

// piece judges the beginning of a line that has grown too long to wait for its end.
func (r *Redactor) piece() error {
	if r.inKey {
		return r.lines(len(r.held) - overlap)
	}
	begins, _ := keyBegin(r.held)
	if begins >= 0 {
		return r.lines(len(r.held))
	}
	cut := len(r.held) - overlap
	strikes := r.rules.find(r.held)
	for _, s := range strikes {
		if s.from < cut && s.to > cut { // judged whole next time, when it stands at the beginning
			cut = s.from
		}
	}
	if cut == 0 { // one match over everything: longer than any secret; strike it in pieces
		cut = len(r.held) - overlap
		strikes = []span{{0, cut, strikes[0].kind}}
	}
	n := 0
	for _, s := range strikes {
		if s.to <= cut {
			strikes[n] = s
			n++
		}
	}
	if err := r.emit(r.held[:cut], strikes[:n]); err != nil {
		return err
	}
	r.held = append(r.held[:0], r.held[cut:]...)
	return nil
}

// pass writes text with its secrets struck out and moves on by n bytes.
func (r *Redactor) pass(text []byte, n int) error {
	if n == 0 {
		return nil
	}
	return r.emit(text, r.rules.find(text))
}

func (r *Redactor) emit(text []byte, spans []span) error {
	at := 0
	for _, s := range spans {
		if err := r.write(text[at:s.from]); err != nil {
			return err
		}
		if err := r.write([]byte(recording.Mark(s.kind))); err != nil {
			return err
		}
		r.strikes = append(r.strikes, recording.Strike{At: r.base + int64(s.from), Length: int64(s.to - s.from), Kind: s.kind})
		at = s.to
	}
	r.base += int64(len(text))
	return r.write(text[at:])
}

// skip moves over n bytes of a private key.
func (r *Redactor) skip(n int, ended bool) error {
	r.base += int64(n)
	if ended {
		return r.endKey(r.base)
	}
	return nil
}

func (r *Redactor) endKey(end int64) error {
	r.inKey = false
	r.strikes = append(r.strikes, recording.Strike{At: r.keyAt, Length: end - r.keyAt, Kind: PrivateKey})
	return r.write([]byte(recording.Mark(PrivateKey)))
}

func (r *Redactor) write(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	_, err := r.w.Write(p)
	return err
}
