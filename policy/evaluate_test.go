package policy

import (
	"testing"
	"time"

	"sallyport"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestOpenSmoke(t *testing.T) {
	set, err := Open("open")
	if err != nil {
		t.Fatal(err)
	}
	eng := Subject{ID: "eve", Roles: []sallyport.Role{sallyport.RoleEngineer}}
	req := &Request{Ask: sallyport.AskPropose, Now: noon, Principal: eng, System: System{ID: "shop"}, Session: Session{ID: "s-1", Stage: StageRequest, Mode: sallyport.Propose, Engineer: eng}}
	if a := set.Evaluate(req); !a.Allowed {
		t.Fatalf("%+v", a)
	}
	again, err := Parse(set.Archive())
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != set.Digest() {
		t.Fatal("digest")
	}
}

func TestCases(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			set, err := Open(name)
			if err != nil {
				t.Fatal(err)
			}
			results, err := set.Test()
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if r.Wrong != "" {
					t.Errorf("%s:%d: %s: %s", r.Case.File, r.Case.Line, r.Case.Name, r.Wrong)
				}
			}
			t.Logf("%d cases", len(results))
		})
	}
}

// Deleting any one policy fails a case, in every profile: floor and shared files included.
func TestEveryPolicyIsTested(t *testing.T) {
	for _, name := range Names() {
		set, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		untested, err := set.Untested()
		if err != nil {
			t.Fatal(err)
		}
		if len(untested) > 0 {
			t.Errorf("profile %q: no case fails without %q", name, untested)
		}
	}
}
