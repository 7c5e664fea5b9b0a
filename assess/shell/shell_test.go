package shell

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sallyport"
	"sallyport/assess/value"
)

func walk(text string) *Trace { return Walk(World{Text: []byte(text)}) }

// seen lists effects as "kind target lines certainty".
func seen(t *Trace) (out []string) {
	for _, e := range t.Effects {
		out = append(out, fmt.Sprintf("%s %s %d %s", e.Kind, e.Target, e.Place.Lines[0], e.Place.Certainty))
	}
	return out
}

func TestEveryBranchIsWalked(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"if a; then rm /x; else rm /y; fi", "delete /y 1 may"},
		{"case $1 in a) rm /x;; *) rm /y;; esac", "delete /x 1 may"},
		{"while a; do rm /x; done", "delete /x 1 may"},
		{"f() {\n rm /x\n}", "delete /x 2 may"},
		{"f() {\n rm \"$1\"\n}\nf /x", "delete /x 2 must"},
		{"a && rm /x", "delete /x 1 may"},
		{"false && rm /x", "delete /x 1 may"},
		{"exit 0\nrm /x", "delete /x 2 may"},
		{"trap 'rm /x' EXIT", "delete /x 1 must"},
		{"cat <<E > /t\nrm /x\nE\nsh /t", "delete /x 4 must"},
		{"x=rm; y=/x; eval \"$x $y\"", "delete /x 1 must"},
		{"alias q='rm /x'\nq", "delete /x 2 must"},
		{"for i in x y; do rm /$i; done", "delete /y 1 must"},
		{"a=(/x /y); rm \"${a[@]}\"", "delete /y 1 must"},
		{"x=/safe; (x=/x); rm $x", "delete /safe 1 must"},
		{"x=ls; while a; do $x /x; x=rm; done", "delete /x 1 may"},
		{"cd /d && rm x", "delete /d/x 1 may"},
	} {
		if got := seen(walk(c.text)); !slices.Contains(got, c.want) {
			t.Errorf("%s\n got  %q\n want %q", c.text, got, c.want)
		}
	}
}

func TestWhatIsNotKnownIsAGap(t *testing.T) {
	for _, text := range []string{"./x", ". ./x", "$X", "eval \"$X\"", "frobnicate", "sh < \"$F\"", "bash -c \"ls $1\"", "find $1"} {
		if tr := walk(text); len(tr.Gaps) == 0 {
			t.Errorf("%s: no gap", text)
		}
	}
	for _, text := range []string{"ls \"$1\"", "x=$(date); echo \"$x\"", "for f in *; do wc \"$f\"; done"} {
		if tr := walk(text); len(tr.Gaps) > 0 {
			t.Errorf("%s: gaps %v", text, tr.Gaps)
		}
	}
}

// TestHowManyElements: a list that some branch makes longer has no known length.
func TestHowManyElements(t *testing.T) {
	for text, known := range map[string]bool{
		"a=(1 2); echo ${#a[@]}":                                  true,
		"a=(); if x; then a+=(1); fi; echo ${#a[@]}":              false,
		"a=(); while read l; do a+=(\"$l\"); done; echo ${#a[@]}": false,
		"a=($(cmd)); echo ${#a[@]}":                               false,
		"mapfile -t a < /f; echo ${#a[@]}":                        false,
	} {
		if out, ok := Printed([]byte(text)); ok != known {
			t.Errorf("%s: known %v (%q), want %v", text, ok, out, known)
		}
	}
}

func TestBudgetsAreTold(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("ls /a\n", 90_000),
		"f() { a=$a$1; for i in $(seq 60); do g $i $a; done; }; g() { for j in $(seq 60); do h $i.$j.$2; done; }; h() { ls /$1; }; " + strings.Repeat("f $RANDOM; ", 400),
	} {
		tr := walk(text)
		if !tr.Spent && len(tr.Gaps) == 0 {
			t.Errorf("%.40s: %d commands, neither spent nor a gap", text, tr.Commands.Total)
		}
	}
}

func TestReadingsCover(t *testing.T) {
	hole := value.Of(value.Hole{Name: "x"})
	path := field{val: value.Concat(value.Lit("/a/"), hole, value.Lit(".log")), quoted: true}
	for _, c := range []struct {
		list  []field
		words []string
		want  bool
	}{
		{[]field{{val: value.Lit("ls"), quoted: true}, path}, []string{"ls", "/a/b/c.log"}, true},
		{[]field{{val: value.Lit("ls"), quoted: true}, path}, []string{"ls", "/a/b.txt"}, false},
		{[]field{{val: value.Lit("ls"), quoted: true}, {val: hole, bare: true}}, []string{"ls"}, true},
		{[]field{{val: value.Lit("ls"), quoted: true}, {val: hole, bare: true}}, []string{"ls", "a", "b"}, true},
		{[]field{{val: value.Lit("ls"), quoted: true}, {val: hole, quoted: true}}, []string{"ls", "a", "b"}, false},
		{[]field{{val: value.OneOf(value.Lit("a"), value.Str{})}, {val: value.Lit("x")}}, []string{"x"}, true},
		{[]field{{val: value.Lit("rm")}}, []string{"ls"}, false},
	} {
		if got := fits(c.list, c.words); got != c.want {
			t.Errorf("%v and %q: %v, want %v", vals(c.list), c.words, got, c.want)
		}
	}
}

// FuzzWalk: no text makes the walk panic, differ from itself, or place something outside the text.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{"", "x=1; eval $x", "f(){ f; }; f", "a=(1); a[9]=$1; echo ${a[@]:1}", "cat <<E | sh\n$x\nE", "while :; do :; done", "trap 'trap x EXIT' EXIT", "((i=i++))", ". <(ls)", "case $x in a) ;; esac <<<y", "${x:=$(y)}", "a | b |& c & d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		a, b := walk(text), walk(text)
		if !reflect.DeepEqual(seen(a), seen(b)) {
			t.Errorf("two walks differ: %q, %q", seen(a), seen(b))
		}
		last := strings.Count(text, "\n") + 1
		for _, e := range a.Effects {
			if l := e.Place.Lines; l[0] < 1 || l[1] < l[0] || l[1] > last {
				t.Errorf("%s %s at %v of %d lines", e.Kind, e.Target, l, last)
			}
			if e.Place.Certainty != sallyport.Must && e.Place.Certainty != sallyport.May {
				t.Errorf("%s %s: certainty %q", e.Kind, e.Target, e.Place.Certainty)
			}
		}
		if a.Commands.Understood > a.Commands.Total {
			t.Errorf("understood %d of %d", a.Commands.Understood, a.Commands.Total)
		}
	})
}
