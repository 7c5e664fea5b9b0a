package rules

import (
	"slices"

	"sallyport"
	"sallyport/workflow"
)

// specified holds a proposal to its spec: the spec is of this action, for a target and login as they are, and, under a
// runbook, equal to the runbook to the letter. Without a runbook a spec that is withheld leaves nothing open that the
// binding of a decision does not hold.
func specified(s *workflow.State, e sallyport.Entry, b *sallyport.ActionProposed, d sallyport.Disclosed) error {
	raw, ok := d.Blob(b.Spec)
	if !ok {
		if b.Runbook == "" {
			return nil
		}
		return &Withheld{What: "the text of action " + string(b.Action), Ref: b.Spec}
	}
	var spec sallyport.Spec
	if err := sallyport.DecodeJSON(raw, &spec); err != nil {
		return &workflow.Illegal{Why: "the spec of action " + string(b.Action) + " cannot be read: " + err.Error()}
	}
	t := s.Targets[b.Target]
	switch {
	case spec.Action != b.Action || spec.Session != e.Session || spec.Target != b.Target:
		return &workflow.Illegal{Why: "the spec of action " + string(b.Action) + " is of another action, session or target"}
	case t != nil && (spec.HostKey != t.HostKey || spec.Address != t.Address || !slices.Contains(t.Logins, spec.Login)):
		return &workflow.Illegal{Why: "the spec of action " + string(b.Action) + " names an address, a host key or a login that target " + string(b.Target) + " does not have"}
	case b.Runbook == "":
		return nil
	}
	text := sallyport.RunbookText{Text: spec.Text, Login: spec.Login, Interpreter: spec.Interpreter, Dir: spec.Dir}
	if r := s.Runbooks[b.Runbook]; r == nil || text.Content() != r.Content || len(spec.Env) > 0 || len(spec.Stdin) > 0 {
		return &workflow.Illegal{Why: "action " + string(b.Action) + " is not what runbook " + string(b.Runbook) + " approves, to the letter"}
	}
	return nil
}

// runbookText holds a runbook's entry to its text.
func runbookText(b *sallyport.RunbookSigned, d sallyport.Disclosed) error {
	raw, ok := d.Blob(b.Text)
	if !ok {
		return &Withheld{What: "the text of runbook " + string(b.Runbook), Ref: b.Text}
	}
	var text sallyport.RunbookText
	if err := sallyport.DecodeJSON(raw, &text); err != nil || text.Content() != b.Content {
		return &workflow.Illegal{Why: "the text of runbook " + string(b.Runbook) + " is not the one that the entry names"}
	}
	return nil
}
