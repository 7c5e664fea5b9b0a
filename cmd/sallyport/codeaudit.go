package main

import (
	"path/filepath"

	"github.com/spf13/cobra"
)

// codeauditMakers holds one constructor per step of a code audit; filled by registerCodeaudit before main runs.
var codeauditMakers []func() *cobra.Command

// registerCodeaudit adds a command below "codeaudit". Called from init functions only, so no lock is needed.
func registerCodeaudit(make func() *cobra.Command) { codeauditMakers = append(codeauditMakers, make) }

func init() { register(newCodeauditCommand) }

func newCodeauditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "codeaudit",
		Short: "Review everything that a set of people ever put into a pile of repositories",
		Long: `Everything that a set of people ever put in, what of it survives where, what deserves a look first, a record of what was
looked at, and proof for a third party that nothing was left out.

Every step reads what the step before it wrote into the folder of the audit and can be interrupted and run again. No server
is needed, and nothing of an audited repository is ever executed.

  sallyport codeaudit init -C audit --set people.csv REPO...
  sallyport codeaudit capture -C audit
  sallyport codeaudit scope -C audit
  sallyport codeaudit attribute -C audit
  sallyport codeaudit rank -C audit
  sallyport codeaudit review -C audit --reviewer 'Ana Writer <ana@example.org>'
  sallyport codeaudit report -C audit`,
	}
	cmd.PersistentFlags().StringP("dir", "C", ".", "the folder of the audit")
	for _, make := range codeauditMakers {
		cmd.AddCommand(make())
	}
	return cmd
}

// codeauditDir is the folder of the audit that a command below "codeaudit" works on, absolute: git is run elsewhere.
func codeauditDir(cmd *cobra.Command) string {
	dir, err := cmd.Flags().GetString("dir")
	if err != nil || dir == "" {
		dir = "."
	}
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}
