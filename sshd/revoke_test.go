package sshd_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/sshd"
	"sallyport/target/sshtest"
)

var (
	hammerConnections = flag.Int("hammer-connections", 60, "SSH connections of the revocation test")
	hammerRunning     = flag.Int("hammer-running", 10, "of which have a process that runs on the target")
)

// crowd is many engineers with a connection each.
type crowd struct {
	*gatewaytest.World
	t       testing.TB
	addr    string
	host    ssh.PublicKey
	clients []*ssh.Client
	running []sallyport.ActionID
}

func gather(t testing.TB, connections, running int) *crowd {
	t.Helper()
	c := &crowd{World: gatewaytest.Start(t, gatewaytest.Options{Host: sshtest.OpenSSH(t, sshtest.Options{}), Quiet: true}), t: t}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	c.host = signer.PublicKey()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.addr = l.Addr().String()
	s := sshd.New(sshd.Config{Service: c.Gateway, HostKey: signer})
	go s.Serve(l)
	t.Cleanup(func() { l.Close(); s.Close() })
	c.clients = make([]*ssh.Client, connections)
	slots, all := make(chan struct{}, 16), sync.WaitGroup{}
	for i := range connections {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			c.clients[i] = c.engineer(i)
		})
	}
	all.Wait()
	for i := range running {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			c.run(i)
		})
	}
	all.Wait()
	return c
}

func (c *crowd) must(err error) {
	if err != nil {
		c.t.Error(err)
		panic(err)
	}
}

// engineer makes a person with key, ticket and connection.
func (c *crowd) engineer(i int) *ssh.Client {
	ctx, ada := context.Background(), gatewaytest.As(gatewaytest.Ada)
	p := sallyport.PersonID(fmt.Sprintf("eng-%d", i))
	details, _ := sallyport.EncodeJSON(sallyport.PersonDetails{Name: string(p)})
	_, key, err := ed25519.GenerateKey(rand.Reader)
	c.must(err)
	signer, err := ssh.NewSignerFromSigner(key)
	c.must(err)
	purpose, _ := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "hammer"})
	now := time.Now().UTC()
	c.must(c.Record(ctx, ada, &sallyport.PersonAdded{Person: p}, details))
	c.must(c.Record(ctx, ada, &sallyport.RoleAssigned{Person: p, Role: sallyport.RoleEngineer, System: "*"}))
	c.must(c.Record(ctx, ada, &sallyport.KeyEnrolled{Person: p, Key: sallyport.KeyID(ssh.FingerprintSHA256(signer.PublicKey())), Form: "ssh", Public: "-", Use: []string{"signin"}}))
	c.must(c.Record(ctx, ada, &sallyport.TicketOpened{Ticket: ticketOf(i), System: gatewaytest.System, Targets: []sallyport.TargetID{"web-01"}, Engineer: p, Mode: sallyport.Propose, From: now.Add(-time.Minute), To: now.Add(time.Hour)}, purpose))
	client, err := ssh.Dial("tcp", c.addr, &ssh.ClientConfig{User: string(ticketOf(i)), Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.FixedHostKey(c.host), Timeout: time.Minute})
	c.must(err)
	c.t.Cleanup(func() { client.Close() })
	return client
}

func ticketOf(i int) sallyport.TicketID { return sallyport.TicketID(fmt.Sprintf("H-%d", i)) }

// run has engineer i propose a process that does not end, through their connection, and an escort approve it.
func (c *crowd) run(i int) {
	ctx := context.Background()
	session, err := c.clients[i].NewSession()
	c.must(err)
	c.must(session.Start("echo begun; sleep 600 & wait"))
	escort := sallyport.PersonID(fmt.Sprintf("escort-%d", i))
	details, _ := sallyport.EncodeJSON(sallyport.PersonDetails{Name: string(escort)})
	c.must(c.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.PersonAdded{Person: escort}, details))
	c.must(c.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: escort, Role: sallyport.RoleEscort, System: "*"}))
	me := gatewaytest.As(escort)
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			c.must(fmt.Errorf("action of engineer %d does not run within a minute", i))
		}
		q, err := c.Queue(ctx, me)
		c.must(err)
		at := slices.IndexFunc(q.Sessions, func(s gateway.SessionView) bool { return s.Ticket.ID == ticketOf(i) })
		if at < 0 {
			continue
		}
		if q.Sessions[at].Escort == nil {
			_ = c.Claim(ctx, me, q.Sessions[at].ID)
			continue
		}
		v, _, err := c.Gateway.Session(ctx, me, q.Sessions[at].ID)
		c.must(err)
		if len(v.Actions) != 1 || v.Actions[0].State == "proposed" || v.Actions[0].State == "resolved" {
			continue
		}
		page, err := c.Action(ctx, me, v.Actions[0].ID)
		c.must(err)
		switch {
		case page.State == "waiting" && page.Seat != "":
			c.must(c.Decide(ctx, me, gateway.DecisionRequest{Action: page.ID, Seat: page.Seat, Answer: sallyport.Approve, Words: "sleeps", Shown: page.Shown}))
		case page.State == "running" && page.Output != nil && strings.Contains(page.Output.Stdout, "begun"):
			mu.Lock()
			c.running = append(c.running, page.ID)
			mu.Unlock()
			return
		}
	}
}

var mu sync.Mutex // protects crowd.running while the crowd gathers

// alive counts processes that carry the marker of one of the actions.
func (c *crowd) alive() int { return len(c.processes(c.running...)) }

// processes finds the environments in /proc that carry the marker of one of the actions.
func (c *crowd) processes(actions ...sallyport.ActionID) (found []string) {
	dirs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil || len(dirs) == 0 {
		c.t.Fatal("there is no /proc to look at")
	}
	for _, d := range dirs {
		if carries(d, actions...) {
			found = append(found, d)
		}
	}
	return found
}

// carries tells whether a process lives, no zombie, and carries the marker of one of the actions.
func carries(environ string, actions ...sallyport.ActionID) bool {
	env, err := os.ReadFile(environ)
	return err == nil && slices.ContainsFunc(actions, func(a sallyport.ActionID) bool {
		return bytes.Contains(env, []byte(sallyport.MarkerVar+"="+string(a)+"\x00"))
	})
}

// TestRevocationRace revokes all remote maintenance while many are connected and some have processes on a real OpenSSH target. From the
// acknowledgement on nothing starts and nothing is released, and the processes are gone: it looks at them, not at channels.
//
//	go test ./sshd -run TestRevocationRace -hammer-connections 1000 -hammer-running 100
func TestRevocationRace(t *testing.T) {
	c := gather(t, *hammerConnections, *hammerRunning)
	if n := c.alive(); n < *hammerRunning {
		t.Fatalf("%d processes carry a marker, want at least %d", n, *hammerRunning)
	}
	// Meanwhile others go on proposing.
	stop, others := make(chan struct{}), sync.WaitGroup{}
	for i := *hammerRunning; i < min(*hammerConnections, *hammerRunning+16); i++ {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if s, err := c.clients[i].NewSession(); err == nil {
					_ = s.Start("id")
					time.Sleep(5 * time.Millisecond)
					s.Close()
				}
			}
		})
	}
	before := c.processes(c.running...)
	asked := time.Now()
	preview, err := c.Revoke(t.Context(), gatewaytest.As(gatewaytest.Ada), sallyport.Revoked{What: "all", Reason: "test"}, false)
	acknowledged := time.Now()
	if err != nil {
		t.Fatal(err)
	}
	left := func() bool {
		return slices.ContainsFunc(before, func(environ string) bool { return carries(environ, c.running...) })
	}
	for left() {
		if time.Since(acknowledged) > 10*time.Second {
			t.Fatalf("%d processes run on 10 s after the revocation was acknowledged", c.alive())
		}
		time.Sleep(5 * time.Millisecond)
	}
	gone := time.Since(acknowledged)
	if n := c.alive(); n > 0 {
		t.Fatalf("%d processes run after the revocation that did not before", n)
	}
	time.Sleep(300 * time.Millisecond) // those who go on proposing have had time to get something started
	close(stop)
	others.Wait()
	t.Logf("%d connections, %d running: acknowledged after %s, processes gone %s after that; %s", *hammerConnections, *hammerRunning,
		acknowledged.Sub(asked).Round(time.Millisecond), gone.Round(time.Millisecond), preview.Says)

	var revoked bool
	stopped := map[sallyport.ActionID]string{}
	if err := c.Log.Each(t.Context(), 0, func(index int64, raw []byte) error {
		e, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			return err
		}
		if f, ok := body.(*sallyport.ActionFinished); ok {
			stopped[f.Action] = f.Stopped
		}
		revoked = revoked || e.Kind == "revoked"
		if revoked && (e.Kind == "action.started" || e.Kind == "action.reading" || e.Kind == "output.released") {
			t.Errorf("entry %d, %s, follows the revocation", index, e.Kind)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !revoked {
		t.Fatal("the revocation is not in the ledger")
	}
	for _, a := range c.running {
		if !strings.Contains(stopped[a], "revoked") {
			t.Errorf("action %s ended because %q", a, stopped[a])
		}
	}
}

// BenchmarkRevokePerson revokes one engineer after the other, each with a process on a real OpenSSH target: how long until it is acknowledged, and how
// long after that the processes are gone.
//
//	go test ./sshd -run '^$' -bench RevokePerson -benchtime 1x -hammer-connections 100 -hammer-running 100
func BenchmarkRevokePerson(b *testing.B) {
	c := gather(b, *hammerConnections, *hammerRunning)
	var acknowledged, gone []time.Duration
	for b.Loop() {
		for i := range *hammerRunning {
			p := string(c.of(i))
			before := c.processes(c.actionOf(i))
			began := time.Now()
			preview, err := c.Revoke(b.Context(), gatewaytest.As(gatewaytest.Ada), sallyport.Revoked{What: "person", Name: p, Reason: "left"}, false)
			ack := time.Now()
			if err != nil || len(preview.Unstopped) > 0 {
				b.Fatalf("%v, %+v", err, preview.Unstopped)
			}
			for slices.ContainsFunc(before, func(environ string) bool { return carries(environ, preview.Actions[0]) }) {
				time.Sleep(time.Millisecond)
			}
			acknowledged, gone = append(acknowledged, ack.Sub(began)), append(gone, time.Since(ack))
		}
	}
	for name, all := range map[string][]time.Duration{"ack": acknowledged, "gone": gone} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-"+name+"-p50")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-"+name+"-p99")
	}
	b.ReportMetric(0, "ns/op")
}

// actionOf gives the action of engineer i.
func (c *crowd) actionOf(i int) (a sallyport.ActionID) {
	q, err := c.Queue(context.Background(), gatewaytest.As(sallyport.PersonID(fmt.Sprintf("escort-%d", i))))
	c.must(err)
	for _, s := range q.Sessions {
		if s.Ticket.ID == ticketOf(i) {
			v, _, err := c.Gateway.Session(context.Background(), gatewaytest.As(sallyport.PersonID(fmt.Sprintf("escort-%d", i))), s.ID)
			c.must(err)
			a = v.Actions[0].ID
		}
	}
	return a
}

// of names engineer i.
func (c *crowd) of(i int) sallyport.PersonID { return sallyport.PersonID(fmt.Sprintf("eng-%d", i)) }

func TestRevokedPersonIsDisconnected(t *testing.T) {
	c := gather(t, 2, 0)
	if _, err := c.Revoke(t.Context(), gatewaytest.As(gatewaytest.Ada), sallyport.Revoked{What: "person", Name: "eng-0", Reason: "left"}, false); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	go func() { _ = c.clients[0].Wait(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Fatal("the connection of a revoked person stays open")
	}
	if _, _, err := c.clients[1].SendRequest("ping", true, nil); err != nil {
		t.Fatalf("another person's connection is gone: %v", err)
	}
}
