package sshd

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
)

const help = `What you enter is proposed as it stands: the escort sees it whole, and only what is approved runs.
A pasted block is one proposal. Ctrl-C withdraws a proposal that waits.

  :tickets              list your tickets
  :ticket T             work under ticket T
  :target NAME          propose for this target of the ticket
  :cd DIR               working directory of what you propose next; without DIR the login's home
  :set NAME=VALUE       a variable of what you propose next;  :unset NAME
  :status               session, escort, what waits
  :collect ACTION       outcome and output of an action, also later
  :cancel [ACTION]      withdraw a proposal
  :answer ACTION WORDS  answer a question about a proposal
  :say WORDS            say something to your escort
  :receipt [SESSION]    proof that a session that is over is in the log, to keep; without
                        SESSION, of your last as engineer or escort:
                        ssh ... ':receipt' > FILE
  :here COUNTRY         where you are, such as FR, for sessions that you open from now on;
                        it is your word, and marked as that
  :link                 a link that signs you in to the console, once
  :bye                  leave; what waits goes on waiting`

// bare tells whether a command needs no ticket.
func bare(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return word == ":tickets" || word == ":help" || word == ":collect" || word == ":cancel" || word == ":answer" || word == ":link" || word == ":here"
}

// command carries out a command given as ssh ... ':command'.
func (c *channel) command(ctx context.Context, d *desk, text string) int {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	if word == ":collect" && rest != "" {
		return c.follow(ctx, sallyport.ActionID(rest))
	}
	lines, err := c.k.obey(ctx, d, "", word, rest)
	if err != nil {
		return c.failed(err)
	}
	for _, l := range lines {
		fmt.Fprintf(c.ch, "%s\n", inertLine(l))
	}
	return 0
}

// list shows the engineer's tickets.
func (c *channel) list(ctx context.Context) {
	lines, err := c.k.tickets(ctx)
	if err != nil {
		return
	}
	for _, l := range lines {
		c.tell("%s", l)
	}
}

func (p *prompt) tickets(ctx context.Context) {
	lines, err := p.c.k.tickets(ctx)
	if err != nil {
		p.fail(err)
		return
	}
	for _, l := range lines {
		p.line("%s", l)
	}
}

func (p *prompt) greet(ctx context.Context) {
	t := p.desk.ticket
	p.line("Ticket %s: %s", t.ID, t.Title)
	p.line("System %s, targets %s, until %s. `:help` tells what can be done here.", t.System, joined(t.Targets), t.To.UTC().Format("2006-01-02 15:04Z"))
	lines, err := p.c.k.status(ctx, p.desk)
	if err == nil && len(lines) > 1 {
		for _, l := range lines[1:] {
			p.line("%s", l)
		}
	}
}

// command carries out a command entered at the prompt.
func (p *prompt) command(ctx context.Context, text string) (status int, bye bool) {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case ":bye", ":quit", ":exit", ":q":
		p.line("bye; what waits goes on waiting, `:collect` it later")
		return 0, true
	case ":collect":
		if rest == "" {
			p.mu.Lock()
			rest = string(p.last)
			p.mu.Unlock()
		}
		p.follow(ctx, sallyport.ActionID(rest))
		return 0, false
	case ":ticket":
		d, err := p.c.k.s.desk(ctx, p.c.k.caller, User{Ticket: sallyport.TicketID(rest)})
		if err != nil {
			p.fail(err)
			return 0, false
		}
		p.mu.Lock()
		p.desk = d
		p.mu.Unlock()
		p.greet(ctx)
		return 0, false
	}
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	lines, err := p.c.k.obey(ctx, p.current(), last, word, rest)
	if err != nil {
		p.fail(err)
	}
	for _, l := range lines {
		p.line("%s", l)
	}
	return 0, false
}

var errNoDesk = sallyport.Errorf(sallyport.Invalid, "no ticket is chosen").WithHint("`:ticket T` chooses one of yours, `:tickets` lists them")

// obey carries out a command that is the same at the prompt and without one, and gives what it says.
func (k *connection) obey(ctx context.Context, d *desk, last sallyport.ActionID, word, rest string) ([]string, error) {
	svc := k.s.Service
	switch word {
	case ":help":
		return strings.Split(help, "\n"), nil
	case ":tickets":
		return k.tickets(ctx)
	case ":here":
		if err := k.s.Service.StateLocation(ctx, k.caller, strings.ToUpper(rest)); err != nil {
			return nil, err
		}
		return []string{"Noted for the sessions that you open within twelve hours: you say that you are in " + strings.ToUpper(rest) + "."}, nil
	case ":link":
		if k.s.Link == nil {
			return nil, sallyport.Errorf(sallyport.Unavailable, "this server has no console")
		}
		url, expires, err := k.s.Link(k.caller.Person)
		if err != nil {
			return nil, err
		}
		return []string{url, "good once, until " + expires.UTC().Format(time.RFC3339)}, nil
	case ":receipt":
		b, err := svc.Receipt(ctx, k.caller, sallyport.SessionID(rest))
		return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), err
	case ":cancel":
		if rest == "" {
			rest = string(last)
		}
		return nil, svc.Withdraw(ctx, k.caller, sallyport.ActionID(rest))
	case ":answer":
		action, words, _ := strings.Cut(rest, " ")
		return nil, svc.Answer(ctx, k.caller, sallyport.ActionID(action), strings.TrimSpace(words))
	}
	if d == nil {
		return nil, errNoDesk
	}
	switch word {
	case ":target":
		return nil, d.setTarget(sallyport.TargetID(rest))
	case ":cd":
		dir := rest
		if dir != "" && !path.IsAbs(dir) {
			base := d.proposal().Dir
			if base == "" {
				return nil, sallyport.Errorf(sallyport.Invalid, "directory %q is not absolute, and none is set that it could be relative to", dir)
			}
			dir = path.Join(base, dir)
		}
		d.setDir(dir)
		return []string{"working directory of the next proposals: " + orHome(dir)}, nil
	case ":set":
		name, value, ok := strings.Cut(rest, "=")
		if !ok {
			return envLines(d), nil
		}
		d.setEnv(strings.TrimSpace(name), value, true)
		return nil, nil
	case ":unset":
		d.setEnv(rest, "", false)
		return nil, nil
	case ":status":
		return k.status(ctx, d)
	case ":say":
		return nil, svc.Say(ctx, k.caller, d.session, rest)
	}
	return nil, sallyport.Errorf(sallyport.Invalid, "command %q is not known", word).WithHint("`:help` lists them; a command for the target that begins with a colon can be given as `true; %s`", word)
}

func envLines(d *desk) (out []string) {
	for _, v := range d.proposal().Env {
		out = append(out, v.Name+"="+v.Value)
	}
	return out
}

func orHome(dir string) string {
	if dir == "" {
		return "the login's home"
	}
	return dir
}

func joined[T ~string](list []T) string {
	var out []string
	for _, t := range list {
		out = append(out, string(t))
	}
	return strings.Join(out, ", ")
}

func (k *connection) tickets(ctx context.Context) ([]string, error) {
	all, err := k.s.Service.Tickets(ctx, k.caller)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range all {
		if t.Engineer.ID == k.caller.Person {
			out = append(out, fmt.Sprintf("%-16s %-8s %-12s %s (%s)", t.ID, t.State, joined(t.Targets), t.Title, t.Mode))
		}
	}
	if len(out) == 0 {
		out = []string{"no ticket is yours"}
	}
	return out, nil
}

func (k *connection) status(ctx context.Context, d *desk) ([]string, error) {
	v, _, err := k.s.Service.Session(ctx, k.caller, d.session)
	if err != nil {
		return nil, err
	}
	escort := "none yet"
	if v.Escort != nil {
		escort = v.Escort.Name
		if !v.Present {
			escort += " (away)"
		}
	}
	out := []string{fmt.Sprintf("session %s on %s: %s, mode %s, escort: %s, until %s", v.ID, v.System, v.State, v.Mode, escort, v.Until.UTC().Format("2006-01-02 15:04Z"))}
	if len(v.Waiting) > 0 {
		out = append(out, "the session waits for: "+strings.Join(v.Waiting, "; "))
	}
	if v.Match != nil && v.Match.Nobody {
		out = append(out, v.Match.Says)
	}
	for i, a := range v.Actions {
		if i < len(v.Actions)-10 && a.Exit != nil {
			continue
		}
		out = append(out, actionLine(a))
	}
	return out, nil
}

func actionLine(a gateway.ActionSummary) string {
	text, _, more := strings.Cut(strings.TrimSpace(a.Text), "\n")
	if more || len(text) > 60 {
		text = clip(text[:min(len(text), 60)]) + " ..."
	}
	line := fmt.Sprintf("%s %s: %s", a.ID, a.State, text)
	switch {
	case a.Exit != nil:
		line += fmt.Sprintf(" [status %d]", *a.Exit)
	case a.Waiting != "":
		line += " [waits for " + a.Waiting + "]"
	}
	return line
}
