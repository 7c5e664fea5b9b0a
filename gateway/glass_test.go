package gateway_test

import (
	"testing"

	"sallyport"
	"sallyport/gateway/gatewaytest"
)

// An emergency way needs words, is in the ledger, and is reviewed by someone who took no part (R42).
func TestBreakGlassNeedsWordsAndIsReviewedByOthers(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	session := w.Session()
	if err := w.BreakGlass(t.Context(), gatewaytest.As(gatewaytest.Ed), session, " "); sallyport.CodeOf(err) != sallyport.Invalid {
		t.Fatalf("without words: %v", err)
	}
	if err := w.BreakGlass(t.Context(), gatewaytest.As(gatewaytest.Ana), session, "fire"); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Fatalf("by the engineer: %v", err)
	}
	if err := w.BreakGlass(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "fire"); err != nil {
		t.Fatal(err)
	}
	review := func(p sallyport.PersonID) error {
		return w.Record(t.Context(), gatewaytest.As(p), &sallyport.BreakGlassReviewed{Of: session, Outcome: "justified"}, []byte("it burnt"))
	}
	if err := review(gatewaytest.Ed); err == nil {
		t.Fatal("who broke the glass reviewed it")
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: gatewaytest.Sue, Role: sallyport.RoleApprover, System: "*"}); err != nil {
		t.Fatal(err)
	}
	if err := review(gatewaytest.Sue); err != nil {
		t.Fatal(err)
	}
	if err := review(gatewaytest.Sue); err == nil {
		t.Fatal("it was reviewed twice")
	}
}
