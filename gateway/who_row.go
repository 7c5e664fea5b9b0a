package gateway

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"sallyport"
	"sallyport/recording"
	"sallyport/workflow"
)

// WhoRow is one thing that one person did or saw, with the entry that says so and their facts as they stood then.
type WhoRow struct {
	Index   int64               `json:"index"` // of the entry
	Time    time.Time           `json:"time"`
	Person  sallyport.PersonID  `json:"person"`
	Name    string              `json:"name"`
	Deed    string              `json:"deed"`
	Kind    sallyport.Kind      `json:"kind"`
	Session sallyport.SessionID `json:"session,omitempty"`
	System  sallyport.SystemID  `json:"system,omitempty"`
	Mode    sallyport.Mode      `json:"mode,omitempty"`
	Ticket  sallyport.TicketID  `json:"ticket,omitempty"`
	Action  sallyport.ActionID  `json:"action,omitempty"`
	Target  sallyport.TargetID  `json:"target,omitempty"`
	Says    string              `json:"says"`
	Content []Content           `json:"content,omitempty"`
	Facts   []FactView          `json:"facts"` // those asked for, else where they come from and who employs them
}

// Content is something that was proposed or seen. Digest is that of the ledger: of a blob (docs/spec/blob.md), so that a bundle proves it.
type Content struct {
	What     string           `json:"what"` // text, files, assessment, words, released output, recording, rendering, bundle
	Digest   sallyport.Digest `json:"digest,omitempty"`
	Bytes    int64            `json:"bytes,omitempty"`
	Text     string           `json:"text,omitempty"`     // where asked for: escape sequences inert, invalid UTF-8 replaced
	Cut      bool             `json:"cut,omitempty"`      // Text is not all of it
	Withheld string           `json:"withheld,omitempty"` // why Text was asked for and is not there

	ref sallyport.BlobRef
}

// originFacts are shown where a question asks for no fact.
var originFacts = []FactTest{{Name: sallyport.FactCitizenship}, {Name: sallyport.FactLocation}, {Name: sallyport.FactEmployer}}

// whoRow reads the entry of an act and says what it was.
func (g *Gateway) whoRow(ctx context.Context, a act, q WhoQuestion, known map[sallyport.PersonID][]factWas, size int64) (WhoRow, error) {
	raws, err := g.Log.Read(ctx, a.index, a.index+1)
	if err != nil || len(raws) != 1 {
		return WhoRow{}, fmt.Errorf("entry %d: %w", a.index, err)
	}
	e, b, err := sallyport.ReadEntry(raws[0])
	if err != nil {
		return WhoRow{}, err
	}
	row := WhoRow{Index: a.index, Time: e.Time, Person: a.person.ID, Deed: Deeds[a.deed], Kind: e.Kind, Facts: []FactView{}}
	var changes []factChange
	var act *workflow.Action
	_ = g.view(func(s *workflow.State) error {
		row.Name = g.party(s, a.person.ID).Name
		row.Says = g.says(s, e, b)
		if sess := a.within; sess != nil {
			row.Session, row.System, row.Mode, row.Ticket = sess.ID, sess.System, sess.Mode, sess.Ticket
		}
		if act = s.Actions[actionOf(b)]; act != nil {
			row.Action, row.Target = act.ID, act.Target
			whole := *act
			act = &whole
		}
		changes = g.past.facts[a.person.ID]
		return nil
	})
	if row.Content, err = g.contents(ctx, a, e, b, act); err != nil {
		return row, err
	}
	was, ok := known[a.person.ID]
	if !ok {
		if was, err = g.factsOf(ctx, changes, size); err != nil {
			return row, err
		}
		known[a.person.ID] = was
	}
	stood, err := g.stood(was, a)
	tests := q.Facts
	if len(tests) == 0 {
		tests = originFacts
	}
	for _, f := range stood {
		for _, t := range tests {
			if t.concerns(f.Name) {
				row.Facts = append(row.Facts, f)
				break
			}
		}
	}
	return row, err
}

// actionOf gives the action that an entry is about, or "".
func actionOf(b sallyport.Body) sallyport.ActionID {
	switch b := b.(type) {
	case *sallyport.ActionProposed:
		return b.Action
	case *sallyport.ActionDecided:
		return b.Action
	case *sallyport.ActionStarted:
		return b.Action
	case *sallyport.ActionAnswered:
		return b.Action
	case *sallyport.ActionWithdrawn:
		return b.Action
	case *sallyport.ActionStopping:
		return b.Action
	case *sallyport.OutputReleased:
		return b.Action
	case *sallyport.PageShown:
		return b.Action
	case *sallyport.ReplayWatched:
		return b.Action
	}
	return ""
}

// contents lists what an act proposed or saw.
func (g *Gateway) contents(ctx context.Context, a act, e sallyport.Entry, b sallyport.Body, act *workflow.Action) ([]Content, error) {
	var out []Content
	blob := func(what string, ref *sallyport.BlobRef) {
		if ref != nil && ref.Digest != "" {
			out = append(out, Content{What: what, Digest: ref.Digest, Bytes: ref.Size, ref: *ref})
		}
	}
	digest := func(what string, d sallyport.Digest) {
		if d != "" {
			out = append(out, Content{What: what, Digest: d})
		}
	}
	page := func() { // what a page shows of an action
		blob("text", &act.Spec)
		blob("files", act.Pins)
		if act.Assessed != nil {
			blob("assessment", &act.Assessed.Assessment)
		}
	}
	mine := e.By == a.person.ID
	switch b := b.(type) {
	case *sallyport.ActionProposed:
		blob("text", &b.Spec)
	case *sallyport.ActionStarted:
		blob("text", &act.Spec)
		digest("rendering", b.Rendered)
	case *sallyport.ActionDecided:
		if mine && Deeds[a.deed] == DeedSaw {
			blob("text", &act.Spec)
			digest("files", b.Shown.Pins)
			digest("assessment", b.Shown.Assessment)
		} else {
			blob("words", b.Words)
		}
	case *sallyport.ActionAnswered:
		blob("words", &b.Words)
	case *sallyport.Said:
		blob("words", &b.Words)
	case *sallyport.OutputReleased:
		blob("released output", &b.Released)
	case *sallyport.PageShown:
		if b.What == "text" {
			page()
			break
		}
		if b.What == "released" {
			for i := range act.Released {
				blob("released output", &act.Released[i].Released)
			}
			break
		}
		chunks, err := g.chunks(ctx, act)
		if err != nil {
			return nil, err
		}
		for _, c := range chunks[:min(b.Chunks, len(chunks))] {
			digest("recording", c.Chunk.Digest)
		}
	case *sallyport.ExportMade:
		digest("bundle", b.Digest)
	}
	return out, nil
}

// opener reads contents for one asker. What was not theirs to see anyway it reads under the right to replay, and the ledger says so first.
type opener struct {
	g      *Gateway
	ctx    context.Context
	caller Caller
	may    map[workflow.Revocation]error // by action or session: asked once
}

// fill puts the text beside the digests of a row.
func (o *opener) fill(row *WhoRow) {
	for i := range row.Content {
		c := &row.Content[i]
		if c.ref.Digest == "" || c.What == "files" || c.What == "assessment" {
			continue
		}
		own := row.Person == o.caller.Person && (row.Deed == DeedProposed || row.Deed == DeedRan || c.What == "released output" || c.What == "words")
		if !own {
			if err := o.look(row); err != nil {
				c.Withheld = err.Error()
				continue
			}
		}
		text, cut, err := o.g.contentText(o.ctx, *c)
		if err != nil {
			c.Withheld = "it cannot be read any more"
			continue
		}
		c.Text, c.Cut = text, cut
	}
}

// look asks policy whether the asker may replay what a row is about, by writing that they do.
func (o *opener) look(row *WhoRow) error {
	key := workflow.Revocation{What: "session", Name: string(row.Session)}
	body := &sallyport.ReplayWatched{Of: row.Session, Why: "asked what people did and saw"}
	if row.Action != "" {
		key = workflow.Revocation{What: "action", Name: string(row.Action)}
		body.Action, body.Of = row.Action, ""
	}
	err, known := o.may[key]
	if !known {
		_, err = o.g.append(o.ctx, o.caller.Person, "", say(body))
		o.may[key] = err
	}
	return err
}

// contentText gives a content as text, at most maxWhoBytes of it.
func (g *Gateway) contentText(ctx context.Context, c Content) (string, bool, error) {
	b, err := g.cache.get(ctx, c.ref)
	if err != nil {
		return "", false, err
	}
	switch c.What {
	case "text":
		var spec sallyport.Spec
		if err := sallyport.DecodeJSON(b, &spec); err != nil {
			return "", false, err
		}
		b = spec.Text
	case "released output":
		frames, err := recording.DecodeReleased(b)
		if err != nil {
			return "", false, err
		}
		b = nil
		for _, f := range frames {
			b = append(b, f.Data...)
		}
	}
	cut := len(b) > maxWhoBytes
	if cut {
		b = b[:maxWhoBytes]
	}
	var out bytes.Buffer
	w := recording.NewInert(&out)
	if _, err := w.Write(b); err != nil {
		return "", false, err
	}
	if err := w.Close(); err != nil {
		return "", false, err
	}
	return string(bytes.ToValidUTF8(out.Bytes(), []byte("\uFFFD"))), cut, nil
}
