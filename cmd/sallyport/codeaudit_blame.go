package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sallyport"
	"sallyport/codeaudit"
)

func init() { registerCodeaudit(newCodeauditBlame) }

func newCodeauditBlame() *cobra.Command {
	var dir string
	var origin, asJSON bool
	c := &cobra.Command{
		Use:   "blame [--repo DIR] FILE",
		Short: "Say for every line of a file at HEAD which commit inserted it.",
		Long: `Print every line of FILE at HEAD of a repository: the full id of the commit that
inserted it, a space, the line. It needs no audit. FILE is relative to the top
of the repository; without --repo, the repository is the one around the current
folder, and FILE is relative to that.

It is the engine of the audit, limited to one file: compare it with
git blame -l -s FILE.

EXIT STATUS
  0   printed
  1   there is no such file, or the repository cannot be read
  64  the command line is wrong`,
		Example: "  sallyport codeaudit blame --repo ~/src/curl lib/url.c",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, cancel := interruptible(cmd)
			defer cancel()
			root, path, err := fileIn(dir, args[0])
			if err != nil {
				return err
			}
			lines, err := codeaudit.Blame(ctx, root, path)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			defer out.Flush()
			// Raw bytes go to a file or pipe; a terminal gets them made inert, since a repository could hold escape sequences.
			screen := term.IsTerminal(int(os.Stdout.Fd())) && cmd.OutOrStdout() == os.Stdout
			enc := json.NewEncoder(out)
			enc.SetEscapeHTML(false)
			for _, l := range lines {
				text := string(l.Text)
				if screen {
					text = inertText(text)
				}
				switch {
				case asJSON:
					err = enc.Encode(map[string]any{"commit": l.Commit, "path": l.Path, "line": l.Line.Line, "text": text})
				case origin:
					_, err = fmt.Fprintf(out, "%s %s:%d %s\n", l.Commit, inertText(l.Path), l.Line.Line, text)
				default:
					_, err = fmt.Fprintf(out, "%s %s\n", l.Commit, text)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "repo", "", "the repository (default: the one around the current folder)")
	c.Flags().BoolVar(&origin, "origin", false, "print path and line in that commit too")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return c
}

// fileIn finds the repository and the path in it.
func fileIn(dir, file string) (root, path string, err error) {
	if dir != "" {
		path = filepath.ToSlash(filepath.Clean(file))
		if filepath.IsAbs(file) {
			abs, err := filepath.Abs(dir)
			if err != nil {
				return "", "", err
			}
			if path, err = filepath.Rel(abs, file); err != nil {
				return "", "", err
			}
		}
		return dir, path, nil
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", "", err
	}
	cwd, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	for root = cwd; ; root = filepath.Dir(root) {
		if _, err := os.Lstat(filepath.Join(root, ".git")); err == nil {
			path, err = filepath.Rel(root, abs)
			return root, filepath.ToSlash(path), err
		}
		if root == filepath.Dir(root) {
			return "", "", sallyport.Errorf(sallyport.NotFound, "%q is in no git repository", cwd).WithHint("name one with --repo DIR")
		}
	}
}

// exactArgs is cobra's check with our status for a wrong command line.
func exactArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := cobra.ExactArgs(n)(cmd, args); err != nil {
			return &exitError{Code: exitUsage, Err: err}
		}
		return nil
	}
}
