package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
)

// interruptible ends with the first interrupt; steps then stop and keep what they have.
func interruptible(cmd *cobra.Command) (context.Context, context.CancelFunc) {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// openAudit opens the folder of -C, with progress on stderr.
func openAudit(cmd *cobra.Command) (*codeaudit.Workspace, error) {
	w, err := codeaudit.Open(codeauditDir(cmd))
	if err != nil {
		return nil, err
	}
	w.Talk = talk(cmd)
	return w, nil
}

// talk writes progress to stderr.
func talk(cmd *cobra.Command) func(string, ...any) {
	return func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) }
}

// printFindings writes findings, the heaviest first, and says how many were left out.
func printFindings(w io.Writer, ws *codeaudit.Workspace, limit int) error {
	list, err := ws.Findings()
	if err != nil {
		return err
	}
	for i, f := range list {
		if i == limit {
			fmt.Fprintf(w, "... and %d more findings\n", len(list)-limit)
			break
		}
		fmt.Fprintf(w, "finding: %s: %s %s: %s\n", f.Repo, f.Kind, inertText(f.Object), inertText(f.Text))
	}
	return nil
}
