package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sallyport"
	"sallyport/gateway"
)

// maxLines is the most entries that one answer holds.
const maxLines = 1000

func (s *Server) ledger(r *http.Request, c gateway.Caller) (any, error) {
	f, err := ledgerFilter(r.URL.Query())
	if err != nil {
		return nil, err
	}
	p, err := s.svc.Ledger(r.Context(), c, f)
	if p.Lines == nil {
		p.Lines = []gateway.LedgerLine{}
	}
	return p, err
}

func ledgerFilter(q url.Values) (gateway.LedgerFilter, error) {
	f := gateway.LedgerFilter{Limit: 200}
	for name, values := range q {
		if len(values) != 1 {
			return f, sallyport.Errorf(sallyport.Invalid, "filter %q is given %d times", name, len(values))
		}
		v := values[0]
		var err error
		switch name {
		case "from":
			f.From, err = strconv.ParseInt(v, 10, 64)
		case "to":
			f.To, err = strconv.ParseInt(v, 10, 64)
		case "limit":
			f.Limit, err = strconv.Atoi(v)
		case "kind":
			if !slices.ContainsFunc(sallyport.Kinds(), func(k sallyport.Kind) bool { return strings.HasPrefix(string(k), v) }) {
				return f, sallyport.Errorf(sallyport.Invalid, "no entry kind begins with %q", v)
			}
			f.Kind = v
		case "newest":
			if v != "1" && v != "0" {
				return f, sallyport.Errorf(sallyport.Invalid, "newest is %q, want 0 or 1", v)
			}
			f.Newest = v == "1"
		case "session", "person":
			if !sallyport.ValidID(v) {
				return f, sallyport.Errorf(sallyport.Invalid, "%s %q is not an identifier", name, v)
			}
			if name == "session" {
				f.Session = sallyport.SessionID(v)
			} else {
				f.Person = sallyport.PersonID(v)
			}
		default:
			return f, sallyport.Errorf(sallyport.Invalid, "filter %q is not known", name).WithHint("known are from, to, kind, session, person, limit, newest")
		}
		if err != nil {
			return f, sallyport.Errorf(sallyport.Invalid, "filter %s is %q, want a whole number", name, v)
		}
	}
	if f.From < 0 || f.To < 0 || f.Limit < 1 || f.Limit > maxLines {
		return f, sallyport.Errorf(sallyport.Invalid, "from %d, to %d, limit %d: want numbers from 0, and a limit from 1 to %d", f.From, f.To, f.Limit, maxLines)
	}
	return f, nil
}
