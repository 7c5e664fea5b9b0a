package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newSystemCommand) }

func newSystemCommand() *cobra.Command {
	r := &remote{}
	var s sallyport.SystemSet
	var release, id string
	flags := func(cmd *cobra.Command) *cobra.Command {
		f := cmd.Flags()
		f.StringVar(&s.Name, "name", "", "what people call it")
		f.StringVar(&s.Profile, "profile", "open", "the policies in force")
		f.StringVar(&s.Impact, "impact", "", "impact level")
		f.StringSliceVar(&s.Technologies, "technology", nil, "technology inside it; may be repeated")
		f.StringVar(&release, "release", "immediate", "output goes to the engineer: immediate, redacted or held")
		f.StringSliceVar(&s.Markings, "marking", nil, "word that is struck from output; may be repeated")
		f.Int64Var(&s.OutputLimit, "output-limit", 0, "bytes recorded of one action; 0 is 64 MiB")
		f.IntVar(&s.EscortCap, "escort-cap", 0, "sessions of one escort at a time; 0 is no cap")
		f.BoolVar(&s.Retired, "retired", false, "it is out of use")
		return cmd
	}
	add := flags(verb("add SYSTEM", "Add a system: a boundary with one profile", "sallyport system add shop --name \"Web shop\" --profile open", func(cmd *cobra.Command, args []string) error {
		s.System, s.Release = sallyport.SystemID(args[0]), sallyport.ReleaseRule(release)
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Systems(ctx)
			if err != nil {
				return err
			}
			for _, old := range all {
				if old.System == s.System {
					return sallyport.Errorf(sallyport.Conflict, "system %q is there already", args[0]).WithHint("sallyport system change %s", args[0])
				}
			}
			return c.SetSystem(ctx, s)
		})
	}))
	required(add, "name")
	change := flags(verb("change SYSTEM", "Change what the given flags name, and nothing else", "sallyport system change shop --release held", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Systems(ctx)
			if err != nil {
				return err
			}
			for _, old := range all {
				if string(old.System) == args[0] {
					return c.SetSystem(ctx, mergeSystem(cmd, old, s, release))
				}
			}
			return sallyport.Errorf(sallyport.NotFound, "no system %q", args[0]).WithHint("sallyport system list")
		})
	}))
	list := r.jsonFlag(verb("list", "List systems with their profiles", "sallyport system list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Systems(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"SYSTEM", "NAME", "PROFILE", "IMPACT", "OUTPUT", "TECHNOLOGIES", ""}}
			for _, v := range all {
				rows = append(rows, []string{string(v.System), v.Name, v.Profile, v.Impact, string(v.Release), strings.Join(v.Technologies, ","), retired(v.Retired)})
			}
			return r.list(cmd, all, rows)
		})
	}))
	var d wire.Disclosure
	disclose := verb("disclose SYSTEM", "Set the versioned list of who takes part in its maintenance", "sallyport system disclose shop --version 2026-1 --country FR --employer \"Example Corp\"", func(cmd *cobra.Command, args []string) error {
		id = args[0]
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.SetDisclosure(ctx, sallyport.SystemID(id), d)
		})
	})
	disclose.Flags().StringVar(&d.Version, "version", "", "version of the list")
	disclose.Flags().StringSliceVar(&d.Countries, "country", nil, "country, ISO 3166-1 alpha-2, or * for any; may be repeated")
	disclose.Flags().StringArrayVar(&d.Employers, "employer", nil, "employer; may be repeated")
	required(disclose, "version")
	return noun("system", "Add, change and list systems", "  sallyport system add shop --name \"Web shop\" --profile open", r, add, change, list, disclose)
}

// mergeSystem is old with what the command line names.
func mergeSystem(cmd *cobra.Command, old, s sallyport.SystemSet, release string) sallyport.SystemSet {
	given := cmd.Flags().Changed
	pick(given("name"), &old.Name, s.Name)
	pick(given("profile"), &old.Profile, s.Profile)
	pick(given("impact"), &old.Impact, s.Impact)
	pick(given("technology"), &old.Technologies, s.Technologies)
	pick(given("release"), &old.Release, sallyport.ReleaseRule(release))
	pick(given("marking"), &old.Markings, s.Markings)
	pick(given("output-limit"), &old.OutputLimit, s.OutputLimit)
	pick(given("escort-cap"), &old.EscortCap, s.EscortCap)
	pick(given("retired"), &old.Retired, s.Retired)
	return old
}

func pick[T any](given bool, to *T, from T) {
	if given {
		*to = from
	}
}

func retired(yes bool) string {
	if yes {
		return "retired"
	}
	return ""
}
