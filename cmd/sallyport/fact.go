package main

import (
	"context"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/policy"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newFactCommand) }

func newFactCommand() *cobra.Command {
	r := &remote{}
	var evidence, reference, end, reason string
	var self bool
	record := verb("record PERSON FACT VALUE", `Record a fact that you verified. VALUE has the short form of docs/spec/facts.md:
  citizenship FR,US                     location US:document:high
  employer staff:US:Example Corp        training insider-threat
  qualification nginx:change:competent:certificate`, `sallyport fact record eve citizenship FR,US --evidence passport --reference HR-2041`, func(cmd *cobra.Command, args []string) error {
		value, err := policy.ParseFactText(args[1], args[2])
		if err != nil {
			return err
		}
		body, err := sallyport.EncodeJSON(value)
		if err != nil {
			return err
		}
		t, err := until(end)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.RecordFact(ctx, sallyport.PersonID(args[0]), wire.Fact{Name: value.FactName(), Value: body, Until: t, SelfAsserted: self,
				Evidence: sallyport.Evidence{Kind: evidence, Reference: reference}})
		})
	})
	f := record.Flags()
	f.StringVar(&evidence, "evidence", "", "what you saw: passport, contract, certificate, ...")
	f.StringVar(&reference, "reference", "", "where your organisation keeps it; never the document itself")
	f.StringVar(&end, "until", "", "when it expires")
	f.BoolVar(&self, "self-asserted", false, "the person says so themselves; only some profiles accept that")
	required(record, "evidence", "reference")

	withdraw := verb("withdraw PERSON FACT", "Make a fact unknown again", "sallyport fact withdraw eve citizenship --reason \"wrong document\"", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.WithdrawFact(ctx, sallyport.PersonID(args[0]), args[1], reason)
		})
	})
	withdraw.Flags().StringVar(&reason, "reason", "", "why, for the record")
	required(withdraw, "reason")

	list := r.jsonFlag(verb("list PERSON", "List the facts of a person with their state", "sallyport fact list eve", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			p, err := onePerson(ctx, c, args[0])
			if err != nil {
				return err
			}
			rows := [][]string{{"FACT", "VALUE", "STATE", "UNTIL", "VERIFIED BY"}}
			for _, v := range p.Facts {
				rows = append(rows, []string{v.Name, factValue(v), v.State, orNever(untilText(v.Until)), string(v.Verifier)})
			}
			return r.list(cmd, p.Facts, rows)
		})
	}))
	return noun("fact", "Record, withdraw and list verified facts about people", "  sallyport fact record eve citizenship FR --evidence passport --reference HR-2041", r, record, withdraw, list)
}
