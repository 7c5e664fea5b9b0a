package redact

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// Rules say what is struck out. Safe for use by many redactors.
type Rules struct {
	patterns []pattern
}

// pattern finds one form of secret. No pattern matches across a line feed: that is what makes the outcome independent of how the
// stream was cut into writes. hints and may are cheap: a line without any of the hints, or that may refuses, is not searched.
type pattern struct {
	kind  string
	hints []string          // lower case; nil: every line has one
	may   func([]byte) bool // nil: every line may
	re    *regexp.Regexp
	group int               // which group is the secret; 0 is the whole match
	valid func([]byte) bool // nil: every match counts
}

// Options choose what is looked for beyond secrets, which always are.
type Options struct {
	Personal bool     // personal data: addresses, numbers of cards, accounts, identities, phones
	Markings []string // words of the system's own, found without regard to case
}

// NewRules compiles rules.
func NewRules(opts Options) *Rules {
	r := &Rules{patterns: slices.Clone(secrets)}
	if opts.Personal {
		r.patterns = append(r.patterns, personal...)
	}
	for _, m := range opts.Markings {
		if m = strings.TrimSpace(m); m != "" {
			words := strings.Fields(m)
			for i, w := range words {
				words[i] = regexp.QuoteMeta(w)
			}
			var hints []string
			if first := words[0]; regexp.MustCompile(`^[ -~]+$`).MatchString(first) {
				hints = []string{strings.ToLower(strings.Fields(m)[0])}
			}
			r.patterns = append(r.patterns, pattern{kind: Marking, hints: hints, re: regexp.MustCompile(`(?i)` + strings.Join(words, `[\t ]+`))})
		}
	}
	return r
}

var secrets = []pattern{
	{kind: Token, hints: []string{"akia", "asia", "aroa", "aida"}, re: regexp.MustCompile(`\b(?:AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16}\b`)},
	{kind: Token, hints: []string{"aws", "secret"}, group: 1, re: regexp.MustCompile(`(?i)(?:aws|secret)[a-z_.\- ]{0,30}["']?[\t ]*[:=][\t ]*["']?([A-Za-z0-9/+]{40})\b`)},
	{kind: Token, hints: []string{"aiza"}, re: regexp.MustCompile(`\bAIza[0-9A-Za-z_\-]{35}`)},
	{kind: Token, hints: []string{"ya29."}, re: regexp.MustCompile(`\bya29\.[0-9A-Za-z_\-]{20,}`)},
	{kind: Token, hints: []string{"accountkey", "sharedaccesskey", "sig="}, group: 1, re: regexp.MustCompile(`(?i)(?:accountkey|sharedaccesskey|[?&]sig)=([A-Za-z0-9+/%]{30,}={0,2})`)},
	{kind: Token, hints: []string{"gh", "github_pat_"}, re: regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})`)},
	{kind: Token, hints: []string{"glpat-", "glptt-", "gldt-"}, re: regexp.MustCompile(`\bgl(?:pat|ptt|dt)-[A-Za-z0-9_\-]{20,}`)},
	{kind: Token, hints: []string{"xox", "hooks.slack.com"}, re: regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9\-]{10,}|hooks\.slack\.com/services/[A-Za-z0-9/]{20,}`)},
	{kind: Token, hints: []string{"_live_", "_test_"}, re: regexp.MustCompile(`\b[srp]k_(?:live|test)_[A-Za-z0-9]{16,}`)},
	{kind: Token, hints: []string{"npm_", "pypi-", "hvs.", "dop_v1_", "sk-"}, re: regexp.MustCompile(`\b(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_\-]{50,}|hvs\.[A-Za-z0-9_\-]{20,}|dop_v1_[a-f0-9]{64}|sk-[A-Za-z0-9_\-]{20,})`)},
	{kind: PrivateKey, hints: []string{"age-secret-key-"}, re: regexp.MustCompile(`AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{20,}`)},
	{kind: Token, hints: []string{"eyj"}, re: regexp.MustCompile(`\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*`)},
	{kind: Token, hints: []string{"bearer", "basic "}, group: 1, re: regexp.MustCompile(`(?i)\b(?:bearer|authorization:[\t ]*basic)[\t ]+([A-Za-z0-9._~+/\-]{12,}=*)`)},
	{kind: Password, hints: []string{"pass", "pwd", "secret", "token", "api"}, group: 1, re: regexp.MustCompile(
		`(?i)(?:\b|_)(?:pass(?:word|wd|phrase|code)?|pwd|secret(?:[_-]?key)?|(?:access|auth|api|client|private|refresh)[_-]?(?:key|token|secret)|token)["']?[\t ]*(?:=>|:=?|=)[\t ]*("(?:[^"\\\n]|\\.){1,512}"|'(?:[^'\\\n]|\\.){1,512}'|[^\s"'<>,;&]{3,512})`)},
	{kind: Password, hints: []string{"pass", "pwd", "-p"}, group: 1, re: regexp.MustCompile(`(?m)(?:[\t ]|^)--?(?:pass(?:word)?|pwd)[ =]("[^"\n]{1,512}"|'[^'\n]{1,512}'|[^\s"']{3,512})`)},
	{kind: Credential, hints: []string{"://"}, group: 1, re: regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.\-]{1,30}://[^\s/:@"']{0,128}:([^\s/@"']{1,256})@`)},
	{kind: Password, hints: []string{":$"}, group: 1, re: regexp.MustCompile(`(?m)^[a-z_][a-z0-9_-]{0,31}:(\$(?:1|2[aby]|5|6|y|gy|7|argon2(?:id?|d))\$[^:\s]{8,256})`)},
}

var personal = []pattern{
	{kind: Email, hints: []string{"@"}, re: regexp.MustCompile(`[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?\.[A-Za-z]{2,24}\b`)},
	{kind: Card, may: manyDigits, re: regexp.MustCompile(`\b[2-6][0-9]{3}(?:[ -]?[0-9]{3,6}){2,3}[0-9]{0,3}\b`), valid: luhn},
	{kind: BankAccount, may: letterDigits, re: regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b`), valid: iban},
	{kind: NationalID, hints: []string{"-"}, may: dashed, re: regexp.MustCompile(`\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b`), valid: ssn},
	{kind: Phone, hints: []string{"+"}, may: plusDigit, re: regexp.MustCompile(`\+[1-9][0-9]{0,2}[ .\-]?(?:\(?[0-9]{1,4}\)?[ .\-]?){2,5}[0-9]{2,4}\b`), valid: phone},
}

type span struct {
	from, to int
	kind     string
}

// find gives what is to be struck out of text, ascending, not overlapping: of two that overlap, their union under the
// kind of the earlier.
func (r *Rules) find(text []byte) []span {
	var found []span
	var lower []byte
	for at := 0; at < len(text); {
		line := text[at:]
		if n := bytes.IndexByte(line, '\n'); n >= 0 {
			line = line[:n+1]
		}
		lower = appendLower(lower[:0], line)
		found = r.line(found, at, line, lower)
		at += len(line)
	}
	return found
}

// line appends what is to be struck out of one line, which begins at offset at.
func (r *Rules) line(found []span, at int, line, lower []byte) []span {
	first := len(found)
	for i := range r.patterns {
		p := &r.patterns[i]
		if !p.hinted(lower) || p.may != nil && !p.may(line) {
			continue
		}
		for _, m := range p.re.FindAllSubmatchIndex(line, -1) {
			s := span{m[2*p.group], m[2*p.group+1], p.kind}
			if p.valid == nil || p.valid(line[s.from:s.to]) {
				found = append(found, span{at + s.from, at + s.to, p.kind})
			}
		}
	}
	mine := found[first:]
	if len(mine) < 2 {
		return found
	}
	slices.SortStableFunc(mine, func(a, b span) int { return a.from - b.from })
	n := 0
	for _, s := range mine[1:] {
		if s.from < mine[n].to {
			mine[n].to = max(mine[n].to, s.to)
			continue
		}
		n++
		mine[n] = s
	}
	return found[:first+n+1]
}

func (p *pattern) hinted(lower []byte) bool {
	if p.hints == nil {
		return true
	}
	for _, h := range p.hints {
		if bytes.Contains(lower, []byte(h)) {
			return true
		}
	}
	return false
}

// appendLower appends b with ASCII letters in lower case.
func appendLower(out, b []byte) []byte {
	for _, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// manyDigits tells whether a line has 13 digits with nothing but single spaces and dashes between them.
func manyDigits(line []byte) bool {
	n, gap := 0, false
	for _, c := range line {
		switch {
		case isDigit(c):
			if n++; n >= 13 {
				return true
			}
			gap = false
		case (c == ' ' || c == '-') && n > 0 && !gap:
			gap = true
		default:
			n, gap = 0, false
		}
	}
	return false
}

// letterDigits tells whether a line has two capitals followed by two digits.
func letterDigits(line []byte) bool {
	for i := 3; i < len(line); i++ {
		if isDigit(line[i]) && isDigit(line[i-1]) && line[i-2] >= 'A' && line[i-2] <= 'Z' && line[i-3] >= 'A' && line[i-3] <= 'Z' {
			return true
		}
	}
	return false
}

// dashed tells whether a line has two digits between dashes.
func dashed(line []byte) bool {
	for i := 3; i < len(line); i++ {
		if line[i] == '-' && line[i-3] == '-' && isDigit(line[i-1]) && isDigit(line[i-2]) {
			return true
		}
	}
	return false
}

func plusDigit(line []byte) bool {
	for i := 1; i < len(line); i++ {
		if line[i-1] == '+' && isDigit(line[i]) {
			return true
		}
	}
	return false
}

func digitsOf(b []byte) []byte {
	var out []byte
	for _, c := range b {
		if c >= '0' && c <= '9' {
			out = append(out, c-'0')
		}
	}
	return out
}

// luhn checks the digit that ends the number of a payment card (ISO/IEC 7812-1 annex B).
func luhn(b []byte) bool {
	d := digitsOf(b)
	if len(d) < 13 || len(d) > 19 {
		return false
	}
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// iban checks an account number (ISO 13616: modulo 97 is 1).
func iban(b []byte) bool {
	s := strings.ReplaceAll(string(b), " ", "")
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	rest := 0
	for _, c := range s[4:] + s[:4] {
		if c >= '0' && c <= '9' {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

// ssn refuses numbers that were never issued (US Social Security Administration).
func ssn(b []byte) bool {
	area, group, serial := string(b[:3]), string(b[4:6]), string(b[7:])
	return area != "000" && area != "666" && area[0] != '9' && group != "00" && serial != "0000"
}

// phone asks for as many digits as E.164 numbers have.
func phone(b []byte) bool {
	n := len(digitsOf(b))
	return n >= 8 && n <= 15
}
