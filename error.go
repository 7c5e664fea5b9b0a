package sallyport

import (
	"errors"
	"fmt"
)

// Code classifies an error for programs. The set is closed: append only, and keep the words stable, since they are part
// of the HTTP API.
type Code string

const (
	Invalid     Code = "invalid"     // the request itself is wrong; sending it again will not help
	NotFound    Code = "not-found"   // no such thing, or none that the caller may know of
	Forbidden   Code = "forbidden"   // policy or workflow says no
	Conflict    Code = "conflict"    // true a moment ago, not now: someone else moved first
	Limited     Code = "limited"     // too large, too many, too fast
	Unavailable Code = "unavailable" // a part that is needed is not answering; nothing was done
	Internal    Code = "internal"    // a defect; details go to the log, never to an outsider
)

// Error is an error with two audiences: Code, Message and Hint are safe for the person who asked; Err is for the log.
type Error struct {
	Code    Code
	Message string // lowercase, no full stop, values in %q
	Hint    string // the next step, or ""
	Err     error  // the cause, or nil; never shown to an outsider
}

func (e *Error) Error() string {
	if e.Err != nil && e.Message == "" {
		return e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of code with a formatted message.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// WithHint returns e with the next step set. It changes e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// CodeOf returns the code of err, or Internal for an error that carries none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// Hint returns the next step that err suggests, or "".
func Hint(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Hint
	}
	return ""
}
