package gateway

import (
	"context"
	"fmt"
	"strings"

	"sallyport"
	"sallyport/policy"
	"sallyport/recording"
	"sallyport/workflow"
)

// Exit statuses of Sallyport's own outcomes. A line on stderr, marked as ours, always says which it was: a target's
// program can end with any of these numbers too.
const (
	ExitRefused     = 240 // a decider refused
	ExitExpired     = 241 // nobody decided in time
	ExitRevoked     = 242 // access ended: revoked, session over
	ExitWithdrawn   = 243
	ExitFailed      = 244 // nothing ran: the target could not be reached or refused
	ExitInterrupted = 245 // the outcome is unknown
	ExitInvalid     = 246 // the proposal itself was not accepted
	ExitUnavailable = 247 // Sallyport itself cannot work now
)

// Follow implements Service.
func (g *Gateway) Follow(ctx context.Context, c Caller, id sallyport.ActionID, each func(Update) error) error {
	// Subscribed before the first look, so that nothing falls between the look and the wait.
	sub, remove := g.subs.add(c)
	defer remove()
	f := follower{g: g, id: id, caller: c, each: each}
	for {
		done, err := f.step(ctx)
		if done || err != nil {
			return err
		}
		for heard := false; !heard; {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case n, ok := <-sub.ch:
				if !ok {
					return sallyport.Errorf(sallyport.Unavailable, "the server stops").WithHint("what is under way goes on; collect it later")
				}
				heard = n.Action == id || n.Kind == "session.claimed" || n.Kind == "session.ended" || n.Kind == "session.paused" || n.Kind == "session.resumed"
			}
		}
	}
}

// follower remembers what it has told. It belongs to the goroutine that follows.
type follower struct {
	g         *Gateway
	id        sallyport.ActionID
	caller    Caller
	each      func(Update) error
	state     workflow.ActionState
	decisions int
	released  int
	escort    sallyport.PersonID
	paused    bool
	held      bool
	awaited   string // what the last note said is waited for
}

// step tells what has happened since the last step.
func (f *follower) step(ctx context.Context) (done bool, err error) {
	var (
		act   workflow.Action
		sess  workflow.Session
		notes []string
	)
	err = f.g.view(func(s *workflow.State) error {
		a := s.Actions[f.id]
		if a == nil || (a.By != f.caller.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no action %q of yours", f.id)
		}
		act, sess = *a, *s.Sessions[a.Session]
		notes = f.notes(s, &act, &sess)
		return nil
	})
	if err != nil {
		return true, err
	}
	for _, n := range notes {
		if strings.HasPrefix(n, "waiting for ") {
			if n == f.awaited {
				continue
			}
			f.awaited = n
		}
		if err := f.each(Update{State: string(act.State), Note: n}); err != nil {
			return true, err
		}
	}
	f.state = act.State
	for ; f.released < len(act.Released); f.released++ {
		if err := f.output(ctx, act.Released[f.released]); err != nil {
			return true, err
		}
	}
	if !act.State.Over() {
		return false, nil
	}
	over := sess.State == workflow.Ended || sess.State == workflow.Refused
	if act.State == workflow.Finished && !act.Final && !over {
		if !f.held {
			f.held = true
			return false, f.each(Update{State: string(act.State), Note: "it has finished; its output is held until the escort releases it"})
		}
		return false, nil
	}
	return true, f.each(outcomeOf(&act))
}

// notes says in words what changed; the gateway's lock is held.
func (f *follower) notes(s *workflow.State, act *workflow.Action, sess *workflow.Session) (out []string) {
	for ; f.decisions < len(act.Decisions); f.decisions++ {
		d := act.Decisions[f.decisions]
		who := f.g.party(s, d.By).Name
		words := f.g.blobText(d.Words)
		switch d.Answer {
		case sallyport.Approve:
			out = append(out, fmt.Sprintf("approved by %s (%s)", who, d.Seat))
		case sallyport.Refuse:
			out = append(out, fmt.Sprintf("refused by %s: %s", who, words))
		case sallyport.Question:
			out = append(out, fmt.Sprintf("%s asks: %s", who, words))
		case sallyport.Escalate:
			out = append(out, fmt.Sprintf("%s asks a second person to look at it", who))
		}
	}
	if act.State.Pending() && f.state != act.State && act.State == workflow.Waiting && act.Assessed != nil && f.state != workflow.Asked {
		out = append(out, "waiting for "+waitingFor(sess))
	}
	if act.State == workflow.Proposed && sess.Escort == "" && f.state == "" {
		out = append(out, "waiting for "+waitingFor(sess))
		if m, err := f.g.match(s, sess, nil); err == nil && m.Nobody() {
			out = append(out, policy.Matched(m.Candidates, m.Needs))
		}
	}
	if (act.State == workflow.Approved || act.State == workflow.Escalated) && f.state != act.State {
		if need := f.g.need(s, act); len(need) > 0 {
			out = append(out, "waiting for "+strings.Join(need, ", "))
		}
	}
	if act.State.Pending() && sess.Escort != f.escort && sess.Escort != "" && f.state != "" {
		out = append(out, "escort: "+f.g.party(s, sess.Escort).Name)
	}
	f.escort = sess.Escort
	if sess.Paused != f.paused {
		f.paused = sess.Paused
		if sess.Paused {
			out = append(out, "the session is paused: "+sess.Why)
		} else {
			out = append(out, "the session goes on")
		}
	}
	if act.State == workflow.Running && f.state != workflow.Running {
		if act.Permit != nil && act.Permit.Runbook != "" {
			out = append(out, f.g.underRunbook(s, act.Permit.Runbook))
		}
		out = append(out, "running")
	}
	return out
}

// underRunbook says that nobody decided anew, and who did in advance; the gateway's lock is held.
func (g *Gateway) underRunbook(s *workflow.State, name sallyport.RunbookID) string {
	r := s.Runbooks[name]
	if r == nil {
		return fmt.Sprintf("runs under runbook %s, without a new decision", name)
	}
	return fmt.Sprintf("runs under runbook %s, without a new decision: signed by %s and %s, until %s", name, g.party(s, r.Escort).Name, g.party(s, r.Second).Name, r.Until.UTC().Format("2006-01-02 15:04Z"))
}

func waitingFor(sess *workflow.Session) string {
	if sess.Escort == "" {
		return "an escort to claim the session"
	}
	return "the escort's decision"
}

func (f *follower) output(ctx context.Context, r sallyport.OutputReleased) error {
	b, err := f.g.cache.get(ctx, r.Released)
	if err != nil {
		return &sallyport.Error{Code: sallyport.Unavailable, Message: "released output cannot be read", Err: err}
	}
	frames, err := recording.DecodeReleased(b)
	if err != nil {
		return err
	}
	for _, fr := range frames {
		if err := f.each(Update{State: string(f.state), Output: fr.Data, Stderr: fr.Kind == recording.Err}); err != nil {
			return err
		}
	}
	return nil
}

// outcomeOf says how an action that is over ended.
func outcomeOf(a *workflow.Action) Update {
	u := Update{State: string(a.State), Done: true, Why: a.Why}
	switch a.State {
	case workflow.Finished:
		u.Exit = a.Outcome.Exit
		if a.Outcome.Cut {
			u.Why = "the output limit was reached: the rest was not recorded, and it was stopped"
		}
	case workflow.RefusedAct:
		u.Exit, u.Why = ExitRefused, "a decider said no"
	case workflow.Withdrawn:
		u.Exit, u.Why = ExitWithdrawn, "withdrawn"
	case workflow.Cancelled:
		u.Exit = ExitRevoked
		if a.Why == "expired" {
			u.Exit = ExitExpired
		}
	case workflow.Failed:
		u.Exit = ExitFailed
	case workflow.Interrupted:
		u.Exit = ExitInterrupted
	}
	return u
}
