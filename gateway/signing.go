package gateway

import (
	"bytes"
	"context"
	"maps"

	"sallyport"
	"sallyport/workflow"
)

// Sealed is a blob as it was stored. SHA-256 of salt and content is its digest, so whoever holds it need not be told.
type Sealed struct {
	Salt    []byte `json:"salt"`
	Content []byte `json:"content"`
}

// Ref computes the reference of the blob.
func (b *Sealed) Ref() sallyport.BlobRef { return sallyport.RefOf(b.Salt, b.Content) }

// Material is what a decision rests on, as bytes: for a program that computes every digest itself before its person signs.
type Material struct {
	Spec       Sealed  `json:"spec"`           // a sallyport.Spec
	Pins       *Sealed `json:"pins,omitempty"` // a []sallyport.Pin
	Assessment Sealed  `json:"assessment"`     // a sallyport.Assessment
}

// ProposalChallenge is a proposal as it will be written, but for its signature.
type ProposalChallenge struct {
	By      sallyport.PersonID       `json:"by"`
	Session sallyport.SessionID      `json:"session"`
	Body    sallyport.ActionProposed `json:"body"`
	Spec    Sealed                   `json:"spec"`
}

// DecisionChallenge is a decision as it will be written, but for its signature and for what the signature does not cover: when it was
// decided, its reasons and its place.
type DecisionChallenge struct {
	By      sallyport.PersonID      `json:"by"`
	Session sallyport.SessionID     `json:"session"`
	Body    sallyport.ActionDecided `json:"body"`
	Salt    []byte                  `json:"salt,omitempty"` // of the words
}

// decisionDraft is a challenge that waits for its signature, with the words that it was made for.
type decisionDraft struct {
	body  sallyport.ActionDecided
	words string
}

// Material gives a decider the bytes behind an action's page.
func (g *Gateway) Material(ctx context.Context, c Caller, id sallyport.ActionID) (Material, error) {
	var m Material
	var spec, assessment sallyport.BlobRef
	var pins *sallyport.BlobRef
	var act workflow.Action
	err := g.view(func(s *workflow.State) error {
		a := s.Actions[id]
		if a == nil || c.Person == s.Sessions[a.Session].Engineer || !g.party2(s, s.Sessions[a.Session], c.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no action %q that you may see", id)
		}
		if a.Assessed == nil {
			return sallyport.Errorf(sallyport.Conflict, "action %q is %s: there is nothing to decide on yet", id, a.State)
		}
		spec, pins, assessment, act = a.Spec, a.Pins, a.Assessed.Assessment, *a
		return nil
	})
	if err == nil {
		err = g.looked(ctx, c, &act, "text", 0)
	}
	if err == nil {
		m.Spec, err = g.sealed(ctx, spec)
	}
	if err == nil {
		m.Assessment, err = g.sealed(ctx, assessment)
	}
	if err == nil && pins != nil {
		var p Sealed
		p, err = g.sealed(ctx, *pins)
		m.Pins = &p
	}
	return m, err
}

func (g *Gateway) sealed(ctx context.Context, ref sallyport.BlobRef) (Sealed, error) {
	content, salt, err := g.Blobs.Get(ctx, ref.Digest)
	return Sealed{Salt: salt, Content: content}, err
}

// ProposalChallenge fixes a proposal for its engineer to sign, and writes nothing into the ledger: Propose with Draft does. A person has one
// such draft at a time.
func (g *Gateway) ProposalChallenge(ctx context.Context, c Caller, p Proposal) (ProposalChallenge, error) {
	body, err := g.proposal(ctx, c, p)
	if err != nil {
		return ProposalChallenge{}, err
	}
	spec, err := g.sealed(ctx, body.Spec)
	if err != nil {
		return ProposalChallenge{}, err
	}
	g.mu.Lock()
	g.drafts[c.Person] = ProposalChallenge{By: c.Person, Session: p.Session, Body: *body}
	g.mu.Unlock()
	return ProposalChallenge{By: c.Person, Session: p.Session, Body: *body, Spec: spec}, nil
}

// drafted takes the draft that a signed proposal names: it is good for one attempt.
func (g *Gateway) drafted(c Caller, p Proposal) (*sallyport.ActionProposed, error) {
	g.mu.Lock()
	d, ok := g.drafts[c.Person]
	delete(g.drafts, c.Person)
	g.mu.Unlock()
	if !ok || d.Body.Action != p.Draft || d.Session != p.Session {
		return nil, sallyport.Errorf(sallyport.Conflict, "no draft %q of yours waits for a signature in session %q", p.Draft, p.Session).WithHint("ask for a new challenge: what is signed must be what is written")
	}
	body := d.Body
	body.Signature = p.Signature
	return &body, nil
}

// DecisionChallenge fixes a decision for its decider to sign, its expiry with it: Decide accepts a signature over exactly this, and once. A
// person has one such draft for an action at a time.
func (g *Gateway) DecisionChallenge(ctx context.Context, c Caller, d DecisionRequest) (DecisionChallenge, error) {
	session, words, opened, err := g.deciding(ctx, c, d)
	if err != nil {
		return DecisionChallenge{}, err
	}
	out := DecisionChallenge{By: c.Person, Session: session}
	if words != nil {
		sealed, err := g.sealed(ctx, *words)
		if err != nil {
			return out, err
		}
		out.Salt = sealed.Salt
	}
	err = g.view(func(s *workflow.State) error {
		seat, why := g.seat(s, s.Actions[d.Action], c.Person)
		if seat == "" || seat != d.Seat {
			return sallyport.Errorf(sallyport.Forbidden, "you may not decide action %q from seat %q: %q", d.Action, d.Seat, why)
		}
		body, err := g.decided(s, g.time(), session, d, words, opened)
		if err != nil {
			return err
		}
		out.Body = *body
		maps.DeleteFunc(g.unsigned, func(o opening, _ decisionDraft) bool { return !s.Actions[o.action].State.Pending() })
		g.unsigned[opening{c.Person, d.Action}] = decisionDraft{*body, d.Words}
		return nil
	})
	return out, err
}

// redeem takes the draft that a signed decision answers: it is good for one attempt. The caller holds the lock.
func (g *Gateway) redeem(c Caller, d DecisionRequest) (*sallyport.ActionDecided, error) {
	key := opening{c.Person, d.Action}
	draft, ok := g.unsigned[key]
	delete(g.unsigned, key)
	same := ok && draft.body.Seat == d.Seat && draft.body.Answer == d.Answer && draft.words == d.Words &&
		draft.body.Shown.Spec == d.Shown.Spec && draft.body.Shown.Pins == d.Shown.Pins && draft.body.Shown.Assessment == d.Shown.Assessment
	if !same {
		return nil, sallyport.Errorf(sallyport.Conflict, "this decision on action %q is not the one that waits for your signature", d.Action).WithHint("ask for a new challenge: what is signed must be what is written")
	}
	body := draft.body
	body.Signed, body.Shown.Page = d.Signed, d.Shown.Page
	return &body, nil
}

// signedOnly refuses a signature over what the server has not fixed yet: it could not verify.
func signedOnly(p Proposal) error {
	switch {
	case p.Draft == "" && p.Signature != nil:
		return sallyport.Errorf(sallyport.Invalid, "the proposal is signed and names no draft").WithHint("ask for a challenge first: the action's name and expiry are part of what is signed")
	case p.Draft != "" && p.Signature == nil:
		return sallyport.Errorf(sallyport.Invalid, "draft %q comes back without a signature", p.Draft)
	case p.Draft != "" && (len(bytes.TrimSpace(p.Text)) > 0 || len(p.Stdin) > 0 || len(p.Env) > 0 || p.Target+sallyport.TargetID(p.Login+p.Interpreter+p.Dir)+sallyport.TargetID(p.Runbook) != ""):
		return sallyport.Errorf(sallyport.Invalid, "draft %q is fixed: it comes back with its signature and nothing else", p.Draft)
	}
	return nil
}
