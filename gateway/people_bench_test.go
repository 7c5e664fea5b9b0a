package gateway_test

import (
	"fmt"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
)

// crowd opens n sessions of n engineers, each with an escort, four sessions to an escort.
func crowd(b *testing.B, profile string, n int) *gatewaytest.World {
	b.Helper()
	w := gatewaytest.Start(b, gatewaytest.Options{Quiet: true, Profile: profile})
	ctx := b.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	text := rosterHead
	for i := range n {
		text += fmt.Sprintf("eng%d,E,citizenship,US,passport,P,ada,2026-01-05,\neng%d,,location,US:document:high,badge,B,ada,2026-01-05,\neng%d,,role,engineer@web,,,,,\n", i, i, i)
		if i%4 == 0 {
			text += fmt.Sprintf("esc%d,E,citizenship,US,passport,P,ada,2026-01-05,\nesc%d,,role,escort@web,,,,,\n", i/4, i/4)
		}
	}
	_, err := w.Import(ctx, ada, "csv", []byte(text), false)
	must(err)
	purpose, err := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "work"})
	must(err)
	now := time.Now().UTC()
	for i := range n {
		engineer, ticket := sallyport.PersonID(fmt.Sprintf("eng%d", i)), sallyport.TicketID(fmt.Sprintf("T-%d", i+2))
		must(w.Record(ctx, ada, &sallyport.TicketOpened{Ticket: ticket, System: gatewaytest.System, Targets: []sallyport.TargetID{w.Host.Target.Target}, Engineer: engineer, Mode: sallyport.Propose,
			From: now.Add(-time.Minute), To: now.Add(time.Hour)}, purpose))
		v, err := w.OpenSession(ctx, gatewaytest.As(engineer), ticket)
		must(err)
		must(w.Claim(ctx, gatewaytest.As(sallyport.PersonID(fmt.Sprintf("esc%d", i/4))), v.ID))
	}
	return w
}

// BenchmarkChangeWith1000Sessions is a change of a fact, acknowledged after engineer and escort of 1,000 live sessions were asked about again.
func BenchmarkChangeWith1000Sessions(b *testing.B) {
	w := crowd(b, "open", 1000)
	if w.Counts().Sessions != 1000 {
		b.Fatalf("%d sessions", w.Counts().Sessions)
	}
	for b.Loop() {
		record(b, w, gatewaytest.Sue, "office", "US", nil)
	}
	if w.Counts().Sessions != 1000 {
		b.Fatalf("%d sessions are left", w.Counts().Sessions)
	}
}

// BenchmarkPages is what a page's menu costs, asked again and again, and after each change.
func BenchmarkPages(b *testing.B) {
	w := crowd(b, "open", 100)
	for _, p := range []sallyport.PersonID{gatewaytest.Ada, gatewaytest.Ed} {
		b.Run(string(p)+"/again", func(b *testing.B) {
			for b.Loop() {
				if v, err := w.Pages(b.Context(), gatewaytest.As(p)); err != nil || len(v) == 0 {
					b.Fatal(v, err)
				}
			}
		})
	}
}

// BenchmarkWho asks what those under an employer saw, in a ledger with 200 actions.
func BenchmarkWho(b *testing.B) {
	w := gatewaytest.Start(b, gatewaytest.Options{Quiet: true})
	record(b, w, gatewaytest.Ana, "employer", "staff:US:Works", nil)
	s := w.Session()
	for range 200 {
		approved(b, w, s, "true")
	}
	q := gateway.WhoQuestion{Facts: []gateway.FactTest{{Name: "employer", Value: "Works"}}, Deeds: []string{gateway.DeedSaw}}
	for b.Loop() {
		if a := ask(b, w, gatewaytest.Aud, q); a.Total < 400 {
			b.Fatalf("%d rows", a.Total)
		}
	}
}
