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
