package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
)

// Checkpoint is the state of a log at one moment: C2SP tlog-checkpoint.
type Checkpoint struct {
	Origin string // unique name of the log, also the name of its key
	Size   int64
	Root   Hash
}

// MaxCheckpoint bounds a signed checkpoint with all its cosignatures, in bytes.
const MaxCheckpoint = 64 << 10

// Body is the text that is signed: three lines, each ended by a newline.
func (c Checkpoint) Body() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// ParseCheckpoint reads a checkpoint's body. Extension lines, which C2SP allows, are refused: this log writes none, and
// a reader that ignores what it does not know cannot say that it checked it.
func ParseCheckpoint(body string) (Checkpoint, error) {
	var c Checkpoint
	lines := strings.Split(body, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return c, sallyport.Errorf(sallyport.Invalid, "checkpoint has %d lines, want 3", len(lines)-1)
	}
	if lines[0] == "" {
		return c, sallyport.Errorf(sallyport.Invalid, "checkpoint has an empty origin")
	}
	c.Origin = lines[0]
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return c, sallyport.Errorf(sallyport.Invalid, "checkpoint size %q is not a decimal number", lines[1])
	}
	c.Size = size
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(c.Root) || base64.StdEncoding.EncodeToString(root) != lines[2] {
		return c, sallyport.Errorf(sallyport.Invalid, "checkpoint root %q is not 32 bytes of base64", lines[2])
	}
	copy(c.Root[:], root)
	return c, nil
}

// SignCheckpoint signs c as a note (C2SP signed-note).
func SignCheckpoint(c Checkpoint, signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: c.Body()}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of size %d: %w", c.Size, err)
	}
	return signed, nil
}

// OpenCheckpoint verifies the log's own signature on a signed checkpoint, and that its origin is the key's name. The
// note returned holds cosignatures that known verify in Sigs, and those of unknown witnesses in UnverifiedSigs.
func OpenCheckpoint(signed []byte, log note.Verifier, known ...note.Verifier) (Checkpoint, *note.Note, error) {
	if len(signed) > MaxCheckpoint {
		return Checkpoint{}, nil, sallyport.Errorf(sallyport.Limited, "checkpoint is %d bytes, more than %d", len(signed), MaxCheckpoint)
	}
	n, err := note.Open(signed, note.VerifierList(append([]note.Verifier{log}, known...)...))
	if err != nil {
		if unverified, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
			return Checkpoint{}, unverified.Note, sallyport.Errorf(sallyport.Invalid, "checkpoint carries no signature of key %q (%08x)", log.Name(), log.KeyHash())
		}
		return Checkpoint{}, nil, sallyport.Errorf(sallyport.Invalid, "checkpoint does not open: %w", err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return c, n, err
	}
	if c.Origin != log.Name() {
		return c, n, sallyport.Errorf(sallyport.Invalid, "checkpoint is of log %q, key is of %q", c.Origin, log.Name())
	}
	for _, s := range n.Sigs {
		if s.Name == log.Name() && s.Hash == log.KeyHash() {
			return c, n, nil
		}
	}
	return c, n, sallyport.Errorf(sallyport.Invalid, "checkpoint carries no signature of key %q (%08x)", log.Name(), log.KeyHash())
}

// ParseSigned reads the checkpoint in a signed note without verifying any signature: for whoever made it.
func ParseSigned(signed []byte) (Checkpoint, error) {
	body, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok {
		return Checkpoint{}, sallyport.Errorf(sallyport.Invalid, "checkpoint has no signature")
	}
	return ParseCheckpoint(body + "\n")
}
