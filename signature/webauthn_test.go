package signature_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"

	"sallyport"
	"sallyport/signature"
	"sallyport/signature/signaturetest"
)

// library asks go-webauthn, which shares no code with package signature, about an assertion.
func library(t *testing.T, s signature.Statement, signed *sallyport.Signed, key *sallyport.KeyEnrolled) error {
	t.Helper()
	var a signature.Assertion
	if err := sallyport.DecodeJSON(signed.Sig, &a); err != nil {
		return err
	}
	url := base64.RawURLEncoding.EncodeToString
	response, err := json.Marshal(map[string]any{"id": url(key.Passkey.Credential), "rawId": url(key.Passkey.Credential), "type": "public-key",
		"response": map[string]string{"authenticatorData": url(a.AuthenticatorData), "clientDataJSON": url(a.ClientData), "signature": url(a.Signature)}})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return err
	}
	cose, err := base64.StdEncoding.DecodeString(key.Public)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Verify(url(signature.Challenge(s)), key.Passkey.RPID, "", []string{key.Passkey.Origin}, nil, nil, protocol.TopOriginExplicitVerificationMode, false, true, true, cose, protocol.SignaturePolicy{})
}

// What a passkey signs is good for one statement, on one page, of one site, with its person there and verified; and an independent
// implementation of WebAuthn says the same.
func TestWebAuthn(t *testing.T) {
	s := signature.Decision("ed", "S-1", decision())
	for name, make := range map[string]func(testing.TB, byte) *signaturetest.Passkey{"ES256": signaturetest.New, "EdDSA": signaturetest.NewEd25519} {
		for what, c := range map[string]struct {
			before func(p *signaturetest.Passkey)
			after  func(p *signaturetest.Passkey, signed *sallyport.Signed, key *sallyport.KeyEnrolled)
			want   string // "" verifies
			beyond bool   // where the library has no such question, or another answer for a reason said
		}{
			"as it should be": {},
			"wrong origin":    {before: func(p *signaturetest.Passkey) { p.Origin = "https://gw.example" }, want: "made on the page"},
			"another page":    {before: func(p *signaturetest.Passkey) { p.Origin = "https://evil.example" }, want: "made on the page"},
			"wrong site":      {before: func(p *signaturetest.Passkey) { p.RPID = "evil.example" }, want: "another site"},
			"not verified":    {before: func(p *signaturetest.Passkey) { p.Flags = signaturetest.Present }, want: "did not verify who"},
			"nobody there":    {before: func(p *signaturetest.Passkey) { p.Flags = signaturetest.Verified }, want: "nobody touched"},
			"a registration":  {before: func(p *signaturetest.Passkey) { p.Type = "webauthn.create" }, want: "not over this statement"},
			"inside a frame":  {before: func(p *signaturetest.Passkey) { p.Extra = `,"topOrigin":"https://evil.example"` }, want: "made on the page", beyond: true},
			"two challenges":  {before: func(p *signaturetest.Passkey) { p.Extra = `,"Challenge":"other"` }, beyond: true}, // names are exact (RFC 8259); Go's decoder takes any case
			"another counter": {after: func(_ *signaturetest.Passkey, s *sallyport.Signed, _ *sallyport.KeyEnrolled) { s.Counter++ }, want: "counted 1, the entry says 2", beyond: true},
			"another key": {after: func(_ *signaturetest.Passkey, _ *sallyport.Signed, k *sallyport.KeyEnrolled) {
				k.Public = make(t, 9).Public
			}, want: "does not verify"},
			"no JSON":          {after: func(_ *signaturetest.Passkey, s *sallyport.Signed, _ *sallyport.KeyEnrolled) { s.Sig = []byte("{") }, want: "assertion"},
			"the wrong form":   {after: func(_ *signaturetest.Passkey, s *sallyport.Signed, _ *sallyport.KeyEnrolled) { s.Form = signature.SSH }, want: "by a key of form", beyond: true},
			"a key of no site": {after: func(_ *signaturetest.Passkey, _ *sallyport.Signed, k *sallyport.KeyEnrolled) { k.Passkey = nil }, want: "has no site", beyond: true},
			"data cut short": {after: func(_ *signaturetest.Passkey, s *sallyport.Signed, _ *sallyport.KeyEnrolled) {
				var a signature.Assertion
				_ = sallyport.DecodeJSON(s.Sig, &a)
				a.AuthenticatorData = a.AuthenticatorData[:36]
				s.Sig, _ = sallyport.EncodeJSON(a)
			}, want: "36 bytes"},
		} {
			p := make(t, 1)
			if c.before != nil {
				c.before(p)
			}
			signed, key := p.Sign(s), p.Enrolled("ed")
			if c.after != nil {
				c.after(p, signed, key)
			}
			err := signature.Check(s, signed, key)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s: %v, want %q", name, what, err, c.want)
			}
			if key.Passkey == nil || c.beyond {
				continue
			}
			if other := library(t, s, signed, key); (other == nil) != (err == nil) {
				t.Errorf("%s: %s: we say %v, go-webauthn says %v", name, what, err, other)
			}
		}
		p := make(t, 1)
		other := signature.Decision("eve", "S-1", decision())
		signed := p.Sign(s)
		if signature.Check(other, signed, p.Enrolled("ed")) == nil || library(t, other, signed, p.Enrolled("ed")) == nil {
			t.Errorf("%s: another statement verifies", name)
		}
	}
}

// Each byte of an assertion matters: of the signature, of the signed data, and of the enrolled key.
func TestWebAuthnEveryByte(t *testing.T) {
	s := signature.Decision("ed", "S-1", decision())
	p := signaturetest.NewEd25519(t, 1)
	signed, key := p.Sign(s), p.Enrolled("ed")
	var a signature.Assertion
	if err := sallyport.DecodeJSON(signed.Sig, &a); err != nil {
		t.Fatal(err)
	}
	for _, part := range []*[]byte{&a.AuthenticatorData, &a.ClientData, &a.Signature} {
		whole := *part
		for i := range whole {
			*part = bytes.Clone(whole)
			(*part)[i] ^= 1
			bad := *signed
			bad.Sig, _ = sallyport.EncodeJSON(a)
			if signature.Check(s, &bad, key) == nil {
				t.Fatalf("byte %d of %q does not matter", i, whole)
			}
		}
		*part = whole
	}
	cose, _ := base64.StdEncoding.DecodeString(key.Public)
	for i := range cose {
		bad := *key
		changed := bytes.Clone(cose)
		changed[i] ^= 1
		bad.Public = base64.StdEncoding.EncodeToString(changed)
		if signature.Check(s, signed, &bad) == nil {
			t.Fatalf("byte %d of the key does not matter", i)
		}
	}
}

func TestPasskeyID(t *testing.T) {
	p := signaturetest.New(t, 1)
	const want = "passkey-SHA256:"
	if !strings.HasPrefix(string(p.Key), want) || len(p.Key) != len(want)+43 {
		t.Errorf("key %q", p.Key)
	}
	for _, bad := range []string{"", "?", base64.StdEncoding.EncodeToString([]byte("no COSE"))} {
		if id, err := signature.PasskeyID(bad); err == nil {
			t.Errorf("%q is called %q", bad, id)
		}
	}
}
