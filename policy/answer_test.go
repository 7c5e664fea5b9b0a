package policy

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sallyport"
)

func findCase(t testing.TB, set *Set, name string) *Case {
	t.Helper()
	for _, c := range allCases(t, set) {
		if c.Name == name {
			return &c
		}
	}
	t.Fatalf("no case %q", name)
	return nil
}

// Equal sets and equal requests give equal answers, in this set and in one that was parsed anew.
func TestDeterministic(t *testing.T) {
	for _, name := range Names() {
		set := open(t, name)
		again, err := Parse(set.Archive())
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest() != set.Digest() || string(again.Archive()) != string(set.Archive()) {
			t.Errorf("profile %q: parsing its archive gives another set", name)
		}
		for _, c := range allCases(t, set) {
			if c.set != set {
				continue
			}
			first := set.Explain(&c.Request)
			for range 3 {
				if diff := cmp.Diff(first, again.Explain(&c.Request), cmp.AllowUnexported(Explanation{})); diff != "" {
					t.Fatalf("profile %q, case %q: %s", name, c.Name, diff)
				}
			}
			if a, b := set.Evaluate(&c.Request), again.Evaluate(&c.Request); !reflect.DeepEqual(a, b) {
				t.Fatalf("profile %q, case %q: answers differ", name, c.Name)
			}
		}
	}
}

// The default profile has no nationality rule at all: nothing in it reads where anyone comes from or is.
func TestOpenHasNoNationalityRule(t *testing.T) {
	set := open(t, "open")
	if len(set.Profile().Lists) != 0 {
		t.Errorf("open reads lists %q", set.Profile().Lists)
	}
	for _, r := range set.rules {
		for _, path := range r.reads {
			if aboutOrigin(path) {
				t.Errorf("policy %q reads %s", r.ID, path)
			}
		}
	}
	lists := drawnLists(t)
	rapid.Check(t, func(t *rapid.T) {
		req := drawRequest(t, lists)
		moved := *req
		moved.Principal.Facts = drawFacts(t, "moved").With(&sallyport.Fact{Name: "location", Value: sallyport.Location{Country: "KP", Method: "device", Confidence: "high"}})
		for name, h := range req.Principal.Facts { // what is no matter of origin stays
			if !slices.Contains([]string{"citizenship", "residence", "location", "office", "employer"}, name) {
				moved.Principal.Facts[name] = h
			}
		}
		for _, name := range []string{"screening:us-federal", "screening:organization", "screening:secnumcloud", "training:escort", "training:insider-threat",
			"agreement:rules-of-behavior", "qualification:nginx:change"} {
			if _, ok := req.Principal.Facts[name]; !ok {
				delete(moved.Principal.Facts, name)
			}
		}
		for _, s := range []*Subject{&moved.Session.Engineer, &moved.Session.Escort, &moved.Session.Second, &moved.Session.Owner, &moved.Session.Approver, &moved.Subject} {
			if s.ID == moved.Principal.ID {
				s.Facts = moved.Principal.Facts
			}
		}
		a, b := set.Evaluate(req), set.Evaluate(&moved)
		if len(a.Withheld)+len(b.Withheld) == 0 && a.Allowed != b.Allowed {
			t.Fatalf("where someone comes from changes the answer: %v, %v", a.IDs(), b.IDs())
		}
	})
}

// A fact about origin is never derived: no field of a request, a person's details or a fact from which one could be is
// read here. A name, an address, a language and a time zone are not even in a request.
func TestNothingDerivesOrigin(t *testing.T) {
	banned := []string{"name", "email", "mail", "language", "locale", "timezone", "zone", "keyboard", "address", "ip", "phone", "surname"}
	var walk func(path string, typ reflect.Type, seen map[reflect.Type]bool)
	walk = func(path string, typ reflect.Type, seen map[reflect.Type]bool) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(path, typ.Elem(), seen)
		case reflect.Map:
			walk(path, typ.Elem(), seen)
		case reflect.Struct:
			if seen[typ] || typ == reflect.TypeFor[time.Time]() {
				return
			}
			seen[typ] = true
			for i := range typ.NumField() {
				f := typ.Field(i)
				lower := strings.ToLower(f.Name)
				// The names of a fact, a list and an employer are no names of people.
				if slices.Contains(banned, lower) && typ != reflect.TypeFor[sallyport.Fact]() && typ != reflect.TypeFor[List]() && typ != reflect.TypeFor[Revocation]() {
					t.Errorf("%s.%s is in a request", path, f.Name)
				}
				walk(path+"."+f.Name, f.Type, seen)
			}
		}
	}
	walk("Request", reflect.TypeFor[Request](), map[reflect.Type]bool{})
	// An engineer of whom everything but origin is known has no known citizenship, residence, location or office.
	s := Subject{ID: "jean-pierre.dupont-de-paris", Facts: Facts{}}
	v, err := ParseFactText("employer", "staff:FR:Société Générale")
	if err != nil {
		t.Fatal(err)
	}
	s.Facts["employer"] = Held{Fact: &sallyport.Fact{Name: "employer", Value: v, Verifier: "hr"}}
	p := standing{s, noon, &open(t, "fedramp").profile}
	for _, name := range []string{sallyport.FactCitizenship, sallyport.FactResidence, sallyport.FactLocation, sallyport.FactOffice} {
		if got := p.state(name); got != sallyport.FactUnknown {
			t.Errorf("%s is %s", name, got)
		}
	}
}

// Unknown, expired, unverified and withheld are told apart, and none is known.
func TestStates(t *testing.T) {
	fact := func(verifier sallyport.PersonID, self bool, until *time.Time) *sallyport.Fact {
		return &sallyport.Fact{Name: "office", Value: sallyport.Office{Country: "FR"}, Verifier: verifier, SelfAsserted: self, Until: until}
	}
	before, now := noon.Add(-time.Second), noon
	after := noon.Add(time.Second)
	other := []sallyport.PersonID{"ann"}
	for _, c := range []struct {
		name   string
		held   *Held
		accept bool
		want   sallyport.FactState
	}{
		{"nothing recorded", nil, true, sallyport.FactUnknown},
		{"verified", &Held{Fact: fact("hr", false, nil)}, false, sallyport.FactKnown},
		{"over", &Held{Fact: fact("hr", false, &before)}, false, sallyport.FactExpired},
		{"over this moment", &Held{Fact: fact("hr", false, &now)}, false, sallyport.FactExpired},
		{"over in a second", &Held{Fact: fact("hr", false, &after)}, false, sallyport.FactKnown},
		{"the entry says over", &Held{Fact: fact("hr", false, nil), Until: &before}, false, sallyport.FactExpired},
		{"withheld", &Held{}, true, sallyport.FactWithheld},
		{"withheld and over", &Held{Until: &before}, true, sallyport.FactExpired},
		{"self-asserted", &Held{Fact: fact("eve", true, nil), SelfAsserted: true}, false, sallyport.FactUnverified},
		{"self-asserted and accepted", &Held{Fact: fact("eve", true, nil), SelfAsserted: true}, true, sallyport.FactKnown},
		{"self-asserted and vouched", &Held{Fact: fact("eve", true, nil), SelfAsserted: true, Vouchers: other}, false, sallyport.FactKnown},
		{"vouched by themselves", &Held{Fact: fact("eve", true, nil), SelfAsserted: true, Vouchers: []sallyport.PersonID{"eve"}}, false, sallyport.FactUnverified},
		{"verified by themselves", &Held{Fact: fact("eve", false, nil)}, true, sallyport.FactUnverified},
	} {
		p := standing{Subject{ID: "eve", Facts: Facts{}}, noon, &Profile{SelfAsserted: c.accept}}
		if c.held != nil {
			p.Facts["office"] = *c.held
		}
		if got := p.state("office"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Where a fact that the policies read is withheld the answer is not known, and says which.
func TestWithheld(t *testing.T) {
	set := open(t, "dod-il4")
	c := findCase(t, set, "U.S. citizen proposes")
	req := c.Request
	facts := Facts{}
	for n, h := range req.Principal.Facts {
		facts[n] = h
	}
	facts["citizenship"] = Held{}
	req.Principal.Facts = facts
	req.Session.Engineer = req.Principal
	a := set.Evaluate(&req)
	if a.Allowed || len(a.Withheld) == 0 || a.Withheld[0].Name != "citizenship" {
		t.Errorf("allowed %v, withheld %v", a.Allowed, a.Withheld)
	}
	if e := set.Explain(&req); !strings.HasPrefix(e.Answer, "Not known") {
		t.Errorf("answer %q", e.Answer)
	}
	// What the policies do not read may be withheld.
	open := open(t, "open")
	if a := open.Evaluate(&req); !a.Allowed || len(a.Withheld) > 0 {
		t.Errorf("open: allowed %v, withheld %v", a.Allowed, a.Withheld)
	}
}

// A risk acceptance is named where it made the difference, and only there, and the answer ends with it (R59).
func TestAcceptanceMakesTheDifference(t *testing.T) {
	set := open(t, "fedramp")
	a := set.Evaluate(&findCase(t, set, "located in a covered nation and accepted").Request)
	if !a.Allowed || len(a.Accepted) != 1 || !a.Until.Equal(a.Accepted[0].Until) {
		t.Errorf("allowed %v, accepted %v, until %v", a.Allowed, a.Accepted, a.Until)
	}
	c := findCase(t, set, "foreign person proposes")
	c.Request.Acceptances = a.Accepted
	if a := set.Evaluate(&c.Request); !a.Allowed || len(a.Accepted) != 0 {
		t.Errorf("allowed %v, accepted %v, where it made no difference", a.Allowed, a.Accepted)
	}
	// Nobody is accepted by themselves, nor on another system, nor beyond a person who is named.
	for _, change := range []func(*Acceptance){
		func(a *Acceptance) { a.By = "foreign" }, func(a *Acceptance) { a.System = "other" }, func(a *Acceptance) { a.Person = "ann" },
		func(a *Acceptance) { a.From = caseMoment.Add(time.Second) },
	} {
		c := findCase(t, set, "located in a covered nation and accepted")
		change(&c.Request.Acceptances[0])
		if set.Evaluate(&c.Request).Allowed {
			t.Errorf("allowed by acceptance %+v", c.Request.Acceptances[0])
		}
	}
}

// What is missing within the workflow is said only where nothing else denies (second person by verdict, R27).
func TestNeeds(t *testing.T) {
	set := open(t, "fedramp")
	c := findCase(t, set, "one does not decide about accounts")
	a := set.Evaluate(&c.Request)
	if !a.NeedsSecond() || !slices.Equal(a.Needs, []string{"second"}) {
		t.Errorf("needs %q", a.Needs)
	}
	c.Request.Revocations = []Revocation{{What: "all"}}
	if a := set.Evaluate(&c.Request); a.NeedsSecond() || len(a.Needs) > 0 {
		t.Errorf("needs %q under a revocation", a.Needs)
	}
}

// Decisions name the policies and the list versions that made them.
func TestIDs(t *testing.T) {
	set := open(t, "dod-il4")
	got := set.Evaluate(&findCase(t, set, "U.S. citizen proposes").Request).IDs()
	if want := []string{"role-engineer", "covered-nations@2026-11-21", "ear-group-d@2026-11-21"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Matching says why for each who may not, and when nobody can (R12, R13).
func TestMatch(t *testing.T) {
	set := open(t, "fedramp")
	c := findCase(t, set, "an escort claims")
	escort := c.Request.Principal
	name := func(id sallyport.PersonID, change func(*Subject)) Subject {
		s := escort
		s.ID, s.Facts = id, Facts{}
		for n, h := range escort.Facts {
			s.Facts[n] = h
		}
		change(&s)
		return s
	}
	candidates := []Subject{
		name("zoe", func(s *Subject) { s.Escorted = 1 }), name("yan", func(*Subject) {}), name("xia", func(s *Subject) { delete(s.Facts, "qualification:nginx:change") }),
		name("will", func(s *Subject) { delete(s.Facts, "screening:organization") }), name("eve", func(s *Subject) { s.Roles = nil }),
		name("full", func(s *Subject) { s.Escorted = set.Profile().EscortCap }), name("engineer", func(*Subject) {}),
	}
	req := c.Request
	req.Session.Technologies = []string{"nginx"}
	got := set.Match(req, candidates)
	var order []string
	for _, m := range got {
		order = append(order, string(m.Person))
		if m.Offered == (len(m.WhyNot) > 0) {
			t.Errorf("%s: offered %v, why not %q", m.Person, m.Offered, m.WhyNot)
		}
	}
	if want := []string{"yan", "zoe", "engineer", "eve", "will", "xia", "full"}; !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}
	for _, m := range got {
		switch m.Person {
		case "xia":
			if !m.Eligible || m.Qualified || !slices.Equal(m.Lacks, []string{"nginx"}) {
				t.Errorf("%+v", m)
			}
		case "will":
			if m.Eligible || !m.Qualified {
				t.Errorf("%+v", m)
			}
		}
	}
	req.Session.Technologies = []string{"nftables"}
	if s := Matched(set.Match(req, candidates), req.Session.Technologies); s != "Nobody qualifies for nftables; 7 looked at, 3 of them eligible." {
		t.Errorf("%q", s)
	}
	// A second person with what the escort lacks.
	second := findCase(t, set, "a second person decides").Request
	second.Action.Needs = []string{"nftables"}
	with := second.Principal
	v, err := ParseFactText("qualification", "nftables:change:competent:exam")
	if err != nil {
		t.Fatal(err)
	}
	with.ID, with.Facts = "has-it", with.Facts.With(&sallyport.Fact{Name: v.FactName(), Value: v, Verifier: "hr"})
	if m := set.Match(second, []Subject{second.Principal, with}); m[0].Person != "has-it" || !m[0].Offered || m[1].Offered {
		t.Errorf("%+v", m)
	}
}

// An explanation tries what lies near a denial, and says only what holds.
func TestInstead(t *testing.T) {
	for _, c := range []struct {
		profile, name string
		want          []string
	}{
		{"fedramp", "foreign person not screened does not drive", []string{"Mode propose is allowed.", "Mode view is allowed.", "Mode advise is allowed."}},
		{"dod-il4", "foreign person proposes under an approval", []string{"Mode view is allowed.", "Mode advise is allowed."}},
		{"open", "no role at all", []string{"With the role engineer it is allowed."}},
		{"open", "a supervisor records no fact", []string{"With the role administrator it is allowed."}},
		{"open", "no administrator verifies themselves", nil},
		{"dod-il4", "located in a covered nation", nil},
		{"dod-il4", "foreign person without an approval", []string{"Under a written process approval for DE mode view is allowed."}},
		{"fedramp", "located in a covered nation", []string{"Under a risk acceptance of fedramp-country-of-concern it is allowed."}},
	} {
		set := open(t, c.profile)
		e := set.Explain(&findCase(t, set, c.name).Request)
		if !slices.Equal(e.Instead, c.want) {
			t.Errorf("%s, %s: %q, want %q", c.profile, c.name, e.Instead, c.want)
		}
		if e.Allowed || len(e.Because) == 0 || len(e.Changes) == 0 {
			t.Errorf("%s, %s: %s", c.profile, c.name, e.Text())
		}
	}
}

// What a set is never asked, or nobody asks, is denied.
func TestUnaskable(t *testing.T) {
	set := open(t, "open")
	c := findCase(t, set, "an engineer proposes").Request
	for name, change := range map[string]func(*Request){
		"ask": func(r *Request) { r.Ask = "fly" }, "principal": func(r *Request) { r.Principal.ID = "" }, "time": func(r *Request) { r.Now = time.Time{} },
	} {
		req := c
		change(&req)
		if a := set.Evaluate(&req); a.Allowed || len(a.Errors) == 0 {
			t.Errorf("%s: %+v", name, a)
		}
		_ = set.Explain(&req).Text()
	}
}

// Every attribute of the schema is filled: lowering a request gives exactly the schema's attributes; and filling only
// those that the question's policies read gives the same decision, without an error.
func TestLoweredFitsSchema(t *testing.T) {
	lists := drawnLists(t)
	for _, name := range Names() {
		set := open(t, name)
		v := validator(t, set)
		rapid.Check(t, func(t *rapid.T) {
			req := drawRequest(t, lists)
			l := set.lower(req, nil)
			q := set.byAsk[req.Ask]
			if lean := set.lower(req, q.wants); !reflect.DeepEqual(q.decide(lean.request, lean.entities), q.decide(l.request, l.entities)) {
				t.Fatal("what is not read makes a difference")
			}
			if err := v.Request(l.request); err != nil {
				t.Fatalf("request: %v", err)
			}
			for uid, e := range l.entities {
				if uid.Type == "Action" {
					continue
				}
				if err := v.Entity(e); err != nil {
					t.Fatalf("entity %s: %v", uid, err)
				}
			}
		})
	}
}
