package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"sallyport"
)

// Config is the file that `sallyport init` writes and `sallyport serve` reads. This struct and the file that init writes
// are the one place where every key is documented (docs/operations.md shows the file); an unknown key is refused with its line.
type Config struct {
	// State is the folder with everything that must be kept: ledger, blobs, keys. Relative to the config file.
	State string `toml:"state"`
	// Guard is the file that remembers the last acknowledged checkpoint; empty: in the state folder. Relative to the config file.
	Guard string `toml:"guard"`
	SSH   struct {
		Listen string `toml:"listen"` // address of the SSH door
		Banner string `toml:"banner"` // shown before sign-in; may be empty
	} `toml:"ssh"`
	Web struct {
		Listen string `toml:"listen"` // address of the console and the API, HTTPS
		Origin string `toml:"origin"` // what browsers call it, e.g. https://gateway.example:8443; sign-in links begin with it
		Cert   string `toml:"cert"`   // PEM files; both empty: a certificate made at the first start, in the state folder
		Key    string `toml:"key"`
	} `toml:"web"`
	Target struct {
		PlainPrincipal bool   `toml:"plain_principal"` // certificates also name the plain login, for hosts without AuthorizedPrincipalsFile
		SourceAddress  string `toml:"source_address"`  // addresses (CIDR) under which targets see this gateway; empty: the connection's own
	} `toml:"target"`
	Metrics struct {
		Listen string `toml:"listen"` // address of /metrics and /healthz, plain HTTP; empty: none. Keep it on loopback
	} `toml:"metrics"`
	Webhook struct {
		URL        string `toml:"url"`         // told when something waits; empty: nobody is
		SecretFile string `toml:"secret_file"` // signs what is sent, HMAC-SHA256
	} `toml:"webhook"`
	Mail struct {
		From         string   `toml:"from"`          // sender's address; empty: nobody is told by mail
		SMTP         string   `toml:"smtp"`          // host:port of a mail server; it must offer TLS unless it is on loopback
		User         string   `toml:"user"`          // to sign in to it; empty: does not
		PasswordFile string   `toml:"password_file"` // of the user
		Spool        string   `toml:"spool"`         // instead of smtp: a folder that messages are written into
		Command      []string `toml:"command"`       // instead of smtp: a program that takes a message on standard input
	} `toml:"mail"`
	Notice struct {
		Acceptance string `toml:"acceptance"` // how long before a risk acceptance ends those concerned are told; empty: 168h
	} `toml:"notice"`
	Witnesses struct {
		Use    []string `toml:"use"`    // "URL KEY" of each C2SP witness that checkpoints are offered to; empty: none
		Quorum int      `toml:"quorum"` // how many must cosign before the server is content; 0: all
	} `toml:"witnesses"`
	Limits struct {
		ProposalsPerMinute int `toml:"proposals_per_minute"` // of one engineer; 0: 60
	} `toml:"limits"`
}

// loadConfig reads a config file. Paths in it are relative to the file.
func loadConfig(path string) (Config, error) {
	var c Config
	b, err := os.ReadFile(path)
	if err != nil {
		return c, sallyport.Errorf(sallyport.NotFound, "config %q cannot be read: %w", path, err).WithHint("`sallyport init` writes one")
	}
	dec := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, configError(path, err)
	}
	base := filepath.Dir(path)
	for _, p := range []*string{&c.State, &c.Guard, &c.Web.Cert, &c.Web.Key, &c.Webhook.SecretFile, &c.Mail.PasswordFile, &c.Mail.Spool} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(base, *p)
		}
	}
	return c, c.validate(path)
}

func configError(path string, err error) error {
	var strict *toml.StrictMissingError
	var decode *toml.DecodeError
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		first := strict.Errors[0]
		line, _ := first.Position()
		return sallyport.Errorf(sallyport.Invalid, "config %q line %d: key %q is not known", path, line, strings.Join(first.Key(), ".")).WithHint("docs/operations.md lists every key")
	case errors.As(err, &decode):
		line, col := decode.Position()
		return sallyport.Errorf(sallyport.Invalid, "config %q line %d column %d: %s", path, line, col, decode.Error())
	}
	return sallyport.Errorf(sallyport.Invalid, "config %q: %v", path, err)
}

func (c Config) validate(path string) error {
	switch {
	case c.State == "":
		return sallyport.Errorf(sallyport.Invalid, "config %q does not say where the state is", path).WithHint("state = \"state\"")
	case c.SSH.Listen == "" || c.Web.Listen == "":
		return sallyport.Errorf(sallyport.Invalid, "config %q lacks ssh.listen or web.listen", path)
	case !strings.HasPrefix(c.Web.Origin, "https://"):
		return sallyport.Errorf(sallyport.Invalid, "config %q: web.origin %q does not begin with https://", path, c.Web.Origin)
	case (c.Web.Cert == "") != (c.Web.Key == ""):
		return sallyport.Errorf(sallyport.Invalid, "config %q names only one of web.cert and web.key", path)
	case c.warnBefore() == 0:
		return sallyport.Errorf(sallyport.Invalid, "config %q: notice.acceptance %q is not a time such as 168h", path, c.Notice.Acceptance)
	case c.Limits.ProposalsPerMinute < 0:
		return sallyport.Errorf(sallyport.Invalid, "config %q: limits.proposals_per_minute %d is negative", path, c.Limits.ProposalsPerMinute)
	}
	return nil
}

// warnBefore is how long before a risk acceptance ends those concerned are told; 0 is a value that cannot be read.
func (c Config) warnBefore() time.Duration {
	if c.Notice.Acceptance == "" {
		return 7 * 24 * time.Hour
	}
	d, err := time.ParseDuration(c.Notice.Acceptance)
	if err != nil || d < 0 {
		return 0
	}
	return d
}

// configText is the commented file that init writes. Its keys and defaults are those of Config; a test reads it back.
const configText = `# Sallyport configuration. Times are UTC. Paths are relative to this file.
# An unknown key is refused when the server starts.

# The folder with everything that must be kept: ledger, blobs, keys. Back it up with "sallyport backup".
state = "state"
# The file that remembers the last acknowledged checkpoint. Put it on another disk than the state and leave it out of backups: then a
# state folder that was restored from a backup is noticed. Empty: in the state folder.
guard = ""

[ssh]
# The door for engineers.
listen = ":2222"
# Shown before sign-in. May be empty.
banner = ""

[web]
# The console and the API, HTTPS.
listen = ":8443"
# What browsers call this server. Sign-in links begin with it.
origin = "https://localhost:8443"
# PEM files of your own certificate. Both empty: one is made at the first start and kept in the state folder.
cert = ""
key = ""

[target]
# Certificates for targets name login@target. With true they name the plain login too, for hosts whose sshd has no
# AuthorizedPrincipalsFile: then one certificate authority is good for that login on every host.
plain_principal = false
# Under which addresses (CIDR, comma separated) targets see this gateway. Empty: the connection's own address.
source_address = ""

[metrics]
# /metrics (Prometheus) and /healthz, plain HTTP. Keep it on loopback; empty switches it off.
listen = "127.0.0.1:9464"

[webhook]
# Told when something waits: ids only, signed with HMAC-SHA256 by the secret in secret_file. Empty: nobody is told.
url = ""
secret_file = ""

[mail]
# System owners are told by mail when a session on their system opens and ends, with who and from which country; approvers, when a risk
# acceptance ends soon. The sender's address; empty: nobody is told by mail. A person's own address stands in their record.
from = ""
# One of three. A mail server, host:port, which must offer TLS unless it is on loopback, with a user and a password if it asks for them:
smtp = ""
user = ""
password_file = ""
# or a folder that messages are written into; or a program that takes a message on standard input, such as ["/usr/sbin/sendmail", "-t", "-i"].
spool = ""
command = []

[notice]
# How long before a risk acceptance ends those concerned are told.
acceptance = "168h"

[witnesses]
# Checkpoints of the ledger are offered to these C2SP witnesses: "URL KEY" each. Run by others than you: "sallyport witness".
use = []
# How many must cosign; fewer for five minutes is an alarm in the log. 0: all.
quorum = 0

[limits]
# Proposals per minute of one engineer.
proposals_per_minute = 60
`
