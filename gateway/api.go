// Package gateway is the application: one method per thing that a person can do. It is the only caller of the ledger's
// Append. It asks rules.Check before every entry and executes what it has written a permit for; it holds no rule of its
// own about who may do what.
//
// Doors (packages sshd and web) verify who calls, translate, and decide nothing.
package gateway

import (
	"context"

	"sallyport"
)

// Service is the gateway as its doors see it. Every method answers with a *sallyport.Error that is safe to show, and writes what it
// did to the ledger before it returns. Every method that changes something returns only when the entry is durable.
type Service interface {
	// --- engineers

	// Tickets lists the tickets that the caller is the engineer of, or may see otherwise.
	Tickets(ctx context.Context, c Caller) ([]TicketView, error)
	// OpenSession joins the live session of a ticket or requests one. It returns at once; the session may still wait for
	// approval, consent or an escort.
	OpenSession(ctx context.Context, c Caller, ticket sallyport.TicketID) (SessionView, error)
	// StateLocation notes where the caller says they are, for the sessions that they open within the next hours. Their word is marked as
	// that, and worth what policy makes of it.
	StateLocation(ctx context.Context, c Caller, country string) error
	// Propose puts exact work before the deciders: it stores the bytes, reads and pins what the text runs on the target, assesses.
	// It returns once the proposal is durable; resolving and assessing go on in the background.
	Propose(ctx context.Context, c Caller, p Proposal) (ActionSummary, error)
	// Follow reports every step of an action from its beginning, released output included, to each. It blocks until the
	// action is over (last call has Done), ctx ends, or each returns an error. May be called any number of times, also later, to collect.
	Follow(ctx context.Context, c Caller, a sallyport.ActionID, each func(Update) error) error
	Answer(ctx context.Context, c Caller, a sallyport.ActionID, words string) error
	Withdraw(ctx context.Context, c Caller, a sallyport.ActionID) error
	// Say adds a message to the session's conversation (either party).
	Say(ctx context.Context, c Caller, s sallyport.SessionID, words string) error

	// --- escorts, second persons, owners, approvers, supervisors

	Queue(ctx context.Context, c Caller) (QueueView, error)
	Session(ctx context.Context, c Caller, s sallyport.SessionID) (SessionView, []Message, error)
	Claim(ctx context.Context, c Caller, s sallyport.SessionID) error
	// HandOver offers the session to another escort ("" is anyone eligible), who must claim it.
	HandOver(ctx context.Context, c Caller, s sallyport.SessionID, to sallyport.PersonID, words string) error
	Action(ctx context.Context, c Caller, a sallyport.ActionID) (ActionPage, error)
	Decide(ctx context.Context, c Caller, d DecisionRequest) error
	// Release lets the engineer see held output, with words struck out.
	Release(ctx context.Context, c Caller, a sallyport.ActionID, strike []string) error
	Pause(ctx context.Context, c Caller, s sallyport.SessionID, why string) error
	Resume(ctx context.Context, c Caller, s sallyport.SessionID) error
	// Stop asks a running action to end.
	Stop(ctx context.Context, c Caller, a sallyport.ActionID, why string) error
	End(ctx context.Context, c Caller, s sallyport.SessionID, why string) error
	ApproveSession(ctx context.Context, c Caller, s sallyport.SessionID, words string) error
	RefuseSession(ctx context.Context, c Caller, s sallyport.SessionID, words string) error
	Consent(ctx context.Context, c Caller, s sallyport.SessionID) error
	// BreakGlass opens a narrow emergency way past the gates before a session, where the profile allows it; it is reviewed afterwards.
	BreakGlass(ctx context.Context, c Caller, s sallyport.SessionID, words string) error
	// Presence is the page's heartbeat: call it at least every 2 s while the escort's page is open. Link lost means no permit
	// within 2 s; hidden warns and pauses after the profile's grace.
	Presence(ctx context.Context, c Caller, s sallyport.SessionID, hidden bool) error

	// --- everyone who looks

	// Subscribe sends a Notice for every entry that concerns the caller until ctx ends. A slow reader misses notices, never blocks.
	Subscribe(ctx context.Context, c Caller) (<-chan Notice, error)
	Ledger(ctx context.Context, c Caller, f LedgerFilter) (LedgerPage, error)
	// Receipt gives who took part in a session that is over, or may watch it, the proof that it is in the log (C2SP tlog-proof); "" is the
	// caller's last one as engineer or escort.
	Receipt(ctx context.Context, c Caller, s sallyport.SessionID) ([]byte, error)

	// --- administrators

	// Record writes an administrative entry (person, fact, key, role, system, target, ticket, list, policy, disclosure,
	// acceptance, runbook, approval): the blobs that body refers to are given by content and stored first.
	Record(ctx context.Context, c Caller, body sallyport.Body, contents ...[]byte) error
	// People lists people with their roles, facts and keys, by id.
	People(ctx context.Context, c Caller, f PeopleFilter) ([]PersonView, error)
	Systems(ctx context.Context, c Caller) ([]sallyport.SystemSet, error)
	Targets(ctx context.Context, c Caller) ([]sallyport.TargetSet, error)
	// Revoke takes access away and returns when nothing executes under the old answer; with dry it only says what would end.
	Revoke(ctx context.Context, c Caller, r sallyport.Revoked, dry bool) (RevokePreview, error)

	// --- sign-in

	// PersonByKey finds who an enrolled, live key belongs to.
	PersonByKey(ctx context.Context, key sallyport.KeyID) (sallyport.PersonID, error)
	// SignedIn records that the caller came in.
	SignedIn(ctx context.Context, c Caller) error
}
