package gateway

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/policy"
	"sallyport/policy/roster"
	"sallyport/workflow"
)

const (
	maxNamed    = 10000 // changes that an answer names
	importTries = 3     // how often an import is judged again because somebody else changed people meanwhile
)

// ImportView says what an import changed, or with a dry run would change.
type ImportView struct {
	People  int            `json:"people"`  // in the file
	Changes []ImportChange `json:"changes"` // the first of them
	Total   int            `json:"total"`
	Written bool           `json:"written"`         // all of them are in the ledger, under one checkpoint
	First   int64          `json:"first,omitempty"` // index of the first entry, where Written
}

// ImportChange is one entry of an import.
type ImportChange struct {
	Line   int                `json:"line"`
	Kind   sallyport.Kind     `json:"kind"`
	Person sallyport.PersonID `json:"person"`
	New    bool               `json:"new"`
	Says   string             `json:"says"`
}

// Import brings people, facts and roles of a roster (docs/spec/facts.md) into the ledger, all or nothing: every entry is judged before the
// first is written, and one transaction holds them all. What is on record already is left alone; nothing is taken away. Meanwhile
// everything else goes on, but for the moment in which the entries take their place.
func (g *Gateway) Import(ctx context.Context, c Caller, format string, file []byte, dry bool) (ImportView, error) {
	if err := g.MayImport(c); err != nil {
		return ImportView{}, err
	}
	parse := map[string]func([]byte) (*roster.Roster, error){"csv": roster.ParseCSV, "json": roster.ParseJSON}[format]
	if parse == nil {
		return ImportView{}, sallyport.Errorf(sallyport.Invalid, "roster format %q is neither csv nor json", format)
	}
	r, err := parse(file)
	if err != nil {
		return ImportView{}, asInvalid(err)
	}
	for try := 1; ; try++ {
		out, again, err := g.importOnce(ctx, c, r, dry)
		if err != nil || !again {
			return out, err
		}
		if try == importTries {
			return out, sallyport.Errorf(sallyport.Conflict, "people, roles or policies were changed by others while the roster was judged, %d times; nothing was written", try).WithHint("import it again when nobody else does")
		}
	}
}

// MayImport asks whether a caller may bring people in at all, before a door takes a large file from them.
func (g *Gateway) MayImport(c Caller) error {
	return g.view(func(s *workflow.State) error {
		if !g.may(s, "*", sallyport.AskAdminister, policy.TopicPerson, c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may not record people").WithHint("administrators may")
		}
		return nil
	})
}

func asInvalid(err error) error {
	if sallyport.CodeOf(err) != sallyport.Internal {
		return err
	}
	return &sallyport.Error{Code: sallyport.Invalid, Message: err.Error(), Err: err}
}

// importOnce compares, judges and writes. again says that something else changed in between, and nothing was written.
func (g *Gateway) importOnce(ctx context.Context, c Caller, r *roster.Roster, dry bool) (out ImportView, again bool, err error) {
	var fork *workflow.State
	var since int64
	ids := make([]sallyport.PersonID, len(r.People))
	for i, p := range r.People {
		ids[i] = p.ID
	}
	_ = g.view(func(s *workflow.State) error {
		fork, since = s.Fork(ids), g.changed
		fork.Now = g.time()
		return nil
	})
	changes, err := r.Diff(onRecord{g, fork})
	if err != nil {
		return out, false, asInvalid(err)
	}
	out = ImportView{People: len(r.People), Changes: []ImportChange{}, Total: len(changes)}
	for _, ch := range changes[:min(len(changes), maxNamed)] {
		out.Changes = append(out.Changes, ImportChange{ch.Line, ch.Kind(), ch.Person, ch.New, ch.String()})
	}
	if len(changes) == 0 {
		return out, false, nil
	}
	entries, until, err := g.judged(ctx, c, fork, changes, dry)
	if err != nil || dry {
		return out, false, err
	}
	out.First, again, err = g.appendAll(ctx, entries, since, until)
	out.Written = err == nil && !again
	return out, again, err
}

// judgedEntry is an entry that lacks only its time: it stands between before and after.
type judgedEntry struct {
	entry         sallyport.Entry
	body          sallyport.Body
	subjects      []ledger.Subject
	before, after []byte
}

// timeless takes an encoded entry apart around its time, which nothing but its version and kind stands before: so that no entry of many is
// encoded while everything else waits.
func (j *judgedEntry) timeless() error {
	raw, err := j.entry.Encode()
	if err != nil {
		return err
	}
	stamp, err := sallyport.EncodeJSON(j.entry.Time.UTC())
	if err != nil {
		return err
	}
	var ok bool
	if j.before, j.after, ok = bytes.Cut(raw, append([]byte(`"time":`), stamp...)); !ok {
		return sallyport.Errorf(sallyport.Internal, "entry %q has no time", j.entry.Kind)
	}
	return nil
}

// judged makes the entries and puts each to the rules, in the state that those before it make. A dry run stores no blob: it is judged by what the
// blobs would hold. until is the moment from which the answers may be others; zero is never.
func (g *Gateway) judged(ctx context.Context, c Caller, fork *workflow.State, changes []roster.Change, dry bool) (out []judgedEntry, until time.Time, err error) {
	bodies := make([]sallyport.Body, len(changes))
	contents := make([][]byte, len(changes))
	for i, ch := range changes {
		switch {
		case ch.Fact != nil:
			body := ch.FactBody(sallyport.BlobRef{})
			bodies[i] = &body
			contents[i], err = ch.Fact.Encode()
		case ch.Role != nil:
			body := ch.RoleBody()
			bodies[i] = &body
		case ch.New:
			bodies[i] = &sallyport.PersonAdded{Person: ch.Person}
			contents[i], err = sallyport.EncodeJSON(ch.Details)
		default:
			bodies[i] = &sallyport.PersonChanged{Person: ch.Person}
			contents[i], err = sallyport.EncodeJSON(ch.Details)
		}
		if err != nil {
			return nil, until, asInvalid(err)
		}
	}
	disclosed, err := g.putAll(ctx, bodies, contents, dry)
	if err != nil {
		return nil, until, err
	}
	out = make([]judgedEntry, len(changes))
	for i, body := range bodies {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, until, ctx.Err()
		}
		e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: fork.Now, By: c.Person}
		if e.Body, err = sallyport.EncodeJSON(body); err != nil {
			return nil, until, err
		}
		end, err := g.check.CheckUntil(fork, e, body, disclosed)
		if err == nil {
			err = fork.Apply(e, body, nil)
		}
		if err != nil {
			return nil, until, &sallyport.Error{Code: sallyport.Forbidden, Message: "line " + strconv.Itoa(changes[i].Line) + ": " + refusal(err).Error() + "; nothing was written", Err: err}
		}
		if !end.IsZero() && (until.IsZero() || end.Before(until)) {
			until = end
		}
		out[i] = judgedEntry{entry: e, body: body, subjects: ledger.Subjects(e, body)}
		if err := out[i].timeless(); err != nil {
			return nil, until, err
		}
	}
	return out, until, nil
}

// appendAll writes entries that were judged, if nothing that they were judged by has changed since.
func (g *Gateway) appendAll(ctx context.Context, entries []judgedEntry, since int64, until time.Time) (first int64, again bool, err error) {
	g.mu.Lock()
	now := g.time()
	if g.broken != nil || g.changed != since || !until.IsZero() && !now.Before(until) {
		defer g.mu.Unlock()
		return 0, g.broken == nil, g.broken
	}
	first = g.state.Size
	made := make([]ledger.Made, len(entries))
	stamp, err := sallyport.EncodeJSON(now)
	if err != nil {
		g.mu.Unlock()
		return 0, false, err
	}
	stamp = append([]byte(`"time":`), stamp...)
	for i := range entries {
		j := &entries[i]
		j.entry.Time = now
		made[i] = ledger.Made{Raw: slices.Concat(j.before, stamp, j.after), Subjects: j.subjects}
	}
	for i := range entries {
		j := &entries[i]
		if err := g.state.Apply(j.entry, j.body, made[i].Raw); err != nil {
			// The fork judged the same entry after the same ones: if the two disagree, neither is to be trusted.
			g.broke(err)
			g.mu.Unlock()
			return 0, false, g.broken
		}
		g.past.remember(g.state, first+int64(i), j.entry, j.body)
	}
	g.changed, g.changedAt = g.state.Size, now
	ticket, at, err := g.Log.EnqueueBatch(made)
	if err != nil || at != first {
		g.broke(err)
		g.mu.Unlock()
		return 0, false, g.broken
	}
	last := entries[len(entries)-1]
	notices := []Notice{notice(first+int64(len(entries))-1, last.entry, last.body)} // one for all: whoever hears it asks again
	_, err = g.settle(ctx, ticket, notices, nil)
	return first, false, err
}

// putAll stores what bodies refer to and fills the references in.
func (g *Gateway) putAll(ctx context.Context, bodies []sallyport.Body, contents [][]byte, dry bool) (sallyport.Disclosed, error) {
	var refs []*sallyport.BlobRef
	var whole [][]byte
	for i, body := range bodies {
		if contents[i] != nil {
			refs = append(refs, references(body)[0])
			whole = append(whole, contents[i])
		}
	}
	if dry {
		would := overlay{g.cache, make(map[sallyport.Digest][]byte, len(whole))}
		for i, content := range whole {
			*refs[i] = sallyport.RefOf(nil, content)
			would.content[refs[i].Digest] = content
		}
		return would, nil
	}
	many, ok := g.Blobs.(interface {
		PutMany(ctx context.Context, contents [][]byte) ([]sallyport.BlobRef, error)
	})
	for i := 0; !ok && i < len(whole); i++ {
		ref, err := g.put(ctx, whole[i])
		if err != nil {
			return nil, err
		}
		*refs[i] = ref
	}
	if !ok {
		return g.cache, nil
	}
	stored, err := many.PutMany(ctx, whole)
	if err != nil {
		return nil, &sallyport.Error{Code: sallyport.Unavailable, Message: "the roster's contents cannot be stored, so nothing is written", Hint: "an operator must look at the blob folder: is it full or read-only?", Err: err}
	}
	would := overlay{g.cache, make(map[sallyport.Digest][]byte, len(whole))}
	for i, ref := range stored {
		*refs[i] = ref
		would.content[ref.Digest] = whole[i]
	}
	return would, nil
}

// overlay discloses what is about to be recorded beside what is.
type overlay struct {
	sallyport.Disclosed
	content map[sallyport.Digest][]byte
}

func (o overlay) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	if b, ok := o.content[ref.Digest]; ok {
		return b, true
	}
	return o.Disclosed.Blob(ref)
}

// onRecord is a state as a roster is compared with it.
type onRecord struct {
	g *Gateway
	s *workflow.State
}

func (o onRecord) Person(id sallyport.PersonID) (d sallyport.PersonDetails, ok bool) {
	p := o.s.People[id]
	if p != nil {
		_ = o.g.blobJSON(p.Details, &d)
	}
	return d, p != nil
}

func (o onRecord) Fact(id sallyport.PersonID, name string) (sallyport.Fact, bool) {
	if p := o.s.People[id]; p != nil && p.Facts[name] != nil {
		if f, ok, err := o.g.check.Fact(p.Facts[name].Ref, o.g.cache); ok && err == nil {
			return *f, true
		}
	}
	return sallyport.Fact{}, false
}

func (o onRecord) Role(id sallyport.PersonID, role sallyport.Role, system sallyport.SystemID) (*time.Time, bool) {
	if p := o.s.People[id]; p != nil {
		for _, r := range p.Roles {
			if r.Role == role && r.System == system {
				return r.Until, true
			}
		}
	}
	return nil, false
}
