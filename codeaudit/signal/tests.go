package signal

import (
	"bytes"
	"fmt"

	"sallyport/codeaudit/change"
)

// Tests that no longer say no.

var testRules = []rule{
	{id: "test.disabled", in: programs | YAML | Make | CMake, roles: "test code", words: "skip Skip skipTest xfail xit xdescribe xtest Ignore Disabled DISABLED_ pending todo t SkipNow skipif skipIf ignore only exitcode",
		re: `(@?(?:unittest\.|pytest\.mark\.)?(?:skip|xfail|skipTest|skip_?[iI]f|skip_?[uU]nless)\b\s*[(:].*|\bt\.Skip(?:f|Now)?\s*\(.*|\b(?:it|test|describe)\.skip\s*\(.*|\b(?:xit|xdescribe|xtest)\s*\(.*|@(?:Ignore|Disabled)\b.*|\bDISABLED_\w+.*|#\[ignore.*|^\s*skip\s*[("'].*|return\s+(?:77|SKIP)\s*;.*|exit\s+77\b.*)`, strength: 0.5},
}

// scanTests finds tests and assertions that went away.
func (s *scan) scanTests(f *file) {
	if f.Role != Test || f.Lang&programs == 0 && f.Kind != change.Deleted {
		return
	}
	if f.Kind == change.Deleted {
		if f.removed > 0 {
			s.addFile("test.removed", f, []byte(f.Path), 0.5, fmt.Sprintf("%d lines", f.removed))
		}
		return
	}
	gone, came := 0, 0
	var where *change.Hunk
	var line int
	for i := range f.Hunks {
		h := &f.Hunks[i]
		for j, text := range h.Old {
			if isAssertion(text) {
				if gone++; where == nil {
					where, line = h, j
				}
			}
		}
		for _, text := range h.New {
			if isAssertion(text) {
				came++
			}
		}
	}
	if gone > came && gone > 0 && f.added <= f.removed {
		text := where.Old[line]
		s.add("test.removed", f, where.OldLine+line, true, text, 0, len(text), 0.4+0.3*float64(gone-came)/float64(gone), fmt.Sprintf("%d assertions fewer", gone-came))
	}
}

var assertions = [][]byte{[]byte("assert"), []byte("ASSERT"), []byte("expect("), []byte("EXPECT_"), []byte("t.Error"), []byte("t.Fatal"), []byte("should."), []byte(".should"), []byte("fail_unless"), []byte("fail_if"), []byte("ok("), []byte("is("), []byte("test_must_fail"), []byte("test_cmp")}

func isAssertion(text []byte) bool {
	for _, a := range assertions {
		if bytes.Contains(text, a) {
			return true
		}
	}
	return false
}

// scanFeatureTest looks at programs that a build compiles only to learn whether something exists: a stray character there
// turns a capability off without a trace. It fires for added lines of a configuration file that are punctuation and nothing else,
// or that change such a test.
func (s *scan) scanFeatureTest(f *file) {
	if f.Lang&(M4|CMake|Make) == 0 && f.Role != Build {
		return
	}
	for _, h := range f.Hunks {
		for i, text := range h.New {
			trimmed := bytes.TrimSpace(text)
			if len(trimmed) >= 1 && len(trimmed) <= 2 && isStray(trimmed) && f.Lang&(M4|CMake) != 0 {
				strength := 1.0
				if trimmed[0] == ',' || trimmed[0] == ':' || trimmed[0] == '\'' || trimmed[0] == '@' || trimmed[0] == '-' {
					strength = 0.4 // these can stand alone in the language of the build
				}
				if f.Kind == change.Added || len(h.New) > 30 {
					strength *= 0.5
				}
				s.add("sandbox.feature-test", f, h.NewLine+i, false, text, 0, len(text), strength, "punctuation alone")
			}
		}
		if f.Lang&(M4|CMake) == 0 {
			continue
		}
		for i, text := range h.Old {
			for _, word := range featureWords {
				if bytes.Contains(text, word) && !contains(h.New, word) {
					s.add("sandbox.feature-test", f, h.OldLine+i, true, text, 0, len(text), 0.5, "a probe for a safety control goes away")
					break
				}
			}
		}
	}
}

var featureWords = [][]byte{[]byte("landlock"), []byte("LANDLOCK"), []byte("seccomp"), []byte("SECCOMP"), []byte("pledge"), []byte("capsicum"), []byte("CAPSICUM"), []byte("sandbox"), []byte("SANDBOX"), []byte("stack-protector"), []byte("FORTIFY"), []byte("-z,relro"), []byte("no_new_privs"), []byte("PLEDGE"), []byte("unveil"), []byte("explicit_bzero"), []byte("arc4random"), []byte("getrandom"), []byte("getentropy")}

// featureHints are parts of the names under which a program asks whether a protection is there.
var featureHints = hints("PLEDGE", "UNVEIL", "LANDLOCK", "SECCOMP", "CAPSICUM", "SANDBOX", "PRCTL", "CAP_ENTER", "CHROOT", "SETRESUID", "EXPLICIT", "ARC4RANDOM", "GETRANDOM", "GETENTROPY", "STACK_PROTECTOR", "NO_NEW_PRIVS")

func isStray(text []byte) bool {
	switch string(text) {
	case ".", ",", ";", ":", "'", "`", "^", "~", "!", "..", "@", "$", "%", "?", "-", "=":
		return true
	}
	return false
}

func contains(lines [][]byte, word []byte) bool {
	for _, text := range lines {
		if bytes.Contains(text, word) {
			return true
		}
	}
	return false
}
