package command

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func echo(args []string) []byte {
	newline, escapes := true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		t, stop := unescape(text, true)
		if text = t; stop {
			newline = false
		}
	}
	if newline {
		text += "\n"
	}
	return []byte(text)
}

// unescape expands backslash escapes as echo -e (octal as \0nnn) or printf (octal as \nnn) do. stop is true after \c.
func unescape(s string, zeroOctal bool) (out string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'a':
			b.WriteByte(7)
		case 'b':
			b.WriteByte(8)
		case 'c':
			return b.String(), true
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
		case '"', '\'', '?':
			if zeroOctal {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case 'x', 'u', 'U':
			most := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			n, v := 0, 0
			for n < most && i+1 < len(s) && hexDigit(s[i+1]) >= 0 {
				v = v<<4 | hexDigit(s[i+1])
				i, n = i+1, n+1
			}
			switch {
			case n == 0:
				b.WriteByte('\\')
				b.WriteByte(c)
			case c == 'x':
				b.WriteByte(byte(v))
			default:
				b.WriteRune(rune(v))
			}
		case '0', '1', '2', '3', '4', '5', '6', '7':
			most := 3
			if c == '0' && zeroOctal {
				most = 4
			} else if zeroOctal && c != '0' {
				most = 3
			}
			n, v := 0, 0
			for n < most && i < len(s) && s[i] >= '0' && s[i] <= '7' {
				v = v<<3 | int(s[i]-'0')
				i, n = i+1, n+1
			}
			i--
			b.WriteByte(byte(v))
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// printf is the shell's: the format is used again while arguments remain.
func printf(format string, args []string) ([]byte, bool) {
	var b strings.Builder
	for {
		used := 0
		next := func() string {
			if used < len(args) {
				used++
				return args[used-1]
			}
			used++
			return ""
		}
		stop, ok := printfOnce(&b, format, next)
		if !ok || b.Len() > 1<<20 {
			return nil, false
		}
		if stop || used == 0 || used >= len(args) {
			return []byte(b.String()), true
		}
		args = args[used:]
	}
}

func printfOnce(b *strings.Builder, format string, next func() string) (stop, ok bool) {
	for i := 0; i < len(format); i++ {
		if format[i] == '\\' {
			end := i + 2
			for end < len(format) && end < i+10 && (hexDigit(format[end]) >= 0) {
				end++
			}
			// Escapes are expanded one at a time, so that a following % keeps its meaning.
			piece := format[i:min(end, len(format))]
			for n := 2; n <= len(piece); n++ {
				t, s := unescape(piece[:n], false)
				longer := n < len(piece)
				if longer {
					t2, _ := unescape(piece[:n+1], false)
					if len(t2) == len(t) || strings.HasPrefix(t, "\\") && !strings.HasPrefix(t2, "\\") {
						continue
					}
				}
				if s {
					return true, true
				}
				b.WriteString(t)
				i += n - 1
				break
			}
			continue
		}
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		j := i + 1
		for j < len(format) && strings.IndexByte("-+ #0'", format[j]) >= 0 {
			j++
		}
		spec := format[i+1 : j]
		width, prec := "", ""
		for j < len(format) && (format[j] >= '0' && format[j] <= '9' || format[j] == '*') {
			if format[j] == '*' {
				width = next()
			} else {
				width += string(format[j])
			}
			j++
		}
		hasPrec := j < len(format) && format[j] == '.'
		if hasPrec {
			for j++; j < len(format) && (format[j] >= '0' && format[j] <= '9' || format[j] == '*'); j++ {
				if format[j] == '*' {
					prec = next()
				} else {
					prec += string(format[j])
				}
			}
		}
		if j >= len(format) {
			return false, false
		}
		w, _ := number(width)
		p, _ := number(prec)
		if w > 10_000 || p > 10_000 {
			return false, false
		}
		text := ""
		switch c := format[j]; c {
		case '%':
			text = "%"
		case 's':
			text = next()
		case 'b':
			t, s := unescape(next(), true)
			if text = t; s {
				b.WriteString(text)
				return true, true
			}
		case 'c':
			if text = next(); len(text) > 1 {
				text = text[:1]
			}
		case 'd', 'i', 'u', 'x', 'X', 'o':
			n, valid := shellNumber(next())
			if !valid {
				return false, false
			}
			text = strconv.FormatInt(n, map[byte]int{'d': 10, 'i': 10, 'u': 10, 'x': 16, 'X': 16, 'o': 8}[c])
			if c == 'X' {
				text = strings.ToUpper(text)
			}
			if strings.Contains(spec, "#") && c == 'x' {
				text = "0x" + text
			}
			if strings.Contains(spec, "0") && !strings.Contains(spec, "-") {
				for len(text) < w {
					text = "0" + text
				}
			}
		case 'q':
			return false, false
		default:
			return false, false
		}
		if hasPrec && (format[j] == 's' || format[j] == 'b') && len(text) > p {
			text = text[:p]
		}
		for len(text) < w {
			if strings.Contains(spec, "-") {
				text += " "
			} else {
				text = " " + text
			}
		}
		b.WriteString(text)
		i = j
	}
	return false, true
}

func shellNumber(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	if (s[0] == '\'' || s[0] == '"') && len(s) > 1 {
		r, _ := utf8.DecodeRuneInString(s[1:])
		return int64(r), true
	}
	n, err := strconv.ParseInt(s, 0, 64)
	return n, err == nil
}
