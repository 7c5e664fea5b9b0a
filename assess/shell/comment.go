package shell

import (
	"bytes"
	"regexp"

	"mvdan.cc/sh/v3/syntax"
)

// commented finds texts in which a comment may end in a backslash.
var commented = regexp.MustCompile(`#[^\n]*\\\r?\n`)

// PlainComments gives a text of the same length in which no comment ends in a backslash. A shell ends a comment with its line whatever
// stands there (POSIX XCU 2.3 rule 9); the parser joins the next line to it, so that a command after "# note \" would be taken for words of
// the command before. Each pass mends the comments that it sees, which shows those behind them; ok is false when there are too many of those.
func PlainComments(text []byte) (plain []byte, ok bool) {
	text = bytes.ReplaceAll(text, []byte("\\\r\n"), []byte(" \r\n")) // a backslash quotes the carriage return, and the line ends (XCU 2.2.1)
	if !commented.Match(text) {
		return text, true
	}
	text = bytes.Clone(text)
	for range maxCommentPasses {
		parser := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(true))
		mended := false
		mend := func(c *syntax.Comment) {
			for i := int(c.Hash.Offset()); i < min(int(c.End().Offset()), len(text))-1; i++ {
				if text[i] == '\\' && text[i+1] == '\n' {
					text[i], mended = ' ', true
				}
			}
		}
		f, _ := parser.Parse(bytes.NewReader(text), "") // as far as it can be read
		if f == nil {
			return text, true
		}
		syntax.Walk(f, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.Comment); ok {
				mend(c)
			}
			return true
		})
		if !mended {
			return text, true
		}
	}
	return text, false
}

// maxCommentPasses bounds the passes. An honest text needs one.
const maxCommentPasses = 16
