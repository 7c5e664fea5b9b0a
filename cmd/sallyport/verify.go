package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sallyport/verify/verifycmd"
)

func init() { register(newVerifyCommand) }

// newVerifyCommand is sallyport-verify under another name. Its flags are parsed there, so that the two cannot come apart.
func newVerifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:                "verify [flags] BUNDLE|DIR",
		Short:              "Verify evidence offline: what happened, and whether anything is missing or was altered",
		Long:               fmt.Sprintf(verifycmd.Help, "sallyport verify"),
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if code := verifycmd.Main(cmd.Context(), "sallyport verify", args, cmd.OutOrStdout(), cmd.ErrOrStderr()); code != 0 {
				return &exitError{Code: code}
			}
			return nil
		},
	}
	return cmd
}
