package ssh

import (
	"cmp"
	"context"
	"fmt"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
)

// Run executes spec on t. See target.Runner.
func (r *Runner) Run(ctx context.Context, p target.Permit, t sallyport.TargetSet, spec sallyport.Spec, pins []sallyport.Pin, sink target.Sink) (target.Outcome, error) {
	if spec.Target != t.Target || spec.HostKey != t.HostKey {
		return target.Outcome{}, target.Failf(sallyport.Conflict, "propose the work again", "the action is for target %q with host key %q, not for %q with %q", spec.Target, spec.HostKey, t.Target, t.HostKey)
	}
	if spec.Action != "" && spec.Action != p.Action {
		return target.Outcome{}, target.Failf(sallyport.Internal, "", "permit is for action %q, spec for %q", p.Action, spec.Action)
	}
	rendering, stdin, err := sallyport.Render(spec, pins, string(p.Action))
	if err != nil {
		return target.Outcome{}, &target.Failed{Cause: sallyport.Errorf(sallyport.CodeOf(err), "%w", err).WithHint("%s", sallyport.Hint(err))}
	}
	client, err := r.connect(ctx, p, t, spec.Login, rendering)
	if err != nil {
		return target.Outcome{}, err
	}
	defer client.Close()
	limits := spec.Limits
	if limits.Timeout <= 0 {
		limits.Timeout = sallyport.DefaultTimeout
	}
	if limits.Output <= 0 {
		limits.Output = sallyport.DefaultOutput
	}
	x, err := begin(client, string(p.Action), r.cfg.Rand, sink, limits.Output)
	if err != nil {
		return target.Outcome{}, target.Failf(sallyport.Unavailable, fmt.Sprintf("run sallyport target check %s", t.Target), "target %q refused a session: %w", t.Target, err)
	}
	return x.run(ctx, stdin, limits.Timeout)
}

// connect gives an authenticated connection whose only right is rendering. Its errors mean that nothing ran: a prepared connection that turns
// out dead is replaced, since nothing was asked of it.
func (r *Runner) connect(ctx context.Context, p target.Permit, t sallyport.TargetSet, login, rendering string) (*gossh.Client, error) {
	if o := r.take(t, login); o != nil {
		if client, err := r.authenticate(ctx, o, p, t, login, rendering); err == nil {
			return client, nil
		}
	}
	o, err := r.open(ctx, t, login)
	if err != nil {
		return nil, err
	}
	return r.authenticate(ctx, o, p, t, login, rendering)
}

func (r *Runner) authenticate(ctx context.Context, o *opening, p target.Permit, t sallyport.TargetSet, login, rendering string) (*gossh.Client, error) {
	source, err := r.source(o.conn.LocalAddr())
	var cert gossh.Signer
	if err == nil {
		cert, err = r.mint(p, r.principals(login, string(t.Target)), rendering, source)
	}
	if err != nil {
		o.close()
		return nil, target.Failf(sallyport.Unavailable, "is the key of the certificate authority available?", "no certificate for target %q: %w", t.Target, err)
	}
	return o.authenticate(ctx, t, login, cert, r.cfg.DialTimeout)
}

// Times of a run that are not the action's own.
const (
	stopWithin = sallyport.StopGrace + 10*time.Second // from TERM to the supervisor's last word
	quietFor   = 300 * time.Millisecond               // survivors hold the streams open: this long without a byte ends the wait
	quietAtAll = 30 * time.Second                     // and this long ends it although they go on printing
	quietWhole = 5 * time.Second                      // without survivors sshd closes the streams by itself
	quietDead  = 2 * time.Second                      // the supervisor is gone without a word, and something holds the streams open
	aliveEvery = 15 * time.Second                     // keepalive requests; one unanswered for as long ends the connection
)

// run follows the execution to its end. It alone touches the fields of x that are not said to be shared.
func (x *execution) run(ctx context.Context, stdin []byte, timeout time.Duration) (target.Outcome, error) {
	defer x.close()
	go x.keepAlive()
	x.send(stdin)
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	done := ctx.Done()
	var giveUp <-chan time.Time
	stop := func(why string) {
		if x.outcome.Stopped != "" {
			return
		}
		x.outcome.Stopped = why
		giveUp = time.After(stopWithin)
		x.control("TERM\n")
	}
	for {
		select {
		case l := <-x.lines:
			if l.word == "ready" && !x.told && x.outcome.Stopped == "" {
				x.told = true
				x.control("RUN\n")
			}
			if x.hear(l) {
				return x.finish()
			}
		case why := <-x.broken:
			stop(why)
		case <-timer.C:
			stop("timeout")
		case <-done:
			done = nil
			stop(target.StopReason(ctx))
		case <-giveUp:
			return x.lost(fmt.Sprintf("it was told to end (%s) and did not answer within %s", x.outcome.Stopped, stopWithin))
		case status := <-x.exited:
			return x.afterExit(status)
		}
	}
}

// afterExit goes on from what sshd said of the end: the supervisor's last words may still be on their way, behind output.
func (x *execution) afterExit(status int) (target.Outcome, error) {
	x.exited <- status // finish wants to know it too
	tick := time.NewTicker(quietFor)
	defer tick.Stop()
	for over, drained := false, false; ; {
		select {
		case l := <-x.lines:
			if x.hear(l) {
				return x.finish()
			}
			continue
		default:
		}
		if over {
			return x.withoutLastWord(status, drained)
		}
		select {
		case l := <-x.lines:
			if x.hear(l) {
				return x.finish()
			}
		case <-x.drained:
			over, drained = true, true
		case <-tick.C:
			over = x.quietSince(quietDead)
		}
	}
}

// finish waits for the rest of the output after the supervisor's last word.
func (x *execution) finish() (target.Outcome, error) {
	if x.failed != "" {
		return target.Outcome{}, target.Failf(sallyport.Unavailable, "nothing ran", "the target declined to begin: %s", x.failed)
	}
	quiet, atAll := quietWhole, (<-chan time.Time)(nil)
	if len(x.outcome.Survived) > 0 || x.outcome.Unseen != "" {
		quiet, atAll = quietFor, time.After(quietAtAll)
	}
	tick := time.NewTicker(quietFor / 3)
	defer tick.Stop()
	whole := false
	for open := true; open; {
		select {
		case <-x.drained:
			open, whole = false, true
		case <-x.lines:
		case <-tick.C:
			open = !x.quietSince(quiet)
		case <-atAll:
			open = false
		}
	}
	if whole { // the status came before the end of the streams, or the connection was lost and never brings one
		select {
		case status := <-x.exited:
			if status < 0 {
				return x.lost(fmt.Sprintf("it ended with status %d and the connection was lost before all of its output had arrived", x.outcome.Exit))
			}
			if status != x.outcome.Exit {
				return x.lost(fmt.Sprintf("its supervisor says status %d and sshd says %d", x.outcome.Exit, status))
			}
		case <-time.After(quietDead):
		}
	}
	x.close()
	x.outcome.Output, x.outcome.Cut = x.counted()
	x.outcome.Stopped = cmp.Or(x.outcome.Stopped, x.sinkError())
	return x.outcome, nil
}

// withoutLastWord judges a session that ended although the supervisor never said how.
func (x *execution) withoutLastWord(status int, drained bool) (target.Outcome, error) {
	x.close()
	clean := status >= 0
	switch {
	case !x.told, clean && drained && !x.begun:
		// The streams came to their end in order, and the line that precedes every beginning was not in them; or RUN was never sent.
		why, hint := "the connection was lost", "propose again when the target answers"
		if x.outcome.Stopped != "" {
			why, hint = "stopped before it began: "+x.outcome.Stopped, "nothing needs to be undone"
		} else if clean {
			why = fmt.Sprintf("its shell ended with status %d: %q", status, x.firstWords())
			hint = "the login's shell must be /bin/sh; run sallyport target check"
		}
		return target.Outcome{}, target.Failf(sallyport.Unavailable, hint, "nothing ran on the target: %s", why)
	case clean:
		return x.lost(fmt.Sprintf("its supervisor was ended (status %d)", status))
	}
	return x.lost("the connection was lost")
}

// lost gives up on an execution of which nobody knows how it ends.
func (x *execution) lost(why string) (target.Outcome, error) {
	x.close()
	if !x.told {
		return target.Outcome{}, target.Failf(sallyport.Unavailable, "nothing ran", "the action was never told to begin: %s", why)
	}
	return target.Outcome{}, target.Interruptf("outcome unknown: %s", why)
}
