package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"sallyport/codeaudit"
	"sallyport/codeaudit/scope"
)

func init() { registerCodeaudit(newCodeauditScope) }

func newCodeauditScope() *cobra.Command {
	var o codeaudit.ScopeOptions
	var summary, asJSON bool
	c := &cobra.Command{
		Use:   "scope [-C DIR]",
		Short: "Decide for every commit whether it counts, and why.",
		Long: `Decide for every commit of every repository whether it is in or out of scope,
and print each decision with its reasons, then a summary and the root of the
Merkle tree over all decisions (scope/scope.jsonl in the audit's folder).

In scope is a commit in which a member of the set is author, committer,
co-author or named in another trailer, signer, or pusher (where a push log was
given), and a merge that holds lines that none of its parents has.

Addresses are also matched through mappings: the aliases that somebody
approved, and each repository's .mailmap. Every mapping that brought commits in
is printed, and so is what is unresolved: identities that occur in no commit,
and addresses outside the set under a name that commits in scope bear. A name
alone never puts a commit in scope.

EXIT STATUS
  0  decided
  1  something is missing or cannot be read; stderr says what`,
		Example: "  sallyport codeaudit scope -C audit --summary",
		Args:    noArgs,
		RunE: inAudit(func(ctx context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			s, err := w.FindScope(ctx, o)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			defer out.Flush()
			if asJSON {
				return json.NewEncoder(out).Encode(s)
			}
			if !summary {
				err := w.Decisions(func(d scope.Decision) error {
					_, err := fmt.Fprintln(out, decisionLine(d))
					return err
				})
				if err != nil {
					return err
				}
			}
			printScope(out, s)
			return nil
		}),
	}
	c.Flags().BoolVar(&summary, "summary", false, "print the summary only")
	c.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON")
	scopeFlags(c, &o)
	return c
}

func decisionLine(d scope.Decision) string {
	word := "out"
	if d.In {
		word = "in "
	}
	var why []string
	for _, r := range d.Why {
		text := r.Kind
		if r.Via != "" {
			text += " " + r.Via
		}
		if r.Detail != "" {
			text += " (" + r.Detail + ")"
		}
		why = append(why, text)
	}
	return inertText(fmt.Sprintf("%s %s %s %s", word, d.Repo, d.Commit, strings.Join(why, ", ")))
}

// printScope writes the summary of a scope.
func printScope(out io.Writer, s *codeaudit.Scope) {
	signed := "UNSIGNED set"
	if s.Signer != "" {
		signed = "set signed by " + s.Signer
	}
	fmt.Fprintf(out, "scope: %d commits in, %d out; %s, %s\n", s.In, s.Out, signed, s.Set)
	var roles []string
	for k := range s.ByRole {
		roles = append(roles, k)
	}
	sort.Slice(roles, func(i, j int) bool {
		if s.ByRole[roles[i]] != s.ByRole[roles[j]] {
			return s.ByRole[roles[i]] > s.ByRole[roles[j]]
		}
		return roles[i] < roles[j]
	})
	for _, k := range roles {
		fmt.Fprintf(out, "  %-10s %d\n", k, s.ByRole[k])
	}
	if s.AuthorOut > 0 {
		fmt.Fprintf(out, "  %d of these have no member as author: an audit by author alone would miss them\n", s.AuthorOut)
	}
	for _, r := range s.Repos {
		if len(s.Repos) > 1 {
			fmt.Fprintf(out, "  %s: %d of %d commits\n", r.Name, r.InScope, r.Commits)
		}
		res := s.Resolution[r.Name]
		for _, m := range res.Mappings {
			state := "NOT APPROVED"
			if m.Approved != "" {
				state = "approved by " + m.Approved
			}
			fmt.Fprintf(out, "mapping: %s stands for %s, by %s, %s: %d commits\n", inertText(m.From), inertText(m.To), m.Source, inertText(state), m.Commits)
		}
		for _, id := range res.Unseen {
			fmt.Fprintf(out, "unseen: %s is in no commit of %s\n", inertText(id.String()), r.Name)
		}
		for i, q := range res.Open {
			if i == 20 {
				fmt.Fprintf(out, "open: ... and %d more\n", len(res.Open)-20)
				break
			}
			fmt.Fprintf(out, "open: %q <%s> bears a name of %s in %d commits of %s; out of scope until an alias says otherwise\n",
				q.Name, inertText(q.Address), inertText(strings.Join(q.Members, ", ")), q.Commits, r.Name)
		}
	}
	fmt.Fprintf(out, "root: %s over %d decisions\n", s.Root, s.Size)
}
