package signature

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"strings"

	"golang.org/x/crypto/ssh"

	"sallyport"
)

// SSHSIG as in OpenSSH's PROTOCOL.sshsig: https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.sshsig
const (
	sshMagic   = "SSHSIG"
	sshVersion = 1
	armorType  = "SSH SIGNATURE"
)

// blob is the binary form of a signature, without armour.
type sshBlob struct {
	key       []byte
	namespace string
	hash      string
	signature *ssh.Signature
}

// checkSSH verifies a signature blob over message by the key in authorized_keys form.
func checkSSH(message, sig []byte, public string) error {
	b, err := parseSSH(sig)
	if err != nil {
		return err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(public))
	if err != nil {
		return invalid("enrolled key %q: %v", public, err)
	}
	if !bytes.Equal(b.key, key.Marshal()) {
		return invalid("made by another key than %s", ssh.FingerprintSHA256(key))
	}
	if b.namespace != Namespace {
		return invalid("namespace %q, want %q", b.namespace, Namespace)
	}
	data, err := sshSigned(b.hash, message)
	if err != nil {
		return err
	}
	// PROTOCOL.sshsig: RSA signatures must be rsa-sha2-256 or -512; ssh-rsa would be SHA-1.
	if b.signature.Format == ssh.KeyAlgoRSA {
		return invalid("made with SHA-1")
	}
	if err := key.Verify(data, b.signature); err != nil {
		return invalid("does not verify: %v", err)
	}
	return nil
}

// sshSigned gives what the key signs of message.
func sshSigned(hash string, message []byte) ([]byte, error) {
	var sum []byte
	switch hash {
	case "sha256":
		s := sha256.Sum256(message)
		sum = s[:]
	case "sha512":
		s := sha512.Sum512(message)
		sum = s[:]
	default:
		return nil, invalid("hash %q is neither sha256 nor sha512", hash)
	}
	b := []byte(sshMagic)
	for _, field := range [][]byte{[]byte(Namespace), nil, []byte(hash), sum} {
		b = appendString(b, field)
	}
	return b, nil
}

func appendString(b, s []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// parseSSH takes a signature blob apart. It accepts one encoding only, with nothing after it.
func parseSSH(sig []byte) (*sshBlob, error) {
	rest, ok := bytes.CutPrefix(sig, []byte(sshMagic))
	if !ok || len(rest) < 4 {
		return nil, invalid("does not begin with %s", sshMagic)
	}
	if v := binary.BigEndian.Uint32(rest); v != sshVersion {
		return nil, invalid("version %d, want %d", v, sshVersion)
	}
	rest = rest[4:]
	var fields [5][]byte // key, namespace, reserved, hash, signature
	for i := range fields {
		if len(rest) < 4 || uint64(binary.BigEndian.Uint32(rest)) > uint64(len(rest)-4) {
			return nil, invalid("ends inside field %d", i)
		}
		n := binary.BigEndian.Uint32(rest)
		fields[i], rest = rest[4:4+n], rest[4+n:]
	}
	if len(rest) > 0 {
		return nil, invalid("%d bytes follow it", len(rest))
	}
	b := &sshBlob{key: fields[0], namespace: string(fields[1]), hash: string(fields[3]), signature: &ssh.Signature{}}
	if err := ssh.Unmarshal(fields[4], b.signature); err != nil {
		return nil, invalid("%v", err)
	}
	return b, nil
}

// Dearmor gives the blob of a signature file as ssh-keygen -Y sign writes it.
func Dearmor(file []byte) ([]byte, error) {
	block, _ := pem.Decode(file)
	if block != nil && block.Type == armorType {
		return block.Bytes, nil
	}
	// OpenSSH's armour is not quite PEM; older versions break lines elsewhere.
	text := strings.TrimSpace(string(file))
	text, ok := strings.CutPrefix(text, "-----BEGIN "+armorType+"-----")
	text, ok2 := strings.CutSuffix(text, "-----END "+armorType+"-----")
	if !ok || !ok2 {
		return nil, invalid("file is no %s", armorType)
	}
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, invalid("armour: %v", err)
	}
	return b, nil
}

// Sign makes an SSHSIG signature over s, for instance by a key of an SSH agent.
func Sign(s Statement, id sallyport.KeyID, signer ssh.Signer) (*sallyport.Signed, error) {
	data, err := sshSigned("sha512", s.Message())
	if err != nil {
		return nil, err
	}
	var sig *ssh.Signature
	if signer.PublicKey().Type() == ssh.KeyAlgoRSA {
		alg, ok := signer.(ssh.AlgorithmSigner)
		if !ok {
			return nil, invalid("RSA key %s cannot sign with SHA-512", ssh.FingerprintSHA256(signer.PublicKey()))
		}
		sig, err = alg.SignWithAlgorithm(rand.Reader, data, ssh.KeyAlgoRSASHA512)
	} else {
		sig, err = signer.Sign(rand.Reader, data)
	}
	if err != nil {
		return nil, err
	}
	b := binary.BigEndian.AppendUint32([]byte(sshMagic), sshVersion)
	for _, field := range [][]byte{signer.PublicKey().Marshal(), []byte(Namespace), nil, []byte("sha512"), ssh.Marshal(sig)} {
		b = appendString(b, field)
	}
	return &sallyport.Signed{Key: id, Form: SSH, Sig: b}, nil
}
