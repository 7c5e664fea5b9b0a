package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"

	"sallyport"
)

// Assertion is what a passkey answers (WebAuthn level 2, section 5.2.2). Its JSON is the Sig of a signature of form WebAuthn.
type Assertion struct {
	AuthenticatorData []byte `json:"authenticatorData"`
	ClientData        []byte `json:"clientDataJSON"`
	Signature         []byte `json:"signature"`
}

// Challenge is what a passkey must be asked to sign for a statement.
func Challenge(s Statement) []byte {
	sum := sha256.Sum256(s.Message())
	return sum[:]
}

const (
	userPresent    = 1 << 0
	minimumAuthLen = 37 // rpIdHash, flags, counter: WebAuthn section 6.1
)

// checkWebAuthn verifies an assertion (WebAuthn section 7.2, the steps that concern the signature). The origin of the page is whatever the
// assertion says: it was checked when the key was enrolled and used, and cannot be known here.
func checkWebAuthn(message, sig []byte, public string) error {
	var a Assertion
	if err := sallyport.DecodeJSON(sig, &a); err != nil {
		return invalid("assertion: %v", err)
	}
	var client struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(a.ClientData, &client); err != nil {
		return invalid("client data: %v", err)
	}
	want := sha256.Sum256(message)
	if client.Type != "webauthn.get" || client.Challenge != base64.RawURLEncoding.EncodeToString(want[:]) {
		return invalid("assertion of type %q is not over this statement", client.Type)
	}
	if len(a.AuthenticatorData) < minimumAuthLen || a.AuthenticatorData[32]&userPresent == 0 {
		return invalid("nobody touched the key")
	}
	cose, err := base64.StdEncoding.DecodeString(public)
	if err != nil {
		return invalid("enrolled key: %v", err)
	}
	sum := sha256.Sum256(a.ClientData)
	return verifyCOSE(cose, append(append([]byte(nil), a.AuthenticatorData...), sum[:]...), a.Signature)
}

// verifyCOSE verifies by a COSE key (RFC 9053): ES256, EdDSA, RS256, which is what passkeys have.
func verifyCOSE(cose, data, sig []byte) error {
	m, err := parseCOSE(cose)
	if err != nil {
		return err
	}
	const kty, alg, crv, x, y = 1, 3, -1, -2, -3
	sum := sha256.Sum256(data)
	ok := false
	switch {
	case m.num[kty] == 2 && m.num[alg] == -7 && m.num[crv] == 1:
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, m.bytes[x]...), m.bytes[y]...))
		if err != nil {
			return invalid("enrolled key: %v", err)
		}
		ok = ecdsa.VerifyASN1(key, sum[:], sig)
	case m.num[kty] == 1 && m.num[alg] == -8 && m.num[crv] == 6 && len(m.bytes[x]) == ed25519.PublicKeySize:
		ok = ed25519.Verify(m.bytes[x], data, sig)
	case m.num[kty] == 3 && m.num[alg] == -257 && len(m.bytes[-1]) >= 256 && len(m.bytes[-2]) <= 4:
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(m.bytes[-1]), E: int(new(big.Int).SetBytes(m.bytes[-2]).Int64())}
		ok = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
	default:
		return invalid("enrolled key is of type %d, algorithm %d", m.num[kty], m.num[alg])
	}
	if !ok {
		return invalid("does not verify")
	}
	return nil
}

// coseKey is a flat CBOR map with small integer keys.
type coseKey struct {
	num   map[int64]int64
	bytes map[int64][]byte
}

// parseCOSE reads the subset of CBOR (RFC 8949) that COSE keys are written in: a map of integers to integers and byte strings.
func parseCOSE(b []byte) (*coseKey, error) {
	major, n, b, ok := head(b)
	if !ok || major != 5 || n > 16 {
		return nil, invalid("enrolled key is no COSE map")
	}
	k := &coseKey{map[int64]int64{}, map[int64][]byte{}}
	for range n {
		var label int64
		if label, b, ok = integer(b); !ok {
			return nil, invalid("enrolled key has a label that is no integer")
		}
		if v, rest, isInt := integer(b); isInt {
			k.num[label], b = v, rest
			continue
		}
		major, size, rest, ok := head(b)
		if !ok || major != 2 || size > uint64(len(rest)) {
			return nil, invalid("value %d of the enrolled key is neither number nor bytes", label)
		}
		k.bytes[label], b = rest[:size], rest[size:]
	}
	if len(b) > 0 {
		return nil, invalid("%d bytes follow the enrolled key", len(b))
	}
	return k, nil
}

func head(b []byte) (major byte, n uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, 0, nil, false
	}
	major, info, b := b[0]>>5, b[0]&31, b[1:]
	if info < 24 {
		return major, uint64(info), b, true
	}
	size := 1 << (info - 24)
	if info > 27 || len(b) < size {
		return 0, 0, nil, false
	}
	for _, c := range b[:size] {
		n = n<<8 | uint64(c)
	}
	return major, n, b[size:], true
}

func integer(b []byte) (int64, []byte, bool) {
	major, n, rest, ok := head(b)
	if !ok || n > 1<<31 || major > 1 {
		return 0, nil, false
	}
	if major == 1 {
		return -1 - int64(n), rest, true
	}
	return int64(n), rest, true
}
