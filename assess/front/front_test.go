package front

import (
	"testing"

	"sallyport"
)

func TestLookFindsWhatEyesDoNot(t *testing.T) {
	for _, c := range []struct{ text, rule string }{
		{"ls\x00 -l", "nul-byte"}, {"ls # \x1b[2K", "hidden-by-control"}, {"rm x\rls y", "hidden-by-control"}, {"echo \u202eabc", "reordered-text"}, {"l\u200bs", "invisible-character"},
		{"ls\u00a0-l", "blank-lookalike"}, {"c\u0430t x", "lookalike-letters"}, {"a\xff", "invalid-utf8"}, {"ls\r\n", "crlf"}, {"echo \a", "control-character"},
	} {
		found := Look([]byte("true\n" + c.text + "\n"))
		if len(found) == 0 || found[0].Rule != c.rule || found[0].Lines != (sallyport.Span{2, 2}) {
			t.Errorf("%q: found %v, want %s on line 2", c.text, found, c.rule)
		}
	}
	for _, text := range []string{"echo 'Grüße, мир, 世界'", "echo \"👩‍💻 ✔️\"", "\tls\f\n"} {
		if found := Look([]byte(text)); len(found) > 0 {
			t.Errorf("%q: found %v, want nothing", text, found)
		}
	}
}

func FuzzLook(f *testing.F) {
	f.Add([]byte("a\u202e\xff\x00\r"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, x := range Look(text) {
			if x.Lines[0] < 1 || x.Message == "" {
				t.Errorf("finding %v", x)
			}
		}
		Gap(text, len(text)+1)
	})
}
