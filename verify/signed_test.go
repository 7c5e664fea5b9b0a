package verify_test

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/signature"
	"sallyport/verify"
)

// An insider with server, database and log key writes the whole log anew. Signatures of people are what they cannot make: with a key of their own under
// somebody's name, or with a colleague's, it shows twice, as a signature and as an act that the rules do not allow.
func TestInsiderCannotSignForPeople(t *testing.T) {
	dir, vkey, logSigner := storyWithKey(t, nil)
	p := &press{library: load(t, dir, vkey), t: t, signer: logSigner}
	key := func(seed byte) ssh.Signer {
		s, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := p.index("session.requested", 0)
	first, _, _ := sallyport.DecodeEntry(p.entries[before])
	entries := slices.Clone(p.entries)
	for seed, who := range []sallyport.PersonID{"ana", "ed", "eva"} {
		k := sallyport.KeyEnrolled{Person: who, Key: sallyport.KeyID("k-" + who), Form: "ssh", Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key(byte(seed)).PublicKey()))), Use: []string{"sign"}}
		body, _ := sallyport.EncodeJSON(k)
		raw, err := sallyport.Entry{Version: 1, Kind: k.Kind(), Time: first.Time, By: "ada", Body: body}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		entries = slices.Insert(entries, before, raw)
	}
	for name, c := range map[string]struct {
		proposer, decider         sallyport.KeyID
		proposerSeed, deciderSeed byte
		wrong                     bool
	}{
		"their own keys":           {"k-ana", "k-ed", 0, 1, false},
		"forged decision":          {"k-ana", "k-ed", 0, 9, true},
		"decision of a colleague":  {"k-ana", "k-eva", 0, 2, true},
		"forged proposal":          {"k-ana", "k-ed", 9, 1, true},
		"proposal by the decider":  {"k-ed", "k-ed", 1, 1, true},
		"decision by the proposer": {"k-ana", "k-ana", 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			sign := func(s signature.Statement, id sallyport.KeyID, seed byte) *sallyport.Signed {
				signed, err := signature.Sign(s, id, key(seed))
				if err != nil {
					t.Fatal(err)
				}
				return signed
			}
			changed := edit(t, entries, func(_ int, e *sallyport.Entry, b sallyport.Body) bool {
				switch b := b.(type) {
				case *sallyport.ActionProposed:
					b.Signature = sign(signature.Proposal(e.By, e.Session, b), c.proposer, c.proposerSeed)
				case *sallyport.ActionDecided:
					b.Signed = sign(signature.Decision(e.By, e.Session, b), c.decider, c.deciderSeed)
				}
				return true
			})
			r := p.verdict(t, p.rewrite(t, changed, p.sign), verify.Options{LogKey: vkey})
			var found []string
			for _, check := range r.Checks {
				if check.Result == verify.Wrong {
					found = append(found, check.Name)
				}
			}
			if c.wrong != (r.Exit() == 1) || c.wrong != slices.Contains(found, "signatures") || c.wrong != slices.Contains(found, "rules") {
				t.Errorf("exit %d, wrong are %q\n%s", r.Exit(), found, page(r))
			}
			if !c.wrong && !strings.Contains(page(r), "8 acts carry their person's own signature") {
				t.Errorf("%s", page(r))
			}
		})
	}
}
