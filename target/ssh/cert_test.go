package ssh_test

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// TestCertificateFitsOneCommand: whoever has the certificate and its key can do one thing with them, here, within a minute.
func TestCertificateFitsOneCommand(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{Config: "PermitTTY yes\nAllowTcpForwarding yes\nPermitTunnel yes\nX11Forwarding yes\nAllowAgentForwarding yes\nSubsystem sftp internal-sftp"})
	r := runner(t, h)
	rendering, _, err := sallyport.Render(h.Spec("echo approved"), nil, "a-1")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := r.Mint(target.Permit{Serial: 41, Action: "a-1"}, []string{"ops@web-01"}, rendering, "127.0.0.1/32")
	if err != nil {
		t.Fatal(err)
	}
	c := cert.PublicKey().(*gossh.Certificate)
	if c.Serial != 41 || c.KeyId != "a-1" || len(c.Extensions) != 0 || len(c.CriticalOptions) != 2 || c.ValidBefore-c.ValidAfter != 90 {
		t.Errorf("certificate %+v", c)
	}
	dial := func(cert gossh.Signer, login, from string) (*gossh.Client, error) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		conn, err := d.Dial("tcp", h.Target.Address)
		if err != nil {
			t.Fatal(err)
		}
		cc, chans, reqs, err := gossh.NewClientConn(conn, h.Target.Address, &gossh.ClientConfig{User: login, Auth: []gossh.AuthMethod{gossh.PublicKeys(cert)}, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
		if err != nil {
			conn.Close()
			return nil, err
		}
		return gossh.NewClient(cc, chans, reqs), nil
	}
	client, err := dial(cert, "ops", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()

	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	in, err := session.StdinPipe() // stays open: its end would end the action
	if err != nil {
		t.Fatal(err)
	}
	go io.WriteString(in, strings.Repeat("0", 32)+"\nRUN\n")
	out, err := session.Output("echo something else; id >/tmp/stolen")
	if err != nil || string(out) != "approved\n" {
		t.Errorf("another command: got %q, %v", out, err)
	}
	if session, err = client.NewSession(); err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm", 40, 80, nil); err == nil {
		t.Error("got a terminal")
	}
	// sshd lets the request for a subsystem pass and runs the forced command in its place.
	in, _ = session.StdinPipe()
	stdout, _ := session.StdoutPipe()
	if err := session.RequestSubsystem("sftp"); err == nil {
		io.WriteString(in, strings.Repeat("0", 32)+"\nRUN\n")
		if out, err := io.ReadAll(stdout); err != nil || string(out) != "approved\n" {
			t.Errorf("subsystem: got %q, %v", out, err)
		}
	}
	if _, err := client.Dial("tcp", h.Target.Address); err == nil {
		t.Error("got a forwarded connection")
	}
	if _, err := client.ListenTCP(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}); err == nil {
		t.Error("got a forwarded port")
	}

	// Other account, other host, other source, other time.
	for _, tt := range []struct {
		name, login, principal, source, from string
		now                                  time.Time
		ok                                   bool
	}{
		{"as it should be", "ops", "ops@web-01", "127.0.0.1/32", "127.0.0.1", time.Now(), true},
		{"other account", "nobody", "ops@web-01", "127.0.0.1/32", "127.0.0.1", time.Now(), false},
		{"for another host", "ops", "ops@web-02", "127.0.0.1/32", "127.0.0.1", time.Now(), false},
		{"plain login where login@target is asked for", "ops", "ops", "127.0.0.1/32", "127.0.0.1", time.Now(), false},
		{"from another address", "ops", "ops@web-01", "127.0.0.1/32", "127.0.0.2", time.Now(), false},
		{"for another address", "ops", "ops@web-01", "192.0.2.1/32", "127.0.0.1", time.Now(), false},
		{"two minutes old", "ops", "ops@web-01", "127.0.0.1/32", "127.0.0.1", time.Now().Add(-2 * time.Minute), false},
		{"not yet", "ops", "ops@web-01", "127.0.0.1/32", "127.0.0.1", time.Now().Add(2 * time.Minute), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := ssh.New(ssh.Config{CA: h.CA, Now: func() time.Time { return tt.now }})
			if err != nil {
				t.Fatal(err)
			}
			cert, err := r.Mint(target.Permit{}, []string{tt.principal}, rendering, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			c, err := dial(cert, tt.login, tt.from)
			if (err == nil) != tt.ok {
				t.Errorf("got %v, want ok %t", err, tt.ok)
			}
			if err == nil {
				c.Close()
			}
		})
	}
}

// TestSSHDLogsPermit: at its default level sshd already writes who came: the action and the ledger index.
func TestSSHDLogsPermit(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{})
	spec := h.Spec("true")
	if _, err := runner(t, h).Run(context.Background(), target.Permit{Serial: 123456789, Action: spec.Action}, h.Target, spec, nil, &capture{}); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(h.Log)
	if err != nil || !strings.Contains(string(log), "ID "+string(spec.Action)+" (serial 123456789)") {
		t.Errorf("log: %s, %v", log, err)
	}
}

func TestHostKeyIsPinned(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		other := sshtest.Go(t)
		spec := h.Spec("true")
		h.Target.HostKey, spec.HostKey = other.Target.HostKey, other.Target.HostKey
		_, _, _, err := run(t, h, spec)
		if !target.NothingRan(err) || !strings.Contains(err.Error(), "shows host key SHA256:") {
			t.Errorf("got %v", err)
		}
		for _, key := range []string{"", "ssh-ed25519 nonsense"} {
			h.Target.HostKey, spec.HostKey = key, key
			if _, _, _, err := run(t, h, spec); !target.NothingRan(err) || !strings.Contains(err.Error(), "no usable host key") {
				t.Errorf("host key %q: got %v", key, err)
			}
		}
	})
}

// TestNothingRan: each failure before the beginning says so.
func TestNothingRan(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{Accounts: shells(t)})
	change := func(f func(*sallyport.Spec)) sallyport.Spec { s := h.Spec("touch /tmp/ran"); f(&s); return s }
	for _, tt := range []struct {
		name, want string
		spec       sallyport.Spec
	}{
		{"unknown account", "did not let", change(func(s *sallyport.Spec) { s.Login = "nemo" })},
		{"no such directory", "cannot enter directory /nowhere", change(func(s *sallyport.Spec) { s.Dir = "/nowhere" })},
		{"not renderable", "NUL", change(func(s *sallyport.Spec) { s.Text = []byte("a\x00b") })},
		{"other host key", "the action is for target", change(func(s *sallyport.Spec) { s.HostKey = "x" })},
		{"other target", "the action is for target", change(func(s *sallyport.Spec) { s.Target = "x" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, _, err := run(t, h, tt.spec)
			if !target.NothingRan(err) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l, _ := net.Listen("tcp", "127.0.0.1:0")
		l.Close()
		other := *h
		other.Target.Address = l.Addr().String()
		if _, _, _, err := run(t, &other, h.Spec("true")); !target.NothingRan(err) || sallyport.CodeOf(err) != sallyport.Unavailable || sallyport.Hint(err) == "" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("silent", func(t *testing.T) {
		l, _ := net.Listen("tcp", "127.0.0.1:0")
		defer l.Close()
		r, _ := ssh.New(ssh.Config{CA: h.CA, DialTimeout: 200 * time.Millisecond})
		other := h.Target
		other.Address = l.Addr().String()
		spec := h.Spec("true")
		if _, err := r.Run(context.Background(), target.Permit{Action: spec.Action}, other, spec, nil, &capture{}); !target.NothingRan(err) || !strings.Contains(err.Error(), "no answer within") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("stopped before", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(target.Stop{Reason: "revoked"})
		spec := h.Spec("touch /tmp/ran")
		spec.Stdin = make([]byte, 5<<20)
		if _, err := runner(t, h).Run(ctx, target.Permit{Action: spec.Action}, h.Target, spec, nil, &capture{}); !target.NothingRan(err) || !strings.Contains(err.Error(), "revoked") {
			t.Errorf("got %v", err)
		}
	})
	if _, err := os.Stat("/tmp/ran"); err == nil {
		t.Error("something ran")
	}
}

// shells are accounts that only root can have.
func shells(t testing.TB) map[string]string {
	if os.Getuid() != 0 {
		return nil
	}
	return map[string]string{"opsbash": "/bin/bash", "opsno": "/usr/sbin/nologin"}
}
