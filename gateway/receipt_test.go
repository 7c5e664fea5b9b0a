package gateway_test

import (
	"strings"
	"testing"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
)

// A receipt is for who took part or may watch, covers the whole of a session, and tells nobody else that there was one.
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
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed} {
		b, err := w.Receipt(t.Context(), gatewaytest.As(p), "")
		if err != nil {
			t.Fatalf("the last one of %s: %v", p, err)
		}
		if r, err := ledger.ParseReceipt(b); err != nil || !strings.Contains(string(r.Entry), string(session)) {
			t.Errorf("the last one of %s: %v\n%s", p, err, r.Entry)
		}
	}
	for _, p := range []sallyport.PersonID{gatewaytest.Sue, gatewaytest.Aud} { // neither engineer nor escort: they name it
		if _, err := w.Receipt(t.Context(), gatewaytest.As(p), ""); sallyport.CodeOf(err) != sallyport.NotFound || strings.Contains(err.Error(), `""`) {
			t.Errorf("the last one of %s: %v", p, err)
		}
	}
	for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Sue, gatewaytest.Aud} {
		if _, err := w.Receipt(t.Context(), gatewaytest.As(p), session); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := w.Receipt(t.Context(), gatewaytest.As("nobody"), session); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("somebody else: %v", err)
	}
}
