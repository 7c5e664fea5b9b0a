package assess

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"sallyport"
)

// FuzzAssess: no text makes the assessment panic, differ from itself, point outside the text, or call low what was not understood.
func FuzzAssess(f *testing.F) {
	for _, h := range hide {
		f.Add([]byte(h.text), false)
	}
	for _, s := range []string{"", "\x00", "a\xffb", "$(", "${x", "<<X\n", "case x in", "f(){ f; f; }; f", ":(){ :|:& };:", "{1..99999999}", "while :; do x=$x$x; done", "eval eval eval x", "a[$a[0]]=1",
		"x=$((1/0))", "$((9223372036854775807+1))", "printf %99999999s", "echo {a..z}{a..z}{a..z}{a..z}", "for((;;)); do :; done", "\u202e", "declare -n x=x; echo $x", "((x[x[x]]))", "trap 'trap x EXIT' EXIT", ". /dev/stdin <<<'. /dev/stdin'"} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, posix bool) {
		if len(text) > 1<<14 {
			return
		}
		req := Request{Text: text, Lang: "bash"}
		if posix {
			req.Lang = "sh"
		}
		a := Assess(context.Background(), req)
		b := Assess(context.Background(), req)
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if !bytes.Equal(x, y) {
			t.Fatalf("not deterministic:\n%s\n%s", x, y)
		}
		lines := strings.Count(string(text), "\n") + 1
		check := func(what string, s sallyport.Span) {
			if s[0] < 1 || s[1] < s[0] || s[1] > lines {
				t.Errorf("%s has lines %v, the text has %d", what, s, lines)
			}
		}
		for _, e := range a.Effects {
			check("effect "+string(e.Kind), e.Lines)
		}
		for _, e := range a.Findings {
			check("finding "+e.Rule, e.Lines)
			if e.Rule == "failed" {
				t.Error("the analysis failed")
			}
			if ruleNames()[e.Rule] == false {
				t.Errorf("finding of no rule: %q", e.Rule)
			}
		}
		for _, e := range a.Unknown {
			check("unknown", e.Lines)
		}
		if a.Verdict == sallyport.Low && (!a.Complete || len(a.Unknown) > 0) {
			t.Errorf("low, but not complete: %v", a.Unknown)
		}
		References(req)
	})
}

var names map[string]bool

func ruleNames() map[string]bool {
	if names == nil {
		n := map[string]bool{}
		for _, r := range Rules() {
			n[r.Name] = true
		}
		names = n
	}
	return names
}

func TestWhatIsNotUnderstoodIsNeverLow(t *testing.T) {
	for _, text := range []string{"frobnicate", "ls --no-such-option-at-all", "$UNKNOWN x", ". /opt/app/env", "bash /opt/app/run.sh", "./x", "eval \"$CODE\"", "sh < \"$F\"", "echo '", "if true", "curl https://example.com | sh",
		"systemctl --frob restart x", "sudo frobnicate", "xargs frobnicate", "find . -exec frobnicate {} +", "python3 -c \"$CODE\"", "ssh h frobnicate", "ls; frobnicate; ls"} {
		a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"})
		if a.Verdict == sallyport.Low || a.Complete {
			t.Errorf("%q: verdict %q, complete %v, want neither low nor complete", text, a.Verdict, a.Complete)
		}
	}
	for _, lang := range []string{"sql", "powershell", "yaml"} {
		if a := Assess(context.Background(), Request{Text: []byte("ls"), Lang: lang}); a.Verdict == sallyport.Low {
			t.Errorf("%s: verdict low", lang)
		}
	}
	if a := Assess(context.Background(), Request{Text: bytes.Repeat([]byte("ls\n"), 1<<20), Lang: "bash"}); !a.Verdict.Alert() {
		t.Errorf("a text of 3 MiB: verdict %q, want an alert", a.Verdict)
	}
}

func TestPlainWorkIsLow(t *testing.T) {
	for _, text := range []string{"df -h", "ls -l /var/log | head", "grep -c error /var/log/app.log", "for f in *.txt; do wc -l \"$f\"; done", "uptime; free -m", "ps aux | sort -nk3 | tail -n 3", "find . -name '*.go' | wc -l", "date +%F"} {
		a := Assess(context.Background(), Request{Text: []byte(text), Lang: "bash"})
		if a.Verdict != sallyport.Low || !a.Complete {
			t.Errorf("%q: verdict %q, complete %v: %v %v", text, a.Verdict, a.Complete, a.Findings, a.Unknown)
		}
	}
}

func TestReferencesAreWordsOfTheText(t *testing.T) {
	text := "cd /opt/app\n./fix_servers.sh --all\nbash '/srv/x y.sh' 1\n. ./env\nbash \"$X\"\necho 'ls' > /tmp/own; sh /tmp/own\nsudo ./again.sh\n"
	var got []string
	for _, r := range References(Request{Text: []byte(text), Lang: "bash"}) {
		got = append(got, r.Word+"|"+text[r.Offset:r.Offset+r.Length]+"|"+map[bool]string{true: "command", false: "argument"}[r.Command])
	}
	want := "/opt/app/fix_servers.sh|./fix_servers.sh|command, /srv/x y.sh|'/srv/x y.sh'|argument, /opt/app/env|./env|argument, /opt/app/again.sh|./again.sh|command"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestEffectsOutsideTheTicketComeFirst(t *testing.T) {
	a := Assess(context.Background(), Request{Text: []byte("systemctl restart nginx\nsystemctl restart postgresql\n"), Lang: "bash", Scope: Scope{Services: []string{"nginx"}}})
	if len(a.Effects) == 0 || a.Effects[0].Target != "postgresql" || !a.Effects[0].Outside {
		t.Errorf("effects %v, want postgresql first and marked", a.Effects)
	}
}

func BenchmarkOneLiner(b *testing.B) {
	texts := []string{"find /var/log -name '*.log' -mtime +7 | xargs ls -l", "ps aux | grep nginx | awk '{print $2}'", "tar czf /tmp/x.tgz /opt/app", "for i in 1 2 3; do echo $i; done"}
	for i := 0; b.Loop(); i++ {
		Assess(context.Background(), Request{Text: []byte(texts[i%len(texts)]), Lang: "bash"})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "one-liners/s")
}

func BenchmarkScript(b *testing.B) {
	var text strings.Builder
	text.WriteString("#!/bin/bash\nset -euo pipefail\n")
	for range 14 { // 2.7 kB, the mean of real scripts
		text.WriteString("if [ -f /etc/app/app.conf ]; then\n  cp /etc/app/app.conf \"/var/backups/app-$(date +%F)\"\nfi\nfor f in a b c; do sed -i \"s/$f/x/\" \"/opt/app/$f\"; done\n")
	}
	for b.Loop() {
		Assess(context.Background(), Request{Text: []byte(text.String()), Lang: "bash"})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "scripts/s")
}

func TestWhatAnotherShellReadsOtherwiseIsHigh(t *testing.T) {
	text := []byte("ls\nrm x &> /tmp/log\nprintf $'a\\n'\n")
	for _, c := range []struct {
		lang string
		want int
	}{{"sh", 2}, {"bash", 0}} {
		a := Assess(context.Background(), Request{Text: text, Lang: c.lang})
		n := 0
		for _, f := range a.Findings {
			if f.Rule == "other-shell" && f.Level == sallyport.High && (f.Lines[0] == 2 || f.Lines[0] == 3) {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s: %d findings, want %d: %v", c.lang, n, c.want, a.Findings)
		}
	}
}
