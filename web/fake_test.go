package web

import (
	"context"
	"io"
	"sync"
	"time"

	"sallyport"
	"sallyport/evidence"
	"sallyport/gateway"
)

// fake is a gateway whose methods are fields. A method whose field is nil answers with zero values. Called notes the last
// method and what it was given, caller first.
type fake struct {
	TicketsFn      func(gateway.Caller) ([]gateway.TicketView, error)
	OpenSessionFn  func(gateway.Caller, sallyport.TicketID) (gateway.SessionView, error)
	ProposeFn      func(gateway.Caller, gateway.Proposal) (gateway.ActionSummary, error)
	FollowFn       func(context.Context, sallyport.ActionID, func(gateway.Update) error) error
	QueueFn        func(gateway.Caller) (gateway.QueueView, error)
	SessionFn      func(gateway.Caller, sallyport.SessionID) (gateway.SessionView, []gateway.Message, error)
	ActionFn       func(gateway.Caller, sallyport.ActionID) (gateway.ActionPage, error)
	SubscribeFn    func(context.Context, gateway.Caller) (<-chan gateway.Notice, error)
	LedgerFn       func(gateway.Caller, gateway.LedgerFilter) (gateway.LedgerPage, error)
	RecordFn       func(gateway.Caller, sallyport.Body, ...[]byte) error
	PagesFn        func(gateway.Caller) ([]string, error)
	PeopleFn       func(gateway.Caller) ([]gateway.PersonView, error)
	SystemsFn      func(gateway.Caller) ([]sallyport.SystemSet, error)
	TargetsFn      func(gateway.Caller) ([]sallyport.TargetSet, error)
	RevokeFn       func(gateway.Caller, sallyport.Revoked, bool) (gateway.RevokePreview, error)
	ExplainFn      func(gateway.Caller) ([]gateway.Explained, error)
	AcceptancesFn  func(gateway.Caller) ([]gateway.AcceptanceView, error)
	WhoAnswer      gateway.WhoAnswer
	EndingView     gateway.EndingView
	Revoked        []gateway.RevocationView
	SessionsFn     func(state string) (gateway.SessionsPage, error)
	ReplayFn       func(gateway.Caller, sallyport.SessionID) (gateway.Replay, error)
	WatchFn        func(gateway.Caller, sallyport.ActionID, int) (gateway.ReplayPart, error)
	ProfilesFn     func() ([]gateway.ProfileView, error)
	ListsFn        func() ([]gateway.ListView, error)
	DiffFn         func(string, gateway.PolicyDraft) (gateway.PolicyChange, error)
	DisclosuresFn  func() ([]gateway.DisclosureView, error)
	ApprovalsFn    func() ([]gateway.ApprovalView, error)
	RunbooksFn     func() ([]gateway.RunbookView, error)
	SignedInFn     func(gateway.Caller) error
	ExportFn       func(io.Writer) (*sallyport.ExportMade, error)
	DoneFn         func(method string, args ...any) error // every method that answers with an error alone
	mu             sync.Mutex                             // guards what follows: browsers send several requests at once
	called         string
	args           []any
	recordContents []string
}

var _ gateway.Service = (*fake)(nil)

func (f *fake) note(method string, c gateway.Caller, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.called, f.args = method, append([]any{c}, args...)
}

func (f *fake) done(method string, c gateway.Caller, args ...any) error {
	f.note(method, c, args...)
	if f.DoneFn != nil {
		return f.DoneFn(method, args...)
	}
	return nil
}

func (f *fake) Tickets(_ context.Context, c gateway.Caller) ([]gateway.TicketView, error) {
	f.note("Tickets", c)
	if f.TicketsFn == nil {
		return nil, nil
	}
	return f.TicketsFn(c)
}

func (f *fake) OpenSession(_ context.Context, c gateway.Caller, t sallyport.TicketID) (gateway.SessionView, error) {
	f.note("OpenSession", c, t)
	if f.OpenSessionFn == nil {
		return gateway.SessionView{}, nil
	}
	return f.OpenSessionFn(c, t)
}

func (f *fake) Propose(_ context.Context, c gateway.Caller, p gateway.Proposal) (gateway.ActionSummary, error) {
	f.note("Propose", c, p)
	if f.ProposeFn == nil {
		return gateway.ActionSummary{}, nil
	}
	return f.ProposeFn(c, p)
}

func (f *fake) Follow(ctx context.Context, c gateway.Caller, a sallyport.ActionID, each func(gateway.Update) error) error {
	f.note("Follow", c, a)
	if f.FollowFn == nil {
		return nil
	}
	return f.FollowFn(ctx, a, each)
}

func (f *fake) Answer(_ context.Context, c gateway.Caller, a sallyport.ActionID, w string) error {
	return f.done("Answer", c, a, w)
}

func (f *fake) Withdraw(_ context.Context, c gateway.Caller, a sallyport.ActionID) error {
	return f.done("Withdraw", c, a)
}

func (f *fake) Say(_ context.Context, c gateway.Caller, s sallyport.SessionID, w string) error {
	return f.done("Say", c, s, w)
}

func (f *fake) Queue(_ context.Context, c gateway.Caller) (gateway.QueueView, error) {
	f.note("Queue", c)
	if f.QueueFn == nil {
		return gateway.QueueView{}, nil
	}
	return f.QueueFn(c)
}

func (f *fake) Session(_ context.Context, c gateway.Caller, s sallyport.SessionID) (gateway.SessionView, []gateway.Message, error) {
	f.note("Session", c, s)
	if f.SessionFn == nil {
		return gateway.SessionView{}, nil, nil
	}
	return f.SessionFn(c, s)
}

func (f *fake) Claim(_ context.Context, c gateway.Caller, s sallyport.SessionID) error {
	return f.done("Claim", c, s)
}

func (f *fake) HandOver(_ context.Context, c gateway.Caller, s sallyport.SessionID, to sallyport.PersonID, w string) error {
	return f.done("HandOver", c, s, to, w)
}

func (f *fake) Action(_ context.Context, c gateway.Caller, a sallyport.ActionID) (gateway.ActionPage, error) {
	f.note("Action", c, a)
	if f.ActionFn == nil {
		return gateway.ActionPage{}, nil
	}
	return f.ActionFn(c, a)
}

func (f *fake) Decide(_ context.Context, c gateway.Caller, d gateway.DecisionRequest) error {
	return f.done("Decide", c, d)
}

func (f *fake) Release(_ context.Context, c gateway.Caller, a sallyport.ActionID, strike []string) error {
	return f.done("Release", c, a, strike)
}

func (f *fake) Pause(_ context.Context, c gateway.Caller, s sallyport.SessionID, w string) error {
	return f.done("Pause", c, s, w)
}

func (f *fake) Resume(_ context.Context, c gateway.Caller, s sallyport.SessionID) error {
	return f.done("Resume", c, s)
}

func (f *fake) Stop(_ context.Context, c gateway.Caller, a sallyport.ActionID, w string) error {
	return f.done("Stop", c, a, w)
}

func (f *fake) End(_ context.Context, c gateway.Caller, s sallyport.SessionID, w string) error {
	return f.done("End", c, s, w)
}

func (f *fake) ApproveSession(_ context.Context, c gateway.Caller, s sallyport.SessionID, w string) error {
	return f.done("ApproveSession", c, s, w)
}

func (f *fake) RefuseSession(_ context.Context, c gateway.Caller, s sallyport.SessionID, w string) error {
	return f.done("RefuseSession", c, s, w)
}

func (f *fake) Consent(_ context.Context, c gateway.Caller, s sallyport.SessionID) error {
	return f.done("Consent", c, s)
}

func (f *fake) BreakGlass(_ context.Context, c gateway.Caller, s sallyport.SessionID, words string) error {
	return f.done("BreakGlass", c, s, words)
}

func (f *fake) Presence(_ context.Context, c gateway.Caller, s sallyport.SessionID, hidden bool) error {
	return f.done("Presence", c, s, hidden)
}

func (f *fake) Subscribe(ctx context.Context, c gateway.Caller) (<-chan gateway.Notice, error) {
	f.note("Subscribe", c)
	if f.SubscribeFn == nil {
		ch := make(chan gateway.Notice)
		close(ch)
		return ch, nil
	}
	return f.SubscribeFn(ctx, c)
}

func (f *fake) Ledger(_ context.Context, c gateway.Caller, l gateway.LedgerFilter) (gateway.LedgerPage, error) {
	f.note("Ledger", c, l)
	if f.LedgerFn == nil {
		return gateway.LedgerPage{}, nil
	}
	return f.LedgerFn(c, l)
}

func (f *fake) Record(_ context.Context, c gateway.Caller, body sallyport.Body, contents ...[]byte) error {
	f.note("Record", c, body)
	f.mu.Lock()
	f.recordContents = nil
	for _, b := range contents {
		f.recordContents = append(f.recordContents, string(b))
	}
	f.mu.Unlock()
	if f.RecordFn == nil {
		return nil
	}
	return f.RecordFn(c, body, contents...)
}

func (f *fake) People(_ context.Context, c gateway.Caller, q gateway.PeopleFilter) ([]gateway.PersonView, error) {
	f.note("People", c, q)
	if f.PeopleFn == nil {
		return nil, nil
	}
	return f.PeopleFn(c)
}

func (f *fake) Systems(_ context.Context, c gateway.Caller) ([]sallyport.SystemSet, error) {
	f.note("Systems", c)
	if f.SystemsFn == nil {
		return nil, nil
	}
	return f.SystemsFn(c)
}

func (f *fake) Targets(_ context.Context, c gateway.Caller) ([]sallyport.TargetSet, error) {
	f.note("Targets", c)
	if f.TargetsFn == nil {
		return nil, nil
	}
	return f.TargetsFn(c)
}

func (f *fake) Revoke(_ context.Context, c gateway.Caller, r sallyport.Revoked, dry bool) (gateway.RevokePreview, error) {
	f.note("Revoke", c, r, dry)
	if f.RevokeFn == nil {
		return gateway.RevokePreview{}, nil
	}
	return f.RevokeFn(c, r, dry)
}

func (f *fake) Self(_ context.Context, c gateway.Caller) (gateway.PersonView, error) {
	return gateway.PersonView{ID: c.Person, Name: "Ada", Roles: []gateway.RoleView{{Role: sallyport.RoleAdministrator, System: "*"}, {Role: sallyport.RoleEscort, System: "*"}, {Role: sallyport.RoleApprover, System: "*"}}}, nil
}

func (f *fake) AcceptanceChallenge(_ context.Context, c gateway.Caller, b sallyport.AcceptanceSigned, details []byte) (gateway.AcceptanceChallenge, error) {
	f.note("AcceptanceChallenge", c, b.Acceptance, string(details))
	return gateway.AcceptanceChallenge{By: c.Person, Body: b}, nil
}

func (f *fake) Offers(_ context.Context, c gateway.Caller) ([]gateway.OfferView, error) {
	f.note("Offers", c)
	return nil, nil
}

func (f *fake) VouchKey(_ context.Context, c gateway.Caller, p sallyport.PersonID, key sallyport.KeyID, until *time.Time) error {
	return f.done("VouchKey", c, p, key, until)
}

func (f *fake) Receipt(_ context.Context, c gateway.Caller, s sallyport.SessionID) ([]byte, error) {
	f.note("Receipt", c, s)
	return []byte("c2sp.org/tlog-proof@v1\n"), nil
}

func (f *fake) Material(_ context.Context, c gateway.Caller, a sallyport.ActionID) (gateway.Material, error) {
	f.note("Material", c, a)
	return gateway.Material{}, nil
}

func (f *fake) ProposalChallenge(_ context.Context, c gateway.Caller, p gateway.Proposal) (gateway.ProposalChallenge, error) {
	f.note("ProposalChallenge", c, p)
	return gateway.ProposalChallenge{}, nil
}

func (f *fake) DecisionChallenge(_ context.Context, c gateway.Caller, d gateway.DecisionRequest) (gateway.DecisionChallenge, error) {
	f.note("DecisionChallenge", c, d)
	return gateway.DecisionChallenge{}, nil
}

func (f *fake) Explain(_ context.Context, c gateway.Caller, p sallyport.PersonID, s sallyport.SystemID, a sallyport.Ask, at time.Time) ([]gateway.Explained, error) {
	f.note("Explain", c, p, s, a, at)
	if f.ExplainFn == nil {
		return nil, nil
	}
	return f.ExplainFn(c)
}

func (f *fake) Acceptances(_ context.Context, c gateway.Caller) ([]gateway.AcceptanceView, error) {
	f.note("Acceptances", c)
	if f.AcceptancesFn == nil {
		return nil, nil
	}
	return f.AcceptancesFn(c)
}

func (f *fake) Who(_ context.Context, c gateway.Caller, q gateway.WhoQuestion) (gateway.WhoAnswer, error) {
	f.note("Who", c, q)
	return f.WhoAnswer, nil
}

func (f *fake) Ending(_ context.Context, c gateway.Caller, limit time.Time) (gateway.EndingView, error) {
	f.note("Ending", c, limit)
	return f.EndingView, nil
}

func (f *fake) Pages(_ context.Context, c gateway.Caller) ([]string, error) {
	if f.PagesFn == nil {
		return []string{"acceptances", "inforce", "ledger", "people", "policy", "queue", "revoke", "runbooks", "sessions", "systems", "tickets", "who"}, nil
	}
	return f.PagesFn(c)
}

func (f *fake) StateLocation(_ context.Context, c gateway.Caller, country string) error {
	f.note("StateLocation", c, country)
	return nil
}

func (f *fake) Networks(_ context.Context, c gateway.Caller) (sallyport.Networks, error) {
	f.note("Networks", c)
	return sallyport.Networks{}, nil
}

func (f *fake) MayImport(c gateway.Caller) error { f.note("MayImport", c); return nil }

func (f *fake) Import(_ context.Context, c gateway.Caller, format string, file []byte, dry bool) (gateway.ImportView, error) {
	f.note("Import", c, format, string(file), dry)
	return gateway.ImportView{}, nil
}

func (f *fake) AsksVoucher(context.Context, gateway.Caller) (int, error) { return 2, nil }

func (f *fake) PersonByKey(context.Context, sallyport.KeyID) (sallyport.PersonID, error) {
	return "", sallyport.Errorf(sallyport.NotFound, "no such key")
}

func (f *fake) SignedIn(_ context.Context, c gateway.Caller) error {
	f.note("SignedIn", c)
	if f.SignedInFn == nil {
		return nil
	}
	return f.SignedInFn(c)
}

func (f *fake) CheckTarget(_ context.Context, c gateway.Caller, id sallyport.TargetID, login string) ([]gateway.Finding, error) {
	f.note("CheckTarget", c, id, login)
	return nil, nil
}

func (f *fake) Export(_ context.Context, c gateway.Caller, x evidence.Export, w io.Writer) (*sallyport.ExportMade, error) {
	f.note("Export", c, x.Filter.String())
	if f.ExportFn != nil {
		return f.ExportFn(w)
	}
	_, err := io.WriteString(w, "PK")
	return &sallyport.ExportMade{Digest: "ab", Bytes: 2}, err
}

func (f *fake) Handover(_ context.Context, c gateway.Caller, from, to time.Time) (*evidence.Handover, error) {
	f.note("Handover", c, evidence.HandoverWords(from, to))
	return &evidence.Handover{}, nil
}
