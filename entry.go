package sallyport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// EntryVersion is the version of the entry format of docs/spec/entry.md.
const EntryVersion = 1

// MaxEntry is the size limit of an encoded entry in bytes, that of C2SP tlog-tiles entry bundles.
const MaxEntry = 65535

// Kind names what an entry says. The set is closed; see [NewBody].
type Kind string

// Entry is one line of the ledger. Its index is its place in the log and is not written in it.
type Entry struct {
	Version int       `json:"v"`
	Kind    Kind      `json:"kind"`
	Time    time.Time `json:"time"` // UTC; never before the entry before it
	By      PersonID  `json:"by"`   // who did it; Gateway where no person did
	// Session, Seq and Prev chain the entries of one session: Seq counts from 0, Prev is the SHA-256 of the bytes of the
	// session's previous entry. Empty on entries that belong to no session.
	Session SessionID       `json:"session,omitempty"`
	Seq     int             `json:"seq,omitempty"`
	Prev    Digest          `json:"prev,omitempty"`
	Body    json.RawMessage `json:"body"`
}

// Encode gives the bytes of e that are stored and hashed: compact JSON, keys in the order of the struct, no HTML escaping.
func (e Entry) Encode() ([]byte, error) {
	e.Time = e.Time.UTC()
	b, err := EncodeJSON(e)
	if err != nil {
		return nil, fmt.Errorf("encode entry %q: %w", e.Kind, err)
	}
	if len(b) > MaxEntry {
		return nil, Errorf(Limited, "entry %q is %d bytes, more than %d", e.Kind, len(b), MaxEntry)
	}
	return b, nil
}

// DecodeEntry reads the bytes of an entry and its body. It accepts only what Encode writes: decoding and encoding again
// must give the same bytes, so no two readers can understand one entry differently (duplicate or unknown keys, white
// space, other spellings of a key are refused).
func DecodeEntry(b []byte) (Entry, Body, error) {
	e, body, err := ReadEntry(b)
	if err != nil {
		return e, nil, err
	}
	whole := e
	if whole.Body, err = EncodeJSON(body); err != nil {
		return e, nil, err
	}
	again, err := whole.Encode()
	if err != nil {
		return e, nil, err
	}
	if !bytes.Equal(again, b) {
		return e, nil, Errorf(Invalid, "entry %q is not in canonical form", e.Kind)
	}
	return e, body, nil
}

// ReadEntry is DecodeEntry without the second half, which costs as much again: for bytes that were accepted before, such as those of one's own
// ledger when it is read another time.
func ReadEntry(b []byte) (Entry, Body, error) {
	var e Entry
	if len(b) > MaxEntry {
		return e, nil, Errorf(Limited, "entry is %d bytes, more than %d", len(b), MaxEntry)
	}
	if err := DecodeJSON(b, &e); err != nil {
		return e, nil, fmt.Errorf("decode entry: %w", err)
	}
	if e.Version != EntryVersion {
		return e, nil, Errorf(Invalid, "entry version %d, want %d", e.Version, EntryVersion)
	}
	body, err := NewBody(e.Kind)
	if err != nil {
		return e, nil, err
	}
	if err := DecodeJSON(e.Body, body); err != nil {
		return e, nil, fmt.Errorf("decode body of %q: %w", e.Kind, err)
	}
	return e, body, nil
}

// EncodeJSON encodes v compactly and without HTML escaping.
func EncodeJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// DecodeJSON decodes exactly one JSON value and refuses keys that v does not have.
func DecodeJSON(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if dec.More() {
		return Errorf(Invalid, "trailing data after JSON value at byte %d", dec.InputOffset())
	}
	return nil
}
