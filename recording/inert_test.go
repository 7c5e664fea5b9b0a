package recording_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"sallyport/recording"
)

func inert(t testing.TB, in []byte, n int) string {
	t.Helper()
	var out bytes.Buffer
	f := recording.NewInert(&out)
	for len(in) > 0 {
		k := min(n, len(in))
		if got, err := f.Write(in[:k]); err != nil || got != k {
			t.Fatalf("write took %d of %d: %v", got, k, err)
		}
		in = in[k:]
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext\n":         "plain\ttext\n",
		"\x1b[31mred\x1b[0m":    "␛[31mred␛[0m",
		"\x1b]0;title\a":        "␛]0;title␇",
		"dos\r\nunix\n":         "dos\r\nunix\n",
		"50%\r100%":             "50%␍\r\n100%",
		"end\r":                 "end␍\r\n",
		"\x00\x7f\b":            "␀␡␈",
		"\x9b31m":               "\\x9b31m",
		"\u009b31m":             "<U+009B>31m",
		"rm \u202egpj.x":        "rm <U+202E>gpj.x",
		"tag \U000e0041":        "tag <U+E0041>",
		"grüße, 世界 🙂":           "grüße, 世界 🙂",
		"cut \xe4\xb8":          "cut \\xe4\\xb8",
		"overlong \xc0\x9b[31m": "overlong \\xc0\\x9b[31m",
	} {
		for n := range 5 {
			if got := inert(t, []byte(in), n+1); got != want {
				t.Errorf("%q in pieces of %d: %q, want %q", in, n+1, got, want)
			}
		}
	}
}

func FuzzInert(f *testing.F) {
	f.Add([]byte("\x1b[2J\r\n\x9b\u202e\xe4\xb8\r"), uint8(2))
	f.Fuzz(func(t *testing.T, in []byte, n uint8) {
		out := inert(t, in, int(n)+1)
		if whole := inert(t, in, len(in)+1); whole != out {
			t.Fatalf("written whole %q, in pieces %q", whole, out)
		}
		if !utf8.ValidString(out) {
			t.Fatalf("no UTF-8: %q", out)
		}
		for i, r := range out {
			if r < 0x20 && r != '\n' && r != '\t' && !(r == '\r' && i+1 < len(out) && out[i+1] == '\n') || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
				t.Fatalf("%U at %d of %q", r, i, out)
			}
		}
		if again := inert(t, []byte(out), 9); again != out {
			t.Fatalf("harmless text %q was changed to %q", out, again)
		}
	})
}
