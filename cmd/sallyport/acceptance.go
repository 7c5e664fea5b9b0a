package main

import (
	"bytes"
	"context"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/signature"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newAcceptanceCommand) }

func newAcceptanceCommand() *cobra.Command {
	r := &remote{}
	var a wire.Acceptance
	var system, person, end, key, reason string
	sign := verb("sign ACCEPTANCE", "Accept a risk as its approver, signed by a key of your SSH agent",
		`sallyport acceptance sign RA-2026-01 --system web --rule two-person --until 2026-12-31 --reason "spare site"`, func(cmd *cobra.Command, args []string) error {
			until, err := moment(end, time.Now())
			if err != nil {
				return err
			}
			a.Acceptance, a.System, a.Person, a.Until = sallyport.AcceptID(args[0]), sallyport.SystemID(system), sallyport.PersonID(person), until.UTC()
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				return signed(ctx, c, cmd.ErrOrStderr(), key, func(k *ownKey, me sallyport.PersonID) error {
					ch, err := c.AcceptanceChallenge(ctx, a)
					if err == nil {
						err = checkAcceptance(ch, me, a)
					}
					if err == nil {
						a.Signature, err = k.sign(signature.Acceptance(ch.By, &ch.Body))
					}
					if err != nil {
						return err
					}
					return c.SignAcceptance(ctx, a)
				})
			})
		})
	f := sign.Flags()
	f.StringVar(&system, "system", "", "the system that it is for (required)")
	f.StringVar(&a.Rule, "rule", "", "the rule that it sets aside (required)")
	f.StringVar(&end, "until", "", "when it ends (required)")
	f.StringVar(&a.Details.Reason, "reason", "", "why (required)")
	f.StringVar(&person, "person", "", "the person it is for; none is everyone that the rule concerns")
	f.StringArrayVar(&a.Details.Controls, "control", nil, "compensating control; may be repeated")
	f.StringVar(&key, "key", "", "fingerprint of the key to sign with, SHA256:...; none is the only one that fits")
	required(sign, "system", "rule", "until", "reason")
	over := verb("end ACCEPTANCE", "End an acceptance before its time", "sallyport acceptance end RA-2026-01 --reason repaired", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.EndAcceptance(ctx, sallyport.AcceptID(args[0]), reason)
		})
	})
	over.Flags().StringVar(&reason, "reason", "", "why, for the record")
	required(over, "reason")
	list := r.jsonFlag(verb("list", "List risk acceptances", "sallyport acceptance list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Acceptances(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"ACCEPTANCE", "SYSTEM", "PERSON", "RULE", "BY", "UNTIL", ""}}
			for _, v := range all {
				state := ""
				if v.Ended {
					state = "ended"
				}
				rows = append(rows, []string{string(v.Acceptance), string(v.System), string(v.Person), v.Rule, string(v.By), v.Until.UTC().Format(time.RFC3339), state})
			}
			return r.list(cmd, all, rows)
		})
	}))
	return noun("acceptance", "Sign, end and list risk acceptances", "  sallyport acceptance list", r, sign, over, list)
}

// checkAcceptance refuses a challenge over anything but a, to the byte.
func checkAcceptance(ch gateway.AcceptanceChallenge, me sallyport.PersonID, a wire.Acceptance) error {
	details, err := sallyport.EncodeJSON(a.Details)
	if err != nil {
		return err
	}
	b := ch.Body
	same := ch.By == me && b.Acceptance == a.Acceptance && b.System == a.System && b.Person == a.Person && b.Rule == a.Rule &&
		b.Until.Equal(a.Until) && bytes.Equal(ch.Details.Content, details) && ch.Details.Ref() == b.Details
	if !same {
		return sallyport.Errorf(sallyport.Conflict, "nothing was signed: the server wants a signature over another acceptance than yours").WithHint("tell somebody who does not run the server")
	}
	return nil
}
