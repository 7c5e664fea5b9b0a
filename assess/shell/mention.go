package shell

import (
	"bytes"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/value"
)

// In a text that cannot be parsed some words still say what they are for: the socket files of bash, addresses, and what stands behind > .
var (
	socketFile = regexp.MustCompile(`/dev/(?:tcp|udp)/([A-Za-z0-9._-]+)/([0-9]{1,5})`)
	address    = regexp.MustCompile(`\b(?:https?|ftp|ssh|sftp|tcp|udp)://[A-Za-z0-9@._:/?=&%~+-]{3,}`)
	writtenTo  = regexp.MustCompile(`[^<>&=-]>>?\s*((?:/|~/|\./)[A-Za-z0-9._/~+-]+)`)
)

// maxMentions bounds what is taken from one text that cannot be parsed.
const maxMentions = 50

// mentions records, as what may happen, what the words of an unparsable text are for. That it could not be parsed is said by the caller.
func (m *machine) mentions(text string) {
	m.within(func() {
		m.maybe("in a text that cannot be read")
		for _, s := range socketFile.FindAllStringSubmatch(text, maxMentions) {
			m.effect(sallyport.EffectConnect, value.Lit(s[1]+":"+s[2]), "named in a text that cannot be read", "")
		}
		for _, a := range address.FindAllString(text, maxMentions) {
			m.effect(sallyport.EffectConnect, value.Lit(strings.TrimRight(a, ".,")), "named in a text that cannot be read", "")
		}
		for _, s := range writtenTo.FindAllStringSubmatch(text, maxMentions) {
			if !strings.HasPrefix(s[1], "/dev/") {
				m.effect(sallyport.EffectWrite, m.absStr(value.Lit(s[1])), "named in a text that cannot be read", "")
			}
		}
	})
}

// first lines that programs in other languages begin with.
var beginnings = []struct {
	lang string
	line *regexp.Regexp
}{
	{"java", regexp.MustCompile(`^\s*(import (static )?javax?\.|public (final )?class |String [a-zA-Z_]\w* = )`)},
	{"dart", regexp.MustCompile(`^\s*import ['"](dart|package):`)},
	{"go", regexp.MustCompile(`^\s*package [a-z]\w*\s*$`)},
	{"php", regexp.MustCompile(`^\s*<\?(php|=)`)},
	{"python", regexp.MustCompile(`^\s*(from [\w.]+ import [\w*, ]+|import [a-z][\w., ]*)\s*;?$`)},
	{"perl", regexp.MustCompile(`^\s*use (strict|warnings|Socket|IO::)\b`)},
	{"javascript", regexp.MustCompile(`^\s*(const|let|var) [\w{}, ]+ = require\(`)},
	{"ruby", regexp.MustCompile(`^\s*require ['"][a-z/_-]+['"]\s*$`)},
}

// looksLike names the language whose programs begin as text does, "" for none. It is asked only of texts that no shell can read.
func looksLike(text []byte) string {
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' && !bytes.HasPrefix(t, []byte("//")) {
			for _, b := range beginnings {
				if b.line.Match(line) {
					return b.lang
				}
			}
			return ""
		}
		text = rest
	}
	return ""
}

// unparsed returns the text from the line of an error on.
func unparsed(text []byte, err error) string {
	line := uint(1)
	switch e := err.(type) {
	case syntax.ParseError:
		line = e.Pos.Line()
	case syntax.LangError:
		line = e.Pos.Line()
	}
	for ; line > 1; line-- {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			break
		}
		text = text[i+1:]
	}
	return string(text)
}
