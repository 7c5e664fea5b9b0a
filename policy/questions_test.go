package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sallyport"
)

func smallWorld(t *testing.T) *World {
	end := func(d time.Duration) *time.Time { u := noon.Add(d); return &u }
	office := &sallyport.Fact{Name: "office", Value: sallyport.Office{Country: "FR"}, Verifier: "hr", Until: end(time.Hour)}
	return &World{Now: noon, Lists: drawnLists(t),
		Systems: map[sallyport.SystemID]System{"shop": {ID: "shop"}},
		People: map[sallyport.PersonID]Person{
			"eve": {Roles: []RoleOn{{Role: sallyport.RoleEngineer, System: "shop", Until: end(48 * time.Hour)}}, Facts: Facts{"office": {Fact: office, Until: end(2 * time.Hour)}}},
			"ann": {Roles: []RoleOn{{Role: sallyport.RoleEscort, System: "*"}, {Role: sallyport.RoleEngineer, System: "shop", Until: end(0)}}},
			"bob": {Roles: []RoleOn{{Role: sallyport.RoleEngineer, System: "other"}}},
		},
		Acceptances: []Acceptance{{ID: "r-1", System: "shop", Until: noon.Add(3 * time.Hour)}},
		Approvals:   []Approval{{ID: "p-1", System: "shop", Until: noon.Add(-time.Hour)}},
	}
}

func TestWho(t *testing.T) {
	set, w := open(t, "open"), smallWorld(t)
	got := map[sallyport.PersonID]bool{}
	for _, a := range set.Who(w, sallyport.AskPropose, "shop") {
		got[a.Person] = a.Answer.Allowed
	}
	// A role that ends this moment is over; a role elsewhere is none here.
	if d := cmp.Diff(map[sallyport.PersonID]bool{"eve": true, "ann": false}, got); d != "" {
		t.Error(d)
	}
}

func TestEnding(t *testing.T) {
	var got []string
	for _, e := range smallWorld(t).Ending(noon.Add(24 * time.Hour)) {
		got = append(got, e.What+" "+e.Name+" "+string(e.Person))
	}
	if d := cmp.Diff([]string{"fact office eve", "acceptance r-1 "}, got); d != "" {
		t.Error(d)
	}
}

func TestDiff(t *testing.T) {
	w := smallWorld(t)
	d := Diff(open(t, "open"), open(t, "fedramp"), w)
	denied := map[string]bool{}
	for _, c := range d.Changes {
		if c.Is.Allowed {
			t.Errorf("%s on %s: %s is allowed by more policies", c.Person, c.System, c.Ask)
		}
		denied[string(c.Person)+" "+string(c.Ask)] = true
	}
	for _, want := range []string{"eve propose", "eve drive", "ann escort", "ann decide"} {
		if !denied[want] {
			t.Errorf("%q is not in the difference", want)
		}
	}
	if len(d.Added) == 0 || len(d.Removed) != 0 || len(d.Parameters) == 0 || d.People != 3 || d.Systems != 1 {
		t.Errorf("%d added, %q removed, parameters %q, %d people, %d systems", len(d.Added), d.Removed, d.Parameters, d.People, d.Systems)
	}
	if again := Diff(open(t, "open"), open(t, "open"), w); len(again.Changes)+len(again.Added)+len(again.Reworded)+len(again.Parameters) != 0 {
		t.Errorf("a set differs from itself: %+v", again)
	}
}
