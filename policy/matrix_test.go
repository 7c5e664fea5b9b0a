package policy

import (
	"strings"
	"testing"

	"sallyport"
)

// The mode matrix, row by row: for each class of participant the modes in which they may take part. It is written down a
// second time, apart from the profiles' tables, so that a profile and its table cannot be wrong together unnoticed. XD is the
// Group D fixture; nobody but the person differs between two cells.
func TestModeMatrix(t *testing.T) {
	const all, escorted = "advise view propose drive", "advise view propose"
	base := "roles=engineer residence=none office=US employer=staff:US:Prime "
	classes := []struct{ name, tokens string }{
		{"U.S. citizen, screened", base + "citizenship=US location=US:device:high SCREENED"},
		{"U.S. permanent resident, screened", base + "citizenship=FR residence=US:permanent-resident location=US:device:high SCREENED"},
		{"U.S. citizen, not screened", base + "citizenship=US location=US:device:high"},
		{"foreign, nonadversarial", base + "citizenship=DE location=DE:device:high"},
		{"foreign, Group D", base + "citizenship=XD location=XD:device:high"},
		{"U.S. citizen in a covered nation, screened", base + "citizenship=US location=CN:device:high SCREENED"},
		{"foreign, in a covered nation", base + "citizenship=DE location=CN:device:high"},
		{"everything unknown", "roles=engineer"},
	}
	for _, row := range []struct {
		profile, screening, given string
		want                      []string
	}{
		{"open", "", "", []string{all, all, all, all, all, all, all, all}},
		{"dod-il2", "screening=us-federal:1", "", []string{all, all, escorted, escorted, "", "", "", ""}},
		{"dod-il4", "screening=us-federal:2", "", []string{all, all, "", "", "", "", "", ""}},
		{"dod-il4", "screening=us-federal:2", "approval=DE,XD,CN,US", []string{all, all, "", "advise view", "", "", "", ""}},
		{"dod-il5", "screening=us-federal:2", "", []string{all, all, "", "", "", "", "", ""}},
		{"dod-il5", "screening=us-federal:2", "approval=DE,XD,CN,US", []string{all, all, "", "advise view", "", "", "", ""}},
		{"fedramp", "screening=organization:1", "", []string{all, all, escorted, escorted, escorted, "", "", ""}},
		{"fedramp", "screening=organization:1", "accept=fedramp-country-of-concern", []string{all, all, escorted, escorted, escorted, all, escorted, escorted}},
		{"cmmc-l2", "screening=organization:1", "", []string{all, all, escorted, escorted, "", "", "", ""}},
		{"cmmc-l2", "screening=organization:1", "impact=export-controlled", []string{all, all, escorted, "", "", "", "", ""}},
		{"cmmc-l2", "screening=organization:1", "accept=cmmc-group-d", []string{all, all, escorted, escorted, escorted, all, escorted, escorted}},
		{"secnumcloud", "screening=secnumcloud:1", "", []string{escorted, escorted, escorted, escorted, escorted, escorted, escorted, escorted}},
	} {
		set := open(t, row.profile)
		tab := &table{set: set, people: map[string]string{"escort": "roles=escort"}, lists: drawnLists(t)}
		for i, class := range classes {
			tab.people["engineer"] = strings.ReplaceAll(class.tokens, "SCREENED", row.screening)
			var got []string
			for _, mode := range []sallyport.Mode{sallyport.Advise, sallyport.View, sallyport.Propose, sallyport.Drive} {
				c, err := tab.parse([]string{"case", "x", "allow", "", string(mode), "engineer", row.given, ""})
				if err != nil {
					t.Fatal(err)
				}
				if set.Evaluate(&c.Request).Allowed {
					got = append(got, string(mode))
				}
			}
			if s := strings.Join(got, " "); s != row.want[i] {
				t.Errorf("%s (%s), %s: %q, want %q", row.profile, row.given, class.name, s, row.want[i])
			}
		}
	}
	// SecNumCloud's other half: who is in the Union and vetted types, and elsewhere only documented operations run.
	set := open(t, "secnumcloud")
	tab := &table{set: set, people: map[string]string{"escort": "roles=escort"}, lists: drawnLists(t)}
	for _, c := range []struct{ who, ask, given, want string }{
		{"location=FR:device:high screening=secnumcloud:1", "drive", "", "allow"}, {"location=FR:device:high", "drive", "", "deny"},
		{"location=FR:device:high", "execute", "", "allow"}, {"location=DE:device:high citizenship=US", "execute", "", "allow"},
		{"location=US:device:high screening=secnumcloud:1", "drive", "", "deny"}, {"location=US:device:high screening=secnumcloud:1", "execute", "", "deny"},
		{"location=CN:device:high", "execute", "", "deny"}, {"location=CN:device:high", "execute", "runbook", "allow"}, {"", "execute", "", "deny"}, {"", "execute", "runbook", "allow"},
	} {
		tab.people["engineer"] = "roles=engineer " + c.who
		got, err := tab.parse([]string{"case", "x", c.want, "", c.ask, "engineer", c.given, ""})
		if err != nil {
			t.Fatal(err)
		}
		if set.Evaluate(&got.Request).Allowed != (c.want == "allow") {
			t.Errorf("secnumcloud: %s of %q (%s): want %s", c.ask, c.who, c.given, c.want)
		}
	}
}

// What a person says of where they are does not take the place of a record that agrees, and contradicts one that does not.
func TestSessionLocation(t *testing.T) {
	set := open(t, "dod-il4")
	c := findCase(t, set, "U.S. citizen proposes")
	for country, want := range map[string]bool{"US": true, "DE": false, "CN": false} {
		req := c.Request
		req.Principal.Facts = req.Principal.Facts.With(&sallyport.Fact{Name: "location", Value: sallyport.Location{Country: country, Method: "stated", Confidence: "low"},
			Verifier: req.Principal.ID, SelfAsserted: true})
		req.Session.Engineer = req.Principal
		if got := set.Evaluate(&req).Allowed; got != want {
			t.Errorf("says %s: allowed %v, want %v", country, got, want)
		}
	}
}
