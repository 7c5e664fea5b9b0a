package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sallyport/policy"
)

func newPolicyLintCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lint [PROFILE...]",
		Short: "Check profiles: schema, annotations, legal bases, tests, lists",
		Long: `Check profiles; without one named, all that are shipped.

A profile is refused when a policy does not fit the schema, reads the value of a
fact without its state, concerns where people come from and names no legal
basis, or lacks an id, a plain sentence, or what would change the answer. A
policy that could be deleted without a case failing is a problem too. Lists
that nobody confirmed and open legal questions are noted.

Example:
  sallyport policy lint ./mine

EXIT STATUS
  0   nothing wrong; notes may be printed
  1   a profile is refused, or has a policy that no case tests
  64  the command line could not be understood`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = policy.Names()
			}
			bad := false
			var reports []lintReport
			for _, name := range args {
				r := lint(name)
				bad = bad || len(r.Problems) > 0
				reports = append(reports, r)
			}
			if asJSON {
				if err := printJSON(cmd.OutOrStdout(), reports); err != nil {
					return err
				}
			} else {
				for _, r := range reports {
					r.print(cmd)
				}
			}
			if bad {
				return &exitError{Code: 1}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

type lintReport struct {
	Profile  string   `json:"profile"`
	Version  string   `json:"version,omitempty"`
	Digest   string   `json:"digest,omitempty"`
	Policies int      `json:"policies"`
	Cases    int      `json:"cases"`
	Problems []string `json:"problems,omitempty"`
	Notes    []string `json:"notes,omitempty"`
}

func lint(name string) lintReport {
	r := lintReport{Profile: name}
	problem := func(err error) lintReport {
		r.Problems = append(r.Problems, err.Error())
		return r
	}
	set, err := openSet(name)
	if err != nil {
		return problem(err)
	}
	r.Profile, r.Version, r.Digest, r.Policies = set.Name(), set.Version(), string(set.Digest()), len(set.Rules())
	cases, err := set.Cases()
	if err != nil {
		return problem(err)
	}
	r.Cases = len(cases)
	untested, err := set.Untested()
	if err != nil {
		return problem(err)
	}
	for _, id := range untested {
		r.Problems = append(r.Problems, fmt.Sprintf("policy %q could be deleted and no case would fail", id))
	}
	if strings.TrimSpace(set.Summary()) == "" {
		r.Problems = append(r.Problems, "summary.md is empty")
	}
	lists, err := policy.ShippedLists()
	if err != nil {
		return problem(err)
	}
	for _, list := range set.Profile().Lists {
		if l := lists[list]; l == nil {
			r.Notes = append(r.Notes, fmt.Sprintf("list %q does not come with this program: what needs it is denied until it is set", list))
		} else if !l.Confirmed {
			r.Notes = append(r.Notes, fmt.Sprintf("list %q of %s is not confirmed: what needs it is denied until a confirmed one is set", list, l.Version))
		}
	}
	for _, rule := range set.Rules() {
		if rule.Question != "" {
			r.Notes = append(r.Notes, fmt.Sprintf("open question at %q: %s", rule.ID, rule.Question))
		}
	}
	return r
}

func (r lintReport) print(cmd *cobra.Command) {
	out := cmd.OutOrStdout()
	if len(r.Problems) == 0 {
		fmt.Fprintf(out, "%s %s: %d policies, %d cases, nothing wrong\n", r.Profile, r.Version, r.Policies, r.Cases)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(out, "%s: %s\n", r.Profile, p)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: note: %s\n", r.Profile, n)
	}
}
