package web

import (
	"context"

	"sallyport"
	"sallyport/gateway"
)

func (f *fake) Sessions(_ context.Context, c gateway.Caller, state string, before int64) (gateway.SessionsPage, error) {
	f.note("Sessions", c, state, before)
	if f.SessionsFn == nil {
		var zero gateway.SessionsPage
		return zero, nil
	}
	return f.SessionsFn(state)
}

func (f *fake) Replay(_ context.Context, c gateway.Caller, id sallyport.SessionID) (gateway.Replay, error) {
	f.note("Replay", c, id)
	if f.ReplayFn == nil {
		var zero gateway.Replay
		return zero, nil
	}
	return f.ReplayFn(c, id)
}

func (f *fake) Watch(_ context.Context, c gateway.Caller, id sallyport.ActionID, part int, why string) (gateway.ReplayPart, error) {
	f.note("Watch", c, id, part, why)
	if f.WatchFn == nil {
		var zero gateway.ReplayPart
		return zero, nil
	}
	return f.WatchFn(c, id, part)
}

func (f *fake) Profiles(_ context.Context, c gateway.Caller) ([]gateway.ProfileView, error) {
	f.note("Profiles", c)
	if f.ProfilesFn == nil {
		var zero []gateway.ProfileView
		return zero, nil
	}
	return f.ProfilesFn()
}

func (f *fake) Lists(_ context.Context, c gateway.Caller) ([]gateway.ListView, error) {
	f.note("Lists", c)
	if f.ListsFn == nil {
		var zero []gateway.ListView
		return zero, nil
	}
	return f.ListsFn()
}

func (f *fake) ComparePolicy(_ context.Context, c gateway.Caller, profile string, d gateway.PolicyDraft) (gateway.PolicyChange, error) {
	f.note("ComparePolicy", c, profile, d)
	if f.DiffFn == nil {
		var zero gateway.PolicyChange
		return zero, nil
	}
	return f.DiffFn(profile, d)
}

func (f *fake) Disclosures(_ context.Context, c gateway.Caller) ([]gateway.DisclosureView, error) {
	f.note("Disclosures", c)
	if f.DisclosuresFn == nil {
		var zero []gateway.DisclosureView
		return zero, nil
	}
	return f.DisclosuresFn()
}

func (f *fake) Approvals(_ context.Context, c gateway.Caller) ([]gateway.ApprovalView, error) {
	f.note("Approvals", c)
	if f.ApprovalsFn == nil {
		var zero []gateway.ApprovalView
		return zero, nil
	}
	return f.ApprovalsFn()
}

func (f *fake) Runbooks(_ context.Context, c gateway.Caller) ([]gateway.RunbookView, error) {
	f.note("Runbooks", c)
	if f.RunbooksFn == nil {
		return []gateway.RunbookView{{Runbook: "R-1"}}, nil
	}
	return f.RunbooksFn()
}

func (f *fake) Revocations(_ context.Context, c gateway.Caller) ([]gateway.RevocationView, error) {
	f.note("Revocations", c)
	return f.Revoked, nil
}
