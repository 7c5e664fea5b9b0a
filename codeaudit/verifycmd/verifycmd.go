// Package verifycmd is the command line of the verifier of code audits, shared by `sallyport-verify codeaudit` and `sallyport
// codeaudit verify`. Without --repo it reads one file and prints. With --repo it runs git, which must be installed, on a copy of
// the objects; nothing else is run and no connection is opened.
package verifycmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"sallyport"
	"sallyport/codeaudit/bundle"
)

// Help is the text of --help. %[1]s is the name of the program.
const Help = `Find out whether the report in the bundle of a code audit is true.

Usage:
  %[1]s [flags] BUNDLE

Without a repository it checks all that a file can show: that the members are
those listed, the set and its signature, the roots of the scope and of the
ledger of lines, that the ledger balances, that every commit in scope and every
line it inserted or removed is in an item, that the record of decisions is a
whole chain in which nobody decided about their own, and that the report's
figures are what the record gives when counted again.

With your own copy of the repositories (--repo, by the names in the bundle) it
derives scope and ledger again from git and compares the roots, and asks "git
blame" about surviving lines and their text. You choose the seed, after you have
the bundle; without one it is random and printed. This runs git, and nothing
else; your copy is only read.

Flags:
  --repo NAME=PATH     your own copy of a repository; may be repeated
  --artifact FILE      your own copy of a release that the audit compared; may
                       be repeated. It is compared again with its tag
  --blame N            how many lines to ask git blame about (default 50)
  --seed TEXT          what chooses them
  --json               print JSON
  --quiet              print nothing; the exit status says it

Example:
  %[1]s --repo curl=/src/curl --blame 100 --seed 'drawn in the meeting on 5 May' audit.zip

EXIT STATUS
   0  every check held
   1  a check did not hold
   2  every check held, but something could not be checked
  64  the command line could not be understood
  66  there is no bundle to verify
`

const (
	exitUsage   = 64
	exitNoInput = 66
)

// list is a flag that may be repeated.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// Main runs the command and returns its exit status.
func Main(ctx context.Context, name string, args []string, stdout, stderr io.Writer) int {
	o := bundle.Options{Repos: map[string]string{}}
	o.Talk = func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var repos, artifacts list
	flags.Var(&repos, "repo", "")
	flags.Var(&artifacts, "artifact", "")
	flags.IntVar(&o.Blame, "blame", 50, "")
	flags.StringVar(&o.Seed, "seed", "", "")
	asJSON := flags.Bool("json", false, "")
	quiet := flags.Bool("quiet", false, "")
	rest, err := interspersed(flags, args)
	usage := func(err error) int { return complain(stderr, name, exitUsage, err) }
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stdout, Help, name)
		return 0
	case err != nil:
		return usage(err)
	case len(rest) != 1:
		return usage(sallyport.Errorf(sallyport.Invalid, "want one bundle, got %d", len(rest)).WithHint("%s --help", name))
	case o.Blame < 0:
		return usage(sallyport.Errorf(sallyport.Invalid, "--blame %d is not a number of lines", o.Blame))
	}
	for _, r := range repos {
		label, path, ok := strings.Cut(r, "=")
		if !ok || label == "" || path == "" {
			return usage(sallyport.Errorf(sallyport.Invalid, "--repo %q is not NAME=PATH", r))
		}
		o.Repos[label] = path
	}
	o.Artifacts = artifacts
	if *quiet {
		o.Talk = nil
	}
	if o.Seed == "" {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return complain(stderr, name, 1, err)
		}
		o.Seed = hex.EncodeToString(b[:])
	}
	result, err := bundle.Verify(ctx, rest[0], o)
	if err != nil {
		return complain(stderr, name, exitNoInput, err)
	}
	switch {
	case *quiet:
	case *asJSON:
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(result)
	default:
		err = result.Print(stdout)
	}
	if err != nil {
		return complain(stderr, name, 1, err)
	}
	return result.Exit()
}

// interspersed parses flags that may stand before and behind the bundle's name, as they may in every other command of the code audit.
func interspersed(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		if done := len(args) - flags.NArg(); done > 0 && args[done-1] == "--" {
			return append(rest, flags.Args()...), nil
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
}

func complain(w io.Writer, name string, code int, err error) int {
	fmt.Fprintf(w, "%s: %v\n", name, err)
	if hint := sallyport.Hint(err); hint != "" {
		fmt.Fprintf(w, "%s: hint: %s\n", name, hint)
	}
	return code
}
