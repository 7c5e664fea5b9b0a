package rules_test

import (
	"strings"
	"testing"

	"sallyport"
)

// A permit asks about the escort again: what made them an escort may be gone since they decided.
func TestPermitAsksAboutTheEscortAgain(t *testing.T) {
	l := newLog(t)
	l.waiting()
	l.must("ed", session, l.decision("ed", sallyport.SeatEscort, sallyport.Approve))
	l.must("ada", "", &sallyport.RoleWithdrawn{Person: "ed", Role: sallyport.RoleEscort, System: "*"})
	if err := l.add(sallyport.Gateway, session, l.permit()); err == nil || !strings.Contains(err.Error(), "no policy allows it") {
		t.Errorf("a permit for an escort who is none any more: %v", err)
	}
	l.must("ada", "", &sallyport.RoleAssigned{Person: "ed", Role: sallyport.RoleEscort, System: "*"})
	l.must(sallyport.Gateway, session, l.permit())
}

// Nobody reviews the recording of a session in which they took part, auditor or not (R17).
func TestReplayKeepsDutiesApart(t *testing.T) {
	l := newLog(t)
	l.waiting()
	l.must("ada", "", &sallyport.RoleAssigned{Person: "ed", Role: sallyport.RoleAuditor, System: "*"})
	l.must("ada", "", &sallyport.RoleAssigned{Person: "eva", Role: sallyport.RoleAuditor, System: "*"})
	if err := l.add("ed", "", &sallyport.ReplayWatched{Action: action}); err == nil || !strings.Contains(err.Error(), "separate-replay") {
		t.Errorf("the escort looks at their own recording: %v", err)
	}
	l.must("eva", "", &sallyport.ReplayWatched{Action: action})
}

// A permit asks about everyone whose approval it rests on again, the second person as well (R10, R27).
func TestPermitAsksAboutTheSecondPersonAgain(t *testing.T) {
	l := newLog(t)
	l.waiting()
	l.must("ed", session, l.decision("ed", sallyport.SeatEscort, sallyport.Approve))
	l.must("sue", session, l.decision("sue", sallyport.SeatSecond, sallyport.Approve))
	l.must("ada", "", &sallyport.Revoked{What: "person", Name: "sue", Reason: "test"})
	if err := l.add(sallyport.Gateway, session, l.permit()); err == nil || !strings.Contains(err.Error(), "revoked") {
		t.Errorf("a permit on the approval of somebody revoked: %v", err)
	}
	l.must("ada", "", &sallyport.Restored{What: "person", Name: "sue", Reason: "test"})
	l.must("ada", "", &sallyport.RoleWithdrawn{Person: "sue", Role: sallyport.RoleSecond, System: "*"})
	if err := l.add(sallyport.Gateway, session, l.permit()); err == nil || !strings.Contains(err.Error(), "no policy allows it") {
		t.Errorf("a permit on the approval of somebody who is no second person any more: %v", err)
	}
	l.must("ada", "", &sallyport.RoleAssigned{Person: "sue", Role: sallyport.RoleSecond, System: "*"})
	l.must(sallyport.Gateway, session, l.permit())
}
