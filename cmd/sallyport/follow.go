package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sallyport"
	"sallyport/gateway"
	"sallyport/recording"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newFollowCommand) }

const followLong = `Follow an action of yours to its end, from its beginning; also later.

Released output goes to standard output and standard error: as raw bytes, or, to
a terminal, with control sequences made visible and without effect. Everything
else that is said stands on standard error in lines that begin with "sallyport:".

Example:
  sallyport follow A-4QK2

EXIT STATUS
  the status of the action, where it ran
  240  refused by a decider
  241  nobody decided in time
  242  access ended, or policy says no
  243  withdrawn
  244  nothing ran: the target could not be reached or refused
  245  the outcome is unknown
  247  Sallyport cannot be asked now; what was decided stands
  64   the command line could not be understood`

func newFollowCommand() *cobra.Command {
	r := &remote{}
	cmd := &cobra.Command{Use: "follow ACTION", Short: "Follow an action of yours to its end: output and exit status", Long: followLong,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("want: follow ACTION")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				return follow(ctx, c, sallyport.ActionID(args[0]), cmd.OutOrStdout(), cmd.ErrOrStderr())
			})
		}}
	r.add(cmd)
	return cmd
}

// follow passes on what is released of an action, and gives its status as an error.
func follow(ctx context.Context, c *client.Client, id sallyport.ActionID, out, talk io.Writer) error {
	stdout, stderr := calm(out), calm(talk)
	var last wire.Step
	err := c.Follow(ctx, id, func(step wire.Step) error {
		var err error
		switch {
		case step.Done:
			last = step
		case step.Note != "":
			fmt.Fprintf(talk, "sallyport: %s\n", inert(step.Note))
		case step.Stderr:
			_, err = stderr.Write(step.Output)
		default:
			_, err = stdout.Write(step.Output)
		}
		return err
	})
	for _, w := range []io.Writer{stdout, stderr} {
		if w, ok := w.(*recording.Inert); ok {
			_ = w.Close() // what it held back; the terminal may be gone
		}
	}
	if err != nil {
		return &exitError{Code: gateway.ExitUnavailable, Err: err}
	}
	if last.Why != "" {
		fmt.Fprintf(talk, "sallyport: %s: %s\n", inert(last.State), inert(last.Why))
	}
	if last.Exit != 0 {
		return &exitError{Code: last.Exit}
	}
	return nil
}

// calm makes what a target prints harmless where w is a terminal (DESIGN 8.3), and passes it on elsewhere.
func calm(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return recording.NewInert(w)
	}
	return w
}
