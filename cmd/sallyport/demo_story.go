package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/evidence"
	"sallyport/gateway"
	"sallyport/verify"
	"sallyport/web"
	"sallyport/web/client"
	"sallyport/web/wire"
)

// stepTime bounds one step of the story.
const stepTime = 60 * time.Second

// play is the story, through the real doors: an SSH client for the engineer, the HTTP API for escort and auditor.
func (d *demo) play(ctx context.Context) error {
	escort, err := d.apiClient(demoEscort)
	if err != nil {
		return err
	}
	auditor, err := d.apiClient(demoAuditor)
	if err != nil {
		return err
	}
	fix := `sed -i 's/:9001;/:9000;/' /etc/nginx/conf.d/shop.conf && /opt/shop/status`
	for i, step := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"The engineer looks at the problem; the escort claims the session, reads and approves", func(ctx context.Context) error {
			return d.round(ctx, escort, "/opt/shop/status; tail -n 2 /var/log/nginx/error.log", sallyport.Approve, "Shows what nginx answers and the last lines of its error log. Changes nothing.", 0, "502")
		}},
		{"The engineer proposes ./fix_servers.sh; the escort sees what is in it, and refuses", func(ctx context.Context) error {
			return d.round(ctx, escort, "./fix_servers.sh", sallyport.Refuse, "It does more than bring the shop back. Please propose the change itself.", gateway.ExitRefused, "")
		}},
		{"The engineer proposes the change itself; the escort reads it on their own machine, signs, and the shop answers", func(ctx context.Context) error {
			d.sign = true
			return d.round(ctx, escort, fix, sallyport.Approve, "Points nginx at the port that the shop listens on, and checks.", 0, "200")
		}},
		{"The escort ends the session, and both sides keep a receipt", func(ctx context.Context) error { return d.endSession(ctx, escort) }},
		{"The auditor reads the ledger", func(ctx context.Context) error { return d.audit(ctx, auditor) }},
	} {
		d.title(step.title)
		limited, cancel := context.WithTimeout(ctx, stepTime)
		err := step.do(limited)
		cancel()
		if err != nil {
			return fmt.Errorf("step %d (%s) failed: %w", i+1, step.title, err)
		}
	}
	return nil
}

// apiClient gives a client of the HTTP API as p.
func (d *demo) apiClient(p sallyport.PersonID) (*client.Client, error) {
	file := filepath.Join(d.dir, string(p)+".token")
	if err := writeToken(web.OpenTokens(d.node.tokensPath()), p, file, time.Now().Add(tokenLife)); err != nil {
		return nil, err
	}
	return client.New(client.Config{Server: d.node.cfg.Web.Origin, TokenFile: file})
}

// round is one proposal: the engineer's ssh on one side, the escort's decision on the other.
func (d *demo) round(ctx context.Context, escort *client.Client, text, answer, words string, status int, contains string) error {
	fmt.Fprintf(d.out, "\nana$ %s %q\n", "ssh "+string(demoTicket)+"@gateway", text)
	type outcome struct {
		out, errs string
		status    int
		err       error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.out, o.errs, o.status, o.err = d.ssh(ctx, text)
		done <- o
	}()
	page, err := d.waitFor(ctx, escort, text)
	if err != nil {
		return err
	}
	if d.sign {
		err = d.decideSigned(ctx, escort, page.ID, answer, words)
	} else {
		d.showPage(page)
		err = escort.Decide(ctx, page.ID, wire.Decision{Seat: page.Seat, Answer: answer, Words: words, Shown: page.Shown})
	}
	if err != nil {
		return fmt.Errorf("the escort's decision: %w", err)
	}
	fmt.Fprintf(d.out, "   ed %ss: %q\n", answer, words)
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if o.err != nil {
		return fmt.Errorf("the engineer's ssh: %w", o.err)
	}
	indent(d, "ana| ", o.out)
	indent(d, "ana| ", o.errs)
	fmt.Fprintf(d.out, "ana: exit status %d\n", o.status)
	if o.status != status {
		return fmt.Errorf("exit status %d, want %d", o.status, status)
	}
	if !strings.Contains(o.out, contains) {
		return fmt.Errorf("output does not contain %q", contains)
	}
	if answer == sallyport.Refuse {
		return d.sawHidden(page)
	}
	return nil
}

// decideSigned decides as "sallyport decide" does: text and assessment are fetched, digested, judged and shown here, and the answer is signed with the escort's
// own key, which somebody else vouched for.
func (d *demo) decideSigned(ctx context.Context, escort *client.Client, id sallyport.ActionID, answer, words string) error {
	fmt.Fprintf(d.out, "\ned$ sallyport decide %s --answer %s\n", id, answer)
	var shown bytes.Buffer
	me, err := escort.Me(ctx)
	if err != nil {
		return err
	}
	dec := &decider{c: escort, me: me, in: bufio.NewReader(strings.NewReader("")), out: &shown, answer: answer, words: words, leave: true}
	err = dec.decide(ctx, &ownKey{id: sallyport.KeyID(ssh.FingerprintSHA256(d.escort.PublicKey())), signer: d.escort}, nil, id)
	indent(d, "ed| ", shown.String())
	return err
}

// receipts has both parties fetch theirs, the engineer with ssh, and keeps them beside the state: what they prove is what nobody can take back.
func (d *demo) receipts(ctx context.Context, escort *client.Client, session sallyport.SessionID) error {
	theirs, err := escort.Receipt(ctx, session)
	if err != nil {
		return err
	}
	ask := ":receipt " + string(session)
	out, errs, status, err := d.ssh(ctx, ask)
	if err != nil || status != 0 {
		return fmt.Errorf("the engineer's receipt: %w: %s", err, errs)
	}
	for name, b := range map[string][]byte{"ed.receipt": theirs, "ana.receipt": []byte(out)} {
		if err := os.WriteFile(filepath.Join(d.dir, name), b, 0o600); err != nil {
			return err
		}
		d.kept = append(d.kept, b)
	}
	fmt.Fprintf(d.out, "   ana$ ssh %s@gateway %q > ana.receipt; ed downloads ed.receipt\n", demoTicket, ask)
	said, err := checkReceipt(filepath.Join(d.dir, "ana.receipt"), d.logKey, nil)
	if err == nil {
		indent(d, "   ", said)
	}
	return err
}

// waitFor claims the session if nobody has, and waits until the proposal can be decided.
func (d *demo) waitFor(ctx context.Context, escort *client.Client, text string) (gateway.ActionPage, error) {
	t := time.NewTicker(50 * time.Millisecond)
	defer t.Stop()
	for {
		q, err := escort.Queue(ctx)
		if err != nil {
			return gateway.ActionPage{}, err
		}
		for _, s := range q.Sessions {
			if slices.Contains(s.Can, "claim") && s.Escort == nil {
				fmt.Fprintln(d.out, "   ed claims the session")
				if err := escort.SessionDo(ctx, s.ID, "claim", ""); err != nil {
					return gateway.ActionPage{}, err
				}
			}
			if s.Escort != nil && s.Escort.ID == demoEscort {
				if err := escort.Presence(ctx, s.ID, false); err != nil {
					return gateway.ActionPage{}, err
				}
			}
		}
		for _, a := range q.Actions {
			if a.Text == text && a.State == "waiting" {
				page, err := escort.Action(ctx, a.ID)
				if err == nil && page.Seat != "" {
					return page, nil
				}
			}
		}
		select {
		case <-ctx.Done():
			return gateway.ActionPage{}, errors.New("the proposal did not reach the escort in time")
		case <-t.C:
		}
	}
}

// showPage prints what the escort has before them.
func (d *demo) showPage(p gateway.ActionPage) {
	as, err := assessmentOf(p)
	if err != nil {
		fmt.Fprintf(d.out, "   the assessment cannot be read: %v\n", err)
		return
	}
	fmt.Fprintf(d.out, "   ed sees: %s. %s\n", strings.ToUpper(string(as.Verdict)), inert(as.Summary))
	for _, pin := range p.Pins {
		fmt.Fprintf(d.out, "   %s is %s, %d bytes, read on the target and pinned; this runs, whatever happens to the file:\n", pin.Word, pin.Path, len(pin.Content))
		for i, line := range strings.Split(strings.TrimSuffix(string(pin.Content), "\n"), "\n") {
			fmt.Fprintf(d.out, "   %4d | %s\n", i+1, inert(line))
		}
	}
	for _, f := range as.Findings {
		fmt.Fprintf(d.out, "   ! %s: %s\n", f.Level, inert(f.Message))
	}
	for _, e := range as.Effects {
		if e.Level.Rank() >= sallyport.Medium.Rank() {
			fmt.Fprintf(d.out, "   - %s %s (%s)\n", e.Kind, inert(e.Target), e.Level)
		}
	}
}

// sawHidden checks that the escort's page showed the file as it stands on the target, and called it grave.
func (d *demo) sawHidden(p gateway.ActionPage) error {
	files, err := placeFiles(d.o.fix)
	if err != nil {
		return err
	}
	as, err := assessmentOf(p)
	if err != nil {
		return err
	}
	switch {
	case len(p.Pins) == 0:
		return errors.New("the page does not show the contents of fix_servers.sh")
	case !d.o.unsandboxed && !bytes.Equal(p.Pins[0].Content, files["/home/ops/fix_servers.sh"].Content):
		return errors.New("the page shows something else than what stands on the target")
	case d.o.fix == "" && !as.Verdict.Alert():
		return fmt.Errorf("the verdict on fix_servers.sh is %q", as.Verdict)
	}
	return nil
}

// ssh runs the engineer's client: the one that is installed, or else one of our own that speaks the same protocol.
func (d *demo) ssh(ctx context.Context, text string) (out, errs string, status int, err error) {
	var stdout, stderr bytes.Buffer
	if path, lookErr := exec.LookPath("ssh"); lookErr == nil {
		cmd := exec.CommandContext(ctx, path, "-F", "none", "-i", filepath.Join(d.dir, "engineer_key"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
			"-o", "UserKnownHostsFile="+d.known, "-p", port(d.node.sshAddr), string(demoTicket)+"@127.0.0.1", text)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err = cmd.Run()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() >= 0 {
			return stdout.String(), stderr.String(), exit.ExitCode(), nil
		}
		return stdout.String(), stderr.String(), 0, err
	}
	host, err := d.node.keys.ssh("ssh_host_ed25519_key")
	if err != nil {
		return "", "", 0, err
	}
	c, err := ssh.Dial("tcp", d.node.sshAddr, &ssh.ClientConfig{User: string(demoTicket), Auth: []ssh.AuthMethod{ssh.PublicKeys(d.key)}, HostKeyCallback: ssh.FixedHostKey(host.PublicKey()), Timeout: stepTime})
	if err != nil {
		return "", "", 0, err
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		return "", "", 0, err
	}
	s.Stdout, s.Stderr = &stdout, &stderr
	err = s.Run(text)
	if exit, ok := errors.AsType[*ssh.ExitError](err); ok {
		return stdout.String(), stderr.String(), exit.ExitStatus(), nil
	}
	return stdout.String(), stderr.String(), 0, err
}

func (d *demo) endSession(ctx context.Context, escort *client.Client) error {
	q, err := escort.Queue(ctx)
	if err != nil {
		return err
	}
	if len(q.Sessions) != 1 {
		return fmt.Errorf("the escort has %d sessions, want 1", len(q.Sessions))
	}
	if err := escort.SessionDo(ctx, q.Sessions[0].ID, "end", "the shop answers again"); err != nil {
		return err
	}
	s, err := escort.Session(ctx, q.Sessions[0].ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "   session %s: %s (%s)\n", s.Session.ID, s.Session.State, s.Session.Why)
	if s.Session.State != "ended" {
		return fmt.Errorf("the session is %q", s.Session.State)
	}
	return d.receipts(ctx, escort, s.Session.ID)
}

func (d *demo) audit(ctx context.Context, auditor *client.Client) error {
	page, err := auditor.Ledger(ctx, gateway.LedgerFilter{})
	if err != nil {
		return err
	}
	for _, l := range page.Lines {
		if l.Entry.Session != "" {
			fmt.Fprintf(d.out, "   #%-4d %s  %s\n", l.Index, l.Entry.Time.Format(time.RFC3339), inert(l.Says))
		}
	}
	fmt.Fprintf(d.out, "   %d entries. The latest checkpoint, signed by the log:\n", page.Size)
	indent(d, "   | ", page.Checkpoint)
	if page.Size == 0 || page.Checkpoint == "" {
		return errors.New("the ledger shows nothing")
	}
	return nil
}

// verify verifies the evidence as an outsider would, from the state folder and the log's public key alone.
func (d *demo) verify(ctx context.Context) error {
	d.title("Anyone verifies the evidence, with the log's public key, and against the receipts that both sides kept\n")
	src, err := evidence.Open(filepath.Join(d.dir, "state"))
	if err != nil {
		return fmt.Errorf("step %d (verify) failed: %w", d.titles, err)
	}
	defer src.Close()
	report, err := verify.Run(ctx, src, verify.Options{LogKey: d.logKey, Kept: d.kept})
	if err != nil {
		return fmt.Errorf("step %d (verify) failed: %w", d.titles, err)
	}
	if err := report.Print(d.out); err != nil {
		return err
	}
	if report.Exit() != 0 {
		return fmt.Errorf("step %d (verify) failed: the evidence is %s", d.titles, report.Result)
	}
	return nil
}

// title begins the next section of a story.
func (d *demo) title(text string) {
	d.titles++
	fmt.Fprintf(d.out, "\n== %d. %s\n", d.titles, text)
}

func indent(d *demo, prefix, text string) {
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if line != "" {
			fmt.Fprintf(d.out, "%s%s\n", prefix, inert(line))
		}
	}
}

// assessmentOf reads the assessment of a page that came over the API.
func assessmentOf(p gateway.ActionPage) (sallyport.Assessment, error) {
	var a sallyport.Assessment
	b, err := sallyport.EncodeJSON(p.Assessment)
	if err == nil {
		err = sallyport.DecodeJSON(b, &a)
	}
	return a, err
}
