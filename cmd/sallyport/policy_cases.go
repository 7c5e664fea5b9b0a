package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"sallyport/policy"
)

func newPolicyTestCommand() *cobra.Command {
	var verbose, asJSON bool
	cmd := &cobra.Command{
		Use:   "test [PROFILE...]",
		Short: "Ask every case of a profile's tables",
		Long: `Ask every case of a profile's tables; without a profile, of all that are shipped.

A case passes when the answer is the expected one and exactly the policies that
it names decided. The cases of the floor and of shared files are asked of the
people that the profile's own table defines.

Example:
  sallyport policy test dod-il4

EXIT STATUS
  0   every case passed
  1   a case failed, or a profile or its table is refused
  64  the command line could not be understood`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = policy.Names()
			}
			failed := false
			var reports []testReport
			for _, name := range args {
				set, err := openSet(name)
				if err != nil {
					return err
				}
				results, err := set.Test()
				if err != nil {
					return err
				}
				r := testReport{Profile: set.Name(), Version: set.Version(), Cases: len(results)}
				for _, res := range results {
					one := caseReport{Name: res.Case.Name, At: fmt.Sprintf("%s:%d", res.Case.File, res.Case.Line), Wrong: res.Wrong}
					if res.Wrong == "" {
						r.Passed++
						if verbose {
							r.All = append(r.All, one)
						}
					} else {
						r.Failed = append(r.Failed, one)
						failed = true
					}
				}
				reports = append(reports, r)
			}
			if asJSON {
				if err := printJSON(cmd.OutOrStdout(), reports); err != nil {
					return err
				}
			} else {
				for _, r := range reports {
					for _, c := range r.All {
						fmt.Fprintf(cmd.OutOrStdout(), "%s: %s: passed: %s\n", r.Profile, c.At, c.Name)
					}
					for _, c := range r.Failed {
						fmt.Fprintf(cmd.OutOrStdout(), "%s: %s: FAILED: %s: %s\n", r.Profile, c.At, c.Name, c.Wrong)
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %d of %d cases passed\n", r.Profile, r.Passed, r.Cases)
				}
			}
			if failed {
				return &exitError{Code: 1}
			}
			return nil
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "name the cases that passed too")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

type testReport struct {
	Profile string       `json:"profile"`
	Version string       `json:"version"`
	Cases   int          `json:"cases"`
	Passed  int          `json:"passed"`
	Failed  []caseReport `json:"failed,omitempty"`
	All     []caseReport `json:"all,omitempty"`
}

type caseReport struct {
	Name  string `json:"name"`
	At    string `json:"at"`
	Wrong string `json:"wrong,omitempty"`
}
