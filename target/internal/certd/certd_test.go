package certd_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport/target/internal/certd"
)

func signer(t *testing.T) gossh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve starts a server for login ops@web-01 and gives its address and authority.
func serve(t *testing.T) (string, gossh.Signer) {
	t.Helper()
	ca := signer(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go certd.Serve(l, certd.Config{
		HostKey: signer(t), CA: ca.PublicKey(),
		Principals: func(login string) []string { return map[string][]string{"ops": {"ops@web-01"}}[login] },
		Command: func(_, command string) *exec.Cmd {
			cmd := exec.Command("/bin/sh", "-c", command)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			return cmd
		},
	})
	return l.Addr().String(), ca
}

func enter(address, login string, key gossh.Signer) (*gossh.Client, error) {
	return gossh.Dial("tcp", address, &gossh.ClientConfig{User: login, Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: 5 * time.Second})
}

// certificate makes a good one, changed by change, and signs it with ca.
func certificate(t *testing.T, ca gossh.Signer, change func(*gossh.Certificate)) gossh.Signer {
	t.Helper()
	key := signer(t)
	c := &gossh.Certificate{
		Key: key.PublicKey(), CertType: gossh.UserCert, KeyId: "a-1", ValidPrincipals: []string{"ops@web-01"},
		ValidAfter: uint64(time.Now().Add(-time.Minute).Unix()), ValidBefore: uint64(time.Now().Add(time.Minute).Unix()),
		Permissions: gossh.Permissions{CriticalOptions: map[string]string{"force-command": "echo forced", "source-address": "127.0.0.1/32"}},
	}
	if change != nil {
		change(c)
	}
	if err := c.SignCert(rand.Reader, ca); err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewCertSigner(c, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhoIsLetIn(t *testing.T) {
	address, ca := serve(t)
	for _, tt := range []struct {
		name, login string
		key         gossh.Signer
		ok          bool
	}{
		{"good", "ops", certificate(t, ca, nil), true},
		{"plain key", "ops", signer(t), false},
		{"the authority's own key", "ops", ca, false},
		{"other authority", "ops", certificate(t, signer(t), nil), false},
		{"other login", "root", certificate(t, ca, nil), false},
		{"other target", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.ValidPrincipals = []string{"ops@web-02"} }), false},
		{"plain principal", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.ValidPrincipals = []string{"ops"} }), false},
		{"any principal", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.ValidPrincipals = nil }), false},
		{"host certificate", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.CertType = gossh.HostCert }), false},
		{"over", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.ValidBefore = uint64(time.Now().Add(-time.Second).Unix()) }), false},
		{"not yet", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.ValidAfter = uint64(time.Now().Add(time.Minute).Unix()) }), false},
		{"no command", "ops", certificate(t, ca, func(c *gossh.Certificate) { delete(c.CriticalOptions, "force-command") }), false},
		{"other address", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.CriticalOptions["source-address"] = "192.0.2.1/32" }), false},
		{"option that is not known", "ops", certificate(t, ca, func(c *gossh.Certificate) { c.CriticalOptions["verify-required"] = "" }), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := enter(address, tt.login, tt.key)
			if (err == nil) != tt.ok {
				t.Errorf("got %v, want ok %t", err, tt.ok)
			}
			if err == nil {
				c.Close()
			}
		})
	}
}

func TestNothingButTheCommand(t *testing.T) {
	address, ca := serve(t)
	c, err := enter(address, "ops", certificate(t, ca, func(c *gossh.Certificate) {
		c.Extensions = map[string]string{"permit-pty": "", "permit-port-forwarding": ""} // whatever it permits
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := s.Output("echo asked"); err != nil || string(out) != "forced\n" {
		t.Errorf("got %q, %v", out, err)
	}
	for what, try := range map[string]func(s *gossh.Session) error{
		"terminal":    func(s *gossh.Session) error { return s.RequestPty("xterm", 40, 80, nil) },
		"shell":       func(s *gossh.Session) error { return s.Shell() },
		"subsystem":   func(s *gossh.Session) error { return s.RequestSubsystem("sftp") },
		"environment": func(s *gossh.Session) error { return s.Setenv("LANG", "C") },
		"second command": func(s *gossh.Session) error {
			if err := s.Start("x"); err != nil {
				t.Fatal(err)
			}
			ok, err := s.SendRequest("exec", true, gossh.Marshal(struct{ Command string }{"x"}))
			if err == nil && ok {
				return nil
			}
			return gossh.ErrNoAuth
		},
	} {
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if try(s) == nil {
			t.Errorf("got a %s", what)
		}
		s.Close()
	}
	if _, err := c.Dial("tcp", address); err == nil || !strings.Contains(err.Error(), "sessions only") {
		t.Errorf("forwarding: %v", err)
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("got a listener")
	}
}
