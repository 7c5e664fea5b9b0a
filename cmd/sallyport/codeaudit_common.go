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

// interruptible ends with the first interrupt; steps then stop and keep what they have. The second one ends the program.
func interruptible(cmd *cobra.Command) (context.Context, context.CancelFunc) {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// inAudit makes what a command does of what it does in the audit of -C: with progress on stderr, until the first interrupt.
func inAudit(do func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		w, err := codeaudit.Open(codeauditDir(cmd))
		if err != nil {
			return err
		}
		defer w.Close()
		w.Talk = talk(cmd)
		ctx, cancel := interruptible(cmd)
		defer cancel()
		return do(ctx, cmd, w, args)
	}
}

// noArgs is cobra's check with our status for a wrong command line.
func noArgs(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return &exitError{Code: exitUsage, Err: err}
	}
	return nil
}

// scopeFlags are what a person decides about a scope, in every command that makes one.
func scopeFlags(cmd *cobra.Command, o *codeaudit.ScopeOptions) {
	cmd.Flags().BoolVar(&o.NoMailmap, "no-mailmap", false, "do not follow the repositories' .mailmap")
	cmd.Flags().BoolVar(&o.WithinDates, "within-dates", false, "leave out commits that their own clocks place outside a member's dates")
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
