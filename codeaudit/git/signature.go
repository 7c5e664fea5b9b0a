package git

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/codeaudit/change"
)

// maxSignature bounds an armoured signature; real ones have a few kilobytes.
const maxSignature = 64 << 10

// checkSignature reads the signature of a commit and, for SSH, verifies it against the key inside it: that proves who holds
// the key, not who the person is. OpenPGP and X.509 signatures are read for the key they claim and not verified.
func checkSignature(sig, signed []byte) change.Signature {
	if len(sig) > maxSignature {
		return change.Signature{State: change.Broken}
	}
	text := string(sig)
	switch {
	case strings.HasPrefix(text, "-----BEGIN SSH SIGNATURE-----"):
		key, err := VerifySSH(sig, signed, "git")
		if err != nil {
			return change.Signature{State: change.Broken, Scheme: "ssh", Key: key}
		}
		return change.Signature{State: change.Verified, Scheme: "ssh", Key: key}
	case strings.HasPrefix(text, "-----BEGIN PGP SIGNATURE-----"), strings.HasPrefix(text, "-----BEGIN PGP MESSAGE-----"):
		key := pgpIssuer(dearmour(text))
		if key == "" {
			return change.Signature{State: change.Broken, Scheme: "openpgp"}
		}
		return change.Signature{State: change.Unverified, Scheme: "openpgp", Key: key}
	case strings.HasPrefix(text, "-----BEGIN SIGNED MESSAGE-----"):
		return change.Signature{State: change.Unverified, Scheme: "x509"}
	}
	return change.Signature{State: change.Broken}
}

// VerifySSH verifies an armoured OpenSSH signature (PROTOCOL.sshsig of OpenSSH) over message in a namespace, against the key
// inside it, and returns that key's fingerprint, "SHA256:...", also if verification fails after the key was read.
func VerifySSH(armoured, message []byte, namespace string) (fingerprint string, err error) {
	wrong := func(format string, args ...any) error { return sallyport.Errorf(sallyport.Invalid, format, args...) }
	if len(armoured) > maxSignature {
		return "", wrong("an ssh signature of %d bytes", len(armoured))
	}
	var s struct {
		Magic     [6]byte
		Version   uint32
		Key       []byte
		Namespace string
		Reserved  string
		Hash      string
		Signature []byte
	}
	if err := ssh.Unmarshal(dearmour(string(armoured)), &s); err != nil {
		return "", wrong("not an ssh signature: %v", err)
	}
	if string(s.Magic[:]) != "SSHSIG" || s.Version != 1 {
		return "", wrong("not an ssh signature of version 1")
	}
	key, err := ssh.ParsePublicKey(s.Key)
	if err != nil {
		return "", wrong("the signature's key cannot be read: %v", err)
	}
	fingerprint = ssh.FingerprintSHA256(key)
	if s.Namespace != namespace {
		return fingerprint, wrong("signed for %q, not for %q", s.Namespace, namespace)
	}
	var sum []byte
	switch s.Hash {
	case "sha256":
		h := sha256.Sum256(message)
		sum = h[:]
	case "sha512":
		h := sha512.Sum512(message)
		sum = h[:]
	default:
		return fingerprint, wrong("signature with hash %q", s.Hash)
	}
	var inner ssh.Signature
	if err := ssh.Unmarshal(s.Signature, &inner); err != nil {
		return fingerprint, wrong("not an ssh signature: %v", err)
	}
	if inner.Format == ssh.KeyAlgoRSA {
		return fingerprint, wrong("signed with SHA-1, which PROTOCOL.sshsig forbids")
	}
	signed := append([]byte("SSHSIG"), ssh.Marshal(struct {
		Namespace, Reserved, Hash string
		Sum                       []byte
	}{s.Namespace, s.Reserved, s.Hash, sum})...)
	if err := key.Verify(signed, &inner); err != nil {
		return fingerprint, wrong("the signature does not verify: %v", err)
	}
	return fingerprint, nil
}

// dearmour returns the bytes between the BEGIN and END lines, without armour headers and checksum; nil if they are not base64.
func dearmour(text string) []byte {
	var b strings.Builder
	inside := false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "-----BEGIN "):
			inside = true
		case strings.HasPrefix(line, "-----END "):
			data, err := base64.StdEncoding.DecodeString(b.String())
			if err != nil {
				return nil
			}
			return data
		case inside && !strings.Contains(line, ":") && !strings.HasPrefix(line, "="):
			b.WriteString(line)
		}
	}
	return nil
}

// pgpIssuer returns the fingerprint or, failing that, the key id that an OpenPGP signature packet names (RFC 9580, sections
// 4.2, 5.2.3); "" if it cannot be read.
func pgpIssuer(packet []byte) string {
	body := pgpBody(packet)
	if len(body) < 6 {
		return ""
	}
	if body[0] == 3 && len(body) >= 15 {
		return strings.ToUpper(hex.EncodeToString(body[7:15]))
	}
	if body[0] != 4 {
		return ""
	}
	keyID := ""
	rest := body[4:]
	for range 2 { // hashed, then unhashed subpackets
		if len(rest) < 2 {
			break
		}
		n := int(binary.BigEndian.Uint16(rest))
		if len(rest) < 2+n {
			break
		}
		area := rest[2 : 2+n]
		rest = rest[2+n:]
		for len(area) > 0 {
			size, head := pgpSubLength(area)
			if size < 1 || head+size > len(area) {
				break
			}
			kind, value := area[head]&0x7f, area[head+1:head+size]
			area = area[head+size:]
			switch {
			case kind == 33 && len(value) > 20: // issuer fingerprint: version, then fingerprint
				return strings.ToUpper(hex.EncodeToString(value[1:]))
			case kind == 16 && len(value) == 8:
				keyID = strings.ToUpper(hex.EncodeToString(value))
			}
		}
	}
	return keyID
}

func pgpSubLength(b []byte) (size, head int) {
	switch {
	case b[0] < 192:
		return int(b[0]), 1
	case b[0] < 255 && len(b) > 1:
		return (int(b[0])-192)<<8 + int(b[1]) + 192, 2
	case b[0] == 255 && len(b) > 4:
		return int(min(binary.BigEndian.Uint32(b[1:]), 1<<30)), 5
	}
	return 0, 0
}

// pgpBody returns the body of a packet if it is a signature (tag 2) of definite length.
func pgpBody(p []byte) []byte {
	if len(p) < 2 || p[0]&0x80 == 0 {
		return nil
	}
	var size, head int
	if p[0]&0x40 != 0 {
		if p[0]&0x3f != 2 {
			return nil
		}
		size, head = pgpSubLength(p[1:])
		head++
	} else {
		if p[0]>>2&0xf != 2 {
			return nil
		}
		switch p[0] & 3 {
		case 0:
			size, head = int(p[1]), 2
		case 1:
			if len(p) < 3 {
				return nil
			}
			size, head = int(binary.BigEndian.Uint16(p[1:])), 3
		default:
			return nil
		}
	}
	if head == 0 || head+size > len(p) {
		return nil
	}
	return bytes.Clone(p[head : head+size])
}
