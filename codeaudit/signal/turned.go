package signal

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sallyport/codeaudit/change"
)

// turned compares each removed line with the added line that replaced it, token by token. Lines that differ in one token
// only are where a check is turned, a bound moved or a safe function exchanged for an unsafe one: small to write, hard to see.
func (s *scan) turned(f *file, h *change.Hunk, reduced float64) {
	if len(h.Old) == 0 || len(h.New) == 0 || len(h.Old) > 24 || len(h.New) > 24 {
		return
	}
	purity := 1.0
	if n := len(h.Old) + len(h.New); n > 16 {
		purity = 0.6
	}
	used := make([]bool, len(h.New))
	for i, old := range h.Old {
		if f.isComment(old) {
			continue
		}
		was := tokens(old)
		if len(was) == 0 {
			continue
		}
		from, to := i, i+1
		if len(h.Old) != len(h.New) {
			from, to = max(0, i-4), min(len(h.New), i+5)
		}
		for j := from; j < to && j < len(h.New); j++ {
			if used[j] {
				continue
			}
			is := tokens(h.New[j])
			if len(was) == 1 && len(is) == 1 && weaker[string(was[0])] == string(is[0]) {
				used[j] = true
				id, strength, note := exchange(string(was[0]), string(is[0]), was, fmt.Sprintf("%q became %q", clip(string(was[0])), clip(string(is[0]))))
				if id != "" {
					s.add(id, f, h.NewLine+j, false, h.New[j], 0, len(h.New[j]), strength*reduced*purity, note)
				}
				break
			}
			if from, to := exchangedCall(was, is); from != "" && f.Lang&programs != 0 {
				used[j] = true
				id, strength, note := exchange(from, to, was, fmt.Sprintf("%q became %q", from, to))
				s.add(id, f, h.NewLine+j, false, h.New[j], 0, len(h.New[j]), strength*reduced*purity, note)
				break
			}
			a, b, ok := oneEdit(was, is)
			if !f.isComment(h.New[j]) {
				if id, strength, note := loosened(f.Lang, old, h.New[j], was, a, b, ok); id != "" {
					used[j] = true
					s.add(id, f, h.NewLine+j, false, h.New[j], 0, len(h.New[j]), strength*reduced*purity, note)
					break
				}
			}
			if !ok || f.Lang&(programs|YAML|Config|Make|M4|CMake) == 0 {
				continue
			}
			used[j] = true
			if id, strength, note := judgeEdit(f.Lang, was, is, a, b); id != "" {
				text := h.New[j]
				s.add(id, f, h.NewLine+j, false, text, 0, len(text), strength*reduced*purity, note)
			}
			break
		}
	}
}

// tokens cuts a line into words, numbers, strings and operators.
func tokens(text []byte) [][]byte {
	var out [][]byte
	if len(text) > 500 {
		return nil
	}
	for i := 0; i < len(text); {
		c := text[i]
		start := i
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			i++
			continue
		case isWord(c):
			for i < len(text) && isWord(text[i]) {
				i++
			}
		case c == '"' || c == '\'' || c == '`':
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			i = min(len(text), i+1)
		default:
			i++
			if i < len(text) && isOperatorPair(c, text[i]) {
				i++
				if i < len(text) && text[i] == '=' && (text[i-1] == '=' || c == text[i-1]) {
					i++
				}
			}
		}
		out = append(out, text[start:i])
	}
	return out
}

func isOperatorPair(a, b byte) bool {
	switch string([]byte{a, b}) {
	case "==", "!=", "<=", ">=", "&&", "||", "->", "<<", ">>", "+=", "-=", "|=", "&=", "^=", ":=", "=>", "::", "=~", "++", "--":
		return true
	}
	return false
}

// oneEdit returns what stands between the common beginning and the common end of two token lists, if that is small and the
// rest is most of the line.
func oneEdit(a, b [][]byte) (was, is [][]byte, ok bool) {
	p := 0
	for p < len(a) && p < len(b) && bytes.Equal(a[p], b[p]) {
		p++
	}
	q := 0
	for q < len(a)-p && q < len(b)-p && bytes.Equal(a[len(a)-1-q], b[len(b)-1-q]) {
		q++
	}
	was, is = a[p:len(a)-q], b[p:len(b)-q]
	if len(was)+len(is) == 0 || p+q < 2 || len(was)+len(is) > 14 || p+q < max(len(was), len(is)) {
		return nil, nil, false
	}
	return was, is, true
}

// weaker pairs a function that checks with its sibling that does not.
var weaker = map[string]string{
	"strncpy": "strcpy", "strlcpy": "strcpy", "strncat": "strcat", "strlcat": "strcat", "snprintf": "sprintf", "vsnprintf": "vsprintf", "fgets": "gets", "strnlen": "strlen",
	"memmove": "memcpy", "calloc": "malloc", "kzalloc": "kmalloc", "safe_load": "load", "escape": "raw", "timingsafe_bcmp": "memcmp", "CRYPTO_memcmp": "memcmp", "hash_equals": "strcmp",
	"compare_digest": "eq", "ConstantTimeCompare": "Equal", "secure_getenv": "getenv", "explicit_bzero": "memset", "copy_from_user": "__copy_from_user", "copy_to_user": "__copy_to_user", "get_user": "__get_user", "put_user": "__put_user",
	"mkstemp": "mktemp", "execFile": "exec", "execFileSync": "execSync", "textContent": "innerHTML", "strcmp": "strncmp", "memcmp": "strncmp", "SSL_VERIFY_PEER": "SSL_VERIFY_NONE", "array_index_nospec": "", "READ_ONCE": "", "check_add_overflow": "", "xmalloc_array": "malloc", "reallocarray": "realloc", "crypto": "math", "arc4random": "rand", "getrandom": "rand", "RAND_bytes": "RAND_pseudo_bytes", "secrets": "random", "randomBytes": "random", "SecureRandom": "Random", "sha256": "md5", "SHA256": "MD5", "https": "http", "True": "False", "true": "false",
	"fullmatch": "match", `"crypto/rand"`: `"math/rand"`, "mkstemp_s": "mktemp", "assertFalse": "", "get": "get_unchecked", "from_utf8": "from_utf8_unchecked", "isEqual": "equals", "HTMLEscapeString": "HTML",
}

// sizes are words of what a bound is about.
var sizes = hints("len", "size", "Size", "count", "offset", "idx", "index", "max", "MAX", "limit", "remain", "depth")

// judgeEdit names what an exchange of tokens does, or "" if it is of no interest here.
func judgeEdit(lang Lang, line, now, was, is [][]byte) (id string, strength float64, note string) {
	a, b := join(was), join(is)
	note = fmt.Sprintf("%q became %q", clip(a), clip(b))
	condition := isCondition(line)
	if len(was) == 1 && len(is) == 1 && len(a) > 5 && hasAny([]byte(a), featureWords) && !hasAny([]byte(b), [][]byte{was[0]}) || len(was) == 1 && len(is) == 1 && a != b && strings.HasPrefix(a, "HAVE_") && hasAny([]byte(a), featureHints) {
		return "sandbox.feature-test", 0.9, note
	}
	switch {
	case len(was) == 1 && len(is) == 1 && !(a == "-" && b == "+"):
		switch {
		case (a == "==" || a == "===" || a == "!=") && b == "=":
			if !condition || lang&(C|JS|Java|PHP|Perl|CSharp|Ruby|Lua) == 0 {
				return "", 0, ""
			}
			return "check.assignment", 1, note
		case isComparison(a) && isComparison(b):
			if a == "==" && b == "===" || a == "!=" && b == "!==" {
				return "", 0, ""
			}
			if a == "===" && b == "==" || a == "!==" && b == "!=" {
				return "check.turned", 0.5, note
			}
			return "check.turned", 1, note
		case a == "&&" && b == "||" || a == "||" && b == "&&" || a == "and" && b == "or" || a == "or" && b == "and":
			return "check.turned", 1, note
		case weaker[a] != "" && weaker[a] == b:
			return exchange(a, b, line, note)
		case isUnsigned(a) && isNarrow(b):
			return "check.bound-moved", 0.9, note + ": a narrower or signed type"
		}
		x, errX := strconv.ParseInt(a, 0, 64)
		y, errY := strconv.ParseInt(b, 0, 64)
		if errX == nil && errY == nil {
			switch {
			case looksLikeMode(a) && looksLikeMode(b) && y&^x&0o077 != 0:
				return "check.permissions", 1, note
			case hasAny(bytes.Join(line, []byte(" ")), [][]byte{[]byte("round"), []byte("ROUND"), []byte("iter"), []byte("ITER"), []byte("bits"), []byte("BITS"), []byte("cost"), []byte("key_len"), []byte("KEYLEN")}) && y < x:
				return "crypto.weak", 0.8, note + ": fewer"
			case condition && isLimitLine(line) && y > x:
				return "check.bound-moved", 0.8, note
			case condition && (y == x+1 || y == x-1 || y == 0 || x == 0):
				return "check.bound-moved", 0.6, note
			}
		}
	case len(is) == 0 && lang == C && bytes.Contains(bytes.Join(was, []byte(" ")), []byte("sizeof")):
		return "check.bound-moved", 0.9, note
	case len(is) == 0 && a == "unsigned", len(is) == 0 && len(was) == 3 && string(was[0]) == "(" && isUnsigned(string(was[1])):
		return "check.bound-moved", 0.85, note + ": a narrower or signed type"
	case len(is) == 0 && (a == "!" || a == "not"):
		return "check.turned", 1, note
	case len(was) == 0 && (b == "!" || b == "not") && condition:
		return "check.turned", 0.9, note
	case len(is) == 0 && len(was) == 2 && (a == "-1" || a == "+1"), a == "-1" && b == "+1", len(was) == 1 && len(is) == 1 && a == "-" && b == "+" && condition, len(was) == 0 && len(is) == 2 && b == "+1" && condition, a == "-sizeof" && b == "":
		return "check.bound-moved", 0.9, note
	case len(is) == 0 && condition && len(was) >= 4 && bytes.ContainsAny([]byte(a), "<>") && (strings.Contains(a, "||") || strings.Contains(a, "&&")) && hasAny([]byte(a), sizes):
		return "check.bound-moved", 0.9, note
	case len(is) == 0 && condition && len(was) >= 2 && (string(was[0]) == "&&" || string(was[0]) == "||" || string(was[len(was)-1]) == "||" || string(was[len(was)-1]) == "&&" || string(was[0]) == "and" || string(was[0]) == "or"):
		return "check.narrowed", ifElse(hasAny([]byte(a), strongWords), 0.9, 0.6), note
	case len(was) == 0 && condition && len(is) >= 2 && (b[0] == '|' || b[0] == '&' || b[len(b)-1] == '|' || b[len(b)-1] == '&' || string(is[0]) == "or" || string(is[0]) == "and"):
		return "check.narrowed", ifElse(string(is[0]) == "||" || string(is[0]) == "or", 0.5, 0.35), note
	case condition && len(is) == 1 && (b == "0" || b == "1" || b == "true" || b == "false" || b == "True" || b == "False") && len(was) > 1:
		return "check.always", 1, note
	case len(is) == 1 && (b == "0" || b == "1" || b == "true" || b == "True" || b == "nil" || b == "NULL") && len(was) > 2 && string(line[0]) == "return":
		return "check.early-return", 0.9, note
	case len(was) >= 1 && len(is) >= 1 && len(was[0]) > 3 && weaker[string(was[0])] != "" && weaker[string(was[0])] == string(is[0]):
		return exchange(string(was[0]), string(is[0]), line, note)
	case len(was) >= 3 && len(is) == 1 && (weaker[string(was[0])] == "" && hasKey(weaker, string(was[0]))):
		return "check.exchanged", 0.9, note
	case len(was) >= 2 && len(is) >= 1 && string(was[0]) == "sizeof" && isNumber(is[0]):
		return "check.bound-moved", 0.9, note
	}
	return "", 0, ""
}

// exchangedCall finds a call of a function that checks where the new line calls its sibling that does not, whatever happened
// to the arguments.
func exchangedCall(was, is [][]byte) (from, to string) {
	for i := 0; i+1 < len(was); i++ {
		to, ok := weaker[string(was[i])]
		if !ok || to == "" || len(was[i+1]) != 1 || was[i+1][0] != '(' || calls(is, string(was[i])) || calls(was, to) || !calls(is, to) {
			continue
		}
		return string(was[i]), to
	}
	return "", ""
}

func calls(line [][]byte, name string) bool {
	for i := 0; i+1 < len(line); i++ {
		if string(line[i]) == name && line[i+1][0] == '(' {
			return true
		}
	}
	return false
}

func exchange(a, b string, line [][]byte, note string) (string, float64, string) {
	switch {
	case (a == "true" || a == "True") && hasAny(bytes.Join(line, []byte(" ")), [][]byte{[]byte("erify"), []byte("ecure"), []byte("strict"), []byte("auth"), []byte("check"), []byte("valid"), []byte("httponly"), []byte("HttpOnly"), []byte("sandbox"), []byte("encrypt"), []byte("sign")}):
		return "check.exchanged", 1, note
	case a == "true" || a == "True":
		return "", 0, ""
	case a == "https":
		return "check.tls-off", 0.5, note
	case a == "memmove" || a == "calloc" || a == "kzalloc" || a == "strcmp" || a == "memcmp" || a == "strnlen":
		return "check.exchanged", 0.6, note
	case a == "fullmatch":
		return "check.loosened", 0.95, note
	case a == "isEqual":
		return "crypto.compare", 0.9, note
	case a == `"crypto/rand"` || a == "crypto" || a == "secrets" || a == "arc4random" || a == "getrandom" || a == "RAND_bytes" || a == "randomBytes" || a == "SecureRandom":
		return "crypto.random", 1, note
	case a == "sha256" || a == "SHA256":
		return "crypto.weak", 1, note
	case a == "timingsafe_bcmp" || a == "CRYPTO_memcmp" || a == "hash_equals" || a == "compare_digest" || a == "ConstantTimeCompare":
		return "crypto.compare", 1, note
	}
	return "check.exchanged", 1, note
}

func join(parts [][]byte) string { return string(bytes.Join(parts, nil)) }

func clip(text string) string { return text[:min(len(text), 60)] }

func isComparison(op string) bool {
	switch op {
	case "==", "!=", "<", "<=", ">", ">=", "===", "!==":
		return true
	}
	return false
}

func isCondition(line [][]byte) bool {
	for i, t := range line {
		if i >= 4 && string(t) != "&&" && string(t) != "||" {
			continue
		}
		switch string(t) {
		case "if", "while", "elif", "elsif", "elseif", "unless", "assert", "return", "&&", "||", "and", "or", "for", "guard", "BUG_ON", "WARN_ON", "ASSERT":
			return true
		}
	}
	return false
}

func isLimitLine(line [][]byte) bool {
	for _, t := range line {
		if string(t) == "<" || string(t) == ">" || string(t) == "<=" || string(t) == ">=" {
			return true
		}
	}
	return false
}

func isUnsigned(t string) bool {
	return t == "size_t" || t == "unsigned" || t == "uint32_t" || t == "uint64_t" || t == "ssize_t" || t == "u32" || t == "u64" || t == "usize" || t == "long" || t == "off_t" || t == "int64_t"
}

func isNarrow(t string) bool {
	return t == "int" || t == "short" || t == "char" || t == "uint16_t" || t == "uint8_t" || t == "int32_t" || t == "u16" || t == "u8" || t == "i32" || t == "int16_t" || t == "signed"
}

func looksLikeMode(t string) bool {
	if len(t) < 4 || len(t) > 6 || t[0] != '0' {
		return false
	}
	for i, c := range t {
		if (c < '0' || c > '7') && !(i == 1 && c == 'o') {
			return false
		}
	}
	return true
}

func isNumber(t []byte) bool { return len(t) > 0 && t[0] >= '0' && t[0] <= '9' }

func hasKey(m map[string]string, key string) bool { _, ok := m[key]; return ok }
