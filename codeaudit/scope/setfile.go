package scope

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"sallyport"
)

// columns maps the names that a column may have to what it holds. There is no other column: what is not here is refused, so
// that a set cannot carry a guess about where somebody is from.
var columns = map[string]string{
	"identity": "identity", "identities": "identity", "value": "identity",
	"kind": "kind", "type": "kind",
	"email": "email", "emails": "email", "mail": "email", "emailaddress": "email", "alias": "identity", "aliases": "identity",
	"account": "account", "accounts": "account", "login": "account", "username": "account", "user": "account", "github": "account", "gitlab": "account", "handle": "account",
	"key": "key", "keys": "key", "fingerprint": "key", "signingkey": "key", "gpgkey": "key", "sshkey": "key",
	"session": "session", "sessions": "session", "sessionid": "session",
	"person": "person", "member": "person", "label": "person", "id": "person", "name": "person", "displayname": "person", "fullname": "person",
	"fact": "fact", "employer": "employer", "organisation": "employer", "organization": "employer", "company": "employer",
	"reason": "reason", "why": "reason",
	"evidence": "evidence", "reference": "evidence", "source": "evidence",
	"verifier": "verifier", "verifiedby": "verifier",
	"from": "from", "since": "from", "start": "from", "validfrom": "from",
	"to": "to", "until": "to", "end": "to", "validto": "to", "validuntil": "to",
	"note": "note", "notes": "note", "comment": "note",
}

func column(name string) (string, bool) {
	folded := strings.Map(func(c rune) rune {
		if c == ' ' || c == '_' || c == '-' {
			return -1
		}
		return c
	}, strings.ToLower(strings.TrimSpace(name)))
	c, ok := columns[folded]
	return c, ok
}

func refuse(name string) error {
	return sallyport.Errorf(sallyport.Invalid, "column %q has no place in a set", name).
		WithHint("a set holds identities and the recorded facts for which they are on it: person, identity, kind, email, account, key, session, fact, employer, reason, evidence, verifier, from, to, note")
}

// csv reads rows with a header, or a single column of identities without one.
func (b *builder) csv(text []byte) error {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	first, _, _ := strings.Cut(string(text), "\n")
	if !strings.Contains(first, ",") {
		for _, c := range ";\t" {
			if strings.ContainsRune(first, c) {
				r.Comma = c
			}
		}
	}
	var head []string
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return sallyport.Errorf(sallyport.Invalid, "the set is not a CSV file: %v", err)
		}
		line, _ := r.FieldPos(0)
		where := fmt.Sprintf("line %d of the set", line)
		if head == nil {
			var skip bool
			if head, skip, err = header(row); err != nil {
				return err
			}
			if skip {
				continue
			}
		}
		if len(row) > len(head) {
			return sallyport.Errorf(sallyport.Invalid, "%s has %d fields, the header has %d", where, len(row), len(head))
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if err := b.row(where, head, row); err != nil {
			return err
		}
	}
}

// header reads the first row: column names, or (skip is false) already the first identity of a list without a header.
func header(row []string) (head []string, skip bool, err error) {
	if len(row) == 1 {
		if c, ok := column(row[0]); ok {
			return []string{c}, true, nil
		}
		return []string{"identity"}, false, nil
	}
	for _, name := range row {
		c, ok := column(name)
		if !ok && strings.Contains(name, "@") {
			return nil, false, sallyport.Errorf(sallyport.Invalid, "the set has %d columns and no header", len(row)).
				WithHint("begin it with a line such as: email,person,reason,evidence,from,to")
		}
		if !ok {
			return nil, false, refuse(name)
		}
		head = append(head, c)
	}
	return head, true, nil
}

// row reads one row. Several identities in a field are separated by semicolons or spaces.
func (b *builder) row(where string, head, row []string) error {
	var f Fact
	var ids []Identity
	var kind, label string
	for i, v := range row {
		if head[i] == "kind" {
			kind = strings.TrimSpace(v)
		}
	}
	for i, v := range row {
		v = strings.TrimSpace(v)
		if len(v) > maxField {
			return sallyport.Errorf(sallyport.Limited, "%s has a field of %d bytes, more than %d", where, len(v), maxField)
		}
		switch head[i] {
		case "identity", "email", "account", "key", "session":
			k := head[i]
			if k == "identity" {
				k = kind
			}
			for _, one := range split(v) {
				id, err := identity(k, one)
				if err != nil {
					return sallyport.Errorf(sallyport.Invalid, "%s: %w", where, err).WithHint("%s", sallyport.Hint(err))
				}
				ids = append(ids, id)
			}
		case "person":
			label = v
		case "fact":
			f.Fact = v
		case "employer":
			if v != "" && f.Fact == "" {
				f.Fact = "employer " + v
			} else if v != "" {
				f.Fact += "; employer " + v
			}
		case "reason":
			f.Reason = v
		case "evidence":
			f.Evidence = v
		case "verifier":
			f.Verifier = v
		case "from":
			f.From = v
		case "to":
			f.To = v
		case "note":
			f.Note = v
		}
	}
	return b.add(where, label, ids, f)
}

// split separates identities in one field; "Name <mail>" stays whole.
func split(v string) []string {
	var list []string
	for part := range strings.SplitSeq(v, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if strings.ContainsAny(part, "<>") {
			list = append(list, part)
		} else if strings.Count(part, "@") > 1 {
			list = append(list, strings.Fields(part)...)
		} else {
			list = append(list, part)
		}
	}
	return list
}

// json reads {"members": [...]} or a list of flat objects with the columns of the CSV form.
func (b *builder) json(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if text[0] == '[' {
		var rows []map[string]string
		if err := d.Decode(&rows); err != nil {
			return notJSON(err)
		}
		for i, r := range rows {
			var head, row []string
			for name, v := range r {
				c, ok := column(name)
				if !ok {
					return refuse(name)
				}
				head, row = append(head, c), append(row, v)
			}
			if err := b.row(fmt.Sprintf("entry %d of the set", i+1), head, row); err != nil {
				return err
			}
		}
		return nil
	}
	var file struct {
		Version int `json:"version"`
		Members []struct {
			Person     string   `json:"person"`
			Identities []string `json:"identities"`
			Facts      []Fact   `json:"facts"`
		} `json:"members"`
	}
	if err := d.Decode(&file); err != nil {
		return notJSON(err)
	}
	if file.Version > 1 {
		return sallyport.Errorf(sallyport.Invalid, "the set has version %d, this program reads version 1", file.Version)
	}
	for i, m := range file.Members {
		where := fmt.Sprintf("entry %d of the set", i+1)
		var ids []Identity
		for _, v := range m.Identities {
			id, err := identity("", v)
			if err != nil {
				return sallyport.Errorf(sallyport.Invalid, "%s: %w", where, err).WithHint("%s", sallyport.Hint(err))
			}
			ids = append(ids, id)
		}
		if len(m.Facts) == 0 {
			m.Facts = []Fact{{}}
		}
		for _, f := range m.Facts {
			if err := b.add(where, m.Person, ids, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func notJSON(err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return refuse(strings.Trim(name, `"`))
	}
	return sallyport.Errorf(sallyport.Invalid, "the set is not a JSON file of the right form: %v", err).
		WithHint(`write {"version": 1, "members": [{"person": "P-17", "identities": ["email:a@b.example"], "facts": [{"fact": "...", "evidence": "..."}]}]}`)
}
