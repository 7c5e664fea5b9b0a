package gateway

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Tickets implements Service.
func (g *Gateway) Tickets(ctx context.Context, c Caller) ([]TicketView, error) {
	var out []TicketView
	err := g.view(func(s *workflow.State) error {
		me := g.asking(s, c.Person)
		for _, t := range s.Tickets {
			if t.Engineer == c.Person || me.may(t.System, sallyport.AskWatch, "") || me.may(t.System, sallyport.AskAdminister, policy.TopicTicket) {
				out = append(out, g.ticket(s, t))
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b TicketView) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, err
}

func (g *Gateway) ticket(s *workflow.State, t *workflow.Ticket) TicketView {
	v := TicketView{ID: t.Ticket, System: t.System, Targets: t.Targets, Engineer: g.party(s, t.Engineer), Mode: t.Mode, Technologies: t.Technologies,
		From: t.From, To: t.To, State: "open", Session: t.Session}
	_ = g.blobJSON(t.Purpose, &v.Scope)
	v.Title, v.Text = v.Scope.Title, v.Scope.Text
	now := g.time()
	switch {
	case t.Closed:
		v.State = "closed"
	case !now.Before(t.To):
		v.State = "over"
	case now.Before(t.From):
		v.State = "planned"
	}
	return v
}

// Session implements Service.
func (g *Gateway) Session(ctx context.Context, c Caller, id sallyport.SessionID) (SessionView, []Message, error) {
	var v SessionView
	var words []Message
	err := g.view(func(s *workflow.State) error {
		sess := s.Sessions[id]
		if sess == nil || !g.party2(s, sess, c.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no session %q that you take part in", id)
		}
		v = g.session(s, sess, c.Person, true)
		return nil
	})
	if err != nil {
		return v, nil, err
	}
	words, err = g.conversation(ctx, id)
	return v, words, err
}

// party2 tells whether a person takes part in a session or may watch it.
func (g *Gateway) party2(s *workflow.State, sess *workflow.Session, p sallyport.PersonID) bool {
	if p == sess.Engineer || p == sess.Escort || p == sess.OfferedTo {
		return true
	}
	for _, ask := range []sallyport.Ask{sallyport.AskEscort, sallyport.AskDecideSecond, sallyport.AskWatch, sallyport.AskApprove, sallyport.AskConsent, sallyport.AskEnd} {
		if g.mayIn(s, sess, nil, ask, p) {
			return true
		}
	}
	return false
}

func (g *Gateway) session(s *workflow.State, sess *workflow.Session, viewer sallyport.PersonID, actions bool) SessionView {
	v := SessionView{ID: sess.ID, Ticket: g.ticket(s, s.Tickets[sess.Ticket]), System: sess.System, Mode: sess.Mode, State: sess.State,
		Engineer: g.party(s, sess.Engineer), Present: sess.Present, Why: sess.Why, Opened: sess.At, Until: sess.Until}
	if sess.Paused && sess.State == workflow.Open {
		v.State = "paused"
	}
	if sess.Escort != "" {
		p := g.party(s, sess.Escort)
		v.Escort = &p
	}
	if set, err := g.check.SetOf(s, sess.System, g.cache); err == nil {
		v.SignAsked = set.Profile().SignProposals
	}
	v.Waiting = g.waiting(s, sess)
	v.Can = g.can(s, sess, viewer)
	if actions && sess.State != workflow.Ended && sess.State != workflow.Refused {
		v.Accepted = g.accepted(s, sess)
	}
	if open := sess.State == workflow.Open || sess.State == workflow.Requested; open && (sess.Escort == "" || sess.Offered) {
		v.Match = g.matchView(s, sess, nil, viewer, actions)
	}
	if actions {
		for _, a := range sess.Actions {
			v.Actions = append(v.Actions, g.summary(s, s.Actions[a], viewer != sess.Engineer))
		}
	}
	return v
}

// waiting says what a session still needs.
func (g *Gateway) waiting(s *workflow.State, sess *workflow.Session) (out []string) {
	switch sess.State {
	case workflow.Requested:
		ask, _ := sallyport.AskOf(sess.Mode)
		answer, err := g.check.Question(s, sess, nil, ask, sess.Engineer, policy.StageOpen, g.time(), g.cache)
		if err != nil {
			return []string{err.Error()}
		}
		for _, rule := range answer.Policies {
			if rule.Forbids {
				out = append(out, rule.Says)
			}
		}
	case workflow.Open:
		switch {
		case sess.Escort == "":
			out = append(out, "an escort")
		case sess.Offered:
			out = append(out, "the next escort")
		case !sess.Present:
			out = append(out, "the escort to come back")
		}
	}
	return out
}

// can lists what a viewer may do with a session now.
func (g *Gateway) can(s *workflow.State, sess *workflow.Session, p sallyport.PersonID) []string {
	out := []string{}
	add := func(word string, yes bool) {
		if yes {
			out = append(out, word)
		}
	}
	open := sess.State == workflow.Open
	add("claim", open && p != sess.Engineer && (sess.Escort == "" || sess.Offered && p != sess.Escort && (sess.OfferedTo == "" || sess.OfferedTo == p)) && g.mayIn(s, sess, nil, sallyport.AskEscort, p))
	end := (open || sess.State == workflow.Requested) && g.mayIn(s, sess, nil, sallyport.AskEnd, p)
	add("pause", open && !sess.Paused && end)
	add("resume", open && sess.Paused && p == sess.Escort)
	add("end", end)
	add("hand", open && p == sess.Escort)
	add("approve", sess.State == workflow.Requested && sess.Approved == "" && g.mayIn(s, sess, nil, sallyport.AskApprove, p))
	add("consent", sess.State == workflow.Requested && !slices.Contains(sess.Consented, p) && g.mayIn(s, sess, nil, sallyport.AskConsent, p))
	add("say", open && (p == sess.Engineer || p == sess.Escort))
	return out
}

// summary gives an action in a line. full is false for the engineer, who sees nothing of what the target holds before it is released.
func (g *Gateway) summary(s *workflow.State, a *workflow.Action, full bool) ActionSummary {
	v := ActionSummary{ID: a.ID, Session: a.Session, Target: a.Target, State: string(a.State), Proposed: a.At, Changed: a.Changed, Why: a.Why, Runbook: string(a.Runbook)}
	var spec sallyport.Spec
	if g.blobJSON(a.Spec, &spec) == nil {
		v.Text = strings.ToValidUTF8(string(clip(spec.Text, summaryText)), "\uFFFD")
	}
	if a.Outcome != nil {
		v.Exit = &a.Outcome.Exit
	}
	if full && a.Assessed != nil {
		v.Verdict = a.Assessed.Verdict
		var as sallyport.Assessment
		if g.blobJSON(a.Assessed.Assessment, &as) == nil {
			v.Summary = as.Summary
		}
	}
	if need := g.need(s, a); len(need) > 0 && a.State.Pending() {
		v.Waiting = strings.Join(need, ", ")
	}
	for _, d := range a.Decisions {
		v.Words = append(v.Words, Message{By: g.party(s, d.By), At: d.At, What: spoken(d.Answer), Text: g.blobText(d.Words)})
	}
	for _, w := range a.Answers {
		v.Words = append(v.Words, Message{By: g.party(s, w.By), At: w.At, What: "answered", Text: g.blobText(&w.Text)})
	}
	slices.SortStableFunc(v.Words, func(x, y Message) int { return x.At.Compare(y.At) })
	return v
}

// summaryText bounds the text of an action in a list; its page has all of it.
const summaryText = 4 << 10

func clip(b []byte, n int) []byte {
	if len(b) > n {
		return append(slices.Clone(b[:n]), "…"...)
	}
	return b
}

func spoken(answer string) string {
	switch answer {
	case sallyport.Approve:
		return "approved"
	case sallyport.Refuse:
		return "refused"
	case sallyport.Question:
		return "asked"
	}
	return "escalated"
}

// conversation reads what was said in a session from the ledger.
func (g *Gateway) conversation(ctx context.Context, id sallyport.SessionID) ([]Message, error) {
	var out []Message
	err := g.entriesAbout(ctx, "session", string(id), func(_ int64, e sallyport.Entry, b sallyport.Body) {
		said, ok := b.(*sallyport.Said)
		if !ok {
			return
		}
		g.mu.Lock()
		by := g.party(g.state, e.By)
		g.mu.Unlock()
		out = append(out, Message{By: by, At: e.Time, What: "said", Text: g.blobText(&said.Words)})
	})
	return out, err
}

// Queue implements Service.
func (g *Gateway) Queue(ctx context.Context, c Caller) (QueueView, error) {
	v := QueueView{Sessions: []SessionView{}, Actions: []ActionSummary{}}
	err := g.view(func(s *workflow.State) error {
		for _, sess := range s.Live() {
			if sess.Engineer == c.Person || !g.party2(s, sess, c.Person) {
				continue
			}
			v.Sessions = append(v.Sessions, g.session(s, sess, c.Person, false))
			for _, name := range sess.Actions {
				a := s.Actions[name]
				if !a.State.Pending() || a.Assessed == nil {
					continue
				}
				if approvedBy(a, c.Person) {
					continue // it waits for somebody else now
				}
				if seat, _ := g.seat(s, a, c.Person); seat != "" || sess.Escort == "" {
					v.Actions = append(v.Actions, g.summary(s, a, true))
				}
			}
		}
		return nil
	})
	slices.SortFunc(v.Sessions, func(a, b SessionView) int { return a.Opened.Compare(b.Opened) })
	slices.SortFunc(v.Actions, func(a, b ActionSummary) int { return a.Proposed.Compare(b.Proposed) })
	return v, err
}

// approvedBy tells whether an action that is approved has its approval from p.
func approvedBy(a *workflow.Action, p sallyport.PersonID) bool {
	return a.State == workflow.Approved && slices.ContainsFunc(a.Decisions, func(d workflow.Decision) bool { return d.By == p && d.Answer == sallyport.Approve })
}

// Action implements Service.
func (g *Gateway) Action(ctx context.Context, c Caller, id sallyport.ActionID) (ActionPage, error) {
	var v ActionPage
	act, spec, pins, err := g.material(ctx, id)
	if err != nil {
		return v, err
	}
	err = g.view(func(s *workflow.State) error {
		a := s.Actions[id]
		sess := s.Sessions[a.Session]
		if c.Person == sess.Engineer || !g.party2(s, sess, c.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no action %q that you may see", id)
		}
		v.ActionSummary, v.SessionView = g.summary(s, a, true), g.session(s, sess, c.Person, false)
		v.Need = g.need(s, a)
		v.Seat, v.CannotWhy = g.seat(s, a, c.Person)
		if slices.ContainsFunc(v.Need, func(n string) bool { return strings.Contains(n, "second person") }) && a.Assessed != nil {
			v.Match = g.matchView(s, sess, a, c.Person, true)
		}
		if set, err := g.check.SetOf(s, sess.System, g.cache); err == nil {
			v.WordsAsked, v.SignAsked = set.Profile().Words, set.Profile().SignDecisions
		}
		for _, d := range a.Decisions {
			v.Decisions = append(v.Decisions, DecisionView{By: g.party(s, d.By), Seat: d.Seat, Answer: d.Answer, Words: g.blobText(d.Words), At: d.At,
				Seconds: d.Shown.Decided.Sub(d.Shown.Opened).Seconds(), Shown: d.Shown})
		}
		if a.Assessed != nil {
			key := opening{c.Person, id}
			if _, ok := g.opened[key]; !ok {
				g.opened[key] = g.time()
			}
			v.Shown = sallyport.Shown{Spec: a.Spec.Digest, Pins: a.PinsDigest(), Assessment: a.Assessed.Assessment.Digest, Opened: g.opened[key]}
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	if err := g.looked(ctx, c, &act, "text", 0); err != nil {
		return ActionPage{}, err
	}
	v.Spec, v.Pins = spec, pins
	if act.Missing != nil {
		if err := g.loadJSON(ctx, *act.Missing, &v.Missing); err != nil {
			return v, err
		}
	}
	if act.Assessed != nil {
		var as sallyport.Assessment
		if err := g.loadJSON(ctx, act.Assessed.Assessment, &as); err != nil {
			return v, err
		}
		v.Assessment = as
	}
	v.Output, err = g.recorded(ctx, c, &act)
	return v, err
}

// Ledger implements Service.
func (g *Gateway) Ledger(ctx context.Context, c Caller, f LedgerFilter) (LedgerPage, error) {
	err := g.view(func(s *workflow.State) error {
		if !g.may(s, "*", sallyport.AskExport, "", c.Person) && !g.may(s, "*", sallyport.AskReplay, "", c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may not read the ledger").WithHint("auditors may")
		}
		return nil
	})
	if err != nil {
		return LedgerPage{}, err
	}
	page := LedgerPage{Lines: []LedgerLine{}, Size: g.Log.Size(), Checkpoint: string(g.Log.Checkpoint()), At: g.Now().UTC()}
	limit := f.Limit
	if limit <= 0 || limit > 1000 {
		limit = 1000
	}
	add := func(index int64, raw []byte, e sallyport.Entry, b sallyport.Body) bool {
		if f.Kind != "" && !strings.HasPrefix(string(e.Kind), f.Kind) || f.Session != "" && e.Session != f.Session || f.Person != "" && e.By != f.Person {
			return true
		}
		hash := tlog.RecordHash(raw)
		g.mu.Lock()
		says := g.says(g.state, e, b)
		g.mu.Unlock()
		page.Lines = append(page.Lines, LedgerLine{Index: index, Leaf: base64.StdEncoding.EncodeToString(hash[:]), Entry: e, Says: says})
		return len(page.Lines) < limit
	}
	to := f.To
	if to <= 0 || to > page.Size {
		to = page.Size
	}
	const step = 512
	from, end := f.From, min(f.From+step, to)
	if f.Newest {
		from, end = max(to-step, f.From), to
	}
	for full := false; !full && from < end; {
		raws, err := g.Log.Read(ctx, from, end)
		if err != nil {
			return page, err
		}
		for i := range raws {
			if f.Newest {
				i = len(raws) - 1 - i
			}
			e, b, err := sallyport.DecodeEntry(raws[i])
			if err != nil {
				return page, err
			}
			if full = !add(from+int64(i), raws[i], e, b); full {
				break
			}
		}
		if f.Newest {
			from, end = max(from-step, f.From), from
		} else {
			from, end = end, min(end+step, to)
		}
	}
	if f.Newest {
		slices.Reverse(page.Lines)
	}
	return page, nil
}

// entriesAbout calls f for every entry that concerns a subject, in order.
func (g *Gateway) entriesAbout(ctx context.Context, kind, id string, f func(int64, sallyport.Entry, sallyport.Body)) error {
	const step = 512
	for from := int64(0); ; {
		indexes, err := g.about(ctx, kind, id, from, step)
		if err != nil {
			return err
		}
		for _, i := range indexes {
			raws, err := g.Log.Read(ctx, i, i+1)
			if err != nil {
				return err
			}
			if len(raws) == 0 {
				return nil
			}
			e, b, err := sallyport.DecodeEntry(raws[0])
			if err != nil {
				return err
			}
			f(i, e, b)
			from = i + 1
		}
		if len(indexes) < step {
			return nil
		}
	}
}

// SignedIn implements Service.
func (g *Gateway) SignedIn(ctx context.Context, c Caller) error {
	from, err := g.put(ctx, []byte(c.From))
	if err != nil {
		return err
	}
	_, err = g.append(ctx, c.Person, "", say(&sallyport.SignedIn{Door: c.Door, Key: c.Key, From: from}))
	return err
}

// PersonByKey implements Service.
func (g *Gateway) PersonByKey(ctx context.Context, key sallyport.KeyID) (sallyport.PersonID, error) {
	var who sallyport.PersonID
	err := g.view(func(s *workflow.State) error {
		k := s.Keys[key]
		_, revoked := s.Revocations[workflow.Revocation{What: "key", Name: string(key)}]
		if k == nil || k.Retired || revoked || k.Until != nil && !g.time().Before(*k.Until) || !slices.Contains(k.Use, "signin") {
			return sallyport.Errorf(sallyport.Forbidden, "this key is not enrolled")
		}
		if out, err := g.check.Revoked(s, k.Person, g.time(), g.cache); out || err != nil {
			return sallyport.Errorf(sallyport.Forbidden, "this key is not enrolled")
		}
		who = k.Person
		return nil
	})
	return who, err
}

var _ Service = (*Gateway)(nil)
