package policy

import (
	"strings"
	"testing"

	"sallyport"
)

// Text that nests without end is refused or read, and never brings the program down.
func TestHostileNesting(t *testing.T) {
	base := open(t, "open")
	const n = 16_000 // nested about as deep as a statement may be long
	for _, condition := range map[string]string{
		"parentheses": strings.Repeat("(", n/2) + "true" + strings.Repeat(")", n/2),
		"open":        strings.Repeat("(", n),
		"and":         strings.Repeat("true && ", n/8) + "true",
		"or":          strings.Repeat("true || ", n/8) + "true",
		"plus":        strings.Repeat("1 + ", n/4) + "1 == 1",
		"minus":       strings.Repeat("-", n) + "1 == 1",
		"not":         strings.Repeat("!", n) + "true",
		"sets":        strings.Repeat("[", n/2) + strings.Repeat("]", n/2) + ".isEmpty()",
		"records":     strings.Repeat("{a:", n/4) + "1" + strings.Repeat("}", n/4) + ".a == 1",
		"if":          strings.Repeat("if true then ", n/25) + "true" + strings.Repeat(" else true", n/25),
		"else":        strings.Repeat("if true then true else ", n/25) + "true",
		"attributes":  "principal" + strings.Repeat(".a", n/2) + " == 1",
		"methods":     "[1]" + strings.Repeat(".contains(1)", n/12),
		"path":        strings.Repeat("a::", n/3) + `b::"x" == principal`,
		"likes":       `"x" like "` + strings.Repeat("*", n) + `"`,
	} {
		files := map[string]string{}
		for k, v := range base.files {
			files[k] = v
		}
		files[filePolicies] = oneRule("", anyScope, "when { "+condition+" }")
		if set, err := build(files); err == nil {
			c := findCase(t, base, "an engineer proposes")
			c.Request.Ask, c.Request.Session.Mode = "drive", "drive"
			_ = set.Evaluate(&c.Request)
		}
	}
	for name, text := range map[string]string{
		"one long policy":       oneRule("", anyScope, "when { "+strings.Repeat("true && ", maxStatement/8)+"true }"),
		"hidden in a string":    oneRule("", anyScope, `when { "`+strings.Repeat(`\";`, maxStatement)+`" == "" }`),
		"hidden in comments":    oneRule("", anyScope, "when { true "+strings.Repeat("// ;\n", maxStatement)+" }"),
		"after a short one":     oneRule("", anyScope, "") + oneRule("", anyScope, "when { "+strings.Repeat("(", maxStatement)+" }"),
		"a string that is open": oneRule("", anyScope, `when { "`+strings.Repeat(";", maxStatement)),
	} {
		if _, err := parseRules("x.cedar", []byte(text)); sallyport.CodeOf(err) != sallyport.Limited {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := parseProfile([]byte("name = " + strings.Repeat("[", n))); err == nil {
		t.Error("toml: accepted")
	}
	if _, err := Parse([]byte(`{"format":` + strings.Repeat("[", n))); err == nil {
		t.Error("json: accepted")
	}
}
