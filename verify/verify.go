// Package verify finds out, from evidence and a public key alone, what happened, whether anything is missing or was altered, and whether
// each decision followed from the rules and facts of its moment. It re-derives everything and believes nothing that lies in the
// evidence but what a signature or a digest holds.
//
// It says what it could not check, and for the rest what was checked, with numbers. It needs no network, no database and no server, and
// links none: a test says so. What no verifier can see from a log is in docs/evidence.md.
package verify

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/workflow"
)

// Options of a verification.
type Options struct {
	LogKey    string   // the log's verifier key, got from elsewhere; "": the one in the evidence, and a note says so
	Witnesses []string // verifier keys of witnesses
	Quorum    int      // how many of them must have cosigned; 0 is all of them
	Reassess  bool     // judge every action by the rules of assess as they are in this program
	Kept      [][]byte // signed checkpoints that the verifier kept from earlier
	Progress  func(done, total int64)
}

// run is one verification. Used by one goroutine.
type run struct {
	ctx      context.Context
	src      *evidence.Source
	opts     Options
	report   *Report
	verifier note.Verifier
	key      string // the verifier's text
	size     int64
	root     ledger.Hash
	watched  map[int64][]watched // what must hold when the tree has that size
	state    *workflow.State     // before the entry that is being looked at

	checks []*Check
	// one per question; those of entries are asked of each entry in order
	tree, form, clock, beats, chains, lawful, blobs, actions, recorded, released, signed, shown *Check
}

// watched is a checkpoint to be compared with the tree when it has grown to its size.
type watched struct {
	check *Check
	what  string
	root  ledger.Hash
}

// inspector looks at entries one after the other, and says what is left open at the end.
type inspector interface {
	entry(index int64, e sallyport.Entry, body sallyport.Body, raw []byte)
	end()
}

// Run verifies a source. An error means that there was nothing to verify; whatever is wrong with the evidence is in the report.
func Run(ctx context.Context, src *evidence.Source, opts Options) (*Report, error) {
	r := &run{ctx: ctx, src: src, opts: opts, report: &Report{Source: src.Name}, watched: map[int64][]watched{}, state: workflow.New()}
	if err := r.head(); err != nil {
		return nil, err
	}
	inspectors := r.inspectors()
	if err := r.read(inspectors); err != nil {
		return nil, err
	}
	for _, i := range inspectors {
		i.end()
	}
	r.report.Result = Good
	for _, c := range r.checks {
		r.report.Checks = append(r.report.Checks, *c)
		if c.Result.rank() > r.report.Result.rank() {
			r.report.Result = c.Result
		}
	}
	return r.report, nil
}

func (r *run) check(name string) *Check {
	c := &Check{Name: name, Result: Good}
	r.checks = append(r.checks, c)
	return c
}

// inspectors makes the checks of entries, in the order in which they are reported.
func (r *run) inspectors() []inspector {
	r.tree, r.form = r.check("tree"), r.check("entries")
	r.clock, r.beats, r.chains = r.check("clock"), r.check("heartbeats"), r.check("sessions")
	r.lawful, r.actions = r.check("rules"), r.check("approved = executed")
	r.shown, r.signed = r.check("deciders"), r.check("signatures")
	r.blobs, r.recorded, r.released = r.check("contents"), r.check("recordings"), r.check("releases")
	list := []inspector{
		&clock{run: r},
		newChains(r),
		newContents(r),
		newActions(r),
		&deciders{run: r},
		&signatures{run: r},
		newRecordings(r),
	}
	if r.opts.Reassess {
		list = append(list, &reassess{run: r, c: r.check("judged today")})
	}
	return append(list, &lawful{run: r}) // last: the others look at the state before the entry
}

const stamp = time.RFC3339

func when(t time.Time) string { return t.UTC().Format(stamp) }
