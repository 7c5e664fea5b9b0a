package roster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sallyport"
	"sallyport/policy"
)

const good = `person,name,email,fact,value,evidence_kind,evidence_reference,evidence_digest,verifier,verified,until,self_asserted
eve,Eve,eve@example.org,citizenship,"FR,DE",passport,p-1,,hr,2026-01-05,2027-01-05,
eve,,,role,engineer@shop,,,,,,2027-01-01T00:00:00+01:00,
eve,,,employer,staff:US:Example Corp>FR:Holding SA,contract,c-1,,hr,2026-01-05,,
ann,Ann,,qualification:nginx:change,nginx:change:expert:certificate: no. 7,certificate,q-1,,lead,2026-03-01,,
ann,,,office,US,statement,s-1,,ann,2026-03-01,,yes
`

// none is an empty record; some holds what one import wrote.
type some struct {
	people map[sallyport.PersonID]sallyport.PersonDetails
	facts  map[string]sallyport.Fact
	roles  map[string]*time.Time
}

func (s *some) Person(id sallyport.PersonID) (sallyport.PersonDetails, bool) {
	d, ok := s.people[id]
	return d, ok
}

func (s *some) Fact(id sallyport.PersonID, name string) (sallyport.Fact, bool) {
	f, ok := s.facts[string(id)+" "+name]
	return f, ok
}

func (s *some) Role(id sallyport.PersonID, r sallyport.Role, sys sallyport.SystemID) (*time.Time, bool) {
	until, ok := s.roles[fmt.Sprint(id, r, sys)]
	return until, ok
}

func (s *some) write(changes []Change) {
	for _, c := range changes {
		switch {
		case c.Fact != nil:
			s.facts[string(c.Person)+" "+c.Fact.Name] = *c.Fact
		case c.Role != nil:
			s.roles[fmt.Sprint(c.Person, c.Role.Role, c.Role.System)] = c.Role.Until
		default:
			s.people[c.Person] = *c.Details
		}
	}
}

func nothing() *some {
	return &some{map[sallyport.PersonID]sallyport.PersonDetails{}, map[string]sallyport.Fact{}, map[string]*time.Time{}}
}

func lines(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.String() + "\n")
	}
	return b.String()
}

func diff(t *testing.T, r *Roster, now Current) []Change {
	t.Helper()
	changes, err := r.Diff(now)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestDryRun(t *testing.T) {
	r, err := ParseCSV([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	record := nothing()
	first := diff(t, r, record)
	want := `line 5: + ann: called "Ann" <>
line 6: + ann: office = US
line 5: + ann: qualification:nginx:change = nginx:change:expert:certificate: no. 7
line 2: + eve: called "Eve" <eve@example.org>
line 2: + eve: citizenship = DE,FR until 2027-01-05T00:00:00Z
line 4: + eve: employer = staff:US:Example Corp>FR:Holding SA
line 3: + eve: role engineer@shop until 2026-12-31T23:00:00Z
`
	if d := cmp.Diff(want, lines(first)); d != "" {
		t.Error(d)
	}
	for _, c := range first {
		if c.Fact == nil {
			continue
		}
		blob, err := c.Fact.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sallyport.DecodeFact(blob); err != nil {
			t.Errorf("%s: %v", c, err)
		}
		if b := c.FactBody(sallyport.RefOf(nil, blob)); b.SelfAsserted != (c.Person == "ann" && b.Name == "office") {
			t.Errorf("%+v", b)
		}
	}
	// Importing it again changes nothing; a changed file says what was.
	record.write(first)
	if again := diff(t, r, record); len(again) != 0 {
		t.Errorf("again: %s", lines(again))
	}
	changed := strings.NewReplacer(`"FR,DE"`, "FR", "ann,Ann,,", "ann,Anna,,", "2027-01-01T00:00:00+01:00", "").Replace(good)
	if r, err = ParseCSV([]byte(changed)); err != nil {
		t.Fatal(err)
	}
	want = `line 5: ~ ann: called "Anna" <> (was called "Ann" <>)
line 2: ~ eve: citizenship = FR until 2027-01-05T00:00:00Z (was DE,FR until 2027-01-05T00:00:00Z)
line 3: ~ eve: role engineer@shop (was until 2026-12-31T23:00:00Z)
`
	if d := cmp.Diff(want, lines(diff(t, r, record))); d != "" {
		t.Error(d)
	}
	// Nothing is taken away by an import that does not name it.
	if r, err = ParseCSV([]byte(strings.Join(strings.SplitAfter(good, "\n")[:2], ""))); err != nil {
		t.Fatal(err)
	}
	if again := diff(t, r, record); len(again) != 0 {
		t.Errorf("a shorter file: %s", lines(again))
	}
}

// One bad row refuses the file, and every bad row is named with its line.
func TestRefusesBadRows(t *testing.T) {
	head := strings.SplitAfter(good, "\n")[0]
	rows := []struct{ row, want string }{
		{"eve,Eve,,,,,,,,,,", ""},
		{"bad id!,X,,office,US,k,r,,hr,2026-01-05,,", `person "bad id!" is not an id`},
		{"gateway,X,,office,US,k,r,,hr,2026-01-05,,", `person "gateway" is not an id`},
		{"eve,,,citizenship,UK,k,r,,hr,2026-01-05,,", `citizenship country "UK" is not an ISO 3166-1`},
		{"eve,,,citizenship,\"FR,FR\",k,r,,hr,2026-01-05,,", "sorted and unique"},
		{"eve,,,citizenship,,k,r,,hr,2026-01-05,,", `citizenship country ""`},
		{"eve,,,shoesize,44,k,r,,hr,2026-01-05,,", `fact "shoesize" is of no known kind`},
		{"eve,,,office,US,,r,,hr,2026-01-05,,", "evidence kind"},
		{"eve,,,office,US,k,,,hr,2026-01-05,,", "evidence reference"},
		{"eve,,,office,US,k,r,beef,hr,2026-01-05,,", "evidence digest"},
		{"eve,,,office,US,k,r,,,2026-01-05,,", "verifier"},
		{"eve,,,office,US,k,r,,hr,,,", "verified"},
		{"eve,,,office,US,k,r,,hr,05.01.2026,,", "verified"},
		{"eve,,,office,US,k,r,,hr,2026-01-05,tomorrow,", "until"},
		{"eve,,,office,US,k,r,,hr,2026-01-05,2026-01-04,", "not after its verification"},
		{"eve,,,office,US,k,r,,hr,2026-01-05,,maybe", "self_asserted"},
		{"eve,,,office,US,k,r,,eve,2026-01-05,,", "verified by its subject"},
		{"eve,,,office,FR,k,r,,hr,2026-01-05,,", ""},
		{"eve,,,office,US,k,r,,hr,2026-01-05,,", "stands in line 19 already"},
		{"eve,Eva,,,,,,,,,,", `is called "Eva" <> here and "Eve" <> before`},
		{"eve,,,role,king@shop,,,,,,,", `role "king"`},
		{"eve,,,role,escort@,,,,,,,", `system "" of role`},
		{"eve,,,,,,,,,,,", "says nothing"},
		{"eve,,,screening,us-federal:many,k,r,,hr,2026-01-05,,", "tier"},
		{"eve,,,screening:other,us-federal:2,k,r,,hr,2026-01-05,,", `says "screening:us-federal"`},
		{"eve,,,office", "wrong number of fields"},
		{"eve,,,qualification,nginx:change,k,r,,hr,2026-01-05,,", "technology:class:level:shown"},
	}
	text := head
	for _, r := range rows {
		text += r.row + "\n"
	}
	roster, err := ParseCSV([]byte(text))
	refused, ok := err.(*Refused)
	if !ok || roster != nil {
		t.Fatalf("roster %v, error %v", roster, err)
	}
	at := map[int]string{}
	for _, p := range refused.Problems {
		at[p.Line] = p.Message
	}
	bad := 0
	for i, r := range rows {
		got, refused := at[i+2]
		if refused != (r.want != "") || !strings.Contains(got, r.want) {
			t.Errorf("line %d, %q: %q, want %q", i+2, r.row, got, r.want)
		}
		if r.want != "" {
			bad++
		}
	}
	if refused.Count != bad {
		t.Errorf("%d bad rows counted, want %d", refused.Count, bad)
	}
	for name, text := range map[string]string{
		"empty": "", "no header": "eve,Eve\n", "unknown column": "person,fact,nationality\n", "missing column": "person,fact\n",
		"column twice": head[:len(head)-1] + ",fact\n", "not UTF-8": head + "\xff", "semicolons": strings.ReplaceAll(head, ",", ";"), "open quote": head + "eve,\"Eve\n",
	} {
		if _, err := ParseCSV([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := ParseCSV([]byte("\ufeff" + good)); err != nil {
		t.Errorf("byte order mark: %v", err)
	}
}

// A person who is new needs a name; the whole import waits for it.
func TestNewPersonNeedsName(t *testing.T) {
	r, err := ParseCSV([]byte(strings.Replace(good, "ann,Ann", "ann,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if changes, err := r.Diff(nothing()); err == nil || changes != nil || !strings.Contains(err.Error(), `line 5: person "ann" is new and has no name`) {
		t.Errorf("%v, %v", changes, err)
	}
}

func TestJSON(t *testing.T) {
	text := `{"people": [
  {"person": "eve", "name": "Eve",
   "facts": [{"name": "office", "value": {"country": "DE"}, "evidence": {"kind": "contract", "reference": "c-1"}, "verifier": "hr", "verified": "2026-01-05T00:00:00Z"}],
   "roles": [{"role": "engineer", "system": "shop"}]},
  {"person": "ann", "name": "Ann"}
]}`
	r, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := "line 5: + ann: called \"Ann\" <>\nline 2: + eve: called \"Eve\" <>\nline 2: + eve: office = DE\nline 2: + eve: role engineer@shop\n"
	if d := cmp.Diff(want, lines(diff(t, r, nothing()))); d != "" {
		t.Error(d)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"DE"`, `"UK"`, "line 2: office country"}, {`"country": "DE"`, `"country": "DE", "x": 1`, "unknown field"}, {`"office"`, `"citizenship"`, "line 2"},
		{`"name": "Ann"`, `"name": "Ann", "nationality": "FR"`, "line 5:"}, {`"person": "ann"`, `"person": "eve"`, "stands in line 2 already"},
		{`]}`, `]} {}`, "more follows"}, {`{"people"`, `{"persons"`, "line 1"}, {`"name": "Ann"}`, `"name": "Ann"`, "line"}, {`"role": "engineer"`, `"role": "king"`, "king"},
		{`"verifier": "hr"`, `"verifier": "eve"`, "verified by its subject"},
	} {
		changed := strings.Replace(text, c.old, c.new, 1)
		if c.old == "]}" {
			changed = text + " {}"
		}
		if _, err := ParseJSON([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("person,fact,value,evidence_kind,evidence_reference,verifier,verified,until\n\"a\nb\",x\n"))
	f.Fuzz(func(t *testing.T, b []byte) { accepted(t, b, ParseCSV) })
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"people": [{"person": "eve", "name": "Eve", "facts": [{"name": "office", "value": {"country": "DE"}, "evidence": {"kind": "k", "reference": "r"}, "verifier": "hr", "verified": "2026-01-05T00:00:00Z"}]}]}`))
	f.Add([]byte(`{"people": [null, {"person": "a"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) { accepted(t, b, ParseJSON) })
}

// accepted: what is read is whole and valid, and reading it twice gives the same.
func accepted(t *testing.T, b []byte, parse func([]byte) (*Roster, error)) {
	r, err := parse(b)
	if err != nil {
		if r != nil {
			t.Fatal("a roster and an error")
		}
		return
	}
	again, err := parse(b)
	if err != nil || cmp.Diff(r, again) != "" {
		t.Fatalf("read twice: %v", err)
	}
	for _, p := range r.People {
		for _, fact := range p.Facts {
			blob, err := fact.Fact.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if back, err := sallyport.DecodeFact(blob); err != nil || cmp.Diff(back, fact.Fact) != "" {
				t.Fatalf("%s: %v", blob, err)
			}
		}
	}
	record := nothing()
	if changes, err := r.Diff(record); err == nil {
		record.write(changes)
		if more, err := r.Diff(record); err != nil || len(more) != 0 {
			t.Fatalf("imported twice: %d changes, %v", len(more), err)
		}
	}
}

// many is a roster of n people with seven facts and a role each.
func many(n int) []byte {
	var b strings.Builder
	b.WriteString(strings.SplitAfter(good, "\n")[0])
	countries := []string{"US", "DE", "FR", "IN", "US"}
	for i := range n {
		c := countries[i%len(countries)]
		fmt.Fprintf(&b, "p%d,Person %d,p%d@example.org,citizenship,%s,passport,p-%d,,hr,2026-01-05,2027-01-05,\n", i, i, i, c, i)
		for _, f := range []string{"residence,none", "location," + c + ":device:high", "office," + c, "employer,staff:" + c + ":Example Corp", "screening,us-federal:2",
			"training,escort", "qualification,nginx:change:competent:exam"} {
			fmt.Fprintf(&b, "p%d,,,%s,record,r-%d,,hr,2026-01-05,,\n", i, f, i)
		}
		fmt.Fprintf(&b, "p%d,,,role,%s@shop,,,,,,,\n", i, []string{"engineer", "escort"}[i%2])
	}
	return []byte(b.String())
}

func TestManyPeople(t *testing.T) {
	r, err := ParseCSV(many(10_000))
	if err != nil {
		t.Fatal(err)
	}
	changes := diff(t, r, nothing())
	if len(r.People) != 10_000 || len(changes) != 100_000 {
		t.Errorf("%d people, %d changes", len(r.People), len(changes))
	}
}

func BenchmarkImport100000(b *testing.B) {
	text := many(100_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r, err := ParseCSV(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Diff(nothing()); err != nil {
			b.Fatal(err)
		}
	}
}

// Who may propose on a system, asked of everyone.
func BenchmarkQuery100000(b *testing.B) {
	r, err := ParseCSV(many(100_000))
	if err != nil {
		b.Fatal(err)
	}
	set, err := policy.Open("dod-il4")
	if err != nil {
		b.Fatal(err)
	}
	lists, err := policy.ShippedLists()
	if err != nil {
		b.Fatal(err)
	}
	w := &policy.World{Now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), People: r.World(), Lists: lists, Systems: map[sallyport.SystemID]policy.System{"shop": {ID: "shop"}},
		Disclosures: map[sallyport.SystemID]*policy.Disclosure{"shop": {Countries: []string{"*"}, Employers: []string{"*"}}}}
	for b.Loop() {
		yes := 0
		for id := range w.People {
			if set.Evaluate(w.Suppose(sallyport.AskPropose, id, "shop")).Allowed {
				yes++
			}
		}
		if yes != 20_000 {
			b.Fatalf("%d may propose", yes)
		}
	}
}
