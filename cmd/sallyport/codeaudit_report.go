package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
	"sallyport/codeaudit/bundle"
	"sallyport/codeaudit/report"
)

func init() { registerCodeaudit(newCodeauditReportCommand) }

func newCodeauditReportCommand() *cobra.Command {
	var htmlOut, bundleOut, deadline string
	cmd := &cobra.Command{
		Use:   "report [-C DIR] [--html FILE] [--bundle FILE] [--deadline 2006-01-02]",
		Short: "Say what was looked at, what was found, and what could not be determined",
		Long: `Prints the report as JSON. --html also writes it as one page that loads nothing and prints well. --bundle also writes one file
from which a third party with git and "sallyport codeaudit verify" finds out whether the report is true: roots of scope
and ledger, every item, every decision, the canaries. A bundle holds what reviewers wrote and the code they looked at: give
it to those who may see both.

The report can be made at any time; it says what is not finished.

Example:
  sallyport codeaudit report -C audit --html report.html --bundle audit.zip > report.json

EXIT STATUS
  0   written
  1   something failed, or a step before was not done
  64  the command line could not be understood`,
		Args: noArgs,
		RunE: inAudit(func(_ context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			end, err := parseDay(deadline, time.Time{})
			if err != nil {
				return err
			}
			if deadline != "" {
				end = end.Add(24*time.Hour - time.Second)
			}
			now := time.Now().UTC().Truncate(time.Second)
			r, err := report.Gather(w, end, now)
			if err != nil {
				return err
			}
			data, err := r.JSON()
			if err != nil {
				return err
			}
			var page bytes.Buffer
			if err := r.HTML(&page); err != nil {
				return err
			}
			if htmlOut != "" {
				if err := os.WriteFile(htmlOut, page.Bytes(), 0o600); err != nil {
					return err
				}
			}
			if bundleOut != "" {
				f, err := os.CreateTemp(filepath.Dir(bundleOut), ".bundle-*")
				if err != nil {
					return err
				}
				defer os.Remove(f.Name())
				m, err := bundle.Write(f, w.Path(), data, page.Bytes(), now)
				if err != nil {
					f.Close()
					return err
				}
				if err := f.Close(); err != nil {
					return err
				}
				if err := os.Rename(f.Name(), bundleOut); err != nil {
					return err
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d members\n", bundleOut, len(m.Files))
			}
			_, err = cmd.OutOrStdout().Write(data)
			return err
		}),
	}
	cmd.Flags().StringVar(&htmlOut, "html", "", "also write the report as a page")
	cmd.Flags().StringVar(&bundleOut, "bundle", "", "also write a bundle for a third party")
	cmd.Flags().StringVar(&deadline, "deadline", "", "the day on which the review must be done (UTC)")
	return cmd
}
