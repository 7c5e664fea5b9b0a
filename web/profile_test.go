package web

import (
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/policy"
)

// TestBrowserProfiles plays a session in real browsers under profiles that ask for more than open does: its own approval, consent, facts, disclosure, the person's
// signature; and one that is refused, with the sentence of the rule that refuses it.
func TestBrowserProfiles(t *testing.T) {
	need(t, "node", "npm", "chromium")
	const staff = "staff:US:Prime"
	everyone := []string{"citizenship=US", "residence=none", "location=US:document:high", "office=US", "employer=" + staff, "screening=us-federal:2"}
	duty := []string{"training=escort", "training=insider-threat", "agreement=rules-of-behavior"}
	for _, story := range []struct {
		profile string
		nils    []string
		told    map[string]any
	}{
		{"fedramp", []string{"citizenship=US", "residence=none", "office=US", "employer=" + staff, "screening=us-federal:2"}, // nobody recorded where Nils is
			map[string]any{"signed": false, "consent": false, "held": false, "refusal": "Nobody takes part from a country of concern, or from a place that is not known"}},
		{"dod-il4", []string{"citizenship=DE", "residence=none", "location=US:document:high", "office=US", "employer=" + staff, "screening=us-federal:2"},
			map[string]any{"signed": true, "consent": true, "held": true, "refusal": "an escort is not their proxy"}},
	} {
		t.Run(story.profile, func(t *testing.T) {
			t.Parallel()
			w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
			ctx, ada := t.Context(), gatewaytest.As(gatewaytest.Ada)
			record := func(b sallyport.Body, contents ...[]byte) {
				t.Helper()
				if err := w.Record(ctx, ada, b, contents...); err != nil {
					t.Fatal(err)
				}
			}
			details, err := sallyport.EncodeJSON(sallyport.PersonDetails{Name: "Nils"})
			if err != nil {
				t.Fatal(err)
			}
			record(&sallyport.PersonAdded{Person: "nils"}, details)
			record(&sallyport.RoleAssigned{Person: "nils", Role: sallyport.RoleEngineer, System: "*"})
			record(&sallyport.RoleAssigned{Person: gatewaytest.Eva, Role: sallyport.RoleApprover, System: "*"})
			for _, p := range []sallyport.PersonID{gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Eva, gatewaytest.Sue, gatewaytest.Olli} {
				w.Knows(p, nil, everyone...)
			}
			for _, p := range []sallyport.PersonID{gatewaytest.Ed, gatewaytest.Eva, gatewaytest.Sue} {
				w.Knows(p, nil, duty...)
			}
			w.Knows("nils", nil, story.nils...)
			record(&sallyport.RoleAssigned{Person: gatewaytest.Sue, Role: sallyport.RoleAdministrator, System: "*"})
			for _, text := range everyone { // nobody verifies facts about themselves, administrators included
				kind, v, _ := strings.Cut(text, "=")
				value, err := policy.ParseFactText(kind, v)
				if err != nil {
					t.Fatal(err)
				}
				fact := sallyport.Fact{Name: value.FactName(), Value: value, Evidence: sallyport.Evidence{Kind: "record", Reference: "HR-1"}, Verifier: gatewaytest.Sue, Verified: time.Now().Add(-time.Hour).UTC()}
				blob, err := fact.Encode()
				if err == nil {
					err = w.Record(ctx, gatewaytest.As(gatewaytest.Sue), &sallyport.FactRecorded{Person: gatewaytest.Ada, Name: fact.Name}, blob)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			purpose, err := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "another one"})
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now().UTC()
			record(&sallyport.TicketOpened{Ticket: "T-2", System: gatewaytest.System, Targets: []sallyport.TargetID{w.Host.Target.Target}, Engineer: "nils", Mode: sallyport.Propose, From: now.Add(-time.Hour), To: now.Add(time.Hour)}, purpose)
			record(&sallyport.DisclosureSet{System: gatewaytest.System, Version: "1", Countries: []string{"DE", "US"}, Employers: []string{"Prime"}})
			if err := w.UseProfile(ctx, ada, story.profile); err != nil {
				t.Fatal(err)
			}
			record(&sallyport.SystemSet{System: gatewaytest.System, Name: "Web shop", Profile: story.profile, Release: sallyport.ReleaseNow})
			story.told["profile"] = story.profile
			driveWith(t, "profile.mjs", New(w.Gateway, Options{Origin: "https://localhost"}), map[string]any{"story": story.told},
				gatewaytest.Ana, gatewaytest.Ed, gatewaytest.Ada, gatewaytest.Eva, gatewaytest.Olli, "nils")
		})
	}
}
