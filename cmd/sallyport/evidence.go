package main

import (
	"github.com/spf13/cobra"
)

func init() { register(newEvidenceCommand) }

func newEvidenceCommand() *cobra.Command {
	r := &remote{}
	cmd := noun("evidence", "Take evidence out: bundles, the yearly hand-over, receipts",
		"  sallyport evidence export --ticket T-17 --out t17.zip\n"+
			"  sallyport evidence export --state /var/lib/sallyport --as aud --all --out all.zip", r,
		newExportCommand(r), newHandoverCommand(r), newReceiptCommand())
	cmd.Long = `Takes evidence out, for someone who trusts neither the server nor its operator: from a running server, or with --state and --as from the
state folder of one that is stopped. Every export is an entry of the ledger, by a person whom the policies must allow it.` + cmd.Long[len(cmd.Short)+1:]
	return cmd
}
