package command

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// agreed reads a golden file as a map from what stands before sep to the rest of the line.
func agreed(t *testing.T, file, sep string) map[string]string {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		k, v, _ := strings.Cut(l, sep)
		out[k] = v
	}
	return out
}

// TestRemovingASpecIsNoticed takes each name out of the table in turn: what every.golden says of it is no longer true then, or the table has a name less
// than the file, where another name covers for it (python for python3).
func TestRemovingASpecIsNoticed(t *testing.T) {
	want := agreed(t, "testdata/every.golden", " => ")
	all := table() // filled once: taking a name out and putting it back is safe while no other test runs
	for _, n := range Names() {
		line := n + " a /b/c"
		if _, ok := want[line]; !ok {
			t.Errorf("every.golden says nothing of %s", n)
		}
		s := all[n]
		delete(all, n)
		if got := show(evaluate(line)); got == want[line] && lookup(n) == nil {
			t.Errorf("without the spec of %s, %q is still %q", n, line, got)
		}
		all[n] = s
	}
}

// optionCall is a call of one option of a command or sub-command.
type optionCall struct {
	spec *spec // where the option is described
	opt  *option
	argv []string
}

// optionCalls are calls of every option of every table, by the path of the command.
func optionCalls() map[string][]optionCall {
	out := map[string][]optionCall{}
	seen := map[*spec]bool{}
	var walk func(s *spec, path []string)
	walk = func(s *spec, path []string) {
		if seen[s] {
			return
		}
		seen[s] = true
		done := map[*option]bool{}
		for _, n := range slices.Sorted(maps.Keys(s.opts)) {
			o := s.opts[n]
			if done[o] || n == "--*" {
				continue
			}
			done[o] = true
			word := o.name
			if stem, ok := strings.CutSuffix(word, "*"); ok {
				word = stem + "x"
			} else if word == "+#" || word == "-#" && s.opts["--progress-bar"] == nil {
				word = word[:1] + "1"
			}
			argv := append(slices.Clone(path), word)
			if o.wants() {
				argv = append(argv, "V")
			}
			key := strings.Join(path, " ")
			out[key] = append(out[key], optionCall{s, o, append(argv, "a", "/b/c")})
		}
		for _, n := range slices.Sorted(maps.Keys(s.subs)) {
			if s.subs[n].name == n {
				walk(s.subs[n], append(slices.Clone(path), n))
			}
		}
	}
	for _, all := range []library{grammars(), table()} {
		for _, n := range slices.Sorted(maps.Keys(all)) {
			if s := all.find(n); n[0] != '%' && s.name == n && lookup(n) != nil {
				walk(s, []string{n})
			}
		}
	}
	return out
}

func (c optionCall) result() string { return show(evaluate(strings.Join(c.argv, " "))) }

// TestEveryOption compares what every option of every command does with what was agreed to: for each sub-command the number of its options, a digest of
// what they do, and those that do something besides being understood.
func TestEveryOption(t *testing.T) {
	const file = "testdata/options.golden"
	calls := optionCalls()
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(calls)) {
		digest := sha256.New()
		plain := show(evaluate(path + " a /b/c"))
		var does []string
		for _, c := range calls[path] {
			r := c.result()
			fmt.Fprintf(digest, "%q %q\n", c.argv, r)
			if r != plain && c.opt.role.name != "" && c.opt.role.name != "_" {
				does = append(does, c.opt.name+"="+c.opt.role.name)
			}
		}
		fmt.Fprintf(&b, "%s: %d %x %s\n", path, len(calls[path]), digest.Sum(nil)[:6], strings.Join(does, " "))
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := agreed(t, file, ": ")
	for _, l := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		path, got, _ := strings.Cut(l, ": ")
		if got != want[path] {
			t.Errorf("%s: options %s, agreed to %s: run go test -run EveryOption -update and read the difference", path, got, want[path])
		}
		delete(want, path)
	}
	for path := range want {
		t.Errorf("%s: no options any more", path)
	}
}

// TestRemovingAnOptionIsNoticed takes each option out of its table in turn: the call of it, on which TestEveryOption depends, is another one then.
func TestRemovingAnOptionIsNoticed(t *testing.T) {
	n := 0
	for path, calls := range optionCalls() {
		names := map[*option][]string{}
		for _, c := range calls {
			if names[c.opt] == nil {
				for name, o := range c.spec.opts {
					names[o] = append(names[o], name)
				}
			}
			before := c.result()
			for _, name := range names[c.opt] {
				delete(c.spec.opts, name) // it stays among the names that may be abbreviated, where it stands for nothing now
			}
			if after := c.result(); after == before && !covered(c) {
				t.Errorf("%s: without %s %q is still %q", path, c.opt.name, c.argv, after)
			}
			for _, name := range names[c.opt] {
				c.spec.opts[name] = c.opt
			}
			n++
		}
	}
	t.Logf("%d options", n)
}

// covered reports whether something else makes the same of an option that was taken out: the number of options of its path tells then.
func covered(c optionCall) bool {
	word := c.argv[len(c.argv)-3]
	if c.opt.wants() {
		word = c.argv[len(c.argv)-4]
	}
	return word[0] == '+' || len(word) > 2 && word[1] != '-' && c.spec.find(word[:2]) != nil || isNumber(word[1:]) || c.spec.anyOption() || c.spec.find(c.opt.name) != nil || c.spec.abbreviated(c.opt.name) != nil || c.spec.prefixed(c.opt.name) != nil || c.spec.negated(c.opt.name) != nil ||
		c.spec.style == single && c.spec.find(c.opt.name[1:]) != nil || c.opt.name == "--help" || c.opt.name == "--version"
}
