package signal

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// rule is a signal that one added line can fire. A line is looked at only if it holds one of the words, so that a history
// of a hundred thousand commits costs little more than cutting its lines into words.
type rule struct {
	id    string
	in    Lang // languages; 0 means any file that has lines
	roles string
	// words are alternatives, separated by blanks; each is a run of letters, digits and underscores. One that begins with a
	// tilde stands for every name with that part: ~key wakes the rule for signing_key and hmacKey.
	words string
	// re must match the line; its first group, or else all of it, is what fired. Empty: a word followed by an opening
	// parenthesis is enough.
	re       string
	not      string // and this must not match
	strength float64
	note     string
	replaced bool // fires fully where a line of the kind gives way to another
	moved    bool // fires although the commit removes as many such lines as it adds

	compiled *pattern
	never    *regexp.Regexp
	wants    func(Role) bool
}

// Roles in which a rule is looked for. The default is every role but prose, translations, data and tests.
const (
	inCode  = "code build ci"
	inBuild = "build ci"
	inAll   = "code test build ci data ignore lock contact doc"
	inTests = "test code"
	inText  = "code test build ci data"
)

// byWord finds the rules that a word wakes, byPart those that a part of a compound name wakes. Built once, read only.
var byWord, byPart = index(textRules, buildRules, fetchRules, obfuscationRules, capabilityRules, checkRules, authRules, cryptoRules, hookRules, sandboxRules, secretRules, pipelineRules, ignoreRules, testRules, whenRules, sourceRules, logRules, detourRules)

func index(lists ...[]rule) (m, parts map[string][]*rule) {
	m, parts = map[string][]*rule{}, map[string][]*rule{}
	for _, list := range lists {
		for i := range list {
			r := &list[i]
			if r.re != "" {
				p := newPattern(r.re)
				r.compiled = &p
			}
			if r.not != "" {
				r.never = regexp.MustCompile(r.not)
			}
			if r.strength == 0 {
				r.strength = 1
			}
			if r.roles == "" {
				r.roles = inCode
			}
			roles := " " + r.roles + " "
			r.wants = func(role Role) bool { return strings.Contains(roles, " "+role.String()+" ") }
			for word := range strings.FieldsSeq(r.words) {
				if part, ok := strings.CutPrefix(word, "~"); ok {
					parts[part] = append(parts[part], r)
				} else {
					m[word] = append(m[word], r)
				}
			}
		}
	}
	return m, parts
}

// maxLine bounds what of a line is given to the rules; longer lines have signals of their own.
const maxLine = 4096

// hit is a rule that matched a line, before the balance of added and removed lines is known.
type hit struct {
	rule    *rule
	file    *file
	line    int
	text    []byte
	at, end int
}

// scanLines runs the rules. What a commit merely moves is not new: identical lines removed and added cancel out, and a
// commit that removes as many lines of a kind as it adds fires that rule faintly.
func (s *scan) scanLines() {
	var hits []hit
	removedText := map[string]int{}
	balance := map[*rule]int{}
	for _, f := range s.files {
		for i := range f.Hunks {
			h := &f.Hunks[i]
			for j, text := range h.Old {
				for _, g := range match(f, text) {
					removedText[string(bytes.TrimSpace(text))]++
					g.line = h.OldLine + j
					balance[g.rule]--
				}
			}
		}
	}
	for _, f := range s.files {
		for i := range f.Hunks {
			h := &f.Hunks[i]
			for j, text := range h.New {
				found := match(f, text)
				if len(found) == 0 {
					continue
				}
				trimmed := string(bytes.TrimSpace(text))
				same := removedText[trimmed] > 0
				if same {
					removedText[trimmed] -= len(found)
				}
				for _, g := range found {
					balance[g.rule]++
					if same && !g.rule.moved {
						continue
					}
					g.line = h.NewLine + j
					hits = append(hits, g)
				}
			}
		}
	}
	for _, g := range hits {
		strength := g.rule.strength
		if balance[g.rule] <= 0 && !g.rule.moved && !g.rule.replaced {
			strength *= 0.3
		}
		switch g.file.Role {
		case Doc:
			strength *= 0.3
		case Test:
			strength *= 0.6 // runs less, and does by nature what signals are about
		}
		s.add(g.rule.id, g.file, g.line, false, g.text, g.at, g.end, strength, g.rule.note)
	}
}

// match returns the rules that text fires in f.
func match(f *file, text []byte) []hit {
	if len(text) > maxLine {
		text = text[:maxLine]
	}
	if f.Role == Translation {
		return nil
	}
	var found []hit
	comment, known := false, false
	var buf [256]byte
	var lower []byte
	for i := 0; i < len(text); {
		if !isWord(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isWord(text[i]) {
			i++
		}
		if i-start > 40 {
			continue
		}
		woken := byWord[string(text[start:i])]
		if parts := byParts(text[start:i]); parts != nil {
			woken = append(slices.Clone(woken), parts...)
		}
	rules:
		for _, r := range woken {
			if r.in != 0 && r.in&f.Lang == 0 || !r.wants(f.Role) {
				continue
			}
			for _, g := range found {
				if g.rule == r {
					continue rules
				}
			}
			if !known {
				comment, known = f.isComment(text), true
			}
			if comment && r.in != 0 {
				continue
			}
			at, end := start, i
			if r.compiled == nil {
				rest := bytes.TrimLeft(text[i:], " \t")
				if len(rest) == 0 || rest[0] != '(' || isDeclaration(text[:start]) {
					continue
				}
			} else {
				if lower == nil {
					lower = lowered(buf[:0], text)
				}
				if !r.compiled.may(lower) {
					continue
				}
				m := r.compiled.FindSubmatchIndex(text)
				if m == nil {
					continue
				}
				at, end = m[0], m[1]
				if len(m) > 2 && m[2] >= 0 {
					at, end = m[2], m[3]
				}
			}
			if r.never != nil && r.never.Match(text) {
				continue
			}
			found = append(found, hit{rule: r, file: f, text: text, at: at, end: end})
		}
	}
	return found
}

// byParts finds the rules that wait for a part of a compound name.
func byParts(word []byte) (found []*rule) {
	if len(word) < 5 {
		return nil
	}
	eachPart(word, func(part []byte) bool {
		found = append(found, byPart[string(part)]...)
		return true
	})
	return found
}

// eachPart calls f with the parts of a compound name in small letters, cut at underscores and at capital letters, until f
// says that it has enough. A name of one part has none.
func eachPart(word []byte, f func(part []byte) bool) {
	var lower [40]byte
	begin, compound := 0, false
	for i := 0; i <= len(word); i++ {
		end := i == len(word)
		if !end && word[i] != '_' && !(i > begin && isUpper(word[i]) && !isUpper(word[i-1])) {
			continue
		}
		if i > begin && (compound || !end) {
			n := 0
			for _, c := range word[begin:i] {
				if isUpper(c) {
					c += 'a' - 'A'
				}
				lower[n] = c
				n++
			}
			if !f(lower[:n]) {
				return
			}
		}
		compound = true
		if begin = i; !end && word[i] == '_' {
			begin++
		}
	}
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// isDeclaration tells that what stands before a name declares a function of that name instead of calling it.
func isDeclaration(before []byte) bool {
	before = bytes.TrimSpace(before)
	for _, word := range []string{"func", "def", "function", "fn", "sub", "#define", "extern"} {
		if bytes.HasSuffix(before, []byte(word)) || bytes.HasPrefix(before, []byte("extern ")) {
			return true
		}
	}
	return false
}
