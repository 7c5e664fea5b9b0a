package workflow

import (
	"fmt"
	"strings"
	"time"

	"sallyport"
)

// Illegal is the reason why an entry may not follow.
type Illegal struct{ Why string }

func (i *Illegal) Error() string { return i.Why }

func illegal(format string, args ...any) error { return &Illegal{Why: fmt.Sprintf(format, args...)} }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func prefixed(k sallyport.Kind, prefix string) bool { return strings.HasPrefix(string(k), prefix) }

func onlyGateway(e sallyport.Entry) error {
	if e.By != sallyport.Gateway {
		return illegal("entry %q is the gateway's to write, not %q's", e.Kind, e.By)
	}
	return nil
}

// first gives the first error of several checks.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// id refuses what is no identifier, since identifiers go into file names, URLs and SSH user names.
func id[T ~string](what string, v T) error {
	if !sallyport.ValidID(string(v)) {
		return illegal("%s %q is not an identifier: 1 to 63 letters, digits, '.', '_', '-', beginning with a letter or digit", what, v)
	}
	return nil
}
