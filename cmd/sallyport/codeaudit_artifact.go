package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/codeaudit"
	"sallyport/codeaudit/artifact"
	"sallyport/codeaudit/worklist"
)

func init() { registerCodeaudit(newCodeauditArtifactCommand) }

func newCodeauditArtifactCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "artifact",
		Short: "Compare what was shipped with the tag it claims to be",
	}
	var repo, tag string
	add := &cobra.Command{
		Use:   "add [-C DIR] --tag TAG [--repo NAME] FILE...",
		Short: "Add a release artifact and compare it with its tag",
		Long: `Reads a release (tar, plain or compressed with gzip, bzip2, zstd, xz or lzma; zip; whl, jar, egg, nupkg; npm tgz; crate; gem) and compares every
file in it with the tag. A file that is only in the artifact, or differs there, becomes an item of the first rank with the next
"rank". Nothing is unpacked to disk or run; names that climb out, links that point out, bombs and doubled names are findings.

Files that a release process makes (configure, *.gmo, PKG-INFO) are listed too: make them again to know that they are what
they seem.

Example:
  sallyport codeaudit artifact add -C audit --repo xz --tag v5.4.6 xz-5.4.6.tar.gz
  sallyport codeaudit rank -C audit

EXIT STATUS
  0   compared; the artifact is its tag
  1   something failed
  3   compared; there are differences
  64  the command line could not be understood`,
		Args: cobra.MinimumNArgs(1),
		RunE: inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, args []string) error {
			if tag == "" {
				return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "which tag does the artifact claim to be?").WithHint("add --tag TAG")}
			}
			name, err := repoNamed(w, repo)
			if err != nil {
				return err
			}
			differs := false
			for _, file := range args {
				n, err := addArtifact(ctx, cmd, w, claim{name, tag, file})
				if err != nil {
					return err
				}
				differs = differs || n > 0
			}
			if differs {
				return &exitError{Code: 3}
			}
			return nil
		}),
	}
	add.Flags().StringVar(&tag, "tag", "", "the tag or other reference that the artifact claims to be")
	add.Flags().StringVar(&repo, "repo", "", "the repository's name in the audit; not needed if there is one")
	cmd.AddCommand(add)
	return cmd
}

// repoNamed is the repository of a name, which is not needed if there is one.
func repoNamed(w *codeaudit.Workspace, name string) (string, error) {
	if name == "" {
		if len(w.Repos()) != 1 {
			return "", &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "the audit has %d repositories", len(w.Repos())).WithHint("say which one the artifact was made from")}
		}
		return w.Repos()[0].Name, nil
	}
	for _, r := range w.Repos() {
		if r.Name == name {
			return name, nil
		}
	}
	return "", sallyport.Errorf(sallyport.NotFound, "the audit has no repository %q", name)
}

// claim is an artifact with the tag that it claims to be.
type claim struct{ repo, tag, file string }

// parseClaim reads "[NAME:]TAG=FILE". Neither a repository's name nor a tag holds a colon.
func parseClaim(w *codeaudit.Workspace, text string) (c claim, err error) {
	left, file, ok := strings.Cut(text, "=")
	name, tag, named := strings.Cut(left, ":")
	if !named {
		name, tag = "", left
	}
	if !ok || tag == "" || file == "" {
		return c, &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "--artifact %q is not [NAME:]TAG=FILE", text)}
	}
	name, err = repoNamed(w, name)
	return claim{name, tag, file}, err
}

// addArtifact compares one file and returns how many differences of the first rank it has.
func addArtifact(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, c claim) (int, error) {
	r, err := worklist.CompareArtifact(ctx, w, c.file, c.repo, c.tag, time.Now())
	if err == nil {
		err = r.Save(worklist.ArtifactDir(w))
	}
	if err != nil {
		return 0, err
	}
	out, n := cmd.OutOrStdout(), 0
	for i := range r.Result.Differences {
		d := &r.Result.Differences[i]
		if d.Kind == artifact.Missing || d.Kind == artifact.LineEnds {
			continue
		}
		n++
		fmt.Fprintf(out, "%-16s %s: %s\n", d.Kind, inertText(d.Path), inertText(d.Note))
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s against %s %s: %d members, %d equal, %d differences of the first rank\n", r.File, c.repo, c.tag, r.Result.Compared, r.Result.Equal, n)
	return n, nil
}
