package ssh

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"

	"sallyport"
	"sallyport/target"
)

// reader is the only program that a reading runs. It runs as an action does: same supervisor, same kind of certificate.
//
//go:embed read.sh
var reader string

// Read reads files of the target as login. See target.Runner.
func (r *Runner) Read(ctx context.Context, p target.Permit, t sallyport.TargetSet, login, dir string, words []string, limits target.ReadLimits) ([]target.ReadResult, error) {
	limits, err := checkRead(words, limits)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "set -- %d %d", limits.File, limits.Total)
	for _, w := range words {
		text.WriteString(" " + sallyport.ShellQuote(w))
	}
	text.WriteString("\n" + reader)
	spec := sallyport.Spec{
		Text: []byte(text.String()), Target: t.Target, HostKey: t.HostKey, Login: login, Interpreter: "/bin/sh", Dir: dir,
		Limits: sallyport.ActionLimits{Timeout: limits.Timeout, Output: 4*limits.Total + int64(len(words)+1)*4*sallyport.MaxPath + 1<<16},
	}
	var out bytes.Buffer
	o, err := r.Run(ctx, p, t, spec, nil, target.SinkFunc(func(s target.Stream, b []byte) error {
		if s == target.Stdout {
			out.Write(b)
		}
		return nil
	}))
	switch {
	case err != nil:
		return nil, err
	case o.Stopped != "" || o.Exit != 0:
		return nil, target.Failf(sallyport.Unavailable, "nothing was changed", "reading on target %q ended with status %d: %s", t.Target, o.Exit, cmp.Or(o.Stopped, "it did not finish"))
	}
	return parseRead(out.Bytes(), words)
}

// checkRead fills limits and refuses what cannot be asked.
func checkRead(words []string, l target.ReadLimits) (target.ReadLimits, error) {
	if l.Total <= 0 || l.Total > sallyport.MaxText {
		l.Total = sallyport.MaxText
	}
	if l.File <= 0 || l.File > l.Total {
		l.File = l.Total
	}
	if len(words) == 0 || len(words) > sallyport.MaxPins {
		return l, target.Failf(sallyport.Limited, "", "%d files to read, want 1 to %d", len(words), sallyport.MaxPins)
	}
	for _, w := range words {
		if w == "" || len(w) > sallyport.MaxPath || strings.ContainsRune(w, 0) {
			return l, target.Failf(sallyport.Invalid, "", "%q cannot be the name of a file", w)
		}
	}
	return l, nil
}

// parseRead understands what the reader printed. Anything else than that is an error: half a reading is none.
func parseRead(out []byte, words []string) ([]target.ReadResult, error) {
	bad := func(why string, l []byte) ([]target.ReadResult, error) {
		return nil, target.Failf(sallyport.Unavailable, "is the login's shell /bin/sh?", "reading was garbled: %s at %q", why, printable(string(l)))
	}
	var results []target.ReadResult
	var into *[]byte
	var p []byte
	var last *target.ReadResult
	done := true
	for l := range bytes.Lines(out) {
		l = bytes.TrimSuffix(l, []byte("\n"))
		word, rest, _ := strings.Cut(string(l[:min(len(l), 200)]), " ")
		switch word {
		case "file":
			if !done || len(results) == len(words) {
				return bad("unexpected file", l)
			}
			results = append(results, target.ReadResult{Word: words[len(results)]})
			last, into, done, p = &results[len(results)-1], nil, false, nil
			continue
		}
		if last == nil || done {
			return bad("text outside a file", l)
		}
		switch word {
		case "path":
			into = &p
		case "data":
			into, last.Content = &last.Content, []byte{}
		case "why":
			last.Path, last.Why, last.Content, done = string(p), cmp.Or(printable(rest), "no reason given"), nil, true
		case "size":
			n, err := strconv.Atoi(rest)
			if err != nil || !path.IsAbs(string(p)) || last.Content == nil {
				return bad("size", l)
			}
			if last.Path, done = string(p), true; n != len(last.Content) {
				last.Content, last.Why = nil, "changed while it was read, or is not an ordinary file"
			}
		default:
			if into == nil {
				return bad("text", l)
			}
			b, err := hex.AppendDecode(*into, bytes.ReplaceAll(l, []byte(" "), nil))
			if err != nil {
				return bad("hexadecimal", l)
			}
			*into = b
		}
	}
	if !done || len(results) != len(words) {
		return bad(fmt.Sprintf("%d of %d files", len(results), len(words)), nil)
	}
	return results, nil
}
