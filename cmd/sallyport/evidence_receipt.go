package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/ledger"
	"sallyport/store"
)

func newReceiptCommand() *cobra.Command {
	var state, session, out string
	var entry int64
	cmd := &cobra.Command{
		Use:   "receipt",
		Short: "Write the receipt of a session or an entry: proof that it is in the log, to be kept by a party",
		Long: `Writes a C2SP tlog-proof: the last entry of a session (or one entry), and the proof that it lies under the log's signed checkpoint, with
the cosignatures of witnesses where there are any. Whoever keeps it can hold any later evidence against it:
sallyport-verify --kept FILE. A receipt discloses no contents.

It reads the state folder, also while the server runs, and asks no server: --server, --token-file and --roots are without effect here.

Example:
  sallyport evidence receipt --state /var/lib/sallyport --session s-abc --out s-abc.receipt

EXIT STATUS
  0   written
  1   it could not be done
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if state == "" || out == "" || (session == "") == (entry < 0) {
				return &exitError{Code: exitUsage, Err: errors.New("--state, --out and one of --session and --entry are required")}
			}
			ctx := cmd.Context()
			db, err := store.Open(ctx, state, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer db.Close()
			if session != "" {
				for from := int64(0); ; {
					list, err := db.About(ctx, ledger.Subject{Kind: "session", ID: session}, from, 1000)
					if err != nil {
						return err
					}
					if len(list) == 0 {
						break
					}
					entry = list[len(list)-1]
					from = entry + 1
				}
				if entry < 0 {
					return sallyport.Errorf(sallyport.NotFound, "no session %q", session)
				}
			}
			r, err := ledger.MakeReceipt(ctx, db, entry)
			if err != nil {
				return err
			}
			return os.WriteFile(out, r.Encode(), 0o600)
		},
	}
	f := cmd.Flags()
	f.StringVar(&state, "state", "", "state folder (required)")
	f.StringVar(&session, "session", "", "session whose last entry is proved")
	f.Int64Var(&entry, "entry", -1, "index of an entry")
	f.StringVar(&out, "out", "", "file to write (required)")
	return cmd
}
