package signal

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A line that still asks the question and now takes more for an answer: a switch thrown, a limit raised, a pattern without its
// anchors, a comparison that became a search.

// opposites are words of which the second lets through what the first held. Folded; only where the line is about protection
// if open is false.
var opposites = map[string][]string{
	"on": {"off"}, "yes": {"no"}, "enabled": {"disabled"}, "enable": {"disable"}, "true": {"false"}, "1": {"0"}, "strict": {"none", "lax", "loose", "off"}, "required": {"optional", "none"}, "require": {"allow", "prefer", "disable"},
	"deny": {"allow"}, "denied": {"allowed"}, "drop": {"accept"}, "reject": {"accept"}, "block": {"allow", "warn"}, "private": {"public", "public-read", "public-read-write"}, "internal": {"external", "public"}, "clusterip": {"loadbalancer", "nodeport"},
	"kill": {"log", "allow", "errno", "trap"}, "restricted": {"unrestricted", "privileged", "baseline"}, "enforce": {"warn", "audit", "permissive", "complain"}, "enforcing": {"permissive", "disabled"}, "error": {"warn", "off", "ignore"}, "full": {"none"}, "never": {"always"},
	"mandatory": {"optional"}, "deny_all": {"allow_all"}, "localhost": {"*", "0.0.0.0", "::"}, "127.0.0.1": {"0.0.0.0", "::", "*"},
}

// plain are opposites that say nothing by themselves: the line must be about protection.
var plain = map[string]bool{"on": true, "yes": true, "enabled": true, "enable": true, "true": true, "1": true, "required": true, "full": true, "error": true, "never": true, "internal": true, "block": true, "drop": true, "kill": true, "strict": true, "localhost": true, "127.0.0.1": true}

var (
	protects = regexp.MustCompile(`(?i)verif|secur|auth|strict|valid|ssl|tls|https|encrypt|crypt|sign|protect|sandbox|isolat|csrf|xss|http_?only|same_?site|harden|enforc|integrity|mfa|2fa|totp|restrict|safe|trust|permission|access|acl|firewall|seccomp|selinux|apparmor|escape|sanitiz|audit|password|listen|bind|host|deny|non_?root|read_?only|check_|_check\b|checks?\b`)
	exposes  = regexp.MustCompile(`(?i)public|insecure|skip|allow|debug|anonym|disable|unsafe|privileg|ignore|bypass|permissive|trust_?all|accept_?all|escalat|unverified|self_?signed|node_?integration|remote_?module|no_?verify|no_?check|expose|world`)
	chatty   = regexp.MustCompile(`(?i)skip|ignore|debug|disable|allow`) // what a flag of a program is called for a hundred reasons
	bounded  = regexp.MustCompile(`(?i)limit|timeout|max_?age|ttl|expir|attempt|tries|retry|retries|grace|lockout|backoff|session|deadline|window|throttl|rate|fail`)
	strong   = regexp.MustCompile(`(?i)rounds?\b|iter|cost|bits|entropy|random|rand_|rand\b|key_?(?:len|size|bits)|salt|nonce|urandom|token|bytes\b|min_?(?:len|length|size)|work_?factor|hash`)
	duration = regexp.MustCompile(`^["']?(\d+)\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|y|years?)["']?$`)
	// partial are calls that look for a part where the whole was compared.
	partial = regexp.MustCompile(`\b(?:(?:ends|starts)_?[wW]ith|includes|indexOf|contains|Contains|HasSuffix|HasPrefix|EndsWith|StartsWith|strstr|strcasestr|strpos|str_contains|str_(?:starts|ends)_with|include\?|(?:start|end)_with\?|strncmp|strncasecmp|search|index)\s*\(|\bin\s+(?:\w|["'])|=~|\bLIKE\b`)
	whole   = regexp.MustCompile(`[=!]==?|\.equals\w*\(|\bstrcmp\s*\(|\bstrcasecmp\s*\(|\beq\b|\bEqualFold\s*\(|\bfullmatch\s*\(|\bmatches\(`)
	begins  = regexp.MustCompile("[\"'`/{]\\^|\\\\A|\\(\\?:?\\^|\\br\\(\\^")
	ends    = regexp.MustCompile("\\$[\"'`/)}]|\\\\[zZ]")
	// elsewhere are values that mean everybody, everywhere or anything.
	elsewhere = regexp.MustCompile(`["'](?:\*|0\.0\.0\.0(?:/0)?|::/0)["']`)
	anyhost   = regexp.MustCompile(`[\s=:](?:\*|0\.0\.0\.0(?:/0)?|::/0|::)[\],;\s]*$`)
)

// loosened judges an old line against the line in its place. The tokens are of the same two lines; was and is what differs, if
// that is known.
func loosened(lang Lang, old, now []byte, line, was, is [][]byte, edit bool) (id string, strength float64, note string) {
	if edit && len(was) == 1 && len(is) > 0 && len(is) < 4 {
		if id, strength, note = exchangedWord(old, string(was[0]), join(is), line); id != "" {
			return id, strength, note
		}
	}
	if len(old) > 300 || len(now) > 300 {
		return "", 0, ""
	}
	if lang&(Make|M4|Shell) == 0 && (bytes.IndexByte(old, '^') >= 0 || bytes.IndexByte(old, '$') >= 0 || bytes.IndexByte(old, '\\') >= 0) && similar(old, now) {
		if a, b := len(begins.FindAll(old, 9))+len(ends.FindAll(old, 9)), len(begins.FindAll(now, 9))+len(ends.FindAll(now, 9)); b < a && bytes.ContainsAny(old, "[*+?") || b == a && bytes.Count(now, []byte(`\A`))+bytes.Count(now, []byte(`\z`)) < bytes.Count(old, []byte(`\A`))+bytes.Count(old, []byte(`\z`)) {
			return "check.loosened", 0.95, "a pattern lost what ties it to the beginning or end"
		}
		if a, b := bytes.Count(old, []byte(`\.`)), bytes.Count(now, []byte(`\.`)); b < a && bytes.Equal(bytes.ReplaceAll(old, []byte(`\.`), []byte(".")), bytes.ReplaceAll(now, []byte(`\.`), []byte("."))) {
			return "check.loosened", 0.95, "a point that stood for itself now stands for anything"
		}
	}
	if hasAny(now, partialHints) && whole.Match(old) && !partial.Match(old) && partial.Match(now) && !whole.Match(stripNull(now)) && similar(old, now) {
		return "check.loosened", 0.95, "a comparison of the whole became a search for a part"
	}
	everybody := func(t []byte) bool { return elsewhere.Match(t) || lang&programs == 0 && anyhost.Match(t) }
	if hasAny(now, everyHints) && everybody(now) && !everybody(old) && similar(old, now) {
		return "check.permissions", 1, "from a few to everybody"
	}
	return "", 0, ""
}

// Texts one of which is in every line that the expressions match.
var (
	partialHints = hints("ith", "includes", "ndex", "ontains", "uffix", "refix", "str", " in ", "=~", "LIKE", "search", "include")
	everyHints   = hints("*", "0.0.0.0", "::")
)

// stripNull takes away what only asks whether a search found something.
func stripNull(text []byte) []byte {
	return nullTest.ReplaceAll(text, nil)
}

var nullTest = regexp.MustCompile(`[=!]==?\s*(?:NULL|nullptr|null|nil|false|-1|0|None)\b`)

// similar tells that two lines say nearly the same: most words of the shorter are in the longer.
func similar(a, b []byte) bool {
	in := map[string]bool{}
	total, same := 0, 0
	for _, w := range words(a) {
		in[string(w)] = true
	}
	for _, w := range words(b) {
		total++
		if in[string(w)] {
			same++
		}
	}
	return total > 0 && same*2 >= min(total, len(in)) && same > 0
}

func words(text []byte) [][]byte {
	return bytes.FieldsFunc(text, func(r rune) bool { return r > 0x7f || !isWord(byte(r)) })
}

func exchangedWord(old []byte, a, b string, line [][]byte) (id string, strength float64, note string) {
	note = fmt.Sprintf("%q became %q", clip(a), clip(b))
	x, y := strings.ToLower(strings.Trim(a, "\"'`")), strings.ToLower(strings.Trim(b, "\"'`"))
	for _, opposite := range opposites[x] {
		if y == opposite && (!plain[x] || protects.Match(old)) && !(exposes.Match(old) && x == "true") {
			return "check.loosened", 1, note
		}
	}
	if (x == "false" && y == "true" || x == "no" && y == "yes" || x == "off" && y == "on" || x == "0" && y == "1" && !chatty.Match(old)) && exposes.Match(old) && !bytes.Contains(bytes.ToLower(old), []byte("disallow")) {
		return "check.loosened", 0.95, note
	}
	for _, cut := range [][2]string{{"SCMP_ACT_KILL", "SCMP_ACT_"}, {"SECCOMP_RET_KILL", "SECCOMP_RET_"}} {
		if strings.HasPrefix(a, cut[0]) && strings.HasPrefix(b, cut[1]) && !strings.HasPrefix(b, cut[0]) {
			return "sandbox.removed", 1, note
		}
	}
	if x == "wx" && (y == "w" || y == "w+") || x == "ax" && y == "a" || x == "xb" && y == "wb" {
		return "check.race", 1, note
	}
	if isErrorValue(a) && isSuccessValue(b) && len(line) > 0 && string(line[0]) == "return" {
		return "check.early-return", 0.8, note
	}
	from, unitA := number(a)
	to, unitB := number(b)
	switch {
	case from > 0 && unitA == unitB && to >= 8*from && bounded.Match(old):
		return "check.limit", 0.9, note
	case from > 0 && (b == "Integer.MAX_VALUE" || b == "INT_MAX" || b == "UINT_MAX" || b == "MAX_VALUE" || b == "Infinity" || b == "maxsize" || b == "0" || b == "None" || b == "null" || b == "nil" || b == "-1") && bounded.Match(old) && !strings.HasPrefix(b, "0x") && from > 1:
		return "check.limit", 0.7, note
	case from > 0 && to > 0 && unitA == unitB && to*4 <= from && strong.Match(old):
		return "crypto.weak", 0.9, note + ": fewer"
	}
	return "", 0, ""
}

// number reads a count or a duration; unit is true for a duration, which is in seconds.
func number(t string) (v float64, unit bool) {
	if m := duration.FindStringSubmatch(t); m != nil {
		v, _ = strconv.ParseFloat(m[1], 64)
		switch {
		case m[2] == "ms":
			v /= 1000
		case m[2][0] == 'm':
			v *= 60
		case m[2][0] == 'h':
			v *= 3600
		case m[2][0] == 'd':
			v *= 86400
		case m[2][0] == 'w':
			v *= 7 * 86400
		case m[2][0] == 'y':
			v *= 365 * 86400
		}
		return v, true
	}
	n, err := strconv.ParseInt(strings.TrimRight(t, "uUlL"), 0, 64)
	if err != nil || n < 0 {
		return 0, false
	}
	return float64(n), false
}

func isErrorValue(t string) bool {
	return strings.HasPrefix(t, "-") || t == "false" || t == "False" || t == "FALSE" || strings.HasPrefix(t, "ERR") || len(t) > 3 && t[0] == 'E' && strings.ToUpper(t) == t
}

func isSuccessValue(t string) bool {
	return t == "0" || t == "true" || t == "True" || t == "TRUE" || t == "OK" || t == "SUCCESS" || t == "NULL" || t == "nil" || t == "None"
}

// plainSibling finds a call whose name was a protected variant of the call that came in its place: safe_f became f, f_s became
// f. It works on a stretch, since arguments move to other lines on such an occasion.
func (s *scan) plainSibling(f *file, old, now [][]byte, first int, reduced float64) {
	if f.Lang&programs == 0 || len(old) == 0 || len(now) == 0 || len(old)+len(now) > 60 {
		return
	}
	names := func(lines [][]byte) map[string]int {
		m := map[string]int{}
		for _, text := range lines {
			if len(text) > maxLine || f.isComment(text) {
				continue
			}
			for i := 0; i < len(text); i++ {
				if !isWord(text[i]) {
					continue
				}
				start := i
				for i < len(text) && isWord(text[i]) {
					i++
				}
				if i < len(text) && (text[i] == '(' || text[i] == '!' && i+1 < len(text) && text[i+1] == '(') {
					m[string(text[start:i])]++
				}
			}
		}
		return m
	}
	was := names(old)
	if len(was) == 0 {
		return
	}
	is := names(now)
	for j, text := range now {
		for i := 0; i < len(text); i++ {
			if !isWord(text[i]) {
				continue
			}
			start := i
			for i < len(text) && isWord(text[i]) {
				i++
			}
			name := string(text[start:i])
			if i >= len(text) || text[i] != '(' || len(name) < 4 || is[name] <= was[name] {
				continue
			}
			for _, p := range protectedNames(name) {
				if was[p] > is[p] {
					s.add("check.exchanged", f, first+j, false, text, start, i, 0.95*reduced, fmt.Sprintf("%q became %q", clip(p), clip(name)))
					return
				}
			}
		}
	}
}

// protectedNames are how a protected variant of a function is usually called.
func protectedNames(name string) []string {
	title := strings.ToUpper(name[:1]) + name[1:]
	return []string{"safe_" + name, "secure_" + name, "checked_" + name, "s_" + name, "x" + name, "safe" + title, "secure" + title, "checked" + title, name + "_safe", name + "_secure", name + "_checked", name + "_s", name + "_escaped", name + "_bounded",
		name + "Safe", name + "Checked", name + "Escaped", name + "Secure", name + "_nospec", name + "_sanitized"}
}
