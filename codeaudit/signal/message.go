package signal

import (
	"bytes"
	"strings"

	"sallyport/codeaudit/change"
)

// What a commit says it does, against what it does.

var (
	saysTypo   = newPattern(`(?i)\b(typos?|spelling|misspell\w*|grammar|wording|whitespace|trailing space|indent(?:ation)?|formatting|reformat|pretty[- ]?print|cosmetic|comments?(?: only)?|copyright(?: year)?|coding style|lint(?:s|er)?|clippy|clang-format|gofmt|prettier|nit)\b|^\W*clean(?:ed)?[- ]?up|clean[- ]?ups?$|^\W*tidy`)
	saysDocs   = newPattern(`(?i)(^docs?\b|^\[?docs?[\]:(]|\breadme\b|\bdocument(?:ation)?\b|\bchangelog\b|\bman ?page\b|\bjavadoc\b|\bdocstring)`)
	saysTests  = newPattern(`(?i)(^tests?\b|^\[?tests?[\]:(]|\badd (?:a |some |more |new )?(?:unit |regression )?tests?(?: for\b|$)|\btest (?:cases?|data|files?|suite|vectors?)\b)`)
	saysLocale = newPattern(`(?i)\b(translations?|i18n|l10n|localization|localisation|\.po\b)`)
	saysRevert = newPattern(`(?i)^revert\b`)
)

// risky are signals of which a commit that claims to be harmless should have none.
var risky = map[string]bool{"cap": true, "auth": true, "check": true, "hook": true, "obf": true, "fetch": true, "build": true, "sandbox": true, "blob": true, "crypto": true, "mem": true, "ci": true, "ignore": true, "when": true, "secret": true, "shell": true}

// scanMessage runs last but for the identity: it weighs the message against the signals found so far.
func (s *scan) scanMessage() {
	subject := strings.TrimSpace(s.subject)
	claim, harmless := claimOf(subject)
	program, semantic := 0, 0
	var where *file
	for _, f := range s.files {
		if f.Lang&(programs|M4|CMake|Make) == 0 || f.Role == Doc || f.Role == Translation || f.Kind == change.Deleted {
			continue
		}
		if claim == "a test" && f.Role == Test && !f.Binary() {
			continue
		}
		if n := realLines(f); n > 0 {
			program++
			semantic += n
			if where == nil {
				where = f
			}
		}
	}
	worst := 0.0
	var fired Signal
	for _, g := range s.signals {
		if claim == "a test" && AboutPath(g.Path).Role == Test && g.Family() != "blob" {
			continue
		}
		if claim == "documentation" && g.ID == "ignore.contact" {
			continue // whom to tell is documentation
		}
		if risky[g.Family()] && Table[g.ID].Weight*g.Strength > worst {
			worst, fired = Table[g.ID].Weight*g.Strength, g
		}
	}
	switch {
	case harmless && worst >= 15:
		s.addCommit("msg.mismatch", subject, min(1, 0.5+worst/80), "says "+claim+", yet "+fired.ID+" fires in "+fired.Path)
	case (claim == "a typo or a matter of form" || claim == "documentation" || claim == "a translation") && program > 0 && semantic <= 60:
		if claim == "a typo or a matter of form" && (saysFormOfCode(subject) || semantic > 25) {
			break
		}
		s.addCommit("msg.mismatch", subject, 0.35, "says "+claim+", yet changes what "+where.Path+" does")
	case len(strings.TrimSpace(s.Commit.Message)) <= 3 && semantic > 0, isEmptyWord(subject) && semantic > 0:
		s.addCommit("msg.empty", subject, 0.5, "")
	case worst >= 30 && len(subject) < 12 && !strings.Contains(subject, " ") && s.body == "":
		s.addCommit("msg.empty", subject, 0.5, "")
	}
	if saysRevert.MatchString(subject) && worst >= 30 && onlyAdds(s.files) {
		s.addCommit("msg.mismatch", subject, 0.4, "says that it reverts, and only adds")
	}
}

func (p *pattern) matchSubject(subject string, lower []byte) bool {
	return p.may(lower) && p.MatchString(subject)
}

func claimOf(subject string) (string, bool) {
	lower := lowered(nil, []byte(subject))
	switch {
	case saysTypo.matchSubject(subject, lower):
		return "a typo or a matter of form", true
	case saysLocale.matchSubject(subject, lower):
		return "a translation", true
	case saysDocs.matchSubject(subject, lower):
		return "documentation", true
	case saysTests.matchSubject(subject, lower):
		return "a test", true
	}
	return "", false
}

// saysFormOfCode: these change code by their nature.
func saysFormOfCode(subject string) bool {
	lower := strings.ToLower(subject)
	for _, w := range []string{"clean", "style", "lint", "tidy", "nit", "clippy", "indent", "format", "comment"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

func isEmptyWord(subject string) bool {
	switch strings.ToLower(strings.Trim(subject, ". !")) {
	case "", "update", "fix", "wip", "test", "changes", "minor", "misc", "stuff", "x", "a", ".", "tmp", "temp", "commit", "small fix", "minor fix", "bugfix", "fixes", "updates":
		return true
	}
	return false
}

// realLines counts added lines that are neither blank, comment, nor a removed line with only words within a string or comment changed.
func realLines(f *file) int {
	n := 0
	for _, h := range f.Hunks {
		old := map[string]bool{}
		for _, text := range h.Old {
			old[bones(f, text)] = true
		}
		for _, text := range h.New {
			if b := bones(f, text); b != "" && !old[b] {
				n++
			}
		}
		if len(h.New) == 0 {
			for _, text := range h.Old {
				if bones(f, text) != "" {
					n++
				}
			}
		}
	}
	return n
}

// bones is a line without blanks, strings and comments: what is left when only words were corrected.
func bones(f *file, text []byte) string {
	if f.isComment(text) {
		return ""
	}
	for _, mark := range f.comments() {
		if at := bytes.Index(text, []byte(mark)); at > 0 && mark != "* " {
			text = text[:at]
		}
	}
	var out []byte
	for _, t := range tokens(text) {
		switch {
		case t[0] == '"' || t[0] == '\'' || t[0] == '`':
			out = append(out, '"')
		case t[0] == ',' || t[0] == ';' || t[0] == '{' || t[0] == '}' || t[0] == '(' || t[0] == ')':
		default:
			out = append(out, t...)
		}
	}
	return string(out)
}

func onlyAdds(files []*file) bool {
	added := 0
	for _, f := range files {
		if f.removed > 0 {
			return false
		}
		added += f.added
	}
	return added > 0
}
