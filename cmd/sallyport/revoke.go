package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
)

func init() { register(newRevokeCommand); register(newRestoreCommand) }

var revocable = []string{"person", "employer", "country", "system", "ticket", "session", "key", "all"}

// revocation reads WHAT [NAME].
func revocation(args []string) (what, name string, err error) {
	what = args[0]
	if !slices.Contains(revocable, what) {
		return "", "", usage("%q cannot be revoked: one of %s", what, strings.Join(revocable, ", "))
	}
	switch {
	case what == "all" && len(args) == 1:
		return what, "", nil
	case what != "all" && len(args) == 2:
		return what, args[1], nil
	}
	return "", "", usage("want: %s NAME, or all", what)
}

func newRevokeCommand() *cobra.Command {
	r := &remote{}
	var reason string
	var yes bool
	cmd := verb("revoke WHAT [NAME]", `Take access away, now: of a person, employer, country, system, ticket, session or
key, or all remote maintenance. Without --yes it only says what that would end. With it, it returns when nothing executes
and no output is released under the old answer`, `sallyport revoke person eve --reason "left the company" --yes`, func(cmd *cobra.Command, args []string) error {
		what, name, err := revocation(args)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			p, err := c.Revoke(ctx, sallyport.Revoked{What: what, Name: name, Reason: reason}, !yes)
			if err != nil {
				return err
			}
			if r.json {
				err = printJSON(cmd.OutOrStdout(), p)
			} else {
				printPreview(cmd.OutOrStdout(), p)
			}
			if len(p.Unstopped) > 0 {
				return &exitError{Code: 3, Err: fmt.Errorf("access is taken away, and %d of what ran may still execute: look at the targets", len(p.Unstopped))}
			}
			if !yes && !r.json {
				fmt.Fprintln(cmd.ErrOrStderr(), "sallyport: nothing was revoked; add --yes to do it")
			}
			return err
		})
	})
	cmd.Long += "\n  3   access is taken away, and what it names as not stopped may still execute"
	r.add(cmd)
	r.jsonFlag(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	required(cmd, "reason")
	return cmd
}

func printPreview(out io.Writer, p gateway.RevokePreview) {
	fmt.Fprintln(out, inert(p.Says))
	for _, s := range p.Sessions {
		fmt.Fprintln(out, "session", s)
	}
	for _, a := range p.Actions {
		fmt.Fprintln(out, "action", a)
	}
	for _, v := range p.People {
		fmt.Fprintln(out, "person", v)
	}
	for _, u := range p.Unstopped {
		fmt.Fprintf(out, "not stopped: action %s on %s: %s\n", u.Action, u.Target, inert(u.Why))
	}
}

func newRestoreCommand() *cobra.Command {
	r := &remote{}
	var reason string
	cmd := verb("restore WHAT [NAME]", "Lift a revocation. What it ended stays ended", `sallyport restore person eve --reason "mistaken identity"`, func(cmd *cobra.Command, args []string) error {
		what, name, err := revocation(args)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.Restore(ctx, sallyport.Restored{What: what, Name: name, Reason: reason})
		})
	})
	r.add(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	required(cmd, "reason")
	return cmd
}
