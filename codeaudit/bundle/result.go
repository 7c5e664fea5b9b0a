package bundle

import (
	"fmt"
	"io"
	"strings"

	"sallyport/codeaudit/signal"
)

// Result is what a verification found.
type Result struct {
	Checks    []Check  `json:"checks"`
	Unchecked []string `json:"unchecked"` // what was not looked at, and why
}

// Check is one claim.
type Check struct {
	Claim string `json:"claim"`
	OK    bool   `json:"ok"`
	Text  string `json:"text"` // figures, or both sides of a mismatch
}

// OK tells that every check held.
func (r *Result) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return len(r.Checks) > 0
}

// Exit is the exit status, as of the verifier of evidence: 0 every check held, 1 one did not, 2 something could not be checked.
func (r *Result) Exit() int {
	switch {
	case !r.OK():
		return 1
	case len(r.Unchecked) > 0:
		return 2
	}
	return 0
}

// Print writes a line for each check. Text of the bundle is made inert: it may come from whoever is audited.
func (r *Result) Print(w io.Writer) error {
	inert := func(text string) string {
		return strings.ReplaceAll(signal.Visible([]byte(text)), "\n", "<U+000A>")
	}
	for _, c := range r.Checks {
		word := "ok    "
		if !c.OK {
			word = "FAILED"
		}
		if _, err := fmt.Fprintf(w, "%s  %s: %s\n", word, inert(c.Claim), inert(c.Text)); err != nil {
			return err
		}
	}
	for _, u := range r.Unchecked {
		if _, err := fmt.Fprintf(w, "not checked: %s\n", inert(u)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Result) check(claim string, ok bool, format string, args ...any) {
	r.Checks = append(r.Checks, Check{claim, ok, fmt.Sprintf(format, args...)})
}

func (r *Result) unchecked(format string, args ...any) {
	r.Unchecked = append(r.Unchecked, fmt.Sprintf(format, args...))
}
