package main

import (
	"context"
	"net"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"sallyport"
	"sallyport/signature"
	"sallyport/web/wire"
)

// ownKey is a key of the person's SSH agent that is enrolled for signing. The private half never comes here: the agent, or the hardware
// behind it, signs.
type ownKey struct {
	id     sallyport.KeyID
	signer ssh.Signer
	close  func() error
}

// sign asks the agent, which may ask its person for a touch or a PIN.
func (k *ownKey) sign(s signature.Statement) (*sallyport.Signed, error) {
	signed, err := signature.Sign(s, k.id, k.signer)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Unavailable, "the SSH agent did not sign: %w", err).WithHint("was the key's touch or PIN missed? Try again")
	}
	return signed, nil
}

// openKey finds the key to sign with: the one called want, or the only one of the agent that the server knows as me's.
func openKey(ctx context.Context, me wire.Me, want string) (*ownKey, error) {
	socket := os.Getenv("SSH_AUTH_SOCK")
	if socket == "" {
		return nil, sallyport.Errorf(sallyport.Unavailable, "no SSH agent: SSH_AUTH_SOCK is not set").WithHint("start one with: eval $(ssh-agent); ssh-add")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Unavailable, "SSH agent: %w", err)
	}
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		conn.Close()
		return nil, sallyport.Errorf(sallyport.Unavailable, "SSH agent: %w", err)
	}
	var usable []*ownKey
	var names []string
	for _, s := range signers {
		id := sallyport.KeyID(ssh.FingerprintSHA256(s.PublicKey()))
		for _, k := range me.Keys {
			if k.Key == id && k.Form == "ssh" && slices.Contains(k.Use, "sign") && (want == "" || want == string(id)) {
				usable, names = append(usable, &ownKey{id, s, conn.Close}), append(names, string(id))
			}
		}
	}
	switch {
	case len(usable) == 1:
		return usable[0], nil
	case len(usable) > 1:
		err = sallyport.Errorf(sallyport.Invalid, "the SSH agent holds %d keys that %s may sign with", len(usable), me.Person).WithHint("choose one with --key: %s", strings.Join(names, ", "))
	case want != "":
		err = sallyport.Errorf(sallyport.NotFound, "key %q is not both in the SSH agent and enrolled for %s to sign with", want, me.Person).WithHint("see ssh-add -l")
	default:
		err = sallyport.Errorf(sallyport.NotFound, "none of the %d keys of the SSH agent is enrolled for %s to sign with", len(signers), me.Person).
			WithHint("have somebody vouch for one: sallyport key enrol %s FILE.pub --use sign", me.Person)
	}
	conn.Close()
	return nil, err
}
