package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"sallyport"
)

// checkPage prints an assessment for people. Text of the script is made inert before it is printed: it may have been
// written to fool a terminal.
type checkPage struct {
	w      *bufio.Writer
	colour bool
	name   string
	lines  []string
}

var checkColours = map[sallyport.Verdict]string{sallyport.Low: "32", sallyport.Medium: "33", sallyport.High: "31", sallyport.Critical: "1;31"}

func (p *checkPage) paint(v sallyport.Verdict, s string) string {
	if !p.colour {
		return s
	}
	return "\x1b[" + checkColours[v] + "m" + s + "\x1b[0m"
}

var checkMeanings = map[sallyport.Verdict]string{
	sallyport.Low:      "everything was understood and nothing consequential was found",
	sallyport.Medium:   "consequential, but ordinary work",
	sallyport.High:     "do not approve without understanding the points below",
	sallyport.Critical: "approving this as it stands would be an incident",
}

// meaning says a verdict in words. What was not understood may be anything, so that is not called ordinary.
func meaning(a *sallyport.Assessment) string {
	if a.Verdict == sallyport.Medium && !a.Complete {
		return "nothing grave was found in what was understood, but not everything was understood"
	}
	return checkMeanings[a.Verdict]
}

func (p *checkPage) print(a *sallyport.Assessment, explain bool) {
	fmt.Fprintf(p.w, "%s: %s - %s\n\n", inert(p.name), p.paint(a.Verdict, strings.ToUpper(string(a.Verdict))), meaning(a))
	fmt.Fprintf(p.w, "%s\n", inert(a.Summary))
	p.findings(a)
	if len(a.Effects) > 0 {
		fmt.Fprintf(p.w, "\nWhat it would do\n")
		for _, level := range []sallyport.Verdict{sallyport.Critical, sallyport.High, sallyport.Medium, sallyport.Low} {
			for _, e := range a.Effects {
				if e.Level == level {
					p.effect(&e)
				}
			}
		}
	}
	if len(a.Unknown) > 0 {
		fmt.Fprintf(p.w, "\nWhat could not be determined\n")
		p.unknown(a.Unknown)
	}
	fmt.Fprintf(p.w, "\nUnderstood %d of %d commands.\n", a.Commands.Understood, a.Commands.Total)
	if len(a.Advice) > 0 {
		fmt.Fprintf(p.w, "\nWhat would make this safer to approve\n")
		for _, s := range a.Advice {
			fmt.Fprintf(p.w, "  - %s\n", inert(s))
		}
	}
	if explain {
		p.explain(a)
	}
}

// unknown prints what could not be determined. Commands that are not known are named together: a list of twenty of them buries the rest.
func (p *checkPage) unknown(list []sallyport.Unknown) {
	var names []string
	at := sallyport.Span{}
	for _, u := range list {
		name, ok := strings.CutPrefix(u.Why, `The command "`)
		if name, isKnown := strings.CutSuffix(name, `" is not known.`); ok && isKnown && u.File == "" {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			if at[0] == 0 {
				at[0] = u.Lines[0]
			}
			at[1] = max(at[1], u.Lines[1])
			continue
		}
		fmt.Fprintf(p.w, "  %-10s %s\n", where(u.Lines), inert(u.Why+inFile(u.File, u.FileLines)))
	}
	switch {
	case len(names) == 1:
		fmt.Fprintf(p.w, "  %-10s The command %q is not known.\n", where(at), inert(names[0]))
	case len(names) > 1:
		fmt.Fprintf(p.w, "  %-10s %d commands are not known: %s. A file that is read elsewhere may define them.\n", where(at), len(names), inert(strings.Join(names, ", ")))
	}
}

// findings prints what stands out: everything about one place together, and its source once.
func (p *checkPage) findings(a *sallyport.Assessment) {
	done := make([]bool, len(a.Findings))
	head := "\nWhat stands out\n"
	for i, f := range a.Findings {
		if done[i] {
			continue
		}
		fmt.Fprint(p.w, head)
		head = ""
		for k := i; k < len(a.Findings); k++ {
			g := a.Findings[k]
			if done[k] || g.Lines != f.Lines || g.File != f.File || g.FileLines != f.FileLines {
				continue
			}
			done[k] = true
			fmt.Fprintf(p.w, "  %s  %s  [%s]\n", p.paint(g.Level, fmt.Sprintf("%-8s", g.Level)), inert(g.Message), g.Rule)
		}
		p.source(a, f.Lines, f.File, f.FileLines)
	}
}

func (p *checkPage) effect(e *sallyport.Effect) {
	text := e.Text
	if e.Certainty == sallyport.May {
		text += ", perhaps"
		if e.Condition != "" {
			text += ": " + e.Condition
		}
	}
	if e.Outside {
		text += " - not named by the ticket"
	}
	via := ""
	if len(e.Via) > 0 {
		via = " (within " + strings.Join(e.Via, ", ") + ")"
	}
	via += inFile(e.File, e.FileLines)
	fmt.Fprintf(p.w, "  %-10s %s%s\n", where(e.Lines), inert(text), inert(via))
}

func where(s sallyport.Span) string {
	if s[0] == s[1] {
		return fmt.Sprintf("line %d", s[0])
	}
	return fmt.Sprintf("lines %d-%d", s[0], s[1])
}

// inFile says where in a pinned file something stands.
func inFile(file string, s sallyport.Span) string {
	if file == "" {
		return ""
	}
	return ", " + where(s) + " of " + file
}

// source shows the first lines of a span, or of where in a pinned file it stands.
func (p *checkPage) source(a *sallyport.Assessment, s sallyport.Span, file string, in sallyport.Span) {
	lines := p.lines
	for _, l := range a.Layers {
		if file != "" && l.File == file {
			lines, s = strings.Split(l.Text, "\n"), in
			fmt.Fprintf(p.w, "          in %s\n", inert(file))
			break
		}
	}
	for n := s[0]; n <= s[1] && n < s[0]+3; n++ {
		if n < 1 || n > len(lines) {
			continue
		}
		fmt.Fprintf(p.w, "    %5d | %s\n", n, inert(squash(lines[n-1])))
	}
	if s[1] >= s[0]+3 {
		fmt.Fprintf(p.w, "          | ... to line %d\n", s[1])
	}
}

// squash shortens long runs of blanks, and says so: what stands behind them is what must be seen.
func squash(s string) string {
	for {
		i := strings.Index(s, strings.Repeat(" ", 40))
		if i < 0 {
			break
		}
		j := i
		for j < len(s) && s[j] == ' ' {
			j++
		}
		s = s[:i] + fmt.Sprintf(" [%d blanks] ", j-i) + s[j:]
	}
	if r := []rune(s); len(r) > 400 {
		return string(r[:400]) + fmt.Sprintf(" [%d more characters]", len(r)-400)
	}
	return s
}

// inert makes control and invisible characters visible.
func inert(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' {
			return ' '
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// explain walks through the script: for each line that does something, the line and what it does.
func (p *checkPage) explain(a *sallyport.Assessment) {
	fmt.Fprintf(p.w, "\nLine by line\n")
	for i, line := range p.lines {
		n := i + 1
		var said []string
		for _, e := range a.Effects {
			if e.Lines[0] == n {
				s := e.Text
				if e.Certainty == sallyport.May && e.Condition != "" {
					s += ", " + e.Condition
				}
				said = append(said, s)
			}
		}
		for _, u := range a.Unknown {
			if u.Lines[0] == n {
				said = append(said, "not known: "+u.Why)
			}
		}
		for _, f := range a.Findings {
			if f.Lines[0] == n && f.Level.Alert() {
				said = append(said, string(f.Level)+": "+f.Message)
			}
		}
		if strings.TrimSpace(line) == "" && len(said) == 0 {
			continue
		}
		fmt.Fprintf(p.w, "  %4d | %s\n", n, inert(squash(line)))
		for _, s := range said {
			fmt.Fprintf(p.w, "       > %s\n", inert(s))
		}
	}
}
