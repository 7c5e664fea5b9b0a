package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/ledger/tiles"
	"sallyport/store"
	"sallyport/store/blob"
	"sallyport/verify"
)

// restoreOptions are the flags of `backup restore`.
type restoreOptions struct {
	from, state, keys string
	acceptLoss        bool
}

func newBackupRestoreCommand() *cobra.Command {
	var o restoreOptions
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Make a state folder from a backup, after verifying it",
		Long: `Verifies a backup as an auditor would, and makes a new state folder from it: database, contents, tiles. A backup in which anything is
wrong is not restored.

What was acknowledged after the backup is lost, and the server refuses to start over such a state: its guard, a file outside the
database, knows the last checkpoint that was acknowledged. If the guard survived, put it into the state folder: the server starts if
nothing is missing. If entries are missing, or the guard is lost, --accept-loss begins a new guard at the backup; a guard that the
configuration keeps elsewhere must then be removed by hand. Witnesses still know
what they cosigned and will refuse the restored log if it is behind them: then begin a new log, keep the old one as
evidence, and tell those who hold receipts.

Example:
  sallyport backup restore --from /mnt/backup/sallyport --keys /mnt/keys --state /var/lib/sallyport

EXIT STATUS
  0   restored
  1   it could not be done, or the backup is not what was signed
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.from == "" || o.state == "" {
				return &exitError{Code: exitUsage, Err: errors.New("--from and --state are required")}
			}
			return o.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "folder of the backup (required)")
	f.StringVar(&o.state, "state", "", "state folder to make; it must hold no ledger (required)")
	f.StringVar(&o.keys, "keys", "", "folder of the server's keys; default: keys in the backup")
	f.BoolVar(&o.acceptLoss, "accept-loss", false, "begin a new guard: entries acknowledged after the backup are lost, and you say so")
	return cmd
}

func (o *restoreOptions) run(ctx context.Context, out io.Writer) error {
	if o.keys == "" {
		o.keys = filepath.Join(o.from, store.KeysName)
	}
	_, verifier, vkey, err := keys{o.keys}.log()
	if err != nil {
		return err
	}
	src, err := evidence.OpenDir(o.from)
	if err != nil {
		return err
	}
	report, err := verify.Run(ctx, src, verify.Options{LogKey: vkey})
	if err != nil {
		return err
	}
	if report.Result == verify.Wrong {
		if err := report.Print(out); err != nil {
			return err
		}
		return sallyport.Errorf(sallyport.Invalid, "the backup is not what was signed, and is not restored")
	}
	signed, err := src.Checkpoint()
	if err != nil {
		return err
	}
	head, _, err := ledger.OpenCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, o.state, store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	reader, err := src.Tiles()
	if err != nil {
		return err
	}
	entries := tileSource{reader, head.Size}
	if err := db.Fill(ctx, entries, head.Size, signed, head.Root); err != nil {
		return err
	}
	if cosigned := src.Cosigned(); cosigned != nil {
		c, _, err := ledger.OpenCheckpoint(cosigned, verifier)
		if err != nil {
			return err
		}
		if err := db.AddCosigned(ctx, c.Size, cosigned); err != nil {
			return err
		}
	}
	copied, err := copyBlobs(ctx, entries, blob.ReadDir(filepath.Join(o.from, store.BlobsName)), db.Blobs().(*blob.Dir), head.Size)
	if err != nil {
		return err
	}
	w := tiles.Writer{Dir: db.TilesDir()}
	if err := w.Update(ctx, db, head.Size, signed); err != nil {
		return err
	}
	if err := copyKeys(o.keys, keysOf(o.state).dir); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d entries and %d contents restored to %s\n", head.Size, copied, o.state)
	return o.guard(db.GuardPath(), signed, out)
}

// guard begins a new guard where the operator says so, and otherwise says what to do.
func (o *restoreOptions) guard(path string, signed []byte, out io.Writer) error {
	if !o.acceptLoss {
		if _, err := os.Stat(path); err != nil {
			fmt.Fprintf(out, "the guard is missing: put the one that survived at %s, or restore again with --accept-loss into an empty folder\n", path)
		}
		return nil
	}
	g := ledger.NewFileGuard(path)
	defer g.Close()
	return errors.Join(g.Save(signed), g.Sync())
}

// tileSource gives the entries of a log from its tiles.
type tileSource struct {
	reader tiles.Reader
	size   int64
}

func (s tileSource) Entries(_ context.Context, from, to int64) ([][]byte, error) {
	var out [][]byte
	for from < min(to, s.size) {
		n := from / tiles.Width
		bundle, err := s.reader.Bundle(n, s.size)
		if err != nil {
			return nil, err
		}
		bundle = bundle[from-n*tiles.Width:]
		bundle = bundle[:min(int64(len(bundle)), to-from)]
		out = append(out, bundle...)
		from += int64(len(bundle))
	}
	return out, nil
}
