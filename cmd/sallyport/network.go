package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newNetworkCommand); register(newHereCommand) }

func newNetworkCommand() *cobra.Command {
	r := &remote{}
	set := verb("set FILE", `Put a list of the organisation's own networks in force, in the place of the one before. FILE is JSON:

  {"networks": [{"name": "paris-office", "network": "192.0.2.0/24", "country": "FR", "confidence": "medium",
    "evidence": {"kind": "lease", "reference": "L-12, no VPN ends here"}}]}

A session opened from a listed network is recorded as being in its country, with you as the verifier. List only networks
that nobody reaches from elsewhere: the exit of a VPN says nothing of where its users are. Confidence is low or medium.
No database of addresses is ever asked`, "sallyport network set networks.json", func(cmd *cobra.Command, args []string) error {
		b, err := readAtMost(args[0], wire.MaxContent)
		if err != nil {
			return err
		}
		list, err := sallyport.DecodeNetworks(b)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error { return c.SetNetworks(ctx, list) })
	})
	list := r.jsonFlag(verb("list", "List the networks in force", "sallyport network list --json", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			n, err := c.Networks(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"NAME", "NETWORK", "COUNTRY", "CONFIDENCE", "EVIDENCE"}}
			for _, w := range n.Networks {
				rows = append(rows, []string{w.Name, w.Network, w.Country, w.Confidence, w.Evidence.Kind + " " + w.Evidence.Reference})
			}
			return r.list(cmd, n, rows)
		})
	}))
	return noun("network", "Say where the organisation's own networks are", "  sallyport network set networks.json\n  sallyport network list", r, set, list)
}

func newHereCommand() *cobra.Command {
	r := &remote{}
	cmd := verb("here COUNTRY", `Say where you are, for the sessions that you open within twelve hours from this address. It is your word and is recorded as that:
profiles that want to know where people are ask for more`, "sallyport here FR", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.StateLocation(ctx, args[0]); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: noted: you say that you are in %s\n", inert(args[0]))
			return nil
		})
	})
	r.add(cmd)
	return cmd
}
