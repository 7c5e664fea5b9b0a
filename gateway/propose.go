package gateway

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// Propose implements Service.
func (g *Gateway) Propose(ctx context.Context, c Caller, p Proposal) (ActionSummary, error) {
	var body *sallyport.ActionProposed
	err := signedOnly(p)
	switch {
	case err != nil:
	case p.Draft != "":
		body, err = g.drafted(c, p)
	default:
		body, err = g.proposal(ctx, c, p)
	}
	if err != nil {
		return ActionSummary{}, err
	}
	id := body.Action
	if _, err = g.append(ctx, c.Person, p.Session, say(body)); err != nil {
		return ActionSummary{}, err
	}
	g.Fail("proposed")
	g.background.Go(func() { g.prepare(g.ctx, id) })
	var out ActionSummary
	err = g.view(func(s *workflow.State) error {
		out = g.summary(s, s.Actions[id], true)
		return nil
	})
	return out, err
}

// proposal stores the work and says what the entry will say.
func (g *Gateway) proposal(ctx context.Context, c Caller, p Proposal) (*sallyport.ActionProposed, error) {
	if p.Runbook != "" && len(p.Text) == 0 {
		var err error
		if p, err = g.fromRunbook(c, p); err != nil {
			return nil, err
		}
	}
	if err := wellFormed(p); err != nil {
		return nil, err
	}
	id := sallyport.ActionID("A-" + g.NewID())
	spec, err := g.spec(c, id, p)
	if err != nil {
		return nil, err
	}
	ref, err := g.putJSON(ctx, spec)
	if err != nil {
		return nil, err
	}
	g.Fail("proposal stored")
	body := &sallyport.ActionProposed{Action: id, Spec: ref, Target: spec.Target, Runbook: p.Runbook}
	err = g.view(func(s *workflow.State) error {
		sess := s.Sessions[p.Session]
		set, err := g.check.SetOf(s, sess.System, g.cache)
		if err != nil {
			return err
		}
		body.Expires = g.time().Add(time.Duration(set.Profile().Expiry.Proposal))
		if sess.Until.Before(body.Expires) {
			body.Expires = sess.Until
		}
		return nil
	})
	return body, err
}

// fromRunbook fills in what a runbook approves, for an engineer whose ticket has a target that it is in force for.
func (g *Gateway) fromRunbook(c Caller, p Proposal) (Proposal, error) {
	err := g.view(func(s *workflow.State) error {
		sess := s.Sessions[p.Session]
		if sess == nil || sess.Engineer != c.Person {
			return sallyport.Errorf(sallyport.NotFound, "no session %q of yours", p.Session)
		}
		t, err := s.TargetOf(s.Tickets[sess.Ticket], p.Target)
		if err != nil {
			return &sallyport.Error{Code: sallyport.Invalid, Message: err.Error(), Hint: "name one of the ticket's targets"}
		}
		r, err := s.RunbookFor(p.Runbook, sallyport.Entry{Time: g.time(), By: c.Person, Session: p.Session}, t.Target)
		var text sallyport.RunbookText
		if err == nil {
			err = g.blobJSON(r.Text, &text)
		}
		if err != nil {
			return sallyport.Errorf(sallyport.NotFound, "no runbook %q is in force for target %q", p.Runbook, t.Target)
		}
		p.Text, p.Login, p.Interpreter, p.Dir = text.Text, text.Login, text.Interpreter, text.Dir
		return nil
	})
	return p, err
}

// wellFormed refuses what no target could run faithfully. What is merely odd is shown to the decider as it is.
func wellFormed(p Proposal) error {
	size := len(p.Text) + len(p.Stdin)
	switch {
	case len(bytes.TrimSpace(p.Text)) == 0:
		return sallyport.Errorf(sallyport.Invalid, "the proposal is empty").WithHint("give a command, or a script on standard input")
	case size > sallyport.MaxText:
		return sallyport.Errorf(sallyport.Limited, "the proposal is %d bytes, more than %d", size, sallyport.MaxText).WithHint("bring large files to the target by the deployment pipeline; propose the step that uses them")
	case bytes.IndexByte(p.Text, 0) >= 0:
		return sallyport.Errorf(sallyport.Invalid, "the proposal has a NUL byte at offset %d: no shell reads it the way it is written", bytes.IndexByte(p.Text, 0)).WithHint("propose text; a binary belongs into the deployment pipeline")
	case len(p.Env) > sallyport.MaxEnv:
		return sallyport.Errorf(sallyport.Limited, "%d variables, more than %d", len(p.Env), sallyport.MaxEnv)
	case len(p.Dir) > sallyport.MaxPath || strings.ContainsAny(p.Dir, "\x00\n"):
		return sallyport.Errorf(sallyport.Invalid, "the working directory is no path")
	case p.Dir != "" && !path.IsAbs(p.Dir):
		return sallyport.Errorf(sallyport.Invalid, "working directory %q is not absolute", p.Dir)
	}
	for _, v := range p.Env {
		if !envName(v.Name) || strings.ContainsRune(v.Value, 0) {
			return sallyport.Errorf(sallyport.Invalid, "variable %q cannot be set", v.Name).WithHint("names are letters, digits and underscores, and do not begin with a digit")
		}
	}
	return nil
}

func envName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 128
}

// spec fixes everything that an approval will bind, from the proposal and the target as it is now.
func (g *Gateway) spec(c Caller, id sallyport.ActionID, p Proposal) (sallyport.Spec, error) {
	spec := sallyport.Spec{Action: id, Session: p.Session, Text: p.Text, Dir: p.Dir, Env: p.Env, Stdin: p.Stdin}
	err := g.view(func(s *workflow.State) error {
		sess := s.Sessions[p.Session]
		if sess == nil || sess.Engineer != c.Person {
			return sallyport.Errorf(sallyport.NotFound, "no session %q of yours", p.Session)
		}
		if err := g.paced(c.Person); err != nil {
			return err
		}
		t, err := s.TargetOf(s.Tickets[sess.Ticket], p.Target)
		if err != nil {
			return &sallyport.Error{Code: sallyport.Invalid, Message: err.Error(), Hint: "name one of the ticket's targets: `:target NAME`"}
		}
		spec.Target, spec.Address, spec.HostKey, spec.Login, spec.Interpreter = t.Target, t.Address, t.HostKey, t.Logins[0], t.Interpreter
		if p.Login != "" {
			if !slices.Contains(t.Logins, p.Login) {
				return sallyport.Errorf(sallyport.Invalid, "login %q is not one of target %q: %q", p.Login, t.Target, t.Logins)
			}
			spec.Login = p.Login
		}
		if p.Interpreter != "" {
			if !slices.Contains([]string{"/bin/sh", "/bin/bash", t.Interpreter}, p.Interpreter) {
				return sallyport.Errorf(sallyport.Invalid, "interpreter %q is not one that can be judged: /bin/sh, /bin/bash", p.Interpreter)
			}
			spec.Interpreter = p.Interpreter
		}
		spec.Limits = sallyport.ActionLimits{Timeout: sallyport.DefaultTimeout, Output: sallyport.DefaultOutput}
		if limit := s.Systems[sess.System].OutputLimit; limit > 0 {
			spec.Limits.Output = limit
		}
		return nil
	})
	return spec, err
}

// Answer implements Service.
func (g *Gateway) Answer(ctx context.Context, c Caller, a sallyport.ActionID, words string) error {
	session, err := g.sessionOf(a)
	if err != nil {
		return err
	}
	ref, err := g.putWords(ctx, words)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, say(&sallyport.ActionAnswered{Action: a, Words: ref}))
	return err
}

// Withdraw implements Service.
func (g *Gateway) Withdraw(ctx context.Context, c Caller, a sallyport.ActionID) error {
	session, err := g.sessionOf(a)
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, session, say(&sallyport.ActionWithdrawn{Action: a}))
	return err
}

// Stop implements Service.
func (g *Gateway) Stop(ctx context.Context, c Caller, a sallyport.ActionID, why string) error {
	session, err := g.sessionOf(a)
	if err != nil {
		return err
	}
	if _, err := g.append(ctx, c.Person, session, say(&sallyport.ActionStopping{Action: a, Why: short(why)})); err != nil {
		return err
	}
	g.mu.Lock()
	r := g.runs[a]
	g.mu.Unlock()
	if r != nil {
		r.end(short(why))
		r.gone(ctx)
	}
	return nil
}

func (g *Gateway) sessionOf(a sallyport.ActionID) (sallyport.SessionID, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if act := g.state.Actions[a]; act != nil {
		return act.Session, nil
	}
	return "", sallyport.Errorf(sallyport.NotFound, "no action %q", a)
}
