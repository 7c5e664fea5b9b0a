package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
)

func init() { registerCodeaudit(newCodeauditCapture) }

func newCodeauditCapture() *cobra.Command {
	var again, asJSON bool
	var artifacts []string
	c := &cobra.Command{
		Use:   "capture [-C DIR]",
		Short: "Copy and freeze the repositories, with an inventory of what is there and what is missing.",
		Long: `Copy every object and reference of every repository into the audit's folder:
branches, tags, notes, reflogs, and objects that nothing reaches. Hooks,
filters and configuration of a repository are never run or obeyed. What is
missing, broken or pretended (shallow boundaries, grafts, replacements,
alternates, submodules, git-lfs) is listed as a finding.

A repository that is captured already is left alone, unless --again.

--artifact [NAME:]TAG=FILE also compares what was shipped with the tag it claims
to be, as "artifact add" does. NAME is not needed if there is one repository.

EXIT STATUS
  0   captured; every artifact is its tag
  1   a repository could not be captured, or an artifact not be compared; what
      was done before is kept
  3   captured; an artifact differs from its tag
  64  the command line could not be understood`,
		Example: "  sallyport codeaudit capture -C audit --artifact v5.4.6=xz-5.4.6.tar.xz",
		Args:    noArgs,
		RunE: inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			claims := make([]claim, len(artifacts))
			for i, text := range artifacts {
				var err error
				if claims[i], err = parseClaim(w, text); err != nil {
					return err
				}
			}
			list, err := w.Capture(ctx, again)
			if err != nil {
				return err
			}
			differs := 0
			for _, c := range claims {
				n, err := addArtifact(ctx, cmd, w, c)
				if err != nil {
					return err
				}
				differs += n
			}
			if asJSON {
				if err := json.NewEncoder(cmd.OutOrStdout()).Encode(list); err != nil {
					return err
				}
				list = nil
			}
			for _, inv := range list {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %d references, %d commits, %d trees, %d blobs, %d tags; unreachable: %d commits, %d blobs; %d findings; objects %s\n",
					inv.Repo, len(inv.Refs), inv.Objects["commit"], inv.Objects["tree"], inv.Objects["blob"], inv.Objects["tag"],
					inv.Unreachable["commit"], inv.Unreachable["blob"], len(inv.Findings), inv.ObjectsDigest)
			}
			if err := printFindings(cmd.ErrOrStderr(), w, 50); err != nil {
				return err
			}
			if differs > 0 {
				return &exitError{Code: 3}
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&again, "again", false, "capture again what is captured already")
	c.Flags().StringArrayVar(&artifacts, "artifact", nil, "compare a release with its tag, as [NAME:]TAG=FILE; may be repeated")
	c.Flags().BoolVar(&asJSON, "json", false, "print the inventories as JSON")
	return c
}
