package worklist

import (
	"bytes"
	"context"

	"sallyport"
	"sallyport/assess"
	"sallyport/codeaudit/signal"
)

// AssessShell is what Options.Shell usually is: the assessment that a decider would see for the same text. Added lines are a
// piece of a script; a piece that cannot be read as a whole is read line by line, and what then cannot be read says nothing.
func AssessShell(path string, lines [][]byte) []signal.Signal {
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

// maxSingle bounds how many lines are read one by one.
const maxSingle = 300

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

// commands are the lines of a build description that a shell will run, with their numbers within lines.
func commands(about signal.About, lines [][]byte) (texts [][]byte, numbers []int) {
	for i, text := range lines {
		t := bytes.TrimSpace(text)
		var found []byte
		switch about.Lang {
		case signal.Docker:
			if bytes.HasPrefix(t, []byte("RUN ")) && !bytes.HasPrefix(t, []byte("RUN [")) {
				found = t[4:]
			}
		case signal.Make:
			if bytes.HasPrefix(text, []byte("\t")) {
				found = bytes.TrimLeft(t, "@-+")
			}
		case signal.YAML:
			t = bytes.TrimPrefix(t, []byte("- "))
			if bytes.HasPrefix(t, []byte("run: ")) && !bytes.HasPrefix(t, []byte("run: |")) && !bytes.HasPrefix(t, []byte("run: >")) {
				found = bytes.Trim(t[5:], `"'`)
			}
		}
		if len(found) > 3 {
			texts, numbers = append(texts, found), append(numbers, i)
		}
	}
	return texts, numbers
}
