package sandbox

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"

	gossh "golang.org/x/crypto/ssh"
)

// newHostKey makes the place's host key. The place alone has the private half.
func newHostKey() (gossh.PublicKey, *pem.Block, error) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	key, err := gossh.NewPublicKey(pub)
	if err != nil {
		return nil, nil, err
	}
	block, err := gossh.MarshalPrivateKey(priv, "")
	return key, block, err
}
