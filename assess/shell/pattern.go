package shell

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/value"
)

// pattern expands w as a shell pattern: what is quoted stands for itself and is escaped with backslashes. ok is false
// when part of it is not known.
func (m *machine) pattern(w *syntax.Word) (string, bool) {
	if w == nil {
		return "", true
	}
	var b strings.Builder
	for i, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if i == 0 && strings.HasPrefix(p.Value, "~") {
				t, ok := m.tilde(p.Value).Const()
				if !ok {
					return "", false
				}
				b.WriteString(quotePattern(t))
				continue
			}
			t, ok := m.lit(p.Value).Const()
			if !ok {
				return "", false
			}
			b.WriteString(t)
		case *syntax.SglQuoted, *syntax.DblQuoted:
			t, ok := m.part(p).Const()
			if !ok {
				return "", false
			}
			b.WriteString(quotePattern(t))
		case *syntax.ExtGlob:
			b.WriteString(p.Op.String() + p.Pattern.Value + ")")
		default:
			t, ok := m.part(p).Const()
			if !ok {
				return "", false
			}
			b.WriteString(t)
		}
	}
	return b.String(), true
}

func quotePattern(s string) string {
	if !strings.ContainsAny(s, `*?[\()|@!+`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(`*?[]\()|@!+`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isLiteral(pat string) bool {
	for i := 0; i < len(pat); i++ {
		switch pat[i] {
		case '\\':
			i++
		case '*', '?', '[':
			return false
		case '@', '!', '+':
			if i+1 < len(pat) && pat[i+1] == '(' {
				return false
			}
		}
	}
	return true
}

func unquotePattern(pat string) string {
	if strings.IndexByte(pat, '\\') < 0 {
		return pat
	}
	var b strings.Builder
	for i := 0; i < len(pat); i++ {
		if pat[i] == '\\' && i+1 < len(pat) {
			i++
		}
		b.WriteByte(pat[i])
	}
	return b.String()
}

func hasExt(pat string) bool {
	i := strings.IndexByte(pat, '(')
	return i > 0 && strings.IndexByte("?*+@!", pat[i-1]) >= 0 && (i < 2 || pat[i-2] != '\\')
}

// matches reports whether s matches the whole pattern. Work is bounded by the product of the lengths.
func matches(pat, s string) bool {
	if hasExt(pat) {
		expr, err := pattern.Regexp(pat, pattern.EntireString|pattern.ExtendedOperators)
		if err != nil {
			return false
		}
		re, err := regexp.Compile(expr)
		return err == nil && re.MatchString(s)
	}
	return glob(pat, s)
}

// glob is iterative matching with one point of return, linear in practice.
func glob(pat, s string) bool {
	p, i := 0, 0
	star, from := -1, 0
	for i < len(s) {
		if p < len(pat) {
			if pat[p] == '*' {
				star, from = p, i
				p++
				continue
			}
			if n, ok := one(pat[p:], s[i:]); ok {
				p += n
				_, size := utf8.DecodeRuneInString(s[i:])
				if pat[p-n] != '?' && pat[p-n] != '[' {
					size = 1
				}
				i += size
				continue
			}
		}
		if star < 0 {
			return false
		}
		from++
		p, i = star+1, from
	}
	for p < len(pat) && pat[p] == '*' {
		p++
	}
	return p == len(pat)
}

// one matches the first element of pat against the first character of s and returns the element's length.
func one(pat, s string) (int, bool) {
	switch pat[0] {
	case '?':
		return 1, true
	case '\\':
		if len(pat) > 1 {
			return 2, pat[1] == s[0]
		}
		return 1, s[0] == '\\'
	case '[':
		return class(pat, s)
	}
	return 1, pat[0] == s[0]
}

// class matches a bracket expression. An unterminated one stands for itself.
func class(pat, s string) (int, bool) {
	r, _ := utf8.DecodeRuneInString(s)
	i := 1
	not := i < len(pat) && (pat[i] == '!' || pat[i] == '^')
	if not {
		i++
	}
	hit := false
	for first := true; i < len(pat) && (first || pat[i] != ']'); first = false {
		if strings.HasPrefix(pat[i:], "[:") {
			if j := strings.Index(pat[i:], ":]"); j > 0 {
				hit = hit || named(pat[i+2:i+j], r)
				i += j + 2
				continue
			}
		}
		if pat[i] == '\\' && i+1 < len(pat) {
			i++
		}
		lo, n := utf8.DecodeRuneInString(pat[i:])
		i += n
		hi := lo
		if i+1 < len(pat) && pat[i] == '-' && pat[i+1] != ']' {
			hi, n = utf8.DecodeRuneInString(pat[i+1:])
			i += 1 + n
		}
		hit = hit || lo <= r && r <= hi
	}
	if i >= len(pat) {
		return 1, s[0] == '['
	}
	return i + 1, hit != not
}

func named(class string, r rune) bool {
	switch class {
	case "alnum":
		return r >= '0' && r <= '9' || named("alpha", r)
	case "alpha":
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	case "digit":
		return r >= '0' && r <= '9'
	case "lower":
		return r >= 'a' && r <= 'z'
	case "upper":
		return r >= 'A' && r <= 'Z'
	case "space":
		return strings.ContainsRune(" \t\n\r\f\v", r)
	case "blank":
		return r == ' ' || r == '\t'
	case "xdigit":
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
	case "punct":
		return r > 32 && r < 127 && !named("alnum", r)
	case "cntrl":
		return r < 32 || r == 127
	}
	return false
}

func prefixLen(s, pat string, longest bool) int {
	if isLiteral(pat) {
		if lit := unquotePattern(pat); strings.HasPrefix(s, lit) {
			return len(lit)
		}
		return 0
	}
	if len(s) > 4096 {
		return 0
	}
	best := 0
	for i := 0; i <= len(s); i++ {
		if matches(pat, s[:i]) {
			best = i
			if !longest {
				return i
			}
		}
	}
	return best
}

func suffixLen(s, pat string, longest bool) int {
	if isLiteral(pat) {
		if lit := unquotePattern(pat); strings.HasSuffix(s, lit) {
			return len(lit)
		}
		return 0
	}
	if len(s) > 4096 {
		return 0
	}
	best := 0
	for i := len(s); i >= 0; i-- {
		if matches(pat, s[i:]) {
			best = len(s) - i
			if !longest {
				return best
			}
		}
	}
	return best
}

// replace is ${s/pat/with}, with the anchors # and %.
func replace(s, pat, with string, all bool) string {
	if strings.HasPrefix(pat, "#") && !all {
		n := prefixLen(s, pat[1:], true)
		if n > 0 || pat == "#" {
			return with + s[n:]
		}
		return s
	}
	if strings.HasPrefix(pat, "%") && !all {
		n := suffixLen(s, pat[1:], true)
		if n > 0 || pat == "%" {
			return s[:len(s)-n] + with
		}
		return s
	}
	if pat == "" {
		return s
	}
	if isLiteral(pat) {
		n := 1
		if all {
			n = -1
		}
		return strings.Replace(s, unquotePattern(pat), with, n)
	}
	if len(s) > 4096 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n := 0
		for j := len(s); j > i; j-- {
			if matches(pat, s[i:j]) {
				n = j - i
				break
			}
		}
		if n == 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		b.WriteString(with)
		i += n
		if !all {
			b.WriteString(s[i:])
			break
		}
	}
	return b.String()
}

func mapMatching(s, pat string, f func(string) string, first bool) string {
	var b strings.Builder
	for i, r := range s {
		c := string(r)
		if (!first || i == 0) && matches(pat, c) {
			c = f(c)
		}
		b.WriteString(c)
	}
	return b.String()
}

// wellKnown are files that exist on every Linux host: what "/???/b?n" style patterns stand for.
var wellKnown = func() []string {
	out := []string{
		"/etc/passwd", "/etc/shadow", "/etc/gshadow", "/etc/group", "/etc/sudoers", "/etc/crontab", "/etc/hosts", "/etc/profile", "/etc/ssh/sshd_config", "/root/.ssh/id_rsa",
		"/root/.ssh/authorized_keys", "/etc/ld.so.preload", "/etc/rc.local", "/dev/null", "/dev/sda", "/dev/tcp", "/var/log/wtmp", "/var/log/auth.log", "/root/.bashrc", "/etc/environment",
	}
	for _, c := range strings.Fields(`bash sh dash cat cp mv rm ln ls dd nc ncat netcat curl wget base64 python python3 perl awk sed grep chmod chown tee tar gzip xxd
		openssl ssh scp rsync socat telnet head tail cut tr rev id whoami uname ps kill mount echo printf env nice nohup xargs find date touch mkdir sleep crontab systemctl`) {
		out = append(out, "/bin/"+c, "/usr/bin/"+c)
	}
	return out
}()

// globbed replaces a pattern that spells a few well-known paths, or files the text itself made, by those paths. Any other
// pattern stays as it is: it is its own best name.
func (m *machine) globbed(v value.Str) value.Str {
	pat, ok := v.Const()
	if !ok || !strings.ContainsAny(pat, "*?[") {
		return v
	}
	var hits []value.Str
	if strings.HasPrefix(pat, "/") && strings.ContainsAny(pat, "?[") {
		for _, p := range wellKnown {
			if strings.Count(p, "/") == strings.Count(pat, "/") && matches(pat, p) {
				hits = append(hits, value.Lit(p))
			}
		}
		if len(hits) > 8 {
			hits = nil
		}
	}
	for name := range m.vars {
		p, ok := strings.CutPrefix(name, filePrefix)
		if ok && !procPath(p) && strings.Count(p, "/") == strings.Count(m.abs(pat), "/") && matches(m.abs(pat), p) {
			hits = append(hits, value.Lit(p))
		}
	}
	if len(hits) == 0 || len(hits) > 12 {
		return v
	}
	slices.SortFunc(hits, func(a, b value.Str) int { return strings.Compare(a.String(), b.String()) })
	return value.OneOf(append(hits, v)...)
}
