package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sallyport"
	"sallyport/codeaudit"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/worklist"
)

func init() { registerCodeaudit(newCodeauditReviewCommand) }

func newCodeauditReviewCommand() *cobra.Command {
	var reviewer, csvOut, csvIn, item string
	var members []string
	var noColour, blind bool
	cmd := &cobra.Command{
		Use:   "review [-C DIR] --reviewer 'NAME <MAIL>' [--csv OUT | --import IN | --item ID]",
		Short: "Go through the list and decide, at the terminal or in a spreadsheet",
		Long: `Shows what is left for you, first first: the change with what fired in [[brackets]], why it stands where it stands, what became
of its lines, and what others said. One key decides.

  b benign   n needs fix   s suspicious   a already removed   l no longer matters   c cannot tell
  j next     k back        f full text    q quit

"Needs fix", "suspicious" and "cannot tell" ask for a reason. Above a score of 45 two people decide. You are not shown, and cannot
decide about, commits that name you; if the set knows you under a label, give it with --member, and everything of that
member is left out. Every decision is on disk before the next item is shown.

--csv writes the list for a spreadsheet ("-" is standard output); fill in the columns disposition and note and bring it back
with --import. An import is all or nothing.

--blind leaves out who made the commit, which commit it is, what is said of that identity, and what others decided: read the change
for what it does first. The record says that a decision was made blind.

Some items may be canaries: planted faults that measure how much reviewers find.

Example:
  sallyport codeaudit review -C audit --reviewer 'Ana Writer <ana@example.org>'
  sallyport codeaudit review -C audit --csv week1.csv
  sallyport codeaudit review -C audit --reviewer ana@example.org --import week1.csv

EXIT STATUS
  0   done, or left with q
  1   something failed, or a decision was refused
  64  the command line could not be understood`,
		Args: noArgs,
		RunE: inAudit(func(_ context.Context, cmd *cobra.Command, w *codeaudit.Workspace, _ []string) error {
			desk, err := openDesk(w)
			if err != nil {
				return err
			}
			if csvOut != "" {
				return desk.writeCSV(cmd.OutOrStdout(), csvOut)
			}
			if reviewer == "" {
				reviewer = os.Getenv("SALLYPORT_REVIEWER")
			}
			who, err := review.ParseReviewer(reviewer)
			if err != nil {
				return &exitError{Code: exitUsage, Err: err}
			}
			if csvIn != "" {
				return desk.readCSV(cmd.ErrOrStderr(), cmd.InOrStdin(), csvIn, who, members)
			}
			return desk.sit(cmd, w, who, members, item, review.Style{Lines: 60, Blind: blind, Colour: !noColour && os.Getenv("NO_COLOR") == ""})
		}),
	}
	cmd.Flags().StringVar(&reviewer, "reviewer", "", "who decides, as 'Name <mail>' (or SALLYPORT_REVIEWER)")
	cmd.Flags().StringSliceVar(&members, "member", nil, "label in the set under which the reviewer is known")
	cmd.Flags().StringVar(&csvOut, "csv", "", "write the list to this file")
	cmd.Flags().StringVar(&csvIn, "import", "", "decide as this file says")
	cmd.Flags().StringVar(&item, "item", "", "show this item alone")
	cmd.Flags().BoolVar(&noColour, "no-colour", false, "no colour (also NO_COLOR)")
	cmd.Flags().BoolVar(&blind, "blind", false, "show neither who made a commit nor what others decided")
	cmd.MarkFlagsMutuallyExclusive("csv", "import", "item")
	return cmd
}

// desk is what a reviewer sits at: the list with canaries in it, and the record.
type desk struct {
	items   []rank.Item // as reviewers see them
	real    []rank.Item // without canaries
	planted []review.Planted
	summary worklist.Summary
	record  *review.Record
}

func openDesk(w *codeaudit.Workspace) (*desk, error) {
	dir := worklist.Dir(w)
	real, summary, err := worklist.Load(dir)
	if err != nil {
		return nil, err
	}
	planted, err := worklist.Canaries(dir)
	if err != nil {
		return nil, err
	}
	record, err := review.OpenRecord(w.Path("review", worklist.DecisionsName))
	if err != nil {
		return nil, err
	}
	return &desk{items: review.Mix(real, planted), real: real, planted: planted, summary: summary, record: record}, nil
}

func (d *desk) writeCSV(stdout io.Writer, name string) error {
	states := review.States(d.items, d.record.Decisions(), review.TwoReviewers)
	if name == "-" {
		return review.WriteCSV(stdout, d.items, states)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := review.WriteCSV(f, d.items, states); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func (d *desk) readCSV(talk io.Writer, stdin io.Reader, name, reviewer string, members []string) error {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	rows, err := review.ReadCSV(in)
	if err != nil {
		return err
	}
	n, err := d.record.Import(rows, d.items, reviewer, members)
	fmt.Fprintf(talk, "%d decisions written, %d rows had one\n", n, len(rows))
	return err
}

// sit runs a session. At a terminal keys act at once; from a pipe each byte is a key, and notes end with a newline.
func (d *desk) sit(cmd *cobra.Command, w *codeaudit.Workspace, reviewer string, members []string, item string, style review.Style) error {
	items := d.items
	if item != "" {
		items = nil
		for i := range d.items {
			if d.items[i].ID == item {
				items = d.items[i : i+1]
			}
		}
		if items == nil {
			return sallyport.Errorf(sallyport.NotFound, "no item %q", item)
		}
	}
	s := &review.Session{Items: items, Record: d.record, Reviewer: reviewer, Members: members, Two: review.TwoReviewers, Style: style, Today: today(cmd.Context(), w), Keys: bufio.NewReader(cmd.InOrStdin()), Out: cmd.OutOrStdout(), Now: time.Now, Clear: strings.Repeat("-", 72) + "\n"}
	_, outIsTerminal := isTerminalFile(cmd.OutOrStdout())
	s.Style.Colour = outIsTerminal && style.Colour
	if in, ok := isTerminalFile(cmd.InOrStdin()); ok && outIsTerminal {
		old, err := term.MakeRaw(int(in.Fd()))
		if err != nil {
			return err
		}
		defer term.Restore(int(in.Fd()), old)
		s.Out = crlf{cmd.OutOrStdout()}
		s.Clear = "\x1b[2J\x1b[H"
		s.Line = func(prompt string) (string, error) {
			screen := term.NewTerminal(struct {
				io.Reader
				io.Writer
			}{s.Keys, cmd.OutOrStdout()}, strings.TrimPrefix(prompt, "\n"))
			fmt.Fprint(s.Out, "\n")
			line, err := screen.ReadLine()
			if err == io.EOF { // control-D: no note
				return "", nil
			}
			return strings.TrimSpace(line), err
		}
	}
	made, err := s.Run()
	fmt.Fprintf(s.Out, "%d decided\n", made)
	return err
}

// crlf writes for a terminal in raw mode.
type crlf struct{ w io.Writer }

func (c crlf) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.w, strings.ReplaceAll(string(p), "\n", "\r\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}

// today reads what stands around a place now, three lines before and after.
func today(ctx context.Context, w *codeaudit.Workspace) review.Today {
	if ctx == nil {
		ctx = context.Background()
	}
	return func(it *rank.Item, p change.Place) []string {
		lines := workspaceLines(ctx, w, it.Repo, p)
		if lines == nil || p.Line < 1 {
			return nil
		}
		from, to := max(0, p.Line-4), min(len(lines), p.Line+3)
		var out []string
		for i := from; i < to; i++ {
			out = append(out, fmt.Sprintf("%d %s", i+1, lines[i]))
		}
		return out
	}
}
