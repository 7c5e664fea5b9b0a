package shell

import (
	"strings"
	"unicode/utf8"
)

// escapes says which backslash escapes a text has.
type escapes uint8

const (
	quotedEscapes escapes = iota // $'...' and the format of printf: octal numbers have up to three digits
	echoEscapes                  // echo -e: octal numbers begin with \0; \c ends the output
	argEscapes                   // printf %b: both
)

// unescapeC decodes the escapes of $'...'.
func unescapeC(s string) string {
	out, _ := decodeEscapes(s, quotedEscapes)
	return out
}

// decodeEscapes decodes the backslash escapes of s. stop is true when \c ended the output.
func decodeEscapes(s string, mode escapes) (out string, stop bool) {
	quoted := mode == quotedEscapes
	if strings.IndexByte(s, '\\') < 0 {
		return s, false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'a':
			b.WriteByte(7)
		case 'b':
			b.WriteByte(8)
		case 'e', 'E':
			b.WriteByte(27)
		case 'f':
			b.WriteByte(12)
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'v':
			b.WriteByte(11)
		case '\\':
			b.WriteByte('\\')
		case '\'', '"', '?':
			if !quoted && c != '"' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case 'c':
			if !quoted {
				return b.String(), true
			}
			if i+1 < len(s) {
				i++
				b.WriteByte(s[i] & 0x1f)
			}
		case 'x':
			n, used := digits(s[i+1:], 2, 16)
			if used == 0 {
				b.WriteString(`\x`)
			} else {
				b.WriteByte(byte(n))
			}
			i += used
		case 'u', 'U':
			most := 4
			if c == 'U' {
				most = 8
			}
			n, used := digits(s[i+1:], most, 16)
			if used == 0 {
				b.WriteByte('\\')
				b.WriteByte(c)
			} else if n <= utf8.MaxRune {
				b.WriteRune(rune(n))
			}
			i += used
		case '0', '1', '2', '3', '4', '5', '6', '7':
			most := 3
			if !quoted && c == '0' {
				most = 4
			} else if mode == echoEscapes {
				b.WriteByte('\\')
				b.WriteByte(c)
				continue
			}
			n, used := digits(s[i:], most, 8)
			b.WriteByte(byte(n))
			i += used - 1
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

func digits(s string, most int, base int) (n, used int) {
	for used < len(s) && used < most {
		c := s[used]
		d := 99
		switch {
		case c >= '0' && c <= '9':
			d = int(c - '0')
		case c >= 'a' && c <= 'f':
			d = int(c-'a') + 10
		case c >= 'A' && c <= 'F':
			d = int(c-'A') + 10
		}
		if d >= base {
			break
		}
		n = n*base + d
		used++
	}
	return n, used
}
