package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy"
	"sallyport/signature"
	"sallyport/web/client"
	"sallyport/web/wire"
)

// expected is what a profile must answer to somebody of the demo, and by which policy.
type expected struct {
	who   sallyport.PersonID
	ask   sallyport.Ask
	allow bool
	by    string
}

// demoExpects is what each shipped profile lets the demo's people do. Fay is foreign, or from outside, and not screened.
var demoExpects = map[string][]expected{
	"open":        {{demoForeign, sallyport.AskPropose, true, ""}, {demoAuditor, sallyport.AskPropose, false, ""}},
	"fedramp":     {{demoForeign, sallyport.AskPropose, true, ""}, {demoForeign, sallyport.AskDrive, false, "fedramp-unscreened-drive"}},
	"cmmc-l2":     {{demoEngineer, sallyport.AskDrive, true, ""}, {demoForeign, sallyport.AskPropose, false, "cmmc-group-d"}},
	"dod-il2":     {{demoEngineer, sallyport.AskPropose, true, ""}, {demoForeign, sallyport.AskPropose, false, "dod-group-d"}},
	"dod-il4":     {{demoEngineer, sallyport.AskPropose, true, ""}, {demoForeign, sallyport.AskPropose, false, "dod-foreign-view-only"}},
	"dod-il5":     {{demoEngineer, sallyport.AskPropose, true, ""}, {demoForeign, sallyport.AskPropose, false, "dod-foreign-view-only"}},
	"secnumcloud": {{demoEngineer, sallyport.AskPropose, true, ""}, {demoForeign, sallyport.AskDrive, false, "snc-supervised"}},
}

// story gives what --script plays.
func (d *demo) story() func(context.Context) error {
	if d.o.profile == "open" {
		return d.play
	}
	return d.playProfile
}

// playProfile is the story of a profile's gates: who is let in, approval, consent, a signed proposal and decision, release.
func (d *demo) playProfile(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*stepTime)
	defer cancel()
	set, err := policy.Open(d.o.profile)
	if err != nil {
		return err
	}
	as := map[sallyport.PersonID]*client.Client{}
	for _, p := range demoPeople {
		if as[p.id], err = d.apiClient(p.id); err != nil {
			return err
		}
	}
	d.title("Who may what under profile " + d.o.profile)
	for _, e := range demoExpects[d.o.profile] {
		if err := d.expect(ctx, as[demoAdmin], e); err != nil {
			return err
		}
	}
	d.title("The session and its gates")
	session, err := d.gates(ctx, as, set)
	if err != nil {
		return err
	}
	d.title("One action, from proposal to released output")
	if err := d.oneAction(ctx, as, set, session); err != nil {
		return err
	}
	d.title("The escort ends the session, and both sides keep a receipt; the auditor reads the ledger")
	if err := as[demoEscort].SessionDo(ctx, session, "end", "done"); err != nil {
		return err
	}
	if err := d.receipts(ctx, as[demoEscort], session); err != nil {
		return err
	}
	return d.audit(ctx, as[demoAuditor])
}

// expect asks the server and compares with what the profile must say.
func (d *demo) expect(ctx context.Context, admin *client.Client, e expected) error {
	answers, err := admin.Explain(ctx, e.who, demoSystem, e.ask, time.Time{})
	if err != nil {
		return err
	}
	if len(answers) != 1 {
		return fmt.Errorf("%d answers about %s", len(answers), e.who)
	}
	a := answers[0]
	fmt.Fprintf(d.out, "   may %s %s? %s\n", e.who, e.ask, inert(a.Answer))
	for _, because := range append(slices.Clone(a.Because), a.Questions...) {
		fmt.Fprintf(d.out, "      %s\n", inert(because))
	}
	by := e.by == "" || slices.ContainsFunc(a.Because, func(because string) bool { return strings.Contains(because, e.by) })
	if a.Allowed != e.allow || !by {
		return fmt.Errorf("may %s %s? the answer is %t by %q, want %t by %q", e.who, e.ask, a.Allowed, a.Because, e.allow, e.by)
	}
	return nil
}

// gates brings the session through what the profile asks for before it: it must wait for each.
func (d *demo) gates(ctx context.Context, as map[sallyport.PersonID]*client.Client, set *policy.Set) (sallyport.SessionID, error) {
	v, err := as[demoEngineer].OpenSession(ctx, demoTicket)
	if err != nil {
		return "", err
	}
	p := set.Profile()
	for _, gate := range []struct {
		asked bool
		who   sallyport.PersonID
		verb  string
		says  string
	}{{p.SessionApproval, demoApprover, "approve", "approval"}, {p.OwnerConsent, demoOwner, "consent", "consented"}} {
		if !gate.asked {
			continue
		}
		s, err := as[demoEngineer].Session(ctx, v.ID)
		if err != nil {
			return v.ID, err
		}
		waits := strings.Join(s.Session.Waiting, " ")
		if s.Session.State != "requested" || !strings.Contains(waits, gate.says) {
			return v.ID, fmt.Errorf("the session is %s and waits for %q, not for %s", s.Session.State, waits, gate.says)
		}
		fmt.Fprintf(d.out, "   the session waits: %s\n   %s does so\n", inert(waits), gate.who)
		if err := as[gate.who].SessionDo(ctx, v.ID, gate.verb, "planned work"); err != nil {
			return v.ID, err
		}
	}
	if err := as[demoEscort].SessionDo(ctx, v.ID, "claim", ""); err != nil {
		return v.ID, err
	}
	s, err := as[demoEscort].Session(ctx, v.ID)
	if err == nil && s.Session.State != "open" {
		err = fmt.Errorf("the session is %s: %q", s.Session.State, s.Session.Waiting)
	}
	if err == nil {
		fmt.Fprintf(d.out, "   session %s is open, escort %s\n", v.ID, inert(s.Session.Escort.Name))
	}
	return v.ID, err
}

// oneAction is one proposal: signed where the profile wants it, decided by as many as it wants, released.
func (d *demo) oneAction(ctx context.Context, as map[sallyport.PersonID]*client.Client, set *policy.Set, session sallyport.SessionID) error {
	text := "/opt/shop/status; tail -n 2 /var/log/nginx/error.log"
	id, err := d.proposeSigned(ctx, as[demoEngineer], set, session, text)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "   ana proposes %s: %s\n", id, text)
	if err := d.answer(ctx, as[demoEngineer], demoEngineer, id, "approve"); err == nil {
		return errors.New("the engineer decided about their own proposal")
	}
	for {
		_ = as[demoEscort].Presence(ctx, session, false)
		page, err := as[demoEscort].Action(ctx, id)
		if err != nil {
			return err
		}
		switch page.State {
		case "waiting":
			if page.Seat == "" {
				return fmt.Errorf("the escort may not decide: %q", page.CannotWhy)
			}
			if err := d.answer(ctx, as[demoEscort], demoEscort, id, sallyport.Approve); err != nil {
				return err
			}
			fmt.Fprintf(d.out, "   ed approves%s\n", d.signedBy(demoEscort))
		case "approved":
			if strings.Contains(page.Waiting, "second person") {
				fmt.Fprintf(d.out, "   it waits for %s\n", inert(page.Waiting))
				if err := d.answer(ctx, as[demoSecond], demoSecond, id, sallyport.Approve); err != nil {
					return err
				}
				fmt.Fprintf(d.out, "   sue approves%s\n", d.signedBy(demoSecond))
			}
		case "finished":
			return d.collect(ctx, as, page)
		case "proposed", "reading", "resolved", "running":
		default:
			return fmt.Errorf("the action is %s: %s", page.State, page.Why)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the action is %s, waits for %q", page.State, page.Waiting)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (d *demo) signedBy(p sallyport.PersonID) string {
	if d.signers[p] == nil {
		return ""
	}
	return ", signed with a key of their own"
}

func (d *demo) proposeSigned(ctx context.Context, c *client.Client, set *policy.Set, session sallyport.SessionID, text string) (sallyport.ActionID, error) {
	p := wire.Proposal{Text: []byte(text)}
	if !set.Profile().SignProposals {
		a, err := c.Propose(ctx, session, p)
		return a.ID, err
	}
	if _, err := c.Propose(ctx, session, p); err == nil || !strings.Contains(err.Error(), "signature") {
		return "", fmt.Errorf("a proposal without a signature: %v", err)
	}
	ch, err := c.ProposalChallenge(ctx, session, p)
	if err != nil {
		return "", err
	}
	signed, err := signature.Sign(signature.Proposal(ch.By, ch.Session, &ch.Body), d.keyID(demoEngineer), d.signers[demoEngineer])
	if err != nil {
		return "", err
	}
	a, err := c.Propose(ctx, session, wire.Proposal{Draft: ch.Body.Action, Signature: signed})
	return a.ID, err
}

// answer decides as who, with their signature where they have a key.
func (d *demo) answer(ctx context.Context, c *client.Client, who sallyport.PersonID, id sallyport.ActionID, answer string) error {
	page, err := c.Action(ctx, id)
	if err != nil {
		return err
	}
	v := wire.Decision{Seat: page.Seat, Answer: answer, Words: "Shows what nginx answers and the end of its error log. Changes nothing.", Shown: page.Shown}
	if page.SignAsked && d.signers[who] != nil {
		ch, err := c.DecisionChallenge(ctx, id, v)
		if err != nil {
			return err
		}
		if v.Signed, err = signature.Sign(signature.Decision(ch.By, ch.Session, &ch.Body), d.keyID(who), d.signers[who]); err != nil {
			return err
		}
	}
	return c.Decide(ctx, id, v)
}

func (d *demo) keyID(p sallyport.PersonID) sallyport.KeyID {
	return sallyport.KeyID(fingerprint(d.signers[p]))
}

// collect releases what is held, and has the engineer see it.
func (d *demo) collect(ctx context.Context, as map[sallyport.PersonID]*client.Client, page gateway.ActionPage) error {
	if page.Output != nil && page.Output.Held {
		fmt.Fprintln(d.out, "   the output is held; ed releases it")
		if err := as[demoEscort].Release(ctx, page.ID, nil); err != nil {
			return err
		}
	}
	out, errs, status, err := d.ssh(ctx, ":collect "+string(page.ID))
	if err != nil {
		return err
	}
	indent(d, "ana| ", out)
	if status != 0 || !strings.Contains(out, "502") {
		return fmt.Errorf("the engineer collected status %d: %q %q", status, out, errs)
	}
	return nil
}
