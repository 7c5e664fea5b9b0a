package signal

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"sallyport/codeaudit/change"
)

// Text that reads differently than it is: Trojan Source (CVE-2021-42574, CVE-2021-42694) and its relatives.

var textRules []rule

// scanText looks at the characters of added lines, without regard to language.
func (s *scan) scanText(f *file) {
	strength := 1.0
	if f.Role == Translation || f.Role == Doc || f.Role == Data {
		strength = 0.25 // words of many languages live here, with marks of their own
	} else if f.Role == Test {
		strength = 0.7
	}
	old := map[string]bool{}
	for _, h := range f.Hunks {
		for _, text := range h.Old {
			if !isPlain(text) || len(text) > 160 {
				old[string(bytes.TrimSpace(text))] = true
			}
		}
	}
	for _, h := range f.Hunks {
		for i, text := range h.New {
			plain := isPlain(text)
			if plain && len(text) <= 160 || old[string(bytes.TrimSpace(text))] {
				continue
			}
			line := h.NewLine + i
			if len(text) > 160 && f.Role != Doc && f.Role != Translation {
				s.scanFarRight(f, line, text)
			}
			if !plain {
				s.scanCharacters(f, line, text, strength)
			}
		}
	}
}

func isPlain(text []byte) bool {
	for i, c := range text {
		if c >= 0x80 || c < ' ' && c != '\t' && c != '\f' && !(c == '\r' && i == len(text)-1) {
			return false
		}
	}
	return true
}

// scanFarRight finds code pushed out of sight behind a run of blanks.
func (s *scan) scanFarRight(f *file, line int, text []byte) {
	at := bytes.Index(text, []byte(strings.Repeat(" ", 100)))
	if at < 0 {
		return
	}
	rest := bytes.TrimLeft(text[at:], " \t")
	if len(bytes.TrimSpace(text[:at])) > 0 && len(rest) > 3 {
		s.add("text.far-right", f, line, false, text, len(text)-len(rest), len(text), 1, fmt.Sprintf("%d blanks before it", len(text)-at-len(rest)))
	}
}

func (s *scan) scanCharacters(f *file, line int, text []byte, strength float64) {
	if strays := invalidBytes(text); strays > 2 {
		return // another encoding or raw bytes: nothing can be said of its characters
	} else if strays > 0 {
		text = bytes.ToValidUTF8(text, []byte("?"))
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case isBidi(r):
			if r < 0x2020 { // a mark says which way its neighbour runs; it does not turn text around
				strength *= 0.5
			}
			s.add("text.bidi", f, line, false, text, i, i+n, strength, fmt.Sprintf("U+%04X", r))
			return
		case isInvisible(r):
			if r == 0xfeff && line == 1 && i == 0 || joinsEmoji(text, i, n, r) {
				break
			}
			s.add("text.invisible", f, line, false, text, i, i+n, strength, fmt.Sprintf("U+%04X", r))
			return
		case r < ' ' && r != '\t' && r != '\f' && !(r == '\r' && i == len(text)-1):
			fires := 0.5
			if r == '\r' || r == 0x1b || r == '\b' {
				fires = 1
			}
			s.add("text.control", f, line, false, text, i, i+n, strength*fires, fmt.Sprintf("U+%04X", r))
			return
		}
		i += n
	}
	if f.Lang&programs != 0 || f.Role == Build || f.Role == CI {
		if at, n, ok := impostor(text); ok && (!f.isComment(text) || text[at] == 0xe2) {
			s.add("text.homoglyph", f, line, false, text, at, at+n, strength, "a character that looks like another of the language")
		}
		if at, end, ok := mixedScript(text); ok && !f.isComment(text) {
			s.add("text.homoglyph", f, line, false, text, at, end, strength, "letters of two scripts in one word")
		}
	}
}

// invalidBytes counts, up to three, the bytes that are not UTF-8.
func invalidBytes(text []byte) int {
	n := 0
	for len(text) > 0 && n < 3 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			n++
		}
		text = text[size:]
	}
	return n
}

// joinsEmoji tells a variation selector or joiner that follows a symbol: ordinary in prose and output strings.
func joinsEmoji(text []byte, at, n int, r rune) bool {
	if r != 0xfe0e && r != 0xfe0f && r != 0x200d {
		return false
	}
	before, _ := utf8.DecodeLastRune(text[:at])
	return before >= 0x2000 || before >= '0' && before <= '9' || before == '#' || before == '*'
}

// impostor finds a character that most fonts draw like punctuation of a program, outside of a text that speaks of anything, and
// characters without a meaning that everybody shares.
func impostor(text []byte) (at, n int, ok bool) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r >= 0x01c0 && r <= 0x01c3, r == 0x037e, r == 0x2028, r == 0x2029, r == 0x0085, r == 0x02d0, r == 0xa789, r == 0x2215, r == 0x2236, r == 0x2024, r == 0x05c3, r == 0x0589,
			r >= 0xe000 && r <= 0xf8ff, r >= 0xf0000:
			return i, n, true
		}
		i += n
	}
	return 0, 0, false
}

// mixedScript finds a word that mixes Latin letters with look-alikes of another alphabet, and also a word that consists of
// nothing but look-alikes next to code (an identifier that reads as Latin and is not).
func mixedScript(text []byte) (int, int, bool) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if !isWordRune(r) {
			i += n
			continue
		}
		start := i
		if i > 0 && text[i-1] == '\\' && r < 0x80 { // the letter of an escape such as \n is no part of the word
			i += n
			start = i
			if r == 'u' || r == 'x' || r == 'U' || r == 'e' || r == '0' {
				for i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f' || text[i] >= 'A' && text[i] <= 'F' || text[i] == '[' || text[i] == ';' || text[i] == 'm') {
					i++
				}
				start = i
			}
		}
		latin, other, alike, letters := 0, 0, 0, 0
		for i < len(text) {
			r, n = utf8.DecodeRune(text[i:])
			if !isWordRune(r) {
				break
			}
			switch {
			case r < 0x80:
				if unicode.IsLetter(r) {
					latin++
				}
			case unicode.Is(unicode.Cyrillic, r), unicode.Is(unicode.Greek, r), unicode.Is(unicode.Armenian, r), unicode.Is(unicode.Cherokee, r), r >= 0xff21 && r <= 0xff5a, r >= 0x1d400 && r <= 0x1d7ff:
				other++
				if strings.ContainsRune(lookAlikes, r) || r >= 0xff21 && r <= 0xff5a || r >= 0x1d400 {
					alike++
				}
			}
			letters++
			i += n
		}
		if latin > 0 && alike > 0 && !(other == letters-latin && latin == 1 && isUnit(text[start:i])) {
			return start, i, true
		}
		// A word of look-alikes alone is a name that reads as Latin, unless the line speaks another language anyhow.
		if latin == 0 && alike >= 3 && alike == letters && !speaks(text) {
			return start, i, true
		}
	}
	return 0, 0, false
}

// speaks tells that a line holds letters of another alphabet that look like none of the Latin ones.
func speaks(text []byte) bool {
	own := 0
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if (unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r) || unicode.Is(unicode.Armenian, r)) && !strings.ContainsRune(lookAlikes, r) {
			own++
		}
		text = text[n:]
	}
	return own > 0
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// isUnit tells the micro sign and delta beside one Latin letter: μs, Δt.
func isUnit(word []byte) bool {
	r, _ := utf8.DecodeRune(word)
	return r == 'μ' || r == 'Δ' || r == 'Ω' || r == 'σ' || r == 'π' || r == 'λ' || r == 'α' || r == 'ε'
}

// lookAlikes are letters of other alphabets that most fonts draw as a Latin letter.
const lookAlikes = "аеорсухіјѕԁһӏԛԝвкмнтгАВЕКМНОРСТХІЈЅҮЗЬԍοαρνυκιΑΒΕΖΗΙΚΜΝΟΡΤΥΧհոսօᎪᎬᏟᎠ"

// scanPath looks at the name, the mode and the kind of entry.
func (s *scan) scanPath(f *file) {
	if f.Kind == change.Deleted {
		return
	}
	created := f.Kind == change.Added || f.Kind == change.Renamed || f.Kind == change.Copied
	if created {
		switch p := f.Path; {
		case !utf8.ValidString(p), strings.ContainsFunc(p, func(r rune) bool { return isBidi(r) || isInvisible(r) || r < ' ' }):
			s.addFile("path.deceptive", f, []byte(p), 1, "characters that do not show")
		case strings.HasSuffix(p, " "), strings.Contains(p, " /"), strings.Contains(p, "/ "), strings.HasSuffix(p, "."), strings.Contains(p, "/.. "), strings.Contains(p, "..."):
			s.addFile("path.deceptive", f, []byte(p), 0.7, "blanks or points where they do not show")
		default:
			if _, _, mixed := mixedScript([]byte(p)); mixed {
				s.addFile("path.deceptive", f, []byte(p), 1, "letters of two scripts")
			} else if doubleExtension(p) {
				s.addFile("path.deceptive", f, []byte(p), 0.6, "a program under the name of something else")
			}
		}
	}
	if f.NewMode == change.ModeSymlink && f.OldMode != change.ModeSymlink || f.NewMode == change.ModeSymlink && len(f.Hunks) > 0 {
		target := ""
		if len(f.Hunks) > 0 && len(f.Hunks[0].New) > 0 {
			target = string(f.Hunks[0].New[0])
		}
		if climbs(f.Path, target) {
			s.addFile("path.symlink-out", f, []byte(target), 1, "points outside the tree")
		} else {
			s.addFile("path.symlink", f, []byte(target), 0.5, "")
		}
	}
	if f.NewMode == change.ModeExecutable && f.OldMode != change.ModeExecutable && f.OldMode != 0 {
		s.addFile("path.made-executable", f, []byte(f.Path), 0.6, "")
	}
	if f.NewMode == change.ModeExecutable && created && (f.Role == Data || f.Role == Doc || f.Role == Translation) {
		s.addFile("path.made-executable", f, []byte(f.Path), 1, "not a program by its name")
	}
	if f.NewMode == change.ModeSubmodule {
		s.addFile("dep.submodule", f, []byte(f.NewBlob), 1, "")
	}
}

func doubleExtension(p string) bool {
	base := strings.ToLower(p[strings.LastIndexByte(p, '/')+1:])
	for _, inner := range []string{".png.", ".jpg.", ".gif.", ".pdf.", ".txt.", ".md.", ".ico."} {
		if i := strings.Index(base, inner); i >= 0 {
			switch base[i+len(inner)-1:] {
			case ".js", ".php", ".sh", ".py", ".exe", ".pl", ".rb", ".c", ".so", ".bat", ".jsp":
				return true
			}
		}
	}
	return false
}

// climbs tells a link target that leaves the repository or enters its administration.
func climbs(p, target string) bool {
	if strings.HasPrefix(target, "/") || strings.Contains(target, ".git/") || strings.HasSuffix(target, ".git") {
		return true
	}
	depth := strings.Count(p, "/")
	for part := range strings.SplitSeq(target, "/") {
		switch part {
		case "..":
			if depth--; depth < 0 {
				return true
			}
		case "", ".":
		default:
			depth++
		}
	}
	return false
}
