package web

import (
	"net/http"

	"sallyport"
	"sallyport/gateway"
)

// receipt hands a party the receipt of a session, as a file to keep.
func (s *Server) receipt(w http.ResponseWriter, r *http.Request, c gateway.Caller) error {
	id, err := pathID[sallyport.SessionID](r, "session")
	if err != nil {
		return err
	}
	if id == "last" { // no session is called so: names of sessions begin with S-
		id = ""
	}
	b, err := s.svc.Receipt(r.Context(), c, id)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(id)+`.receipt"`)
	_, err = w.Write(b)
	return err
}
