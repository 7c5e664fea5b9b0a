package gateway_test

import (
	"testing"

	"sallyport"
	"sallyport/gateway/gatewaytest"
)

// A receipt is for who took part, covers the whole of a session, and tells nobody else that there was one.
func TestReceiptIsForItsParties(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	a := w.Proposed(session, "true")
	if _, err := w.Receipt(t.Context(), gatewaytest.As(gatewaytest.Ana), session); sallyport.CodeOf(err) != sallyport.Conflict {
		t.Errorf("of a session that goes on: %v", err)
	}
	if err := w.Decided(gatewaytest.Ed, a, sallyport.Escalate, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Decided(gatewaytest.Sue, a, sallyport.Refuse, "no"); err != nil {
		t.Fatal(err)
	}
	if err := w.End(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "done"); err != nil {
		t.Fatal(err)
	}
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Sue} {
		if _, err := w.Receipt(t.Context(), gatewaytest.As(p), session); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := w.Receipt(t.Context(), gatewaytest.As("nobody"), session); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("somebody else: %v", err)
	}
}
