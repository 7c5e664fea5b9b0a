package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sallyport/codeaudit/verifycmd"
)

func init() { registerCodeaudit(newCodeauditVerifyCommand) }

// newCodeauditVerifyCommand is `sallyport-verify codeaudit` under another name. Its flags are parsed there, so that the two cannot come apart.
func newCodeauditVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "verify [flags] BUNDLE",
		Short:              "Find out whether the report in a bundle is true",
		Long:               fmt.Sprintf(verifycmd.Help, "sallyport codeaudit verify"),
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, cancel := interruptible(cmd)
			defer cancel()
			if code := verifycmd.Main(ctx, "sallyport codeaudit verify", args, cmd.OutOrStdout(), cmd.ErrOrStderr()); code != 0 {
				return &exitError{Code: code}
			}
			return nil
		},
	}
}
