package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newPersonCommand) }

func newPersonCommand() *cobra.Command {
	r := &remote{}
	var name, email, at string
	add := verb("add PERSON", "Make a person known", "sallyport person add eve --name \"Eve Example\"", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.AddPerson(ctx, wire.Person{Person: sallyport.PersonID(args[0]), PersonDetails: sallyport.PersonDetails{Name: name, Email: email}})
		})
	})
	change := verb("change PERSON", "Change what people call a person", "sallyport person change eve --name \"Eve Other\"", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.ChangePerson(ctx, sallyport.PersonID(args[0]), sallyport.PersonDetails{Name: name, Email: email})
		})
	})
	for _, cmd := range []*cobra.Command{add, change} {
		cmd.Flags().StringVar(&name, "name", "", "what people call them; nothing is ever derived from it")
		cmd.Flags().StringVar(&email, "email", "", "how to reach them")
		required(cmd, "name")
	}
	var f gateway.PeopleFilter
	var role, system string
	var tests []string
	list := r.jsonFlag(verb("list", "List people with their roles and facts", "sallyport person list --role escort --system shop --fact citizenship=FR --json\n  sallyport person list --fact employer=self-asserted", func(cmd *cobra.Command, _ []string) error {
		f.Role, f.System = sallyport.Role(role), sallyport.SystemID(system)
		for _, t := range tests {
			name, value, ok := strings.Cut(t, "=")
			if !ok {
				return usage("--fact %q is not KIND=VALUE", t)
			}
			f.Facts = append(f.Facts, gateway.FactTest{Name: name, Value: value})
		}
		if at != "" {
			var err error
			if f.At, err = moment(at, time.Now()); err != nil {
				return err
			}
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			people, err := c.People(ctx, f)
			if err != nil {
				return err
			}
			rows := [][]string{{"PERSON", "NAME", "ROLES", "FACTS", "KEYS", ""}}
			for _, p := range people {
				state := ""
				if p.Revoked {
					state = "revoked"
				}
				rows = append(rows, []string{string(p.ID), p.Name, roleText(p.Roles), factText(p.Facts), fmt.Sprint(len(p.Keys)), state})
			}
			return r.list(cmd, people, rows)
		})
	}))
	list.Flags().StringVar(&at, "at", "", "as they stood then: a time or a date")
	list.Flags().StringVar(&f.Text, "text", "", "whose id, name or address has this in it")
	list.Flags().StringVar(&role, "role", "", "who hold this role")
	list.Flags().StringVar(&system, "system", "", "who hold a role on this system")
	list.Flags().StringArrayVar(&tests, "fact", nil, "of whom KIND=VALUE stands; VALUE may be unknown, expired or self-asserted")
	list.Flags().IntVar(&f.Limit, "limit", 0, "at most so many; 0: all")
	show := r.jsonFlag(verb("show PERSON", "Show one person with everything recorded", "sallyport person show eve", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			p, err := onePerson(ctx, c, args[0])
			if err != nil {
				return err
			}
			rows := [][]string{{"person", string(p.ID)}, {"name", p.Name}}
			for _, v := range p.Roles {
				rows = append(rows, []string{"role", string(v.Role) + "@" + string(v.System), untilText(v.Until)})
			}
			for _, v := range p.Facts {
				rows = append(rows, []string{"fact", v.Name, factValue(v), v.State, "until " + orNever(untilText(v.Until)), "by " + string(v.Verifier)})
			}
			for _, v := range p.Keys {
				rows = append(rows, []string{"key", string(v.Key), v.Form, strings.Join(v.Use, ",")})
			}
			return r.list(cmd, p, rows)
		})
	}))
	return noun("person", "Add, change and list people", "  sallyport person add eve --name \"Eve Example\"\n  sallyport person list", r, add, change, list, show, newPersonImportCommand(r))
}

func onePerson(ctx context.Context, c *client.Client, id string) (gateway.PersonView, error) {
	people, err := c.People(ctx, gateway.PeopleFilter{Person: sallyport.PersonID(id)})
	if err == nil && len(people) == 0 {
		err = sallyport.Errorf(sallyport.NotFound, "no person %q", id).WithHint("sallyport person list")
	}
	if err != nil {
		return gateway.PersonView{}, err
	}
	return people[0], nil
}

func roleText(roles []gateway.RoleView) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r.Role)+"@"+string(r.System))
	}
	return strings.Join(out, " ")
}

func factText(facts []gateway.FactView) string {
	var out []string
	for _, f := range facts {
		text := f.Name
		if f.State != "known" {
			text += "(" + f.State + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// factOf gives the fact of a view that came over the API.
func factOf(v gateway.FactView) (sallyport.Fact, error) {
	b, err := sallyport.EncodeJSON(v.Value)
	if err != nil {
		return sallyport.Fact{}, err
	}
	var f sallyport.Fact
	err = json.Unmarshal(b, &f)
	return f, err
}

// factValue says a fact's value in words, or "" where it is not disclosed.
func factValue(v gateway.FactView) string {
	if f, err := factOf(v); err == nil && f.Value != nil {
		return f.Value.String()
	}
	return ""
}

func orNever(s string) string {
	if s == "" {
		return "never"
	}
	return s
}
