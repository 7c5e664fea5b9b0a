package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/policy"
	"sallyport/policy/roster"
)

func init() { register(newPolicyCommand) }

func newPolicyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Check, test, question and compare policies, without a server",
		Long: `Check, test, question and compare policies, without a server.

A PROFILE is the name of a shipped profile, a folder (with a slash in its name:
./mine), or an archive file that a policy.set entry refers to.

Shipped profiles: ` + strings.Join(policy.Names(), ", ") + `.`,
	}
	cmd.AddCommand(newPolicyLintCommand(), newPolicyTestCommand(), newPolicyExplainCommand(), newPolicyDiffCommand(), newPolicyMatchCommand())
	return cmd
}

// openSet reads a shipped profile, a folder or an archive.
func openSet(name string) (*policy.Set, error) {
	if !strings.ContainsAny(name, `/\`) && name != "." && name != ".." {
		return policy.Open(name)
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "profile: %v", err)
	}
	if info.IsDir() {
		return policy.Load(os.DirFS(name))
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "profile: %v", err)
	}
	return policy.Parse(b)
}

// worldFlags say what a question is asked about, where no server knows.
type worldFlags struct {
	roster     string
	at         string
	system     []string
	impact     string
	technology []string
	disclosed  string
	approval   []string
	accept     []string
	list       []string
}

func (f *worldFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.roster, "roster", "", "people, facts and roles: a CSV or JSON `file` (docs/spec/facts.md)")
	flags.StringVar(&f.at, "at", "", "ask as of this `time` (RFC 3339) instead of now")
	flags.StringArrayVar(&f.system, "system", nil, "the system's `id`")
	flags.StringVar(&f.impact, "impact", "", "the system's impact `level`")
	flags.StringArrayVar(&f.technology, "technology", nil, "a `technology` that the work touches; may be repeated")
	flags.StringVar(&f.disclosed, "disclosed", "", "what the system's plan discloses: `countries/employers`, each separated by commas, * for any")
	flags.StringArrayVar(&f.approval, "approval", nil, "suppose a written process approval for these `countries`, separated by commas")
	flags.StringArrayVar(&f.accept, "accept", nil, "suppose a risk acceptance of this `policy`")
	flags.StringArrayVar(&f.list, "list", nil, "a country list `file` in place of the shipped one of its name; may be repeated")
}

// supposed names what a flag supposes, in entries that are not there.
const supposed = "supposed"

// world reads the files and flags.
func (f *worldFlags) world() (*policy.World, error) {
	now := time.Now().UTC()
	if f.at != "" {
		t, err := time.Parse(time.RFC3339, f.at)
		if err != nil {
			return nil, &exitError{Code: exitUsage, Err: fmt.Errorf("--at %q is not a time such as 2026-11-21T12:00:00Z", f.at)}
		}
		now = t.UTC()
	}
	lists, err := policy.ShippedLists()
	if err != nil {
		return nil, err
	}
	for _, name := range f.list {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, sallyport.Errorf(sallyport.NotFound, "list: %v", err)
		}
		l, err := policy.ParseList(b)
		if err != nil {
			return nil, err
		}
		lists[l.Name] = l
	}
	w := &policy.World{Now: now, Lists: lists, Systems: map[sallyport.SystemID]policy.System{}, Disclosures: map[sallyport.SystemID]*policy.Disclosure{}}
	if f.roster == "" {
		return nil, &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "no roster is named").
			WithHint("say who people are with --roster FILE")}
	}
	r, err := readRoster(f.roster)
	if err != nil {
		return nil, err
	}
	w.People = r.World()
	systems := f.system
	if len(systems) == 0 { // every one that a role names
		for _, p := range r.People {
			for _, role := range p.Roles {
				if role.System != "*" {
					systems = append(systems, string(role.System))
				}
			}
		}
	}
	for _, name := range systems {
		if !sallyport.ValidID(name) {
			return nil, &exitError{Code: exitUsage, Err: fmt.Errorf("system %q is not an id", name)}
		}
		id := sallyport.SystemID(name)
		w.Systems[id] = policy.System{ID: id, Impact: f.impact, Technologies: f.technology}
		if f.disclosed != "" {
			countries, employers, _ := strings.Cut(f.disclosed, "/")
			w.Disclosures[id] = &policy.Disclosure{Version: supposed, Countries: strings.Split(countries, ","), Employers: strings.Split(employers, ",")}
		}
	}
	for id := range w.Systems {
		for _, countries := range f.approval {
			w.Approvals = append(w.Approvals, policy.Approval{ID: supposed, System: id, Countries: strings.Split(countries, ","), From: now, Until: now.AddDate(1, 0, 0)})
		}
		for _, rule := range f.accept {
			w.Acceptances = append(w.Acceptances, policy.Acceptance{ID: supposed, System: id, Rule: rule, By: supposed, From: now, Until: now.AddDate(1, 0, 0)})
		}
	}
	return w, nil
}

// readRoster reads a roster file, JSON by its name or else CSV.
func readRoster(name string) (*roster.Roster, error) {
	b, err := readAtMost(name, roster.MaxBytes)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(name), ".json") {
		return roster.ParseJSON(b)
	}
	return roster.ParseCSV(b)
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
