// Package certd serves SSH to holders of certificates that carry a forced command, and to nobody else. It is the sshd of the
// demo's sandbox and of tests. It runs the forced command as OpenSSH does: by /bin/sh, in a session of its own, no terminal.
// It offers nothing else: no shell, no subsystem, no forwarding, no plain key, no certificate without a command. It does not change users.
package certd

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os/exec"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Config says whom to serve.
type Config struct {
	HostKey gossh.Signer
	CA      gossh.PublicKey
	// Principals gives the names that a certificate may carry to enter as login; none refuses the login.
	Principals func(login string) []string
	// Command prepares the process that runs the forced command, for login. Standard streams are set afterwards.
	Command func(login, command string) *exec.Cmd
	// Start starts the process; nil is cmd.Start.
	Start func(*exec.Cmd) error
	Ended func(*exec.Cmd)  // called when the process has been waited for; may be nil
	Now   func() time.Time // nil is time.Now
}

// Serve answers connections of l until it is closed.
func Serve(l net.Listener, cfg Config) error {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Start == nil {
		cfg.Start = func(c *exec.Cmd) error { return c.Start() }
	}
	server := &gossh.ServerConfig{PublicKeyCallback: cfg.check, MaxAuthTries: 3}
	server.AddHostKey(cfg.HostKey)
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go cfg.serve(c, server)
	}
}

// check accepts a certificate of the CA, in its time, for a principal of the login, with a forced command. x/crypto enforces
// source-address, which stands in the permissions.
func (cfg Config) check(conn gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	cert, ok := key.(*gossh.Certificate)
	if !ok || cert.CertType != gossh.UserCert || !bytes.Equal(cert.SignatureKey.Marshal(), cfg.CA.Marshal()) {
		return nil, errors.New("want a user certificate of the authority")
	}
	if cert.CriticalOptions["force-command"] == "" || len(cert.ValidPrincipals) == 0 {
		return nil, errors.New("want a certificate with a forced command and a principal")
	}
	checker := &gossh.CertChecker{SupportedCriticalOptions: []string{"force-command", "source-address"}, Clock: cfg.Now}
	err := errors.New("no such login")
	for _, p := range cfg.Principals(conn.User()) {
		if err = checker.CheckCert(p, cert); err == nil {
			return &cert.Permissions, nil
		}
	}
	return nil, err
}

func (cfg Config) serve(c net.Conn, server *gossh.ServerConfig) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(120 * time.Second)) // as LoginGraceTime
	conn, chans, reqs, err := gossh.NewServerConn(c, server)
	if err != nil {
		return
	}
	defer conn.Close()
	c.SetDeadline(time.Time{})
	go func() {
		for r := range reqs { // keepalive requests want an answer, whichever
			r.Reply(false, nil)
		}
	}()
	for nc := range chans {
		if nc.ChannelType() != "session" {
			nc.Reject(gossh.UnknownChannelType, "sessions only")
			continue
		}
		ch, reqs, err := nc.Accept()
		if err != nil {
			return
		}
		go cfg.session(ch, reqs, conn.User(), conn.Permissions.CriticalOptions["force-command"])
	}
}

// session runs the forced command at the first exec request and refuses every other request.
func (cfg Config) session(ch gossh.Channel, reqs <-chan *gossh.Request, login, command string) {
	started := false
	for r := range reqs {
		ok := r.Type == "exec" && !started
		if ok {
			if cmd := cfg.Command(login, command); cfg.start(cmd, ch) == nil {
				started = true
			} else {
				ok = false
			}
		}
		if r.WantReply {
			r.Reply(ok, nil)
		}
	}
}

// start runs cmd on the streams of ch. The end of ch's input, which the loss of the connection is too, ends the process's input.
func (cfg Config) start(cmd *exec.Cmd, ch gossh.Channel) error {
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	stderr, err3 := cmd.StderrPipe()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if err := cfg.Start(cmd); err != nil {
		return err
	}
	go func() {
		io.Copy(stdin, ch)
		stdin.Close()
	}()
	var out sync.WaitGroup
	out.Go(func() { copyOut(ch, stdout) })
	out.Go(func() { copyOut(ch.Stderr(), stderr) })
	go func() {
		state, _ := cmd.Process.Wait()
		if cfg.Ended != nil {
			cfg.Ended(cmd)
		}
		status := uint32(255)
		if state != nil {
			if status = uint32(state.ExitCode()); state.ExitCode() < 0 {
				status = 255 // by a signal; OpenSSH sends exit-signal, which clients show as a failure too
			}
		}
		ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{status}))
		out.Wait() // as sshd: whoever still holds the streams holds the channel
		ch.CloseWrite()
		ch.Close()
	}()
	return nil
}

func copyOut(w io.Writer, r io.ReadCloser) {
	defer r.Close()
	buf := make([]byte, 256<<10)
	for {
		n, err := r.Read(buf)
		if _, werr := w.Write(buf[:n]); werr != nil || err != nil {
			io.Copy(io.Discard, r) // the process must not block on a reader that left
			return
		}
	}
}
