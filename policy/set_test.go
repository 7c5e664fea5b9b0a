package policy

import (
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"sallyport"
)

func validator(t testing.TB, set *Set) *validate.Validator {
	t.Helper()
	var sc schema.Schema
	if err := sc.UnmarshalCedar([]byte(Schema(set.profile.Lists))); err != nil {
		t.Fatal(err)
	}
	resolved, err := sc.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return validate.New(resolved)
}

// rule text around a condition, for what is refused.
func oneRule(annotations, scope, condition string) string {
	return "@id(\"x\")\n@says(\"x\")\n@changes(\"x\")\n" + annotations + "\nforbid (" + scope + ")\n" + condition + ";\n"
}

const anyScope = `principal, action == Action::"drive", resource`

func TestRefusedPolicies(t *testing.T) {
	base := open(t, "fedramp")
	for _, c := range []struct{ name, text, want string }{
		{"syntax", "forbid (", "policies.cedar"},
		{"no id", "forbid (principal, action, resource);", "without @id"},
		{"no sentence", "@id(\"x\")\n@changes(\"y\")\nforbid (principal, action, resource);", "without @says"},
		{"unknown annotation", oneRule(`@bassis("law")`, anyScope, ""), "@bassis is not known"},
		{"bad requirement", oneRule(`@requirement("12")`, anyScope, ""), "not like R12"},
		{"bad need", oneRule(`@needs("luck")`, anyScope, ""), "not one of"},
		{"twice", oneRule("", anyScope, "") + oneRule("", anyScope, ""), `policy "x" is in policies.cedar and in policies.cedar`},
		{"floor's id", strings.ReplaceAll(oneRule("", anyScope, ""), `"x"`, `"ceiling"`), `is in shared/floor.cedar and in policies.cedar`},
		{"unknown attribute", oneRule("", anyScope, "when { principal.nationality == \"FR\" }"), "nationality"},
		{"wrong type", oneRule("", anyScope, "when { principal.escorting == \"two\" }"), "x"},
		{"unknown action", oneRule("", `principal, action == Action::"fly", resource`, ""), "fly"},
		{"nationality without basis", oneRule("", anyScope, `when { principal.citizenship.state == "known" && principal.citizenship.countries.contains("FR") }`), "names no legal basis"},
		{"location without basis", oneRule("", anyScope, `when { principal.location.state != "known" }`), "names no legal basis"},
		{"escort's citizenship without basis", oneRule("", anyScope, `when { context.escort.citizenship.state != "known" }`), "names no legal basis"},
		{"employer's country without basis", oneRule("", anyScope, `when { principal.employer.state == "known" && principal.employer.countries.contains("FR") }`), "names no legal basis"},
		{"list without basis", oneRule("", anyScope, `when { context.lists["countries-of-concern"].state != "confirmed" }`), "names no legal basis"},
		{"whole record without basis", oneRule("", anyScope, `when { principal.citizenship == context.escort.citizenship }`), "names no legal basis"},
		{"value without state", oneRule(`@basis("law")`, anyScope, `when { principal.location.country == "FR" }`), "never its state"},
		{"list without state", oneRule(`@basis("law")`, anyScope, `when { context.lists["countries-of-concern"].members.contains("FR") }`), "never its state"},
		{"disclosure without state", oneRule(`@basis("law")`, anyScope, `when { context.disclosure.anyCountry }`), "never its state"},
		{"another's state", oneRule(`@basis("law")`, anyScope, `when { context.escort.location.state == "known" && principal.location.country == "FR" }`), "never its state"},
		{"another's acceptance", oneRule("", anyScope, `unless { context.accepted.contains("y") }`), "another policy's risk acceptance"},
		{"undeclared list", oneRule(`@basis("law")`, anyScope, `when { context.lists["mine"].state == "confirmed" }`), "mine"},
		{"has", oneRule("", anyScope, "when { principal has escorting }"), "no attribute is optional"},
		{"record literal", oneRule("", anyScope, "when { {a: true} == {a: context.selfAsserted} }"), "record literals"},
		{"attribute of an expression", oneRule("", anyScope, "when { (if true then principal else context.escort).location.country == \"FR\" }"), "read from an expression"},
	} {
		files := maps.Clone(base.files)
		files[filePolicies] += "\n" + c.text
		_, err := build(files)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestRefusedProfiles(t *testing.T) {
	good := open(t, "fedramp").files[fileProfile]
	if _, err := parseProfile([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"missing key", "words = true\n", "", `does not say "words"`},
		{"unknown key", "words = true\n", "words = true\nword = true\n", "word"},
		{"syntax", "words = true", "words =", "line"},
		{"mode", `ceiling = "drive"`, `ceiling = "fly"`, "not a mode"},
		{"verdict", `second_from = "high"`, `second_from = "grave"`, "neither a verdict"},
		{"version", `version = "2026-11-21"`, `version = "1.0"`, "not a date"},
		{"grace", `grace = "60s"`, `grace = "6h"`, "grace"},
		{"cap", "escort_cap = 2", "escort_cap = 0", "escort_cap"},
		{"list twice", `lists = ["countries-of-concern"]`, `lists = ["a", "a"]`, "twice"},
		{"release", `release = "redacted"`, `release = "all"`, "release"},
		{"expiry", `request = "96h"`, `request = "1s"`, "expiry.request"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("%s: %q is not in the profile", c.name, c.old)
		}
		_, err := parseProfile([]byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestRefusedFolders(t *testing.T) {
	set := open(t, "fedramp")
	folder := func() fstest.MapFS {
		out := fstest.MapFS{}
		for _, name := range []string{fileProfile, filePolicies, fileSummary, fileCases} {
			out[name] = &fstest.MapFile{Data: []byte(set.files[name])}
		}
		return out
	}
	if got, err := Load(folder()); err != nil || got.Digest() != set.Digest() {
		t.Fatalf("digest %v, error %v", got.Digest(), err)
	}
	for _, name := range []string{fileProfile, filePolicies, fileSummary, fileCases} {
		f := folder()
		delete(f, name)
		if _, err := Load(f); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	f := folder()
	f[fileProfile].Data = []byte(strings.Replace(set.files[fileProfile], `"escort-duty"`, `"nothing"`, 1))
	if _, err := Load(f); sallyport.CodeOf(err) != sallyport.NotFound {
		t.Errorf("unknown include: %v", err)
	}
	f = folder()
	f[fileProfile].Data = []byte(strings.Replace(set.files[fileProfile], `lists = ["countries-of-concern"]`, `lists = ["countries-of-concern", "unread"]`, 1))
	if _, err := Load(f); err == nil || !strings.Contains(err.Error(), "no policy reads") {
		t.Errorf("unread list: %v", err)
	}
	f = folder()
	f[filePolicies].Data = make([]byte, maxFile+1)
	if _, err := Load(f); sallyport.CodeOf(err) != sallyport.Limited {
		t.Errorf("large file: %v", err)
	}
}

func TestRefusedArchives(t *testing.T) {
	good := string(open(t, "open").Archive())
	for name, text := range map[string]string{
		"empty": "", "format": strings.Replace(good, archiveFormat, "v0", 1), "space": good + " ", "unknown key": strings.Replace(good, `{"format"`, `{"x":1,"format"`, 1),
		"more": good + good, "a file too many": strings.Replace(good, `"files":{`, `"files":{"a.txt":"","`[:9]+`"a.txt":"",`, 1), "no floor": strings.Replace(good, "shared/floor.cedar", "shared/other.cedar", 1),
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := Parse(make([]byte, maxArchive+1)); sallyport.CodeOf(err) != sallyport.Limited {
		t.Errorf("large: %v", err)
	}
}

// Lists: what is not confirmed is empty, what is confirmed names a source, and their digests are pinned.
func TestShippedLists(t *testing.T) {
	lists, err := ShippedLists()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"covered-nations": "CN IR KP RU", "ear-group-d": "", "ear-group-d5": "", "foreign-adversaries": "",
		"countries-of-concern": "CN CU HK IR KP MO RU VE"}
	for name, members := range want {
		l := lists[name]
		if l == nil || strings.Join(l.Members, " ") != members || l.Confirmed == (members == "") {
			t.Errorf("list %q: %+v, want %q", name, l, members)
		}
	}
	if n := len(lists["european-union"].Members); n != 27 {
		t.Errorf("european-union has %d members", n)
	}
	for name, l := range lists {
		b, err := ShippedList(name)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseList(b)
		if err != nil || again.Digest() != l.Digest() || l.Source == "" || len(l.Digest()) != 64 {
			t.Errorf("list %q: %v", name, err)
		}
	}
}

func TestRefusedLists(t *testing.T) {
	b, err := ShippedList("covered-nations")
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	for _, c := range []struct{ old, new string }{
		{`"CN", "IR"`, `"IR", "CN"`}, {`"CN", "IR"`, `"CN", "CN"`}, {`"CN"`, `"UK"`}, {"confirmed = true", "confirmed = false"},
		{`version = "2026-11-21"`, `version = "2026-13-41"`}, {`members = ["CN", "IR", "KP", "RU"]`, "members = []"}, {"title", "titel"}, {`source = "10`, `source = ""#`},
	} {
		if _, err := ParseList([]byte(strings.Replace(good, c.old, c.new, 1))); err == nil {
			t.Errorf("%q for %q: accepted", c.new, c.old)
		}
	}
}

// Each shipped summary says what the profile rests on and what it does not decide.
func TestSummaries(t *testing.T) {
	for _, name := range Names() {
		set := open(t, name)
		for _, part := range []string{"# ", "## Who may take part", "## What it does not decide"} {
			if !strings.Contains(set.Summary(), part) {
				t.Errorf("profile %q: its summary has no %q", name, part)
			}
		}
		for _, r := range set.rules {
			if r.Question != "" && !strings.Contains(set.Summary(), r.ID) {
				t.Errorf("profile %q: its summary does not show the open question at %q", name, r.ID)
			}
		}
		for _, l := range set.Profile().Lists {
			if !strings.Contains(set.Summary(), l) {
				t.Errorf("profile %q: its summary does not name list %q", name, l)
			}
		}
	}
}

// The table of attributes in the documentation is the schema.
func TestDocumentedSchema(t *testing.T) {
	doc, err := os.ReadFile("../docs/spec/profile.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), strings.TrimSpace(schemaText)) {
		t.Error("docs/spec/profile.md does not hold policy/schema.cedar as it is")
	}
}
