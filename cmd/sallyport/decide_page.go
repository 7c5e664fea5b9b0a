package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"sallyport"
	"sallyport/assess"
	"sallyport/codeaudit/signal"
	"sallyport/gateway"
)

// heldMaterial is what a decider signs about, as this program computed it from the bytes that it received.
type heldMaterial struct {
	spec                            sallyport.Spec
	pins                            []sallyport.Pin
	assessment                      sallyport.Assessment // the server's, which the decision binds
	own                             sallyport.Assessment // this program's
	specRef, pinsRef, assessmentRef sallyport.Digest
}

// hold takes the material apart and computes every digest anew. The page's own digests are only compared.
func hold(id sallyport.ActionID, m gateway.Material, shown sallyport.Shown) (*heldMaterial, error) {
	h := &heldMaterial{specRef: m.Spec.Ref().Digest, assessmentRef: m.Assessment.Ref().Digest}
	if err := sallyport.DecodeJSON(m.Spec.Content, &h.spec); err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	if err := sallyport.DecodeJSON(m.Assessment.Content, &h.assessment); err != nil {
		return nil, fmt.Errorf("assessment: %w", err)
	}
	if m.Pins != nil {
		h.pinsRef = m.Pins.Ref().Digest
		if err := sallyport.DecodeJSON(m.Pins.Content, &h.pins); err != nil {
			return nil, fmt.Errorf("pinned files: %w", err)
		}
	}
	if h.spec.Action != id || h.specRef != shown.Spec || h.pinsRef != shown.Pins || h.assessmentRef != shown.Assessment {
		return nil, sallyport.Errorf(sallyport.Conflict, "what the server sent is not what it says action %q is", id).WithHint("tell somebody who does not run the server")
	}
	return h, nil
}

// judge makes this program's own assessment of what it holds. Which files could not be read, and what the ticket is for, the server says.
func (h *heldMaterial) judge(ctx context.Context, page gateway.ActionPage) {
	h.own = assess.Action(ctx, assess.RequestFor(h.spec, h.pins, page.SessionView.Ticket.Scope), page.Missing)
}

// answered refuses an approval that was given before anything was read, where this program judges the action graver than the server said.
func (h *heldMaterial) answered(answer string) error {
	if answer != sallyport.Approve || !h.graver() {
		return nil
	}
	return sallyport.Errorf(sallyport.Conflict, "nothing was signed: this program judges action %q %s, the server said %s", h.spec.Action, h.own.Verdict, h.assessment.Verdict).
		WithHint("read why above; to approve it all the same, leave out --answer and answer when you are asked")
}

// graver tells whether this program judges the action graver than the server said.
func (h *heldMaterial) graver() bool { return h.own.Verdict.Rank() > h.assessment.Verdict.Rank() }

// print shows everything, whole. Characters that cannot be seen are written out, and those outside ASCII, which may only look like it, are named below their line.
func (h *heldMaterial) print(w io.Writer) {
	line := func(name, text string) { fmt.Fprintf(w, "%-13s %s\n", name, signal.Visible([]byte(text))) }
	line("action", string(h.spec.Action)+" in session "+string(h.spec.Session))
	line("target", string(h.spec.Target)+" at "+h.spec.Address+", as "+h.spec.Login)
	line("host key", h.spec.HostKey)
	line("interpreter", h.spec.Interpreter)
	if h.spec.Dir != "" {
		line("directory", h.spec.Dir)
	}
	line("limits", fmt.Sprintf("%s, %d bytes of output", h.spec.Limits.Timeout, h.spec.Limits.Output))
	for _, v := range h.spec.Env {
		line("variable", v.Name+"="+v.Value)
	}
	printText(w, "What would run", h.spec.Text)
	for _, p := range h.pins {
		printText(w, fmt.Sprintf("Read on the target: %s, which the text calls %s", signal.Visible([]byte(p.Path)), signal.Visible([]byte(p.Word))), p.Content)
	}
	if len(h.spec.Stdin) > 0 {
		printText(w, "Its standard input", h.spec.Stdin)
	}
	theirs, errTheirs := sallyport.EncodeJSON(&h.assessment)
	ours, errOurs := sallyport.EncodeJSON(&h.own)
	if errTheirs == nil && errOurs == nil && string(theirs) == string(ours) {
		printAssessment(w, "The server's assessment, which this program makes too", &h.assessment)
		return
	}
	printAssessment(w, "The server's assessment", &h.assessment)
	printAssessment(w, "This program's own assessment, which is another", &h.own)
	if h.graver() {
		fmt.Fprintf(w, "\n!! This program judges it %s, the server said %s. They are of rules %s and %s. Find out why before you approve.\n",
			strings.ToUpper(string(h.own.Verdict)), strings.ToUpper(inert(string(h.assessment.Verdict))), h.own.Engine, inert(h.assessment.Engine))
	}
}

// printText prints numbered lines.
func printText(w io.Writer, title string, text []byte) {
	fmt.Fprintf(w, "\n%s (%d bytes)\n", title, len(text))
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i, l := range lines {
		fmt.Fprintf(w, "%6d | %s\n", i+1, signal.Visible([]byte(l)))
		var odd []string
		for _, r := range l {
			if name := fmt.Sprintf("U+%04X", r); r > 0x7f && !slices.Contains(odd, name) {
				odd = append(odd, name)
			}
		}
		if odd != nil {
			fmt.Fprintf(w, "       ^ not ASCII: %s\n", strings.Join(odd, " "))
		}
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		fmt.Fprintf(w, "       ^ no line feed at the end\n")
	}
}

func printAssessment(w io.Writer, title string, a *sallyport.Assessment) {
	fmt.Fprintf(w, "\n%s: %s. %s\n", title, strings.ToUpper(inert(string(a.Verdict))), inert(a.Summary))
	for _, f := range a.Findings {
		fmt.Fprintf(w, "  ! %-10s %s (%s)\n", where(f.Lines), inert(f.Message), inert(string(f.Level)))
	}
	for _, e := range a.Effects {
		text := e.Text
		if e.Certainty == sallyport.May {
			text += ", perhaps"
		}
		if e.Outside {
			text += ", not named by the ticket"
		}
		fmt.Fprintf(w, "  - %-10s %s (%s)\n", where(e.Lines), inert(text), inert(string(e.Level)))
	}
	for _, u := range a.Unknown {
		fmt.Fprintf(w, "  ? %-10s %s\n", where(u.Lines), inert(u.Why))
	}
}
