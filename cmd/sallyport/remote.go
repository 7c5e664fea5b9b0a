package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sallyport/web/client"
)

// remote is what every command needs that speaks to a server.
type remote struct {
	server, tokenFile, roots string
	json                     bool
}

// serverHelp says in the help of each such command how the server is named.
const serverHelp = `
The server is named by --server, --token-file and --roots, or by the environment
variables SALLYPORT_SERVER, SALLYPORT_TOKEN_FILE and SALLYPORT_ROOTS that
"sallyport init" prints.
`

// remoteHelp ends the help of each such command that has no exit status of its own. What stands before it ends its line.
const remoteHelp = serverHelp + `
EXIT STATUS
  0   done
  1   the server refused, or does not answer
  64  the command line could not be understood`

func (r *remote) add(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVar(&r.server, "server", os.Getenv("SALLYPORT_SERVER"), "address of the server, https://host:port")
	f.StringVar(&r.tokenFile, "token-file", os.Getenv("SALLYPORT_TOKEN_FILE"), "file that holds your API token")
	f.StringVar(&r.roots, "roots", os.Getenv("SALLYPORT_ROOTS"), "PEM certificates to trust instead of the system's")
}

func (r *remote) client() (*client.Client, error) {
	if r.server == "" {
		return nil, usage("no server is named: use --server, or set SALLYPORT_SERVER")
	}
	return client.New(client.Config{Server: r.server, TokenFile: r.tokenFile, RootFile: r.roots})
}

// do runs f with a client.
func (r *remote) do(cmd *cobra.Command, f func(ctx context.Context, c *client.Client) error) error {
	c, err := r.client()
	if err != nil {
		return err
	}
	return f(contextOf(cmd), c)
}

// list prints v as JSON where --json asks for it, else as a table made by rows: the first row is the heading.
func (r *remote) list(cmd *cobra.Command, v any, rows [][]string) error {
	if r.json {
		return printJSON(cmd.OutOrStdout(), v)
	}
	return printTable(cmd.OutOrStdout(), rows)
}

// printTable prints rows in columns. What others wrote is made inert: a name must not steer a terminal.
func printTable(out io.Writer, rows [][]string) error {
	w := tabwriter.NewWriter(out, 0, 4, 3, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = inert(strings.ReplaceAll(cell, "\t", " "))
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t "))
	}
	return w.Flush()
}

// noun is a command that only holds others.
func noun(use, short, example string, r *remote, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: short + ".\n\nExample:\n" + example + "\n" + remoteHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("%q is not one of the commands of %s", args[0], use)
			}
			return cmd.Help()
		}}
	r.add(cmd)
	cmd.AddCommand(children...)
	return cmd
}

// verb is a leaf command. It takes exactly the arguments that use names.
func verb(use, short, example string, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	want := len(strings.Fields(strings.Split(use, " [")[0])) - 1
	return &cobra.Command{Use: use, Short: short, Long: short + ".\n\nExample:\n  " + example + "\n" + remoteHelp, RunE: run,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < want || len(args) > want+strings.Count(use, " [") {
				return usage("want: %s", use)
			}
			return nil
		}}
}

// required refuses a command line without one of the named flags, as one that could not be understood.
func required(cmd *cobra.Command, names ...string) {
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		for _, name := range names {
			if !cmd.Flags().Changed(name) {
				return usage("--%s is missing: %s", name, cmd.Flags().Lookup(name).Usage)
			}
		}
		return nil
	}
}

// jsonFlag gives a list its --json.
func (r *remote) jsonFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&r.json, "json", false, "print JSON")
	return cmd
}

// moment reads a time of the command line: RFC 3339, a date (its first moment, UTC), or a duration from now.
func moment(text string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(d).UTC().Truncate(time.Second), nil
	}
	return time.Time{}, usage("%q is not a time: write 2027-01-31, 2027-01-31T12:00:00Z or a duration such as 8h", text)
}

// until reads an optional time.
func until(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	t, err := moment(text, time.Now())
	return &t, err
}

func untilText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
