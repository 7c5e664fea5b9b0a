package foreign

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind of a token.
type kind byte

const (
	word   kind = iota // an identifier with its dots, colons and arrows: os.path.join, IO::Socket, $obj->method
	text               // a string literal
	shell              // a command in backticks or qx//
	number             //
	regex              // a pattern or substitution: no effect, unless code runs in it
	punct              //
	end                // end of a statement: newline or semicolon
)

type token struct {
	kind   kind
	text   string
	interp bool // a string in which variables are put: "$x", f"{x}", "#{x}"
	flags  string
}

// tokens reads a program. It never fails: what it cannot read becomes punctuation.
func (l *language) tokens(src string) []token {
	s := &scanner{lang: l, src: src}
	for s.pos < len(src) && len(s.out) < maxTokens {
		s.next()
	}
	return s.out
}

type scanner struct {
	lang *language
	src  string
	pos  int
	out  []token
}

func (s *scanner) emit(t token) { s.out = append(s.out, t) }

func (s *scanner) last() token {
	if len(s.out) == 0 {
		return token{kind: end}
	}
	return s.out[len(s.out)-1]
}

// operand reports whether a value can begin here, so that a slash opens a pattern and does not divide.
func (s *scanner) operand() bool {
	l := s.last()
	switch l.kind {
	case end:
		return true
	case punct:
		return l.text != ")" && l.text != "]" && l.text != "}"
	case word:
		return strings.Contains(" if unless and or not split grep return print when while until puts match ", " "+l.text+" ")
	}
	return false
}

func (s *scanner) next() {
	c := s.src[s.pos]
	rest := s.src[s.pos:]
	l := s.lang
	switch {
	case c == '\n' || c == ';':
		s.pos++
		s.emit(token{kind: end, text: string(c)})
		return
	case c == ' ' || c == '\t' || c == '\r':
		s.pos++
		return
	case c == '\\' && strings.HasPrefix(rest, "\\\n"):
		s.pos += 2
		return
	}
	for _, m := range l.comments {
		if strings.HasPrefix(rest, m) && !(m == "#" && s.pos > 0 && s.src[s.pos-1] == '$') {
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				s.pos += i
			} else {
				s.pos = len(s.src)
			}
			return
		}
	}
	if l.blockComment != "" && strings.HasPrefix(rest, l.blockComment) {
		closing := map[string]string{"/*": "*/", "--[[": "]]"}[l.blockComment]
		if i := strings.Index(rest[2:], closing); i >= 0 {
			s.pos += i + 2 + len(closing)
		} else {
			s.pos = len(s.src)
		}
		return
	}
	switch {
	case l.quoteOps && s.quoteOp():
	case c == '"' || c == '\'' || c == '`':
		s.quoted("")
	case l.longStrings && strings.HasPrefix(rest, "[["):
		body, _, _ := strings.Cut(rest[2:], "]]")
		s.pos = min(len(s.src), s.pos+len(body)+4)
		s.emit(token{kind: text, text: body})
	case l.slashRegex && c == '/' && s.operand():
		s.pos++
		body := s.until('/')
		s.emit(token{kind: regex, text: body, flags: s.letters()})
	case c >= '0' && c <= '9':
		i := s.pos
		for i < len(s.src) && (isWordByte(s.src[i]) || s.src[i] == '.' && i+1 < len(s.src) && s.src[i+1] >= '0' && s.src[i+1] <= '9') {
			i++
		}
		s.emit(token{kind: number, text: s.src[s.pos:i]})
		s.pos = i
	case isWordByte(c) || c >= utf8.RuneSelf || strings.IndexByte(l.sigils, c) >= 0 && s.pos+1 < len(s.src) && (isWordByte(s.src[s.pos+1]) || strings.IndexByte("{&_0$@", s.src[s.pos+1]) >= 0):
		s.word()
	default:
		for _, op := range []string{"->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "::", "<<", ">>", "+=", ".=", "-=", "=~"} {
			if strings.HasPrefix(rest, op) {
				s.emit(token{kind: punct, text: op})
				s.pos += len(op)
				return
			}
		}
		_, n := utf8.DecodeRuneInString(rest)
		s.emit(token{kind: punct, text: rest[:n]})
		s.pos += n
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// word reads an identifier and everything that is joined to it.
func (s *scanner) word() {
	i := s.pos
	if strings.IndexByte(s.lang.sigils, s.src[i]) >= 0 {
		i++
		for i < len(s.src) && strings.IndexByte("$@{&", s.src[i]) >= 0 {
			i++
		}
	}
	for i < len(s.src) {
		c := s.src[i]
		switch {
		case isWordByte(c) || c >= utf8.RuneSelf || (c == '!' || c == '?') && s.lang.bang && i+1 < len(s.src) && s.src[i+1] != '=':
			i++
			continue
		case c == '.' && s.lang.dots && i+1 < len(s.src) && (isWordByte(s.src[i+1]) && !(s.src[i+1] >= '0' && s.src[i+1] <= '9')):
			i++
			continue
		case c == ':' && i+2 < len(s.src) && s.src[i+1] == ':' && isWordByte(s.src[i+2]):
			i += 2
			continue
		case c == '-' && s.lang.arrows && i+2 < len(s.src) && s.src[i+1] == '>' && isWordByte(s.src[i+2]):
			i += 2
			continue
		}
		break
	}
	name := s.src[s.pos:i]
	s.pos = i
	if i < len(s.src) && (s.src[i] == '"' || s.src[i] == '\'') && s.lang.prefixes && len(name) <= 2 && strings.Trim(strings.ToLower(name), "rbuf") == "" {
		s.quoted(strings.ToLower(name))
		return
	}
	s.emit(token{kind: word, text: strings.TrimRight(strings.ReplaceAll(name, "{", ""), ".")})
}

// quoted reads a string literal that begins at pos.
func (s *scanner) quoted(prefix string) {
	q := s.src[s.pos : s.pos+1]
	if s.lang.triple && strings.HasPrefix(s.src[s.pos:], strings.Repeat(q, 3)) {
		body, _, _ := strings.Cut(s.src[s.pos+3:], strings.Repeat(q, 3))
		s.pos = min(len(s.src), s.pos+6+len(body))
		if !strings.Contains(prefix, "r") {
			body = unescape(body)
		}
		s.emit(token{kind: text, text: body, interp: strings.Contains(prefix, "f")})
		return
	}
	s.pos++
	body := s.until(q[0])
	t := token{kind: text, text: body}
	switch {
	case q == "`":
		t.kind = s.lang.backtick
		t.interp = true
		if t.kind == shell {
			t.text = unescape(body)
		}
	case q == "'" && s.lang.rawSingle:
		t.text = strings.NewReplacer(`\'`, `'`, `\\`, `\`).Replace(body)
	case !strings.Contains(prefix, "r"):
		t.text = unescape(body)
		t.interp = q == `"` && s.lang.interpolates || strings.Contains(prefix, "f")
	}
	s.emit(t)
}

// until reads up to an unescaped closing byte, and takes it.
func (s *scanner) until(closing byte) string {
	i := s.pos
	for i < len(s.src) && s.src[i] != closing {
		if s.src[i] == '\\' {
			i++
		}
		i++
	}
	i = min(i, len(s.src))
	body := s.src[s.pos:i]
	s.pos = min(i+1, len(s.src))
	return body
}

func (s *scanner) letters() string {
	i := s.pos
	for i < len(s.src) && s.src[i] >= 'a' && s.src[i] <= 'z' {
		i++
	}
	f := s.src[s.pos:i]
	s.pos = i
	return f
}

// quoteOp reads perl's q qq qw qx m s tr y and ruby's %q %x.
func (s *scanner) quoteOp() bool {
	rest := s.src[s.pos:]
	if s.last().kind == punct && (s.last().text == "->" || s.last().text == "{") && strings.IndexByte(rest, '}') == 1 {
		return false
	}
	for _, op := range []string{"qq", "qw", "qx", "qr", "q", "m", "s", "tr", "y", "%x", "%q", "%Q", "%w"} {
		if !strings.HasPrefix(rest, op) || len(rest) <= len(op)+1 {
			continue
		}
		d := rest[len(op)]
		if isWordByte(d) || strings.IndexByte(" \t\n,;=)>-.", d) >= 0 || op[0] == '%' && strings.IndexByte("{([|/", d) < 0 || op[0] != '%' && !s.lang.perl {
			continue
		}
		s.pos += len(op) + 1
		body := s.delimited(d)
		switch op {
		case "q", "%q":
			s.emit(token{kind: text, text: body})
		case "qq", "%Q":
			s.emit(token{kind: text, text: unescape(body), interp: true})
		case "qw", "%w":
			s.emit(token{kind: punct, text: "("})
			for i, w := range strings.Fields(body) {
				if i > 0 {
					s.emit(token{kind: punct, text: ","})
				}
				s.emit(token{kind: text, text: w})
			}
			s.emit(token{kind: punct, text: ")"})
		case "qx", "%x":
			s.emit(token{kind: shell, text: unescape(body), interp: true})
		case "m", "qr":
			s.emit(token{kind: regex, text: body, flags: s.letters()})
		default: // s, tr, y have a second part
			if strings.IndexByte("{([<", d) >= 0 {
				for s.pos < len(s.src) && strings.IndexByte(" \t\n", s.src[s.pos]) >= 0 {
					s.pos++
				}
				if s.pos < len(s.src) {
					d = s.src[s.pos]
					s.pos++
				}
			}
			repl := s.delimited(d)
			s.emit(token{kind: regex, text: repl, flags: "=" + s.letters()})
		}
		return true
	}
	return false
}

func (s *scanner) delimited(open byte) string {
	closing := map[byte]byte{'{': '}', '(': ')', '[': ']', '<': '>'}[open]
	if closing == 0 {
		return s.until(open)
	}
	depth, i := 1, s.pos
	for i < len(s.src) && depth > 0 {
		switch s.src[i] {
		case '\\':
			i++
		case open:
			depth++
		case closing:
			depth--
		}
		i++
	}
	i = min(i, len(s.src))
	body := s.src[s.pos:max(s.pos, i-1)]
	s.pos = i
	return body
}

// unescape expands the backslash escapes that these languages share.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		digits := func(from, n, radix int) {
			j := from
			for j < len(s) && j < from+n {
				if _, err := strconv.ParseUint(s[j:j+1], radix, 8); err != nil {
					break
				}
				j++
			}
			if v, err := strconv.ParseUint(s[from:j], radix, 32); err == nil {
				if v < 256 {
					b.WriteByte(byte(v))
				} else {
					b.WriteRune(rune(v))
				}
				i = j - 1
			}
		}
		switch c := s[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'e':
			b.WriteByte(27)
		case 'x':
			if i+1 < len(s) && s[i+1] == '{' {
				if j := strings.IndexByte(s[i:], '}'); j > 0 {
					v, _ := strconv.ParseUint(s[i+2:i+j], 16, 32)
					b.WriteRune(rune(v))
					i += j
				}
				break
			}
			digits(i+1, 2, 16)
		case 'u':
			digits(i+1, 4, 16)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			digits(i, 3, 8)
		case '\n':
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
