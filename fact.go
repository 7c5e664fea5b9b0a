package sallyport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// FactState is how far a fact can be relied on at a moment. Unknown and expired are distinct, and neither is known (R10).
type FactState string

const (
	FactKnown      FactState = "known"
	FactUnknown    FactState = "unknown"    // nobody recorded it, or it was withdrawn
	FactExpired    FactState = "expired"    // it was known until its time was over
	FactUnverified FactState = "unverified" // only its subject says so, and the profile does not accept that
	FactWithheld   FactState = "withheld"   // recorded, but not disclosed to whoever checks
)

// MaxFact is the size limit of an encoded fact in bytes.
const MaxFact = 16 << 10

// Evidence says what a fact was verified against. The document itself stays with the organisation.
type Evidence struct {
	Kind      string `json:"kind"`             // passport, contract, investigation record, certificate, ...
	Reference string `json:"reference"`        // where the organisation finds it
	Digest    Digest `json:"digest,omitempty"` // of the document
}

// Fact is the blob of FactRecorded: what a person in the organisation verified about someone, by what, when and until
// when (R6, R7, R10). Facts are recorded, never derived: nothing in Sallyport computes one from a name, a language, a
// time zone or an address.
type Fact struct {
	Name         string     `json:"name"`
	Value        FactValue  `json:"value"`
	Evidence     Evidence   `json:"evidence"`
	Verifier     PersonID   `json:"verifier"`
	Verified     time.Time  `json:"verified"`
	Until        *time.Time `json:"until,omitempty"` // from this moment on the fact is expired
	SelfAsserted bool       `json:"selfAsserted,omitempty"`
}

// Kind is the part of a fact's name before the first colon.
func (f Fact) Kind() string { return FactKind(f.Name) }

// FactKind is the part of name before the first colon: "qualification" for "qualification:nginx:change".
func FactKind(name string) string {
	kind, _, _ := strings.Cut(name, ":")
	return kind
}

// StateAt tells whether the fact's time is over at now.
func (f Fact) StateAt(now time.Time) FactState {
	if f.Until != nil && !now.Before(*f.Until) {
		return FactExpired
	}
	return FactKnown
}

var evidenceKind = regexp.MustCompile(`^[a-z0-9][a-z0-9 ._-]{0,63}$`)

// Validate checks every field. The name must be the one that the value has.
func (f Fact) Validate() error {
	if f.Value == nil {
		return Errorf(Invalid, "fact %q has no value", f.Name)
	}
	if err := f.Value.Validate(); err != nil {
		return err
	}
	if want := f.Value.FactName(); f.Name != want {
		return Errorf(Invalid, "fact is named %q, its value says %q", f.Name, want)
	}
	if !evidenceKind.MatchString(f.Evidence.Kind) {
		return Errorf(Invalid, "evidence kind %q of fact %q is not 1 to 64 lower-case letters, digits, spaces, dots and dashes", f.Evidence.Kind, f.Name)
	}
	if f.Evidence.Reference == "" || len(f.Evidence.Reference) > 512 {
		return Errorf(Invalid, "evidence reference of fact %q is empty or longer than 512 bytes", f.Name).
			WithHint("say where the document is kept: a record number, not the document itself")
	}
	if d := string(f.Evidence.Digest); d != "" && !digestPattern.MatchString(d) {
		return Errorf(Invalid, "evidence digest %q of fact %q is not 64 lower-case hexadecimal digits", d, f.Name)
	}
	if !ValidID(string(f.Verifier)) {
		return Errorf(Invalid, "verifier %q of fact %q is not a person's id", f.Verifier, f.Name)
	}
	if f.Verified.IsZero() || f.Verified.Location() != time.UTC {
		return Errorf(Invalid, "time of verification of fact %q is missing or not in UTC", f.Name)
	}
	if f.Until != nil && (f.Until.Location() != time.UTC || !f.Until.After(f.Verified)) {
		return Errorf(Invalid, "fact %q ends at %q, which is not after its verification at %q", f.Name, f.Until.Format(time.RFC3339), f.Verified.Format(time.RFC3339))
	}
	return nil
}

var digestPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Encode gives the bytes of the blob.
func (f Fact) Encode() ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	b, err := EncodeJSON(f)
	if err != nil {
		return nil, err
	}
	if len(b) > MaxFact {
		return nil, Errorf(Limited, "fact %q is %d bytes, more than %d", f.Name, len(b), MaxFact)
	}
	return b, nil
}

// DecodeFact reads the blob of a fact. It accepts only what Encode writes.
func DecodeFact(b []byte) (Fact, error) {
	var f Fact
	if len(b) > MaxFact {
		return f, Errorf(Limited, "fact is %d bytes, more than %d", len(b), MaxFact)
	}
	if err := DecodeJSON(b, &f); err != nil {
		return Fact{}, fmt.Errorf("decode fact: %w", err)
	}
	again, err := f.Encode()
	if err != nil {
		return Fact{}, err
	}
	if !bytes.Equal(again, b) {
		return Fact{}, Errorf(Invalid, "fact %q is not in canonical form", f.Name)
	}
	return f, nil
}

// UnmarshalJSON reads the value as the type that the name says. Unknown keys are refused.
func (f *Fact) UnmarshalJSON(b []byte) error {
	var raw struct {
		Name         string          `json:"name"`
		Value        json.RawMessage `json:"value"`
		Evidence     Evidence        `json:"evidence"`
		Verifier     PersonID        `json:"verifier"`
		Verified     time.Time       `json:"verified"`
		Until        *time.Time      `json:"until"`
		SelfAsserted bool            `json:"selfAsserted"`
	}
	if err := DecodeJSON(b, &raw); err != nil {
		return err
	}
	value, err := DecodeFactValue(raw.Name, raw.Value)
	if err != nil {
		return err
	}
	*f = Fact{raw.Name, value, raw.Evidence, raw.Verifier, raw.Verified.UTC(), raw.Until, raw.SelfAsserted}
	if f.Until != nil {
		u := f.Until.UTC()
		f.Until = &u
	}
	return nil
}
