package main

import (
	"os"
	"testing"
	"time"

	"sallyport/gateway/gatewaytest"
)

func TestMatchAndShiftEnd(t *testing.T) {
	o := newOffice(t)
	v, err := o.world.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), gatewaytest.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	o.sees(o.run("match", string(v.ID)), "2 of 2 may", "ed (Ed): may, escorts 0 now", "eva (Eva): may")
	o.world.Profile(os.DirFS("../../policy/profiles/open"), "escort_qualified = true")
	o.run("ticket", "add", "T-7", "--title", "firewall", "--system", "web", "--target", "web-01", "--engineer", "ana", "--technology", "nftables")
	w, err := o.world.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), "T-7")
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := o.try("match", string(w.ID))
	if exit, ok := err.(*exitError); !ok || exit.Code != 2 {
		t.Errorf("nobody qualifies, and the command says %v", err)
	}
	o.sees(out, "Nobody qualifies for nftables; 2 looked at, 2 of them eligible.", "ed (Ed): may not. The escort is not qualified")

	if err := o.world.Claim(t.Context(), gatewaytest.As(gatewaytest.Ed), v.ID); err != nil {
		t.Fatal(err)
	}
	token := o.file("ed.token", "")
	if err := os.Remove(token); err != nil {
		t.Fatal(err)
	}
	if err := writeToken(o.tokens, gatewaytest.Ed, token, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	o.connect[3] = token
	o.sees(o.run("shift-end", "--to", "eva", "--words", "half done"), string(v.ID))
	if err := o.world.Claim(t.Context(), gatewaytest.As(gatewaytest.Eva), v.ID); err != nil {
		t.Fatal(err)
	}
	if s, _, err := o.world.Gateway.Session(t.Context(), gatewaytest.As(gatewaytest.Eva), v.ID); err != nil || s.Escort == nil || s.Escort.ID != gatewaytest.Eva {
		t.Errorf("escort is %+v, %v", s.Escort, err)
	}
}
