package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"sallyport/gateway"
)

func init() { register(newDemoCommand) }

// demoOptions are the demo's flags.
type demoOptions struct {
	script      bool
	keep        string
	target      string // LOGIN@HOST:PORT of a real host
	hostKey     string // file with its host key
	unsandboxed bool
	fix         string // replaces fix_servers.sh
	profile     string
}

func newDemoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Start everything in a temporary folder: server, sandboxed target, people, a ticket",
		Long: `Starts a whole Sallyport on free loopback ports, with a sandboxed target "web-01" that answers 502, and prints what to paste into a
second terminal and which links to open. Ctrl-C ends it, keeps the evidence, and says how to verify it.

With --script it plays the whole story by itself through the real doors, prints it as a transcript, verifies the evidence, and ends.
With another profile than open the story is about its gates: who is let in and who is not, approval, consent, signatures, release. The
people's facts are made up, from the profile's own table of cases.

Example:
  sallyport demo
  sallyport demo --script --keep ./evidence
  sallyport demo --script --profile dod-il4

EXIT STATUS
  0   ended in good order; with --script every step did what it should and the evidence verifies
  1   a step failed: the last line names it
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return runDemo(ctx, o, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.script, "script", false, "play the story, verify, end")
	f.StringVar(&o.keep, "keep", "", "folder for the state and the evidence; it must not exist yet (default: a temporary one)")
	f.StringVar(&o.fix, "fix-servers", "", "a file that stands on web-01 as fix_servers.sh, instead of the one that comes along")
	f.StringVar(&o.profile, "profile", "open", "policies of the demo's system")
	f.StringVar(&o.target, "target", "", "a real host instead of the sandbox: LOGIN@HOST:PORT")
	f.StringVar(&o.hostKey, "host-key", "", "file with the real host's public host key")
	f.BoolVar(&o.unsandboxed, "unsandboxed", false, "run the target as a plain process of yours, with no sandbox around it")
	return cmd
}

func runDemo(ctx context.Context, o demoOptions, in io.Reader, out io.Writer) error {
	dir, err := demoDir(o)
	if err != nil {
		return err
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer logFile.Close()
	d := &demo{dir: dir, out: out, o: o, logger: slog.New(slog.NewTextHandler(logFile, nil))}
	began := time.Now()
	if err := d.start(ctx); err != nil {
		d.close()
		return err
	}
	if o.script {
		err := d.story()(ctx)
		if cerr := d.close(); err == nil {
			err = cerr
		}
		if err == nil {
			err = d.verify(context.WithoutCancel(ctx))
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\nEverything held, in %s. The state and the evidence are in %s\n", time.Since(began).Round(time.Millisecond), dir)
		d.howToVerify()
		return nil
	}
	d.welcome()
	if err := d.gatesNote(); err != nil {
		return err
	}
	go d.fresh(ctx, in)
	d.narrate(ctx)
	fmt.Fprintln(out, "\nStopping.")
	if err := d.close(); err != nil {
		return err
	}
	fmt.Fprintf(out, "The evidence stays in %s\n", dir)
	d.howToVerify()
	return nil
}

func demoDir(o demoOptions) (string, error) {
	if o.keep == "" {
		return os.MkdirTemp("", "sallyport-demo-")
	}
	dir, err := filepath.Abs(o.keep)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); err == nil {
		return "", fmt.Errorf("folder %q exists: the demo begins with an empty one", dir)
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// howToVerify prints the command for the evidence.
func (d *demo) howToVerify() {
	fmt.Fprintf(d.out, `
Verify it yourself, with the auditor's program and the log's public key:
  go run ./cmd/sallyport-verify --key %s %s
`, d.logKey, filepath.Join(d.dir, "state"))
}

// fresh prints new sign-in links whenever Enter is pressed: each link is good once.
func (d *demo) fresh(ctx context.Context, in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() && ctx.Err() == nil {
		d.links()
	}
}

// narrate says what happens, until ctx ends.
func (d *demo) narrate(ctx context.Context) {
	notices, err := d.node.gateway.Subscribe(ctx, gateway.Caller{Person: demoAuditor, Door: "cli"})
	if err != nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case n, ok := <-notices:
			if !ok {
				return
			}
			d.tell(ctx, n)
		}
	}
}

// tell puts one entry into a line, where it is worth one.
func (d *demo) tell(ctx context.Context, n gateway.Notice) {
	switch n.Kind {
	case "heartbeat", "action.resolved", "recording.chunk", "owner.told":
		return
	}
	page, err := d.node.gateway.Ledger(ctx, gateway.Caller{Person: demoAuditor, Door: "cli"}, gateway.LedgerFilter{From: n.Index, To: n.Index + 1})
	if err != nil || len(page.Lines) != 1 {
		return
	}
	fmt.Fprintf(d.out, "  %s  #%-4d %s\n", page.Lines[0].Entry.Time.Format("15:04:05"), n.Index, inert(page.Lines[0].Says))
	if n.Kind == "action.assessed" {
		if s, err := d.node.gateway.Queue(ctx, gateway.Caller{Person: demoEscort, Door: "cli"}); err == nil {
			for _, a := range s.Actions {
				if a.ID == n.Action {
					fmt.Fprintf(d.out, "           %s: %s\n           it waits for %s, in the escort's console: %s\n", a.Verdict, inert(a.Summary), a.Waiting, d.ownHost(d.node.cfg.Web.Origin, demoEscort))
				}
			}
		}
	}
}
