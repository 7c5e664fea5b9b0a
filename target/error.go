package target

import (
	"context"
	"errors"
	"fmt"

	"sallyport"
)

// Failed says that nothing ran: the target could not be reached, refused, or declined to begin. Cause is an error for people and programs.
type Failed struct{ Cause *sallyport.Error }

func (e *Failed) Error() string { return e.Cause.Error() }
func (e *Failed) Unwrap() error { return e.Cause }

// Interrupted says that the outcome is unknown: the target may have begun, and nobody said how it ended.
type Interrupted struct{ Cause *sallyport.Error }

func (e *Interrupted) Error() string { return e.Cause.Error() }
func (e *Interrupted) Unwrap() error { return e.Cause }

// NothingRan reports whether err proves that nothing ran. Every other error leaves the outcome unknown.
func NothingRan(err error) bool {
	_, ok := errors.AsType[*Failed](err)
	return ok
}

// Failf makes a Failed.
func Failf(code sallyport.Code, hint, format string, args ...any) *Failed {
	return &Failed{Cause: sallyport.Errorf(code, format, args...).WithHint("%s", hint)}
}

// Interruptf makes an Interrupted.
func Interruptf(format string, args ...any) *Interrupted {
	return &Interrupted{Cause: sallyport.Errorf(sallyport.Unavailable, format, args...).
		WithHint("look at the target before proposing the work again: it may have run, in part or whole")}
}

// Stop is the reason for which a running action is ended: the cause to cancel Run's context with.
type Stop struct{ Reason string }

func (s Stop) Error() string { return s.Reason }

// StopReason gives the words for Outcome.Stopped of a context that is done.
func StopReason(ctx context.Context) string {
	cause := context.Cause(ctx)
	switch {
	case cause == nil:
		return ""
	case errors.Is(cause, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(cause, context.Canceled):
		return "cancelled"
	}
	return fmt.Sprint(cause)
}
