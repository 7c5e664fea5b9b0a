package signal

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
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
var hiding = [][]byte{[]byte("export-ignore"), []byte("export-subst"), []byte("-diff"), []byte(" binary"), []byte("linguist-generated"), []byte("linguist-vendored"), []byte("filter="), []byte("-text"), []byte("merge=ours"), []byte("diff="), []byte("working-tree-encoding=")}

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
						if hidesSource(text) || bytes.Contains(text, []byte("test")) && bytes.Equal(attribute, []byte("export-ignore")) || bytes.Equal(attribute, []byte("filter=")) || bytes.Equal(attribute, []byte("export-subst")) {
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
				if len(pattern) == 0 || pattern[0] == '#' {
					continue
				}
				strength := 0.15
				if pattern[0] == '!' { // brings in what was kept out: telling for what is packed
					strength = 0.1
					if base == ".dockerignore" || base == ".npmignore" || keyLike.Match(pattern) {
						strength = 0.9
					}
					s.add("ignore.list", f, h.NewLine+i, false, text, 0, len(text), strength, "no longer kept out")
					continue
				}
				if bytes.HasPrefix(pattern, []byte("configure.")) || bytes.HasPrefix(pattern, []byte("/configure.")) {
					strength = 0.9
				}
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
	s.scanContactLine(f)
	s.scanLeftOut(f)
	if strings.Contains(lower, "oss-fuzz") || strings.Contains(lower, "ossfuzz") || strings.Contains(lower, "fuzz") && (f.Role == Build || f.Role == CI || f.Role == Data) {
		switch {
		case f.Kind == change.Deleted:
			s.addFile("ignore.fuzz", f, []byte(f.Path), 1, "removed")
		case f.Kind != change.Added && f.removed > f.added:
			s.addFile("ignore.fuzz", f, []byte(f.Path), 0.65, "mostly removed lines")
		}
	}
}

var (
	leaves  = regexp.MustCompile(`^\s*-?\s*(?:ignore|exclude|exclusions|excluded|skip|paths-ignore|omit|exclude_paths)\s*[:=]`)
	sources = regexp.MustCompile(`^\s*-?\s*["']?(?:\./)?(?:src|lib|app|pkg|internal|cmd|core|source)/`)
)

// scanLeftOut finds a list of a tool to which folders of source text are added.
func (s *scan) scanLeftOut(f *file) {
	if f.Lang&(YAML|TOML|JSON|Config) == 0 {
		return
	}
	for _, h := range f.Hunks {
		list := false
		for i, text := range h.New {
			list = list || leaves.Match(text)
			if list && sources.Match(text) && !contains(h.Old, bytes.TrimSpace(text)) {
				s.add("ignore.scanner", f, h.NewLine+i, false, text, 0, len(text), 0.9, "source text is left out")
				break
			}
		}
	}
}

// contacts fires for what a change takes away from whom to tell, or who must agree: an address or owner most, a demand on how to
// report somewhat, a corrected word hardly.
func (s *scan) contacts(f *file) {
	for _, h := range f.Hunks {
		for i, text := range h.Old {
			trimmed := bytes.TrimSpace(text)
			if len(trimmed) < 3 || contains(h.New, trimmed) {
				continue
			}
			strength, note := 0.0, ""
			switch {
			case anyGone(text, bytes.Join(h.New, []byte(" "))):
				strength, note = 0.9, "an address or owner"
			case len(h.Old) > len(h.New):
				strength, note = ifElse(len(h.Old)-len(h.New) > 2, 0.9, 0.75), fmt.Sprintf("%d lines less", len(h.Old)-len(h.New))
			case i < len(h.New) && similar(text, h.New[i]):
				strength = 0.15
			default:
				strength = 0.4
			}
			s.add("ignore.contact", f, h.OldLine+i, true, text, 0, len(text), strength, note)
			break
		}
		for i, text := range h.New {
			if bytes.ContainsRune(text, '@') && len(h.Old) == 0 {
				s.add("ignore.contact", f, h.NewLine+i, false, text, 0, len(text), 0.6, "")
				break
			}
		}
	}
}

// anyGone tells that an address or an owner of a line does not stand in what came in its place.
func anyGone(old, now []byte) bool {
	for _, re := range []*regexp.Regexp{address, owner} {
		for _, m := range re.FindAll(old, 8) {
			if !bytes.Contains(now, m) {
				return true
			}
		}
	}
	return false
}

var (
	owner   = regexp.MustCompile(`@[\w-]+(?:/[\w-]+)?`)
	address = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+|https?://[^\s)>"'\]]+`)
	// alarms says that prose is about where to turn with a fault.
	alarms = regexp.MustCompile(`(?i)secur|vulnerab|disclos|report\b.*(?:bug|problem|issue|fault)`)
	// reports says that a line is about where to turn.
	reports = regexp.MustCompile(`(?i)bugs?\b|report|secur|support|contact|maintain|author|home-?page|AC_INIT|issues|vulnerab|disclos|mailing`)
)

// scanContactLine finds an address that was exchanged in a line, outside of contact files, that says where to turn.
func (s *scan) scanContactLine(f *file) {
	if f.Role == Contact || f.Role == Lock || f.Role == Translation || f.Role == Test || f.Lang&programs&^Python != 0 || f.added+f.removed > 80 {
		return
	}
	for _, h := range f.Hunks {
		if len(h.Old) == 0 || len(h.Old) > 6 {
			continue
		}
		for i, text := range h.Old {
			if len(text) > 500 || !bytes.ContainsRune(text, '@') && !bytes.Contains(text, []byte("://")) || f.Role == Doc && !alarms.Match(text) || !reports.Match(text) {
				continue
			}
			was := address.Find(text)
			if was == nil || bytes.Contains(bytes.Join(h.New, []byte("\n")), hostOf(was)) {
				continue
			}
			strength, note := 0.5, "an address is gone"
			if now := address.Find(bytes.Join(h.New, []byte("\n"))); now != nil {
				strength, note = 0.85, "now "+Visible(now[:min(len(now), 80)])
			}
			s.add("ignore.contact", f, h.OldLine+i, true, text, 0, len(text), strength*stretch(&h), note)
			return
		}
	}
}

// hostOf is the machine of an address: the same one may be written in several ways.
func hostOf(address []byte) []byte {
	if at := bytes.IndexByte(address, '@'); at >= 0 && !bytes.HasPrefix(address, []byte("http")) {
		return address[at+1:]
	}
	_, rest, _ := bytes.Cut(address, []byte("://"))
	name, _, _ := bytes.Cut(rest, []byte("/"))
	return name
}

var keyLike = regexp.MustCompile(`(?i)\.(?:key|pem|env|p12|pfx|jks)$|secret|credential`)

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
