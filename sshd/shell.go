package sshd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"sallyport"
	"sallyport/gateway"
)

// shell is the prompt. The gateway owns the line editor: the target sees nothing of what is typed until a whole proposal is approved.
func (c *channel) shell(ctx context.Context) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := &prompt{c: c, in: newInput(c.ch, cancel)}
	p.term = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{p.in, c.ch}, "")
	_ = p.term.SetSize(c.cols, c.rows)
	p.term.SetBracketedPasteMode(true)
	defer p.term.SetBracketedPasteMode(false)
	go p.resize(ctx)
	d, err := c.k.s.desk(ctx, c.k.caller, c.k.name)
	if err != nil {
		p.line("Welcome to Sallyport. No ticket is chosen yet.")
		p.tickets(ctx)
	} else {
		p.desk = d
		p.greet(ctx)
	}
	p.redraw(ctx)
	go p.watch(ctx)
	for {
		text, err := p.read()
		if err != nil {
			return 0
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if status, bye := p.do(ctx, text); bye {
			return status
		}
		if ctx.Err() != nil {
			return gateway.ExitUnavailable
		}
		p.redraw(ctx)
	}
}

// prompt is an interactive session. Its goroutine reads; watch only writes through the editor, which has a lock of its own.
type prompt struct {
	c    *channel
	in   *input
	term *term.Terminal

	mu   sync.Mutex // protects the following
	desk *desk
	view gateway.SessionView
	last sallyport.ActionID // proposed last
}

// line writes one line of ours above the prompt.
func (p *prompt) line(format string, args ...any) {
	_, _ = io.WriteString(p.term, inertLine(fmt.Sprintf(format, args...))+"\n")
}

// read gives one proposal or command: a line, or a pasted block with its line feeds.
func (p *prompt) read() (string, error) {
	var block []string
	for {
		line, err := p.term.ReadLine()
		if errors.Is(err, term.ErrPasteIndicator) {
			block = append(block, line)
			continue
		}
		if err != nil {
			return "", err
		}
		if len(block) == 0 {
			return line, nil
		}
		if line != "" {
			block = append(block, line)
		}
		return strings.Join(block, "\n") + "\n", nil
	}
}

// do carries out what was entered.
func (p *prompt) do(ctx context.Context, text string) (status int, bye bool) {
	if strings.HasPrefix(strings.TrimSpace(text), ":") {
		return p.command(ctx, strings.TrimSpace(text))
	}
	d := p.current()
	if d == nil {
		p.line("no ticket is chosen: `:ticket T` chooses one of yours, `:tickets` lists them")
		return 0, false
	}
	proposal := d.proposal()
	proposal.Text = []byte(text)
	a, err := p.c.k.s.Service.Propose(ctx, p.c.k.caller, proposal)
	if err != nil {
		p.fail(err)
		return 0, false
	}
	p.mu.Lock()
	p.last = a.ID
	p.mu.Unlock()
	p.follow(ctx, a.ID)
	return 0, false
}

func (p *prompt) current() *desk {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.desk
}

// fail says what went wrong.
func (p *prompt) fail(err error) {
	if sallyport.CodeOf(err) == sallyport.Internal {
		p.c.k.s.Logger.Error("ssh request failed", "person", p.c.k.caller.Person, "err", err)
		p.line("internal error; nothing was done")
		return
	}
	p.line("%s", err)
	if hint := sallyport.Hint(err); hint != "" {
		p.line("hint: %s", hint)
	}
}

// follow shows an action until it is over; Ctrl-C withdraws it while it waits, and asks to stop it while it runs.
func (p *prompt) follow(ctx context.Context, a sallyport.ActionID) {
	p.in.await(true)
	defer p.in.await(false)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	st := &statusLine{w: p.c.ch, began: p.c.k.s.Now(), now: p.c.k.s.Now, cols: p.c.cols}
	st.say("waiting")
	go st.run(ctx)
	go p.interrupts(ctx, a, st)
	out, errs := newInert(&crlf{w: st}), newInert(&crlf{w: st})
	var last gateway.Update
	err := p.c.k.s.Service.Follow(ctx, p.c.k.caller, a, func(u gateway.Update) error {
		if u.State == "running" || u.Done {
			st.say("")
		}
		var err error
		switch {
		case u.Done:
			last = u
		case u.Note != "":
			if strings.HasPrefix(u.Note, "waiting for ") {
				st.say(u.Note)
				return nil
			}
			err = st.line(u.Note)
		case u.Stderr:
			_, err = errs.Write(u.Output)
		default:
			_, err = out.Write(u.Output)
		}
		return err
	})
	closeSinks(out, errs)
	st.say("")
	switch {
	case err != nil:
		if ctx.Err() == nil {
			p.fail(err)
		}
	case last.Why != "":
		_ = st.line(last.State + ": " + last.Why)
	case last.Exit != 0:
		_ = st.line(fmt.Sprintf("exit status %d", last.Exit))
	}
}

func (p *prompt) interrupts(ctx context.Context, a sallyport.ActionID, st *statusLine) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.in.interrupts:
		case sig := <-p.c.signals:
			if sig != "INT" {
				continue
			}
		}
		if err := p.c.k.s.Service.Withdraw(ctx, p.c.k.caller, a); err == nil {
			continue
		}
		if err := p.c.k.s.Service.Stop(ctx, p.c.k.caller, a, "the engineer pressed Ctrl-C"); err != nil {
			_ = st.line("it cannot be stopped from here: " + err.Error())
		}
	}
}

func (p *prompt) resize(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case size := <-p.c.resized:
			_ = p.term.SetSize(max(size[0], 20), max(size[1], 2))
		}
	}
}

// redraw brings the prompt up to date: system, mode, escort.
func (p *prompt) redraw(ctx context.Context) {
	d := p.current()
	if d == nil {
		p.term.SetPrompt("no ticket > ")
		return
	}
	v, _, err := p.c.k.s.Service.Session(ctx, p.c.k.caller, d.session)
	if err != nil {
		p.term.SetPrompt("session unknown > ")
		return
	}
	p.mu.Lock()
	p.view = v
	p.mu.Unlock()
	p.term.SetPrompt(promptText(string(d.proposal().Target), v))
}

// promptText gives the prompt, e.g. `web-01 propose, escort: waiting > `.
func promptText(target string, v gateway.SessionView) string {
	escort := "waiting"
	switch {
	case v.State == "requested":
		escort = "not yet, the session waits for approval"
	case v.State == "paused":
		escort = "paused"
	case v.State == "ended" || v.State == "ending" || v.State == "refused":
		return inertLine(target+" "+v.State) + " > "
	case v.Escort != nil && v.Present:
		escort = v.Escort.Name
	case v.Escort != nil:
		escort = v.Escort.Name + " (away)"
	}
	return inertLine(fmt.Sprintf("%s %s, escort: %s", target, v.Mode, escort)) + " > "
}

// watch tells, above the prompt, what happens in the session while nothing is awaited.
func (p *prompt) watch(ctx context.Context) {
	notices, err := p.c.k.s.Service.Subscribe(ctx, p.c.k.caller)
	if err != nil {
		return
	}
	for n := range notices {
		d := p.current()
		if d == nil || n.Session != d.session {
			continue
		}
		say := map[sallyport.Kind]string{
			"session.opened": "the session is open", "session.claimed": "an escort has claimed the session", "session.handed": "the escort hands the session over",
			"session.paused": "the session is paused", "session.resumed": "the session goes on", "session.ending": "the session ends",
			"presence.lost": "the escort is away", "presence.back": "the escort is back",
			"session.ended": "the session is over, and so is this connection; keep its receipt: ssh ... ':receipt " + string(n.Session) + "' > " + string(n.Session) + ".receipt", "session.refused": "the session was refused, and this connection ends",
		}[n.Kind]
		if say == "" {
			if n.Kind == "said" {
				p.said(ctx, d)
			}
			continue
		}
		p.redraw(ctx)
		p.in.mu.Lock()
		busy := p.in.awaiting
		p.in.mu.Unlock()
		over := n.Kind == "session.ended" || n.Kind == "session.refused"
		if busy && !over {
			continue // Follow tells
		}
		if n.Kind == "session.ending" {
			p.mu.Lock()
			say += ": " + p.view.Why
			p.mu.Unlock()
		}
		p.line("[%s]", say)
		if over { // R39: the connection ends with what it was for; `:collect` works over another
			time.AfterFunc(lastWords, func() {
				p.c.exit(gateway.ExitRevoked)
				p.c.ch.Close()
			})
			return
		}
	}
}

// said shows the newest message if it is somebody else's.
func (p *prompt) said(ctx context.Context, d *desk) {
	_, words, err := p.c.k.s.Service.Session(ctx, p.c.k.caller, d.session)
	if err == nil && len(words) > 0 {
		if m := words[len(words)-1]; m.By.ID != p.c.k.caller.Person {
			p.line("[%s says: %s]", m.By.Name, m.Text)
		}
	}
}

// statusLine is the line that shows what is awaited and for how long; output goes through it, so that the two never mix.
type statusLine struct {
	mu    sync.Mutex // protects the following, and the order of writes
	w     io.Writer
	text  string
	shown bool
	began time.Time
	now   func() time.Time
	cols  int
}

const eraseLine = "\r\x1b[K"

// say sets what is awaited; "" is nothing.
func (s *statusLine) say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = inertLine(text)
	s.draw()
}

func (s *statusLine) draw() {
	if s.shown {
		_, _ = io.WriteString(s.w, eraseLine)
		s.shown = false
	}
	if s.text == "" {
		return
	}
	line := fmt.Sprintf("%s, %s (Ctrl-C withdraws)", s.text, s.now().Sub(s.began).Round(time.Second))
	if len(line) >= s.cols {
		line = line[:max(s.cols-1, 0)]
	}
	_, _ = io.WriteString(s.w, line)
	s.shown = true
}

func (s *statusLine) run(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.mu.Lock()
			s.draw()
			s.mu.Unlock()
		}
	}
}

// line writes a line of ours.
func (s *statusLine) line(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		_, _ = io.WriteString(s.w, eraseLine)
		s.shown = false
	}
	_, err := io.WriteString(s.w, "["+inertLine(text)+"]\r\n")
	s.draw()
	return err
}

// Write passes output on.
func (s *statusLine) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		_, _ = io.WriteString(s.w, eraseLine)
		s.shown = false
	}
	return s.w.Write(b)
}
