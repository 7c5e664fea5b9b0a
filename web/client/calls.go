package client

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

const api = "/api/v1/"

// get asks for a T.
func get[T any](ctx context.Context, c *Client, path string) (T, error) {
	var v T
	return v, c.do(ctx, "GET", api+path, nil, &v)
}

// post sends in and takes a T.
func post[T any](ctx context.Context, c *Client, path string, in any) (T, error) {
	var v T
	return v, c.do(ctx, "POST", api+path, in, &v)
}

func seg[T ~string](v T) string { return url.PathEscape(string(v)) }

func (c *Client) Me(ctx context.Context) (wire.Me, error) { return get[wire.Me](ctx, c, "me") }
func (c *Client) Link(ctx context.Context) (wire.Link, error) {
	return post[wire.Link](ctx, c, "links", nil)
}

func (c *Client) Queue(ctx context.Context) (gateway.QueueView, error) {
	return get[gateway.QueueView](ctx, c, "queue")
}

func (c *Client) Tickets(ctx context.Context) ([]gateway.TicketView, error) {
	return get[[]gateway.TicketView](ctx, c, "tickets")
}

func (c *Client) AddTicket(ctx context.Context, t wire.Ticket) error {
	return c.do(ctx, "POST", api+"tickets", t, nil)
}

func (c *Client) CloseTicket(ctx context.Context, t sallyport.TicketID, reason string) error {
	return c.do(ctx, "POST", api+"tickets/"+seg(t)+"/close", wire.Reason{Reason: reason}, nil)
}

func (c *Client) OpenSession(ctx context.Context, t sallyport.TicketID) (gateway.SessionView, error) {
	return post[gateway.SessionView](ctx, c, "tickets/"+seg(t)+"/session", nil)
}

func (c *Client) Session(ctx context.Context, s sallyport.SessionID) (wire.Session, error) {
	return get[wire.Session](ctx, c, "sessions/"+seg(s))
}

func (c *Client) Propose(ctx context.Context, s sallyport.SessionID, p wire.Proposal) (gateway.ActionSummary, error) {
	return post[gateway.ActionSummary](ctx, c, "sessions/"+seg(s)+"/actions", p)
}

func (c *Client) ProposalChallenge(ctx context.Context, s sallyport.SessionID, p wire.Proposal) (gateway.ProposalChallenge, error) {
	return post[gateway.ProposalChallenge](ctx, c, "sessions/"+seg(s)+"/challenge", p)
}

// SessionDo sends what needs words or nothing: say, claim, pause, resume, end, approve, refuse, consent.
func (c *Client) SessionDo(ctx context.Context, s sallyport.SessionID, what, words string) error {
	return c.do(ctx, "POST", api+"sessions/"+seg(s)+"/"+seg(what), wire.Words{Words: words}, nil)
}

func (c *Client) HandOver(ctx context.Context, s sallyport.SessionID, h wire.HandOver) error {
	return c.do(ctx, "POST", api+"sessions/"+seg(s)+"/handover", h, nil)
}

func (c *Client) Presence(ctx context.Context, s sallyport.SessionID, hidden bool) error {
	return c.do(ctx, "POST", api+"sessions/"+seg(s)+"/presence", wire.Presence{Hidden: hidden}, nil)
}

func (c *Client) Action(ctx context.Context, a sallyport.ActionID) (gateway.ActionPage, error) {
	return get[gateway.ActionPage](ctx, c, "actions/"+seg(a))
}

func (c *Client) Material(ctx context.Context, a sallyport.ActionID) (gateway.Material, error) {
	return get[gateway.Material](ctx, c, "actions/"+seg(a)+"/material")
}

func (c *Client) DecisionChallenge(ctx context.Context, a sallyport.ActionID, d wire.Decision) (gateway.DecisionChallenge, error) {
	return post[gateway.DecisionChallenge](ctx, c, "actions/"+seg(a)+"/challenge", d)
}

func (c *Client) Decide(ctx context.Context, a sallyport.ActionID, d wire.Decision) error {
	return c.do(ctx, "POST", api+"actions/"+seg(a)+"/decision", d, nil)
}

// ActionDo sends what needs words or nothing: answer, withdraw, stop.
func (c *Client) ActionDo(ctx context.Context, a sallyport.ActionID, what, words string) error {
	return c.do(ctx, "POST", api+"actions/"+seg(a)+"/"+seg(what), wire.Words{Words: words}, nil)
}

func (c *Client) Release(ctx context.Context, a sallyport.ActionID, strike []string) error {
	return c.do(ctx, "POST", api+"actions/"+seg(a)+"/release", wire.Strike{Strike: strike}, nil)
}

func (c *Client) Ledger(ctx context.Context, f gateway.LedgerFilter) (gateway.LedgerPage, error) {
	q := url.Values{}
	set := func(name, v string) {
		if v != "" && v != "0" {
			q.Set(name, v)
		}
	}
	set("from", strconv.FormatInt(f.From, 10))
	set("to", strconv.FormatInt(f.To, 10))
	set("limit", strconv.Itoa(f.Limit))
	set("kind", f.Kind)
	set("session", string(f.Session))
	set("person", string(f.Person))
	if f.Newest {
		q.Set("newest", "1")
	}
	return get[gateway.LedgerPage](ctx, c, "ledger?"+q.Encode())
}

// People lists people page by page until the filter's limit, or everyone.
func (c *Client) People(ctx context.Context, f gateway.PeopleFilter) ([]gateway.PersonView, error) {
	all := []gateway.PersonView{}
	for {
		q := url.Values{}
		for name, v := range map[string]string{"text": f.Text, "role": string(f.Role), "system": string(f.System), "person": string(f.Person), "after": string(f.After), "at": instant(f.At)} {
			if v != "" {
				q.Set(name, v)
			}
		}
		for _, t := range f.Facts {
			q.Add("fact", t.Name+"="+t.Value)
		}
		page := gateway.MaxPeople
		if f.Limit > 0 {
			page = min(page, f.Limit-len(all))
		}
		q.Set("limit", strconv.Itoa(page))
		v, err := get[[]gateway.PersonView](ctx, c, "people?"+q.Encode())
		if err != nil {
			return nil, err
		}
		all = append(all, v...)
		if len(v) < page || len(all) == f.Limit {
			return all, nil
		}
		f.After = v[len(v)-1].ID
	}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Who answers what people did and saw, one page.
func (c *Client) Who(ctx context.Context, w gateway.WhoQuestion) (gateway.WhoAnswer, error) {
	q := url.Values{"deed": w.Deeds}
	for name, v := range map[string]string{"person": string(w.Person), "system": string(w.System), "session": string(w.Session), "mode": string(w.Mode),
		"since": instant(w.Since), "until": instant(w.Until)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	for _, t := range w.Facts {
		q.Add("fact", t.Name+"="+t.Value)
	}
	if w.From > 0 {
		q.Set("from", strconv.FormatInt(w.From, 10))
	}
	if w.Limit > 0 {
		q.Set("limit", strconv.Itoa(w.Limit))
	}
	if w.Bytes {
		q.Set("bytes", "1")
	}
	return get[gateway.WhoAnswer](ctx, c, "who?"+q.Encode())
}

// Ending says what ends until a moment.
func (c *Client) Ending(ctx context.Context, until time.Time) (gateway.EndingView, error) {
	return get[gateway.EndingView](ctx, c, "ending?until="+url.QueryEscape(instant(until)))
}

// Explain says who could do something on a system, and why; person "" is everyone who holds a role there, at zero is now.
func (c *Client) Explain(ctx context.Context, person sallyport.PersonID, system sallyport.SystemID, ask sallyport.Ask, at time.Time) ([]gateway.Explained, error) {
	q := url.Values{"system": {string(system)}, "ask": {string(ask)}}
	if person != "" {
		q.Set("person", string(person))
	}
	if !at.IsZero() {
		q.Set("at", instant(at))
	}
	return get[[]gateway.Explained](ctx, c, "explain?"+q.Encode())
}

func (c *Client) Acceptances(ctx context.Context) ([]gateway.AcceptanceView, error) {
	return get[[]gateway.AcceptanceView](ctx, c, "acceptances")
}

// StateLocation says where the caller is, for the sessions that they open next.
func (c *Client) StateLocation(ctx context.Context, country string) error {
	return c.do(ctx, "POST", api+"here", wire.Here{Country: country}, nil)
}

func (c *Client) Networks(ctx context.Context) (sallyport.Networks, error) {
	return get[sallyport.Networks](ctx, c, "networks")
}

// SetNetworks puts a whole list in the place of the one in force.
func (c *Client) SetNetworks(ctx context.Context, n sallyport.Networks) error {
	return c.do(ctx, "PUT", api+"networks", n, nil)
}

// ImportPeople brings in a roster, all or nothing; kind is text/csv or application/json.
func (c *Client) ImportPeople(ctx context.Context, kind string, file []byte, dry bool) (gateway.ImportView, error) {
	path := "people/import"
	if dry {
		path += "?dry=1"
	}
	var v gateway.ImportView
	return v, c.do(ctx, "POST", api+path, upload{kind, file}, &v)
}

func (c *Client) AddPerson(ctx context.Context, p wire.Person) error {
	return c.do(ctx, "POST", api+"people", p, nil)
}

func (c *Client) ChangePerson(ctx context.Context, p sallyport.PersonID, d sallyport.PersonDetails) error {
	return c.do(ctx, "PUT", api+"people/"+seg(p), d, nil)
}

func (c *Client) RecordFact(ctx context.Context, p sallyport.PersonID, f wire.Fact) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/facts", f, nil)
}

func (c *Client) VouchFact(ctx context.Context, p sallyport.PersonID, name string, fact sallyport.Digest) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/facts/"+seg(name)+"/vouch", wire.Vouch{Fact: fact}, nil)
}

func (c *Client) WithdrawFact(ctx context.Context, p sallyport.PersonID, name, reason string) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/facts/"+seg(name)+"/withdraw", wire.Reason{Reason: reason}, nil)
}

func (c *Client) EnrolKey(ctx context.Context, p sallyport.PersonID, k wire.Key) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/keys", k, nil)
}

// Offers lists passkeys that wait for a voucher.
func (c *Client) Offers(ctx context.Context) ([]gateway.OfferView, error) {
	return get[[]gateway.OfferView](ctx, c, "passkeys")
}

// VouchKey enrols a passkey that its person offered.
func (c *Client) VouchKey(ctx context.Context, p sallyport.PersonID, v wire.VouchKey) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/passkeys", v, nil)
}

func (c *Client) RetireKey(ctx context.Context, k wire.KeyRetired) error {
	return c.do(ctx, "POST", api+"keys/retire", k, nil)
}

func (c *Client) AssignRole(ctx context.Context, p sallyport.PersonID, r wire.Role) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/roles", r, nil)
}

func (c *Client) WithdrawRole(ctx context.Context, p sallyport.PersonID, r wire.Role) error {
	return c.do(ctx, "POST", api+"people/"+seg(p)+"/roles/withdraw", r, nil)
}

func (c *Client) Systems(ctx context.Context) ([]sallyport.SystemSet, error) {
	return get[[]sallyport.SystemSet](ctx, c, "systems")
}

func (c *Client) SetSystem(ctx context.Context, s sallyport.SystemSet) error {
	return c.do(ctx, "PUT", api+"systems/"+seg(s.System), s, nil)
}

func (c *Client) SetDisclosure(ctx context.Context, s sallyport.SystemID, d wire.Disclosure) error {
	return c.do(ctx, "PUT", api+"systems/"+seg(s)+"/disclosure", d, nil)
}

func (c *Client) Targets(ctx context.Context) ([]sallyport.TargetSet, error) {
	return get[[]sallyport.TargetSet](ctx, c, "targets")
}

func (c *Client) SetTarget(ctx context.Context, t sallyport.TargetSet) error {
	return c.do(ctx, "PUT", api+"targets/"+seg(t.Target), t, nil)
}

func (c *Client) CheckTarget(ctx context.Context, t sallyport.TargetID, login string) ([]gateway.Finding, error) {
	return post[[]gateway.Finding](ctx, c, "targets/"+seg(t)+"/check", wire.TargetCheck{Login: login})
}

func (c *Client) SetList(ctx context.Context, list string, v wire.Content) error {
	return c.do(ctx, "PUT", api+"lists/"+seg(list), v, nil)
}

func (c *Client) SetPolicy(ctx context.Context, profile string, v wire.Content) error {
	return c.do(ctx, "PUT", api+"policies/"+seg(profile), v, nil)
}

func (c *Client) SignAcceptance(ctx context.Context, a wire.Acceptance) error {
	return c.do(ctx, "POST", api+"acceptances", a, nil)
}

func (c *Client) AcceptanceChallenge(ctx context.Context, a wire.Acceptance) (gateway.AcceptanceChallenge, error) {
	return post[gateway.AcceptanceChallenge](ctx, c, "acceptances/challenge", a)
}

func (c *Client) EndAcceptance(ctx context.Context, a sallyport.AcceptID, reason string) error {
	return c.do(ctx, "POST", api+"acceptances/"+seg(a)+"/end", wire.Reason{Reason: reason}, nil)
}

func (c *Client) RecordApproval(ctx context.Context, a sallyport.ApprovalRecorded) error {
	return c.do(ctx, "POST", api+"approvals", a, nil)
}

func (c *Client) SignRunbook(ctx context.Context, b wire.Runbook) error {
	return c.do(ctx, "POST", api+"runbooks", b, nil)
}

func (c *Client) SecondRunbook(ctx context.Context, b sallyport.RunbookID, signed *sallyport.Signed) error {
	return c.do(ctx, "POST", api+"runbooks/"+seg(b)+"/second", wire.Seconded{Signature: signed}, nil)
}

func (c *Client) WithdrawRunbook(ctx context.Context, b sallyport.RunbookID, reason string) error {
	return c.do(ctx, "POST", api+"runbooks/"+seg(b)+"/withdraw", wire.Reason{Reason: reason}, nil)
}

// Revoke takes access away; dry only says what that would end.
func (c *Client) Revoke(ctx context.Context, r sallyport.Revoked, dry bool) (gateway.RevokePreview, error) {
	path := "revocations"
	if dry {
		path += "?dry=1"
	}
	return post[gateway.RevokePreview](ctx, c, path, r)
}

func (c *Client) Restore(ctx context.Context, r sallyport.Restored) error {
	return c.do(ctx, "POST", api+"restorations", r, nil)
}

func (c *Client) Runbooks(ctx context.Context) ([]gateway.RunbookView, error) {
	return get[[]gateway.RunbookView](ctx, c, "runbooks")
}
