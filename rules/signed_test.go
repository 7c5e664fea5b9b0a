package rules_test

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/rules"
	"sallyport/signature"
)

func signer(t *testing.T, seed byte) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// enrol has ada vouch for a person's key.
func (l *log) enrol(p sallyport.PersonID, key sallyport.KeyID, s ssh.Signer, until *time.Time, use ...string) {
	l.t.Helper()
	l.must("ada", "", &sallyport.KeyEnrolled{Person: p, Key: key, Form: "ssh", Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(s.PublicKey()))), Use: use, Until: until})
}

func sign(t *testing.T, s signature.Statement, key sallyport.KeyID, by ssh.Signer) *sallyport.Signed {
	t.Helper()
	signed, err := signature.Sign(s, key, by)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// A signature that is there must be its author's own, by a key in force, over exactly what the entry says: also where nobody asked for one.
func TestFalseSignatureIsIllegal(t *testing.T) {
	soon := start.Add(time.Minute)
	for name, c := range map[string]struct {
		key    sallyport.KeyID
		by     byte // whose key really signs: 1 is ed's, 2 is sue's, 3 is nobody's
		before func(l *log)
		after  func(d *sallyport.ActionDecided)
		want   string // "" is legal
	}{
		"own key":               {key: "k-ed", by: 1},
		"forged":                {key: "k-ed", by: 3, want: "made by another key"},
		"of another person":     {key: "k-sue", by: 2, want: "belongs to sue"},
		"of an unknown key":     {key: "k-none", by: 3, want: "not enrolled"},
		"of a key to come in":   {key: "k-door", by: 1, want: "not enrolled for signing"},
		"of a retired key":      {key: "k-ed", by: 1, before: func(l *log) { l.must("ada", "", &sallyport.KeyRetired{Key: "k-ed", Reason: "lost"}) }, want: "no longer in force"},
		"of a revoked key":      {key: "k-ed", by: 1, before: func(l *log) { l.must("ada", "", &sallyport.Revoked{What: "key", Name: "k-ed", Reason: "stolen"}) }, want: "no longer in force"},
		"of an expired key":     {key: "k-soon", by: 1, before: func(l *log) { l.now = soon }, want: "no longer in force"},
		"answer changed after":  {key: "k-ed", by: 1, after: func(d *sallyport.ActionDecided) { d.Answer, d.Binding, d.Expires = sallyport.Refuse, "", time.Time{} }, want: "does not verify"},
		"words changed after":   {key: "k-ed", by: 1, after: func(d *sallyport.ActionDecided) { d.Words = &sallyport.BlobRef{Digest: digest([]byte("x")), Size: 1} }, want: "does not verify"},
		"opened moved after":    {key: "k-ed", by: 1, after: func(d *sallyport.ActionDecided) { d.Shown.Opened = d.Shown.Opened.Add(-time.Second) }, want: "does not verify"},
		"bytes that are no sig": {key: "k-ed", by: 1, after: func(d *sallyport.ActionDecided) { d.Signed.Sig = []byte("x") }, want: "does not begin"},
		"another form":          {key: "k-ed", by: 1, after: func(d *sallyport.ActionDecided) { d.Signed.Form = "webauthn" }, want: "by a key of form"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			l.enrol("ed", "k-ed", signer(t, 1), nil, "sign")
			l.enrol("ed", "k-door", signer(t, 4), nil, "signin")
			l.enrol("ed", "k-soon", signer(t, 5), &soon, "sign")
			l.enrol("sue", "k-sue", signer(t, 2), nil, "sign")
			l.waiting()
			if c.before != nil {
				c.before(l)
			}
			d := l.decision("ed", sallyport.SeatEscort, sallyport.Approve)
			d.Signed = sign(t, signature.Decision("ed", session, d), c.key, signer(t, c.by))
			if c.after != nil {
				c.after(d)
			}
			err := l.add("ed", session, d)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if rules.IsWithheld(err) {
				t.Fatal("a false signature is called unchecked")
			}
		})
	}
}

func TestFalseSignatureOfAProposalIsIllegal(t *testing.T) {
	for name, by := range map[string]byte{"own": 1, "forged": 3} {
		l := newLog(t)
		l.enrol("ana", "k-ana", signer(t, 1), nil, "sign")
		l.must("ana", session, &sallyport.SessionRequested{Ticket: ticket, System: system, Engineer: "ana", Mode: sallyport.Propose, Until: start.Add(8 * time.Hour)})
		l.must(sallyport.Gateway, session, &sallyport.SessionOpened{})
		p := &sallyport.ActionProposed{Action: action, Spec: l.spec("true"), Target: "web-01", Expires: start.Add(4 * time.Hour)}
		p.Signature = sign(t, signature.Proposal("ana", session, p), "k-ana", signer(t, by))
		other := *p
		other.Spec = l.spec("reboot")
		if err := l.add("ana", session, &other); err == nil {
			t.Errorf("%s: a signature over one text counts for another", name)
		}
		if err := l.add("ana", session, p); (err == nil) != (by == 1) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
