package ledger

import (
	"reflect"
	"slices"
	"strings"

	"sallyport"
)

// Subject is someone or something that an entry concerns. The subjects of entries are a view: they can be derived from the entries
// again at any time, and nothing is decided by them.
type Subject struct {
	Kind string // "person", "system", "target", "ticket", "session", "action"
	ID   string
}

var subjectKinds = map[reflect.Type]string{
	reflect.TypeFor[sallyport.PersonID]():  "person",
	reflect.TypeFor[sallyport.SystemID]():  "system",
	reflect.TypeFor[sallyport.TargetID]():  "target",
	reflect.TypeFor[sallyport.TicketID]():  "ticket",
	reflect.TypeFor[sallyport.SessionID](): "session",
	reflect.TypeFor[sallyport.ActionID]():  "action",
}

// Subjects derives whom and what an entry concerns: its author, its session, and every field of the body whose type is an
// identifier. Sorted, without duplicates.
func Subjects(e sallyport.Entry, body sallyport.Body) []Subject {
	out := make([]Subject, 0, 4)
	add := func(kind, id string) {
		if id != "" && id != "*" {
			out = append(out, Subject{kind, id})
		}
	}
	add("person", string(e.By))
	add("session", string(e.Session))
	v := reflect.Indirect(reflect.ValueOf(body))
	for i := range v.NumField() {
		f := v.Field(i)
		if kind, ok := subjectKinds[f.Type()]; ok {
			add(kind, f.String())
			continue
		}
		if f.Kind() == reflect.Slice {
			if kind, ok := subjectKinds[f.Type().Elem()]; ok {
				for j := range f.Len() {
					add(kind, f.Index(j).String())
				}
			}
		}
	}
	if r, ok := revokedSubject(body); ok {
		add(r.Kind, r.ID)
	}
	slices.SortFunc(out, func(a, b Subject) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return slices.Compact(out)
}

// revokedSubject names what a revocation is about: its type stands in a field, not in the field's type.
func revokedSubject(body sallyport.Body) (Subject, bool) {
	var what, name string
	switch b := body.(type) {
	case *sallyport.Revoked:
		what, name = b.What, b.Name
	case *sallyport.Restored:
		what, name = b.What, b.Name
	default:
		return Subject{}, false
	}
	switch what {
	case "person", "system", "ticket", "session":
		return Subject{what, name}, true
	}
	return Subject{}, false
}
