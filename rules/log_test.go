package rules_test

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"testing"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/rules"
	"sallyport/workflow"
)

// blobs is a disclosure of everything.
type blobs map[sallyport.Digest][]byte

func (b blobs) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	c, ok := b[ref.Digest]
	return c, ok
}

func (b blobs) put(content []byte) sallyport.BlobRef {
	ref := sallyport.RefOf(make([]byte, sallyport.SaltSize), content)
	b[ref.Digest] = content
	return ref
}

// log is a ledger without storage: what rules see.
type log struct {
	t     testing.TB
	state *workflow.State
	check *rules.Checker
	blobs blobs
	now   time.Time
	raw   [][]byte // every entry that was legal, for replay
}

var start = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

const (
	system  sallyport.SystemID  = "web"
	ticket  sallyport.TicketID  = "T-1"
	session sallyport.SessionID = "S-1"
	action  sallyport.ActionID  = "A-1"
)

// A checker remembers what it parsed and nothing else, so that all tests may share one.
var (
	shared      = rules.New()
	openProfile = sync.OnceValues(func() (*policy.Set, error) { return policy.Open("open") })
)

func newLog(t testing.TB) *log {
	set, err := openProfile()
	if err != nil {
		t.Fatal(err)
	}
	l := &log{t: t, state: workflow.New(), check: shared, blobs: blobs{}, now: start}
	words := l.blobs.put([]byte(`{"name":"somebody"}`))
	l.must(sallyport.Gateway, "", &sallyport.LogOpened{Origin: "test", Key: "test"})
	l.must("ada", "", &sallyport.PersonAdded{Person: "ada", Details: words})
	l.must("ada", "", &sallyport.RoleAssigned{Person: "ada", Role: sallyport.RoleAdministrator, System: "*"})
	l.must("ada", "", &sallyport.PolicySet{Profile: set.Name(), Version: set.Version(), Policy: l.blobs.put(set.Archive()), Content: set.Digest()})
	for p, r := range map[sallyport.PersonID]sallyport.Role{"ana": sallyport.RoleEngineer, "ed": sallyport.RoleEscort, "eva": sallyport.RoleEscort, "sue": sallyport.RoleSecond} {
		l.must("ada", "", &sallyport.PersonAdded{Person: p, Details: words})
		l.must("ada", "", &sallyport.RoleAssigned{Person: p, Role: r, System: "*"})
	}
	l.must("ada", "", &sallyport.SystemSet{System: system, Name: "web", Profile: set.Name(), Release: sallyport.ReleaseNow})
	l.must("ada", "", &sallyport.TargetSet{Target: "web-01", System: system, Address: "127.0.0.1:22", HostKey: "ssh-ed25519 AAAA", Logins: []string{"ops"}, Interpreter: "/bin/sh"})
	l.must("ada", "", &sallyport.TicketOpened{Ticket: ticket, System: system, Targets: []sallyport.TargetID{"web-01"}, Engineer: "ana", Mode: sallyport.Propose,
		Purpose: l.blobs.put([]byte(`{"title":"502"}`)), From: start.Add(-time.Hour), To: start.Add(24 * time.Hour)})
	return l
}

// add checks and applies an entry as the gateway does, and tells what the rules said.
func (l *log) add(by sallyport.PersonID, s sallyport.SessionID, b sallyport.Body) error {
	l.t.Helper()
	l.now = l.now.Add(time.Second)
	e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: b.Kind(), Time: l.now, By: by, Session: s}
	if known := l.state.Sessions[s]; known != nil {
		e.Seq, e.Prev = known.Next, known.Last
	}
	var err error
	if e.Body, err = sallyport.EncodeJSON(b); err != nil {
		l.t.Fatal(err)
	}
	if err := l.check.Check(l.state, e, b, l.blobs); err != nil {
		return err
	}
	raw, err := e.Encode()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := l.state.Apply(e, b, raw); err != nil {
		l.t.Fatalf("checked and not applied: %v", err)
	}
	l.raw = append(l.raw, raw)
	return nil
}

func (l *log) must(by sallyport.PersonID, s sallyport.SessionID, b sallyport.Body) {
	l.t.Helper()
	if err := l.add(by, s, b); err != nil {
		l.t.Fatalf("%s by %s: %v", b.Kind(), by, err)
	}
}

// replay folds every entry again from its bytes, as an auditor or a restarted server does.
func (l *log) replay() *workflow.State {
	l.t.Helper()
	s, c := workflow.New(), shared
	for i, raw := range l.raw {
		e, b, err := sallyport.DecodeEntry(raw)
		if err == nil {
			err = c.Check(s, e, b, l.blobs)
		}
		if err == nil {
			err = s.Apply(e, b, raw)
		}
		if err != nil {
			l.t.Fatalf("entry %d (%s) was legal and is not on replay: %v", i, e.Kind, err)
		}
	}
	return s
}

// waiting brings a session with an escort and one action that waits for a decision.
func (l *log) waiting() {
	l.t.Helper()
	l.must("ana", session, &sallyport.SessionRequested{Ticket: ticket, System: system, Engineer: "ana", Mode: sallyport.Propose, Until: start.Add(8 * time.Hour)})
	l.must(sallyport.Gateway, session, &sallyport.SessionOpened{})
	l.must("ed", session, &sallyport.SessionClaimed{Escort: "ed"})
	l.must("ana", session, &sallyport.ActionProposed{Action: action, Spec: l.spec("true"), Target: "web-01", Expires: start.Add(4 * time.Hour)})
	l.must(sallyport.Gateway, session, &sallyport.ActionResolved{Action: action})
	l.must(sallyport.Gateway, session, &sallyport.ActionAssessed{Action: action, Assessment: l.blobs.put([]byte("{}")), Verdict: string(sallyport.Medium), Kinds: []string{"read"}, Complete: true})
}

// spec stores what the action would run.
func (l *log) spec(text string) sallyport.BlobRef {
	b, err := sallyport.EncodeJSON(sallyport.Spec{Action: action, Session: session, Text: []byte(text), Target: "web-01", Address: "127.0.0.1:22", HostKey: "ssh-ed25519 AAAA", Login: "ops", Interpreter: "/bin/sh"})
	if err != nil {
		l.t.Fatal(err)
	}
	return l.blobs.put(b)
}

// decision is what a decider answers to the action as it is.
func (l *log) decision(by sallyport.PersonID, seat sallyport.Seat, answer string) *sallyport.ActionDecided {
	a := l.state.Actions[action]
	words := l.blobs.put([]byte("it reads a file"))
	at := l.now
	d := &sallyport.ActionDecided{Action: action, Seat: seat, Answer: answer, Words: &words, Policy: l.state.PolicyOf(system),
		Shown: sallyport.Shown{Spec: a.Spec.Digest, Pins: a.PinsDigest(), Assessment: a.Assessed.Assessment.Digest, Page: "test", Opened: at, Decided: at}, Position: l.state.Size}
	if answer == sallyport.Approve {
		d.Expires = l.now.Add(10 * time.Minute)
		d.Binding = a.Binding(d.Policy, d.Expires).Digest()
	}
	return d
}

// permit is what the gateway would write.
func (l *log) permit() *sallyport.ActionStarted {
	a := l.state.Actions[action]
	p := &sallyport.ActionStarted{Action: action, Rendered: "r", Policy: l.state.PolicyOf(system)}
	for _, seat := range []sallyport.Seat{sallyport.SeatEscort, sallyport.SeatSecond} {
		if d, ok := a.Approval(seat); ok && l.now.Add(time.Second).Before(d.Expires) && d.Policy == p.Policy {
			p.Binding = append(p.Binding, d.Binding)
		}
	}
	return p
}

func digest(b []byte) sallyport.Digest {
	sum := sha256.Sum256(b)
	return sallyport.Digest(hex.EncodeToString(sum[:]))
}
