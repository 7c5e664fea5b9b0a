package rules_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sallyport"
)

var long = flag.Bool("long", false, "explore one step deeper, which takes minutes")

// model is an independent account, in a handful of flags, of whether the action may start: what the rules must agree with.
type model struct {
	approved   time.Time // until when the escort's approval holds; zero is none
	second     time.Time // the same of the second person
	last       string    // last answer that was given
	escort     sallyport.PersonID
	offered    bool
	present    bool
	paused     bool
	revoked    map[string]bool
	withdrawn  bool
	refused    bool
	asked      bool
	ending     bool
	started    bool
	ended      bool // the execution
	proposalAt time.Time
}

// may tells whether a permit is due: open session, escort there, not paused, nothing revoked, a live approval, not started.
func (m *model) may(now time.Time) bool {
	if m.ending || m.paused || !m.present || m.withdrawn || m.refused || m.asked || m.started || m.last != sallyport.Approve {
		return false
	}
	for _, yes := range m.revoked {
		if yes {
			return false
		}
	}
	// The second person's approval comes beside the escort's, never in its place (floor policy execute-approved, R23).
	return now.Before(m.approved) && now.Before(m.proposalAt)
}

// step is one thing that can happen. It gives the entry, and what the model makes of it once it was legal.
type step struct {
	name string
	do   func(l *log, m *model) error
}

func steps() []step {
	revoke := func(what, name string) step {
		return step{"revoke " + what, func(l *log, m *model) error {
			err := l.add("ada", "", &sallyport.Revoked{What: what, Name: name, Reason: "test"})
			if err == nil {
				m.revoked[what] = true
			}
			return err
		}}
	}
	decide := func(by sallyport.PersonID, seat sallyport.Seat, answer string) step {
		return step{fmt.Sprintf("%s %ss as %s", by, answer, seat), func(l *log, m *model) error {
			d := l.decision(by, seat, answer)
			err := l.add(by, session, d)
			if err != nil {
				return err
			}
			m.last = answer
			until := &m.approved
			if seat == sallyport.SeatSecond {
				until = &m.second
			}
			*until = d.Expires
			m.refused, m.asked = answer == sallyport.Refuse, answer == sallyport.Question
			return nil
		}}
	}
	simple := func(name string, by sallyport.PersonID, b func(*log) sallyport.Body, then func(*model)) step {
		return step{name, func(l *log, m *model) error {
			err := l.add(by, session, b(l))
			if err == nil {
				then(m)
			}
			return err
		}}
	}
	words := func(l *log) sallyport.BlobRef { return l.blobs.put([]byte("words")) }
	return []step{
		decide("ed", sallyport.SeatEscort, sallyport.Approve),
		decide("ed", sallyport.SeatEscort, sallyport.Refuse),
		decide("ed", sallyport.SeatEscort, sallyport.Question),
		decide("ed", sallyport.SeatEscort, sallyport.Escalate),
		decide("eva", sallyport.SeatEscort, sallyport.Approve),
		decide("sue", sallyport.SeatSecond, sallyport.Approve),
		decide("sue", sallyport.SeatSecond, sallyport.Refuse),
		decide("ana", sallyport.SeatSecond, sallyport.Approve), // the engineer: never legal
		decide("ed", sallyport.SeatSecond, sallyport.Approve),  // the escort from the other seat: never legal while they are the escort
		simple("answer", "ana", func(l *log) sallyport.Body { return &sallyport.ActionAnswered{Action: action, Words: words(l)} }, func(m *model) { m.asked, m.last = false, "" }),
		simple("withdraw", "ana", func(*log) sallyport.Body { return &sallyport.ActionWithdrawn{Action: action} }, func(m *model) { m.withdrawn = true }),
		simple("pause", "ed", func(*log) sallyport.Body { return &sallyport.SessionPaused{Why: "test"} }, func(m *model) { m.paused = true }),
		simple("resume", "ed", func(*log) sallyport.Body { return &sallyport.SessionResumed{} }, func(m *model) { m.paused = false }),
		simple("leave", sallyport.Gateway, func(*log) sallyport.Body { return &sallyport.PresenceLost{Why: "link"} }, func(m *model) { m.present = false }),
		simple("return", "ed", func(*log) sallyport.Body { return &sallyport.PresenceBack{} }, func(m *model) { m.present = true }),
		simple("hand over", "ed", func(l *log) sallyport.Body { return &sallyport.SessionHanded{To: "eva", Words: words(l)} }, func(m *model) { m.offered = true }),
		simple("eva claims", "eva", func(*log) sallyport.Body { return &sallyport.SessionClaimed{Escort: "eva"} }, func(m *model) { m.escort, m.present, m.offered = "eva", true, false }),
		simple("end", "ed", func(*log) sallyport.Body { return &sallyport.SessionEnding{Why: "test"} }, func(m *model) { m.ending = true }),
		revoke("person", "ana"), revoke("person", "ed"), revoke("system", string(system)), revoke("all", ""),
		{"restore all", func(l *log, m *model) error {
			err := l.add("ada", "", &sallyport.Restored{What: "all", Reason: "test"})
			if err == nil {
				delete(m.revoked, "all")
			}
			return err
		}},
		{"time passes: approvals expire", func(l *log, m *model) error { l.now = l.now.Add(11 * time.Minute); return nil }},
		{"time passes: the proposal expires", func(l *log, m *model) error { l.now = l.now.Add(4 * time.Hour); return nil }},
		{"crash", func(l *log, m *model) error {
			l.state = l.replay()
			if m.started && !m.ended {
				m.ended = true
				return l.add(sallyport.Gateway, session, &sallyport.ActionInterrupted{Action: action, Why: "crash"})
			}
			return nil
		}},
		{"permit", func(l *log, m *model) error {
			allowed := m.may(l.now.Add(time.Second))
			err := l.add(sallyport.Gateway, session, l.permit())
			if err == nil && !allowed {
				l.t.Fatalf("a permit was legal, and by the model nothing may start: %+v", *m)
			}
			if err != nil && allowed && !strings.Contains(err.Error(), "second") {
				l.t.Fatalf("a permit was refused, and by the model it is due: %v\n%+v", err, *m)
			}
			if err == nil {
				m.started = true
			}
			return err
		}},
		{"engineer writes a permit", func(l *log, m *model) error {
			err := l.add("ana", session, l.permit())
			if err == nil {
				l.t.Fatal("a person wrote a permit")
			}
			return err
		}},
	}
}

// begin gives a log with an action that waits, and the model of it.
func begin(t testing.TB) (*log, *model) {
	l := newLog(t)
	l.waiting()
	return l, &model{escort: "ed", present: true, revoked: map[string]bool{}, proposalAt: start.Add(4 * time.Hour)}
}

// TestNoExecutionWithoutALiveApproval tries every sequence of two steps (three with -long) followed by two permits: no action
// starts but under a live approval, and none starts twice.
func TestNoExecutionWithoutALiveApproval(t *testing.T) {
	all := steps()
	permit := all[len(all)-2]
	depth := 2
	if *long {
		depth = 3
	}
	tried := 0
	var explore func(prefix []int)
	explore = func(prefix []int) {
		l, m := begin(t)
		for _, i := range prefix {
			if err := all[i].do(l, m); err != nil && len(prefix) > 1 {
				return // an illegal step changes nothing: the sequence without it is tried too
			}
		}
		first := permit.do(l, m)
		if again := permit.do(l, m); first == nil && again == nil {
			t.Fatalf("after %v the action started twice", names(all, prefix))
		}
		tried++
		if len(prefix) < depth {
			for i := range all {
				explore(append(prefix[:len(prefix):len(prefix)], i))
			}
		}
	}
	explore(nil)
	if tried < 250 {
		t.Fatalf("only %d sequences were tried", tried)
	}
	t.Logf("%d sequences", tried)
}

func names(all []step, prefix []int) (out []string) {
	for _, i := range prefix {
		out = append(out, all[i].name)
	}
	return out
}

// TestLongInterleavings walks at random, with a permit tried after every step, and replays the whole log at the end.
func TestLongInterleavings(t *testing.T) {
	all := steps()
	rapid.Check(t, func(rt *rapid.T) {
		l, m := begin(t)
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			_ = all[rapid.IntRange(0, len(all)-1).Draw(rt, "step")].do(l, m)
			_ = all[len(all)-2].do(l, m)
		}
		again := l.replay()
		if again.Size != l.state.Size || again.Actions[action].State != l.state.Actions[action].State {
			rt.Fatalf("replay gives %d entries and %q, want %d and %q", again.Size, again.Actions[action].State, l.state.Size, l.state.Actions[action].State)
		}
	})
}

// TestSessionChainCannotBeBent changes one thing at a time about an entry of a session.
func TestSessionChainCannotBeBent(t *testing.T) {
	l, _ := begin(t)
	s := l.state.Sessions[session]
	body := &sallyport.SessionPaused{Why: "test"}
	good := sallyport.Entry{Version: 1, Kind: body.Kind(), Time: l.now, By: "ed", Session: session, Seq: s.Next, Prev: s.Last}
	if err := l.check.Check(l.state, good, body, l.blobs); err != nil {
		t.Fatal(err)
	}
	for name, bend := range map[string]func(*sallyport.Entry){
		"seq":     func(e *sallyport.Entry) { e.Seq++ },
		"prev":    func(e *sallyport.Entry) { e.Prev = digest([]byte("other")) },
		"session": func(e *sallyport.Entry) { e.Session = "S-2" },
		"none":    func(e *sallyport.Entry) { e.Session, e.Seq, e.Prev = "", 0, "" },
		"time":    func(e *sallyport.Entry) { e.Time = e.Time.Add(-time.Hour) },
		"person":  func(e *sallyport.Entry) { e.By = "nobody" },
	} {
		e := good
		bend(&e)
		if err := l.check.Check(l.state, e, body, l.blobs); err == nil {
			t.Errorf("%s: a bent entry is legal", name)
		}
	}
}
