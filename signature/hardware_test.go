package signature_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"sallyport/signature"
)

// securityKey signs as a FIDO key does behind an SSH agent (OpenSSH's PROTOCOL.u2f): over the application, flags, a counter and the digest of the
// message.
type securityKey struct {
	private ed25519.PrivateKey
	public  ssh.PublicKey
	flags   byte
}

const skType = "sk-ssh-ed25519@openssh.com"

func newSecurityKey(t *testing.T, flags byte) *securityKey {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParsePublicKey(ssh.Marshal(struct {
		Type        string
		Key         []byte
		Application string
	}{skType, pub, "ssh:"}))
	if err != nil {
		t.Fatal(err)
	}
	return &securityKey{private, key, flags}
}

func (k *securityKey) PublicKey() ssh.PublicKey { return k.public }

func (k *securityKey) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	app, digest := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	counter := binary.BigEndian.AppendUint32([]byte{k.flags}, 42)
	signed := append(append(app[:], counter...), digest[:]...)
	return &ssh.Signature{Format: skType, Blob: ed25519.Sign(k.private, signed), Rest: counter}, nil
}

func TestSecurityKeyMustBeTouched(t *testing.T) {
	s := signature.Decision("ed", "S-1", decision())
	for flags, want := range map[byte]string{1: "", 5: "", 0: "does not verify"} {
		key := newSecurityKey(t, flags)
		signed, err := signature.Sign(s, "k", key)
		if err != nil {
			t.Fatal(err)
		}
		err = signature.Check(s, signed, enrolled(t, key.PublicKey()))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("flags %d: %v, want %q", flags, err, want)
		}
		if err := signature.Check(signature.Decision("eve", "S-1", decision()), signed, enrolled(t, key.PublicKey())); err == nil {
			t.Errorf("flags %d: another statement verifies", flags)
		}
	}
}
