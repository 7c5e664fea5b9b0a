package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sallyport"
	"sallyport/policy"
)

// Columns of a CSV roster, in any order. Those of needed must be there. A row says a person's name and email, one fact
// in the short form of docs/spec/facts.md, or a role: fact "role", value "escort@shop".
var (
	columns = []string{"person", "name", "email", "fact", "value", "evidence_kind", "evidence_reference", "evidence_digest", "verifier", "verified", "until", "self_asserted"}
	needed  = []string{"person", "fact", "value", "evidence_kind", "evidence_reference", "verifier", "verified", "until"}
)

const roleFact = "role"

// ParseCSV reads a CSV roster. The error is a [*Refused] where rows are bad.
func ParseCSV(b []byte) (*Roster, error) {
	if err := checkBytes(b); err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "roster has no header line: %v", err)
	}
	at, err := header(head)
	if err != nil {
		return nil, err
	}
	out := newBuilder()
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out.done()
		}
		if err != nil { // a broken quote hides the rows after it: there is nothing more to say
			if parse, ok := errors.AsType[*csv.ParseError](err); ok {
				out.bad(parse.StartLine, "%v", parse.Err)
				if errors.Is(parse.Err, csv.ErrFieldCount) {
					continue
				}
			} else {
				out.bad(0, "%v", err)
			}
			return out.done()
		}
		line, _ := r.FieldPos(0)
		out.row(line, func(column string) string {
			if i, ok := at[column]; ok {
				return row[i]
			}
			return ""
		})
	}
}

func checkBytes(b []byte) error {
	if len(b) > MaxBytes {
		return sallyport.Errorf(sallyport.Limited, "roster is %d bytes, more than %d", len(b), MaxBytes)
	}
	if !utf8.Valid(b) {
		return sallyport.Errorf(sallyport.Invalid, "roster is not UTF-8")
	}
	return nil
}

func header(head []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range head {
		if !slices.Contains(columns, name) {
			return nil, sallyport.Errorf(sallyport.Invalid, "line 1: column %q is not known", name).
				WithHint("columns are %s, separated by commas", strings.Join(columns, ", "))
		}
		if _, twice := at[name]; twice {
			return nil, sallyport.Errorf(sallyport.Invalid, "line 1: column %q stands twice", name)
		}
		at[name] = i
	}
	for _, name := range needed {
		if _, ok := at[name]; !ok {
			return nil, sallyport.Errorf(sallyport.Invalid, "line 1: column %q is missing", name)
		}
	}
	return at, nil
}

// row takes one row. get gives a column's text, "" where there is no such column.
func (b *builder) row(line int, get func(string) string) {
	d := b.person(line, get("person"))
	if d == nil {
		return
	}
	b.details(line, d, get("name"), get("email"))
	name, value := get("fact"), get("value")
	until, err := when(get("until"))
	if err != nil {
		b.bad(line, "until: %v", err)
		return
	}
	switch {
	case name == "" && value == "":
		if get("name") == "" {
			b.bad(line, "the row says nothing about %q", d.person.ID)
		}
		return
	case name == roleFact:
		role, system, _ := strings.Cut(value, "@")
		b.role(line, d, role, system, until)
		return
	}
	v, err := policy.ParseFactText(name, value)
	if err != nil {
		b.bad(line, "%v", err)
		return
	}
	verified, err := when(get("verified"))
	if err != nil || verified == nil {
		b.bad(line, "verified %q is not a time such as 2026-11-21 or 2026-11-21T12:00:00Z", get("verified"))
		return
	}
	f := sallyport.Fact{Name: v.FactName(), Value: v, Verifier: sallyport.PersonID(get("verifier")), Verified: *verified, Until: until,
		Evidence: sallyport.Evidence{Kind: get("evidence_kind"), Reference: get("evidence_reference"), Digest: sallyport.Digest(get("evidence_digest"))}}
	switch get("self_asserted") {
	case "", "no":
	case "yes":
		f.SelfAsserted = true
	default:
		b.bad(line, "self_asserted %q is not yes or no", get("self_asserted"))
		return
	}
	b.fact(line, d, f)
}

// when reads a time: RFC 3339, or a date, which is its first moment in UTC. "" is none.
func when(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		if t, err = time.Parse(time.RFC3339, text); err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "%q is not a time such as 2026-11-21 or 2026-11-21T12:00:00Z", text)
		}
	}
	t = t.UTC()
	return &t, nil
}
