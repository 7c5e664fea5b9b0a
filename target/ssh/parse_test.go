package ssh

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"sallyport/target"
)

const nonce = "0123456789abcdef0123456789abcdef"

// split runs stream through frames in chunks of n bytes.
func split(stream string, n int) (out string, lines []string) {
	f := &frames{start: []byte("\x02" + nonce + " "), out: func(b []byte) { out += string(b) }, line: func(w, r string) { lines = append(lines, w+"|"+r) }}
	for len(stream) > 0 {
		k := min(n, len(stream))
		f.write([]byte(stream[:k]))
		stream = stream[k:]
	}
	f.flush()
	return out, lines
}

func TestFrames(t *testing.T) {
	ours := "\x02" + nonce + " "
	for _, tt := range []struct{ name, stream, out, lines string }{
		{"nothing of ours", "plain \x02 text\n", "plain \x02 text\n", ""},
		{"ours alone", ours + "begin\n", "", "begin|"},
		{"in the middle of a line", "abc" + ours + "exit 3\ndef", "abcdef", "exit|3"},
		{"several", ours + "survived 1 a b\n" + ours + "exit 0\n", "", "survived|1 a b,exit|0"},
		{"another nonce", "\x02" + strings.Repeat("f", 32) + " exit 0\n", "\x02" + strings.Repeat("f", 32) + " exit 0\n", ""},
		{"cut off", "a" + ours + "exi", "a" + ours + "exi", ""},
		{"start of ours", "a\x02012", "a\x02012", ""},
		{"doubled start", "\x02" + ours + "begin\n", "\x02", "begin|"},
		{"no end", ours + strings.Repeat("x", maxLine) + "\n", ours + strings.Repeat("x", maxLine) + "\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, n := range []int{1, 2, 3, 7, 33, 1 << 20} {
				out, lines := split(tt.stream, n)
				if out != tt.out || strings.Join(lines, ",") != tt.lines {
					t.Errorf("chunks of %d: got %.100q, %.100q; want %.100q, %q", n, out, lines, tt.out, tt.lines)
				}
			}
		})
	}
}

// FuzzFrames: without the nonce everything passes unchanged, and what is between our lines always does.
func FuzzFrames(f *testing.F) {
	f.Add("some\x02text", "more\n", 3)
	f.Add("\x02"+nonce[:31], nonce, 1)
	f.Fuzz(func(t *testing.T, before, after string, n int) {
		if strings.Contains(before+after, nonce) || n < 1 {
			return
		}
		if out, lines := split(before+after, n); out != before+after || lines != nil {
			t.Fatalf("got %q, %q", out, lines)
		}
		if strings.HasSuffix(before, "\x02") {
			return // "\x02\x02nonce": fine too, but what is ours then starts at the second one
		}
		out, lines := split(before+"\x02"+nonce+" exit 7\n"+after, n)
		if out != before+after || len(lines) != 1 || lines[0] != "exit|7" {
			t.Fatalf("got %q, %q", out, lines)
		}
	})
}

func TestParseReadRefuses(t *testing.T) {
	good := "file\npath\n 2f 61\ndata\n 78\nsize 1\n"
	if r, err := parseRead([]byte(good), []string{"a"}); err != nil || r[0].Path != "/a" || string(r[0].Content) != "x" {
		t.Fatalf("got %+v, %v", r, err)
	}
	for _, out := range []string{"", "x", good + good, good + "x\n", good[:len(good)-7], "file\n", "file\nfile\n", "path\n", "file\npath\n zz\n", "file\npath\n 61\ndata\nsize 0\n", "file\n 61\n", "file\npath\n 2f\nsize x\n", "file\npath\n 2f\nsize 0\n"} {
		if r, err := parseRead([]byte(out), []string{"a"}); !target.NothingRan(err) {
			t.Errorf("%q: got %+v, %v", out, r, err)
		}
	}
	if r, err := parseRead([]byte("file\npath\n 2f 61\ndata\n 78\nsize 2\n"), []string{"a"}); err != nil || r[0].Why == "" || r[0].Content != nil {
		t.Errorf("changed file: got %+v, %v", r, err)
	}
}

// FuzzParseRead: whatever a target prints, there is one result per word or none, and never content without a path.
func FuzzParseRead(f *testing.F) {
	f.Add([]byte("file\npath\n 2f 61\ndata\n 78\nsize 1\nfile\nwhy not\n"))
	f.Fuzz(func(t *testing.T, out []byte) {
		results, err := parseRead(out, []string{"a", "b"})
		if err != nil {
			return
		}
		for i, r := range results {
			if r.Word != []string{"a", "b"}[i] || r.Why == "" && (r.Path == "" || r.Content == nil) || r.Why != "" && r.Content != nil || bytes.ContainsRune([]byte(r.Why), '\x1b') {
				t.Fatalf("result %+v", r)
			}
		}
		if len(results) != 2 {
			t.Fatal(fmt.Sprint(len(results)))
		}
	})
}
