package sshd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// run does what an exec or shell request asks and gives the exit status.
func (c *channel) run(ctx context.Context, exec bool, text string) int {
	if c.k.nameErr != nil {
		return c.failed(c.k.nameErr)
	}
	if !exec && c.pty {
		return c.shell(ctx)
	}
	if word, rest, _ := strings.Cut(text, " "); exec && word == ":receipt" {
		return c.receipt(ctx, strings.TrimSpace(rest))
	}
	if exec && strings.HasPrefix(text, ":here ") { // before a session is opened, which it is for
		return c.command(ctx, nil, text)
	}
	d, err := c.k.s.desk(ctx, c.k.caller, c.k.name)
	if exec && strings.HasPrefix(text, ":") {
		if err != nil && !bare(text) {
			return c.failed(err)
		}
		return c.command(ctx, d, text)
	}
	if err != nil {
		c.list(ctx)
		return c.failed(err)
	}
	p := d.proposal()
	switch {
	case exec && readsStdin(text):
		p.Interpreter = "/bin/" + strings.TrimPrefix(strings.TrimSuffix(text, " -s"), "/bin/")
		p.Text, err = c.readText()
	case exec:
		p.Text = []byte(text)
		go c.refuseStdin()
	default:
		p.Text, err = c.readText()
	}
	if err != nil {
		return c.failed(err)
	}
	return c.propose(ctx, p)
}

// readsStdin tells whether a command is nothing but a shell that reads its script from standard input: the script is the proposal then.
func readsStdin(text string) bool {
	return slices.Contains([]string{"sh", "bash", "sh -s", "bash -s", "/bin/sh", "/bin/bash", "/bin/sh -s", "/bin/bash -s"}, strings.TrimSpace(text))
}

// readText reads a script from standard input, whole.
func (c *channel) readText() ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(c.ch, sallyport.MaxText+1))
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Unavailable, "the script did not arrive whole: nothing was proposed")
	}
	if len(b) > sallyport.MaxText {
		go io.Copy(io.Discard, io.LimitReader(c.ch, 64<<20)) // so that the client sees our answer rather than a full window
		return nil, sallyport.Errorf(sallyport.Limited, "the script is larger than %d bytes: nothing was proposed", sallyport.MaxText)
	}
	return b, nil
}

// refuseStdin says that input beside a command goes nowhere, rather than losing it in silence.
func (c *channel) refuseStdin() {
	buf := make([]byte, 4096)
	if n, _ := c.ch.Read(buf); n > 0 {
		c.tell("standard input beside a command is not part of the proposal and was dropped; propose a script instead: ssh ... < script.sh")
		_, _ = io.Copy(io.Discard, c.ch)
	}
}

// propose proposes and follows to the end.
func (c *channel) propose(ctx context.Context, p gateway.Proposal) int {
	a, err := c.k.s.Service.Propose(ctx, c.k.caller, p)
	if err != nil {
		return c.failed(err)
	}
	c.tell("proposed as %s on %s", a.ID, a.Target)
	return c.follow(ctx, a.ID)
}

// follow passes on what happens to an action: released output as it is, everything else as lines of ours on stderr.
func (c *channel) follow(ctx context.Context, a sallyport.ActionID) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case sig := <-c.signals:
				if sig == "INT" || sig == "TERM" {
					_ = c.k.s.Service.Withdraw(ctx, c.k.caller, a)
				}
			}
		}
	}()
	var last gateway.Update
	began := c.k.s.Now()
	waits := &waitTeller{c: c, began: began}
	defer waits.stop()
	out, errs := c.sinks()
	err := c.k.s.Service.Follow(ctx, c.k.caller, a, func(u gateway.Update) error {
		waits.heard(u)
		var err error
		switch {
		case u.Done:
			last = u
		case u.Note != "":
			c.tell("%s", u.Note)
		case u.Stderr:
			_, err = errs.Write(u.Output)
		default:
			_, err = out.Write(u.Output)
		}
		return err
	})
	closeSinks(out, errs)
	switch {
	case err != nil && ctx.Err() != nil:
		return gateway.ExitUnavailable // nobody is there to read it
	case err != nil:
		c.tell("collect the outcome later with `:collect %s`", a)
		return c.failed(err)
	}
	if last.Why != "" {
		c.tell("%s: %s", last.State, last.Why)
	}
	return last.Exit
}

// sinks are where output goes: raw without a terminal, inert with one (DESIGN 4.10).
func (c *channel) sinks() (out, errs io.Writer) {
	if !c.pty {
		return c.ch, c.ch.Stderr()
	}
	t := &crlf{w: c.ch}
	return newInert(t), newInert(t)
}

// failed says what went wrong and what to do next, and gives the status.
func (c *channel) failed(err error) int {
	e, ok := errors.AsType[*sallyport.Error](err)
	if !ok || e.Code == sallyport.Internal {
		c.k.s.Logger.Error("ssh request failed", "person", c.k.caller.Person, "err", err)
		c.tell("internal error; nothing was done")
		return gateway.ExitUnavailable
	}
	c.tell("%s", e.Error())
	if e.Hint != "" {
		c.tell("hint: %s", e.Hint)
	}
	switch e.Code {
	case sallyport.Unavailable:
		return gateway.ExitUnavailable
	case sallyport.Forbidden, sallyport.Conflict:
		return gateway.ExitRevoked
	}
	return gateway.ExitInvalid
}

// waitTeller says on stderr for how long it has been waiting, where no terminal shows it.
type waitTeller struct {
	c     *channel
	began time.Time
	timer *time.Timer
}

// tellEvery is how often a waiting client without a terminal hears from us.
const tellEvery = time.Minute

func (w *waitTeller) heard(u gateway.Update) {
	if u.State == "running" || u.Done {
		w.stop()
		return
	}
	if w.timer == nil {
		w.timer = time.AfterFunc(tellEvery, w.again)
	}
}

func (w *waitTeller) again() {
	w.c.tell("still waiting, for %s", w.c.k.s.Now().Sub(w.began).Round(time.Second))
	w.timer.Reset(tellEvery)
}

func (w *waitTeller) stop() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

// crlf turns line feeds into carriage return and line feed, which a terminal in raw mode needs.
type crlf struct{ w io.Writer }

func (t *crlf) Write(p []byte) (int, error) {
	if _, err := t.w.Write(bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}
