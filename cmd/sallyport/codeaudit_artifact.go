package main

import (
	"fmt"
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
		Long: `Reads a release (tar, plain or compressed with gzip, bzip2 or zstd; zip; whl, jar, egg, nupkg; npm tgz; crate; gem) and compares every
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
		RunE: func(cmd *cobra.Command, args []string) error {
			if tag == "" {
				return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "which tag does the artifact claim to be?").WithHint("add --tag TAG")}
			}
			w, err := openAudit(cmd)
			if err != nil {
				return err
			}
			defer w.Close()
			if repo == "" {
				if len(w.Repos()) != 1 {
					return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "the audit has %d repositories", len(w.Repos())).WithHint("add --repo NAME")}
				}
				repo = w.Repos()[0].Name
			}
			differs := false
			for _, file := range args {
				n, err := addArtifact(cmd, w, file, repo, tag)
				if err != nil {
					return err
				}
				differs = differs || n > 0
			}
			if differs {
				return &exitError{Code: 3}
			}
			return nil
		},
	}
	add.Flags().StringVar(&tag, "tag", "", "the tag or other reference that the artifact claims to be")
	add.Flags().StringVar(&repo, "repo", "", "the repository's name in the audit; not needed if there is one")
	cmd.AddCommand(add)
	return cmd
}

// addArtifact compares one file and returns how many differences of the first rank it has.
func addArtifact(cmd *cobra.Command, w *codeaudit.Workspace, file, repo, tag string) (int, error) {
	ctx, cancel := interruptible(cmd)
	defer cancel()
	r, err := worklist.CompareArtifact(ctx, w, file, repo, tag, time.Now())
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
	fmt.Fprintf(cmd.ErrOrStderr(), "%s against %s %s: %d members, %d equal, %d differences of the first rank\n", r.File, repo, tag, r.Result.Compared, r.Result.Equal, n)
	return n, nil
}
