package assess_test

import (
	"slices"
	"testing"

	"sallyport/assess"
)

func TestTechnologies(t *testing.T) {
	for text, want := range map[string][]string{
		"echo hello; df -h":                                nil,
		"sed -i s/a/b/ /etc/nftables.conf":                 {"nftables"},
		"systemctl reload nginx":                           {"nginx"},
		"nginx -t && sudo -u root iptables -L":             {"nftables", "nginx"},
		"timeout 5 psql -c 'select 1' | tee /tmp/x":        {"postgresql"},
		"sudo env PGUSER=me /usr/bin/pg_dump shop >x.sql":  {"postgresql"},
		"if true; then for i in 1; do docker ps; done; fi": {"docker"},
		"x=$(kubectl get pods); echo $x":                   {"kubernetes"},
		"cat /etc/postgresql/14/main/pg_hba.conf":          {"postgresql"},
		"grep nginx /var/log/syslog":                       nil,
		"echo bmZ0IGZsdXNoIHJ1bGVzZXQ= | base64 -d | sh":   {"nftables"},
		"if nginx; the":                                    {"nginx"},
		"":                                                 nil,
	} {
		req := assess.Request{Text: []byte(text)}
		if got := assess.Technologies(req, assess.Assess(t.Context(), req)); !slices.Equal(got, want) {
			t.Errorf("%q touches %q, want %q", text, got, want)
		}
	}
	req := assess.Request{Text: []byte("./fix.sh"), Files: map[string][]byte{"./fix.sh": []byte("#!/bin/sh\nmysql -e 'select 1'\n")}}
	if got := assess.Technologies(req, assess.Assess(t.Context(), req)); !slices.Equal(got, []string{"mysql"}) {
		t.Errorf("a pinned file touches %q", got)
	}
}
