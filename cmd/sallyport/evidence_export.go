package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/docs"
	"sallyport/evidence"
	"sallyport/web/client"
	"sallyport/web/wire"
)

// exportOptions are the flags of `evidence export`.
type exportOptions struct {
	remote                   *remote
	state, as, out, from, to string
	all                      bool
	without, witnesses       []string
	filter                   evidence.Filter
}

func newExportCommand(r *remote) *cobra.Command {
	o := exportOptions{remote: r}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write a bundle that an outsider verifies offline",
		Long: `Writes a zip file with every entry of the ledger, the signed checkpoint, and the contents (texts, recordings, facts) of what the
flags choose. Flags of different names must all match, values of one flag are alternatives. Entries hold no contents, so all of them
are in every bundle: that no whole session is missing can be checked. A running server makes it (--server), or, of a server that is
stopped, the state folder (--state and --as).

Example:
  sallyport evidence export --country DE --from 2026-01-01 --out de-2026.zip
  sallyport evidence export --state /var/lib/sallyport --as aud --all --without recordings --reason "not asked for" --out all.zip

EXIT STATUS
  0   the bundle is written, and the export is an entry
  1   it could not be done, or is not allowed; no bundle is left
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.state, "state", "", "state folder of a server that is stopped, instead of a running one")
	f.StringVar(&o.as, "as", "", "person who exports, with --state")
	f.StringVar(&o.out, "out", "", "file to write; it must not exist (required)")
	f.BoolVar(&o.all, "all", false, "disclose everything")
	f.StringSliceVar(&o.filter.Sessions, "session", nil, "sessions")
	f.StringSliceVar(&o.filter.Tickets, "ticket", nil, "sessions of these tickets")
	f.StringSliceVar(&o.filter.People, "person", nil, "sessions in which these people did anything")
	f.StringSliceVar(&o.filter.Employers, "employer", nil, "sessions of engineers with this employer, or one above it")
	f.StringSliceVar(&o.filter.Countries, "country", nil, "sessions of engineers with this country as citizenship, residence or location")
	f.StringSliceVar(&o.filter.Systems, "system", nil, "sessions on these systems")
	f.StringVar(&o.from, "from", "", "sessions open at or after this time (2006-01-02 or RFC 3339, UTC)")
	f.StringVar(&o.to, "to", "", "sessions open before this time")
	f.StringSliceVar(&o.without, "without", nil, "leave out: texts, outputs, recordings, personal")
	f.StringVar(&o.filter.Reason, "reason", "", "why they are left out; the reader sees it")
	f.StringArrayVar(&o.witnesses, "witness", nil, "key of a witness, to be put into the bundle")
	return cmd
}

func (o *exportOptions) run(cmd *cobra.Command) error {
	var err error
	if o.filter.From, err = parseTime(o.from); err == nil {
		o.filter.To, err = parseTime(o.to)
	}
	for _, c := range o.without {
		o.filter.Without = append(o.filter.Without, evidence.Class(c))
	}
	switch {
	case err != nil:
	case o.out == "":
		err = errors.New("--out is required")
	case (o.state == "") != (o.as == ""):
		err = errors.New("--state and --as belong together")
	case o.state == "" && len(o.witnesses) > 0:
		err = errors.New("--witness goes with --state: a server knows its witnesses")
	case o.all != o.filter.All():
		err = errors.New("choose what to disclose with flags, or everything with --all")
	}
	if err != nil {
		return &exitError{Code: exitUsage, Err: err}
	}
	ctx, stderr := contextOf(cmd), cmd.ErrOrStderr()
	if o.state != "" {
		return o.offline(ctx, cmd.OutOrStdout(), stderr)
	}
	return o.remote.do(cmd, func(ctx context.Context, c *client.Client) error {
		var digest sallyport.Digest
		err := o.write(stderr, func(w io.Writer) (err error) {
			digest, err = c.Export(ctx, wire.Export{All: o.all, Filter: o.filter}, w)
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", digest, o.out)
		made, err := evidence.Open(o.out)
		if err != nil {
			return err
		}
		tellExport(stderr, made.Manifest)
		return made.Close()
	})
}

// offline makes the bundle from a state folder.
func (o *exportOptions) offline(ctx context.Context, stdout, stderr io.Writer) error {
	off, err := openOffline(ctx, o.state)
	if err != nil {
		return err
	}
	return errors.Join(o.export(ctx, off, stdout, stderr), off.close(ctx))
}

// write makes o.out with what fill writes. Without an error of fill there is no file.
func (o *exportOptions) write(stderr io.Writer, fill func(w io.Writer) error) (err error) {
	if _, err := os.Lstat(o.out); err == nil {
		return sallyport.Errorf(sallyport.Conflict, "%q exists", o.out).WithHint("name a file that does not")
	}
	part, err := os.CreateTemp(filepath.Dir(o.out), ".sallyport-export-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	shown := &showing{w: part, say: stderr, last: time.Now()}
	if err := errors.Join(fill(shown), part.Sync(), part.Close()); err != nil {
		return err
	}
	// Link, not rename: a file that is there already is kept.
	return os.Link(part.Name(), o.out)
}

// export writes the bundle, then the entry; without the entry there is no bundle.
func (o *exportOptions) export(ctx context.Context, off *offline, stdout, stderr io.Writer) error {
	entry := o.filter.Entry()
	by := sallyport.PersonID(o.as)
	// Asked before hours of work, and again with the digest when it is appended.
	if err := off.may(ctx, sallyport.Entry{Version: sallyport.EntryVersion, Kind: entry.Kind(), Time: time.Now().UTC(), By: by}, entry); err != nil {
		return err
	}
	if err := o.filter.Known(off.state); err != nil {
		return err
	}
	x := evidence.Export{Ledger: off.db, Blobs: off.db.Blobs(), Keyring: off.keyring, LogKey: off.vkey, Witnesses: o.witnesses, Filter: o.filter, Software: "sallyport " + version(), Verifier: docs.Verifier}
	var m *evidence.Manifest
	err := o.write(stderr, func(w io.Writer) (err error) {
		digest := sha256.New()
		counted := &counter{w: io.MultiWriter(w, digest)}
		if m, err = x.Write(ctx, counted); err != nil {
			return err
		}
		entry.Digest, entry.Bytes = sallyport.Digest(hex.EncodeToString(digest.Sum(nil))), counted.n
		return off.append(ctx, by, entry)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s  %s\n", entry.Digest, o.out)
	tellExport(stderr, m)
	return nil
}

// tellExport says what a bundle holds and what it withholds.
func tellExport(stderr io.Writer, m *evidence.Manifest) {
	fmt.Fprintf(stderr, "sallyport: %d entries, %d sessions disclosed, %d contents; it discloses %s\n", m.Size, m.Sessions, m.Blobs, m.Filter)
	for _, reason := range slices.Sorted(maps.Keys(m.Withheld)) {
		fmt.Fprintf(stderr, "sallyport: %d contents withheld: %s\n", m.Withheld[reason], reason)
	}
}

// showing says once a second how much was written.
type showing struct {
	w    io.Writer
	say  io.Writer
	n    int64
	last time.Time
}

func (s *showing) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.n += int64(n)
	if time.Since(s.last) > time.Second {
		s.last = time.Now()
		fmt.Fprintf(s.say, "sallyport: %d MB written\n", s.n>>20)
	}
	return n, err
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// parseTime reads a day or an RFC 3339 time; "" is no time.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q is neither 2006-01-02 nor RFC 3339", s)
}
