package sshd_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
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
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/sshd"
)

// door is a world with an SSH front door and an engineer's stock client.
type door struct {
	*gatewaytest.World
	t    *testing.T
	port string
	key  string
	dir  string
}

func open(t *testing.T, o gatewaytest.Options) *door {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no ssh client: install openssh-client")
		}
		t.Skip("no ssh client: install openssh-client")
	}
	d := &door{World: gatewaytest.Start(t, o), t: t, dir: t.TempDir()}
	d.key = filepath.Join(d.dir, "id")
	public := newKey(t, d.key)
	if err := d.Record(context.Background(), gatewaytest.As(gatewaytest.Ada), &sallyport.KeyEnrolled{Person: gatewaytest.Ana, Key: sallyport.KeyID(ssh.FingerprintSHA256(public)),
		Form: "ssh", Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))), Use: []string{"signin"}}); err != nil {
		t.Fatal(err)
	}
	_, host, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromSigner(host)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := sshd.New(sshd.Config{Service: d.Gateway, HostKey: signer})
	go s.Serve(l)
	t.Cleanup(func() { l.Close(); s.Close() })
	_, d.port, _ = net.SplitHostPort(l.Addr().String())
	known := fmt.Sprintf("[127.0.0.1]:%s %s", d.port, ssh.MarshalAuthorizedKey(signer.PublicKey()))
	if err := os.WriteFile(filepath.Join(d.dir, "known_hosts"), []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func newKey(t *testing.T, path string) ssh.PublicKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// client is the command line of a stock ssh client.
func (d *door) client(ctx context.Context, user string, args ...string) *exec.Cmd {
	base := []string{"-F", "none", "-p", d.port, "-i", d.key, "-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=" + filepath.Join(d.dir, "known_hosts"),
		"-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-l", user, "127.0.0.1"}
	return exec.CommandContext(ctx, "ssh", append(base, args...)...)
}

// escort approves whatever waits, until ctx ends.
func (d *door) escort(ctx context.Context, answer string) {
	go func() {
		for ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
			q, err := d.Queue(ctx, gatewaytest.As(gatewaytest.Ed))
			if err != nil {
				continue
			}
			for _, s := range q.Sessions {
				if s.Escort == nil && s.State == "open" {
					_ = d.Claim(ctx, gatewaytest.As(gatewaytest.Ed), s.ID)
				}
			}
			for _, a := range q.Actions {
				if a.State == "waiting" {
					_ = d.decide(ctx, a.ID, answer)
				}
			}
		}
	}()
}

func (d *door) decide(ctx context.Context, a sallyport.ActionID, answer string) error {
	page, err := d.Action(ctx, gatewaytest.As(gatewaytest.Ed), a)
	if err != nil {
		return err
	}
	return d.Decide(ctx, gatewaytest.As(gatewaytest.Ed), gateway.DecisionRequest{Action: a, Seat: page.Seat, Answer: answer, Words: "seen", Shown: page.Shown})
}

type result struct {
	out, errs string
	status    int
}

func (d *door) ssh(user, stdin string, args ...string) result {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := d.client(ctx, user, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

func TestCommandByStockClient(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	d.escort(t.Context(), sallyport.Approve)
	r := d.ssh("T-1", "", "echo out; echo err >&2; exit 7")
	if r.out != "out\n" || r.status != 7 {
		t.Fatalf("stdout %q, status %d, stderr:\n%s", r.out, r.status, r.errs)
	}
	if !strings.Contains(r.errs, "err\n") || !strings.Contains(r.errs, "sallyport: proposed as A-") || !strings.Contains(r.errs, "approved by Ed") {
		t.Fatalf("stderr:\n%s", r.errs)
	}
}

func TestScriptOnStandardInput(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	d.escort(t.Context(), sallyport.Approve)
	for _, args := range [][]string{nil, {"bash"}} {
		r := d.ssh("ana+T-1+web-01", "x=1\nfor i in a b; do\n  echo $i$x\ndone\n", args...)
		if r.out != "a1\nb1\n" || r.status != 0 {
			t.Fatalf("args %q: stdout %q, status %d, stderr:\n%s", args, r.out, r.status, r.errs)
		}
	}
}

func TestRefusalHasItsStatusAndALine(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	d.escort(t.Context(), sallyport.Refuse)
	r := d.ssh("T-1", "", "id")
	if r.status != gateway.ExitRefused || r.out != "" || !strings.Contains(r.errs, "sallyport: refused") {
		t.Fatalf("%+v", r)
	}
}

func TestWhatTheDoorRefuses(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	for _, c := range []struct {
		name, user, stdin, want string
		args                    []string
	}{
		{"empty script", "T-1", " \n", "is empty", nil},
		{"NUL", "T-1", "echo a\x00b\n", "NUL byte at offset 6", nil},
		{"unknown ticket", "T-9", "", "no open ticket", []string{"id"}},
		{"unknown target", "T-1+db-01", "", "is not one of ticket", []string{"id"}},
		{"subsystem", "T-1", "", "is not offered", []string{"-s", "sftp"}},
		{"hostile name", "T-1+../../etc", "", "cannot be read", []string{"id"}},
		{"command of ours", "T-1", "", "is not known", []string{":nonsense"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := *d
			d.t = t
			r := d.ssh(c.user, c.stdin, c.args...)
			if r.status == 0 || !strings.Contains(r.errs, c.want) || !strings.Contains(r.errs, "sallyport: ") {
				t.Fatalf("%+v, want %q", r, c.want)
			}
		})
	}
}

func TestTooLargeAScriptIsRefusedWhole(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	r := d.ssh("T-1", strings.Repeat("# filler filler filler\n", 11<<20/23))
	if r.status != gateway.ExitInvalid || !strings.Contains(r.errs, "larger than") {
		t.Fatalf("status %d, stderr %q", r.status, r.errs)
	}
}

func TestForwardsAreRefused(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := d.client(ctx, "T-1", "-W", "127.0.0.1:22")
	// -W must come before the host.
	cmd.Args = append(cmd.Args[:len(cmd.Args)-3:len(cmd.Args)-3], "-W", "127.0.0.1:22", "127.0.0.1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "forward") {
		t.Fatalf("err %v, output %q", err, out)
	}
	cmd = d.client(ctx, "T-1")
	cmd.Args = append(cmd.Args[:len(cmd.Args)-1:len(cmd.Args)-1], "-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:22", "127.0.0.1")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "forward") {
		t.Fatalf("err %v, output %q", err, out)
	}
}

func TestUnknownKeyLearnsNothing(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	d.key = filepath.Join(d.dir, "other")
	newKey(t, d.key)
	r := d.ssh("T-1", "", "id")
	if r.status != 255 || r.out != "" || strings.Contains(r.errs, "T-1:") {
		t.Fatalf("%+v", r)
	}
}

func TestDisconnectAndCollect(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cmd := d.client(ctx, "T-1", "echo late")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var action sallyport.ActionID
	d.eventually(func() bool {
		q, err := d.Queue(t.Context(), gatewaytest.As(gatewaytest.Ed))
		if err != nil || len(q.Actions) == 0 {
			return false
		}
		action = q.Actions[0].ID
		return true
	})
	cancel() // the engineer's connection is cut
	_ = cmd.Wait()
	d.Session()
	if err := d.decide(t.Context(), action, sallyport.Approve); err != nil {
		t.Fatal(err)
	}
	r := d.ssh("T-1", "", ":collect", string(action))
	if r.out != "late\n" || r.status != 0 {
		t.Fatalf("%+v", r)
	}
}

func (d *door) eventually(ok func() bool) {
	d.t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatal("it did not happen within 15 s")
		}
	}
}

// The engineer takes the receipt of their session home with a stock client, and asking opens no session.
func TestReceiptByStockClient(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	session := d.Session()
	if r := d.ssh("T-1", "", ":receipt "+string(session)); r.status == 0 || !strings.Contains(r.errs, "is open") {
		t.Fatalf("of a session that goes on: %+v", r)
	}
	if err := d.End(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	size := d.Log.Size()
	for _, text := range []string{":receipt", ":receipt " + string(session)} {
		r := d.ssh("T-1", "", text)
		if r.status != 0 {
			t.Fatalf("%+v", r)
		}
		kept, err := ledger.ParseReceipt([]byte(r.out))
		if err != nil || !strings.Contains(string(kept.Entry), `"session":"`+string(session)+`"`) || !strings.Contains(string(kept.Entry), "session.ended") {
			t.Fatalf("%v: %s", err, r.out)
		}
	}
	entries, err := d.Log.Read(t.Context(), size, d.Log.Size())
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range entries {
		if strings.Contains(string(raw), `"session.requested"`) {
			t.Errorf("asking for a receipt opened a session: %s", raw)
		}
	}
}

// Where an engineer says they are goes into the session that they open next, as their word; saying it opens none.
func TestHere(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	if r := d.ssh("T-1", "", ":here", "france"); r.status == 0 || !strings.Contains(r.errs, "ISO 3166-1") {
		t.Errorf("%+v", r)
	}
	if r := d.ssh("T-1", "", ":here", "fr"); r.status != 0 || !strings.Contains(r.out, "you say that you are in FR") {
		t.Fatalf("%+v", r)
	}
	from := func() int {
		a, err := d.Who(t.Context(), gatewaytest.As(gatewaytest.Aud), gateway.WhoQuestion{Person: gatewaytest.Ana, Deeds: []string{gateway.DeedDid}, Facts: []gateway.FactTest{{Name: "location", Value: "FR:stated"}}})
		if err != nil {
			t.Fatal(err)
		}
		return a.Total
	}
	if n := from(); n != 0 {
		t.Errorf("saying it is %d entries", n)
	}
	if r := d.ssh("T-1", "", ":status"); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	if n := from(); n != 1 {
		t.Errorf("%d entries of a session from FR, want that which asks for it", n)
	}
}

// A client without a terminal is told once what it waits for.
func TestWaitingIsToldOnce(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	cmd := d.client(t.Context(), "T-1", "true")
	var errs bytes.Buffer // belongs to cmd until Wait returns
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.eventually(func() bool {
		q, err := d.Queue(t.Context(), gatewaytest.As(gatewaytest.Ed))
		return err == nil && len(q.Actions) > 0
	})
	time.Sleep(200 * time.Millisecond) // for what might be told again
	d.escort(t.Context(), sallyport.Approve)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v:\n%s", err, errs.String())
	}
	if n := strings.Count(errs.String(), "waiting for an escort"); n != 1 {
		t.Errorf("told %d times:\n%s", n, errs.String())
	}
}
