package assess

import (
	"context"
	"slices"
	"testing"

	"sallyport"
)

// TestPlainWork holds what is plain work to low, and its relatives that give rights, lose something or weaken a protection to more.
func TestPlainWork(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"systemctl restart nginx", "low"},
		{"systemctl try-restart nginx", "low"},
		{"systemctl stop nginx", "medium"},
		{"systemctl disable nginx", "medium"},
		{"systemctl enable nginx", "medium"},
		{`systemctl restart "$1"`, "medium"},
		{"systemctl stop auditd", "high"},
		{"update-rc.d demo remove", "low"},
		{"update-rc.d -f demo remove", "medium"},
		{"umount /mnt/disk", "low"},
		{"umount /usr", "medium"},
		{"umount /var/lib/docker", "medium"},
		{"mount /dev/sdb1 /mnt", "medium"},
		{"chown root:root /etc/demo.conf", "low"},
		{"chown -R root:root /etc", "medium"},
		{"chown www-data /etc/demo.conf", "medium"},
		{"chmod go-rwx /etc/demo.conf", "low"},
		{"chmod o+w /etc/demo.conf", "high"},
		{"chmod go-x /usr/bin/passwd", "medium"},
		{"chmod u-x /etc/init.d/auditd", "medium"},
		{"groupadd demo", "low"},
		{"groupdel demo", "medium"},
		{"adduser --system --group --no-create-home demo", "low"},
		{"useradd --system --shell=/usr/sbin/nologin demo", "low"},
		{"useradd --system --shell=/bin/bash demo", "medium"},
		{"useradd -r -s /bin/sh demo", "medium"},
		{"useradd -r -p x demo", "medium"},
		{"useradd demo", "medium"},
		{"useradd -r -G docker demo", "high"},
		{"useradd -r -o -u 0 demo", "high"},
		{"kubectl cordon n1", "low"},
		{"kubectl rollout restart deployment/web", "low"},
		{"kubectl rollout undo deployment/web", "medium"},
		{"kubectl drain n1", "medium"},
		{"kubectl port-forward pod/web 8080:80", "medium"},
		{"kubectl port-forward --address 0.0.0.0 pod/web 8080:80", "high"},
	} {
		if got := Assess(context.Background(), Request{Text: []byte(c.text)}); string(got.Verdict) != c.want {
			t.Errorf("%s: %s, want %s: %s", c.text, got.Verdict, c.want, got.Summary)
		}
	}
}

// TestPlainWorkStillCounts keeps them from hiding: encoded, or outside what the ticket names.
func TestPlainWorkStillCounts(t *testing.T) {
	hidden := Assess(context.Background(), Request{Text: []byte("echo c3lzdGVtY3RsIHJlc3RhcnQgbmdpbngK | base64 -d | sh")})
	if !hidden.Verdict.Alert() {
		t.Errorf("a restart in base64 is %s", hidden.Verdict)
	}
	outside := Assess(context.Background(), Request{Text: []byte("systemctl restart sshd"), Scope: Scope{Services: []string{"nginx"}}})
	if !slices.ContainsFunc(outside.Findings, func(f sallyport.Finding) bool { return f.Rule == "outside-scope" }) {
		t.Errorf("a restart of a service that the ticket does not name is %s, without a finding", outside.Verdict)
	}
}
