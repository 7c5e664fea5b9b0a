package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/signature"
	"sallyport/web/client"
	"sallyport/web/wire"
)

func init() { register(newDecideCommand) }

const decideLong = `Read a proposed action on your own machine, decide, and sign your answer.

The text, the files that it runs and the assessment are fetched, shown whole in
this terminal with invisible characters written out, and their digests computed
here. This program judges the text itself, too, and says where its judgement is
another than the server's; where it is graver, --answer approve signs nothing.
The signature is made by a key of your SSH agent (SSH_AUTH_SOCK; hardware keys
too). So nobody who runs the server can answer in your name, or have you sign
another text than you were shown. Only an approval needs a key, where the
profile asks for signatures: to refuse, to ask and to escalate works without an
agent, and is then not signed.

Without ACTION, the actions that wait for you are listed. Without --answer the
answer is asked for. While it waits for an action that you approved as its
escort, this program stands for your presence; end it to leave.

Example:
  sallyport decide
  sallyport decide A-4QK2 --claim
  sallyport decide A-4QK2 --answer refuse --words "restart it in the night"
` + remoteHelp

// decider is one run of the command.
type decider struct {
	c      *client.Client
	in     *bufio.Reader
	out    io.Writer
	me     wire.Me
	key    string
	answer string
	words  string
	claim  bool
	leave  bool
}

func newDecideCommand() *cobra.Command {
	r := &remote{}
	d := &decider{}
	cmd := &cobra.Command{Use: "decide [ACTION]", Short: "Read an action here, decide, and sign with your own key", Long: decideLong,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("want: decide [ACTION]")
			}
			if d.answer != "" && !slices.Contains([]string{sallyport.Approve, sallyport.Refuse, sallyport.Question, sallyport.Escalate}, d.answer) {
				return usage("answer %q is not approve, refuse, ask or escalate", d.answer)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				if len(args) == 0 {
					return waitingActions(ctx, c, cmd.OutOrStdout())
				}
				d.c, d.in, d.out = c, bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 2*sallyport.MaxWords)), cmd.OutOrStdout()
				return d.run(ctx, sallyport.ActionID(args[0]))
			})
		}}
	r.add(cmd)
	f := cmd.Flags()
	f.StringVar(&d.answer, "answer", "", "approve, refuse, ask or escalate; asked for where it is missing")
	f.StringVar(&d.words, "words", "", "what it does in your own words, your reason, or your question")
	f.StringVar(&d.key, "key", "", "fingerprint of the key to sign with, SHA256:...; none is the only one that fits")
	f.BoolVar(&d.claim, "claim", false, "claim the session first, as its escort")
	f.BoolVar(&d.leave, "leave", false, "do not wait for what you approved")
	return cmd
}

func waitingActions(ctx context.Context, c *client.Client, out io.Writer) error {
	q, err := c.Queue(ctx)
	if err != nil {
		return err
	}
	rows := [][]string{{"ACTION", "TARGET", "STATE", "VERDICT", "TEXT"}}
	for _, a := range q.Actions {
		rows = append(rows, []string{string(a.ID), string(a.Target), a.State, a.Verdict, squash(a.Text)})
	}
	return printTable(out, rows)
}

func (d *decider) run(ctx context.Context, id sallyport.ActionID) error {
	var err error
	if d.me, err = d.c.Me(ctx); err != nil {
		return err
	}
	key, missing := openKey(ctx, d.me, d.key)
	if missing == nil {
		defer key.close()
	}
	return d.decide(ctx, key, missing, id)
}

// mustSign tells whether an answer without a signature is out of the question: an approval where the profile asks for one, or where it is not clear
// which of several keys is meant, and whatever is to be signed with a key that was named. To refuse, to ask and to escalate nobody needs a key:
// a missing agent must not keep anybody from saying no.
func (d *decider) mustSign(page gateway.ActionPage, missing error) bool {
	return d.key != "" || d.answer == sallyport.Approve && (page.SignAsked || sallyport.CodeOf(missing) == sallyport.Invalid)
}

// decide has an action shown, asked about, signed with key and answered. Without a key, missing says why there is none, and what may be
// answered unsigned is.
func (d *decider) decide(ctx context.Context, key *ownKey, missing error, id sallyport.ActionID) error {
	page, err := d.c.Action(ctx, id)
	if err == nil && d.claim && (page.SessionView.Escort == nil || page.SessionView.Escort.ID != d.me.Person) {
		if err = d.c.SessionDo(ctx, page.Session, "claim", ""); err == nil {
			page, err = d.c.Action(ctx, id)
		}
	}
	if err != nil {
		return err
	}
	if escort := page.SessionView.Escort; escort != nil && escort.ID == d.me.Person {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		if err := d.c.Presence(ctx, page.Session, false); err != nil {
			return err
		}
		go d.present(ctx, page.Session)
		if page, err = d.c.Action(ctx, id); err != nil {
			return err
		}
	}
	if page.Seat == "" {
		return sallyport.Errorf(sallyport.Forbidden, "you may not decide action %q: %s", id, strings.Join(page.CannotWhy, "; ")).WithHint("an escort who has not claimed the session can add --claim")
	}
	if missing != nil && d.mustSign(page, missing) {
		return missing
	}
	m, err := d.c.Material(ctx, id)
	if err != nil {
		return err
	}
	held, err := hold(id, m, page.Shown)
	if err != nil {
		return err
	}
	held.judge(ctx, page)
	held.print(d.out)
	if err := held.answered(d.answer); err != nil {
		return err
	}
	if err := d.ask(page); err != nil {
		return err
	}
	shown := page.Shown
	shown.Page = "decide:" + d.me.Version
	answer := wire.Decision{Seat: page.Seat, Answer: d.answer, Words: d.words, Shown: shown}
	if missing != nil {
		if d.mustSign(page, missing) { // the answer was asked for only now
			return missing
		}
		if err := d.c.Decide(ctx, id, answer); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "\nNot signed (%v): %s.\n", missing, d.answer)
		return d.stay(ctx, page, id)
	}
	ch, err := d.c.DecisionChallenge(ctx, id, answer)
	if err != nil {
		return err
	}
	if err := held.checkDecision(ch, d.me, answer); err != nil {
		return err
	}
	if d.answer == sallyport.Approve {
		fmt.Fprintf(d.out, "\nYour approval holds until %s, for this action alone, once.\n", ch.Body.Expires.Format(time.RFC3339))
	}
	if answer.Signed, err = key.sign(signature.Decision(ch.By, ch.Session, &ch.Body)); err != nil {
		return err
	}
	if err := d.c.Decide(ctx, id, answer); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\nSigned with %s: %s.\n", key.id, d.answer)
	return d.stay(ctx, page, id)
}

// stay waits for what was approved as the escort, unless told to leave.
func (d *decider) stay(ctx context.Context, page gateway.ActionPage, id sallyport.ActionID) error {
	if d.answer == sallyport.Approve && page.Seat == sallyport.SeatEscort && !d.leave {
		return d.wait(ctx, id)
	}
	return nil
}

// ask asks for what the command line did not say.
func (d *decider) ask(page gateway.ActionPage) error {
	read := func(prompt string) (string, error) {
		fmt.Fprintf(d.out, "\n%s: ", prompt)
		s, err := d.in.ReadString('\n')
		if err != nil && !(errors.Is(err, io.EOF) && s != "") {
			return "", usage("no answer was given, so nothing was decided")
		}
		return strings.TrimSpace(s), nil
	}
	var err error
	asked := d.answer == ""
	for asked && !slices.Contains([]string{sallyport.Approve, sallyport.Refuse, sallyport.Question, sallyport.Escalate}, d.answer) {
		if d.answer, err = read("approve, refuse, ask or escalate"); err != nil {
			return err
		}
	}
	if d.words == "" && (asked || page.WordsAsked && d.answer == sallyport.Approve) {
		prompt := "Your words"
		if d.answer == sallyport.Approve && page.WordsAsked {
			prompt = "What does it do, in your own words"
		}
		d.words, err = read(prompt)
	}
	return err
}

// checkDecision refuses a challenge over anything but what was shown here and answered here.
func (h *heldMaterial) checkDecision(ch gateway.DecisionChallenge, me wire.Me, d wire.Decision) error {
	b := ch.Body
	var words *sallyport.BlobRef
	if strings.TrimSpace(d.Words) != "" {
		ref := sallyport.RefOf(ch.Salt, []byte(d.Words))
		words = &ref
	}
	same := ch.By == me.Person && ch.Session == h.spec.Session && b.Action == h.spec.Action && b.Seat == d.Seat && b.Answer == d.Answer &&
		b.Shown.Spec == h.specRef && b.Shown.Pins == h.pinsRef && b.Shown.Assessment == h.assessmentRef && b.Shown.Opened.Equal(d.Shown.Opened) && (b.Words == nil) == (words == nil) && (words == nil || *b.Words == *words)
	if d.Answer == sallyport.Approve {
		binding := sallyport.Binding{Action: h.spec.Action, Session: h.spec.Session, Spec: h.specRef, Pins: h.pinsRef, Assessment: h.assessmentRef, Policy: b.Policy, Expires: b.Expires}
		same = same && b.Binding == binding.Digest()
	} else {
		same = same && b.Binding == "" && b.Expires.IsZero()
	}
	if !same {
		return sallyport.Errorf(sallyport.Conflict, "nothing was signed: the server wants a signature over something else than you were shown and answered").WithHint("tell somebody who does not run the server")
	}
	return nil
}

// present is the escort's presence as long as ctx lives. The server takes more than 2 s of silence for absence.
func (d *decider) present(ctx context.Context, s sallyport.SessionID) {
	t := time.NewTicker(700 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			_ = d.c.Presence(ctx, s, false) // if it does not arrive, the server acts as it must
		}
	}
}

// wait stays until an approved action is over.
func (d *decider) wait(ctx context.Context, id sallyport.ActionID) error {
	for told := ""; ; {
		page, err := d.c.Action(ctx, id)
		if err != nil {
			return err
		}
		now := page.State + " " + page.Why
		if len(page.Need) > 0 {
			now += ", waits for " + strings.Join(page.Need, ", ")
		}
		if now != told {
			fmt.Fprintln(d.out, strings.TrimRight(inert(now), " "))
		}
		told = now
		switch page.State {
		case "approved", "escalated", "running":
		default:
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(300 * time.Millisecond):
		}
	}
}
