package gateway

import (
	"context"
	"errors"
	"slices"
	"time"

	"sallyport"
	"sallyport/assess"
	"sallyport/policy"
	"sallyport/target"
	"sallyport/workflow"
)

// Bounds of what is read from a target before an assessment (DESIGN 4.2).
const (
	readFile  = 1 << 20
	readTotal = 4 << 20
	readTime  = 10 * time.Second
)

// prepare brings a proposal to the deciders: what the text runs on the target is read and pinned, then everything is
// assessed. After a crash it is taken up where the ledger says it stopped. One goroutine prepares an action at a time; whoever
// comes while it does has it look once more.
func (g *Gateway) prepare(ctx context.Context, id sallyport.ActionID) {
	g.mu.Lock()
	if _, busy := g.preparing[id]; busy {
		g.preparing[id] = true
		g.mu.Unlock()
		return
	}
	g.preparing[id] = false
	g.mu.Unlock()
	for again := true; again; {
		g.prepareOnce(ctx, id)
		g.mu.Lock()
		if again = g.preparing[id]; again {
			g.preparing[id] = false
		} else {
			delete(g.preparing, id)
		}
		g.mu.Unlock()
	}
}

func (g *Gateway) prepareOnce(ctx context.Context, id sallyport.ActionID) {
	if err := g.resolve(ctx, id); err == errLater {
		return // taken up again when the escort is there: see pumpSession
	} else if err != nil && ctx.Err() == nil {
		g.log.Warn("proposal could not be resolved", "action", id, "err", err)
		g.giveUp(ctx, id, "what it runs could not be established: "+sayError(err))
		return
	}
	if err := g.assess(ctx, id); err != nil && ctx.Err() == nil {
		g.log.Warn("proposal could not be assessed", "action", id, "err", err)
		g.giveUp(ctx, id, "it could not be assessed: "+sayError(err))
		return
	}
	g.pump(id)
}

// errLater says that a target may not be read yet: nothing is read without the escort there.
var errLater = errors.New("the target may not be read yet")

// readLater tells whether what forbids the reading passes by itself: no escort yet, away, paused.
func (g *Gateway) readLater(id sallyport.ActionID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.state.Actions[id]
	sess := g.state.Sessions[a.Session]
	answer, err := g.check.Question(g.state, sess, a, sallyport.AskRead, sess.Engineer, policy.StageWork, g.time(), g.cache)
	return err == nil && len(answer.Needs) > 0 && sess.State == workflow.Open
}

// giveUp cancels a proposal that cannot be put before a decider.
func (g *Gateway) giveUp(ctx context.Context, id sallyport.ActionID, why string) {
	session, err := g.sessionOf(id)
	if err == nil {
		_, err = g.append(ctx, sallyport.Gateway, session, say(&sallyport.ActionCancelled{Action: id, Why: short(why)}))
	}
	if err != nil {
		g.log.Warn("proposal could not be cancelled", "action", id, "err", err)
	}
}

// sayError gives the words of err that are safe to show.
func sayError(err error) string {
	if sallyport.CodeOf(err) == sallyport.Internal {
		return "internal error"
	}
	return err.Error()
}

// material loads what an action consists of.
func (g *Gateway) material(ctx context.Context, id sallyport.ActionID) (act workflow.Action, spec sallyport.Spec, pins []sallyport.Pin, err error) {
	err = g.view(func(s *workflow.State) error {
		a := s.Actions[id]
		if a == nil {
			return sallyport.Errorf(sallyport.NotFound, "no action %q", id)
		}
		act = *a
		return nil
	})
	if err == nil {
		err = g.loadJSON(ctx, act.Spec, &spec)
	}
	if err == nil && act.Pins != nil {
		err = g.loadJSON(ctx, *act.Pins, &pins)
	}
	return act, spec, pins, err
}

func (g *Gateway) loadJSON(ctx context.Context, ref sallyport.BlobRef, v any) error {
	b, err := g.cache.get(ctx, ref)
	if err != nil {
		return err
	}
	return sallyport.DecodeJSON(b, v)
}

func (g *Gateway) resolve(ctx context.Context, id sallyport.ActionID) error {
	act, spec, _, err := g.material(ctx, id)
	if err != nil || (act.State != workflow.Proposed && act.State != workflow.Reading) {
		return err
	}
	var pins []sallyport.Pin
	var missing []sallyport.Unpinned
	if refs := assess.References(assess.Request{Text: spec.Text, Interpreter: spec.Interpreter, Cwd: spec.Dir}); len(refs) > 0 {
		if pins, missing, err = g.read(ctx, act, spec, refs); err != nil {
			return err
		}
	}
	body := &sallyport.ActionResolved{Action: id}
	if len(pins) > 0 {
		ref, err := g.putJSON(ctx, pins)
		if err != nil {
			return err
		}
		body.Pins = &ref
	}
	if len(missing) > 0 {
		ref, err := g.putJSON(ctx, missing)
		if err != nil {
			return err
		}
		body.Missing = &ref
	}
	_, err = g.append(ctx, sallyport.Gateway, act.Session, say(body))
	g.Fail("resolved")
	return err
}

// read reads the files that the text runs. What cannot be read is named: it is never low.
func (g *Gateway) read(ctx context.Context, act workflow.Action, spec sallyport.Spec, refs []assess.Ref) ([]sallyport.Pin, []sallyport.Unpinned, error) {
	var words []string
	for _, r := range refs {
		if !slices.Contains(words, r.Word) {
			words = append(words, r.Word)
		}
	}
	list, err := g.putJSON(ctx, words)
	if err != nil {
		return nil, nil, err
	}
	missing := func(why string) (out []sallyport.Unpinned) {
		for _, w := range words {
			out = append(out, sallyport.Unpinned{Word: w, Why: why})
		}
		return out
	}
	permit := uint64(act.Reads)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := newRun(&act, spec.Target, cancel)
	defer g.ran(r)
	if act.State == workflow.Proposed {
		index, err := g.append(ctx, sallyport.Gateway, act.Session, func(*workflow.State, time.Time) (sallyport.Body, error) {
			g.runs[act.ID] = r // under the lock: what reads is ended with its session as what runs is
			return &sallyport.ActionReading{Action: act.ID, Words: list}, nil
		})
		if sallyport.CodeOf(err) == sallyport.Forbidden && g.readLater(act.ID) {
			return nil, nil, errLater
		} else if sallyport.CodeOf(err) == sallyport.Forbidden {
			return nil, missing("it may not be read: " + err.Error()), nil
		} else if err != nil {
			return nil, nil, err
		}
		permit = uint64(index)
	} else { // taken up after a crash
		g.mu.Lock()
		g.runs[act.ID] = r
		g.mu.Unlock()
	}
	g.Fail("reading")
	var t sallyport.TargetSet
	if err := g.view(func(s *workflow.State) error { t = *s.Targets[spec.Target]; return nil }); err != nil {
		return nil, nil, err
	}
	t.Address, t.HostKey = spec.Address, spec.HostKey
	results, err := g.Runner.Read(ctx, target.Permit{Serial: permit, Action: act.ID}, t, spec.Login, spec.Dir, words, target.ReadLimits{File: readFile, Total: readTotal, Timeout: readTime})
	if err != nil {
		g.log.Warn("target could not be read", "action", act.ID, "target", spec.Target, "err", err)
		return nil, missing("the target could not be asked: " + sayError(err)), nil
	}
	byWord := map[string]target.ReadResult{}
	for _, r := range results {
		byWord[r.Word] = r
	}
	var pins []sallyport.Pin
	var unpinned []sallyport.Unpinned
	for _, ref := range refs {
		r, ok := byWord[ref.Word]
		switch {
		case !ok:
			unpinned = append(unpinned, sallyport.Unpinned{Word: ref.Word, Why: "the target gave no answer"})
		case r.Why != "":
			unpinned = append(unpinned, sallyport.Unpinned{Word: ref.Word, Why: r.Why})
		case len(pins) >= sallyport.MaxPins:
			unpinned = append(unpinned, sallyport.Unpinned{Word: ref.Word, Why: "too many files are run"})
		default:
			pins = append(pins, sallyport.Pin{Path: r.Path, Word: ref.Word, Offset: ref.Offset, Length: ref.Length, Command: ref.Command, Content: r.Content})
		}
	}
	return pins, unpinned, nil
}

func (g *Gateway) assess(ctx context.Context, id sallyport.ActionID) error {
	act, spec, pins, err := g.material(ctx, id)
	if err != nil || act.State != workflow.Resolved {
		return err
	}
	var purpose sallyport.TicketPurpose
	err = g.view(func(s *workflow.State) error {
		return g.blobJSON(s.Tickets[s.Sessions[act.Session].Ticket].Purpose, &purpose)
	})
	if err != nil {
		return err
	}
	var missing []sallyport.Unpinned
	if act.Missing != nil {
		if err := g.loadJSON(ctx, *act.Missing, &missing); err != nil {
			return err
		}
	}
	req := assess.RequestFor(spec, pins, purpose)
	found := assess.Action(ctx, req, missing)
	ref, err := g.putJSON(ctx, found)
	if err != nil {
		return err
	}
	body := &sallyport.ActionAssessed{Action: id, Assessment: ref, Verdict: string(found.Verdict), Complete: found.Complete, Needs: assess.Technologies(req, found)}
	for _, e := range found.Effects {
		body.Kinds = append(body.Kinds, string(e.Kind))
	}
	slices.Sort(body.Kinds)
	body.Kinds = slices.Compact(body.Kinds)
	_, err = g.append(ctx, sallyport.Gateway, act.Session, say(body))
	g.Fail("assessed")
	if p, ok := g.Runner.(target.Preparer); ok && err == nil {
		g.mu.Lock()
		t := *g.state.Targets[spec.Target]
		g.mu.Unlock()
		p.Prepare(t, spec.Login)
	}
	return err
}
