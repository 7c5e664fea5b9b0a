package verify

import (
	"encoding/json"
	"fmt"
	"slices"

	"sallyport"
	"sallyport/workflow"
)

// actions holds that what ran is what was approved: the binding of each approval is computed again from what was shown, and the
// rendering of each permit from the approved text.
type actions struct {
	*run
	c         *Check
	approvals int64
	permits   int64
	withheld  int64
	running   map[sallyport.ActionID]int64
	known     map[sallyport.ActionID]bool
	runbooks  map[sallyport.RunbookID]sallyport.Digest // content, by what the runbook's entry says
}

func newActions(r *run) *actions {
	return &actions{run: r, c: r.actions, running: map[sallyport.ActionID]int64{}, known: map[sallyport.ActionID]bool{}, runbooks: map[sallyport.RunbookID]sallyport.Digest{}}
}

func (a *actions) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	switch b := body.(type) {
	case *sallyport.ActionProposed:
		a.known[b.Action] = true
		a.proposed(index, e, b)
	case *sallyport.ActionDecided:
		if act := a.state.Actions[b.Action]; act != nil && b.Answer == sallyport.Approve {
			a.approved(index, act, b)
		}
	case *sallyport.RunbookSigned:
		a.runbooks[b.Runbook] = b.Content
		a.runbook(index, b)
	case *sallyport.ActionStarted:
		a.permits++
		if at, ok := a.running[b.Action]; ok {
			a.c.found(Wrong, index, "action %s starts again; it started at entry %d", b.Action, at)
		}
		a.running[b.Action] = index
		if act := a.state.Actions[b.Action]; act != nil {
			a.started(index, act, b)
		}
	case *sallyport.ActionFinished:
		a.over(index, b.Action)
	case *sallyport.ActionFailed:
		a.over(index, b.Action)
	case *sallyport.ActionInterrupted:
		a.over(index, b.Action)
		a.c.found(Noted, index, "the outcome of action %s is unknown: %s", b.Action, b.Why)
	}
}

func (a *actions) over(index int64, id sallyport.ActionID) {
	if _, ok := a.running[id]; !ok {
		a.c.found(Wrong, index, "action %s ends and was not running", id)
	}
	delete(a.running, id)
}

// spec reads the text of an action. nil: it is withheld, or was found wrong already.
func (a *actions) spec(ref sallyport.BlobRef) *sallyport.Spec {
	b, err := a.src.Blob(a.ctx, ref.Digest)
	if err != nil {
		return nil
	}
	var spec sallyport.Spec
	if json.Unmarshal(b, &spec) != nil {
		return nil
	}
	return &spec
}

// proposed compares the text with the entry that proposes it.
func (a *actions) proposed(index int64, e sallyport.Entry, b *sallyport.ActionProposed) {
	spec := a.spec(b.Spec)
	if spec == nil {
		return
	}
	if spec.Action != b.Action || spec.Session != e.Session || spec.Target != b.Target {
		a.c.found(Wrong, index, "the text of action %s was written for action %q, session %q, target %q", b.Action, spec.Action, spec.Session, spec.Target)
	}
	if t := a.state.Targets[b.Target]; t != nil && (spec.HostKey != t.HostKey || spec.Address != t.Address || !slices.Contains(t.Logins, spec.Login)) {
		a.c.found(Wrong, index, "action %s is for login %q, address %q, host key %.60q of target %s, which then had %q, %q, %.60q",
			b.Action, spec.Login, spec.Address, spec.HostKey, b.Target, t.Logins, t.Address, t.HostKey)
	}
}

// approved computes the binding again (DESIGN 4.6).
func (a *actions) approved(index int64, act *workflow.Action, b *sallyport.ActionDecided) {
	a.approvals++
	binding := sallyport.Binding{Action: b.Action, Session: act.Session, Spec: act.Spec.Digest, Policy: b.Policy, Expires: b.Expires}
	if act.Pins != nil {
		binding.Pins = act.Pins.Digest
	}
	if act.Assessed != nil {
		binding.Assessment = act.Assessed.Assessment.Digest
	}
	if got := binding.Digest(); got != b.Binding {
		a.c.found(Wrong, index, "the approval binds %.12s; action, text, pinned files, assessment, policy and expiry give %.12s", b.Binding, got)
	}
}

func (a *actions) runbook(index int64, b *sallyport.RunbookSigned) {
	raw, err := a.src.Blob(a.ctx, b.Text.Digest)
	if err != nil {
		return
	}
	var text sallyport.RunbookText
	if json.Unmarshal(raw, &text) != nil || text.Content() != b.Content {
		a.c.found(Wrong, index, "the text of runbook %s is not the one that was signed", b.Runbook)
	}
}

// started computes the rendering again and compares it with the permit's.
func (a *actions) started(index int64, act *workflow.Action, b *sallyport.ActionStarted) {
	spec := a.spec(act.Spec)
	if spec == nil {
		a.withheld++
		return
	}
	var pins []sallyport.Pin
	if act.Pins != nil {
		raw, err := a.src.Blob(a.ctx, act.Pins.Digest)
		if err != nil {
			a.withheld++
			return
		}
		if err := json.Unmarshal(raw, &pins); err != nil {
			a.c.found(Wrong, index, "the pinned files of action %s cannot be read: %v", b.Action, err)
			return
		}
	}
	if b.Runbook != "" {
		text := sallyport.RunbookText{Text: spec.Text, Login: spec.Login, Interpreter: spec.Interpreter, Dir: spec.Dir}
		if text.Content() != a.runbooks[b.Runbook] {
			a.c.found(Wrong, index, "action %s is not what runbook %s allows", b.Action, b.Runbook)
		}
	}
	rendering, _, err := sallyport.Render(*spec, pins, string(b.Action))
	if err != nil {
		a.c.found(Wrong, index, "action %s cannot be rendered: %v", b.Action, err)
		return
	}
	if got := sallyport.RenderedDigest(act.Spec.Digest, rendering); got != b.Rendered {
		a.c.found(Wrong, index, "the permit of action %s is for a rendering %.12s; the approved text renders to %.12s", b.Action, b.Rendered, got)
		return
	}
	a.c.Checked++
}

func (a *actions) end() {
	a.report.Actions = len(a.known)
	a.c.Says = fmt.Sprintf("%d approvals bind what was shown; %d of %d permits are for exactly the approved text as it is rendered", a.approvals, a.c.Checked, a.permits)
	if a.c.Result == Wrong {
		a.c.Says = "something ran, or was permitted, that was not approved as it stands"
	}
	if a.withheld > 0 {
		a.c.found(Unchecked, -1, "the texts of %d permits are withheld", a.withheld)
	}
	for id, index := range a.running {
		a.c.found(Noted, index, "action %s was still running", id)
	}
}
