package ssh

import (
	gossh "golang.org/x/crypto/ssh"

	"sallyport/target"
)

// Mint lets tests hold a certificate as a thief would.
func (r *Runner) Mint(p target.Permit, principals []string, command, source string) (gossh.Signer, error) {
	return r.mint(p, principals, command, source)
}

// Prepared counts the connections that wait.
func (r *Runner) Prepared() int {
	r.prepared.mu.Lock()
	defer r.prepared.mu.Unlock()
	n := 0
	for _, o := range r.prepared.byName {
		if o != nil {
			n++
		}
	}
	return n
}
