package verify

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/ledger"
)

// head checks everything that is signed about the log as a whole, and notes which roots the tree must have.
func (r *run) head() error {
	key := strings.TrimSpace(r.opts.LogKey)
	c := r.check("checkpoint")
	if key == "" {
		if key = r.src.LogKey(); key == "" {
			return sallyport.Errorf(sallyport.Invalid, "no key of the log was given, and none lies in %q", r.src.Name).WithHint("give the log's public key with --key")
		}
		c.found(Noted, -1, "the log's key was taken from the evidence itself: compare %q with what you were given", key)
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return sallyport.Errorf(sallyport.Invalid, "log key %q: %w", key, err)
	}
	r.verifier, r.key = verifier, key
	signed, err := r.src.Checkpoint()
	if err != nil {
		return sallyport.Errorf(sallyport.Invalid, "no checkpoint: %w", err)
	}
	head, _, err := ledger.OpenCheckpoint(signed, verifier)
	if err != nil {
		c.found(Wrong, -1, "%v", err)
		if head, err = ledger.ParseSigned(signed); err != nil {
			return sallyport.Errorf(sallyport.Invalid, "the checkpoint cannot be read: %w", err)
		}
	}
	c.Checked = 1
	c.Says = fmt.Sprintf("%d entries are sealed by key %s+%08x", head.Size, verifier.Name(), verifier.KeyHash())
	if c.Result == Wrong {
		c.Says = fmt.Sprintf("the checkpoint of %d entries does not carry the signature of key %s+%08x", head.Size, verifier.Name(), verifier.KeyHash())
	}
	r.size, r.root = head.Size, head.Root
	r.report.Origin, r.report.Size, r.report.Root = head.Origin, head.Size, head.Root.String()
	if m := r.src.Manifest; m != nil {
		r.report.Filter = m.Filter
		if m.Origin != head.Origin || m.Size != head.Size {
			c.found(Wrong, -1, "the manifest speaks of log %q with %d entries, the checkpoint of %q with %d", m.Origin, m.Size, head.Origin, head.Size)
		}
	}
	r.guard(c)
	if err := r.witnesses(); err != nil {
		return err
	}
	r.kept()
	return nil
}

// guard compares a state folder's tiles with what its server acknowledged last.
func (r *run) guard(c *Check) {
	guarded := r.src.Guard()
	if guarded == nil {
		return
	}
	g, _, err := ledger.OpenCheckpoint(guarded, r.verifier)
	switch {
	case err != nil:
		c.found(Wrong, -1, "the guard: %v", err)
	case g.Size > r.size:
		c.found(Unchecked, -1, "the tiles are behind: they hold %d entries, the server acknowledged %d; stop it, or run sallyport rebuild", r.size, g.Size)
	default:
		r.watched[g.Size] = append(r.watched[g.Size], watched{c, "the guard", g.Root})
	}
}

// witnesses checks the cosignatures that the verifier asked for.
func (r *run) witnesses() error {
	c := r.check("witnesses")
	var known []note.Verifier
	for _, vkey := range r.opts.Witnesses {
		w, err := ledger.ParseWitness(strings.TrimSpace(vkey))
		if err != nil {
			return err
		}
		known = append(known, w)
	}
	c.Checked = int64(len(known))
	cosigned := r.src.Cosigned()
	if len(known) == 0 {
		c.Says = "you named no witness, so the operator could still show others another history"
		c.Result = Noted
		if cosigned != nil {
			c.found(Noted, -1, "the evidence carries cosignatures; name the witnesses' keys with --witness to check them")
		}
		return nil
	}
	quorum := r.opts.Quorum
	if quorum == 0 {
		quorum = len(known)
	}
	if cosigned == nil {
		c.Says = fmt.Sprintf("no checkpoint is cosigned; %d of %d witnesses must have", quorum, len(known))
		c.found(Wrong, -1, "the evidence has no cosigned checkpoint")
		return nil
	}
	head, n, err := ledger.OpenCheckpoint(cosigned, r.verifier, known...)
	if err != nil {
		c.Says = "the cosigned checkpoint is not the log's"
		c.found(Wrong, -1, "the cosigned checkpoint: %v", err)
		return nil
	}
	var names []string
	for _, sig := range n.Sigs {
		if sig.Hash != r.verifier.KeyHash() {
			at, _ := ledger.CosignatureTime(sig)
			names = append(names, fmt.Sprintf("%s at %s", sig.Name, when(at)))
		}
	}
	c.Says = fmt.Sprintf("%d of %d witnesses saw the first %d of %d entries: %s", len(names), len(known), head.Size, r.size, strings.Join(names, ", "))
	if len(names) < quorum {
		c.found(Wrong, -1, "%d of your witnesses cosigned, %d must have", len(names), quorum)
	}
	if head.Size > r.size {
		c.found(Wrong, -1, "witnesses saw %d entries, here are %d: the end of the log is missing", head.Size, r.size)
		return nil
	}
	if head.Size < r.size {
		c.found(Noted, head.Size, "%d entries from this one on are not yet seen by a witness", r.size-head.Size)
	}
	r.watched[head.Size] = append(r.watched[head.Size], watched{c, "the cosigned checkpoint", head.Root})
	return nil
}

// kept compares with checkpoints that the verifier brought along.
func (r *run) kept() {
	if len(r.opts.Kept) == 0 {
		return
	}
	c := r.check("kept checkpoints")
	for i, signed := range r.opts.Kept {
		var head ledger.Checkpoint
		var err error
		if ledger.IsReceipt(signed) {
			var receipt *ledger.Receipt
			if receipt, err = ledger.ParseReceipt(signed); err == nil {
				head, err = receipt.Verify(r.verifier)
			}
		} else {
			head, _, err = ledger.OpenCheckpoint(signed, r.verifier)
		}
		switch {
		case err != nil:
			c.found(Wrong, -1, "kept checkpoint %d: %v", i+1, err)
			continue
		case head.Size > r.size:
			c.found(Wrong, -1, "you kept a checkpoint of %d entries, here are %d: the end of the log is missing", head.Size, r.size)
			continue
		}
		c.Checked++
		r.watched[head.Size] = append(r.watched[head.Size], watched{c, fmt.Sprintf("the kept checkpoint of %d entries", head.Size), head.Root})
	}
	c.Says = fmt.Sprintf("%d checkpoints that you kept are compared with this log", len(r.opts.Kept))
}
