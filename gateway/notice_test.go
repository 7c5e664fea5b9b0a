package gateway_test

import (
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

// TestNoticesConcernTheirReader: whoever has no part in a session does not hear that there is one.
func TestNoticesConcernTheirReader(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	details, err := sallyport.EncodeJSON(sallyport.PersonDetails{Name: "Zed"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.PersonAdded{Person: "zed"}, details); err != nil {
		t.Fatal(err)
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: "zed", Role: sallyport.RoleEngineer, System: "*"}); err != nil {
		t.Fatal(err)
	}
	heard := map[sallyport.PersonID]<-chan gateway.Notice{}
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Aud, gatewaytest.Ada, "zed"} {
		if heard[p], err = w.Subscribe(t.Context(), gatewaytest.As(p)); err != nil {
			t.Fatal(err)
		}
	}
	session := w.Session()
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.RoleWithdrawn{Person: gatewaytest.Sue, Role: sallyport.RoleSecond, System: "*"}); err != nil {
		t.Fatal(err)
	}
	last := &sallyport.TicketClosed{Ticket: gatewaytest.Ticket, Reason: "done"} // everyone hears of this, after all the others
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), last); err != nil {
		t.Fatal(err)
	}
	for p, ch := range heard {
		var sessions, roles int
		for done := false; !done; {
			select {
			case n := <-ch:
				switch {
				case n.Kind == last.Kind():
					done = true
				case n.Session == session:
					sessions++
				case n.Kind == "role.withdrawn":
					roles++
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("%s did not hear of the ticket", p)
			}
		}
		if part := p == gatewaytest.Ana || p == gatewaytest.Ed || p == gatewaytest.Aud; (sessions > 0) != part && p != gatewaytest.Ada {
			t.Errorf("%s heard %d times of the session", p, sessions)
		}
		if lists := p == gatewaytest.Aud || p == gatewaytest.Ada; (roles > 0) != lists {
			t.Errorf("%s heard %d times of a role", p, roles)
		}
	}
}
