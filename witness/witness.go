// Package witness is both sides of C2SP tlog-witness (https://c2sp.org/tlog-witness): a small [Server] that an auditor or a partner runs,
// which remembers one checkpoint per log and cosigns only what continues it, and a [Client] that offers a log's checkpoints and collects
// cosignatures.
//
// A witness promises one thing: it never cosigns two checkpoints of a log that are not one history. It does not look at entries.
package witness

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/ledger"
)

// maxRequest bounds an add-checkpoint request in bytes.
const maxRequest = ledger.MaxCheckpoint + 64*(45+1) + 64

// request is the body of add-checkpoint: "old N", proof lines, an empty line, the signed checkpoint.
type request struct {
	old        int64
	proof      []ledger.Hash
	checkpoint []byte
}

func (r *request) encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", r.old)
	for _, h := range r.proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteByte('\n')
	b.Write(r.checkpoint)
	return b.Bytes()
}

func parseRequest(body []byte) (*request, error) {
	head, checkpoint, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	old, isOld := strings.CutPrefix(lines[0], "old ")
	if !ok || !isOld {
		return nil, sallyport.Errorf(sallyport.Invalid, "request does not begin with an old size")
	}
	r := &request{checkpoint: []byte(checkpoint)}
	var err error
	if r.old, err = strconv.ParseInt(old, 10, 64); err != nil || r.old < 0 || strconv.FormatInt(r.old, 10) != old {
		return nil, sallyport.Errorf(sallyport.Invalid, "old size %q is not a number", old)
	}
	if len(lines) > 64 {
		return nil, sallyport.Errorf(sallyport.Invalid, "proof has %d lines, more than 63", len(lines)-1)
	}
	for _, l := range lines[1:] {
		b, err := base64.StdEncoding.Strict().DecodeString(l)
		if err != nil || len(b) != tlog.HashSize {
			return nil, sallyport.Errorf(sallyport.Invalid, "proof line %q is no hash", l)
		}
		r.proof = append(r.proof, ledger.Hash(b))
	}
	return r, nil
}
