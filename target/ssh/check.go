package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
)

// Check looks at whether actions can run on t as login, and whether the target holds what DESIGN asks of it: one finding
// for each thing looked at, in order, with the lines to add where something is missing. It runs a fixed probe, which changes nothing.
// It stops at the first failure behind which nothing can be seen.
func (r *Runner) Check(ctx context.Context, p target.Permit, t sallyport.TargetSet, login string) []target.Finding {
	c := &check{r: r, ctx: ctx, permit: p, t: t, login: login}
	if !c.reach() || !c.trust() {
		return c.found
	}
	c.source()
	c.probe()
	c.add(target.Note, "keepalive", "whether sshd notices a gateway that vanished cannot be seen from here; without these lines a running action outlives a dead gateway by up to its timeout",
		"# /etc/ssh/sshd_config\nClientAliveInterval 10\nClientAliveCountMax 2\n")
	return c.found
}

// check is a preflight under way.
type check struct {
	r      *Runner
	ctx    context.Context
	permit target.Permit
	t      sallyport.TargetSet
	login  string
	plain  bool // only the plain principal is let in
	found  []target.Finding
}

func (c *check) add(l target.Level, what, message, fix string) bool {
	c.found = append(c.found, target.Finding{Check: what, Level: l, Message: message, Fix: fix})
	return l != target.Fail
}

// enter tries to come in with a certificate for principal, from source ("" is right), and leaves at once.
func (c *check) enter(principal, source string) error {
	o, err := c.r.open(c.ctx, c.t, c.login)
	if err != nil {
		return err
	}
	if source == "" {
		if source, err = c.r.source(o.conn.LocalAddr()); err != nil {
			o.close()
			return err
		}
	}
	cert, err := c.r.mint(c.permit, []string{principal}, "exit 0", source)
	if err != nil {
		o.close()
		return err
	}
	client, err := o.authenticate(c.ctx, c.t, c.login, cert, c.r.cfg.DialTimeout)
	if err == nil {
		client.Close()
	}
	return err
}

// reach looks at the address and the host key.
func (c *check) reach() bool {
	if c.t.HostKey == "" {
		seen := c.shown()
		if seen == nil {
			return c.add(target.Fail, "address", fmt.Sprintf("nothing that speaks SSH answers at %q", c.t.Address), "")
		}
		return c.add(target.Fail, "host key", fmt.Sprintf("none is recorded; the host shows %s: compare it on the host before recording it", gossh.FingerprintSHA256(seen)),
			fmt.Sprintf("# on the host\nssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n# then record it for the target\n%s\n", keyLine(seen)))
	}
	err := c.enter(c.login+"@"+string(c.t.Target), "")
	if changed, ok := errors.AsType[*keyError](err); ok {
		return c.add(target.Fail, "host key", fmt.Sprintf("the host shows %s, recorded is %s: reinstalled, or someone stands in between", gossh.FingerprintSHA256(changed.got), gossh.FingerprintSHA256(changed.want)), "")
	}
	if err != nil && !refused(err) {
		return c.add(target.Fail, "address", err.Error(), "")
	}
	return c.add(target.OK, "host key", "the host shows the key that is recorded", "")
}

// shown gives the host key that the host shows, for someone to compare: it is not trusted here, and the handshake ends there.
func (c *check) shown() (seen gossh.PublicKey) {
	conn, err := net.DialTimeout("tcp", c.t.Address, c.r.cfg.DialTimeout)
	if err != nil {
		return nil
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(c.r.cfg.DialTimeout))
	gossh.NewClientConn(conn, c.t.Address, &gossh.ClientConfig{
		User:              c.login,
		HostKeyAlgorithms: []string{gossh.KeyAlgoED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoRSASHA512, gossh.KeyAlgoRSASHA256},
		HostKeyCallback:   func(_ string, _ net.Addr, key gossh.PublicKey) error { seen = key; return errors.New("seen") },
	})
	return seen
}

// trust looks at who is let in.
func (c *check) trust() bool {
	own := c.login + "@" + string(c.t.Target)
	principals := fmt.Sprintf("# /etc/ssh/sshd_config\nAuthorizedPrincipalsFile /etc/ssh/sallyport_principals/%%u\n# /etc/ssh/sallyport_principals/%s\n%s\n", c.login, own)
	errOwn, errPlain := c.enter(own, ""), c.enter(c.login, "")
	switch {
	case errOwn == nil && errPlain == nil:
		c.add(target.OK, "certificate authority", "the host trusts it", "")
		return c.add(target.Warn, "principals", fmt.Sprintf("%q is let in, and so is %q, which certificates for other hosts may name too", own, c.login), principals)
	case errOwn == nil:
		c.add(target.OK, "certificate authority", "the host trusts it", "")
		return c.add(target.OK, "principals", fmt.Sprintf("%q is let in and the plain login is not", own), "")
	case errPlain == nil:
		c.plain = true
		c.add(target.OK, "certificate authority", "the host trusts it", "")
		level, message := target.Fail, fmt.Sprintf("only the plain login %q is let in, not %q", c.login, own)
		if c.r.cfg.PlainPrincipal {
			level, message = target.Warn, message+": the authority is good for this login on every host that trusts it"
		}
		c.add(level, "principals", message, principals)
		return true // there is more to see
	}
	return c.add(target.Fail, "certificate authority", fmt.Sprintf("the host lets neither %q nor %q in: it does not trust the authority, or the account does not exist or is locked, or sees this gateway under another address than its own: %v", own, c.login, errOwn),
		fmt.Sprintf("# /etc/ssh/sallyport_ca.pub\n%s\n# /etc/ssh/sshd_config\nTrustedUserCAKeys /etc/ssh/sallyport_ca.pub\n%s# then\nsystemctl reload ssh\n", keyLine(c.r.cfg.CA.PublicKey()), strings.TrimPrefix(principals, "# /etc/ssh/sshd_config\n")))
}

// source looks at whether the source-address of a certificate is honoured (192.0.2.0/24 is nobody's, RFC 5737).
func (c *check) source() {
	principal := c.login + "@" + string(c.t.Target)
	if c.plain {
		principal = c.login
	}
	if err := c.enter(principal, "192.0.2.1/32"); err == nil {
		c.add(target.Fail, "source-address", "the host lets a certificate in that is for another address", "")
		return
	}
	c.add(target.OK, "source-address", "a certificate for another address is refused", "")
}

// The probe prints one line per thing. It comes with input, so that it also tries the private directory.
const probe = `echo "input $(cat)"
echo "shell $( (getent passwd "$USER" || grep "^$USER:" /etc/passwd) 2>/dev/null | head -n 1 | cut -d: -f7)"
echo "time $(date +%s)"
for t in setsid sha256sum head tail grep od readlink tr cut sort; do command -v "$t" >/dev/null || echo "lacks $t"; done
for t in /bin/bash /proc/self/stat /usr/bin/env; do [ -e "$t" ] || echo "lacks $t"; done
echo end
`

// probe runs the probe and looks at what it says.
func (c *check) probe() {
	r := c.r
	if c.plain {
		cfg := r.cfg
		cfg.PlainPrincipal = true
		r = &Runner{cfg: cfg}
	}
	spec := sallyport.Spec{Text: []byte(probe), Stdin: []byte("arrived"), Target: c.t.Target, HostKey: c.t.HostKey, Login: c.login, Interpreter: "/bin/sh",
		Limits: sallyport.ActionLimits{Timeout: 20 * time.Second, Output: 64 << 10}}
	shellFix := fmt.Sprintf("usermod --shell /bin/sh %s\n", c.login)
	var out bytes.Buffer
	// Its private directory has the permit's name, which nobody can foresee.
	_, err := r.Run(c.ctx, c.permit, c.t, spec, nil, target.SinkFunc(func(s target.Stream, b []byte) error {
		if s == target.Stdout {
			out.Write(b)
		}
		return nil
	}))
	switch {
	case err != nil && strings.Contains(err.Error(), "login shell is not"):
		c.add(target.Fail, "login shell", "it must be /bin/sh: any other reads files of the login before an approved action begins, and what they say then counts", shellFix)
		return
	case err != nil:
		c.add(target.Fail, "forced command", fmt.Sprintf("the probe did not run: %v", err), "")
		return
	}
	said := map[string]string{}
	var lacks []string
	for l := range strings.Lines(out.String()) {
		word, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
		if word == "lacks" {
			lacks = append(lacks, printable(rest))
		} else {
			said[word] = printable(rest)
		}
	}
	if _, ok := said["end"]; !ok || said["input"] != "arrived" {
		c.add(target.Fail, "forced command", fmt.Sprintf("the probe printed %q", printable(out.String())), "")
		return
	}
	c.add(target.OK, "forced command", "the host ran the certificate's command and not the one that was asked for", "")
	switch shell := said["shell"]; shell {
	case "/bin/sh", "/usr/bin/sh":
		c.add(target.OK, "login shell", shell, "")
	default:
		c.add(target.Fail, "login shell", fmt.Sprintf("it is %q and must be /bin/sh", shell), shellFix)
	}
	if len(lacks) > 0 {
		c.add(target.Fail, "programs", "the host lacks "+strings.Join(lacks, ", "), "")
	} else {
		c.add(target.OK, "programs", "everything that an execution needs is there", "")
	}
	if at, err := strconv.ParseInt(said["time"], 10, 64); err == nil {
		if skew := time.Unix(at, 0).Sub(c.r.cfg.Now()).Round(time.Second); skew.Abs() > validBefore/2 {
			c.add(target.Warn, "clock", fmt.Sprintf("the host's is off by %s; a certificate is valid for a minute", skew), "timedatectl set-ntp true\n")
		} else {
			c.add(target.OK, "clock", "within seconds of the gateway's", "")
		}
	}
}

// refused reports whether err says that the host let the certificate not in, rather than that it could not be asked.
func refused(err error) bool {
	return err != nil && strings.Contains(err.Error(), "unable to authenticate")
}

func keyLine(k gossh.PublicKey) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(k)))
}
