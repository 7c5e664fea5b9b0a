package ledger

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
)

// receiptHeader begins a receipt: C2SP tlog-proof.
const receiptHeader = "c2sp.org/tlog-proof@v1"

// Receipt proves that one entry is in the log: the entry, its inclusion proof, and the checkpoint it leads to. Both parties of a
// session can keep one; from then on the log cannot lose that entry, or anything before it, without contradicting the receipt.
type Receipt struct {
	Index      int64
	Entry      []byte
	Proof      []Hash
	Checkpoint []byte // signed
}

// MakeReceipt makes the receipt of entry index: under the latest cosigned checkpoint that covers it, else under the latest one.
func MakeReceipt(ctx context.Context, store Store, index int64) (*Receipt, error) {
	size, signed, err := store.Head(ctx)
	if err != nil {
		return nil, err
	}
	if n, cosigned, err := store.Cosigned(ctx, index+1); err != nil {
		return nil, err
	} else if n > 0 && n <= size {
		size, signed = n, cosigned
	}
	if index < 0 || index >= size {
		return nil, sallyport.Errorf(sallyport.NotFound, "no entry %d in a log of %d", index, size)
	}
	entries, err := store.Entries(ctx, index, index+1)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(size, index, hashReader{ctx, store})
	if err != nil {
		return nil, err
	}
	return &Receipt{Index: index, Entry: entries[0], Proof: proof, Checkpoint: signed}, nil
}

// Encode gives the receipt as a file: C2SP tlog-proof, with the entry as its extra line.
func (r *Receipt) Encode() []byte {
	var b strings.Builder
	b.WriteString(receiptHeader + "\nextra " + base64.StdEncoding.EncodeToString(r.Entry) + "\nindex " + strconv.FormatInt(r.Index, 10) + "\n")
	for _, h := range r.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(r.Checkpoint)
	return []byte(b.String())
}

// IsReceipt tells whether a file is a receipt, as opposed to a bare checkpoint.
func IsReceipt(file []byte) bool { return strings.HasPrefix(string(file), receiptHeader+"\n") }

// ParseReceipt reads what Encode wrote.
func ParseReceipt(file []byte) (*Receipt, error) {
	if len(file) > 2*MaxCheckpoint+2*sallyport.MaxEntry {
		return nil, sallyport.Errorf(sallyport.Limited, "receipt is %d bytes", len(file))
	}
	head, checkpoint, ok := strings.Cut(string(file), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 3 || lines[0] != receiptHeader {
		return nil, sallyport.Errorf(sallyport.Invalid, "file is no receipt (%s)", receiptHeader)
	}
	r := &Receipt{Checkpoint: []byte(checkpoint)}
	extra, ok := strings.CutPrefix(lines[1], "extra ")
	entry, err := base64.StdEncoding.Strict().DecodeString(extra)
	if !ok || err != nil || len(entry) > sallyport.MaxEntry {
		return nil, sallyport.Errorf(sallyport.Invalid, "receipt carries no entry")
	}
	r.Entry = entry
	index, ok := strings.CutPrefix(lines[2], "index ")
	r.Index, err = strconv.ParseInt(index, 10, 64)
	if !ok || err != nil || r.Index < 0 || strconv.FormatInt(r.Index, 10) != index {
		return nil, sallyport.Errorf(sallyport.Invalid, "receipt has the index line %q", lines[2])
	}
	for _, l := range lines[3:] {
		b, err := base64.StdEncoding.Strict().DecodeString(l)
		if err != nil || len(b) != tlog.HashSize || len(r.Proof) >= 63 {
			return nil, sallyport.Errorf(sallyport.Invalid, "receipt has the hash line %q", l)
		}
		r.Proof = append(r.Proof, Hash(b))
	}
	return r, nil
}

// Verify checks signature and proof, and gives the checkpoint.
func (r *Receipt) Verify(log note.Verifier, known ...note.Verifier) (Checkpoint, error) {
	c, _, err := OpenCheckpoint(r.Checkpoint, log, known...)
	if err != nil {
		return c, err
	}
	if err := tlog.CheckRecord(r.Proof, c.Size, c.Root, r.Index, tlog.RecordHash(r.Entry)); err != nil {
		return c, sallyport.Errorf(sallyport.Invalid, "receipt for entry %d of %d: %w", r.Index, c.Size, err)
	}
	return c, nil
}
