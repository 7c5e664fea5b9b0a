package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
)

// opening is a connection on its way: connected, keys exchanged, and waiting before authentication until a certificate is
// handed to it. It carries no right until then.
type opening struct {
	conn   net.Conn
	cert   chan gossh.Signer // at most one
	done   chan struct{}     // closed when the handshake is over; client and err are set before
	gone   chan struct{}     // closed to give up
	drop   sync.Once
	client *gossh.Client
	err    error
}

// open connects and begins the handshake. The returned opening must be used or dropped.
func (r *Runner) open(ctx context.Context, t sallyport.TargetSet, login string) (*opening, error) {
	key, _, _, _, err := gossh.ParseAuthorizedKey([]byte(t.HostKey))
	if err != nil {
		return nil, target.Failf(sallyport.Invalid, fmt.Sprintf("record it with sallyport target add %s --host-key", t.Target), "target %q has no usable host key", t.Target)
	}
	dialing, cancel := context.WithTimeout(ctx, r.cfg.DialTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(dialing, "tcp", t.Address)
	if err != nil && ctx.Err() != nil {
		return nil, target.Failf(sallyport.Unavailable, "nothing needs to be undone", "stopped before it began: %s", target.StopReason(ctx))
	}
	if err != nil {
		return nil, target.Failf(sallyport.Unavailable, "is the address right, the host up, sshd listening?", "cannot reach target %q at %q: %w", t.Target, t.Address, err)
	}
	o := &opening{conn: quicken(conn), cert: make(chan gossh.Signer, 1), done: make(chan struct{}), gone: make(chan struct{})}
	config := &gossh.ClientConfig{
		User:              login,
		HostKeyCallback:   pinned(t, key),
		HostKeyAlgorithms: algorithms(key),
		ClientVersion:     "SSH-2.0-Sallyport",
		Auth: []gossh.AuthMethod{gossh.PublicKeysCallback(func() ([]gossh.Signer, error) {
			select {
			case s := <-o.cert:
				return []gossh.Signer{s}, nil
			case <-o.gone:
				return nil, errors.New("given up")
			}
		})},
	}
	go func() {
		defer close(o.done)
		c, chans, reqs, err := gossh.NewClientConn(o.conn, t.Address, config)
		if err != nil {
			o.conn.Close()
			o.err = err
			return
		}
		o.client = gossh.NewClient(c, chans, reqs)
	}()
	return o, nil
}

// close gives the connection up, in whatever state.
func (o *opening) close() {
	o.drop.Do(func() { close(o.gone) })
	o.conn.Close()
}

// authenticate hands the certificate over and waits for the handshake to end. Its errors mean that nothing ran.
func (o *opening) authenticate(ctx context.Context, t sallyport.TargetSet, login string, cert gossh.Signer, timeout time.Duration) (*gossh.Client, error) {
	o.cert <- cert
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	var late string
	select {
	case <-o.done:
	case <-ctx.Done():
		late = target.StopReason(ctx)
	case <-timer.C:
		late = fmt.Sprintf("no answer within %s", timeout)
	}
	if late != "" {
		o.close()
		return nil, target.Failf(sallyport.Unavailable, "nothing ran; propose again when the target answers", "connection to target %q: %s", t.Target, late)
	}
	if o.err == nil {
		return o.client, nil
	}
	if changed, ok := errors.AsType[*keyError](o.err); ok {
		return nil, target.Failf(sallyport.Unavailable, "either the host was reinstalled or someone stands in between; find out before recording another key",
			"target %q: %w", t.Target, changed)
	}
	return nil, target.Failf(sallyport.Unavailable, fmt.Sprintf("run sallyport target check %s", t.Target), "target %q did not let %q in: %w", t.Target, login, o.err)
}

// keyError says that a host showed another key than the recorded one.
type keyError struct{ got, want gossh.PublicKey }

func (e *keyError) Error() string {
	return fmt.Sprintf("shows host key %s, recorded is %s", gossh.FingerprintSHA256(e.got), gossh.FingerprintSHA256(e.want))
}

// pinned accepts one key and no other: never the one that is found at first contact.
func pinned(t sallyport.TargetSet, want gossh.PublicKey) gossh.HostKeyCallback {
	return func(_ string, _ net.Addr, got gossh.PublicKey) error {
		if !bytes.Equal(got.Marshal(), want.Marshal()) {
			return &keyError{got, want}
		}
		return nil
	}
}

// algorithms gives the host key algorithms that fit key, so that the host shows this one of its keys.
func algorithms(key gossh.PublicKey) []string {
	if key.Type() == gossh.KeyAlgoRSA {
		return []string{gossh.KeyAlgoRSASHA512, gossh.KeyAlgoRSASHA256}
	}
	return []string{key.Type()}
}
