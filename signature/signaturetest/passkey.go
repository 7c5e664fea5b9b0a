// Package signaturetest has a passkey in software, for tests: it makes what a browser and an authenticator make together, and what they
// never would.
package signaturetest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"testing"

	"sallyport"
	"sallyport/signature"
)

// Site of every passkey made here.
const (
	RPID   = "gw.example"
	Origin = "https://gw.example:8443"
)

// Flags of authenticator data (WebAuthn 6.1).
const (
	Present  = 1
	Verified = 4
)

// Passkey is a credential with its private half.
type Passkey struct {
	Key     sallyport.KeyID
	Public  string // base64 COSE key
	Site    sallyport.Passkey
	Counter uint32 // of the last assertion; 0 stays 0 where Counts is false
	Counts  bool

	// What the next assertion says; New fills in what a browser would.
	RPID, Origin, Type string
	Flags              byte
	Extra              string // more members of the client data, with a leading comma

	t    testing.TB
	sign func(data []byte) []byte
}

// New makes an ES256 passkey from a seed, the same one each time.
func New(t testing.TB, seed byte) *Passkey {
	t.Helper()
	d := sha256.Sum256([]byte{seed})
	curve := elliptic.P256()
	key, err := ecdsa.ParseRawPrivateKey(curve, new(big.Int).Mod(new(big.Int).SetBytes(d[:]), curve.Params().N).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	cose := append(append(append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...), 0x22, 0x58, 32), point[33:]...)
	return made(t, seed, cose, func(data []byte) []byte {
		sum := sha256.Sum256(data)
		sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return sig
	})
}

// NewEd25519 makes an EdDSA passkey from a seed.
func NewEd25519(t testing.TB, seed byte) *Passkey {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	cose := append([]byte{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32}, key.Public().(ed25519.PublicKey)...)
	return made(t, seed, cose, func(data []byte) []byte { return ed25519.Sign(key, data) })
}

func made(t testing.TB, seed byte, cose []byte, sign func([]byte) []byte) *Passkey {
	t.Helper()
	p := &Passkey{Public: base64.StdEncoding.EncodeToString(cose), Site: sallyport.Passkey{Credential: bytes.Repeat([]byte{seed}, 32), RPID: RPID, Origin: Origin},
		Counts: true, RPID: RPID, Origin: Origin, Type: "webauthn.get", Flags: Present | Verified, t: t, sign: sign}
	var err error
	if p.Key, err = signature.PasskeyID(p.Public); err != nil {
		t.Fatal(err)
	}
	return p
}

// Sign signs a statement.
func (p *Passkey) Sign(s signature.Statement) *sallyport.Signed {
	return p.Over(signature.Challenge(s))
}

// Over signs any challenge.
func (p *Passkey) Over(challenge []byte) *sallyport.Signed {
	p.t.Helper()
	if p.Counts {
		p.Counter++
	}
	client := []byte(`{"type":"` + p.Type + `","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge) + `","origin":"` + p.Origin + `","crossOrigin":false` + p.Extra + `}`)
	site := sha256.Sum256([]byte(p.RPID))
	auth := binary.BigEndian.AppendUint32(append(site[:], p.Flags), p.Counter)
	sum := sha256.Sum256(client)
	sig, err := sallyport.EncodeJSON(signature.Assertion{AuthenticatorData: auth, ClientData: client, Signature: p.sign(append(bytes.Clone(auth), sum[:]...))})
	if err != nil {
		p.t.Fatal(err)
	}
	return &sallyport.Signed{Key: p.Key, Form: signature.WebAuthn, Sig: sig, Counter: p.Counter}
}

// Offer is what its person says first.
func (p *Passkey) Offer(by sallyport.PersonID) *sallyport.KeyOffered {
	b := &sallyport.KeyOffered{Key: p.Key, Public: p.Public, Passkey: p.Site}
	b.Signature = p.Sign(signature.Key(by, b))
	return b
}

// Enrolled is what the voucher says then.
func (p *Passkey) Enrolled(person sallyport.PersonID) *sallyport.KeyEnrolled {
	site := p.Site
	return &sallyport.KeyEnrolled{Person: person, Key: p.Key, Form: "webauthn", Public: p.Public, Use: []string{"sign"}, Passkey: &site}
}
