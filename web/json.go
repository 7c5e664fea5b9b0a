package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"sallyport"
	"sallyport/web/wire"
)

// decode reads the body of r into a T. It wants one JSON object of at most limit bytes, without unknown or repeated keys:
// two readers must not understand one request differently.
func decode[T any](r *http.Request, limit int64) (T, error) {
	var v T
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return v, sallyport.Errorf(sallyport.Invalid, "content type is %q, want %q", r.Header.Get("Content-Type"), "application/json")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return v, &sallyport.Error{Code: sallyport.Invalid, Message: "the request ended before its body did", Err: err}
	}
	if int64(len(body)) > limit {
		return v, tooLarge(limit)
	}
	if err := decodeStrict(body, &v); err != nil {
		return v, err
	}
	return v, nil
}

func tooLarge(limit int64) error {
	return sallyport.Errorf(sallyport.Limited, "the request is larger than %d bytes", limit)
}

func decodeStrict(body []byte, v any) error {
	if err := noRepeats(body); err != nil {
		return &sallyport.Error{Code: sallyport.Invalid, Message: "the body is not acceptable JSON: " + err.Error(), Err: err}
	}
	if err := sallyport.DecodeJSON(body, v); err != nil {
		return &sallyport.Error{Code: sallyport.Invalid, Message: "the body does not fit this route: " + strings.TrimPrefix(err.Error(), "json: "),
			Hint: "docs/spec/api.md has the shape of every request", Err: err}
	}
	return nil
}

// noRepeats refuses a key that occurs twice in one object, whatever its case: encoding/json would take the last one.
func noRepeats(body []byte) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	type level struct {
		keys map[string]bool // nil in an array
		key  bool            // the next token is a key
	}
	var stack []level
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		top := len(stack) - 1
		if d, ok := tok.(json.Delim); ok {
			switch d {
			case '{', '[':
				if len(stack) == 32 {
					return errors.New("nested deeper than 32 levels")
				}
				next := level{}
				if d == '{' {
					next = level{keys: map[string]bool{}, key: true}
				}
				stack = append(stack, next)
			default:
				stack = stack[:top]
				if top > 0 && stack[top-1].keys != nil {
					stack[top-1].key = true
				}
			}
			continue
		}
		if top < 0 || stack[top].keys == nil {
			continue
		}
		if stack[top].key {
			name := strings.ToLower(tok.(string))
			if stack[top].keys[name] {
				return fmt.Errorf("key %q occurs twice", tok)
			}
			stack[top].keys[name] = true
		}
		stack[top].key = !stack[top].key
	}
}

// write answers v as JSON, or 204 for nil.
func write(w http.ResponseWriter, v any) error {
	if v == nil {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	body, err := sallyport.EncodeJSON(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // the client is gone; nothing to tell it
	return nil
}

var statusOf = map[sallyport.Code]int{
	sallyport.Invalid: http.StatusBadRequest, sallyport.NotFound: http.StatusNotFound, sallyport.Forbidden: http.StatusForbidden,
	sallyport.Conflict: http.StatusConflict, sallyport.Limited: http.StatusTooManyRequests, sallyport.Unavailable: http.StatusServiceUnavailable,
	sallyport.Internal: http.StatusInternalServerError,
}

// errSignIn is the answer to a caller whom nobody vouches for.
var errSignIn = &sallyport.Error{Code: sallyport.Forbidden, Message: "you are not signed in",
	Hint: "open a sign-in link (ssh to the gateway and type :link), or send an API token"}

// fail answers err. What an outsider must not see goes to the log alone.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := errors.AsType[*sallyport.Error](err)
	if !ok {
		e = &sallyport.Error{Code: sallyport.Internal, Err: err}
	}
	status, ok := statusOf[e.Code]
	if !ok {
		status = http.StatusInternalServerError
	}
	if err == error(errSignIn) {
		status = http.StatusUnauthorized
	}
	out := wire.Error{Code: e.Code, Message: e.Message, Hint: e.Hint}
	if status >= 500 && r.Context().Err() == nil {
		s.opts.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "code", e.Code, "err", err, "cause", e.Err)
	}
	if status == http.StatusInternalServerError {
		out = wire.Error{Code: sallyport.Internal, Message: "internal error", Hint: "the server's log says more"}
	}
	body, jerr := sallyport.EncodeJSON(out)
	if jerr != nil { // two strings and a word always marshal
		panic(jerr)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
