package ssh

import (
	gossh "golang.org/x/crypto/ssh"

	"sallyport/target"
)

// Mint lets tests hold a certificate as a thief would.
func (r *Runner) Mint(p target.Permit, principals []string, command, source string) (gossh.Signer, error) {
	return r.mint(p, principals, command, source)
}
