package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/evidence"
	"sallyport/target/sshtest"
	"sallyport/verify"
	"sallyport/web"
	"sallyport/web/client"
	"sallyport/web/wire"
)

// crashPoints are the steps of the life of an action at which the server is killed, and what may be true afterwards. ran says how often
// the action may have run, at most and at least.
var crashPoints = []struct {
	point    string
	min, max int
	states   string // in which the action may be after the restart, space separated; "none": it was never acknowledged
}{
	{"proposal stored", 0, 0, "none"},
	{"enqueue action.proposed", 0, 0, "none"},
	{"proposed", 0, 0, "waiting"},
	{"enqueue action.resolved", 0, 0, "waiting"},
	{"resolved", 0, 0, "waiting"},
	{"enqueue action.assessed", 0, 0, "waiting"},
	{"assessed", 0, 0, "waiting"},
	{"enqueue action.decided", 0, 0, "waiting"},
	{"decided", 0, 1, "approved finished"},
	{"enqueue action.started", 0, 1, "approved finished"},
	{"permit", 0, 0, "interrupted"},
	{"ran", 1, 1, "interrupted"},
	{"enqueue recording.chunk", 1, 1, "interrupted"},
	{"enqueue action.finished", 1, 1, "interrupted"},
	{"finished", 1, 1, "finished"},
}

// site is a state folder with a server process that can be killed and started again.
type site struct {
	t      testing.TB
	dir    string
	host   *sshtest.Host
	cmd    *exec.Cmd
	log    bytes.Buffer
	origin string
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{t: t, dir: filepath.Join(t.TempDir(), "site"), host: sshtest.Go(t)}
	web, ssh := freePort(t), freePort(t)
	s.origin = "https://localhost:" + web
	if err := initialise(t.Context(), initOptions{dir: s.dir, admin: "ada", name: "Ada", profile: "open", origin: s.origin}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, "sallyport.toml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`listen = ":2222"`, `listen = "127.0.0.1:`+ssh+`"`, `listen = ":8443"`, `listen = "127.0.0.1:`+web+`"`, `listen = "127.0.0.1:9464"`, `listen = ""`).Replace(string(b))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	// The target must trust this site's certificate authority: the site takes the target's.
	s.trust()
	return s
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return port(l.Addr().String())
}

// start runs the server; crash names the step at which it kills itself, "" is none.
func (s *site) start(crash string) {
	s.t.Helper()
	s.log.Reset()
	s.cmd = exec.Command(os.Args[0], "serve", "--config", filepath.Join(s.dir, "sallyport.toml"))
	s.cmd.Env = append(os.Environ(), reexec+"=1", failpointVar+"="+crash)
	s.cmd.Stderr, s.cmd.Stdout = &s.log, &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() { cmd.Process.Kill() })
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.origin, "https://"))
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the server does not answer:\n%s", s.log.String())
		}
	}
}

// ended waits until the server process is gone by itself; nil says that it is not, or ended well.
func (s *site) ended(within time.Duration) error {
	gone := make(chan error, 1)
	go func() { gone <- s.cmd.Wait() }()
	select {
	case err := <-gone:
		return err
	case <-time.After(within):
		s.cmd.Process.Kill()
		<-gone
		return nil
	}
}

// stop ends the server in good order.
func (s *site) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil {
		s.t.Fatalf("the server did not stop in good order: %v\n%s", err, s.log.String())
	}
}

func (s *site) client(p sallyport.PersonID) *client.Client {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), string(p)+".token")
	if err := writeToken(web.OpenTokens(filepath.Join(s.dir, "state", "tokens.json")), p, file, time.Now().Add(time.Hour)); err != nil {
		s.t.Fatal(err)
	}
	c, err := client.New(client.Config{Server: s.origin, TokenFile: file, RootFile: filepath.Join(s.dir, "state", "keys", "web.pem")})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// populate brings people, a system, the target and a ticket.
func (s *site) populate() {
	s.t.Helper()
	ctx, ada := s.t.Context(), s.client("ada")
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	for p, role := range map[sallyport.PersonID]sallyport.Role{"ana": sallyport.RoleEngineer, "ed": sallyport.RoleEscort} {
		must(ada.AddPerson(ctx, wire.Person{Person: p, PersonDetails: sallyport.PersonDetails{Name: string(p)}}))
		must(ada.AssignRole(ctx, p, wire.Role{Role: role, System: "*"}))
	}
	must(ada.SetSystem(ctx, sallyport.SystemSet{System: "web", Name: "web", Profile: "open", Release: sallyport.ReleaseNow}))
	t := s.host.Target
	t.System = "web"
	must(ada.SetTarget(ctx, t))
	now := time.Now().UTC()
	must(ada.AddTicket(ctx, wire.Ticket{Ticket: "T-1", System: "web", Targets: []sallyport.TargetID{t.Target}, Engineer: "ana", Mode: sallyport.Propose, TicketPurpose: sallyport.TicketPurpose{Title: "test"}, From: now.Add(-time.Minute), To: now.Add(time.Hour)}))
}

// trust gives the site the certificate authority that the target knows.
func (s *site) trust() {
	s.t.Helper()
	block, err := ssh.MarshalPrivateKey(s.host.Key, "")
	if err == nil {
		err = os.WriteFile(filepath.Join(s.dir, "state", "keys", "target_ca"), pem.EncodeToMemory(block), 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// work is one action from proposal to end, with errors where the server has died. It stops at the first.
func (s *site) work(counter string) (action sallyport.ActionID, err error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	ana, ed := s.client("ana"), s.client("ed")
	session, err := ana.OpenSession(ctx, "T-1")
	if err != nil {
		return "", err
	}
	if session.Escort == nil {
		if err := ed.SessionDo(ctx, session.ID, "claim", ""); err != nil {
			return "", err
		}
	}
	a, err := ana.Propose(ctx, session.ID, wire.Proposal{Text: fmt.Appendf(nil, "echo ran >> %s; echo done", counter)})
	if err != nil {
		return "", err
	}
	for decided := false; ; time.Sleep(20 * time.Millisecond) {
		if err := ed.Presence(ctx, session.ID, false); err != nil {
			return a.ID, err
		}
		page, err := ed.Action(ctx, a.ID)
		if err != nil {
			return a.ID, err
		}
		switch page.State {
		case "waiting":
			if !decided {
				decided = true
				if err := ed.Decide(ctx, a.ID, wire.Decision{Seat: page.Seat, Answer: sallyport.Approve, Words: "appends a line", Shown: page.Shown}); err != nil {
					return a.ID, err
				}
			}
		case "finished", "failed", "interrupted", "cancelled":
			return a.ID, nil
		}
	}
}

// sealed gives the only action of the site's session.
func (s *site) sealed() sallyport.ActionID {
	s.t.Helper()
	v, err := s.client("ana").OpenSession(s.t.Context(), "T-1")
	if err != nil || len(v.Actions) != 1 {
		s.t.Fatalf("the session has %d actions, want the sealed one: %v", len(v.Actions), err)
	}
	return v.Actions[0].ID
}

// settled waits until an action is in one of the states that are allowed after a restart, with the escort there again.
func (s *site) settled(action sallyport.ActionID, states []string) string {
	s.t.Helper()
	ed := s.client("ed")
	var last string
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		page, err := ed.Action(s.t.Context(), action)
		if err != nil {
			s.t.Fatalf("action %s is lost: %v", action, err)
		}
		last = page.State
		for _, st := range states {
			if last == st {
				return last
			}
		}
	}
	s.t.Fatalf("action %s is %q after the restart, want one of %q", action, last, states)
	return ""
}

// TestKilledAtEveryStep kills the server at each step between proposal and finish. After the restart nothing acknowledged
// is lost, nothing has run twice, nothing ran without a sealed approval, an unknown outcome says so, and the evidence verifies.
func TestKilledAtEveryStep(t *testing.T) {
	for _, c := range crashPoints {
		t.Run(c.point, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.start("")
			s.populate()
			s.stop()
			s.start(c.point)
			counter := filepath.Join(t.TempDir(), "counter")
			action, err := s.work(counter)
			werr := s.ended(10 * time.Second)
			if werr == nil || !strings.Contains(s.log.String(), "crashing at") {
				t.Fatalf("the server did not crash (%v), the work gave %v:\n%s", werr, err, s.log.String())
			}
			s.start("")
			if action == "" && c.states != "none" {
				action = s.sealed() // the server died between sealing the proposal and saying so
			}
			if c.states != "none" {
				state := s.settled(action, strings.Fields(c.states))
				t.Logf("after the restart it is %s", state)
			} else if action != "" {
				t.Errorf("action %s was acknowledged before it was sealed", action)
			}
			time.Sleep(200 * time.Millisecond) // anything that would run again by itself has had time to
			s.stop()
			b, _ := os.ReadFile(counter)
			if n := strings.Count(string(b), "ran"); n < c.min || n > c.max {
				t.Errorf("it ran %d times, want %d to %d", n, c.min, c.max)
			}
			s.verifies()
		})
	}
}

func (s *site) verifies() {
	s.t.Helper()
	src, err := evidence.Open(filepath.Join(s.dir, "state"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer src.Close()
	report, err := verify.Run(s.t.Context(), src, verify.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	if report.Exit() != 0 {
		var b bytes.Buffer
		_ = report.Print(&b)
		s.t.Fatalf("the evidence does not verify:\n%s", b.String())
	}
}
