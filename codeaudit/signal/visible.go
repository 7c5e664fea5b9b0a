package signal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible renders bytes so that nothing in them can hide or act on a terminal: control characters, invisible and
// bidirectional characters become <U+202E>, bytes that are not UTF-8 become <0xff>, a tab stays a tab.
func Visible(text []byte) string {
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "<0x%02x>", text[0])
		case r == '\t', r >= ' ' && r < 0x7f:
			b.WriteByte(byte(r))
		case r == '\n':
			b.WriteString("\n")
		case r < 0xa0, isBidi(r), isInvisible(r), !unicode.IsPrint(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
		text = text[n:]
	}
	return b.String()
}

// isBidi tells a character that changes the direction of the text around it (Unicode Bidirectional Algorithm, UAX 9;
// CVE-2021-42574).
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c
}

// isInvisible tells a character that has no width or no ink and no place in program text.
func isInvisible(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0, r == 0xfeff, r == 0x2800:
		return true
	case r >= 0x200b && r <= 0x200d, r >= 0x2060 && r <= 0x2065, r >= 0x206a && r <= 0x206f, r >= 0x180b && r <= 0x180f:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff, r >= 0x1d173 && r <= 0x1d17a:
		return true
	}
	return false
}
