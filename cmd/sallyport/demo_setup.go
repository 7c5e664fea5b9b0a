package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	_ "embed"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy"
)

// The demo's people. Names say what they are, and nothing else.
const (
	demoAdmin    sallyport.PersonID = "ada"
	demoEngineer sallyport.PersonID = "ana"
	demoEscort   sallyport.PersonID = "ed"
	demoSecond   sallyport.PersonID = "sue"
	demoAuditor  sallyport.PersonID = "aud"
	demoTicket   sallyport.TicketID = "T-1001"
	demoSystem   sallyport.SystemID = "shop"
)

// demo is a whole Sallyport with its target and its people.
type demo struct {
	dir    string
	out    io.Writer
	o      demoOptions
	logger *slog.Logger

	place  *demoPlace
	node   *node
	logKey string
	key    ssh.Signer // the engineer's
	escort ssh.Signer // what the escort signs with
	known  string     // known_hosts file for the engineer's client
	sign   bool       // the escort's next decisions are signed
	kept   [][]byte   // receipts of both parties
	titles int        // sections printed so far

	signers map[sallyport.PersonID]ssh.Signer // where the profile asks for signatures; see demo_people.go
}

// start brings everything up.
func (d *demo) start(ctx context.Context) error {
	sshListener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	webListener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		sshListener.Close()
		return err
	}
	var cfg Config
	cfg.State = filepath.Join(d.dir, "state")
	cfg.Web.Origin = "http://" + webListener.Addr().String()
	keys := keysOf(cfg.State)
	if err := keys.make("sallyport.demo"); err != nil {
		return err
	}
	if _, _, d.logKey, err = keys.log(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, "log-key.txt"), []byte(d.logKey+"\n"), 0o600); err != nil {
		return err
	}
	ca, err := keys.ssh("target_ca")
	if err != nil {
		return err
	}
	if d.place, err = openPlace(ctx, d.o, ca.PublicKey(), d.dir); err != nil {
		return err
	}
	d.node, err = openNode(ctx, cfg, d.logger, nodeOptions{plainLoopback: true, found: &gateway.Founding{
		Administrator: demoAdmin, Details: sallyport.PersonDetails{Name: "Ada (administrator)"}, Profile: "open"}})
	if err != nil {
		return err
	}
	d.node.listen(nil, sshListener, webListener)
	if err := d.engineerKey(); err != nil {
		return err
	}
	return d.populate(ctx)
}

// engineerKey makes the engineer's key pair and known_hosts file.
func (d *demo) engineerKey() error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	if d.key, err = ssh.NewSignerFromSigner(private); err != nil {
		return err
	}
	_, escort, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	if d.escort, err = ssh.NewSignerFromSigner(escort); err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "sallyport demo")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, "engineer_key"), pem.EncodeToMemory(block), 0o600); err != nil {
		return err
	}
	host, err := d.node.keys.ssh("ssh_host_ed25519_key")
	if err != nil {
		return err
	}
	d.known = filepath.Join(d.dir, "known_hosts")
	return os.WriteFile(d.known, fmt.Appendf(nil, "[127.0.0.1]:%s %s\n", port(d.node.sshAddr), authorizedKey(host.PublicKey())), 0o600)
}

// populate records people, system, target and ticket, as an administrator would.
func (d *demo) populate(ctx context.Context) error {
	admin := gateway.Caller{Person: demoAdmin, Door: "cli"}
	g := d.node.gateway
	set, err := policy.Open(d.o.profile)
	if err != nil {
		return err
	}
	if d.o.profile != "open" {
		if err := g.UseProfile(ctx, admin, d.o.profile); err != nil {
			return err
		}
	}
	if err := d.people(ctx, set); err != nil {
		return err
	}
	if err := d.signingKeys(ctx, set); err != nil {
		return err
	}
	purpose, err := sallyport.EncodeJSON(sallyport.TicketPurpose{Title: "web-01 answers 502", Text: "Customers see 502 since this morning. Find out why and bring the shop back.",
		Paths: []string{"/etc/nginx", "/var/log/nginx", "/run/shop", "/var/log/shop"}, Services: []string{"nginx"}, Hosts: []string{"web-01"}})
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	target := d.place.target
	target.Target, target.System, target.Technologies = "web-01", demoSystem, []string{"nginx"}
	if err := firstError(
		g.Record(ctx, admin, &sallyport.KeyEnrolled{Person: demoEngineer, Key: sallyport.KeyID(ssh.FingerprintSHA256(d.key.PublicKey())), Form: "ssh", Public: authorizedKey(d.key.PublicKey()), Use: []string{"signin"}}),
		g.Record(ctx, admin, &sallyport.KeyEnrolled{Person: demoEscort, Key: sallyport.KeyID(ssh.FingerprintSHA256(d.escort.PublicKey())), Form: "ssh", Public: authorizedKey(d.escort.PublicKey()), Use: []string{"sign"}}),
		g.Record(ctx, admin, &sallyport.SystemSet{System: demoSystem, Name: "Web shop", Profile: d.o.profile, Impact: "moderate", Technologies: []string{"nginx"}, Release: sallyport.ReleaseRedacted}),
		g.Record(ctx, admin, &target),
		g.Record(ctx, admin, &sallyport.TicketOpened{Ticket: demoTicket, System: demoSystem, Targets: []sallyport.TargetID{"web-01"}, Engineer: demoEngineer, Mode: sallyport.Propose,
			Technologies: []string{"nginx"}, From: now.Add(-time.Minute), To: now.Add(12 * time.Hour)}, purpose),
	); err != nil {
		return err
	}
	if !set.Profile().Disclosure {
		return nil
	}
	return d.disclose(ctx)
}

// close ends everything.
func (d *demo) close() error {
	var err error
	if d.node != nil {
		err = d.node.close()
	}
	if d.place != nil {
		d.place.close()
	}
	return err
}

// sshCommand is what the engineer pastes.
func (d *demo) sshCommand() string {
	return fmt.Sprintf("ssh -i %s -o UserKnownHostsFile=%s -o IdentitiesOnly=yes -p %s %s@127.0.0.1",
		filepath.Join(d.dir, "engineer_key"), d.known, port(d.node.sshAddr), demoTicket)
}

func (d *demo) welcome() {
	fmt.Fprintf(d.out, `
Sallyport demo. Ticket %s: web-01 answers 502.
`, demoTicket)
	for _, m := range d.place.missing {
		fmt.Fprintf(d.out, "Note on the sandbox: %s\n", m)
	}
	fmt.Fprintf(d.out, `
1. You are the engineer. In a second terminal:

     %[1]s

   Then propose, for example:
     /opt/shop/status
     tail -n 3 /var/log/nginx/error.log
     ./fix_servers.sh
     sed -i 's/:9001;/:9000;/' /etc/nginx/conf.d/shop.conf && /opt/shop/status

   Or without a prompt:
     %[1]s 'tail -n 3 /var/log/nginx/error.log'

2. You are the escort. Claim the session, read what waits, decide:
`, d.sshCommand())
	d.links()
	fmt.Fprintf(d.out, "\nEach link is good once; press Enter for new ones. Ctrl-C ends the demo and keeps the evidence in %s\n\n", d.dir)
}

// links prints fresh sign-in links.
func (d *demo) links() {
	for _, p := range []struct {
		who string
		id  sallyport.PersonID
	}{{"escort", demoEscort}, {"second person", demoSecond}, {"auditor", demoAuditor}, {"administrator", demoAdmin}, {"approver", demoApprover}, {"system owner", demoOwner}} {
		link, _, err := d.node.web.SignInLink(p.id)
		if err != nil {
			fmt.Fprintf(d.out, "     %-14s %v\n", p.who, err)
			continue
		}
		fmt.Fprintf(d.out, "     %-14s %s\n", p.who, d.ownHost(link, p.id))
	}
	fmt.Fprintln(d.out, "     (if your browser does not know names that end in .localhost, write 127.0.0.1 instead)")
}

// ownHost gives each person of the demo a host name of their own, so that one browser can be several of them at once:
// cookies belong to a host, and browsers resolve every name under .localhost to this machine (RFC 6761, section 6.3).
func (d *demo) ownHost(link string, p sallyport.PersonID) string {
	return strings.Replace(link, "//127.0.0.1:", "//"+string(p)+".localhost:", 1)
}
