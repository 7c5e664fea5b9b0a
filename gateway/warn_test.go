package gateway_test

import (
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

// A risk acceptance warns its signer and the system's owner once before it ends, and is shown where it makes the difference (R59).
func TestAcceptanceWarnsBeforeItEnds(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Change: func(c *gateway.Config) { c.WarnBefore = time.Hour }})
	details, _ := sallyport.EncodeJSON(sallyport.PersonDetails{Name: "App", Email: "app@example.org"})
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.PersonAdded{Person: "app"}, details); err != nil {
		t.Fatal(err)
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: "app", Role: sallyport.RoleApprover, System: "*"}); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(30 * time.Minute).UTC()
	for id, end := range map[sallyport.AcceptID]time.Time{"R-1": until, "R-2": until.Add(48 * time.Hour)} {
		if err := w.Record(t.Context(), gatewaytest.As("app"), &sallyport.AcceptanceSigned{Acceptance: id, System: gatewaytest.System, Person: gatewaytest.Ana, Rule: "escort-cap", Until: end}, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	var warned []int64
	for end := time.Now().Add(10 * time.Second); len(warned) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody is warned")
		}
		warned = nil
		_ = w.Log.Each(t.Context(), 0, func(index int64, raw []byte) error {
			e, _, err := sallyport.DecodeEntry(raw)
			if e.Kind == "acceptance.warned" {
				warned = append(warned, index)
			}
			return err
		})
	}
	time.Sleep(600 * time.Millisecond) // two more looks
	news, err := w.News(t.Context(), warned[0])
	if err != nil || len(news) != 1 || news[0].Email != "app@example.org" || !strings.Contains(news[0].Text, "escort-cap") || !strings.Contains(news[0].Text, "Ana (ana)") {
		t.Errorf("news %+v, %v", news, err)
	}
	all, err := w.Acceptances(t.Context(), gatewaytest.As("app"))
	if err != nil || len(all) != 2 || !all[0].Warned || all[1].Warned {
		t.Errorf("acceptances %+v, %v", all, err)
	}
	count := 0
	_ = w.Log.Each(t.Context(), 0, func(_ int64, raw []byte) error {
		if e, _, err := sallyport.DecodeEntry(raw); err == nil && e.Kind == "acceptance.warned" {
			count++
		}
		return nil
	})
	if count != 1 {
		t.Errorf("warned %d times", count)
	}
}
