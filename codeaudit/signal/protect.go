package signal

import (
	"bytes"
	"regexp"

	"sallyport/codeaudit/change"
)

// What protected and is gone. A protection is known by the words it is written with, in any language: when such a word leaves
// and nothing of its group comes in its place, the line is worth a look, whatever the code around it means.

// protection is a group of words that protect against the same thing.
type protection struct {
	id       string // of the signal
	group    string
	words    string // as in rule: a tilde stands for every name with that part
	strength float64
	in       Lang // languages in which the words mean this; 0: any
}

var protections = []protection{
	{"check.path", "path", "O_NOFOLLOW AT_SYMLINK_NOFOLLOW secure_filename IsLocal SecureJoin safe_join ParentDir RESOLVE_BENEATH", 1, 0},
	{"check.path", "path", "commonpath lstat fstat realpath canonicalize getCanonicalPath toRealPath normalize symlink_metadata Lstat EvalSymlinks", 0.9, 0},
	{"check.path", "path", "Clean Base", 0.75, Go},
	{"check.path", "path", "basename openat", 0.75, programs},
	{"check.race", "temp", "O_EXCL O_TMPFILE mkstemp mkostemp mkdtemp NamedTemporaryFile TemporaryFile CreateTemp MkdirTemp TempFile tmpfile", 1, 0},
	{"check.race", "lock", "flock lockf F_SETLK synchronized lock_guard", 0.7, 0},
	{"crypto.compare", "compare", "timingSafeEqual compare_digest ConstantTimeCompare hash_equals secure_compare ct_eq CRYPTO_memcmp timingsafe_bcmp timingsafe_memcmp consttime_memequal constant_time_compare constant_time_eq sodium_memcmp MessageDigest FixedTimeEquals", 1, 0},
	{"crypto.random", "random", "getentropy getrandom arc4random arc4random_buf arc4random_uniform RAND_bytes RAND_priv_bytes urandom SystemRandom SecureRandom randomBytes randomUUID getRandomValues OsRng random_bytes random_int token_hex token_bytes token_urlsafe BCryptGenRandom", 1, 0},
	{"crypto.random", "random", "secrets", 1, Python},
	{"check.limit", "limit", "ratelimit rateLimit RateLimit rate_limit RateLimiter throttle lockout ~lockout ~attempts ~failures ~tries login_grace_time max_attempts alarm", 1, 0},
	{"check.limit", "limit", "~expiry ~expired ~expires Expiry expiry expired ~grace SO_RCVTIMEO ReadHeaderTimeout ReadTimeout", 0.8, 0},
	{"check.unprotected", "escape", "htmlspecialchars htmlentities strip_tags escapeshellarg escapeshellcmd shellescape HTMLEscapeString DOMPurify bleach purify textContent bindParam bindValue setString quote_plus ~sanitize ~sanitized ~sanitizer ~escaped", 0.9, 0},
	{"check.unprotected", "escape", "~escape encodeURIComponent escape sanitize", 0.7, 0},
	{"check.unprotected", "safe", "~safe ~secure ~checked ~bounded safe_load from_utf8", 0.7, 0},
	{"check.unprotected", "admit", "login_required permission_required PreAuthorize RolesAllowed requireAuth isAuthenticated IsAuthenticated protect_from_forgery csrf_protect helmet ~csrf authenticate authorize ~authenticate ~authorize ~authenticated authenticated authenticate_user ~authorized", 1, 0},
	{"check.unprotected", "admit", "~auth auth middleware forbidden Forbidden Unauthorized SecurityException AccessDenied PermissionDenied EPERM EACCES sendStatus", 0.75, 0},
	{"check.unprotected", "verify", "raise_for_status ~verify ~validate ~verified verify validate integrity", 0.8, 0},
	{"check.unprotected", "verify", "~check check ~valid", 0.6, 0},
	{"check.bound-moved", "bound", "MIN min Min clamp checked_add checked_sub checked_mul saturating_sub", 0.8, C | Go | Rust | Java},
	{"ci.gate", "gate", "codeql gitleaks trufflehog semgrep bandit gosec govulncheck trivy snyk zizmor scorecard sast checkov fsanitize asan ubsan msan Werror audit valgrind dependabot", 0.9, 0},
	{"sandbox.removed", "seccomp", "SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_TRAP SECCOMP_RET_KILL SECCOMP_RET_KILL_PROCESS handled_access_fs", 0.9, 0},
}

// shapes are protections that are no single word.
var shapes = []struct {
	hint string
	re   *regexp.Regexp
	of   *protection
}{
	{"|=", regexp.MustCompile(`\|=.*\^`), &protection{id: "crypto.compare", group: "compare", strength: 0.9}}, // differences gathered over the whole length
	{"hmac.Equal", regexp.MustCompile(`hmac\.Equal\(`), &protection{id: "crypto.compare", group: "compare", strength: 1}},
	{"set ", regexp.MustCompile(`^\s*set\s+-\w*e\w*|\bpipefail\b|\berrexit\b`), &protection{id: "check.error-ignored", group: "exit", strength: 1, in: Shell | YAML | Docker | Make}},
	{`".."`, regexp.MustCompile(`"\.\."`), &protection{id: "check.path", group: "path", strength: 0.7, in: programs}},
	{`'..'`, regexp.MustCompile(`'\.\.'`), &protection{id: "check.path", group: "path", strength: 0.7, in: programs}},
}

// protectWord and protectPart find the protections by whole word and by part of a compound name. Built once, read only.
var protectWord, protectPart = protectionIndex()

func protectionIndex() (words, parts map[string]*protection) {
	words, parts = map[string]*protection{}, map[string]*protection{}
	for i := range protections {
		p := &protections[i]
		for _, w := range bytes.Fields([]byte(p.words)) {
			if part, ok := bytes.CutPrefix(w, []byte("~")); ok {
				parts[string(part)] = p
			} else {
				words[string(w)] = p
			}
		}
	}
	return words, parts
}

// protecting calls each for every word of a line that protects, with its place.
func protecting(text []byte, each func(p *protection, at, end int)) {
	for i := range shapes {
		if s := &shapes[i]; bytes.Contains(text, []byte(s.hint)) {
			if m := s.re.FindIndex(text); m != nil {
				each(s.of, m[0], m[1])
			}
		}
	}
	for i := 0; i < len(text); {
		if !isWord(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isWord(text[i]) {
			i++
		}
		word := text[start:i]
		if len(word) < 3 || len(word) > 40 {
			continue
		}
		if p := protectWord[string(word)]; p != nil {
			each(p, start, i)
			continue
		}
		if len(word) > 4 {
			eachPart(word, func(part []byte) bool {
				p := protectPart[string(part)]
				if p != nil {
					each(p, start, i)
				}
				return p == nil
			})
		}
	}
}

// loss is a word that protected, on a removed line.
type loss struct {
	file    *file
	hunk    *change.Hunk
	line    int
	text    []byte
	at, end int
	of      *protection
}

// scanProtections compares the words that protect before and after. A word that the commit adds elsewhere moved; one for which
// another of its group stands in the same stretch was rewritten.
func (s *scan) scanProtections() {
	var lost []loss
	balance := map[string]int{} // by word: how often it leaves
	for _, f := range s.files {
		if f.Kind == change.Deleted || f.removed == 0 || f.Role == Doc || f.Role == Translation || f.Role == Lock || f.Role == Ignore || f.Role == Contact || f.removed > 400 {
			continue
		}
		for i := range f.Hunks {
			h := &f.Hunks[i]
			if len(h.Old) > 60 {
				continue
			}
			for j, text := range h.Old {
				if len(text) > maxLine {
					continue
				}
				protecting(text, func(p *protection, at, end int) {
					if (p.in == 0 || p.in&f.Lang != 0) && !f.isComment(text) {
						balance[string(text[at:end])]++
						lost = append(lost, loss{f, h, h.OldLine + j, text, at, end, p})
					}
				})
			}
		}
	}
	if len(lost) == 0 {
		return
	}
	for _, f := range s.files {
		if f.Role == Doc || f.Role == Translation {
			continue
		}
		for i := range f.Hunks {
			for _, text := range f.Hunks[i].New {
				if len(text) <= maxLine {
					protecting(text, func(_ *protection, at, end int) { balance[string(text[at:end])]-- })
				}
			}
		}
	}
	groups := map[*change.Hunk]map[string]int{} // what the stretch has now
	told := map[string]bool{}
	for _, l := range lost {
		if balance[string(l.text[l.at:l.end])] <= 0 || s.addedLines(l.file.Lang)[squeeze(l.text)] {
			continue
		}
		now := groups[l.hunk]
		if now == nil {
			now = map[string]int{}
			for _, text := range l.hunk.New {
				if len(text) <= maxLine && !l.file.isComment(text) {
					protecting(text, func(p *protection, _, _ int) { now[p.group]++ })
				}
			}
			groups[l.hunk] = now
		}
		if now[l.of.group] > 0 {
			continue
		}
		key := l.of.id + l.file.Path
		if told[key] {
			continue
		}
		told[key] = true
		strength := l.of.strength * stretch(l.hunk)
		if l.file.Role == Test {
			strength *= 0.3
		}
		note := "was here and nothing of its kind is: " + string(l.text[l.at:l.end])
		s.add(l.of.id, l.file, l.line, true, l.text, l.at, l.end, strength, note)
	}
}

// stretch is how telling a removed line is in a stretch of this size: where much is rewritten, words come and go.
func stretch(h *change.Hunk) float64 {
	switch size := len(h.Old) + len(h.New); {
	case size > 40:
		return 0.15
	case size > 12:
		return 0.35
	case size > 6:
		return 0.7
	}
	return 1
}
