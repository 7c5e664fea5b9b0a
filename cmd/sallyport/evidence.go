package main

import (
	"github.com/spf13/cobra"
)

func init() { register(newEvidenceCommand) }

func newEvidenceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "evidence",
		Short: "Take evidence out: bundles, the yearly hand-over, receipts",
		Long: `Takes evidence out of the state folder of a server that is stopped, for someone who trusts neither the server nor its operator.
Every export is an entry of the ledger, by the person named with --as, whom the policies must allow it.

Example:
  sallyport evidence export --state /var/lib/sallyport --as aud --ticket T-17 --out t17.zip

EXIT STATUS
  0   done
  1   it could not be done, or is not allowed
  64  the command line could not be understood`,
	}
	cmd.AddCommand(newExportCommand(), newHandoverCommand(), newReceiptCommand())
	return cmd
}
