package main

import (
	"strings"
	"testing"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/signature/signaturetest"
)

// A passkey that its person offered is listed for who may vouch, vouched for by command, and ends like every key.
func TestPasskeyByCommand(t *testing.T) {
	o := newOffice(t)
	p := signaturetest.New(t, 1)
	if err := o.world.Record(t.Context(), gatewaytest.As(gatewaytest.Ed), p.Offer("ed")); err != nil {
		t.Fatal(err)
	}
	o.sees(o.run("key", "offers"), "ed", string(p.Key), signaturetest.Origin)
	said, err := o.as("ed", "", "key", "offers")
	if err != nil || !strings.Contains(said, "somebody else vouches") {
		t.Errorf("%v: %s", err, said)
	}
	if said, err := o.as("ana", "", "key", "offers"); err != nil || strings.Contains(said, string(p.Key)) {
		t.Errorf("who may not vouch sees offers: %v: %s", err, said)
	}
	for who, want := range map[sallyport.PersonID]sallyport.Code{"ed": sallyport.Forbidden, "ana": sallyport.Forbidden} {
		if _, err := o.as(who, "", "key", "vouch", "ed", string(p.Key)); sallyport.CodeOf(err) != want {
			t.Errorf("%s vouches: %v", who, err)
		}
	}
	if _, _, err := o.try("key", "vouch", "ana", string(p.Key)); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("for another person: %v", err)
	}
	o.run("key", "vouch", "ed", string(p.Key))
	o.sees(o.run("key", "list"), string(p.Key), "webauthn")
	o.run("key", "retire", string(p.Key), "--reason", "lost")
	if strings.Contains(o.run("key", "list"), string(p.Key)) {
		t.Error("a retired passkey is listed")
	}
}
