package web

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// record encodes contents and passes body on. The references inside body are filled in by the gateway, in order.
func (s *Server) record(r *http.Request, c gateway.Caller, body sallyport.Body, contents ...any) (any, error) {
	var blobs [][]byte
	for _, v := range contents {
		b, ok := v.([]byte)
		if !ok {
			var err error
			if b, err = sallyport.EncodeJSON(v); err != nil {
				return nil, err
			}
		}
		blobs = append(blobs, b)
	}
	return nil, s.svc.Record(r.Context(), c, body, blobs...)
}

func (s *Server) personAdd(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[wire.Person](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	if !sallyport.ValidID(string(v.Person)) {
		return nil, notID("person", v.Person)
	}
	return s.record(r, c, &sallyport.PersonAdded{Person: v.Person}, v.PersonDetails)
}

func (s *Server) personChange(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, sallyport.PersonDetails](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.PersonChanged{Person: id}, v)
}

// factRecord records what somebody verified: the caller, now, unless the request says otherwise.
func (s *Server) factRecord(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.Fact](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	value, err := sallyport.DecodeFactValue(v.Name, v.Value)
	if err != nil {
		return nil, asInvalid(err)
	}
	fact := sallyport.Fact{Name: v.Name, Value: value, Evidence: v.Evidence, Verifier: c.Person, Verified: s.opts.Now().UTC(), Until: inUTC(v.Until), SelfAsserted: v.SelfAsserted}
	if v.Verifier != "" {
		fact.Verifier = v.Verifier
	}
	if v.Verified != nil {
		fact.Verified = v.Verified.UTC()
	}
	blob, err := fact.Encode()
	if err != nil {
		return nil, asInvalid(err)
	}
	return s.record(r, c, &sallyport.FactRecorded{Person: id, Name: fact.Name, Until: fact.Until, SelfAsserted: fact.SelfAsserted}, blob)
}

// asInvalid makes what is wrong with a caller's own value an error that they may see.
func asInvalid(err error) error {
	if sallyport.CodeOf(err) != sallyport.Internal {
		return err
	}
	return &sallyport.Error{Code: sallyport.Invalid, Message: strings.TrimPrefix(err.Error(), "json: "), Err: err}
}

func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func (s *Server) factVouch(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.Vouch](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.FactVouched{Person: id, Name: r.PathValue("fact"), Fact: v.Fact})
}

func (s *Server) factWithdraw(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.Reason](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.FactWithdrawn{Person: id, Name: r.PathValue("fact"), Reason: v.Reason})
}

// keyEnrol takes an OpenSSH public key. Its comment is dropped: nothing is derived from it.
func (s *Server) keyEnrol(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.Key](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	pub, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(v.Public))
	if err != nil || len(options) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return nil, sallyport.Errorf(sallyport.Invalid, "the public key is not one line of an OpenSSH .pub file").WithHint("send the content of the .pub file, without options")
	}
	return s.record(r, c, &sallyport.KeyEnrolled{Person: id, Key: sallyport.KeyID(ssh.FingerprintSHA256(pub)), Form: "ssh",
		Public: string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(pub))), Use: v.Use, Until: inUTC(v.Until)})
}

func (s *Server) keyRetire(r *http.Request, c gateway.Caller) (any, error) {
	v, err := decode[wire.KeyRetired](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.KeyRetired{Key: v.Key, Reason: v.Reason})
}

func (s *Server) roleAssign(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.Role](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.RoleAssigned{Person: id, Role: v.Role, System: v.System, Until: inUTC(v.Until)})
}

func (s *Server) roleWithdraw(r *http.Request, c gateway.Caller) (any, error) {
	id, v, err := both[sallyport.PersonID, wire.Role](r, "person", wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return s.record(r, c, &sallyport.RoleWithdrawn{Person: id, Role: v.Role, System: v.System})
}

func notID[T ~string](what string, v T) error {
	return sallyport.Errorf(sallyport.Invalid, "%s %q is not an identifier", what, v).
		WithHint("use 1 to 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit")
}
