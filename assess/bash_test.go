package assess

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sallyport/assess/shell"
)

// realBash is the bash that words are compared with. Debian always has it; where it is missing in CI that is a failure.
func realBash(t testing.TB) string {
	p, err := exec.LookPath("bash")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("bash is needed to compare with")
		}
		t.Skip("no bash here to compare with")
	}
	return p
}

// words are harmless texts that print one line; what they print must be what the walker computes.
var harmless = []string{
	`a='x'\''y'; echo "$a"`, `a=\a\b\ c; echo "$a"`, `cat <<< a\ b\\c`, `cat <<< 'x'\''y'`, `a="\a\$\"\\"; echo "$a"`, `a=$'\x41\101\u00e9\t|'; echo "$a"`,
	`echo "a"b'c'\d`, `x=abcdef; echo ${x:1:3} ${x: -2} ${x:2} ${x:0:-1}`, `x=a/b/c.d.e; echo ${x#*/} ${x##*/} ${x%.*} ${x%%.*}`, `x=aXbXc; echo ${x/X/-} ${x//X/-} ${x/#a/-} ${x/%c/-}`,
	`x=abc; echo ${x^} ${x^^} ${x^^[ac]}`, `x=ABC; echo ${x,} ${x,,}`, `x=; unset y; echo ${x:-d} ${x-d} ${y:-e} ${y-f} ${x:+g} ${y+h}`, `a=(1 2 3); echo ${a[1]} ${#a[@]} "${a[@]:1}" ${a[-1]}`,
	`a=(1 2); a+=(3 4); echo "${a[*]}"`, `declare -A m=([x]=1 [y]=2); echo ${m[x]}${m[y]}`, `echo {a,b}{1,2} {1..4} {a..c}`, `echo $((1+2*3)) $((7/2)) $((7%4)) $((2**5)) $((1<<4)) $((0x1f)) $((8#17)) $((5>3?1:2))`,
	`i=1; echo $((i++)) $i $((++i)) $i`, `for i in 1 2 3; do printf %s $i; done; echo`, `for ((i=0;i<3;i++)); do printf %s $i; done; echo`, `i=0; while [ $i -lt 3 ]; do printf %s $i; i=$((i+1)); done; echo`,
	`printf '%s-%s\n' a b c d`, `printf '%d %x %o %c %5s|%-5s|%05d\n' 10 255 8 xyz ab cd 42`, `printf '%b\n' 'a\tb\0101\101'`, `echo -e 'a\tb\0101\x41'`, `echo -n a; echo b`, `echo -E 'a\tb'`,
	`IFS=:; x=a:b::c; set -- $x; echo $# $1 $3`, `x='a  b'; echo $x "$x"`, `set -- a b c; shift; echo $1 $# "$*"`, `f() { local x=1; echo $x$1; }; x=2; f z; echo $x`, `f() { echo "$@"; }; f 'a b' c`,
	`case abc in a*) echo y;; *) echo n;; esac`, `case x in [a-c]) echo y;; [!a-c]) echo n;; esac`, `[[ abc == a* ]] && echo y`, `[[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}`, `[ a = b ] || echo n`,
	`x=y; y=z; echo ${!x}`, `x=$(echo a; echo b); echo "$x"`, "x=`echo \\`echo a\\``; echo $x", `echo "$(echo "$(echo a)")"`, `cat <<X
a $((1+1)) \$b "c" \\ \"
X`, `cat <<'X'
a $b \c
X`, `cat <<-X
	a
	b
X`, `read a b <<< '1 2 3'; echo "$b-$a"`, `IFS=, read -r a b <<< 'x,y,z'; echo $b`, `mapfile -t a <<< $'p\nq'; echo ${a[1]}`, `echo ${#PATH[@]}`, `x=abc; echo ${#x}`, `unset x; echo ${x-unset}`,
	"echo a # b \\\necho c", "echo a # b \\\n# c \\\necho d", "x=$(echo a # b \\\necho c); echo \"$x\"", "cat <<X # b \\\na\nX\necho c", "f() { # b \\\n echo c; }; f", "echo 'a # \\\nb'", "echo \"a # \\\nb\"", "echo a#\\\nb",
	`x=5; ((x+=2)); echo $x`, `declare -i n=3+4; echo $n`, `declare -u u=abc; echo $u`, `declare -n r=q; q=7; echo $r`, `printf -v v '%03d' 7; echo $v`, `x='$(echo no)'; echo "$x"`, `eval 'x=1; y=$x'; echo $y`,
	`x="a b"; set -- "$x"; echo $#`, `echo a\
b`, `echo "a\
b"`, `x='a\b'; echo "$x" $x`, `echo \\ '\\' "\\" $'\\'`, `echo ~root/x`, `echo "~root"`, `x=~root; echo $x`, `x=a; x+=b; echo $x`, `unset x; echo ${x:=set} $x`, `set -- 1 2 3; echo ${@:2:1} ${*: -1}`,
	`echo 'a' | tr a b`, `echo abc | rev`, `echo YWJj | base64 -d; echo`, `printf 616263 | xxd -r -p 2>/dev/null; echo`, `echo b a | tr ' ' '\n' | sort | head -n 1`, `echo a:b:c | cut -d: -f2`, `echo hello | sed 's/l/L/g'`,
}

// computed is what the walker says the text prints.
func computed(text string) (string, bool) {
	return shell.Printed([]byte(text))
}

func runBash(t testing.TB, bash, text string) (string, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, bash, "--noprofile", "--norc", "-c", text)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent"}
	cmd.Dir = t.TempDir()
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	return out.String(), err == nil
}

func TestWordsAreWhatBashMakesOfThem(t *testing.T) {
	bash := realBash(t)
	for _, text := range harmless {
		want, ok := runBash(t, bash, text)
		if !ok {
			continue
		}
		got, known := computed(text)
		if !known {
			t.Errorf("%s\n not known, bash prints %q", text, want)
		} else if got != want {
			t.Errorf("%s\n got  %q\n want %q", text, got, want)
		}
	}
}

// FuzzQuotingAgainstBash compares what quoting and expansions make of arbitrary bytes. Only the fixed text around them is
// code: the bytes are restricted to what cannot run, open or write anything.
func FuzzQuotingAgainstBash(f *testing.F) {
	for _, s := range []string{`x'\''y`, `a\b`, `"a'b"`, `\\\'`, `$'\x41'`, `a\ b`, `"\""`, `''""`, `\"`, `'a'"b"\c`} {
		f.Add(s)
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		if os.Getenv("CI") == "true" {
			f.Fatal("bash is needed to compare with")
		}
		f.Skip("no bash here to compare with")
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 40 || strings.Trim(s, `abcxyz019'"\ $`) != "" || strings.Contains(s, "$(") {
			return
		}
		for _, text := range []string{"v=" + s + "; printf '<%s>' \"$v\"", "printf '<%s>' " + s, "cat <<< " + s, "set -- " + s + "; printf '%s|' \"$#\" \"$@\""} {
			want, ok := runBash(t, bash, text)
			if !ok {
				continue
			}
			got, known := computed(text)
			if known && got != want {
				t.Errorf("%s\n got  %q\n want %q", text, got, want)
			}
		}
	})
}
