package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/target"
	"sallyport/web/client"
)

func newTargetCheckCommand(r *remote) *cobra.Command {
	var login string
	cmd := r.jsonFlag(verb("check TARGET", "Look at whether actions could run on a target, and say the lines that it lacks.\nThe server connects to it and runs a fixed probe that changes nothing. Exit status 1 means that actions could not run, or must not",
		"sallyport target check web-01 --login deploy", func(cmd *cobra.Command, args []string) error {
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				findings, err := c.CheckTarget(ctx, sallyport.TargetID(args[0]), login)
				if err != nil {
					return err
				}
				if r.json {
					err = printJSON(cmd.OutOrStdout(), findings)
				} else {
					err = printPreflight(cmd.OutOrStdout(), findings)
				}
				if err == nil && !target.Fit(findings) {
					return &exitError{Code: 1}
				}
				return err
			})
		}))
	cmd.Flags().StringVar(&login, "login", "", "account to look at; the target's first one if not given")
	return cmd
}

// printPreflight prints one line per finding, and below it, indented, the lines to add.
func printPreflight(w io.Writer, findings []gateway.Finding) error {
	for _, f := range findings {
		if _, err := fmt.Fprintf(w, "%-5s%s: %s\n", f.Level, f.Check, f.Message); err != nil {
			return err
		}
		for l := range strings.Lines(f.Fix) {
			if _, err := fmt.Fprintf(w, "       %s\n", strings.TrimSuffix(l, "\n")); err != nil {
				return err
			}
		}
	}
	return nil
}
