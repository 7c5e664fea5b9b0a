package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"time"

	"sallyport"
	"sallyport/evidence"
	"sallyport/workflow"
)

// Export streams the bundle of x (docs/spec/bundle.md) to w in bounded memory, while the gateway goes on; where the contents
// come from is filled in here. Two entries tell of it: one before the first byte leaves, so that nothing is disclosed that the ledger does not
// know of, and one with digest and size when the bundle is whole. Without the second, what arrived is a part.
func (g *Gateway) Export(ctx context.Context, c Caller, x evidence.Export, w io.Writer) (*sallyport.ExportMade, error) {
	if err := x.Filter.Valid(); err != nil {
		return nil, err
	}
	// Whether a name is in the ledger is told only to those who may take it out.
	err := g.view(func(s *workflow.State) error {
		body := x.Filter.Entry()
		e, _, err := g.entry(g.time(), c.Person, "", body)
		if err == nil {
			err = g.check.Check(s, e, body, g.cache)
		}
		if err != nil {
			return refusal(err)
		}
		x.LogKey = s.Log.Key
		return x.Filter.Known(s)
	})
	if err == nil {
		err = g.Record(ctx, c, x.Filter.Entry())
	}
	if err != nil {
		return nil, err
	}
	x.Ledger, x.Blobs, x.Keyring, x.Now, x.Witnesses = g.Log.Store(), g.Blobs, g.Keyring, g.Now, g.WitnessKeys
	out := &digesting{w: w, digest: sha256.New()}
	if _, err := x.Write(ctx, out); err != nil {
		return nil, err
	}
	made := x.Filter.Entry()
	made.Digest, made.Bytes = sallyport.Digest(hex.EncodeToString(out.digest.Sum(nil))), out.n
	return made, g.Record(ctx, c, made)
}

// Handover gives the yearly hand-over of from <= t < to; zero times are no bounds. It is an entry before anything is read.
func (g *Gateway) Handover(ctx context.Context, c Caller, from, to time.Time) (*evidence.Handover, error) {
	if err := g.Record(ctx, c, &sallyport.ExportMade{What: evidence.HandoverWords(from, to)}); err != nil {
		return nil, err
	}
	return evidence.MakeHandover(ctx, g.Log.Store(), g.Blobs, from, to)
}

// digesting counts and digests what passes.
type digesting struct {
	w      io.Writer
	digest hash.Hash
	n      int64
}

func (d *digesting) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	d.digest.Write(p[:n])
	d.n += int64(n)
	return n, err
}
