package policy

import (
	"maps"
	"testing"

	"sallyport"
)

// Whatever stands in a policy file, reading it ends in a set whose archive reads back, or in an error.
func FuzzPolicies(f *testing.F) {
	base, err := Open("fedramp")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(base.files[filePolicies])
	f.Add(oneRule(`@basis("law")`, anyScope, `when { principal.location.country == "FR" }`))
	f.Add(oneRule("", anyScope, `when { context.escort.lacks.containsAny(principal.lacks) && 1 + 2 > principal.escorting }`))
	f.Add(oneRule("", anyScope, `unless { context.now > datetime("2026-01-01") }`))
	f.Add("permit (principal, action, resource) when { {a: principal}.a };")
	c := allCases(f, base)[0]
	f.Fuzz(func(t *testing.T, text string) {
		files := maps.Clone(base.files)
		files[filePolicies] = text
		set, err := build(files)
		if err != nil {
			return
		}
		again, err := Parse(set.Archive())
		if err != nil {
			t.Fatalf("archive of an accepted set: %v", err)
		}
		if again.Digest() != set.Digest() {
			t.Fatal("digests differ")
		}
		if a := set.Evaluate(&c.Request); a.Allowed && len(a.Errors) > 0 {
			t.Fatal("allowed with errors")
		}
	})
}

func FuzzArchive(f *testing.F) {
	for _, name := range Names() {
		set, err := Open(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(set.Archive())
	}
	f.Add([]byte(`{"format":"sallyport/profile/v1","files":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if set, err := Parse(b); err == nil && string(set.Archive()) != string(b) {
			t.Fatal("accepted bytes that it does not write")
		}
	})
}

func FuzzProfile(f *testing.F) {
	set, err := Open("dod-il5")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(set.files[fileProfile]))
	f.Add([]byte("name = 1\n[expiry]\n[expiry]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := parseProfile(b); err == nil && p.validate() != nil {
			t.Fatal("accepted a profile that is not valid")
		}
	})
}

func FuzzCases(f *testing.F) {
	set, err := Open("open")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(set.files[fileCases])
	f.Add(set.files[sharedDir+"floor.csv"])
	f.Add("kind,name,expect,by,ask,who,given,note\nperson,a,,,,,citizenship=US@-1s^self~,\ncase,x,allow,,propose,a,profile.escort_cap=1e9 accept=x@,\n")
	f.Fuzz(func(t *testing.T, text string) {
		s := *set
		s.files = maps.Clone(set.files)
		s.files[fileCases] = text
		results, err := s.Test()
		if err == nil && len(results) > 2*maxCases {
			t.Fatal("too many cases")
		}
	})
}

func FuzzList(f *testing.F) {
	for _, name := range []string{"covered-nations", "ear-group-d"} {
		b, err := ShippedList(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := ParseList(b); err == nil && (l.Confirmed != (len(l.Members) > 0)) {
			t.Fatal("accepted a list that is confirmed and empty, or neither")
		}
	})
}

// A fact's short form reads back as it is written.
func FuzzFactText(f *testing.F) {
	for _, seed := range [][2]string{{"citizenship", "FR,US"}, {"residence", "US:permanent-resident"}, {"residence", "none"}, {"location", "US"},
		{"employer", "staff:US:Example Corp>FR:Holding SA"}, {"screening", "us-federal:2"}, {"qualification", "nginx:change:expert:a:b"}, {"training", "x"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		v, err := ParseFactText(name, text)
		if err != nil {
			return
		}
		again, err := ParseFactText(v.FactName(), FactText(v))
		if err != nil {
			t.Fatalf("%q is written as %q and refused: %v", text, FactText(v), err)
		}
		if FactText(again) != FactText(v) {
			t.Fatalf("%q reads back as %q", FactText(v), FactText(again))
		}
		_ = sallyport.Fact{Name: v.FactName(), Value: v}.Kind()
	})
}
