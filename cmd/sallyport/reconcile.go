package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/ledger/tiles"
	"sallyport/reconcile"
)

func init() { register(newReconcileCommand) }

func newReconcileCommand() *cobra.Command {
	var authLog, target, from string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare a target's own record of logins with the permits of the ledger",
		Long: `Reads OpenSSH's log of a target (auth.log, or journalctl -u ssh; LogLevel INFO is enough) and matches every login with a permit by
certificate serial and key id. A login without a permit went past the gateway; a permit without its login did not do what the ledger says. Permits are
looked for from the first to the last that the log names. The ledger comes from a bundle, a backup or a state folder; it is not verified
here: sallyport verify does that.

Example:
  sallyport reconcile --auth-log web-01.auth.log --target web-01 --from /var/lib/sallyport

EXIT STATUS
  0   everything matches
  1   something does not
  2   it could not be done
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if authLog == "" || target == "" || from == "" {
				return &exitError{Code: exitUsage, Err: errors.New("--auth-log, --target and --from are required")}
			}
			r, err := reconciled(cmd.Context(), authLog, sallyport.TargetID(target), from)
			if err != nil {
				return &exitError{Code: 2, Err: err}
			}
			out := cmd.OutOrStdout()
			if asJSON {
				enc := json.NewEncoder(out)
				enc.SetIndent("", "  ")
				if err := enc.Encode(r); err != nil {
					return err
				}
			} else {
				fmt.Fprintf(out, "%d logins on %s, %d with their permit; %d permits within the log's reach\n", r.Logins, target, r.Matched, r.Permits)
				for _, f := range r.Findings {
					fmt.Fprintln(out, "- "+inert(f))
				}
			}
			if len(r.Findings) > 0 {
				return &exitError{Code: 1}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&authLog, "auth-log", "", "log of the target's OpenSSH server (required)")
	f.StringVar(&target, "target", "", "the target's identifier (required)")
	f.StringVar(&from, "from", "", "bundle, backup or state folder with the ledger (required)")
	f.BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func reconciled(ctx context.Context, authLog string, target sallyport.TargetID, from string) (*reconcile.Report, error) {
	f, err := os.Open(authLog)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	logins, err := reconcile.ReadLog(f)
	if err != nil {
		return nil, err
	}
	src, err := evidence.Open(from)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	signed, err := src.Checkpoint()
	if err != nil {
		return nil, err
	}
	head, err := ledger.ParseSigned(signed)
	if err != nil {
		return nil, err
	}
	reader, err := src.Tiles()
	if err != nil {
		return nil, err
	}
	permits := reconcile.NewPermits(target)
	login := func(ref sallyport.BlobRef) string {
		var spec sallyport.Spec
		b, err := src.Blob(ctx, ref.Digest)
		if err != nil || json.Unmarshal(b, &spec) != nil {
			return ""
		}
		return spec.Login
	}
	for n := int64(0); n*tiles.Width < head.Size; n++ {
		bundle, err := reader.Bundle(n, head.Size)
		if err != nil {
			return nil, err
		}
		for i, raw := range bundle {
			index := n*tiles.Width + int64(i)
			e, body, err := sallyport.DecodeEntry(raw)
			if err != nil {
				return nil, fmt.Errorf("entry %d: %w", index, err)
			}
			permits.Entry(index, e, body, login)
		}
	}
	return permits.Match(logins), nil
}
