// Package sandbox is the demo's target: a place, not an executor. It serves SSH to certificates with a forced command
// and is reached like any host.
//
// The place is one process in Linux user, mount, pid, network, uts and ipc namespaces. One user id is mapped, never the host's 0: as
// root that of nobody, otherwise the caller's own. It may see /usr and what else programs need, read-only, and folders that live
// in memory; everything else of the host is not there, and neither is a network: connections come in over a listener that
// was opened outside. It gives up every capability, cannot gain any (no_new_privs), and its memory cannot be read by what it runs.
//
// Where the kernel refuses a part, [Start] fails and names it. Two parts may be missing, as in some containers, and are then named in [Sandbox]'s
// Missing: a /proc of its own, and the ban on further namespaces inside. It does not bound processor time, and it shares the host's kernel.
package sandbox

import (
	"context"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
)

// Config describes the place.
type Config struct {
	Target sallyport.TargetID // also its host name; certificates must be for Login@Target
	Login  string             // "" is ops; its home is /home/Login and its shell /bin/sh
	CA     gossh.PublicKey    // whose certificates it lets in
	Files  map[string]File    // by absolute path, in folders that are made; all belong to Login
	Listen string             // address of the listener; "" is a free port of 127.0.0.1
}

// File is a file of the place. A Mode with fs.ModeDir is an empty folder.
type File struct {
	Content []byte      `json:"content"`
	Mode    fs.FileMode `json:"mode"`          // 0 is 0644
	Time    time.Time   `json:"time,omitzero"` // modified; zero is now
}

// Sandbox is a running place.
type Sandbox struct {
	Address string   // host:port
	HostKey string   // authorized_keys form
	Missing []string // what the place has to do without, and why

	stop func() error
	done chan struct{} // closed when the place has ended
}

// Close ends the place and everything in it.
func (s *Sandbox) Close() error { return s.stop() }

// Done is closed when the place has ended, for whatever reason.
func (s *Sandbox) Done() <-chan struct{} { return s.done }

// plan is what Start tells the child, as JSON.
type plan struct {
	Target  sallyport.TargetID
	Login   string
	CA      string // authorized_keys form
	HostKey string // PEM
	Files   map[string]File
	Missing []string // set by the builder for the server
}

// Refused is the error for a part of the sandbox that this machine does not allow.
type Refused struct {
	Part string // what was asked for
	Err  error
}

func (e *Refused) Error() string { return "sandbox: " + e.Part + ": " + e.Err.Error() }
func (e *Refused) Unwrap() error { return e.Err }

// refuse wraps a Refused for people.
func refuse(part string, err error) error {
	return sallyport.Errorf(sallyport.Unavailable, "this machine does not allow the sandbox: %w", &Refused{part, err}).
		WithHint("point the demo at a real host with --target, or let it run without a sandbox with --unsandboxed")
}

// Start makes the place and returns when it answers. Cancelling ctx ends it. The program must call Main first thing.
func Start(ctx context.Context, cfg Config) (*Sandbox, error) {
	if cfg.Login == "" {
		cfg.Login = "ops"
	}
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if !sallyport.ValidLogin(cfg.Login) || !sallyport.ValidID(string(cfg.Target)) || cfg.CA == nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "sandbox needs a target id, a login and a certificate authority, got %q and %q", cfg.Target, cfg.Login)
	}
	for name := range cfg.Files {
		if !strings.HasPrefix(name, "/") || !fs.ValidPath(name[1:]) {
			return nil, sallyport.Errorf(sallyport.Invalid, "file %q of the sandbox is not a clean absolute path", name)
		}
	}
	hostKey, block, err := newHostKey()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, err
	}
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		l.Close()
		return nil, errors.New("listener is not TCP")
	}
	defer tcp.Close()
	s, err := launch(ctx, tcp, plan{Target: cfg.Target, Login: cfg.Login, CA: authorizedKey(cfg.CA), HostKey: string(pem.EncodeToMemory(block)), Files: cfg.Files})
	if err != nil {
		return nil, err
	}
	s.Address, s.HostKey = tcp.Addr().String(), authorizedKey(hostKey)
	return s, nil
}

func authorizedKey(k gossh.PublicKey) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(k)))
}
