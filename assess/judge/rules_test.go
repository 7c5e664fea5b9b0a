package judge

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestEveryFindingHasARule holds the sources of the judge and the walker to the list of rules. Hints of the tables of commands that
// have no rule of their own are reported as "remark".
func TestEveryFindingHasARule(t *testing.T) {
	calls := regexp.MustCompile(`(?:j\.find|m\.note)\("([a-z0-9-]+)"`)
	n := 0
	for _, dir := range []string{".", "../shell"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range calls.FindAllStringSubmatch(string(body), -1) {
				n++
				if ruleByName[m[1]] == nil {
					t.Errorf("%s: finding of no rule %q", f, m[1])
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("%d findings in the sources, want at least 60: the expression no longer fits", n)
	}
	for _, r := range Rules {
		if r.Reason == "" || r.Level == "" {
			t.Errorf("rule %q lacks a reason or a level", r.Name)
		}
	}
}

func TestSecretsAreKnownByTheirPlaces(t *testing.T) {
	for _, p := range []string{"/etc/shadow", "~/.ssh/id_ed25519", "/home/a/.aws/credentials", "/root/.kube/config", "/proc/1/environ", "/etc/ssl/private/x.pem", "/srv/app/.env", "k8s:secrets", "‹$HOME›/.netrc", "/home/b/.bash_history"} {
		if what, _ := secret(p); what == "" {
			t.Errorf("%q is not known as a secret", p)
		}
	}
	for _, p := range []string{"~/.ssh/id_ed25519.pub", "/etc/hosts", "/etc/nginx/nginx.conf", "/opt/app/config.json", "/var/log/syslog", "/home/a/notes.txt"} {
		if what, grave := secret(p); grave {
			t.Errorf("%q is taken for a secret: %s", p, what)
		}
	}
}
