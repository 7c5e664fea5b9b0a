package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/codeaudit"
)

func init() { registerCodeaudit(newCodeauditInit) }

func newCodeauditInit() *cobra.Command {
	var set, aliases, pushLog string
	c := &cobra.Command{
		Use:   "init [-C DIR] --set FILE [NAME=]REPO...",
		Short: "Begin an audit: the set of people, and the repositories.",
		Long: `Begin an audit in a folder, or add to one: the set of people whose
contributions it covers, and repositories by path or URL (https, ssh).

The set is a CSV or JSON file. The smallest has one e-mail address a line; a
useful one says why each person is on it:

  email,person,fact,evidence,from,to
  a.b@example.com,P-17,employed by X,contract 2231,2019-04-01,2023-06-30

Columns: person, identity, kind, email, account, key, session, fact, employer,
reason, evidence, verifier, from, to, note. Any other column is refused: a set
has no place for a guess about where somebody is from. If FILE.sig exists
(ssh-keygen -Y sign -n sallyport-set -f KEY FILE) it must verify; without it
the set is marked unsigned.

EXIT STATUS
  0   done
  1   a file or folder cannot be used; stderr says why
  64  the command line is wrong`,
		Example: "  sallyport codeaudit init -C audit --set people.csv ~/src/server ssh=git@forge.example:ssh.git",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := codeauditDir(cmd)
			w, err := codeaudit.Open(dir)
			if sallyport.CodeOf(err) == sallyport.NotFound {
				if set == "" {
					return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "an audit needs a set of people").WithHint("add --set people.csv")}
				}
				w, err = codeaudit.Init(dir)
			}
			if err != nil {
				return err
			}
			if set != "" {
				s, err := w.UseSet(set)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "set: %s\n", s.Summary())
			}
			if aliases != "" {
				if err := w.UseAliases(aliases); err != nil {
					return err
				}
			}
			if pushLog != "" {
				if err := w.UsePushLog(pushLog); err != nil {
					return err
				}
			}
			for _, arg := range args {
				name, source := "", arg
				if before, after, ok := strings.Cut(arg, "="); ok && !strings.ContainsAny(before, "/:@") {
					if _, err := os.Stat(arg); err != nil {
						name, source = before, after
					}
				}
				r, err := w.Add(name, source)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "repository: %s from %s\n", r.Name, inertText(r.Source))
			}
			return nil
		},
	}
	c.Flags().StringVar(&set, "set", "", "file of the people, CSV or JSON")
	c.Flags().StringVar(&aliases, "aliases", "", "file of approved address mappings: from,to,approved")
	c.Flags().StringVar(&pushLog, "push-log", "", "file of a server's pushes: time,repo,ref,old,new,pusher; or commit,pusher")
	return c
}
