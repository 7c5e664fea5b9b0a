package rules

import (
	"fmt"
	"slices"

	"sallyport"
	"sallyport/signature"
	"sallyport/workflow"
)

// Signed holds the signature that an entry carries to what its author did and to their own key: enrolled for signing, and in force
// at that moment. Whether there has to be a signature is policy's to say. act is "" for kinds that nobody signs; signed is false where an act has no
// signature.
func Signed(s *workflow.State, e sallyport.Entry, b sallyport.Body) (act string, signed bool, err error) {
	statement, sig, ok := signature.Of(e, b, func(id sallyport.RunbookID) sallyport.Digest {
		if r := s.Runbooks[id]; r != nil {
			return r.Content
		}
		return ""
	})
	if !ok || sig == nil {
		return statement.Act, false, nil
	}
	key := s.Keys[sig.Key]
	if offer, ok := b.(*sallyport.KeyOffered); ok { // signed by the key that it brings
		return statement.Act, true, offered(e, offer)
	}
	_, revoked := s.Revocations[workflow.Revocation{What: "key", Name: string(sig.Key)}]
	wrong := func(format string, args ...any) (string, bool, error) {
		return statement.Act, true, &workflow.Illegal{Why: fmt.Sprintf("%s by %s is signed with key %s, which ", statement.Act, e.By, sig.Key) + fmt.Sprintf(format, args...)}
	}
	switch {
	case key == nil:
		return wrong("is not enrolled")
	case key.Person != e.By:
		return wrong("belongs to %s", key.Person)
	case key.Retired || key.Until != nil && !e.Time.Before(*key.Until) || revoked:
		return wrong("is no longer in force")
	case !slices.Contains(key.Use, "sign"):
		return wrong("was not enrolled for signing")
	}
	if err := signature.Check(statement, sig, &key.KeyEnrolled); err != nil {
		return statement.Act, true, &workflow.Illegal{Why: fmt.Sprintf("%s by %s: %v", statement.Act, e.By, err)}
	}
	return statement.Act, true, nil
}

// offered holds an offered passkey to its own signature and name.
func offered(e sallyport.Entry, b *sallyport.KeyOffered) error {
	err := signature.Check(signature.Key(e.By, b), b.Signature, &sallyport.KeyEnrolled{Person: e.By, Key: b.Key, Form: "webauthn", Public: b.Public, Passkey: &b.Passkey})
	if name, bad := signature.PasskeyID(b.Public); err == nil && (bad != nil || name != b.Key || b.Signature.Key != b.Key) {
		err = fmt.Errorf("it is named %s and is %s", b.Key, name)
	}
	if err != nil {
		return &workflow.Illegal{Why: fmt.Sprintf("passkey offered by %s: %v", e.By, err)}
	}
	return nil
}
