// Package sshtest gives tests a target to reach over SSH: a real OpenSSH sshd on a loopback port with accounts of its own
// ([OpenSSH]), or a server in the test's process ([Go]), which is quicker and has no accounts. Both trust a certificate authority
// made for the test. It is for tests and benchmarks only.
package sshtest

import (
	"crypto/ed25519"
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target/internal/certd"
)

// Host is a running target.
type Host struct {
	Target sallyport.TargetSet // id web-01; the first login has /bin/sh
	CA     gossh.Signer
	Key    ed25519.PrivateKey // of the CA
	Home   string             // of the first login
	Log    string             // file with sshd's log; "" of a Go target
	PID    int                // of sshd; 0 of a Go target
}

// Login is the default login.
func (h *Host) Login() string { return h.Target.Logins[0] }

// Spec is an action on the host by its default login, with a new id each time.
func (h *Host) Spec(text string) sallyport.Spec {
	return sallyport.Spec{
		Action: sallyport.ActionID("a-" + strings.ToLower(rand.Text()[:16])), Text: []byte(text), Target: h.Target.Target, HostKey: h.Target.HostKey,
		Login: h.Login(), Interpreter: "/bin/bash",
	}
}

// NewSigner makes an ed25519 key.
func NewSigner(t testing.TB) (gossh.Signer, ed25519.PrivateKey) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s, key
}

func authorizedKey(k gossh.PublicKey) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(k)))
}

// tempDir is like t.TempDir, but other users may enter it.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sshtest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Go starts a target in this process. Commands run as this process's user, whatever the login, in a home of their own.
func Go(t testing.TB) *Host {
	t.Helper()
	key, _ := NewSigner(t)
	ca, caKey := NewSigner(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	home := filepath.Join(tempDir(t), "ops")
	if err := os.Mkdir(home, 0o755); err != nil {
		t.Fatal(err)
	}
	go certd.Serve(l, certd.Config{
		HostKey: key, CA: ca.PublicKey(),
		Principals: func(login string) []string {
			if login != "ops" {
				return nil
			}
			return []string{"ops@web-01"}
		},
		Command: func(login, command string) *exec.Cmd {
			cmd := exec.Command("/bin/sh", "-c", command)
			cmd.Args[0] = "sh"
			cmd.Dir = home
			cmd.Env = []string{"HOME=" + home, "USER=" + login, "LOGNAME=" + login, "SHELL=/bin/sh", "PATH=/usr/bin:/bin"}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			return cmd
		},
	})
	return &Host{CA: ca, Key: caKey, Home: home, Target: sallyport.TargetSet{
		Target: "web-01", System: "web", Address: l.Addr().String(), HostKey: authorizedKey(key.PublicKey()), Logins: []string{"ops"}, Interpreter: "/bin/bash",
	}}
}
