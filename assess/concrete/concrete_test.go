package concrete

import (
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

func read(t testing.TB, text string, args []string) []string {
	t.Helper()
	f, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, holds := range []bool{true, false} {
		Read(f.Stmts, args, nil, holds, func(c Command) {
			if s := strings.Join(c.Words, "|"); !slices.Contains(out, s) {
				out = append(out, s)
			}
		})
	}
	return out
}

func TestReadsWhatIsKnown(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`x='a b'; echo $x "$x"`, "echo|a|b|a b"},
		{`x='it'\''s'; echo "$x"`, "echo|it's"}, // the library alone keeps the backslash
		{`a=(1 "2 3"); echo "${a[@]}" ${#a[@]}`, "echo|1|2 3|2"},
		{`f() { local x=1; echo $x "$1"; }; x=2; f y; echo $x`, "f|y; echo|1|y; echo|2"},
		{`(x=1; echo $x); echo ${x-none}`, "echo|1"},
		{`unset x; echo "${x-none}"`, "unset|x; echo|none"},
		{`IFS=:; x=a:b; echo $x "$x"`, ""},                    // see words
		{`for i in 1 2; do echo $i; done; echo $i`, "echo|1"}, // later rounds are not told, what they leave is not known
		{`x=$(echo a b); ls $x`, "echo|a|b; ls|a|b"},
		{`x=$(date); ls $x`, "date"},
		{`if [ 1 = 2 ]; then ls a; else ls b; fi`, "[|1|=|2|]; ls|b"},
		{`if grep -q x f; then y=1; ls a; else y=2; ls b; fi; ls $y`, "grep|-q|x|f; ls|a; ls|b"},
		{`case b in a) ls a;; b) ls b;; esac`, "ls|b"},
		{`echo $UNSET "${HOME:0:1}" ${#PATH}`, ""},
		{`set -- a b; shift; echo "$1" $#`, "set|--|a|b; shift; echo|b|1"},
		{`echo "$1" $#`, ""},
		{`x=1; eval "$y"; echo $x`, ""},
		{`x=1; . ./lib; echo $x`, ".|./lib"},
		{`read x; echo $x`, "read|x"},
		{`echo a > "$x"b > c`, "c; echo|a"},
		{`x=a; cat <(ls $x)`, "ls|a"},
		{`x=a; ls | (x=b; cat $x); echo $x`, "ls; cat|b; echo|a"},
	} {
		if got := strings.Join(read(t, c.text, nil), "; "); got != c.want {
			t.Errorf("%s\n got  %s\n want %s", c.text, got, c.want)
		}
	}
	if got := strings.Join(read(t, `echo "$2" "$@"`, []string{"p", "q r"}), "; "); got != "echo|q r|p|q r" {
		t.Errorf("with arguments: got %s", got)
	}
}

// TestBudgetsEnd: whatever grows or runs on is given up, and gives no words that are too long.
func TestBudgetsEnd(t *testing.T) {
	grow := "x=aaaaaaaa\n" + strings.Repeat("x=$x$x\n", 60) + "echo $x"
	for _, text := range []string{
		grow,
		"f() { f; f; }; f",
		"while :; do :; done; echo $x",
		"for ((i=0;;i++)); do :; done",
		"x=" + strings.Repeat("a", 8000) + "; y=${x//a/$x}; z=${y//a/$y}; echo $z",
		"echo {1..999999999}",
		"echo {a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}",
		strings.Repeat("for a in 1 2 3 4 5 6 7 8 9; do ", 12) + "x=1;" + strings.Repeat("done;", 12),
		"a=1; echo $((a[a[a[0]]])) $((9**999999999))",
		"printf -v x '%999999999d' 1; echo $x",
		"declare -n a=b; declare -n b=a; echo $a",
		"x=x; echo $((x))",
	} {
		for _, words := range read(t, text, nil) {
			if len(words) > 1<<16 {
				t.Errorf("%.40s: words of %d bytes", text, len(words))
			}
		}
	}
}

// FuzzRead: no text makes a reading panic, run on, or differ from itself.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "x=1; echo $x", "f(){ f; }; f", "a=(1 2); echo ${a[@]:1}", "case x in x) ls;; esac", "for i; do $i; done", "echo ${x:-$(ls)} <(a)", "x=`echo a`; eval $x", "((x=1, y=x)); echo $y", "[[ a == a* ]] && ls", "coproc x { ls; }", "declare -A a=([x]=1); echo ${a[x]}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 || strings.Contains(text, Token) {
			return
		}
		file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
		if err != nil {
			return
		}
		var first, second []string
		for _, out := range []*[]string{&first, &second} {
			Read(file.Stmts, nil, nil, true, func(c Command) { *out = append(*out, strings.Join(c.Words, "\x00")) })
		}
		if !slices.Equal(first, second) {
			t.Errorf("two readings differ: %q, %q", first, second)
		}
		if len(first) > maxSteps*8 {
			t.Errorf("%d commands", len(first))
		}
	})
}
