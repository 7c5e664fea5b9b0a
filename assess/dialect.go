package assess

import (
	"bytes"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/shell"
)

// dialect finds what /bin/sh may read differently, without failing, when it is dash rather than bash: such a text does one
// thing to its reviewer and another on its target. What a plain sh refuses to read stops there and is no such danger.
func dialect(text []byte) []sallyport.Finding {
	var out []sallyport.Finding
	add := func(p syntax.Pos, message string) {
		l := int(p.Line())
		if len(out) == 0 || out[len(out)-1].Lines[0] != l {
			out = append(out, sallyport.Finding{Rule: "other-shell", Level: sallyport.High, Message: message, Lines: sallyport.Span{l, l}})
		}
	}
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	stop := false
	text, _ = shell.PlainComments(text) // where they are too many, the walker says so
	for s, err := range parser.StmtsSeq(bytes.NewReader(text)) {
		if stop = stop || err != nil; stop { // drained: the iterator goes on after an error
			continue
		}
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Redirect:
				if n.Op == syntax.RdrAll || n.Op == syntax.AppAll {
					add(n.Pos(), "A plain sh reads \"&>\" as: run this in the background, then empty the file. Bash reads it as: write everything to the file.")
				}
			case *syntax.SglQuoted:
				if n.Dollar {
					add(n.Pos(), "A plain sh does not decode $'...', bash does: the word differs.")
				}
			}
			return true
		})
	}
	return out
}
