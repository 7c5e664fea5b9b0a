package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sallyport/ledger"
	"sallyport/ledger/tiles"
	"sallyport/store"
)

func init() { register(newRebuildCommand) }

func newRebuildCommand() *cobra.Command {
	var state string
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Make every table and every tile again from the entries of the ledger, and compare",
		Long: `Makes the tables of the database (tree and views) and the tiles again from the entries, which must hash to the signed checkpoint.
Tables that differ are replaced; the database as it was is kept beside the new one. The server must be stopped.

Example:
  sallyport rebuild --state /var/lib/sallyport

EXIT STATUS
  0   every table was what the entries say; the tiles are written
  1   it could not be done: the entries themselves are not what was signed
  3   tables differed and were replaced
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if state == "" {
				return &exitError{Code: exitUsage, Err: errors.New("--state is required")}
			}
			ctx := cmd.Context()
			_, verifier, _, err := keysOf(state).log()
			if err != nil {
				return err
			}
			r, err := store.Rebuild(ctx, state, func(signed []byte) (ledger.Checkpoint, error) {
				c, _, err := ledger.OpenCheckpoint(signed, verifier)
				return c, err
			})
			if err != nil {
				return err
			}
			db, err := store.Open(ctx, state, store.Options{})
			if err != nil {
				return err
			}
			defer db.Close()
			if err := os.RemoveAll(db.TilesDir()); err != nil {
				return err
			}
			size, signed, err := db.Head(ctx)
			if err != nil {
				return err
			}
			w := tiles.Writer{Dir: db.TilesDir()}
			if err := w.Update(ctx, db, size, signed); err != nil {
				return err
			}
			if n, cosigned, err := db.Cosigned(ctx, 0); err != nil {
				return err
			} else if n > 0 {
				if err := w.Cosigned(cosigned); err != nil {
					return err
				}
			}
			out := cmd.OutOrStdout()
			if len(r.Differ) == 0 {
				fmt.Fprintf(out, "%d entries: every table is what they say; tiles written\n", r.Size)
				return nil
			}
			fmt.Fprintf(out, "%d entries: %s differed and made again; tiles written; the database as it was is %s\n", r.Size, strings.Join(r.Differ, " and "), r.OldName)
			return &exitError{Code: 3}
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "state folder of a server that is stopped (required)")
	return cmd
}
