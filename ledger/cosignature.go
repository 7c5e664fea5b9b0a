package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
)

// algCosignature is the signature type of C2SP tlog-cosignature: Ed25519 with a timestamp.
const algCosignature = 0x04

// Witness is the public key of a witness. It implements note.Verifier.
type Witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// ParseWitness reads a witness's key in verifier form: name+hash+base64(0x04 || Ed25519 key).
func ParseWitness(vkey string) (*Witness, error) {
	name, rest, ok := strings.Cut(vkey, "+")
	hash, key64, ok2 := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(key64)
	if !ok || !ok2 || err != nil || name == "" || len(hash) != 8 {
		return nil, sallyport.Errorf(sallyport.Invalid, "witness key %q is not name+hash+base64", vkey)
	}
	if len(key) != 1+ed25519.PublicKeySize || key[0] != algCosignature {
		return nil, sallyport.Errorf(sallyport.Invalid, "witness key of %q is no cosignature key (type 04, Ed25519)", name).
			WithHint("a log's own key has type 01 and cannot be a witness")
	}
	w := &Witness{name: name, hash: keyHash(name, key), key: key[1:]}
	if fmt.Sprintf("%08x", w.hash) != hash {
		return nil, sallyport.Errorf(sallyport.Invalid, "witness key of %q has hash %s, want %08x", name, hash, w.hash)
	}
	return w, nil
}

// keyHash is the key id of C2SP signed-note.
func keyHash(name string, key []byte) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write(key)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

func (w *Witness) Name() string    { return w.name }
func (w *Witness) KeyHash() uint32 { return w.hash }

// String gives the verifier form.
func (w *Witness) String() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.hash, base64.StdEncoding.EncodeToString(append([]byte{algCosignature}, w.key...)))
}

// cosignatureMessage is what a witness signs: C2SP tlog-cosignature.
func cosignatureMessage(unix uint64, body []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(unix, 10)+"\n"), body...)
}

// Verify checks a cosignature: eight bytes of time, big-endian seconds, then the signature.
func (w *Witness) Verify(body, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(w.key, cosignatureMessage(binary.BigEndian.Uint64(sig), body), sig[8:])
}

// CosignatureTime reads when a cosignature was made, from the base64 of a note's signature (key id, time, signature).
func CosignatureTime(sig note.Signature) (time.Time, bool) {
	b, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(b) != 4+8+ed25519.SignatureSize {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), 0).UTC(), true
}

// WitnessSigner is the private key of a witness. It implements note.Signer for one moment: see At.
type WitnessSigner struct {
	Witness
	private ed25519.PrivateKey
	at      time.Time
}

// NewWitnessSigner makes the signer of a witness from its Ed25519 seed.
func NewWitnessSigner(name string, seed []byte) (*WitnessSigner, error) {
	if len(seed) != ed25519.SeedSize || name == "" || strings.ContainsAny(name, "+ \t\r\n") {
		return nil, sallyport.Errorf(sallyport.Invalid, "a witness needs a name without spaces and plus signs, and a seed of %d bytes", ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public := private.Public().(ed25519.PublicKey)
	return &WitnessSigner{
		Witness: Witness{name: name, key: public, hash: keyHash(name, append([]byte{algCosignature}, public...))},
		private: private,
	}, nil
}

// At gives the signer that signs with time t.
func (w WitnessSigner) At(t time.Time) *WitnessSigner {
	w.at = t
	return &w
}

// Sign cosigns a checkpoint's body.
func (w *WitnessSigner) Sign(body []byte) ([]byte, error) {
	unix := uint64(w.at.Unix())
	return append(binary.BigEndian.AppendUint64(nil, unix), ed25519.Sign(w.private, cosignatureMessage(unix, body))...), nil
}
