package sallyport

import (
	"strings"
	"testing"
	"time"
)

func values() []FactValue {
	return []FactValue{
		Citizenship{[]string{"DE", "FR"}}, Residence{[]ResidenceStatus{{"US", "permanent-resident"}}}, Residence{[]ResidenceStatus{}},
		Location{"US", "device", "high"}, Office{"US"},
		Employer{Owner: Owner{"Example Corp", "US"}, Kind: "staff", Chain: []Owner{{"Holding SA", "FR"}}},
		Screening{"us-federal", 2}, Clearance{"us", "secret"}, Training{"escort"}, Agreement{"rules-of-behavior"},
		Qualification{"nginx", "change", "competent", "certificate"},
	}
}

func factOf(v FactValue) Fact {
	until := time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC)
	return Fact{Name: v.FactName(), Value: v, Evidence: Evidence{Kind: "record", Reference: "r-1"}, Verifier: "hr",
		Verified: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Until: &until}
}

// The bytes of a fact are its format (docs/spec/facts.md): whole, in this order, nothing else accepted.
func TestFactGolden(t *testing.T) {
	f := factOf(Citizenship{[]string{"DE", "FR"}})
	f.SelfAsserted = true
	f.Evidence.Digest = Digest(strings.Repeat("0a", 32))
	want := `{"name":"citizenship","value":{"countries":["DE","FR"]},"evidence":{"kind":"record","reference":"r-1","digest":"` + strings.Repeat("0a", 32) +
		`"},"verifier":"hr","verified":"2026-01-05T00:00:00Z","until":"2027-01-05T00:00:00Z","selfAsserted":true}`
	got, err := f.Encode()
	if err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	employer, err := factOf(values()[5]).Encode()
	if err != nil || !strings.Contains(string(employer), `"value":{"name":"Example Corp","country":"US","kind":"staff","chain":[{"name":"Holding SA","country":"FR"}]}`) {
		t.Errorf("%s, %v", employer, err)
	}
	for _, change := range [][2]string{
		{`{"name"`, `{ "name"`}, {`"DE","FR"`, `"FR","DE"`}, {`"DE","FR"`, `"DE","DE"`}, {`"DE"`, `"UK"`}, {`"DE"`, `"de"`}, {`"citizenship"`, `"office"`},
		{`"citizenship"`, `"training:x"`}, {`"citizenship"`, `"nationality"`}, {`["DE","FR"]`, `[]`}, {`{"countries"`, `{"countries":[],"countries"`},
		{`"countries"`, `"Countries"`}, {`"kind":"record"`, `"kind":""`}, {`"r-1"`, `""`}, {`0a0a`, `0A0A`}, {`"hr"`, `"h r"`}, {`00:00Z","until`, `00:00+00:00","until`},
		{`2027-01-05`, `2026-01-05`}, {`true}`, `false}`}, {`true}`, `true,"x":1}`}, {`"value":{`, `"value":{"x":1,`}, {`true}`, `true} {}`},
	} {
		changed := strings.Replace(want, change[0], change[1], 1)
		if changed == want {
			t.Fatalf("%q is not in the fact", change[0])
		}
		if f, err := DecodeFact([]byte(changed)); err == nil {
			t.Errorf("%q for %q: accepted as %+v", change[1], change[0], f)
		}
	}
	if _, err := DecodeFact(make([]byte, MaxFact+1)); CodeOf(err) != Limited {
		t.Errorf("large: %v", err)
	}
}

func TestFactKindsRoundTrip(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range values() {
		b, err := factOf(v).Encode()
		if err != nil {
			t.Fatalf("%T: %v", v, err)
		}
		back, err := DecodeFact(b)
		if err != nil || back.Value.String() != v.String() || v.String() == "" {
			t.Errorf("%s: %v", b, err)
		}
		seen[FactKind(v.FactName())] = true
	}
	for _, kind := range FactKinds {
		if !seen[kind] {
			t.Errorf("kind %q is not tried", kind)
		}
	}
}

// The boundary: a fact is expired from the moment of its end on (R10).
func TestFactEnds(t *testing.T) {
	f := factOf(Office{"US"})
	for at, want := range map[time.Time]FactState{
		f.Until.Add(-time.Nanosecond): FactKnown, *f.Until: FactExpired, f.Until.Add(time.Hour): FactExpired,
	} {
		if got := f.StateAt(at); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
	f.Until = nil
	if got := f.StateAt(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); got != FactKnown {
		t.Errorf("without end: %s", got)
	}
}

func TestFactValuesRefused(t *testing.T) {
	for _, v := range []FactValue{
		Citizenship{}, Citizenship{make([]string, 17)}, Residence{[]ResidenceStatus{{"US", "green"}}}, Residence{[]ResidenceStatus{{"US", "protected"}, {"US", "resident"}}},
		Location{"??", "device", "high"}, Location{"US", "ip", "high"}, Location{"US", "device", "sure"}, Office{""}, Office{"EU"},
		Employer{Owner: Owner{"", "US"}, Kind: "staff"}, Employer{Owner: Owner{"X", "US"}, Kind: "friend"}, Employer{Owner: Owner{" X", "US"}, Kind: "staff"},
		Employer{Owner: Owner{"X", "US"}, Kind: "staff", Chain: make([]Owner, 17)}, Employer{Owner: Owner{"X", "US"}, Kind: "staff", Chain: []Owner{{"Y", "??"}}},
		Screening{"us-federal", 0}, Screening{"US", 1}, Clearance{"us", "cosmic"}, Clearance{"", "secret"}, Training{"two words"}, Agreement{""},
		Qualification{"nginx", "break", "expert", "x"}, Qualification{"nginx", "change", "god", "x"}, Qualification{"nginx", "change", "expert", ""}, Qualification{"a:b", "change", "expert", "x"},
	} {
		if err := v.Validate(); err == nil {
			t.Errorf("%#v: accepted", v)
		}
	}
}

func TestValidCountry(t *testing.T) {
	n := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if a != 'X' && ValidCountry(string([]rune{a, b})) {
				n++
			}
		}
	}
	if n != 249 { // officially assigned in ISO 3166-1; none begins with X
		t.Errorf("%d countries, want 249", n)
	}
	for _, bad := range []string{"", "U", "UK", "EU", "us", "USA", "  ", " A", "A ", "??", "*", "ZZ", "AA"} {
		if ValidCountry(bad) {
			t.Errorf("%q is accepted", bad)
		}
	}
	for _, good := range []string{"US", "XK", "XX"} {
		if !ValidCountry(good) {
			t.Errorf("%q is refused", good)
		}
	}
}

func FuzzDecodeFact(f *testing.F) {
	for _, v := range values() {
		b, err := factOf(v).Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fact, err := DecodeFact(b)
		if err != nil {
			return
		}
		if again, err := fact.Encode(); err != nil || string(again) != string(b) {
			t.Fatalf("%s is written as %s, %v", b, again, err)
		}
	})
}
