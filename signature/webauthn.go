package signature

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
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

// Flags and lengths of authenticator data (WebAuthn 6.1): rpIdHash, flags, counter.
const (
	userPresent    = 1 << 0
	userVerified   = 1 << 2
	minimumAuthLen = 37
)

// PasskeyID names a passkey by its public key, so that a voucher can compare what two screens show.
func PasskeyID(public string) (sallyport.KeyID, error) {
	cose, err := base64.StdEncoding.Strict().DecodeString(public)
	if err != nil {
		return "", invalid("passkey: %v", err)
	}
	if _, err := parseCOSE(cose); err != nil {
		return "", err
	}
	sum := sha256.Sum256(cose)
	return sallyport.KeyID("passkey-SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])), nil
}

// Counter gives the counter of an assertion, 0 where it has none: what Signed must say beside it.
func Counter(sig []byte) uint32 {
	var a Assertion
	if sallyport.DecodeJSON(sig, &a) != nil || len(a.AuthenticatorData) < minimumAuthLen {
		return 0
	}
	return binary.BigEndian.Uint32(a.AuthenticatorData[33:])
}

// checkWebAuthn verifies an assertion (WebAuthn 7.2, steps 11 to 20): made for this statement, on the page and for the site that the passkey was
// enrolled for, with its person there and verified, by this key. That the counter does not go back is a matter of the entries before: package
// workflow.
func checkWebAuthn(message []byte, signed *sallyport.Signed, key *sallyport.KeyEnrolled) error {
	var a Assertion
	if err := sallyport.DecodeJSON(signed.Sig, &a); err != nil {
		return invalid("assertion: %v", err)
	}
	var raw map[string]json.RawMessage // a struct would match names in any case
	if err := json.Unmarshal(a.ClientData, &raw); err != nil {
		return invalid("client data: %v", err)
	}
	field := func(name string) string {
		var v string
		if json.Unmarshal(raw[name], &v) != nil {
			return ""
		}
		return v
	}
	want := sha256.Sum256(message)
	site := sha256.Sum256([]byte(key.Passkey.RPID))
	elsewhere, framed := string(raw["crossOrigin"]), raw["topOrigin"] != nil
	switch {
	case field("type") != "webauthn.get" || field("challenge") != base64.RawURLEncoding.EncodeToString(want[:]):
		return invalid("assertion of type %q is not over this statement", field("type"))
	case field("origin") != key.Passkey.Origin || framed || elsewhere != "" && elsewhere != "false":
		return invalid("made on the page of %q, enrolled for %q", field("origin"), key.Passkey.Origin)
	case len(a.AuthenticatorData) < minimumAuthLen:
		return invalid("authenticator data of %d bytes", len(a.AuthenticatorData))
	case !bytes.Equal(a.AuthenticatorData[:sha256.Size], site[:]):
		return invalid("made for another site than %q", key.Passkey.RPID)
	case a.AuthenticatorData[32]&userPresent == 0:
		return invalid("nobody touched the key")
	case a.AuthenticatorData[32]&userVerified == 0:
		return invalid("the key did not verify who touched it")
	case binary.BigEndian.Uint32(a.AuthenticatorData[33:]) != signed.Counter:
		return invalid("the key counted %d, the entry says %d", binary.BigEndian.Uint32(a.AuthenticatorData[33:]), signed.Counter)
	}
	cose, err := base64.StdEncoding.Strict().DecodeString(key.Public)
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
