package verify

import (
	"encoding/json"
	"fmt"
	"slices"

	"sallyport"
	"sallyport/assess"
)

// reassess judges every action again with the rules of assess as they are in this program, and lists what would be judged graver
// now. It says nothing against the decision of the time: rules grow.
type reassess struct {
	*run
	c        *Check
	withheld int64
	graver   int64
}

func (r *reassess) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	b, ok := body.(*sallyport.ActionAssessed)
	if !ok {
		return
	}
	act := r.state.Actions[b.Action]
	session := r.state.Sessions[e.Session]
	if act == nil || session == nil {
		return
	}
	var spec sallyport.Spec
	var pins []sallyport.Pin
	var missing []sallyport.Unpinned
	var purpose sallyport.TicketPurpose
	if !r.blob(&act.Spec, &spec) || !r.blob(act.Pins, &pins) || !r.blob(act.Missing, &missing) {
		r.withheld++
		return
	}
	if t := r.state.Tickets[session.Ticket]; t != nil {
		r.blob(&t.Purpose, &purpose) // without the purpose nothing is outside its scope
	}
	r.c.Checked++
	req := assess.RequestFor(spec, pins, purpose)
	now := assess.Action(r.ctx, req, missing)
	if was := sallyport.Verdict(b.Verdict); now.Verdict.Rank() > was.Rank() {
		r.graver++
		r.c.found(Noted, index, "action %s was judged %s, and would be judged %s now: %s", b.Action, was, now.Verdict, now.Summary)
	}
	for _, t := range assess.Technologies(req, now) {
		if !slices.Contains(b.Needs, t) {
			r.c.found(Noted, index, "action %s touches %s, which nobody was asked to be qualified for", b.Action, t)
		}
	}
}

// blob reads a JSON blob; nil is no blob, which is no failure.
func (r *reassess) blob(ref *sallyport.BlobRef, v any) bool {
	if ref == nil {
		return true
	}
	b, err := r.src.Blob(r.ctx, ref.Digest)
	return err == nil && json.Unmarshal(b, v) == nil
}

func (r *reassess) end() {
	r.c.Says = fmt.Sprintf("%d actions were judged again; %d would be judged graver now", r.c.Checked, r.graver)
	if r.withheld > 0 {
		r.c.found(Unchecked, -1, "the texts of %d actions are withheld", r.withheld)
	}
}
