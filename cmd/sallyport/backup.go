package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger/tiles"
	"sallyport/store"
	"sallyport/store/blob"
)

func init() { register(newBackupCommand) }

func newBackupCommand() *cobra.Command {
	var state, out string
	var withKeys bool
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Copy the ledger and its contents, also while the server runs; the copy can be verified",
		Long: `Copies entries (as tiles) and contents (blobs) up to the latest checkpoint into a folder. What is there already from an earlier
backup is not copied again. The copy is itself evidence: sallyport-verify checks it. Keys are copied only with --keys: keep those
apart. The guard is never copied: it is what notices that a backup was restored.

Example:
  sallyport backup --state /var/lib/sallyport --out /mnt/backup/sallyport

EXIT STATUS
  0   copied
  1   it could not be done
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if state == "" || out == "" {
				return &exitError{Code: exitUsage, Err: errors.New("--state and --out are required")}
			}
			ctx := cmd.Context()
			db, err := store.Open(ctx, state, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer db.Close()
			size, copied, err := backup(ctx, db, out)
			if err != nil {
				return err
			}
			if withKeys {
				if err := copyKeys(keysOf(state).dir, filepath.Join(out, store.KeysName)); err != nil {
					return err
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d entries, %d contents copied anew to %s\n", size, copied, out)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&state, "state", "", "state folder (required)")
	f.StringVar(&out, "out", "", "folder of the backup, made or continued (required)")
	f.BoolVar(&withKeys, "keys", false, "copy the server's private keys too")
	cmd.AddCommand(newBackupRestoreCommand())
	return cmd
}

// backup copies contents first and entries last: a backup that was cut short names nothing that it does not have.
func backup(ctx context.Context, db *store.DB, out string) (size int64, copied int, err error) {
	size, signed, err := db.Head(ctx)
	if err != nil {
		return 0, 0, err
	}
	if size == 0 {
		return 0, 0, sallyport.Errorf(sallyport.NotFound, "the ledger is empty")
	}
	to, err := blob.OpenDir(filepath.Join(out, store.BlobsName))
	if err != nil {
		return 0, 0, err
	}
	if copied, err = copyBlobs(ctx, db, db.Blobs(), to, size); err != nil {
		return 0, 0, err
	}
	w := tiles.Writer{Dir: filepath.Join(out, store.TilesName)}
	if err := w.Update(ctx, db, size, signed); err != nil {
		return 0, 0, err
	}
	n, cosigned, err := db.Cosigned(ctx, 0)
	if err == nil && n > 0 {
		err = w.Cosigned(cosigned)
	}
	return size, copied, err
}

// copyBlobs copies what entries below size name and to does not have. What from does not have any more is left out: it was deleted.
func copyBlobs(ctx context.Context, entries store.Source, from interface {
	Get(ctx context.Context, digest sallyport.Digest) (content, salt []byte, err error)
}, to *blob.Dir, size int64) (copied int, err error) {
	for at := int64(0); at < size; {
		list, err := entries.Entries(ctx, at, min(at+512, size))
		if err != nil {
			return copied, err
		}
		if len(list) == 0 {
			return copied, sallyport.Errorf(sallyport.Invalid, "entry %d of %d is missing", at, size)
		}
		for _, raw := range list {
			_, body, err := sallyport.DecodeEntry(raw)
			if err != nil {
				return copied, fmt.Errorf("entry %d: %w", at, err)
			}
			at++
			for _, ref := range evidence.Refs(body) {
				if has, err := to.Has(ctx, ref.Digest); err != nil || has {
					if err != nil {
						return copied, err
					}
					continue
				}
				content, salt, err := from.Get(ctx, ref.Digest)
				if sallyport.CodeOf(err) == sallyport.NotFound {
					continue
				}
				if err == nil {
					_, err = to.PutSalted(ctx, salt, content)
				}
				if err != nil {
					return copied, err
				}
				copied++
			}
		}
	}
	return copied, nil
}

// copyKeys copies a folder of keys; what is there already is kept.
func copyKeys(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !f.Type().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		w, err := os.OpenFile(filepath.Join(to, f.Name()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		if err = errors.Join(err, w.Sync(), w.Close()); err != nil {
			return err
		}
	}
	return nil
}
