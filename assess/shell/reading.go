package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/value"
)

// Readings are the word lists that every command of the submitted text had when it was walked, by the offset of its first word, and
// the targets of redirections by theirs. A second reading of the text is compared with them.
type Readings map[uint][][]field

// maxReadings bounds what is kept of one command: a loop walks it again and again.
const maxReadings = 300

func (m *machine) reading(at syntax.Pos, words []field) {
	if m.lines.nested || m.inAlias {
		return
	}
	if k := at.Offset(); len(m.trace.Readings[k]) < maxReadings {
		m.trace.Readings[k] = append(m.trace.Readings[k], words)
	}
}

// Has reports whether the walker saw the command at offset with these words, as far as it knew them. It takes what it compares off the
// budget, and says yes when nothing is left of it: it answers whether a difference was found.
func (r Readings) Has(offset uint, words []string, budget *int) bool {
	lists := r[offset]
	if len(lists) >= maxReadings {
		return true
	}
	return slices.ContainsFunc(lists, func(l []field) bool {
		*budget -= len(l)*len(words) + 1
		return *budget < 0 || fits(l, words)
	})
}

// fits reports whether words are what a list of fields may stand for. An unquoted blank stands for any number of words.
func fits(list []field, words []string) bool {
	at := make([]bool, len(words)+1) // how many words the fields so far may have used up
	at[0] = true
	for _, f := range list {
		next := make([]bool, len(words)+1)
		switch {
		case f.many || f.bare || f.glob || f.some || !f.quoted && !f.val.Known():
			open := false
			for i := range at {
				open = open || at[i]
				next[i] = open
			}
		default:
			alts := f.val.Alternatives()
			vanishes := !f.quoted && slices.ContainsFunc(alts, value.Str.Empty)
			for i := range at {
				if !at[i] {
					continue
				}
				next[i] = next[i] || vanishes
				if i < len(words) {
					next[i+1] = next[i+1] || slices.ContainsFunc(alts, func(a value.Str) bool { return covers(a.Parts(), words[i]) })
				}
			}
		}
		at = next
	}
	return at[len(words)]
}

// covers reports whether text is what parts may stand for: their literal text in that order, and anything where holes are.
func covers(parts []value.Part, text string) bool {
	free := false // a hole came before
	for i, p := range parts {
		switch {
		case p.Hole != nil:
			free = true
		case !free:
			if !strings.HasPrefix(text, p.Text) {
				return false
			}
			text = text[len(p.Text):]
		case i == len(parts)-1:
			return strings.HasSuffix(text, p.Text)
		default:
			j := strings.Index(text, p.Text)
			if j < 0 {
				return false
			}
			text, free = text[j+len(p.Text):], false
		}
	}
	return free || text == ""
}
