package assess

import (
	"context"
	"slices"
	"strings"

	"sallyport"
)

// RequestFor says what is to be assessed of an action: its spec with the files that were pinned, for the purpose that its ticket names. The server, a
// decider's own program and an auditor ask this one function and Action, so that they disagree only where their rules do.
func RequestFor(spec sallyport.Spec, pins []sallyport.Pin, purpose sallyport.TicketPurpose) Request {
	req := Request{Text: spec.Text, Interpreter: spec.Interpreter, Cwd: spec.Dir, User: spec.Login, Stdin: spec.Stdin, Files: map[string][]byte{},
		Scope: Scope{Purpose: strings.TrimSpace(purpose.Title + "\n" + purpose.Text), Paths: purpose.Paths, Services: purpose.Services, Hosts: purpose.Hosts}}
	for _, p := range pins {
		req.Files[p.Word], req.Files[p.Path] = p.Content, p.Content
	}
	for _, v := range spec.Env {
		req.Env = append(req.Env, v.Name+"="+v.Value)
	}
	return req
}

// Action judges an action, and names the files that it runs and that could not be pinned.
func Action(ctx context.Context, req Request, missing []sallyport.Unpinned) sallyport.Assessment {
	found := Assess(ctx, req)
	if len(missing) > 0 {
		notPinned(&found, missing)
	}
	return found
}

// notPinned makes sure that a file which the text runs and nobody could read is named, and that the verdict is not low.
func notPinned(a *sallyport.Assessment, missing []sallyport.Unpinned) {
	a.Complete = false
	a.Verdict = a.Verdict.Max(sallyport.Medium)
	for _, m := range missing {
		why := "the file " + m.Word + " is run, and could not be read: " + m.Why
		if !slices.ContainsFunc(a.Unknown, func(u sallyport.Unknown) bool { return u.Why == why }) {
			a.Unknown = append(a.Unknown, sallyport.Unknown{Why: why})
		}
	}
}
