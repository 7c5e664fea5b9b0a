package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"sallyport"
)

// sendTime bounds one try.
const sendTime = 30 * time.Second

// SMTP hands messages to a mail server (RFC 5321), over TLS by STARTTLS (RFC 3207). Without TLS it speaks to a loopback address alone.
type SMTP struct {
	Addr     string // host:port
	User     string // "" does not sign in
	Password sallyport.Secret
	TLS      *tls.Config // nil is the system's roots and the host of Addr
}

// Send implements Transport.
func (t SMTP) Send(ctx context.Context, m Message) error {
	host, _, err := net.SplitHostPort(t.Addr)
	if err != nil {
		return sallyport.Errorf(sallyport.Invalid, "mail server %q is not host:port", t.Addr)
	}
	conn, err := (&net.Dialer{Timeout: sendTime}).DialContext(ctx, "tcp", t.Addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	_ = conn.SetDeadline(time.Now().Add(sendTime))
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	defer c.Close()
	if ok, _ := c.Extension("STARTTLS"); ok {
		conf := t.TLS
		if conf == nil {
			conf = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
		}
		if err := c.StartTLS(conf); err != nil {
			return err
		}
	} else if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return sallyport.Errorf(sallyport.Invalid, "mail server %q offers no TLS, and is not this machine", t.Addr).WithHint("who works on what, and from where, is not sent in the clear")
	}
	if t.User != "" {
		if err := c.Auth(smtp.PlainAuth("", t.User, string(t.Password.Expose()), host)); err != nil {
			return permanent(err)
		}
	}
	if err := c.Mail(m.From.Address); err != nil {
		return permanent(err)
	}
	if err := c.Rcpt(m.To.Address); err != nil {
		return permanent(err)
	}
	w, err := c.Data()
	if err != nil {
		return permanent(err)
	}
	if _, err := w.Write(m.Bytes()); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return permanent(err)
	}
	_ = c.Quit() // the message is accepted by now
	return nil
}

// permanent marks a 5yz answer: another try would be answered the same (RFC 5321, section 4.2.1).
func permanent(err error) error {
	if answer, ok := errors.AsType[*textproto.Error](err); ok && answer.Code >= 500 {
		return sallyport.Errorf(sallyport.Invalid, "the mail server refuses: %w", err)
	}
	return err
}

// Spool writes each message as a file into a folder, from which something else takes it: the name appears when the file is whole.
type Spool string

// Send implements Transport.
func (dir Spool) Send(_ context.Context, m Message) error {
	part, err := os.CreateTemp(string(dir), ".mail-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	_, err = part.Write(m.Bytes())
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), filepath.Join(string(dir), m.ID+".eml"))
}

// Command gives each message to a program's standard input, sendmail's way: the program and its arguments, among them what makes it take the
// recipients from the message (sendmail -t -i). No shell is between.
type Command []string

// Send implements Transport.
func (c Command) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, c[0], c[1:]...)
	cmd.Stdin = bytes.NewReader(bytes.ReplaceAll(m.Bytes(), []byte("\r\n"), []byte("\n"))) // a local program takes local line ends
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.200q", c[0], err, out)
	}
	return nil
}
