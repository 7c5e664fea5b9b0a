package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/policy"
)

func newPolicyMatchCommand() *cobra.Command {
	var profile, engineer string
	var asJSON bool
	var f worldFlags
	cmd := &cobra.Command{
		Use:   "match --roster FILE --system ID [--technology NAME...]",
		Short: "Say who may escort work that touches these technologies, and why the others may not",
		Long: `Say who may escort work that touches these technologies, and why the others may
not. Everyone in the roster who holds the escort role on the system is looked at.

Example:
  sallyport policy match --profile fedramp --roster people.csv --system shop \
      --technology nginx --technology postgresql

EXIT STATUS
  0   somebody may
  1   the question could not be asked
  2   nobody may
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(f.system) != 1 {
				return &exitError{Code: exitUsage, Err: fmt.Errorf("match needs one --system")}
			}
			set, err := openSet(profile)
			if err != nil {
				return err
			}
			w, err := f.world()
			if err != nil {
				return err
			}
			system := sallyport.SystemID(f.system[0])
			var candidates []policy.Subject
			for _, id := range slices.Sorted(maps.Keys(w.People)) {
				if s := w.Subject(id, system); slices.Contains(s.Roles, sallyport.RoleEscort) {
					candidates = append(candidates, s)
				}
			}
			req := w.Suppose(sallyport.AskEscort, "nobody", system)
			if engineer != "" {
				req.Session.Engineer = w.Subject(sallyport.PersonID(engineer), system)
			}
			found := set.Match(*req, candidates)
			if asJSON {
				if err := printJSON(cmd.OutOrStdout(), found); err != nil {
					return err
				}
			} else {
				for _, c := range found {
					if c.Offered {
						fmt.Fprintf(cmd.OutOrStdout(), "%s: may escort\n", c.Person)
					} else {
						fmt.Fprintf(cmd.OutOrStdout(), "%s: may not escort. %s\n", c.Person, strings.Join(c.WhyNot, " "))
					}
				}
				fmt.Fprintln(cmd.ErrOrStderr(), policy.Matched(found, f.technology))
			}
			if !slices.ContainsFunc(found, func(c policy.Candidate) bool { return c.Offered }) {
				return &exitError{Code: 2}
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&engineer, "engineer", "", "the engineer's `id`: nobody escorts themselves")
	cmd.Flags().StringVar(&profile, "profile", "open", "`profile`: name, folder or archive")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
