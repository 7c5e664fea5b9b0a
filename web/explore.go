package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// explorer is a gateway that answers questions about people and policy. A gateway without it has no such pages.
type explorer interface {
	Explain(ctx context.Context, c gateway.Caller, person sallyport.PersonID, system sallyport.SystemID, ask sallyport.Ask, at time.Time) ([]gateway.Explained, error)
	Acceptances(ctx context.Context, c gateway.Caller) ([]gateway.AcceptanceView, error)
	Who(ctx context.Context, c gateway.Caller, q gateway.WhoQuestion) (gateway.WhoAnswer, error)
	Ending(ctx context.Context, c gateway.Caller, limit time.Time) (gateway.EndingView, error)
	Pages(ctx context.Context, c gateway.Caller) ([]string, error)
	AsksVoucher(ctx context.Context, c gateway.Caller) (int, error)
	MayImport(c gateway.Caller) error
	Import(ctx context.Context, c gateway.Caller, format string, file []byte, dry bool) (gateway.ImportView, error)
}

func (s *Server) explorer() (explorer, error) {
	if e, ok := s.svc.(explorer); ok {
		return e, nil
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "this server does not answer such questions")
}

// query takes the named parameters, each at most once and nothing else.
func query(r *http.Request, names ...string) (map[string]string, error) {
	out := map[string]string{}
	for name, values := range r.URL.Query() {
		if !slices.Contains(names, name) || len(values) != 1 {
			return nil, sallyport.Errorf(sallyport.Invalid, "parameter %q is not known here, or is given more than once", name).WithHint("known are %v", names)
		}
		out[name] = values[0]
	}
	return out, nil
}

func (s *Server) explain(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	q, err := query(r, "person", "system", "ask", "at")
	if err != nil {
		return nil, err
	}
	at, err := optionalTime("at", q["at"])
	if err != nil {
		return nil, err
	}
	if !sallyport.ValidID(q["system"]) || q["person"] != "" && !sallyport.ValidID(q["person"]) {
		return nil, sallyport.Errorf(sallyport.Invalid, "system %q or person %q is not an identifier", q["system"], q["person"])
	}
	return list(e.Explain(r.Context(), c, sallyport.PersonID(q["person"]), sallyport.SystemID(q["system"]), sallyport.Ask(q["ask"]), at))
}

func (s *Server) acceptances(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	return list(e.Acceptances(r.Context(), c))
}

// wholeList is how many people an answer holds where no page is asked for: beyond it, nobody is left out silently.
const wholeList = 5 * gateway.MaxPeople

// people lists people as they stand, or as they stood at ?at=.
func (s *Server) people(r *http.Request, c gateway.Caller) (any, error) {
	f, err := peopleFilter(r.URL.Query())
	if err != nil {
		return nil, err
	}
	paged := f.Limit > 0
	if !paged {
		f.Limit = wholeList + 1
	}
	v, err := list(s.svc.People(r.Context(), c, f))
	if all, ok := v.([]gateway.PersonView); ok && !paged && len(all) > wholeList {
		return nil, sallyport.Errorf(sallyport.Limited, "there are more than %d people: ask for pages", wholeList).WithHint("limit=%d, then after= the last id of each page", gateway.MaxPeople)
	}
	return v, err
}

func peopleFilter(q url.Values) (gateway.PeopleFilter, error) {
	var f gateway.PeopleFilter
	for name, values := range q {
		if len(values) != 1 && name != "fact" {
			return f, sallyport.Errorf(sallyport.Invalid, "parameter %q is given %d times", name, len(values))
		}
		v := values[0]
		var err error
		switch name {
		case "at":
			f.At, err = optionalTime(name, v)
		case "text":
			f.Text = v
		case "role":
			f.Role = sallyport.Role(v)
		case "fact":
			f.Facts, err = factTests(values)
		case "limit":
			f.Limit, err = pageLimit(v, gateway.MaxPeople)
		case "person", "system", "after":
			if !sallyport.ValidID(v) {
				return f, sallyport.Errorf(sallyport.Invalid, "%s %q is not an identifier", name, v)
			}
			switch name {
			case "person":
				f.Person = sallyport.PersonID(v)
			case "system":
				f.System = sallyport.SystemID(v)
			default:
				f.After = sallyport.PersonID(v)
			}
		default:
			return f, sallyport.Errorf(sallyport.Invalid, "parameter %q is not known here", name).WithHint("known are at, text, role, system, fact, person, after, limit")
		}
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

// factTests reads kind=value, as often as it is given.
func factTests(values []string) ([]gateway.FactTest, error) {
	var out []gateway.FactTest
	for _, v := range values {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			return nil, sallyport.Errorf(sallyport.Invalid, "fact %q is not KIND=VALUE", v).WithHint("for instance fact=citizenship=FR or fact=employer=unknown")
		}
		out = append(out, gateway.FactTest{Name: name, Value: value})
	}
	return out, nil
}

func pageLimit(v string, most int) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > most {
		return 0, sallyport.Errorf(sallyport.Invalid, "limit is %q, want 1 to %d", v, most)
	}
	return n, nil
}

// optionalTime reads a time; "" is none.
func optionalTime(name, v string) (time.Time, error) {
	if v == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return at, sallyport.Errorf(sallyport.Invalid, "%s is %q, want a time such as 2026-03-04T10:00:00Z", name, v)
	}
	return at.UTC(), nil
}

// ending says what ends until ?until=.
func (s *Server) ending(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	q, err := query(r, "until")
	if err != nil {
		return nil, err
	}
	until, err := optionalTime("until", q["until"])
	if until.IsZero() {
		until = s.opts.Now().UTC().Add(30 * 24 * time.Hour)
	}
	if err != nil {
		return nil, err
	}
	return e.Ending(r.Context(), c, until)
}

// who answers what people did and saw.
func (s *Server) who(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	q, err := whoQuestion(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return e.Who(r.Context(), c, q)
}

func whoQuestion(in url.Values) (gateway.WhoQuestion, error) {
	var q gateway.WhoQuestion
	for name, values := range in {
		if len(values) != 1 && name != "fact" && name != "deed" {
			return q, sallyport.Errorf(sallyport.Invalid, "parameter %q is given %d times", name, len(values))
		}
		v := values[0]
		var err error
		switch name {
		case "deed":
			q.Deeds = values
		case "fact":
			q.Facts, err = factTests(values)
		case "mode":
			q.Mode = sallyport.Mode(v)
		case "since":
			q.Since, err = optionalTime(name, v)
		case "until":
			q.Until, err = optionalTime(name, v)
		case "from":
			if q.From, err = strconv.ParseInt(v, 10, 64); err != nil || q.From < 0 {
				err = sallyport.Errorf(sallyport.Invalid, "from is %q, want an index", v)
			}
		case "limit":
			q.Limit, err = pageLimit(v, gateway.MaxWhoRows)
		case "bytes":
			if q.Bytes = v == "1"; v != "1" && v != "0" {
				err = sallyport.Errorf(sallyport.Invalid, "bytes is %q, want 0 or 1", v)
			}
		case "person", "system", "session":
			if !sallyport.ValidID(v) {
				return q, sallyport.Errorf(sallyport.Invalid, "%s %q is not an identifier", name, v)
			}
			switch name {
			case "person":
				q.Person = sallyport.PersonID(v)
			case "system":
				q.System = sallyport.SystemID(v)
			default:
				q.Session = sallyport.SessionID(v)
			}
		default:
			return q, sallyport.Errorf(sallyport.Invalid, "parameter %q is not known here", name).WithHint("known are person, fact, deed, system, session, mode, since, until, from, limit, bytes")
		}
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

// peopleImport takes a roster as it is: CSV or JSON by its content type. With ?dry=1 it says what would change. Whether the caller may is asked
// before the file is read.
func (s *Server) peopleImport(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.explorer()
	if err != nil {
		return nil, err
	}
	q, err := query(r, "dry")
	if err == nil && q["dry"] != "" && q["dry"] != "1" && q["dry"] != "0" {
		err = sallyport.Errorf(sallyport.Invalid, "dry is %q, want 0 or 1", q["dry"])
	}
	kind, _, bad := mime.ParseMediaType(r.Header.Get("Content-Type"))
	format := map[string]string{"text/csv": "csv", "application/json": "json"}[kind]
	if err == nil && (bad != nil || format == "") {
		err = sallyport.Errorf(sallyport.Invalid, "content type is %q, want %q or %q", r.Header.Get("Content-Type"), "text/csv", "application/json")
	}
	if err == nil {
		err = e.MayImport(c)
	}
	if err != nil {
		return nil, err
	}
	file, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxRoster+1))
	if err != nil {
		return nil, &sallyport.Error{Code: sallyport.Invalid, Message: "the request ended before its body did", Err: err}
	}
	if len(file) > wire.MaxRoster {
		return nil, tooLarge(wire.MaxRoster)
	}
	return e.Import(r.Context(), c, format, file, q["dry"] == "1")
}
