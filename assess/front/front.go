// Package front looks at a text as bytes, before any parser does: what a person would not see, or would see otherwise
// than the shell reads it. It promises that every character which is invisible, reorders its line or moves the cursor
// is found with its line. It does not parse and does not judge what the text does.
package front

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"sallyport"
)

// MaxText is the most that is analysed, in bytes. A longer text is reported as not understood, never cut.
const MaxText = 2 << 20

// wideGap is how many blanks in the middle of a line push what follows out of sight in an ordinary window.
const wideGap = 80

// Look returns what is odd about the bytes of text. At most one finding per rule and line, at most 200 in all.
func Look(text []byte) []sallyport.Finding {
	var found []sallyport.Finding
	line := 1
	type key struct {
		rule string
		line int
	}
	seen := map[key]bool{}
	add := func(rule string, level sallyport.Verdict, technique, format string, args ...any) {
		k := key{rule, line}
		if seen[k] || len(found) >= 200 {
			return
		}
		seen[k] = true
		found = append(found, sallyport.Finding{Rule: rule, Level: level, Message: fmt.Sprintf(format, args...),
			Lines: sallyport.Span{line, line}, Technique: technique})
	}
	crlf := bytes.Contains(text, []byte("\r\n"))
	inWord := wordScript{}
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '\n':
				line++
			case c == 0:
				add("nul-byte", sallyport.High, "T1027", "contains a NUL byte: shells drop or stop at it, so what runs is not what is shown")
			case c == '\r' && (i+1 >= len(text) || text[i+1] != '\n'):
				add("hidden-by-control", sallyport.High, "T1027", "contains a carriage return in the middle of a line: a terminal would show other text than runs")
			case c == '\r' && i > 0 && text[i-1] == '\\':
				add("other-shell", sallyport.High, "T1027", "a backslash before a carriage return does not join the next line, as it seems to: a shell ends the command here")
			case c == '\r' && crlf:
				add("crlf", sallyport.Low, "", "has Windows line ends, which a shell reads as part of the last word")
				crlf = false // once is enough
			case c == 0x08 || c == 0x1b || c == 0x7f:
				add("hidden-by-control", sallyport.High, "T1027", "contains the control character U+%04X: a terminal may hide or rewrite the text around it", c)
			case c < 0x20 && c != '\t' && c != '\f' && c != '\r':
				add("control-character", sallyport.Medium, "T1027", "contains the control character U+%04X, which is not shown", c)
			}
			inWord.ascii(c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			add("invalid-utf8", sallyport.Medium, "", "contains bytes that are not text (0x%02X): they are shown as a replacement character", c)
		case bidi(r):
			add("reordered-text", sallyport.High, "T1036.002", "contains U+%04X, which makes text appear in another order than it runs", r)
		case invisible(r) && i > 0 && asciiNear(text, i, n):
			add("invisible-character", sallyport.High, "T1027", "contains U+%04X, which cannot be seen but is part of the word", r)
		case blankLookalike(r):
			add("blank-lookalike", sallyport.Medium, "T1036", "contains U+%04X, which looks like a blank but does not separate words", r)
		}
		if inWord.other(r) {
			add("lookalike-letters", sallyport.Medium, "T1036", "mixes letters of two scripts in one word (U+%04X looks like a Latin letter)", r)
		}
		i += n
	}
	return found
}

// asciiNear reports whether the rune of n bytes at i touches an ASCII letter, digit or one of "/.-_$" on either side: in
// an emoji sequence an invisible joiner is ordinary, beside a letter it changes a word without being seen.
func asciiNear(text []byte, i, n int) bool {
	word := func(c byte) bool {
		return c == '/' || c == '.' || c == '-' || c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	}
	return i > 0 && word(text[i-1]) || i+n < len(text) && word(text[i+n])
}

// bidi: the controls of Unicode Standard Annex 9 that override or isolate (CVE-2021-42574).
func bidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

func invisible(r rune) bool {
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x2060 && r <= 0x2064, r == 0xFEFF, r == 0x00AD, r == 0x034F, r == 0x061C,
		r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x180E, r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

func blankLookalike(r rune) bool {
	return r == 0x00A0 || r == 0x1680 || r >= 0x2000 && r <= 0x200A || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000
}

// wordScript notices a word that mixes Latin letters with letters of a script that has lookalikes of them.
type wordScript struct{ latin, other_, told bool }

func (w *wordScript) ascii(c byte) {
	switch {
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		w.latin = true
	case c >= '0' && c <= '9' || c == '_' || c == '-':
	default:
		*w = wordScript{}
	}
}

func (w *wordScript) other(r rune) bool {
	if unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r) || unicode.Is(unicode.Cherokee, r) || r >= 0xFF01 && r <= 0xFF5E {
		w.other_ = true
	} else if !unicode.IsLetter(r) {
		*w = wordScript{}
	}
	if w.latin && w.other_ && !w.told {
		w.told = true
		return true
	}
	return false
}

// Gap reports whether column col (from 1, in bytes) of line stands behind a run of blanks wide enough to push it out of
// sight, with something else before the run. line is the text of one line.
func Gap(line []byte, col int) bool {
	col = min(col-1, len(line))
	blanks := 0
	for col > 0 && (line[col-1] == ' ' || line[col-1] == '\t' || line[col-1] == ';' || line[col-1] == '&' || line[col-1] == '|') {
		if line[col-1] == ' ' {
			blanks++
		} else if line[col-1] == '\t' {
			blanks += 8
		}
		col--
	}
	return blanks >= wideGap && col > 0
}
