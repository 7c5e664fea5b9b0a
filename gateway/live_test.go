package gateway_test

import (
	"sync/atomic"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway/gatewaytest"
)

// A role that is over ends the session that rests on it, and what runs in it, without anybody doing anything (R10).
func TestWhatLapsesEndsTheSession(t *testing.T) {
	var ahead atomic.Int64
	w := gatewaytest.Start(t, gatewaytest.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	until := time.Now().Add(30 * time.Minute).UTC()
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: gatewaytest.Ed, Role: sallyport.RoleEscort, System: "*", Until: &until}); err != nil {
		t.Fatal(err)
	}
	session := w.Session()
	a := w.Proposed(session, "echo begun; sleep 600")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "sleeps"); err != nil {
		t.Fatal(err)
	}
	w.Printed(a, "begun")
	ahead.Store(int64(31 * time.Minute))
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		v, _, err := w.Gateway.Session(t.Context(), gatewaytest.As(gatewaytest.Ana), session)
		if err != nil {
			t.Fatal(err)
		}
		if v.State == "ended" {
			if v.Actions[0].State != "finished" {
				t.Fatalf("the action is %s", v.Actions[0].State)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the session is %s long after the escort's role was over", v.State)
		}
	}
}

// Whoever loses the right to escort loses it for the output too: what a running action printed and nobody has released yet stays held.
func TestNothingIsReleasedUnderAnOldAnswer(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	a := w.Proposed(session, "trap 'echo last words; exit 0' TERM; echo begun; while :; do sleep 0.05; done")
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Approve, "waits"); err != nil {
		t.Fatal(err)
	}
	w.Printed(a, "begun")
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.RoleWithdrawn{Person: gatewaytest.Ed, Role: sallyport.RoleEscort, System: "*"}); err != nil {
		t.Fatal(err)
	}
	size := w.Log.Size()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if v, _, err := w.Gateway.Session(t.Context(), gatewaytest.As(gatewaytest.Ana), session); err != nil || v.State == "ended" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the session does not end")
		}
	}
	var ended bool
	if err := w.Log.Each(t.Context(), 0, func(index int64, raw []byte) error {
		e, _, err := sallyport.DecodeEntry(raw)
		ended = ended || e.Kind == "role.withdrawn"
		if ended && (e.Kind == "output.released" || e.Kind == "action.started") {
			t.Errorf("entry %d, %s, follows (acknowledged at %d)", index, e.Kind, size)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
