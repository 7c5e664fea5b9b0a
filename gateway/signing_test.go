package gateway_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/signature"
)

// enrolled makes a key of p for signing, which Ada vouches for.
func enrolled(t *testing.T, w *gatewaytest.World, p sallyport.PersonID) (sallyport.KeyID, ssh.Signer) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	id := sallyport.KeyID(ssh.FingerprintSHA256(s.PublicKey()))
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.KeyEnrolled{Person: p, Key: id, Form: "ssh",
		Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(s.PublicKey()))), Use: []string{"sign"}}); err != nil {
		t.Fatal(err)
	}
	return id, s
}

func TestSignatureIsGoodForItsChallengeAlone(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	key, signer := enrolled(t, w, gatewaytest.Ed)
	ed := gatewaytest.As(gatewaytest.Ed)
	a := w.Proposed(w.Session(), "echo ran")
	page, err := w.Action(t.Context(), ed, a)
	if err != nil {
		t.Fatal(err)
	}
	approve := gateway.DecisionRequest{Action: a, Seat: page.Seat, Answer: sallyport.Approve, Words: "prints", Shown: page.Shown}
	challenge := func() *sallyport.Signed {
		t.Helper()
		c, err := w.DecisionChallenge(t.Context(), ed, approve)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signature.Sign(signature.Decision(c.By, c.Session, &c.Body), key, signer)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	refused := func(what string, d gateway.DecisionRequest, want string) {
		t.Helper()
		if err := w.Decide(t.Context(), ed, d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	with := func(signed *sallyport.Signed, change func(*gateway.DecisionRequest)) gateway.DecisionRequest {
		d := approve
		d.Signed = signed
		if change != nil {
			change(&d)
		}
		return d
	}
	refused("no challenge", with(&sallyport.Signed{Key: key, Form: signature.SSH, Sig: []byte("x")}, nil), "not the one that waits")
	refused("another answer", with(challenge(), func(d *gateway.DecisionRequest) { d.Answer = sallyport.Refuse }), "not the one that waits")
	refused("other words", with(challenge(), func(d *gateway.DecisionRequest) { d.Words = "reads" }), "not the one that waits")
	refused("another page", with(challenge(), func(d *gateway.DecisionRequest) { d.Shown.Spec = "x" }), "not the one that waits")
	old := challenge()
	challenge()
	refused("an older challenge", with(old, nil), "does not verify")
	good := challenge()
	if err := w.Decide(t.Context(), ed, with(good, nil)); err != nil {
		t.Fatal(err)
	}
	refused("the same again", with(good, nil), "not the one that waits")
	if out, _, _ := w.Collect(a); out != "ran\n" {
		t.Fatalf("stdout %q", out)
	}
	if _, err := w.DecisionChallenge(t.Context(), gatewaytest.As(gatewaytest.Ana), approve); err == nil {
		t.Error("the engineer got a challenge for their own action")
	}
	if _, err := w.Material(t.Context(), gatewaytest.As(gatewaytest.Ana), a); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("the engineer got what the decider is shown: %v", err)
	}
}

func TestSignedProposal(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	key, signer := enrolled(t, w, gatewaytest.Ana)
	ana, session := gatewaytest.As(gatewaytest.Ana), w.Session()
	c, err := w.ProposalChallenge(t.Context(), ana, gateway.Proposal{Session: session, Text: []byte("echo ran")})
	if err != nil {
		t.Fatal(err)
	}
	if c.Spec.Ref() != c.Body.Spec {
		t.Fatal("the spec of the challenge is not what its body names")
	}
	signed, err := signature.Sign(signature.Proposal(c.By, c.Session, &c.Body), key, signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Propose(t.Context(), ana, gateway.Proposal{Session: session, Text: []byte("echo ran"), Signature: signed}); err == nil {
		t.Error("a signature without its draft was taken")
	}
	if _, err := w.Propose(t.Context(), gatewaytest.As(gatewaytest.Ed), gateway.Proposal{Session: session, Draft: c.Body.Action, Signature: signed}); err == nil {
		t.Error("another person used the draft")
	}
	if _, err := w.Propose(t.Context(), ana, gateway.Proposal{Session: session, Draft: c.Body.Action, Signature: signed}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Propose(t.Context(), ana, gateway.Proposal{Session: session, Draft: c.Body.Action, Signature: signed}); err == nil {
		t.Error("a draft was used twice")
	}
}
