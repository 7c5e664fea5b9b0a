package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/ledger"
	"sallyport/store"
	"sallyport/web"
	"sallyport/web/client"
)

func init() { register(newTokenCommand); register(newSigninCommand) }

// tokenStatus ends the help of these commands: they write the state folder, and speak to no server.
const tokenStatus = `
EXIT STATUS
  0   done
  1   the state folder or the token file could not be written
  64  the command line could not be understood`

func newTokenCommand() *cobra.Command {
	var config, out, end string
	tokens := func() (*web.Tokens, error) {
		cfg, err := loadConfig(config)
		if err != nil {
			return nil, err
		}
		return web.OpenTokens(filepath.Join(cfg.State, "tokens.json")), nil
	}
	add := verb("add PERSON", "Make an API token for a person. Whoever may write the state folder may do this: it is for the server's own machine", "sallyport token add ada --config /etc/sallyport/sallyport.toml --out ada.token", func(cmd *cobra.Command, args []string) error {
		t, err := tokens()
		if err != nil {
			return err
		}
		till, err := moment(end, time.Now())
		if err != nil {
			return err
		}
		if err := known(contextOf(cmd), config, sallyport.PersonID(args[0])); err != nil {
			return err
		}
		if err := writeToken(t, sallyport.PersonID(args[0]), out, till); err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: wrote %s, good until %s\n", out, till.Format(time.RFC3339))
		return nil
	})
	add.Flags().StringVar(&out, "out", "", "file that the token is written to; it must not exist")
	add.Flags().StringVar(&end, "until", "2160h", "how long it is good")
	required(add, "out")
	remove := verb("remove PERSON", "Take back every API token of a person", "sallyport token remove ada --config /etc/sallyport/sallyport.toml", func(cmd *cobra.Command, args []string) error {
		t, err := tokens()
		if err != nil {
			return err
		}
		n, err := t.RemoveAll(sallyport.PersonID(args[0]))
		if err == nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: %d tokens removed\n", n)
		}
		return err
	})
	cmd := &cobra.Command{Use: "token", Short: "Make and take back API tokens, on the server's machine",
		Long: `API tokens speak for a person to the HTTP API. They are kept hashed in the state folder; a running server takes notice at once.

Example:
  sallyport token add ada --config /etc/sallyport/sallyport.toml --out ada.token
` + tokenStatus, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.PersistentFlags().StringVar(&config, "config", "sallyport.toml", "the server's configuration file")
	for _, c := range []*cobra.Command{add, remove} {
		c.Long = strings.TrimSuffix(c.Long, remoteHelp) + tokenStatus
	}
	cmd.AddCommand(add, remove)
	return cmd
}

func newSigninCommand() *cobra.Command {
	r := &remote{}
	cmd := verb("signin", "Print a link that signs you in to the console, once", "sallyport signin", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			link, err := c.Link(ctx)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), link.URL)
			fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: it works once, until %s\n", link.Expires.UTC().Format(time.RFC3339))
			return nil
		})
	})
	r.add(cmd)
	return cmd
}

// known refuses a token for somebody whom the ledger does not know.
func known(ctx context.Context, config string, person sallyport.PersonID) error {
	cfg, err := loadConfig(config)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, cfg.State, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer db.Close()
	about, err := db.About(ctx, ledger.Subject{Kind: "person", ID: string(person)}, 0, 1)
	if err == nil && len(about) == 0 {
		err = sallyport.Errorf(sallyport.NotFound, "person %q is not known", person).WithHint("sallyport person add makes one")
	}
	return err
}
