package ssh_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"sallyport"
	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

func TestCheck(t *testing.T) {
	root := os.Getuid() == 0
	good := sshtest.OpenSSH(t, sshtest.Options{Accounts: shells(t)})
	plain := sshtest.OpenSSH(t, sshtest.Options{Plain: true})
	foreign := sshtest.OpenSSH(t, sshtest.Options{})
	foreign.CA, _ = sshtest.NewSigner(t)
	unrecorded := *good
	unrecorded.Target.HostKey = ""
	changed := *good
	changed.Target.HostKey = plain.Target.HostKey
	absent := *good
	absent.Target.Address = "127.0.0.1:1"

	const all = "host key ok, certificate authority ok, principals ok, source-address ok, forced command ok, login shell ok, programs ok, clock ok, keepalive note"
	for _, tt := range []struct {
		name  string
		host  *sshtest.Host
		login string
		plain bool
		want  string
		fix   string // in one of the findings
		root  bool   // needs accounts that only root can have
	}{
		{"good", good, "ops", false, all, "", false},
		{"plain principals", plain, "ops", false, strings.Replace(all, "principals ok", "principals fail", 1), "/etc/ssh/sallyport_principals/ops\nops@web-01\n", false},
		{"plain principals wanted", plain, "ops", true, strings.Replace(all, "principals ok", "principals warn", 1), "AuthorizedPrincipalsFile /etc/ssh/sallyport_principals/%u\n", false},
		{"authority not trusted", foreign, "ops", false, "host key ok, certificate authority fail", "TrustedUserCAKeys /etc/ssh/sallyport_ca.pub\n", false},
		{"unknown account", good, "nemo", false, "host key ok, certificate authority fail", "", false},
		{"bash", good, "opsbash", false, "host key ok, certificate authority ok, principals ok, source-address ok, login shell fail, keepalive note", "usermod --shell /bin/sh opsbash\n", true},
		{"nologin", good, "opsno", false, "host key ok, certificate authority ok, principals ok, source-address ok, forced command fail, keepalive note", "", true},
		{"no host key", &unrecorded, "ops", false, "host key fail", good.Target.HostKey, false},
		{"other host key", &changed, "ops", false, "host key fail", "", false},
		{"nobody there", &absent, "ops", false, "address fail", "", false},
		{"go", sshtest.Go(t), "ops", false, strings.Replace(all, "login shell ok", "login shell fail", 1), "usermod", false}, // it has no account of that name
	} {
		if tt.root && !root {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			r, err := ssh.New(ssh.Config{CA: tt.host.CA, PlainPrincipal: tt.plain})
			if err != nil {
				t.Fatal(err)
			}
			findings := r.Check(context.Background(), target.Permit{Serial: 7, Action: sallyport.ActionID(sallyport.CheckPrefix + strings.ReplaceAll(tt.name, " ", "-"))}, tt.host.Target, tt.login)
			var got []string
			fixes := ""
			for _, f := range findings {
				got = append(got, f.Check+" "+string(f.Level))
				fixes += f.Fix
				if f.Message == "" || f.Level == target.OK && f.Fix != "" {
					t.Errorf("finding %+v", f)
				}
			}
			if strings.Join(got, ", ") != tt.want || !strings.Contains(fixes, tt.fix) {
				t.Errorf("got %s\nwant %s\n%+v", strings.Join(got, ", "), tt.want, findings)
			}
			if target.Fit(findings) == strings.Contains(tt.want, "fail") {
				t.Errorf("fit: %t", target.Fit(findings))
			}
		})
	}
}
