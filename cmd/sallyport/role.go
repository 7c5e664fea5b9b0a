package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newRoleCommand) }

func newRoleCommand() *cobra.Command {
	r := &remote{}
	var system, end string
	role := func(word string) (sallyport.Role, error) {
		if !slices.Contains(sallyport.Roles, sallyport.Role(word)) {
			return "", usage("%q is no role: one of %s", word, joined(sallyport.Roles))
		}
		return sallyport.Role(word), nil
	}
	assign := verb("assign PERSON ROLE", "Assign a role on a system, or on every system", "sallyport role assign ed escort --system shop --until 2027-01-31", func(cmd *cobra.Command, args []string) error {
		word, err := role(args[1])
		if err != nil {
			return err
		}
		t, err := until(end)
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.AssignRole(ctx, sallyport.PersonID(args[0]), wire.Role{Role: word, System: sallyport.SystemID(system), Until: t})
		})
	})
	assign.Flags().StringVar(&end, "until", "", "when it ends by itself")
	withdraw := verb("withdraw PERSON ROLE", "Take a role away; sessions that rest on it end", "sallyport role withdraw ed escort --system shop", func(cmd *cobra.Command, args []string) error {
		word, err := role(args[1])
		if err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.WithdrawRole(ctx, sallyport.PersonID(args[0]), wire.Role{Role: word, System: sallyport.SystemID(system)})
		})
	})
	for _, cmd := range []*cobra.Command{assign, withdraw} {
		cmd.Flags().StringVar(&system, "system", "*", "system, or * for every one")
	}
	list := r.jsonFlag(verb("list", "List who holds which role", "sallyport role list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx, gateway.PeopleFilter{})
			if err != nil {
				return err
			}
			type held struct {
				Person sallyport.PersonID `json:"person"`
				wire.Role
			}
			all := []held{}
			rows := [][]string{{"ROLE", "SYSTEM", "PERSON", "UNTIL"}}
			for _, p := range people {
				for _, v := range p.Roles {
					all = append(all, held{p.ID, wire.Role{Role: v.Role, System: v.System, Until: v.Until}})
					rows = append(rows, []string{string(v.Role), string(v.System), string(p.ID), orNever(untilText(v.Until))})
				}
			}
			return r.list(cmd, all, rows)
		})
	}))
	return noun("role", "Assign, withdraw and list roles", "  sallyport role assign ed escort --system shop", r, assign, withdraw, list)
}
