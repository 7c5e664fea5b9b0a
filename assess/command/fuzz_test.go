package command

import (
	"strings"
	"testing"

	"sallyport/assess/value"
)

// FuzzEvaluate holds every spec to its promise: no arguments make it fail, and the same ones give the same answer.
func FuzzEvaluate(f *testing.F) {
	names := Names()
	for i, args := range []string{"", "-", "--", "-o", "-x --y=z a b c", "-- -x", "a:b c:d", "/ /etc/", "-c 'x' -e", "@f", "exec x -- sh -c id", "-abcdefghijklmnopqrstuvwxyz", "+x", "a=b c", "-o a=b", ":::: x", "s/a/b/w f", "if=a of=b", "TCP:a:b EXEC:c,pty"} {
		f.Add(uint16(i*97), args, "in\nput")
	}
	f.Fuzz(func(t *testing.T, n uint16, args, stdin string) {
		name := names[int(n)%len(names)]
		argv := []value.Str{value.Lit(name)}
		for i, w := range strings.Split(args, " ") {
			switch i % 5 {
			case 3:
				argv = append(argv, value.Concat(value.Lit(w), value.Unknown("x", "")))
			case 4:
				argv = append(argv, value.OneOf(value.Lit(w), value.Lit("-"+w)))
			default:
				argv = append(argv, value.Lit(w))
			}
		}
		in := value.Lit(stdin)
		for _, ctx := range []Context{{}, {Stdin: &in}} {
			a, b := Evaluate(argv, ctx), Evaluate(argv, ctx)
			if show(a) != show(b) || a.Stdout.String() != b.Stdout.String() {
				t.Errorf("%s %q: %s, then %s", name, args, show(a), show(b))
			}
			if !a.Known {
				t.Errorf("%s has a spec and is not known", name)
			}
		}
	})
}

func TestNoSpecFails(t *testing.T) {
	for _, name := range Names() {
		for _, args := range []string{"", "-", "--", "-o", "a", "a b", "a b c d", "-x y -z", "--foo=bar a", "exec a -- sh -c id", "run -it --rm img sh", "install x", "add x y", "-c a -e b -f c", "s3 cp a b", "set a=b"} {
			var argv []value.Str
			for _, w := range append([]string{name}, strings.Fields(args)...) {
				argv = append(argv, value.Lit(w))
			}
			in := value.Lit("a\nb\n")
			for _, ctx := range []Context{{}, {Stdin: &in}} {
				if r := Evaluate(argv, ctx); !r.Known {
					t.Errorf("%s %s is not known", name, args)
				}
			}
		}
	}
}
