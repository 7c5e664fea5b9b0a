package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/signature"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newRunbookCommand) }

func newRunbookCommand() *cobra.Command {
	r := &remote{}
	var b wire.Runbook
	var system, second, end, key, reason, expect string
	var targets []string
	sign := verb("sign RUNBOOK FILE", "Approve the text of FILE in advance, as its escort, signed by a key of your SSH agent.\nIt is in force once its second person has signed too: runbook second",
		"sallyport runbook sign rotate-logs rotate.sh --system web --target web-01 --second sue --until 2026-12-31 --login deploy", func(cmd *cobra.Command, args []string) error {
			until, err := moment(end, time.Now())
			if err != nil {
				return err
			}
			text, err := readAtMost(args[1], sallyport.MaxText)
			if err != nil {
				return err
			}
			b.Runbook, b.System, b.Second, b.Until, b.Text.Text, b.Targets = sallyport.RunbookID(args[0]), sallyport.SystemID(system), sallyport.PersonID(second), until.UTC(), text, nil
			for _, t := range targets {
				b.Targets = append(b.Targets, sallyport.TargetID(t))
			}
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				return signed(ctx, c, cmd.ErrOrStderr(), key, func(k *ownKey, me sallyport.PersonID) error {
					// Nothing of it is the server's to choose, so nothing has to be asked first.
					s := signature.Runbook(me, &sallyport.RunbookSigned{Runbook: b.Runbook, System: b.System, Targets: b.Targets, Content: b.Text.Content(), Until: b.Until, Escort: me, Second: b.Second})
					if b.Signature, err = k.sign(s); err != nil {
						return err
					}
					return c.SignRunbook(ctx, b)
				})
			})
		})
	f := sign.Flags()
	f.StringVar(&system, "system", "", "the system that it is for (required)")
	f.StringArrayVar(&targets, "target", nil, "target that it may run on; may be repeated (required)")
	f.StringVar(&second, "second", "", "who must agree (required)")
	f.StringVar(&end, "until", "", "when it ends (required)")
	f.StringVar(&b.Text.Login, "login", "", "login on the target (required)")
	f.StringVar(&b.Text.Interpreter, "interpreter", "/bin/sh", "shell that runs it")
	f.StringVar(&b.Text.Dir, "dir", "", "working directory; none is the login's home")
	f.StringVar(&b.Text.Title, "title", "", "what it is, in a few words")
	f.StringVar(&key, "key", "", "fingerprint of the key to sign with, SHA256:...; none is the only one that fits")
	required(sign, "system", "target", "second", "until", "login")
	agree := verb("second RUNBOOK", "Read a runbook whole and agree to it as its second person, signed by a key of your SSH agent",
		"sallyport runbook second rotate-logs", func(cmd *cobra.Command, args []string) error {
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				return signed(ctx, c, cmd.ErrOrStderr(), key, func(k *ownKey, me sallyport.PersonID) error {
					return secondRunbook(ctx, c, k, me, sallyport.RunbookID(args[0]), expect, cmd.InOrStdin(), cmd.OutOrStdout())
				})
			})
		})
	agree.Flags().StringVar(&expect, "content", "", "the content digest that you expect: agree without being asked if it is this one")
	agree.Flags().StringVar(&key, "key", "", "fingerprint of the key to sign with, SHA256:...; none is the only one that fits")
	withdraw := verb("withdraw RUNBOOK", "End a runbook before its time", "sallyport runbook withdraw rotate-logs --reason replaced", func(cmd *cobra.Command, args []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			return c.WithdrawRunbook(ctx, sallyport.RunbookID(args[0]), reason)
		})
	})
	withdraw.Flags().StringVar(&reason, "reason", "", "why, for the record")
	required(withdraw, "reason")
	list := r.jsonFlag(verb("list", "List runbooks", "sallyport runbook list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Runbooks(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"RUNBOOK", "SYSTEM", "TARGETS", "STATE", "ESCORT", "SECOND", "UNTIL"}}
			for _, v := range all {
				rows = append(rows, []string{string(v.Runbook), string(v.System), names(v.Targets), v.State, string(v.Escort.ID), string(v.Second.ID), v.Until.UTC().Format(time.RFC3339)})
			}
			return r.list(cmd, all, rows)
		})
	}))
	return noun("runbook", "Sign, agree to, withdraw and list runbooks: actions approved in advance, to the letter", "  sallyport runbook list", r, sign, agree, withdraw, list)
}

// signed opens the caller's key for f and says which one signed.
func signed(ctx context.Context, c *client.Client, talk io.Writer, want string, f func(k *ownKey, me sallyport.PersonID) error) error {
	me, err := c.Me(ctx)
	if err != nil {
		return err
	}
	key, err := openKey(ctx, me, want)
	if err != nil {
		return err
	}
	defer key.close()
	if err := f(key, me.Person); err != nil {
		return err
	}
	fmt.Fprintf(talk, "Signed with %s.\n", key.id)
	return nil
}

// secondRunbook shows a runbook whole and signs the content that was shown.
func secondRunbook(ctx context.Context, c *client.Client, k *ownKey, me sallyport.PersonID, name sallyport.RunbookID, expect string, in io.Reader, out io.Writer) error {
	all, err := c.Runbooks(ctx)
	if err != nil {
		return err
	}
	var b *gateway.RunbookView
	for i := range all {
		if all[i].Runbook == name {
			b = &all[i]
		}
	}
	if b == nil || b.Second.ID != me {
		return sallyport.Errorf(sallyport.NotFound, "no runbook %q waits for you", name).WithHint("sallyport runbook list")
	}
	content := b.Text.Content()
	fmt.Fprintf(out, "%-13s %s, by %s, until %s\n%-13s %s, as %s, with %s\n%-13s %s\n", "runbook", inert(string(b.Runbook)), inert(string(b.Escort.ID)), b.Until.UTC().Format(time.RFC3339),
		"targets", inert(names(b.Targets)), inert(b.Text.Login), inert(b.Text.Interpreter), "content", content)
	printText(out, "What would run, without a decision", b.Text.Text)
	if expect != "" && expect != string(content) {
		return sallyport.Errorf(sallyport.Conflict, "nothing was signed: the content is %q, you expect %q", content, expect)
	}
	if expect == "" {
		fmt.Fprint(out, "\nagree to exactly this (yes or no): ")
		answer := make([]byte, 8)
		n, err := io.ReadAtLeast(in, answer, 1)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return err
		}
		if strings.TrimSpace(string(answer[:n])) != "yes" {
			return usage("you did not agree, so nothing was signed")
		}
	}
	signed, err := k.sign(signature.Second(me, name, content))
	if err != nil {
		return err
	}
	return c.SecondRunbook(ctx, name, signed)
}

func names[T ~string](list []T) string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return strings.Join(out, ", ")
}
