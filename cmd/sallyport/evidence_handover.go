package main

import (
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
)

func newHandoverCommand() *cobra.Command {
	var state, as, out, from, to string
	cmd := &cobra.Command{
		Use:   "handover",
		Short: "Write the yearly hand-over: every command with who, escort, countries, result; every control changed",
		Long: `Writes commands.csv, controls.csv and handover.json into a new folder: for every command the escort, the escorted, their countries
of origin as recorded at the time, the text, the decision and the result; and every control or setting that was changed. This is
what assessors ask for once a year, and authorising officials at any time. Add a bundle (sallyport evidence export) to prove it.

Example:
  sallyport evidence handover --state /var/lib/sallyport --as aud --from 2026-01-01 --to 2027-01-01 --out handover-2026

EXIT STATUS
  0   written, and the export is an entry
  1   it could not be done, or is not allowed
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			begin, err := parseTime(from)
			var end time.Time
			if err == nil {
				end, err = parseTime(to)
			}
			if err == nil && (state == "" || as == "" || out == "") {
				err = errors.New("--state, --as and --out are required")
			}
			if err != nil {
				return &exitError{Code: exitUsage, Err: err}
			}
			ctx := cmd.Context()
			off, err := openOffline(ctx, state)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, off.close(ctx)) }()
			what := "hand-over"
			if from != "" {
				what += " from " + begin.Format(time.RFC3339)
			}
			if to != "" {
				what += " before " + end.Format(time.RFC3339)
			}
			if err := off.append(ctx, sallyport.PersonID(as), &sallyport.ExportMade{What: what}); err != nil {
				return err
			}
			h, err := evidence.MakeHandover(ctx, off.db, off.db.Blobs(), begin, end)
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
	f.StringVar(&state, "state", "", "state folder of a server that is stopped (required)")
	f.StringVar(&as, "as", "", "person who exports (required)")
	f.StringVar(&out, "out", "", "folder to make (required)")
	f.StringVar(&from, "from", "", "from this time on (2006-01-02 or RFC 3339, UTC)")
	f.StringVar(&to, "to", "", "before this time")
	return cmd
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
