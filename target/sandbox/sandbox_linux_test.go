package sandbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sallyport"
	"sallyport/target"
	"sallyport/target/sandbox"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

type place struct {
	*sandbox.Sandbox
	t      testing.TB
	runner *ssh.Runner
	target sallyport.TargetSet
}

func start(t testing.TB, files map[string]sandbox.File) *place {
	t.Helper()
	ca, _ := sshtest.NewSigner(t)
	s, err := sandbox.Start(context.Background(), sandbox.Config{Target: "web-01", CA: ca.PublicKey(), Files: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if s.Missing != nil {
		t.Logf("missing: %q", s.Missing)
	}
	r, err := ssh.New(ssh.Config{CA: ca})
	if err != nil {
		t.Fatal(err)
	}
	return &place{s, t, r, sallyport.TargetSet{Target: "web-01", Address: s.Address, HostKey: s.HostKey, Logins: []string{"ops"}}}
}

// sh runs text in the place and returns everything it printed.
func (p *place) sh(text string) (string, target.Outcome) {
	p.t.Helper()
	spec := sallyport.Spec{Action: "a-test", Text: []byte(text), Target: "web-01", HostKey: p.HostKey, Login: "ops", Interpreter: "/bin/bash", Limits: sallyport.ActionLimits{Timeout: 20 * time.Second}}
	var out bytes.Buffer
	o, err := p.runner.Run(context.Background(), target.Permit{Action: "a-test"}, p.target, spec, nil, target.SinkFunc(func(_ target.Stream, b []byte) error {
		out.Write(b)
		return nil
	}))
	if err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return out.String(), o
}

func TestPlace(t *testing.T) {
	p := start(t, map[string]sandbox.File{
		"/srv/app/log.txt": {Content: []byte("hello\n"), Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		"/home/ops/fix.sh": {Content: []byte("#!/bin/sh\necho fixed\n"), Mode: 0o755},
	})
	for _, tt := range []struct{ name, text, want string }{
		{"who", "id -u; whoami; hostname; pwd; echo $HOME", "1000\nops\nweb-01\n/home/ops\n/home/ops\n"},
		{"files", "date -u -r /srv/app/log.txt +%F; cat /srv/app/log.txt; ./fix.sh; echo more >>/srv/app/log.txt && cat /srv/app/log.txt", "2026-03-01\nhello\nfixed\nhello\nmore\n"},
		{"tools", "printf 'b\na\n' | sort | sed s/a/A/ | awk '{print $1}'; ls /dev/null /dev/urandom; echo x >/dev/null; head -c2 /dev/zero | wc -c", "A\nb\n/dev/null\n/dev/urandom\n2\n"},
	} {
		if got, _ := p.sh(tt.text); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	// It lasts: orphans are buried, what an action leaves behind is there for the next one.
	p.sh("for i in 1 2 3 4 5; do (setsid sleep 0.1 &) ; done; echo left >/tmp/left")
	time.Sleep(300 * time.Millisecond)
	if got, _ := p.sh("cat /tmp/left; cat /proc/[0-9]*/stat | grep -c ') Z'"); got != "left\n0\n" {
		t.Errorf("later: got %q", got)
	}
}

// TestNothingOfTheHost: what is not on the list is not there, and what is cannot be changed.
func TestNothingOfTheHost(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	p := start(t, nil)
	if got, _ := p.sh("ls -A /"); strings.Trim(strings.NewReplacer("lib32\n", "", "lib64\n", "", "libx32\n", "").Replace(got), "\n") != "bin\ndev\netc\nhome\nlib\nproc\nroot\nrun\nsbin\ntmp\nusr\nvar" {
		t.Errorf("root folder: %q", got)
	}
	for _, text := range []string{
		"cat " + secret, "ls /work /home/user /sys /boot /.host /run/sshd /etc/shadow /etc/ssh", "cat /proc/1/environ /proc/1/maps", "ls /proc/1/fd /proc/1/root/",
		"touch /usr/x", "touch /bin/x", "echo >/etc/alternatives/x", "rm -f /usr/bin/env", "echo x >/proc/sys/kernel/core_pattern", "echo x >/proc/sysrq-trigger", "echo 1 >/proc/self/oom_score_adj",
		"mount -t tmpfs tmpfs /tmp", "mount -o remount,rw /usr", "umount /usr", "unshare -Ur true", "unshare -U true", "unshare -n true", "nsenter -t 1 -n true", "chroot / true", "mknod /tmp/d b 8 0", "hostname x",
		"su -c id", "chown 0 /tmp", "kill -9 1 && ! kill -0 1",
	} {
		if got, o := p.sh("{ " + text + "; } 2>/dev/null"); o.Exit == 0 || got != "" {
			t.Errorf("%s: got %q, %+v", text, got, o)
		}
	}
	got, _ := p.sh("grep -E 'NoNewPrivs|Cap(Prm|Eff|Bnd|Amb)' /proc/self/status | tr -d '\\t'; cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '; ulimit -c -H; awk '{print $1}' /proc/self/setgroups")
	uid, gid := os.Getuid(), os.Getgid()
	if uid == 0 {
		uid, gid = 65534, 65534
	}
	want := fmt.Sprintf("CapPrm:%[3]s\nCapEff:%[3]s\nCapBnd:%[3]s\nCapAmb:%[3]s\nNoNewPrivs:1\n 1000 %[1]d 1\n 1000 %[2]d 1\n", uid, gid, strings.Repeat("0", 16))
	if !strings.HasPrefix(got, want) {
		t.Errorf("powers: got %q, want %q", got, want)
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "secret" {
		t.Errorf("secret: %q, %v", b, err)
	}
}

// TestNoNetwork: the host's loopback is not the place's, and there is nothing but loopback.
func TestNoNetwork(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	abstract, err := net.Listen("unix", "@sallyport-sandbox-test")
	if err != nil {
		t.Fatal(err)
	}
	defer abstract.Close()
	p := start(t, nil)
	port := l.Addr().(*net.TCPAddr).Port
	own := p.Address[strings.LastIndex(p.Address, ":")+1:]
	got, o := p.sh(fmt.Sprintf("cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' '; wc -l </proc/net/route; for a in 127.0.0.1/%d 127.0.0.1/%s 1.1.1.1/53 10.0.0.1/22; do (exec 3<>/dev/tcp/$a) 2>/dev/null && echo reached $a; done; grep -c sallyport-sandbox-test /proc/net/unix; true", port, own))
	if got != "lo\n1\n0\n" || o.Exit != 0 {
		t.Errorf("got %q, %+v", got, o)
	}
}

// TestEnds: the place ends with Close, with its context, and with the process that started it; nothing stays behind.
func TestEnds(t *testing.T) {
	p := start(t, nil)
	p.sh("setsid sleep 321.5 & sleep 0.1")
	if !running("sleep\x00321.5") {
		t.Fatal("nothing to end")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	<-p.Done()
	if running("sleep\x00321.5") {
		t.Error("still running")
	}
	if c, err := net.Dial("tcp", p.Address); err == nil {
		c.Close()
		t.Error("still listening")
	}
	ca, _ := sshtest.NewSigner(t)
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sandbox.Start(ctx, sandbox.Config{Target: "web-01", CA: ca.PublicKey()})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case <-s.Done():
	case <-time.After(5 * time.Second):
		t.Error("did not end with its context")
	}
}

// TestEndsWithItsStarter: the process that called Start is killed.
func TestEndsWithItsStarter(t *testing.T) {
	if os.Getenv("SALLYPORT_TEST_STARTER") != "" {
		p := start(t, nil)
		p.sh("setsid sleep 322.5 & sleep 0.1")
		fmt.Println("up")
		time.Sleep(time.Minute)
		return
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestEndsWithItsStarter$")
	cmd.Env = append(os.Environ(), "SALLYPORT_TEST_STARTER=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 2)
	if _, err := out.Read(buf); err != nil || string(buf) != "up" || !running("sleep\x00322.5") {
		t.Errorf("got %q, %v", buf, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for end := time.Now().Add(5 * time.Second); running("sleep\x00322.5"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("still running")
		}
	}
}

func running(cmdline string) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range files {
		if b, _ := os.ReadFile(f); strings.HasPrefix(string(b), cmdline) {
			return true
		}
	}
	return false
}

// TestRefused: where the kernel says no, the error names what it said no to and what to do.
func TestRefused(t *testing.T) {
	if os.Getenv("SALLYPORT_TEST_REFUSED") == "" {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestRefused$")
		cmd.Env = append(os.Environ(), "SALLYPORT_TEST_REFUSED=1")
		// In a user namespace that may have no further ones.
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags: syscall.CLONE_NEWUSER, AmbientCaps: []uintptr{unix.CAP_SYS_RESOURCE},
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err != nil {
		t.Fatal(err)
	}
	ca, _ := sshtest.NewSigner(t)
	_, err := sandbox.Start(context.Background(), sandbox.Config{Target: "web-01", CA: ca.PublicKey()})
	r, ok := errors.AsType[*sandbox.Refused](err)
	if !ok || !strings.Contains(r.Part, "user") || !strings.Contains(sallyport.Hint(err), "--target") {
		t.Errorf("got %v", err)
	}
}

// TestAsOrdinaryUser runs the tests of this package again as nobody, when root runs them.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		return // that is what everything else in here was
	}
	cmd := exec.Command("/proc/self/exe", "-test.v", "-test.run=^(TestPlace|TestNothingOfTheHost|TestNoNetwork|TestEnds|TestEndsWithItsStarter|TestRefused)$")
	dir, err := os.MkdirTemp("", "sandbox")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	cmd.Dir, cmd.Env = "/", []string{"TMPDIR=" + dir, "PATH=/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 64102, Gid: 64102}}
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS") != 6 {
		t.Errorf("%v\n%s", err, out)
	}
}
