package recording

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"filippo.io/age"

	"sallyport"
)

// Keyring makes the key of each session from one secret, so that disclosing the recording of one session discloses no other. The
// keys are ordinary age X25519 identities: the age tool decrypts with them.
type Keyring struct {
	master sallyport.Secret // MasterSize random bytes
	extra  []age.Recipient  // who else may read every recording: an escrow key
}

// MasterSize is the length of a keyring's secret in bytes.
const MasterSize = 32

// keyInfo separates the keys of recordings from whatever else might be derived from the same secret.
const keyInfo = "sallyport/recording/v1 "

// NewKeyring uses master. Every chunk is encrypted to its session's key and to all of extra.
func NewKeyring(master []byte, extra ...age.Recipient) (*Keyring, error) {
	if len(master) != MasterSize {
		return nil, sallyport.Errorf(sallyport.Invalid, "recording key is %d bytes, want %d", len(master), MasterSize)
	}
	return &Keyring{master: sallyport.NewSecret(master), extra: extra}, nil
}

// Identity gives the key of one session.
func (k *Keyring) Identity(session sallyport.SessionID) (*age.X25519Identity, error) {
	scalar, err := hkdf.Key(sha256.New, k.master.Expose(), nil, keyInfo+string(session), 32)
	if err != nil {
		return nil, err
	}
	return age.ParseX25519Identity(strings.ToUpper(bech32("age-secret-key-", scalar)))
}

// Recipients gives those to whom a session is encrypted.
func (k *Keyring) Recipients(session sallyport.SessionID) ([]age.Recipient, error) {
	id, err := k.Identity(session)
	if err != nil {
		return nil, err
	}
	return append([]age.Recipient{id.Recipient()}, k.extra...), nil
}

const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32 encodes data as BIP 173 describes, the form in which age writes keys.
func bech32(hrp string, data []byte) string {
	var values []byte
	acc, bits := 0, 0
	for _, b := range data {
		acc, bits = acc<<8|int(b), bits+8
		for bits >= 5 {
			bits -= 5
			values = append(values, byte(acc>>bits&31))
		}
		acc &= 1<<bits - 1
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits)&31))
	}
	check := []byte{}
	for _, c := range []byte(hrp) {
		check = append(check, c>>5)
	}
	check = append(check, 0)
	for _, c := range []byte(hrp) {
		check = append(check, c&31)
	}
	sum := bech32Sum(append(append(check, values...), 0, 0, 0, 0, 0, 0)) ^ 1
	for i := range 6 {
		values = append(values, byte(sum>>(5*(5-i))&31))
	}
	var out strings.Builder
	out.WriteString(hrp + "1")
	for _, v := range values {
		out.WriteByte(bech32Alphabet[v])
	}
	return out.String()
}

func bech32Sum(values []byte) uint32 {
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}

// ParseKeyring reads a key file: the secret in hexadecimal, surrounded by white space or not.
func ParseKeyring(file []byte, extra ...age.Recipient) (*Keyring, error) {
	master, err := hex.DecodeString(strings.TrimSpace(string(file)))
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "recording key is not hexadecimal")
	}
	return NewKeyring(master, extra...)
}
