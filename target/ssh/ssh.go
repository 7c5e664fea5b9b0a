// Package ssh runs approved actions over SSH: a connection and a certificate for each action, good for it alone.
//
// The certificate is signed for a key that lives as long as the call, valid for a minute, its serial the ledger index of the permit, its
// key id the action, its force-command the rendering of the action, its source-address this end of the connection. It has no extension: no
// terminal, no forwarding of any kind. The host's key is the one that was recorded for the target, never the one that is found there.
//
// References: [PROTOCOL.certkeys] is OpenSSH's certificate format, [RFC 4254] the connection protocol. What the two ends
// say to each other on the session's standard input and error is in docs/spec/execution.md.
package ssh

import (
	"crypto/rand"
	"errors"
	"io"
	"net"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
)

// Config makes a Runner.
type Config struct {
	CA gossh.Signer // signs the certificates; targets trust its public key (TrustedUserCAKeys)

	// PlainPrincipal also names the plain login as a principal of each certificate, for hosts without
	// AuthorizedPrincipalsFile. Without it a certificate says login@target only and fits one account of one host.
	PlainPrincipal bool

	// SourceAddress is the list of addresses (CIDR, comma separated) that a target sees this gateway under. "" is the
	// connection's own local address, which is right wherever there is no translation of addresses in between.
	SourceAddress string

	DialTimeout time.Duration    // of the connection and handshake; 0 is 10 s
	Now         func() time.Time // nil is time.Now
	Rand        io.Reader        // nil is crypto/rand
}

// Runner implements target.Runner and target.Preparer. It may be used by many goroutines.
type Runner struct {
	cfg      Config
	prepared waiting
}

var _ interface {
	target.Runner
	target.Preparer
	target.Checker
} = (*Runner)(nil)

// New checks cfg and makes a Runner.
func New(cfg Config) (*Runner, error) {
	if cfg.CA == nil {
		return nil, errors.New("no signer for certificates")
	}
	if cfg.DialTimeout <= 0 {
		cfg.DialTimeout = 10 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	return &Runner{cfg: cfg}, nil
}

// source gives the source-address option for a connection whose near end is local.
func (r *Runner) source(local net.Addr) (string, error) {
	if r.cfg.SourceAddress != "" {
		return r.cfg.SourceAddress, nil
	}
	tcp, ok := local.(*net.TCPAddr)
	if !ok {
		return "", sallyport.Errorf(sallyport.Internal, "connection from %q has no address to bind a certificate to", local)
	}
	if v4 := tcp.IP.To4(); v4 != nil {
		return v4.String() + "/32", nil
	}
	return tcp.IP.String() + "/128", nil
}
