package value

import (
	"strings"
	"testing"
)

func TestStr(t *testing.T) {
	home := Of(Hole{Name: "$HOME", Taint: Env, From: []string{"HOME"}})
	secret := Of(Hole{Name: "contents of /etc/shadow", Taint: Secret | File, From: []string{"/etc/shadow"}})
	for _, c := range []struct {
		got  Str
		want string
	}{
		{Lit("a"), "a"},
		{Str{}, ""},
		{Concat(home, Lit("/.ssh"), Lit("/id")), "‹$HOME›/.ssh/id"},
		{OneOf(Lit("a"), Lit("b"), Lit("a")), "‹a | b›"},
		{Concat(OneOf(Lit("a"), Lit("b")), Lit("c")), "‹ac | bc›"},
		{Path(Lit("/etc/"), Lit("x")), "/etc/x"},
		{Path(home, Lit("x")), "‹$HOME›/x"},
		{Lit("/a/b/").Base(), "b"},
		{Lit("/").Base(), "/"},
		{Lit("/a/b").Dir(), "/a"},
		{Lit("a").Dir(), "."},
		{Concat(home, Lit("/a/b")).Base(), "b"},
		{Concat(home, Lit("/a/b")).Dir(), "‹$HOME›/a"},
		{Concat(Lit("/a/"), home).Base(), "‹$HOME›"},
		{Lit("x.tar.gz").TrimSuffix(".gz"), "x.tar"},
		{Concat(Lit("a"), secret).TrimPrefix("a"), "‹contents of /etc/shadow›"},
		{Lit("ab").Map("upper", strings.ToUpper), "AB"},
		{Concat(Lit("ab"), home).MapParts(strings.ToUpper), "AB‹$HOME›"},
		{Concat(Lit("ab"), home).Map("digest", strings.ToUpper), "‹digest›"},
	} {
		if c.got.String() != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	both := Concat(Lit("u="), home, secret)
	if taint, from := both.Taint(); taint != Env|Secret|File || len(from) != 2 {
		t.Errorf("taint %b from %q: every taint of the parts must stay", taint, from)
	}
	if taint, _ := both.Map("x", strings.ToUpper).Taint(); taint&Secret == 0 {
		t.Error("mapping what is not known lost a taint")
	}
	if b, a, ok := Concat(home, Lit(":/p")).CutAny(":"); !ok || b.String() != "‹$HOME›" || a.String() != "/p" {
		t.Errorf("cut into %q and %q", b, a)
	}
	if f, split := Lit(" a b\nc ").Fields(); !split || len(f) != 3 {
		t.Errorf("fields %v, %v", f, split)
	}
	if _, split := Concat(Lit("a "), home).Fields(); split {
		t.Error("a hole may hold blanks: the fields are not certain")
	}
	if _, known := both.Const(); known || !Lit("x").Known() {
		t.Error("what has a hole is not known")
	}
	if !both.HasPrefix("u=") || both.HasPrefix("u=x") || !both.MayHavePrefix("u=x") || both.MayHavePrefix("v") {
		t.Error("prefixes are wrong about what is certain and what is possible")
	}
}

func TestBounds(t *testing.T) {
	var many []Str
	for i := range 3 * MaxAlternatives {
		many = append(many, Lit(strings.Repeat("x", i+1)))
	}
	secret := Of(Hole{Name: "s", Taint: Secret})
	wide := OneOf(append(many, secret)...)
	if len(wide.Alternatives()) != 1 || !wide.Has(Secret) {
		t.Error("too many alternatives must become one hole that keeps every taint")
	}
	s := OneOf(Lit("a"), Lit("b"))
	for range 10 {
		s = Concat(s, s)
	}
	if n := len(s.Alternatives()); n > MaxAlternatives {
		t.Errorf("%d alternatives", n)
	}
	if Lit(strings.Repeat("x", MaxBytes+1)).Known() {
		t.Error("a text beyond the limit must not count as known")
	}
}
