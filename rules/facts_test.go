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

// Evidence of a session is not taken out by whoever took part in it, and leaves every system under that system's policy (R17, R52).
func TestExportIsAskedOfWhatItNames(t *testing.T) {
	l := newLog(t)
	l.waiting()
	for _, p := range []sallyport.PersonID{"ed", "eva"} {
		l.must("ada", "", &sallyport.RoleAssigned{Person: p, Role: sallyport.RoleAuditor, System: "*"})
	}
	if err := l.add("ed", "", &sallyport.ExportMade{What: "session", Sessions: []sallyport.SessionID{session}}); err == nil || !strings.Contains(err.Error(), "separate-export") {
		t.Errorf("the escort takes out their own evidence: %v", err)
	}
	l.must("eva", "", &sallyport.ExportMade{What: "session", Sessions: []sallyport.SessionID{session}})
	l.must("eva", "", &sallyport.ExportMade{What: "everything"})
	l.must("ada", "", &sallyport.RoleWithdrawn{Person: "eva", Role: sallyport.RoleAuditor, System: "*"})
	l.must("ada", "", &sallyport.RoleAssigned{Person: "eva", Role: sallyport.RoleAuditor, System: system})
	if err := l.add("eva", "", &sallyport.ExportMade{What: "everything"}); err == nil {
		t.Error("an auditor of one system takes out everything")
	}
}

// The second seat is for another person than whoever approved in the first, handed over since or not (R17).
func TestFormerEscortIsNoSecondPerson(t *testing.T) {
	l := newLog(t)
	l.waiting()
	l.must("ed", session, l.decision("ed", sallyport.SeatEscort, sallyport.Approve))
	l.must("ed", session, &sallyport.SessionHanded{To: "eva", Words: l.blobs.put([]byte("shift"))})
	l.must("eva", session, &sallyport.SessionClaimed{Escort: "eva"})
	if err := l.add("ed", session, l.decision("ed", sallyport.SeatSecond, sallyport.Approve)); err == nil || !strings.Contains(err.Error(), "separate-second") {
		t.Errorf("one person in both seats: %v", err)
	}
	if err := l.add("eva", session, l.decision("eva", sallyport.SeatSecond, sallyport.Approve)); err == nil || !strings.Contains(err.Error(), "separate-second") {
		t.Errorf("the escort in the second seat: %v", err)
	}
	l.must("sue", session, l.decision("sue", sallyport.SeatSecond, sallyport.Approve))
	l.must(sallyport.Gateway, session, l.permit())
}
