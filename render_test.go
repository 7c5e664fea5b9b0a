package sallyport

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

// TestRenderGolden: renderings are part of the evidence. A change of these files means that older renderings can no longer be derived.
func TestRenderGolden(t *testing.T) {
	pinned := spec(`./fix_servers.sh --all; . 'other file'`)
	for name, tt := range map[string]struct {
		spec Spec
		pins []Pin
	}{
		"plain": {spec: spec("df -h\n")},
		"full": {spec: Spec{Text: []byte("echo \"it's\" $X\n"), Login: "web", Interpreter: "/bin/sh", Dir: "/srv/my app", Stdin: []byte("in\x00put"),
			Env: []EnvVar{{"X", "a 'b'\n$c"}, {"LANG", "C.UTF-8"}}, Limits: ActionLimits{Timeout: 1500 * time.Millisecond}}},
		"pins": {spec: pinned, pins: []Pin{
			{Path: "/home/ops/other file", Word: "other file", Offset: 26, Length: 12, Content: []byte("b\n")},
			{Path: "/opt/real/fix_servers.sh", Word: "./fix_servers.sh", Offset: 0, Length: 16, Command: true, Content: []byte("#!/usr/bin/env -S bash -u\necho\n")},
		}},
		"shipped": {spec: spec(strings.Repeat("#", MaxInline) + "\n")},
	} {
		t.Run(name, func(t *testing.T) {
			r, in, err := Render(tt.spec, tt.pins, "a-golden")
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%s\n-- stdin --\n%s", r, in)
			if len(got) > 16<<10 {
				got = fmt.Sprintf("%s\n-- stdin --\n%s\n", r, TaggedDigest("golden", string(in)))
			}
			file := filepath.Join("testdata", "render", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || got != string(want) {
				t.Errorf("differs from %s (%v); got:\n%s", file, err, got)
			}
		})
	}
}

func TestRenderRefuses(t *testing.T) {
	change := func(f func(*Spec)) Spec { s := spec("true"); f(&s); return s }
	pin := func(p Pin) []Pin { return []Pin{p} }
	good := Pin{Path: "/a/b", Offset: 0, Length: 4}
	for _, tt := range []struct {
		name, want string
		code       Code
		spec       Spec
		pins       []Pin
		marker     string
	}{
		{name: "no text", want: "no text", spec: spec(" \n\t")},
		{name: "NUL", want: "NUL byte at offset 2", spec: spec("ls\x00")},
		{name: "large", want: "more than", code: Limited, spec: spec(strings.Repeat("#", MaxText+1))},
		{name: "large together", want: "more than", code: Limited, spec: change(func(s *Spec) { s.Stdin = make([]byte, MaxText) })},
		{name: "interpreter", want: "interpreter", spec: change(func(s *Spec) { s.Interpreter = "/usr/bin/python3" })},
		{name: "login", want: "login", spec: change(func(s *Spec) { s.Login = "-oProxyCommand=x" })},
		{name: "relative directory", want: "absolute", spec: change(func(s *Spec) { s.Dir = "srv" })},
		{name: "directory with NUL", want: "absolute", spec: change(func(s *Spec) { s.Dir = "/a\x00" })},
		{name: "variable name", want: "cannot be set", spec: change(func(s *Spec) { s.Env = []EnvVar{{"A=B", ""}} })},
		{name: "variable value", want: "cannot be set", spec: change(func(s *Spec) { s.Env = []EnvVar{{"A", "\x00"}} })},
		{name: "variable twice", want: "twice", spec: change(func(s *Spec) { s.Env = []EnvVar{{"A", ""}, {"A", "x"}} })},
		{name: "too many variables", want: "variables", code: Limited, spec: change(func(s *Spec) { s.Env = make([]EnvVar, MaxEnv+1) })},
		{name: "large variables", want: "renders to", code: Limited, spec: change(func(s *Spec) { s.Env = []EnvVar{{"A", strings.Repeat("x", maxRendering)}} })},
		{name: "marker", want: "marker", spec: spec("true"), marker: "../x"},
		{name: "too many pins", want: "pinned files", code: Limited, spec: spec("true"), pins: make([]Pin, MaxPins+1)},
		{name: "pin outside", want: "outside", spec: spec("true"), pins: pin(Pin{Path: "/a", Offset: 3, Length: 2})},
		{name: "pin far outside", want: "outside", spec: spec("true"), pins: pin(Pin{Path: "/a", Offset: 1 << 62, Length: 1 << 62})},
		{name: "pin before", want: "outside", spec: spec("true"), pins: pin(Pin{Path: "/a", Offset: -1, Length: 2})},
		{name: "empty pin", want: "outside", spec: spec("true"), pins: pin(Pin{Path: "/a", Offset: 1})},
		{name: "pins overlap", want: "overlaps", spec: spec("true"), pins: []Pin{good, good}},
		{name: "pin of a folder", want: "path", spec: spec("true"), pins: pin(Pin{Path: "/", Length: 4})},
		{name: "pin above", want: "path", spec: spec("true"), pins: pin(Pin{Path: "/a/..", Length: 4})},
		{name: "pin relative", want: "path", spec: spec("true"), pins: pin(Pin{Path: "a", Length: 4})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.marker == "" {
				tt.marker = "a-test"
			}
			if tt.code == "" {
				tt.code = Invalid
			}
			r, in, err := Render(tt.spec, tt.pins, tt.marker)
			if err == nil || !strings.Contains(err.Error(), tt.want) || CodeOf(err) != tt.code || r != "" || in != nil {
				t.Errorf("got %d bytes, %v; want %q", len(r), err, tt.want)
			}
		})
	}
	for _, name := range []string{"PATH", "HOME", "BASH_ENV", "ENV", "LD_PRELOAD", "BASH_FUNC_df", "IFS", "SHELLOPTS", "SALLYPORT_ACTION"} {
		if _, _, err := Render(change(func(s *Spec) { s.Env = []EnvVar{{name, "x"}} }), nil, "a-test"); err == nil || Hint(err) == "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestShebang(t *testing.T) {
	for _, tt := range []struct{ content, want string }{
		{"#!/bin/sh\n", "/bin/sh"},
		{"#! \t/bin/sh  \nx", "/bin/sh"},
		{"#!/usr/bin/env bash", "/usr/bin/env|bash"},
		{"#!/usr/bin/env\t-S  bash -u \n", "/usr/bin/env|-S  bash -u"},
		{"#!/bin/sh\r\n", "/bin/sh\r"}, // as execve(2): there is no such interpreter
		{"echo\n", "/bin/bash|--noprofile|--norc"},
		{"", "/bin/bash|--noprofile|--norc"},
		{"#!\necho", "/bin/bash|--noprofile|--norc"},
		{"\x7fELF\x02\x01\x00", ""},
	} {
		if got := strings.Join(shebang([]byte(tt.content), "/bin/bash"), "|"); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.content, got, tt.want)
		}
	}
}

// FuzzRender: whatever the text, the login's shell hands exactly these bytes to the interpreter, and whatever a variable or a directory
// holds, it stays one. The interpreter is replaced by a program that prints its arguments.
func FuzzRender(f *testing.F) {
	for _, s := range []string{"df -h", "it's", `'"$(x)\`, "-c", "a\nb\n", "\xff\xfe", "\\", "'\\''", "$0 ${0} `id`", "*~!#", "\x02\x1b[2J", strings.Repeat("'", 100)} {
		f.Add([]byte(s), s)
	}
	for _, shell := range []string{"/bin/sh", "/bin/bash"} {
		if _, err := os.Stat(shell); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, value string) {
		s := Spec{Text: text, Login: "ops", Interpreter: "/bin/sh", Env: []EnvVar{{"V", value}}}
		r, _, err := Render(s, nil, "a-fuzz")
		if err != nil {
			return
		}
		if strings.ContainsRune(r, 0) || len(r) > maxRendering {
			t.Fatal("rendering does not fit a certificate")
		}
		tail := ShellQuote("V="+value) + " " + ShellQuote("/bin/sh") + " '-c' '--' " + ShellQuote(string(text))
		if !strings.HasSuffix(r, tail) {
			t.Fatalf("rendering ends in %q, want %q", r[max(0, len(r)-len(tail)):], tail)
		}
		for _, shell := range []string{"/bin/sh", "/bin/bash"} { // bash as a login shell would read it, too
			out := quoted(t, shell, "printf '%s\\0' "+tail)
			want := "V=" + value + "\x00/bin/sh\x00-c\x00--\x00" + string(text) + "\x00"
			if !bytes.Equal(out, []byte(want)) {
				t.Fatalf("%s: got %q, want %q", shell, out, want)
			}
		}
	})
}

// FuzzPins: the text around the pinned words is not touched, and the words become paths below the private directory.
func FuzzPins(f *testing.F) {
	f.Add([]byte("./a b; ./c"), "/x/a", 0, 3, 7, 3, true)
	f.Add([]byte("./a"), "/x/it's a 'file'", 0, 3, 0, 0, false)
	f.Fuzz(func(t *testing.T, text []byte, file string, o1, l1, o2, l2 int, command bool) {
		pins := []Pin{{Path: file, Offset: o1, Length: l1, Command: command, Content: []byte("#!/bin/x\n")}, {Path: file, Offset: o2, Length: l2}}
		got, files, err := replacePins(Spec{Text: text, Interpreter: "/bin/sh"}, pins, "/tmp/d")
		if err != nil {
			return
		}
		first, second := pins[0], pins[1]
		if o2 < o1 {
			first, second = second, first
		}
		word := func(i int, p Pin) string {
			w := ShellQuote("/tmp/d/" + files[i].name)
			if p.Command {
				w = "'/bin/x' " + w
			}
			return w
		}
		want := string(text[:first.Offset]) + word(0, first) + string(text[first.Offset+first.Length:second.Offset]) + word(1, second) + string(text[second.Offset+second.Length:])
		if string(got) != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		for _, f := range files {
			if strings.Count(f.name, "/") != 1 || strings.HasSuffix(f.name, "/..") || strings.HasSuffix(f.name, "/.") {
				t.Fatalf("file %q", f.name)
			}
		}
	})
}
