// Package verifycmd is the command line of the verifier, shared by sallyport-verify and `sallyport verify`. It reads files and prints;
// it opens no connection.
package verifycmd

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sallyport"
	"sallyport/evidence"
	"sallyport/verify"
)

// Help is the text of --help. %[1]s is the name of the program.
const Help = `Verify evidence: a bundle, packed or unpacked, or the state folder of a server
that is stopped.

Usage:
  %[1]s [flags] BUNDLE|DIR

The bundle of a code audit has its own: sallyport-verify codeaudit --help

It needs no network and no server. Everything is derived again from the
entries, and what could not be checked is said. Give it the log's public key as
you got it from somewhere else than the bundle, and the keys of witnesses that
you trust.

Flags:
  --key KEY|FILE       the log's public key (name+hash+base64)
  --witness KEY|FILE   a witness's public key; may be repeated, or a file of lines
  --quorum N           how many of the witnesses must have cosigned (default: all)
  --kept FILE          a checkpoint or receipt that you kept; may be repeated
  --keep FILE          write the verified checkpoint there, for --kept next time
  --reassess           judge every action by today's rules, and list what would
                       be judged graver now
  --json               print the report as JSON
  --quiet              print nothing; the exit status says it

Example:
  %[1]s --key log.vkey --witness witness.vkey evidence-2026.zip

EXIT STATUS
   0  all checks passed
   1  something is wrong with the evidence
   2  nothing is wrong, but something could not be checked
  64  the command line could not be understood
  66  there is no evidence to verify
`

// list is a flag that may be repeated.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

const (
	exitUsage   = 64
	exitNoInput = 66
)

// Main runs the command and returns its exit status.
func Main(ctx context.Context, name string, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var witnesses, kept list
	key := flags.String("key", "", "")
	flags.Var(&witnesses, "witness", "")
	quorum := flags.Int("quorum", 0, "")
	flags.Var(&kept, "kept", "")
	keep := flags.String("keep", "", "")
	reassess := flags.Bool("reassess", false, "")
	asJSON := flags.Bool("json", false, "")
	quiet := flags.Bool("quiet", false, "")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stdout, Help, name)
		return 0
	case err != nil:
		return complain(stderr, name, exitUsage, err)
	case flags.NArg() != 1:
		return complain(stderr, name, exitUsage, sallyport.Errorf(sallyport.Invalid, "want one bundle or folder, got %d", flags.NArg()).WithHint("%s --help", name))
	}
	opts := verify.Options{Quorum: *quorum, Reassess: *reassess}
	if opts.LogKey, err = textOrFile(*key); err != nil {
		return complain(stderr, name, exitUsage, err)
	}
	for _, w := range witnesses {
		text, err := textOrFile(w)
		if err != nil {
			return complain(stderr, name, exitUsage, err)
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				opts.Witnesses = append(opts.Witnesses, line)
			}
		}
	}
	for _, file := range kept {
		b, err := os.ReadFile(file)
		if err != nil {
			return complain(stderr, name, exitNoInput, err)
		}
		opts.Kept = append(opts.Kept, b)
	}
	src, err := evidence.Open(flags.Arg(0))
	if err != nil {
		if isCodeaudit(flags.Arg(0)) {
			err = sallyport.Errorf(sallyport.Invalid, "%q is the bundle of a code audit", flags.Arg(0)).WithHint("sallyport-verify codeaudit %s", flags.Arg(0))
		}
		return complain(stderr, name, exitNoInput, err)
	}
	defer src.Close()
	report, err := verify.Run(ctx, src, opts)
	if err != nil {
		return complain(stderr, name, exitNoInput, err)
	}
	switch {
	case *quiet:
	case *asJSON:
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(report)
	default:
		err = report.Print(stdout)
	}
	if err == nil && *keep != "" && report.Result != verify.Wrong {
		err = keepCheckpoint(src, *keep)
	}
	if err != nil {
		return complain(stderr, name, 1, err)
	}
	return report.Exit()
}

func keepCheckpoint(src *evidence.Source, file string) error {
	signed, err := src.Checkpoint()
	if err != nil {
		return err
	}
	return os.WriteFile(file, signed, 0o644)
}

// isCodeaudit tells the bundle of a code audit, which another command verifies, by its first members.
func isCodeaudit(name string) bool {
	z, err := zip.OpenReader(name)
	if err != nil {
		return false
	}
	defer z.Close()
	return len(z.File) > 1 && z.File[0].Name == "manifest.json" && slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "codeaudit.json" })
}

// textOrFile reads a key: the text itself, or the content of the file of that name.
func textOrFile(s string) (string, error) {
	if s == "" || strings.Count(s, "+") >= 2 && !strings.Contains(s, "\n") && !exists(s) {
		return s, nil
	}
	b, err := os.ReadFile(s)
	if err != nil {
		return "", sallyport.Errorf(sallyport.Invalid, "%q is neither a key nor a file: %w", s, err)
	}
	return strings.TrimSpace(string(b)), nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func complain(w io.Writer, name string, code int, err error) int {
	fmt.Fprintf(w, "%s: %v\n", name, err)
	if hint := sallyport.Hint(err); hint != "" {
		fmt.Fprintf(w, "%s: hint: %s\n", name, hint)
	}
	return code
}
