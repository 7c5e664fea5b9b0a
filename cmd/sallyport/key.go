package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newKeyCommand) }

func newKeyCommand() *cobra.Command {
	r := &remote{}
	var uses []string
	var end, reason string
	enrol := verb("enrol PERSON FILE", "Enrol the public key of a person; you vouch that it is theirs", "sallyport key enrol eve eve.pub", func(cmd *cobra.Command, args []string) error {
		body, err := os.ReadFile(args[1])
		if err != nil {
			return sallyport.Errorf(sallyport.NotFound, "public key: %v", err)
		}
		if strings.Contains(string(body), "PRIVATE KEY") {
			return usage("%q is a private key: enrol the .pub file beside it, and keep this one to its owner", args[1])
		}
		t, err := until(end)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.EnrolKey(ctx, sallyport.PersonID(args[0]), wire.Key{Public: string(body), Use: uses, Until: t})
		})
	})
	enrol.Flags().StringSliceVar(&uses, "use", []string{"signin"}, "what it is good for: signin, sign")
	enrol.Flags().StringVar(&end, "until", "", "when it ends by itself")
	retire := verb("retire KEY", "End a key, named by its fingerprint", "sallyport key retire SHA256:1k2m... --reason lost", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.RetireKey(ctx, wire.KeyRetired{Key: sallyport.KeyID(args[0]), Reason: reason})
		})
	})
	retire.Flags().StringVar(&reason, "reason", "", "why, for the record")
	required(retire, "reason")
	list := r.jsonFlag(verb("list", "List enrolled keys", "sallyport key list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx, gateway.PeopleFilter{})
			if err != nil {
				return err
			}
			type held struct {
				Person sallyport.PersonID `json:"person"`
				Key    sallyport.KeyID    `json:"key"`
				Form   string             `json:"form"`
				Use    []string           `json:"use"`
				Public string             `json:"public"`
			}
			all := []held{}
			rows := [][]string{{"PERSON", "KEY", "FORM", "USE"}}
			for _, p := range people {
				for _, k := range p.Keys {
					all = append(all, held{p.ID, k.Key, k.Form, k.Use, k.Public})
					rows = append(rows, []string{string(p.ID), string(k.Key), k.Form, strings.Join(k.Use, ",")})
				}
			}
			return r.list(cmd, all, rows)
		})
	}))
	offers := r.jsonFlag(verb("offers", "List passkeys that wait for somebody to vouch for them: yours, and those that you may vouch for", "sallyport key offers", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Offers(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"PERSON", "KEY", "SITE", "UNTIL", ""}}
			for _, o := range all {
				mine := ""
				if o.Mine {
					mine = "yours: somebody else vouches"
				}
				rows = append(rows, []string{string(o.Person.ID), string(o.Key), o.Passkey.Origin, o.Until.UTC().Format(time.RFC3339), mine})
			}
			return r.list(cmd, all, rows)
		})
	}))
	vouch := verb("vouch PERSON KEY", "Enrol a passkey that its person offered; you vouch that it is theirs.\nCompare all of KEY with the name on their own screen, in person or by telephone", "sallyport key vouch ed passkey-SHA256:JBi4...", func(cmd *cobra.Command, args []string) error {
		t, err := until(end)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.VouchKey(ctx, sallyport.PersonID(args[0]), wire.VouchKey{Key: sallyport.KeyID(args[1]), Until: t})
		})
	})
	vouch.Flags().StringVar(&end, "until", "", "when it ends by itself")
	return noun("key", "Enrol, vouch for, retire and list the public keys of people", "  sallyport key enrol eve eve.pub", r, enrol, offers, vouch, retire, list)
}
