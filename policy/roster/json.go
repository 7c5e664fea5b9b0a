package roster

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"sallyport"
)

// jsonPerson is one element of a JSON roster: {"people": [...]}. Facts are as in docs/spec/facts.md.
type jsonPerson struct {
	Person string            `json:"person"`
	Name   string            `json:"name"`
	Email  string            `json:"email"`
	Facts  []json.RawMessage `json:"facts"`
	Roles  []struct {
		Role   string     `json:"role"`
		System string     `json:"system"`
		Until  *time.Time `json:"until"`
	} `json:"roles"`
}

// ParseJSON reads a JSON roster. The error is a [*Refused] where people are bad; the line is that at which the person
// begins.
func ParseJSON(b []byte) (*Roster, error) {
	if err := checkBytes(b); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	lines := lineCounter{text: b}
	broken := func(err error) error {
		return sallyport.Errorf(sallyport.Invalid, "line %d: roster is not {\"people\": [...]}: %v", lines.at(dec.InputOffset()), err)
	}
	for _, want := range []any{json.Delim('{'), "people", json.Delim('[')} {
		got, err := dec.Token()
		if err != nil {
			return nil, broken(err)
		}
		if got != want {
			return nil, broken(errors.New("something else stands there"))
		}
	}
	out := newBuilder()
	for dec.More() {
		line := lines.at(skipSpace(b, dec.InputOffset()))
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, broken(err)
		}
		out.element(line, raw)
	}
	for _, want := range []json.Delim{']', '}'} {
		if got, err := dec.Token(); err != nil || got != want {
			return nil, broken(err)
		}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, broken(errors.New("more follows"))
	}
	return out.done()
}

func (b *builder) element(line int, raw json.RawMessage) {
	var p jsonPerson
	if err := sallyport.DecodeJSON(raw, &p); err != nil {
		b.bad(line, "%v", err)
		return
	}
	if _, twice := b.people[sallyport.PersonID(p.Person)]; twice {
		b.bad(line, "person %q stands in line %d already", p.Person, b.people[sallyport.PersonID(p.Person)].person.Line)
		return
	}
	d := b.person(line, p.Person)
	if d == nil {
		return
	}
	b.details(line, d, p.Name, p.Email)
	for _, raw := range p.Facts {
		var f sallyport.Fact
		if err := json.Unmarshal(raw, &f); err != nil {
			b.bad(line, "%v", err)
			continue
		}
		b.fact(line, d, f)
	}
	for _, r := range p.Roles {
		b.role(line, d, r.Role, r.System, r.Until)
	}
}

// lineCounter counts lines up to ascending offsets, reading the text once.
type lineCounter struct {
	text   []byte
	offset int64
	lines  int
}

func (c *lineCounter) at(offset int64) int {
	offset = min(max(offset, c.offset), int64(len(c.text)))
	c.lines += bytes.Count(c.text[c.offset:offset], []byte("\n"))
	c.offset = offset
	return c.lines + 1
}

// skipSpace gives the offset of the next element after a comma and white space.
func skipSpace(b []byte, offset int64) int64 {
	for offset < int64(len(b)) && bytes.IndexByte([]byte(" \t\r\n,"), b[offset]) >= 0 {
		offset++
	}
	return offset
}
