package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/policy"
)

func newPolicyExplainCommand() *cobra.Command {
	var person, mode, ask, profile, topic string
	var asJSON bool
	var f worldFlags
	cmd := &cobra.Command{
		Use:   "explain --roster FILE --person ID --system ID (--mode MODE | --ask ASK)",
		Short: "Say in sentences whether a person may do something, and what would change the answer",
		Long: `Say in sentences whether a person may do something: by which policy, on which
facts, with which lists, and what would change the answer.

The question supposes that everyone else has done their part: the session is
approved and consented to, an escort is there, what is decided is assessed and
harmless and signed. What the roster does not say is not known.

Example:
  sallyport policy explain --profile dod-il4 --roster people.csv \
      --person eve --system shop --mode propose

EXIT STATUS
  0   allowed
  1   the question could not be asked
  2   denied
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			usage := func(format string, args ...any) error {
				return &exitError{Code: exitUsage, Err: fmt.Errorf(format, args...)}
			}
			if person == "" || len(f.system) != 1 {
				return usage("explain needs one --person and one --system")
			}
			if (mode == "") == (ask == "") {
				return usage("explain needs either --mode or --ask")
			}
			question := sallyport.Ask(ask)
			if mode != "" {
				var ok bool
				if question, ok = sallyport.AskOf(sallyport.Mode(mode)); !ok {
					return usage("--mode %q is not advise, view, propose or drive", mode)
				}
			}
			if !policy.Known(question) {
				return usage("--ask %q is not one of %v", ask, policy.Asks())
			}
			if topic != "" && (question != sallyport.AskAdminister || !slices.Contains(policy.Topics, policy.Topic(topic))) {
				return usage("--topic %q goes with --ask administer and is one of %v", topic, policy.Topics)
			}
			set, err := openSet(profile)
			if err != nil {
				return err
			}
			w, err := f.world()
			if err != nil {
				return err
			}
			if _, ok := w.People[sallyport.PersonID(person)]; !ok {
				return sallyport.Errorf(sallyport.NotFound, "person %q is not in the roster", person)
			}
			req := w.Suppose(question, sallyport.PersonID(person), sallyport.SystemID(f.system[0]))
			if topic != "" {
				req.Topic = policy.Topic(topic)
			}
			e := set.Explain(req)
			if asJSON {
				if err := printJSON(cmd.OutOrStdout(), e); err != nil {
					return err
				}
			} else {
				fmt.Fprint(cmd.OutOrStdout(), e.Text())
			}
			if !e.Allowed {
				return &exitError{Code: 2}
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&person, "person", "", "the person's `id`")
	cmd.Flags().StringVar(&mode, "mode", "", "take part as engineer in this `mode`: advise, view, propose, drive")
	cmd.Flags().StringVar(&ask, "ask", "", "another `question`: escort, decide, watch, replay, export, administer, ...")
	cmd.Flags().StringVar(&topic, "topic", "", "what an administer is about: person, fact, role, policy, ...")
	cmd.Flags().StringVar(&profile, "profile", "open", "`profile`: name, folder or archive")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
