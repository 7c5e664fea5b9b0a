package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/evidence"
	"sallyport/web/client"
)

func newHandoverCommand(r *remote) *cobra.Command {
	var state, as, out, from, to string
	cmd := &cobra.Command{
		Use:   "handover",
		Short: "Write the yearly hand-over: every command with who, escort, countries, result; every control changed",
		Long: `Writes commands.csv, controls.csv and handover.json into a new folder: for every command the escort, the escorted, their countries
of origin as recorded at the time, the text, the decision and the result; and every control or setting that was changed. This is
what assessors ask for once a year, and authorising officials at any time. Add a bundle (sallyport evidence export) to prove it.

Example:
  sallyport evidence handover --from 2026-01-01 --to 2027-01-01 --out handover-2026

EXIT STATUS
  0   written, and the export is an entry
  1   it could not be done, or is not allowed
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin, err := parseTime(from)
			var end time.Time
			if err == nil {
				end, err = parseTime(to)
			}
			switch {
			case err != nil:
			case out == "":
				err = errors.New("--out is required")
			case (state == "") != (as == ""):
				err = errors.New("--state and --as belong together")
			}
			if err != nil {
				return &exitError{Code: exitUsage, Err: err}
			}
			var h *evidence.Handover
			if state != "" {
				h, err = offlineHandover(contextOf(cmd), state, sallyport.PersonID(as), begin, end)
			} else {
				err = r.do(cmd, func(ctx context.Context, c *client.Client) error {
					got, err := c.Handover(ctx, begin, end)
					h = &got
					return err
				})
			}
			if err != nil {
				return err
			}
			if err := writeHandover(out, h); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d commands and %d changes of controls in %s\n", len(h.Commands), len(h.Controls), out)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&state, "state", "", "state folder of a server that is stopped, instead of a running one")
	f.StringVar(&as, "as", "", "person who exports, with --state")
	f.StringVar(&out, "out", "", "folder to make (required)")
	f.StringVar(&from, "from", "", "from this time on (2006-01-02 or RFC 3339, UTC)")
	f.StringVar(&to, "to", "", "before this time")
	return cmd
}

// offlineHandover reads a state folder; that it was read is an entry first.
func offlineHandover(ctx context.Context, state string, by sallyport.PersonID, from, to time.Time) (h *evidence.Handover, err error) {
	off, err := openOffline(ctx, state)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, off.close(ctx)) }()
	if err := off.append(ctx, by, &sallyport.ExportMade{What: evidence.HandoverWords(from, to)}); err != nil {
		return nil, err
	}
	return evidence.MakeHandover(ctx, off.db, off.db.Blobs(), from, to)
}

func writeHandover(dir string, h *evidence.Handover) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"commands.csv", h.WriteCommands},
		{"controls.csv", h.WriteControls},
		{"handover.json", func(w io.Writer) error {
			enc := json.NewEncoder(w)
			enc.SetIndent("", " ")
			enc.SetEscapeHTML(false)
			return enc.Encode(h)
		}},
	} {
		f, err := os.OpenFile(filepath.Join(dir, file.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		if err := errors.Join(file.write(f), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
