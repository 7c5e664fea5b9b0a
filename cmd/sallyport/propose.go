package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/codeaudit/signal"
	"sallyport/gateway"
	"sallyport/signature"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newProposeCommand) }

const proposeLong = `Propose a command or a script on a ticket, signed by a key of your own SSH agent.

The proposal is the words after TICKET, or what arrives on standard input, or
the text of a runbook. The server answers with exactly what it would write down:
text, target, its address and host key, login, interpreter. This program checks
that it is what you proposed, computes the digest itself, has your SSH agent
(SSH_AUTH_SOCK; hardware keys too) sign it, and sends it. Prints the name of the
action; with --follow, its output instead, and exits with its status.

Options stand before TICKET: what follows it belongs to the command.

Example:
  sallyport propose T-1 systemctl restart nginx
  sallyport propose --target web-01 --follow T-1 < fix.sh
  sallyport propose --env DB=orders --stdin rows.csv T-1 ./load.sh
  sallyport propose --runbook rotate-logs T-1

The server is named by --server, --token-file and --roots, or by the environment
variables SALLYPORT_SERVER, SALLYPORT_TOKEN_FILE and SALLYPORT_ROOTS that
"sallyport init" prints.

EXIT STATUS
  0   proposed; with --follow: the action's own status, or one of 240 to 247
      (sallyport help follow)
  1   the server refused, or does not answer
  64  the command line could not be understood`

func newProposeCommand() *cobra.Command {
	r := &remote{}
	var p wire.Proposal
	var target, key, runbook, stdin string
	var env []string
	var stay bool
	cmd := &cobra.Command{Use: "propose TICKET [COMMAND...]", Short: "Propose work on a ticket, signed by your own key", Long: proposeLong,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("want: propose TICKET [COMMAND...]")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			p.Target, p.Runbook = sallyport.TargetID(target), sallyport.RunbookID(runbook)
			p.Text = []byte(strings.Join(args[1:], " "))
			if p.Env, err = variables(env); err != nil {
				return err
			}
			if stdin != "" {
				if p.Stdin, err = readAtMost(stdin, sallyport.MaxText); err != nil {
					return err
				}
			}
			if runbook != "" && (len(p.Text) > 0 || len(p.Env) > 0 || len(p.Stdin) > 0) {
				return usage("a runbook is proposed as it was signed: without a command, --env or --stdin")
			}
			if len(args) == 1 && runbook == "" {
				if p.Text, err = io.ReadAll(io.LimitReader(cmd.InOrStdin(), sallyport.MaxText+1)); err != nil {
					return sallyport.Errorf(sallyport.Invalid, "standard input: %w", err)
				}
			}
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				id, err := propose(ctx, c, cmd.ErrOrStderr(), sallyport.TicketID(args[0]), p, key)
				if err == nil && stay {
					return follow(ctx, c, id, cmd.OutOrStdout(), cmd.ErrOrStderr())
				}
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), signal.Visible([]byte(id)))
				}
				return err
			})
		}}
	r.add(cmd)
	f := cmd.Flags()
	f.SetInterspersed(false) // what follows TICKET belongs to the command
	f.StringVar(&target, "target", "", "target, where the ticket has more than one")
	f.StringVar(&p.Login, "login", "", "login on the target, where it has more than one")
	f.StringVar(&p.Dir, "dir", "", "working directory; none is the login's home")
	f.StringArrayVar(&env, "env", nil, "variable of the action, NAME=VALUE; may be repeated")
	f.StringVar(&stdin, "stdin", "", "file that the action reads as its standard input")
	f.StringVar(&runbook, "runbook", "", "propose this runbook, to the letter")
	f.BoolVar(&stay, "follow", false, "stay, pass on what is released of its output, and exit with its status")
	f.StringVar(&key, "key", "", "fingerprint of the key to sign with, SHA256:...; none is the only one that fits")
	return cmd
}

// variables reads NAME=VALUE. Which names are good the server says.
func variables(list []string) (out []sallyport.EnvVar, err error) {
	for _, v := range list {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return nil, usage("variable %q is not NAME=VALUE", v)
		}
		out = append(out, sallyport.EnvVar{Name: name, Value: value})
	}
	return out, nil
}

// propose signs and sends p, and gives the name of the action.
func propose(ctx context.Context, c *client.Client, talk io.Writer, ticket sallyport.TicketID, p wire.Proposal, want string) (sallyport.ActionID, error) {
	me, err := c.Me(ctx)
	if err != nil {
		return "", err
	}
	key, err := openKey(ctx, me, want)
	if err != nil {
		return "", err
	}
	defer key.close()
	session, err := c.OpenSession(ctx, ticket)
	if err != nil {
		return "", err
	}
	ch, err := c.ProposalChallenge(ctx, session.ID, p)
	if err != nil {
		return "", err
	}
	spec, err := checkProposal(ch, me.Person, session.ID, p)
	if err != nil {
		return "", err
	}
	if p.Runbook != "" {
		printText(talk, fmt.Sprintf("Runbook %s", p.Runbook), spec.Text)
	}
	fmt.Fprintf(talk, "You sign: %d bytes for %s on target %s at %s (host key %s), run by %s.\n", len(spec.Text), inert(spec.Login), inert(string(spec.Target)), inert(spec.Address), inert(spec.HostKey), inert(spec.Interpreter))
	signed, err := key.sign(signature.Proposal(ch.By, ch.Session, &ch.Body))
	if err != nil {
		return "", err
	}
	a, err := c.Propose(ctx, session.ID, wire.Proposal{Draft: ch.Body.Action, Signature: signed})
	if err != nil {
		return "", err
	}
	fmt.Fprintf(talk, "Signed with %s.\n", key.id)
	return a.ID, nil
}

// checkProposal refuses a challenge that is not p, to the byte: the server says what is to be signed, and is not believed. Of a runbook the text is the
// server's to say, since its engineer need not have it; that it equals the signed runbook is the rules' to check.
func checkProposal(ch gateway.ProposalChallenge, me sallyport.PersonID, session sallyport.SessionID, p wire.Proposal) (sallyport.Spec, error) {
	var spec sallyport.Spec
	differs := func(what string) (sallyport.Spec, error) {
		return spec, sallyport.Errorf(sallyport.Conflict, "nothing was signed: the server wants a signature over another %s than you proposed", what).WithHint("tell somebody who does not run the server")
	}
	if ch.Spec.Ref() != ch.Body.Spec {
		return differs("digest")
	}
	if err := sallyport.DecodeJSON(ch.Spec.Content, &spec); err != nil {
		return spec, err
	}
	if p.Runbook != "" && len(p.Text) == 0 {
		p.Text, p.Dir = spec.Text, spec.Dir
	}
	switch {
	case ch.By != me || ch.Session != session || spec.Session != session || spec.Action != ch.Body.Action:
		return differs("person, session or action")
	case !bytes.Equal(spec.Text, p.Text) || !bytes.Equal(spec.Stdin, p.Stdin) || !slices.Equal(spec.Env, p.Env) || spec.Dir != p.Dir:
		return differs("text")
	case spec.Target != ch.Body.Target || p.Target != "" && spec.Target != p.Target || p.Login != "" && spec.Login != p.Login || p.Interpreter != "" && spec.Interpreter != p.Interpreter:
		return differs("target, login or interpreter")
	case ch.Body.Runbook != p.Runbook:
		return differs("runbook")
	}
	return spec, nil
}
