package verify

import (
	"fmt"
	"io"
	"strings"
)

// Result of a check.
type Result string

const (
	Good      Result = "good"
	Noted     Result = "noted"     // nothing is wrong with the evidence; a reader should know this
	Unchecked Result = "unchecked" // could not be checked: something is withheld, or not here
	Wrong     Result = "wrong"
)

// rank orders results by how much they matter.
func (r Result) rank() int {
	switch r {
	case Good:
		return 0
	case Noted:
		return 1
	case Unchecked:
		return 2
	}
	return 3
}

// maxFindings bounds what is listed of one check; the rest is counted.
const maxFindings = 100

// Finding is one thing found by a check.
type Finding struct {
	Result Result `json:"result"`
	Entry  int64  `json:"entry"` // index, or -1
	Says   string `json:"says"`
}

// Check is one question that was asked of the whole log.
type Check struct {
	Name     string    `json:"name"`
	Result   Result    `json:"result"`
	Says     string    `json:"says"`    // what is true, with numbers
	Checked  int64     `json:"checked"` // how many things were looked at
	Findings []Finding `json:"findings,omitempty"`
	More     int64     `json:"more,omitempty"` // findings beyond those listed
}

// found adds a finding and makes the check's result no milder than it.
func (c *Check) found(r Result, entry int64, format string, args ...any) {
	if r.rank() > c.Result.rank() {
		c.Result = r
	}
	if len(c.Findings) >= maxFindings {
		c.More++
		return
	}
	c.Findings = append(c.Findings, Finding{r, entry, fmt.Sprintf(format, args...)})
}

// Report is the outcome of a verification.
type Report struct {
	Source   string  `json:"source"`
	Origin   string  `json:"origin"`
	Size     int64   `json:"size"`
	Root     string  `json:"root"`
	From     string  `json:"from"` // time of the first entry
	To       string  `json:"to"`   // and of the last
	Sessions int     `json:"sessions"`
	Actions  int     `json:"actions"`
	Filter   string  `json:"filter,omitempty"` // of a bundle
	Result   Result  `json:"result"`
	Checks   []Check `json:"checks"`
}

// Exit is the exit status: 0 all good, 1 something is wrong, 2 something could not be checked.
func (r *Report) Exit() int {
	switch r.Result {
	case Wrong:
		return 1
	case Unchecked:
		return 2
	}
	return 0
}

// Print writes the report as a page of plain words.
func (r *Report) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Evidence   %s\nLog        %s\nEntries    %d, from %s to %s\nSessions   %d, with %d actions\nTree       %s\n", r.Source, r.Origin, r.Size, r.From, r.To, r.Sessions, r.Actions, r.Root)
	if r.Filter != "" {
		fmt.Fprintf(&b, "Disclosed  %s\n", r.Filter)
	}
	b.WriteByte('\n')
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%-10s %s: %s\n", strings.ToUpper(string(c.Result)), c.Name, c.Says)
		for _, f := range c.Findings {
			if f.Entry >= 0 {
				fmt.Fprintf(&b, "           - %s, entry %d: %s\n", f.Result, f.Entry, f.Says)
			} else {
				fmt.Fprintf(&b, "           - %s: %s\n", f.Result, f.Says)
			}
		}
		if c.More > 0 {
			fmt.Fprintf(&b, "           - and %d more\n", c.More)
		}
	}
	b.WriteByte('\n')
	switch r.Result {
	case Wrong:
		b.WriteString("RESULT: something is wrong with this evidence. See the lines marked WRONG.\n")
	case Unchecked:
		b.WriteString("RESULT: nothing is wrong, and something could not be checked. See the lines marked UNCHECKED.\n")
	default:
		b.WriteString("RESULT: all checks passed.\n")
	}
	_, err := io.WriteString(w, visible(b.String()))
	return err
}

// visible makes what evidence says harmless for a terminal: it may be hostile.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
			return '\ufffd'
		}
		return r
	}, s)
}
