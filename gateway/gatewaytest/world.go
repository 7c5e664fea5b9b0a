// Package gatewaytest sets up a whole Sallyport in a test's process: a ledger, blobs, people with roles, a system, a target
// to run on, and a ticket. It is for tests and benchmarks only.
package gatewaytest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/gateway"
	"sallyport/ledger"
	"sallyport/recording"
	"sallyport/store/blob"
	"sallyport/target"
	targetssh "sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// People of every world. Ana is the engineer of the ticket.
const (
	Ada  sallyport.PersonID = "ada"  // administrator
	Ana  sallyport.PersonID = "ana"  // engineer
	Ed   sallyport.PersonID = "ed"   // escort
	Eva  sallyport.PersonID = "eva"  // another escort
	Sue  sallyport.PersonID = "sue"  // second person
	Olli sallyport.PersonID = "olli" // system owner
	Aud  sallyport.PersonID = "aud"  // auditor
)

// Names of every world.
const (
	System sallyport.SystemID = "web"
	Ticket sallyport.TicketID = "T-1"
)

// World is a running gateway with what it stands on. Restart uses the same ledger and blobs again, as after a crash.
type World struct {
	*gateway.Gateway
	Log    *ledger.Log
	Signer note.Signer // the log's key: what an insider holds
	Store  ledger.Store
	Blobs  gateway.Blobs
	Host   *sshtest.Host
	Runner target.Runner
	Config gateway.Config

	t testing.TB
}

// Options change a world.
type Options struct {
	Host    *sshtest.Host // nil is an in-process target
	Runner  target.Runner // nil reaches Host by SSH
	Store   ledger.Store  // nil is memory
	Guard   ledger.Guard  // nil is none
	Blobs   gateway.Blobs // nil is memory
	Profile string        // "" is open
	Now     func() time.Time
	Fail    func(point string)
	Fault   func(point string) error // of the ledger
	System  func(*sallyport.SystemSet)
	Change  func(*gateway.Config)
	Quiet   bool // no log
}

// As is a caller through the web door.
func As(p sallyport.PersonID) gateway.Caller {
	return gateway.Caller{Person: p, Door: "web", From: "127.0.0.1"}
}

// Start sets a world up and ends it with the test.
func Start(t testing.TB, o Options) *World {
	t.Helper()
	ctx := context.Background()
	w := &World{t: t, Store: o.Store, Blobs: o.Blobs, Host: o.Host, Runner: o.Runner}
	if w.Store == nil {
		w.Store = ledger.NewMemory()
	}
	if o.Guard == nil {
		o.Guard = ledger.NoGuard{}
	}
	if w.Blobs == nil {
		w.Blobs = blob.NewMemory()
	}
	if w.Host == nil {
		w.Host = sshtest.Go(t)
	}
	if w.Runner == nil {
		r, err := targetssh.New(targetssh.Config{CA: w.Host.CA})
		w.must(err)
		w.Runner = r
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "sallyport.test/log")
	w.must(err)
	signer, err := note.NewSigner(skey)
	w.must(err)
	w.Signer = signer
	verifier, err := note.NewVerifier(vkey)
	w.must(err)
	logger := slog.New(slog.DiscardHandler)
	if !o.Quiet {
		logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	w.Log, err = ledger.Open(ctx, w.Store, signer, verifier, o.Guard, ledger.Options{Create: true, Logger: logger, Fault: o.Fault})
	w.must(err)
	keyring, err := recording.NewKeyring(make([]byte, 32))
	w.must(err)
	w.Config = gateway.Config{Log: w.Log, Blobs: w.Blobs, Runner: w.Runner, Logger: logger, Version: "test", Keyring: keyring, Now: o.Now, ProposeRate: 1 << 30, LinkLost: time.Hour}
	if o.Change != nil {
		o.Change(&w.Config)
	}
	profile := o.Profile
	if profile == "" {
		profile = "open"
	}
	w.must(gateway.Found(ctx, w.Config, gateway.Founding{Origin: "sallyport.test/log", LogKey: vkey, Administrator: Ada, Details: sallyport.PersonDetails{Name: "Ada"}, Profile: profile}))
	w.Config.Fail = o.Fail
	w.Gateway, err = gateway.Open(ctx, w.Config)
	w.must(err)
	t.Cleanup(func() { _ = w.Gateway.Close(); _ = w.Log.Close() })
	w.people(ctx)
	w.place(ctx, profile, o.System)
	return w
}

func (w *World) people(ctx context.Context) {
	for _, p := range []struct {
		id   sallyport.PersonID
		name string
		role sallyport.Role
	}{
		{Ana, "Ana", sallyport.RoleEngineer}, {Ed, "Ed", sallyport.RoleEscort}, {Eva, "Eva", sallyport.RoleEscort}, {Sue, "Sue", sallyport.RoleSecond},
		{Olli, "Olli", sallyport.RoleSystemOwner}, {Aud, "Aud", sallyport.RoleAuditor},
	} {
		details, err := sallyport.EncodeJSON(sallyport.PersonDetails{Name: p.name})
		w.must(err)
		w.must(w.Record(ctx, As(Ada), &sallyport.PersonAdded{Person: p.id}, details))
		w.must(w.Record(ctx, As(Ada), &sallyport.RoleAssigned{Person: p.id, Role: p.role, System: "*"}))
	}
}

func (w *World) place(ctx context.Context, profile string, change func(*sallyport.SystemSet)) {
	sys := &sallyport.SystemSet{System: System, Name: "Web shop", Profile: profile, Release: sallyport.ReleaseNow}
	if change != nil {
		change(sys)
	}
	w.must(w.Record(ctx, As(Ada), sys))
	t := w.Host.Target
	t.System = System
	w.must(w.Record(ctx, As(Ada), &t))
	purpose, err := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "web-01 answers 502"})
	w.must(err)
	now := time.Now()
	if w.Config.Now != nil {
		now = w.Config.Now()
	}
	w.must(w.Record(ctx, As(Ada), &sallyport.TicketOpened{Ticket: Ticket, System: System, Targets: []sallyport.TargetID{t.Target}, Engineer: Ana, Mode: sallyport.Propose,
		From: now.Add(-time.Hour).UTC(), To: now.Add(8 * time.Hour).UTC()}, purpose))
}

// Session opens the ticket's session and has Ed claim it.
func (w *World) Session() sallyport.SessionID {
	w.t.Helper()
	v, err := w.OpenSession(context.Background(), As(Ana), Ticket)
	w.must(err)
	if v.Escort == nil {
		w.must(w.Claim(context.Background(), As(Ed), v.ID))
	}
	return v.ID
}

// Proposed proposes text as Ana and waits until it can be decided.
func (w *World) Proposed(session sallyport.SessionID, text string) sallyport.ActionID {
	w.t.Helper()
	a, err := w.Propose(context.Background(), As(Ana), gateway.Proposal{Session: session, Text: []byte(text)})
	w.must(err)
	w.Until(a.ID, "waiting")
	return a.ID
}

// Until waits until an action is in a state.
func (w *World) Until(a sallyport.ActionID, state string) gateway.ActionSummary {
	w.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		p, err := w.Action(context.Background(), As(Ed), a)
		w.must(err)
		if p.State == state {
			return p.ActionSummary
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("action %s is %s (%s), want %s", a, p.State, p.Why, state)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Printed waits until a running action has printed text.
func (w *World) Printed(a sallyport.ActionID, text string) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		p, err := w.Action(context.Background(), As(Ed), a)
		w.must(err)
		if p.Output != nil && strings.Contains(p.Output.Stdout, text) {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("action %s, %s, has not printed %q", a, p.State, text)
		}
	}
}

// Decided decides an action as p, from whatever seat p has.
func (w *World) Decided(p sallyport.PersonID, a sallyport.ActionID, answer, words string) error {
	w.t.Helper()
	page, err := w.Action(context.Background(), As(p), a)
	w.must(err)
	return w.Decide(context.Background(), As(p), gateway.DecisionRequest{Action: a, Seat: page.Seat, Answer: answer, Words: words, Shown: page.Shown})
}

// Collect follows an action as Ana to its end.
func (w *World) Collect(a sallyport.ActionID) (stdout, stderr string, last gateway.Update) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	w.must(w.Follow(ctx, As(Ana), a, func(u gateway.Update) error {
		switch {
		case u.Output != nil && u.Stderr:
			stderr += string(u.Output)
		case u.Output != nil:
			stdout += string(u.Output)
		}
		last = u
		return nil
	}))
	return stdout, stderr, last
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
