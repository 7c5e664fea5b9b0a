package gateway

import (
	"context"
	"errors"
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/target"
	"sallyport/workflow"
)

// run is one execution in progress. It exists from the permit to the outcome.
type run struct {
	action  sallyport.ActionID
	session sallyport.SessionID
	cancel  context.CancelCauseFunc
	target  sallyport.TargetID
	stopped chan struct{} // closed when it executes no more, or what is left of it is in left
	left    []string      // why something of it may still execute; to be read once stopped is closed
	done    chan struct{} // closed when the outcome is in the ledger
}

func newRun(a *workflow.Action, t sallyport.TargetID, cancel context.CancelCauseFunc) *run {
	return &run{action: a.ID, session: a.Session, target: t, cancel: cancel, stopped: make(chan struct{}), done: make(chan struct{})}
}

// ran takes a run that is accounted for off the list.
func (g *Gateway) ran(r *run) {
	g.mu.Lock()
	if g.runs[r.action] == r {
		delete(g.runs, r.action)
	}
	g.mu.Unlock()
	select {
	case <-r.stopped:
	default:
		close(r.stopped)
	}
	close(r.done)
}

// unstopped says what of the execution may still run.
func (r *run) unstopped() (out []Unstopped) {
	left := []string{"it has not answered within " + goneWithin.String()}
	select {
	case <-r.stopped:
		left = r.left
	default:
	}
	for _, why := range left {
		out = append(out, Unstopped{Action: r.action, Target: r.target, Why: why})
	}
	return out
}

// end asks the execution to end; the reason goes into the outcome. It does not block.
func (r *run) end(why string) { r.cancel(target.Stop{Reason: why}) }

// goneWithin bounds how long an acknowledgement waits for a process to be gone. The target's supervisor has killed it long before, or
// the link is cut and the outcome is unknown, which is named.
const goneWithin = 10 * time.Second

// gone waits until the execution is accounted for.
func (r *run) gone(ctx context.Context) {
	t := time.NewTimer(goneWithin)
	defer t.Stop()
	select {
	case <-r.done:
	case <-t.C:
	case <-ctx.Done():
	}
}

// pumpSession tries again what waits in a session: after a claim, a resume, a return.
func (g *Gateway) pumpSession(session sallyport.SessionID) {
	g.mu.Lock()
	var approved, proposed []sallyport.ActionID
	if sess := g.state.Sessions[session]; sess != nil {
		for _, a := range sess.Actions {
			switch g.state.Actions[a].State {
			case workflow.Approved:
				approved = append(approved, a)
			case workflow.Proposed:
				proposed = append(proposed, a)
			}
		}
	}
	g.mu.Unlock()
	for _, id := range approved {
		g.background.Go(func() { g.pump(id) })
	}
	for _, id := range proposed {
		g.background.Go(func() { g.prepare(g.ctx, id) })
	}
}

// pump starts an action if it may start now. If it may not, it waits: the page says for what.
func (g *Gateway) pump(id sallyport.ActionID) {
	ctx := g.ctx
	act, spec, pins, err := g.material(ctx, id)
	if err != nil {
		g.log.Error("action could not be loaded", "action", id, "err", err)
		return
	}
	if act.State != workflow.Approved && (act.State != workflow.Waiting || act.Runbook == "") {
		return
	}
	rendering, _, err := sallyport.Render(spec, pins, string(id))
	if err != nil {
		g.giveUp(ctx, id, "it cannot be rendered: "+sayError(err))
		return
	}
	runCtx, cancel := context.WithCancelCause(ctx)
	r := newRun(&act, spec.Target, cancel)
	defer cancel(nil)
	index, err := g.append(ctx, sallyport.Gateway, act.Session, func(s *workflow.State, now time.Time) (sallyport.Body, error) {
		body, err := g.permitBody(s, now, id, sallyport.RenderedDigest(act.Spec.Digest, rendering))
		if err == nil && g.runs[id] == nil {
			g.runs[id] = r // under the lock: whoever revokes from now on finds it
		}
		return body, err
	})
	if err != nil {
		g.ran(r)
		g.log.Debug("action does not start yet", "action", id, "why", err)
		return
	}
	g.Fail("permit")
	g.execute(runCtx, r, uint64(index), spec, pins)
}

// permitBody makes the permit: the caller holds the lock, and rules judge it next.
func (g *Gateway) permitBody(s *workflow.State, now time.Time, id sallyport.ActionID, rendered sallyport.Digest) (sallyport.Body, error) {
	a := s.Actions[id]
	sess := s.Sessions[a.Session]
	if !a.State.Pending() {
		return nil, errNothing
	}
	body := &sallyport.ActionStarted{Action: id, Rendered: rendered, Policy: s.PolicyOf(sess.System), Runbook: a.Runbook}
	if a.Runbook == "" {
		for _, seat := range []sallyport.Seat{sallyport.SeatEscort, sallyport.SeatSecond} {
			if d, ok := a.Approval(seat); ok && now.Before(d.Expires) && d.Policy == body.Policy {
				body.Binding = append(body.Binding, d.Binding)
			}
		}
	}
	answer, err := g.check.Question(s, sess, a, sallyport.AskExecute, sess.Engineer, policy.StageWork, now, g.cache)
	if err != nil {
		return nil, err
	}
	body.Why = answer.IDs()
	return body, nil
}

// execute runs a permitted action and accounts for it. Whatever happens, exactly one of finished, failed and interrupted
// follows the permit; after a crash it is interrupted, written at the next start.
func (g *Gateway) execute(ctx context.Context, r *run, permit uint64, spec sallyport.Spec, pins []sallyport.Pin) {
	defer g.ran(r)
	g.mu.Lock()
	t := *g.state.Targets[spec.Target]
	g.mu.Unlock()
	t.Address, t.HostKey = spec.Address, spec.HostKey // those that were approved, not those that the target has by now
	out := g.newOutput(ctx, r)
	outcome, err := g.Runner.Run(ctx, target.Permit{Serial: permit, Action: r.action}, t, spec, pins, out)
	r.left = remaining(outcome, err)
	close(r.stopped)
	g.Fail("ran")
	body := g.account(r, outcome, err)
	background := context.WithoutCancel(ctx)
	if cerr := out.close(background, body); cerr != nil {
		g.log.Error("the outcome of an action could not be recorded", "action", r.action, "err", cerr)
	}
	g.Fail("finished")
}

// account says how an execution ended.
func (g *Gateway) account(r *run, outcome target.Outcome, err error) sallyport.Body {
	var failed *target.Failed
	switch {
	case err == nil:
		return &sallyport.ActionFinished{Action: r.action, Exit: outcome.Exit, Stopped: short(outcome.Stopped), Survived: bounded(outcome.Survived), Output: outcome.Output, Cut: outcome.Cut}
	case errors.As(err, &failed):
		g.log.Warn("nothing ran", "action", r.action, "err", err)
		return &sallyport.ActionFailed{Action: r.action, Why: short(sayError(err))}
	}
	g.log.Warn("the outcome of an action is unknown", "action", r.action, "err", err)
	return &sallyport.ActionInterrupted{Action: r.action, Why: short(sayError(err))}
}

// remaining says why something of an execution that has ended may still run.
func remaining(outcome target.Outcome, err error) (out []string) {
	if err != nil && !target.NothingRan(err) {
		return []string{short(sayError(err))}
	}
	for _, s := range bounded(slices.Clone(outcome.Survived)) {
		out = append(out, "it left behind "+s)
	}
	if outcome.Unseen != "" {
		out = append(out, "what it left behind cannot be seen: "+short(outcome.Unseen))
	}
	return out
}

// bounded keeps a list of survivors within an entry. How many there were in all is said.
func bounded(list []string) []string {
	const most = 50
	if len(list) > most {
		list = append(list[:most:most], "and more")
	}
	for i := range list {
		list[i] = short(list[i])
	}
	return list
}

// takeUp accounts for what a crash or a stop left: see Open.
func (g *Gateway) takeUp(ctx context.Context) error {
	if g.state.Size == 0 {
		return sallyport.Errorf(sallyport.Invalid, "the ledger is empty").WithHint("run `sallyport init` first")
	}
	if _, err := g.append(ctx, sallyport.Gateway, "", say(&sallyport.Heartbeat{Every: g.Heartbeat, Started: true})); err != nil {
		return err
	}
	var prepare []sallyport.ActionID
	var ending []sallyport.SessionID
	type step struct {
		session sallyport.SessionID
		body    sallyport.Body
	}
	var steps []step
	g.mu.Lock()
	for id, sess := range g.state.Live() {
		for _, name := range sess.Actions {
			switch a := g.state.Actions[name]; a.State {
			case workflow.Running:
				steps = append(steps, step{id, &sallyport.ActionInterrupted{Action: name, Why: "the gateway stopped while it ran; its outcome is unknown"}})
			case workflow.Proposed, workflow.Reading, workflow.Resolved:
				prepare = append(prepare, name)
			}
		}
		if sess.Present {
			steps = append(steps, step{id, &sallyport.PresenceLost{Why: "the gateway restarted"}})
		}
		if sess.State == workflow.Ending {
			ending = append(ending, id)
		}
	}
	g.mu.Unlock()
	for _, st := range steps {
		if _, err := g.append(ctx, sallyport.Gateway, st.session, say(st.body)); err != nil {
			return err
		}
	}
	g.finishAll(ctx, ending)
	for _, id := range prepare {
		g.background.Go(func() { g.prepare(g.ctx, id) })
	}
	return nil
}
