package rules_test

import (
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/signature"
	"sallyport/signature/signaturetest"
)

// A passkey signs once its person offered it, proving that they hold it, and somebody else vouched for exactly what was offered, in time.
func TestPasskeyNeedsOfferAndVoucher(t *testing.T) {
	other := signaturetest.New(t, 2)
	for name, c := range map[string]struct {
		by    sallyport.PersonID // of the offer
		offer func(b *sallyport.KeyOffered)
		wait  time.Duration
		vouch sallyport.PersonID
		enrol func(b *sallyport.KeyEnrolled)
		want  string // "" is enrolled; else what refuses the offer, or the enrolment
	}{
		"offered and vouched for": {},
		"no signature":            {offer: func(b *sallyport.KeyOffered) { b.Signature = nil }, want: "without a signature"},
		"another's signature":     {offer: func(b *sallyport.KeyOffered) { b.Signature = other.Sign(signature.Key("ed", b)) }, want: "does not verify"},
		"of another person":       {by: "eva", want: "not over this statement"},
		"for another site":        {offer: func(b *sallyport.KeyOffered) { b.Passkey.RPID = "evil.example" }, want: "not over this statement"},
		"another name":            {offer: func(b *sallyport.KeyOffered) { b.Key = other.Key }, want: "not over this statement"},
		"too late":                {wait: sallyport.OfferLife, want: "waits for no voucher"},
		"by themself":             {vouch: "ed", want: "cannot vouch for their own passkey"},
		"by somebody who may not": {vouch: "ana", want: "no policy"},
		"for another person":      {enrol: func(b *sallyport.KeyEnrolled) { b.Person = "eva" }, want: "is not as"},
		"another key":             {enrol: func(b *sallyport.KeyEnrolled) { b.Public = other.Public }, want: "is not as"},
		"another origin":          {enrol: func(b *sallyport.KeyEnrolled) { b.Passkey.Origin = "https://evil.example" }, want: "is not as"},
		"as an SSH key":           {enrol: func(b *sallyport.KeyEnrolled) { b.Form = "ssh" }, want: "is not as"},
		"never offered":           {enrol: func(b *sallyport.KeyEnrolled) { b.Key = other.Key }, want: "waits for no voucher"},
	} {
		t.Run(name, func(t *testing.T) {
			l, p := newLog(t), signaturetest.New(t, 1)
			offer, enrolled := p.Offer("ed"), p.Enrolled("ed")
			by, vouch := sallyport.PersonID("ed"), sallyport.PersonID("ada")
			if c.by != "" {
				by = c.by
			}
			if c.vouch != "" {
				vouch = c.vouch
			}
			if c.offer != nil {
				c.offer(offer)
			}
			if c.enrol != nil {
				c.enrol(enrolled)
			}
			err := l.add(by, "", offer)
			if err == nil {
				l.now = l.now.Add(c.wait)
				err = l.add(vouch, "", enrolled)
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			l.replay()
		})
	}
}

func TestOffersAreBounded(t *testing.T) {
	l := newLog(t)
	for seed := range byte(sallyport.MaxOffers) {
		l.must("ed", "", signaturetest.New(t, seed+1).Offer("ed"))
	}
	if err := l.add("ed", "", signaturetest.New(t, 100).Offer("ed")); err == nil {
		t.Error("offers have no end")
	}
	if err := l.add("eva", "", signaturetest.New(t, 1).Offer("eva")); err == nil || !strings.Contains(err.Error(), "is known") {
		t.Errorf("one passkey was offered twice: %v", err)
	}
	l.now = l.now.Add(sallyport.OfferLife)
	l.must("ed", "", signaturetest.New(t, 100).Offer("ed"))
}

// A decision by passkey counts only as it was made: on the enrolled page, for the enrolled site, by the decider, verified, and later than
// what the passkey signed before.
func TestDecisionByPasskey(t *testing.T) {
	for name, c := range map[string]struct {
		sign func(ed, sue *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed
		want string
	}{
		"own passkey": {},
		"wrong origin": {sign: func(p, _ *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			p.Origin = "https://evil.example"
			return by(p, d)
		}, want: "made on the page"},
		"wrong site": {sign: func(p, _ *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			p.RPID = "evil.example"
			return by(p, d)
		}, want: "another site"},
		"wrong challenge": {sign: func(p, _ *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			return p.Over([]byte("other"))
		}, want: "not over this statement"},
		"not verified": {sign: func(p, _ *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			p.Flags = 1
			return by(p, d)
		}, want: "did not verify who"},
		"counter back": {sign: func(p, _ *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			p.Counter = 4
			return by(p, d)
		}, want: "counts 5, and counted 5 before"},
		"counter to zero": {sign: func(p, _ *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			p.Counts, p.Counter = false, 0
			return by(p, d)
		}, want: "counts 0"},
		"another's": {sign: func(_, q *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed { return by(q, d) }, want: "belongs to sue"},
		"another's, named": {sign: func(p, q *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
			q.Counter = 90
			s := by(q, d)
			s.Key = p.Key
			return s
		}, want: "does not verify"},
	} {
		t.Run(name, func(t *testing.T) {
			l, ed, sue := newLog(t), signaturetest.New(t, 1), signaturetest.NewEd25519(t, 2)
			ed.Counter = 4 // the offer is the fifth that it signs
			for person, p := range map[sallyport.PersonID]*signaturetest.Passkey{"ed": ed, "sue": sue} {
				l.must(person, "", p.Offer(person))
				l.must("ada", "", p.Enrolled(person))
			}
			l.waiting()
			d := l.decision("ed", sallyport.SeatEscort, sallyport.Approve)
			if c.sign == nil {
				d.Signed = by(ed, d)
			} else {
				d.Signed = c.sign(ed, sue, d)
			}
			err := l.add("ed", session, d)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if s := l.replay(); c.want == "" && s.Keys[ed.Key].Counter != 6 {
				t.Errorf("after a replay the passkey has counted %d", s.Keys[ed.Key].Counter)
			}
		})
	}
}

// A passkey that never counts signs as often as it likes.
func TestPasskeyThatDoesNotCount(t *testing.T) {
	l, p := newLog(t), signaturetest.New(t, 1)
	p.Counts = false
	l.must("ed", "", p.Offer("ed"))
	l.must("ada", "", p.Enrolled("ed"))
	l.waiting()
	for _, answer := range []string{sallyport.Escalate, sallyport.Refuse} {
		d := l.decision("ed", sallyport.SeatEscort, answer)
		d.Signed = by(p, d)
		l.must("ed", session, d)
	}
}

func by(p *signaturetest.Passkey, d *sallyport.ActionDecided) *sallyport.Signed {
	return p.Sign(signature.Decision("ed", session, d))
}

// The address that is approved is the target's own.
func TestSpecNamesTheTarget(t *testing.T) {
	for name, change := range map[string]func(*sallyport.Spec){
		"":         func(*sallyport.Spec) {},
		"address":  func(s *sallyport.Spec) { s.Address = "203.0.113.9:22" },
		"host key": func(s *sallyport.Spec) { s.HostKey = "ssh-ed25519 BBBB" },
		"login":    func(s *sallyport.Spec) { s.Login = "root" },
	} {
		l := newLog(t)
		l.must("ana", session, &sallyport.SessionRequested{Ticket: ticket, System: system, Engineer: "ana", Mode: sallyport.Propose, Until: start.Add(8 * time.Hour)})
		l.must(sallyport.Gateway, session, &sallyport.SessionOpened{})
		spec := sallyport.Spec{Action: action, Session: session, Text: []byte("true"), Target: "web-01", Address: "127.0.0.1:22", HostKey: "ssh-ed25519 AAAA", Login: "ops", Interpreter: "/bin/sh"}
		change(&spec)
		b, err := sallyport.EncodeJSON(spec)
		if err != nil {
			t.Fatal(err)
		}
		err = l.add("ana", session, &sallyport.ActionProposed{Action: action, Spec: l.blobs.put(b), Target: "web-01", Expires: start.Add(4 * time.Hour)})
		if (err == nil) != (name == "") {
			t.Errorf("another %s: %v", name, err)
		}
	}
}

// A preflight is for who maintains the target, and names a login that it has.
func TestPreflightNeedsItsPermit(t *testing.T) {
	l := newLog(t)
	good := sallyport.TargetChecking{Target: "web-01", Login: "ops", Check: "preflight-1"}
	l.must("ada", "", &good)
	for _, p := range []sallyport.PersonID{"ana", "ed", "sue"} {
		if err := l.add(p, "", &good); err == nil {
			t.Errorf("%s may look at targets", p)
		}
	}
	for name, bad := range map[string]sallyport.TargetChecking{
		"target":      {Target: "db-01", Login: "ops", Check: "preflight-1"},
		"login":       {Target: "web-01", Login: "root", Check: "preflight-1"},
		"an action's": {Target: "web-01", Login: "ops", Check: "A-1"},
	} {
		if err := l.add("ada", "", &bad); err == nil {
			t.Errorf("another %s is taken", name)
		}
	}
}
