package assess

import (
	"bytes"
	"fmt"
	"strings"

	"sallyport"
	"sallyport/assess/concrete"
	"sallyport/assess/shell"
)

// Bounds of the comparison: one finding is enough to send a text back, and comparing is not worth more than reading.
const (
	maxDiffer   = 5
	maxCompared = 1_000_000 // words
)

// differ reads the text once more, in another way, and reports the commands that the walker did not see with those words. A walk that
// did not come to its end is not compared: it says so itself.
func differ(t *shell.Trace, w *shell.World) (found []sallyport.Finding) {
	if t.Spent || t.ParseErr != nil || bytes.Contains(w.Text, []byte(concrete.Token)) {
		return nil
	}
	told, budget := map[uint]bool{}, maxCompared
	for _, holds := range []bool{true, false} {
		concrete.Read(t.Stmts, w.Args, w.Env, holds, func(c concrete.Command) {
			if len(found) >= maxDiffer || told[c.Offset] || len(c.Words) == 0 {
				return
			}
			if t.Readings.Has(c.Offset, c.Words, &budget) {
				return
			}
			told[c.Offset] = true
			text := strings.Join(c.Words, " ")
			if len(text) > 120 {
				text = text[:120] + "..."
			}
			found = append(found, sallyport.Finding{Rule: "two-readings", Level: sallyport.High, Lines: sallyport.Span{int(c.Line), int(c.Line)},
				Message: fmt.Sprintf("Two ways of reading this line differ, so it may do something else than is said here: one of them reads %q.", text)})
		})
	}
	return found
}
