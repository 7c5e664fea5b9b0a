package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func newPersonImportCommand(r *remote) *cobra.Command {
	var dry bool
	cmd := r.jsonFlag(verb("import FILE", `Import people, facts and roles from a roster (CSV or JSON, docs/spec/facts.md) into a running server, all or nothing:
every entry is judged before the first is written, and all are written under one checkpoint. One bad row refuses the file, and
every bad row is named with its line. What is on record already is left alone, and nothing is taken away`, "sallyport person import people.csv --dry-run\n  sallyport person import people.csv", func(cmd *cobra.Command, args []string) error {
		kind := "text/csv"
		if strings.EqualFold(filepath.Ext(args[0]), ".json") {
			kind = "application/json"
		}
		file, err := readAtMost(args[0], wire.MaxRoster)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			v, err := c.ImportPeople(ctx, kind, file, dry)
			if err != nil {
				return err
			}
			if r.json {
				return printJSON(cmd.OutOrStdout(), v)
			}
			for _, ch := range v.Changes {
				fmt.Fprintln(cmd.OutOrStdout(), inert(ch.Says))
			}
			if more := v.Total - len(v.Changes); more > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: and %d more changes\n", more)
			}
			if v.Written {
				fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d people in the file, %d changes written, entries %d to %d\n", v.People, v.Total, v.First, v.First+int64(v.Total)-1)
			} else {
				fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d people in the file, %d changes; nothing was written\n", v.People, v.Total)
			}
			return nil
		})
	}))
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would change, and change nothing")
	return cmd
}

// readAtMost reads a file that is not larger than most bytes.
func readAtMost(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "file: %v", err)
	}
	if info.Size() > most {
		return nil, sallyport.Errorf(sallyport.Limited, "file %q is %d bytes, more than %d", name, info.Size(), most)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "file: %v", err)
	}
	return b, nil
}
