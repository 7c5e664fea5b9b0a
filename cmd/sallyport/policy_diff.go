package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sallyport/policy"
)

func newPolicyDiffCommand() *cobra.Command {
	var asJSON bool
	var f worldFlags
	cmd := &cobra.Command{
		Use:   "diff OLD NEW --roster FILE",
		Short: "Say for every person and system what a change of policy would change",
		Long: `Say for every person and system what a change of policy would change, before it is
made: which policies and parameters differ, and whose answers.

Every question is asked of everyone who holds a role, on every system that a
role names (or --system), supposing that everyone else has done their part.

Example:
  sallyport policy diff fedramp ./mine --roster people.csv

EXIT STATUS
  0   no answer changes
  1   the question could not be asked
  2   an answer changes
  64  the command line could not be understood`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &exitError{Code: exitUsage, Err: fmt.Errorf("diff needs an old and a new profile")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			old, err := openSet(args[0])
			if err != nil {
				return err
			}
			set, err := openSet(args[1])
			if err != nil {
				return err
			}
			w, err := f.world()
			if err != nil {
				return err
			}
			d := policy.Diff(old, set, w)
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), diffReport(d))
			} else {
				printDiff(cmd, d)
			}
			if err != nil {
				return err
			}
			if len(d.Changes) > 0 {
				return &exitError{Code: 2}
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printDiff(cmd *cobra.Command, d policy.Difference) {
	out := cmd.OutOrStdout()
	for _, group := range []struct {
		mark string
		ids  []string
	}{{"-", d.Removed}, {"+", d.Added}, {"~", d.Reworded}} {
		for _, id := range group.ids {
			fmt.Fprintf(out, "%s policy %s\n", group.mark, id)
		}
	}
	for _, p := range d.Parameters {
		fmt.Fprintf(out, "~ %s\n", p)
	}
	for _, c := range diffReport(d).Changes {
		fmt.Fprintf(out, "%s on %s, %s: %s -> %s (%s)\n", c.Person, c.System, c.Ask, c.Was, c.Is, strings.Join(c.By, ", "))
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d answers change; asked about %d people on %d systems\n", len(d.Changes), d.People, d.Systems)
}

type diffJSON struct {
	Added      []string     `json:"added,omitempty"`
	Removed    []string     `json:"removed,omitempty"`
	Reworded   []string     `json:"reworded,omitempty"`
	Parameters []string     `json:"parameters,omitempty"`
	Changes    []changeJSON `json:"changes"`
}

type changeJSON struct {
	Person string   `json:"person"`
	System string   `json:"system"`
	Ask    string   `json:"ask"`
	Was    string   `json:"was"`
	Is     string   `json:"is"`
	By     []string `json:"by"` // the policies that deny, in the set that does
}

func diffReport(d policy.Difference) diffJSON {
	word := map[bool]string{true: "allowed", false: "denied"}
	out := diffJSON{Added: d.Added, Removed: d.Removed, Reworded: d.Reworded, Parameters: d.Parameters, Changes: []changeJSON{}}
	for _, c := range d.Changes {
		denial := c.Is
		if c.Is.Allowed {
			denial = c.Was
		}
		by := []string{}
		for _, p := range denial.Policies {
			by = append(by, p.ID)
		}
		if len(by) == 0 {
			by = append(by, "nothing permits it")
		}
		out.Changes = append(out.Changes, changeJSON{string(c.Person), string(c.System), string(c.Ask), word[c.Was.Allowed], word[c.Is.Allowed], by})
	}
	return out
}
