package main

import (
	"os"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/mail"
)

// openMail makes what tells people by mail, or nil where nobody is to be told. It sends nothing before it is begun.
func (n *node) openMail() (*mail.Sender, error) {
	c := n.cfg.Mail
	ways := 0
	for _, set := range []bool{c.SMTP != "", c.Spool != "", len(c.Command) > 0} {
		if set {
			ways++
		}
	}
	switch {
	case c.From == "" && ways == 0:
		return nil, nil
	case c.From == "" || ways != 1:
		return nil, sallyport.Errorf(sallyport.Invalid, "[mail] wants from, and exactly one of smtp, spool and command")
	}
	var t mail.Transport
	switch {
	case c.SMTP != "":
		smtp := mail.SMTP{Addr: c.SMTP, User: c.User}
		if c.User != "" {
			password, err := os.ReadFile(c.PasswordFile)
			if err != nil {
				return nil, sallyport.Errorf(sallyport.NotFound, "mail.password_file: %w", err)
			}
			smtp.Password = sallyport.NewSecret(trimNewline(password))
		}
		t = smtp
	case c.Spool != "":
		if info, err := os.Stat(c.Spool); err != nil || !info.IsDir() {
			return nil, sallyport.Errorf(sallyport.NotFound, "mail.spool %q is not a folder", c.Spool)
		}
		t = mail.Spool(c.Spool)
	default:
		t = mail.Command(c.Command)
	}
	return mail.New(mail.Config{Transport: t, From: c.From, Logger: n.logger})
}

func trimNewline(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}

// notifiers puts what is told of new entries together, and says by what system owners are told.
func (n *node) notifiers() (notify func(gateway.Notice), by string, err error) {
	hook, err := n.startWebhook()
	if err != nil {
		return nil, "", err
	}
	if n.mail, err = n.openMail(); err != nil {
		return nil, "", err
	}
	by = "feed"
	if hook != nil {
		by += ",webhook"
	}
	if n.mail != nil {
		by += ",mail"
	}
	return func(notice gateway.Notice) {
		if hook != nil {
			hook(notice)
		}
		if n.mail != nil {
			n.mail.Notify(notice)
		}
	}, by, nil
}
