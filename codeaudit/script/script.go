// Package script turns the assessment of shell text into signals: what a decider would be told of the same text before it
// runs, a reviewer is told of it after it was committed.
//
// It is pure and judges nothing itself. What cannot be read as shell says nothing here: pieces of files are often no whole
// script, and every line is in the list for a reader in any case.
package script

import (
	"bytes"
	"context"

	"sallyport"
	"sallyport/assess"
	"sallyport/codeaudit/signal"
)

// maxSingle bounds how many lines are read one by one.
const maxSingle = 300

// Assess is what signal.Input.Shell usually is. Lines of the signals count from 1 within lines. Added lines are a piece of a
// script; a piece that cannot be read as a whole is read line by line.
func Assess(lines [][]byte) []signal.Signal {
	found, whole := assessLines(bytes.Join(lines, []byte("\n")), 0, lines)
	if whole {
		return found
	}
	found = nil
	for i, text := range lines[:min(len(lines), maxSingle)] {
		if len(bytes.TrimSpace(text)) < 4 {
			continue
		}
		one, _ := assessLines(text, i, lines)
		found = append(found, one...)
	}
	return found
}

func assessLines(text []byte, offset int, lines [][]byte) (found []signal.Signal, whole bool) {
	a := assess.Assess(context.Background(), assess.Request{Text: text, Lang: "bash"})
	whole = true
	seen := map[string]bool{}
	for _, f := range a.Findings {
		if f.Rule == "not-parsed" {
			whole = false
			continue
		}
		id := "shell.high"
		switch f.Level {
		case sallyport.Critical:
			id = "shell.critical"
		case sallyport.High:
		default:
			continue
		}
		if seen[f.Rule] {
			continue
		}
		seen[f.Rule] = true
		s := signal.Signal{ID: id, Line: offset + 1, Strength: 1, Note: f.Rule + ": " + f.Message}
		if at := offset + f.Lines[0] - 1; at >= 0 && at < len(lines) {
			s.Line = at + 1
			s.Bytes = lines[at][:min(len(lines[at]), signal.MaxBytes)]
			s.Text = signal.Visible(s.Bytes)
		}
		found = append(found, s)
	}
	return found, whole
}
