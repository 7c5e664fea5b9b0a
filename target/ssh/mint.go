package ssh

import (
	"crypto/ed25519"

	gossh "golang.org/x/crypto/ssh"

	"time"

	"sallyport/target"
)

// A certificate is valid from a little before now, since clocks differ, until a minute from now. It is needed for the
// moment of authentication only: a running action does not end with it.
const (
	validBefore = 30 * time.Second
	validAfter  = 60 * time.Second
)

// mint makes a key and a certificate for it that fits one command, from one address ([PROTOCOL.certkeys], "critical options").
// sshd refuses a certificate with an option that it does not know, so both options hold or nobody gets in.
func (r *Runner) mint(p target.Permit, principals []string, command, source string) (gossh.Signer, error) {
	_, key, err := ed25519.GenerateKey(r.cfg.Rand)
	if err != nil {
		return nil, err
	}
	signer, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		return nil, err
	}
	now := r.cfg.Now()
	cert := &gossh.Certificate{
		Key:             signer.PublicKey(),
		Serial:          p.Serial,
		CertType:        gossh.UserCert,
		KeyId:           string(p.Action),
		ValidPrincipals: principals,
		ValidAfter:      uint64(now.Add(-validBefore).Unix()),
		ValidBefore:     uint64(now.Add(validAfter).Unix()),
		Permissions: gossh.Permissions{
			CriticalOptions: map[string]string{"force-command": command, "source-address": source},
		},
	}
	if err := cert.SignCert(r.cfg.Rand, r.cfg.CA); err != nil {
		return nil, err
	}
	return gossh.NewCertSigner(cert, signer)
}

// principals of a certificate for login on the target with id.
func (r *Runner) principals(login, id string) []string {
	names := []string{login + "@" + id}
	if r.cfg.PlainPrincipal {
		names = append(names, login)
	}
	return names
}
