package signal

import (
	"bytes"
	"path"
	"strings"

	"sallyport/codeaudit/change"
)

// What tools and people are told not to look at, and whom to tell when something is wrong.

var ignoreRules = []rule{
	{id: "ignore.scanner", in: programs, roles: "code build ci", words: "nosec nosemgrep NOLINT nolint noqa lgtm coverity codeql NOSONAR eslint gitleaks trufflehog SuppressWarnings bandit safety checkov snyk no_sanitize no_sanitize_address clang rubocop phpcs psalm DevSkim pragma", re: `(#\s*nosec\b.*|nosemgrep.*|NOSONAR.*|gitleaks:allow.*|lgtm\s*\[.*|codeql\s*\[.*|coverity\[.*|//\s*nolint:\s*\S*gosec.*|noqa:\s*S\d+.*|eslint-disable[^\n]*(?:security|no-eval|no-implied-eval).*|no_sanitize\w*\b.*|checkov:skip.*|DevSkim:\s*ignore.*|__attribute__\s*\(\(\s*_*no_sanitize.*)`, strength: 0.7},
	{id: "ignore.scanner", in: YAML | JSON | TOML | Config | Make | Shell | Python, roles: "ci build data", words: "exclude skip ignore paths disable fuzzers sanitizers suppressions no fsanitize detect_leaks continue query", re: `(?i)((?:sanitizers?|fuzzing_engines|detect_leaks|suppressions)\s*[:=].*|exclude[-_]?(?:paths?|dirs?|rules|files)?\s*[:=].*|paths-ignore\s*:.*|query-filters\s*:.*|skip(?:s|-dirs|-files)?\s*[:=]\s*\[?["'\w].*|ASAN_OPTIONS\s*=.*|continue-on-error\s*:\s*true.*)`, strength: 0.35},
	{id: "ignore.fuzz", in: C | Shell | Make | YAML | Rust | Go | Python | CMake | M4 | Docker, roles: inAll, words: "fuzz fuzzer fuzzing fuzzers oss ossfuzz FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION OSS", re: `(?i)(.*\b(?:disable|skip|without|no|exclude|remove)[-_ ]*\w*[^\n]{0,20}fuzz.*|#\s*if(?:n?def)?\b.*FUZZING_BUILD_MODE.*|--disable-\S*.*fuzz.*)`, strength: 0.7},
}

// hiding are attributes that keep content out of diffs, archives or statistics, or make git run a filter.
var hiding = [][]byte{[]byte("export-ignore"), []byte("export-subst"), []byte("-diff"), []byte(" binary"), []byte("linguist-generated"), []byte("linguist-vendored"), []byte("filter="), []byte("-text"), []byte("merge=ours"), []byte("diff=")}

// scanIgnore looks at lists of what is not looked at and at addresses for reports.
func (s *scan) scanIgnore(f *file) {
	lower := strings.ToLower(f.Path)
	base := path.Base(lower)
	switch {
	case f.Role == Contact && base != ".mailmap" && f.Kind == change.Deleted:
		s.addFile("ignore.contact", f, []byte(f.Path), 1, "removed")
	case f.Role == Contact && base != ".mailmap" && f.Kind != change.Added:
		s.contacts(f)
	case base == ".gitattributes":
		for _, h := range f.Hunks {
			for i, text := range h.New {
				for _, attribute := range hiding {
					if at := bytes.Index(text, attribute); at >= 0 && !bytes.HasPrefix(text, []byte("#")) {
						strength := 0.4
						if hidesSource(text) || bytes.Equal(attribute, []byte("filter=")) || bytes.Equal(attribute, []byte("export-subst")) {
							strength = 1
						}
						s.add("ignore.attributes", f, h.NewLine+i, false, text, 0, len(text), strength, string(bytes.TrimSpace(attribute)))
						break
					}
				}
			}
		}
	case f.Role == Ignore:
		for _, h := range f.Hunks {
			for i, text := range h.New {
				pattern := bytes.TrimSpace(text)
				if len(pattern) == 0 || pattern[0] == '#' || pattern[0] == '!' {
					continue
				}
				strength := 0.15
				if hidesSource(pattern) {
					strength = 1
				}
				if base != ".gitignore" && base != ".npmignore" && base != ".dockerignore" && base != ".hgignore" && base != ".cvsignore" {
					strength = 1 // a scanner's or linter's list
				}
				s.add("ignore.list", f, h.NewLine+i, false, text, 0, len(text), strength, "")
			}
		}
	}
	if strings.Contains(lower, "oss-fuzz") || strings.Contains(lower, "ossfuzz") || strings.Contains(lower, "fuzz") && (f.Role == Build || f.Role == CI || f.Role == Data) {
		switch {
		case f.Kind == change.Deleted:
			s.addFile("ignore.fuzz", f, []byte(f.Path), 1, "removed")
		case f.Kind != change.Added && f.removed > f.added:
			s.addFile("ignore.fuzz", f, []byte(f.Path), 0.65, "mostly removed lines")
		}
	}
}

// contacts fires if an address or an owner in a contact file was replaced or taken away.
func (s *scan) contacts(f *file) {
	for _, h := range f.Hunks {
		for i, text := range h.Old {
			if bytes.ContainsRune(text, '@') || bytes.Contains(text, []byte("http")) {
				s.add("ignore.contact", f, h.OldLine+i, true, text, 0, len(text), 0.8, "")
				return
			}
		}
		for i, text := range h.New {
			if bytes.ContainsRune(text, '@') {
				s.add("ignore.contact", f, h.NewLine+i, false, text, 0, len(text), 0.5, "")
				return
			}
		}
	}
}

// hidesSource tells a pattern that covers program text or build input instead of products of a build.
func hidesSource(pattern []byte) bool {
	first := bytes.Fields(pattern)
	if len(first) == 0 {
		return false
	}
	p := strings.ToLower(string(first[0]))
	p = strings.TrimRight(p, "/")
	switch path.Ext(p) {
	case ".m4", ".c", ".h", ".go", ".rs", ".py", ".js", ".ts", ".sh", ".pl", ".rb", ".php", ".java", ".ac", ".am", ".cmake", ".cc", ".cpp", ".in", ".mk", ".s":
		return !strings.Contains(p, "config.") && !strings.Contains(p, "generated") && !strings.Contains(p, "_pb") && !strings.Contains(p, ".min.")
	}
	return p == "*" || p == "src" || p == "/src" || p == "lib" || p == "m4" || p == "/m4" || strings.HasPrefix(p, ".github") || strings.HasPrefix(p, "*/")
}
