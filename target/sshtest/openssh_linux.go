package sshtest

import (
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"

	"crypto/ed25519"
	"crypto/rand"

	"sallyport"
)

const sshd = "/usr/sbin/sshd"

// Options change a host that OpenSSH starts.
type Options struct {
	Config   string            // further lines of sshd_config
	Accounts map[string]string // further accounts and their shells; only root can have more than "ops"
	Plain    bool              // no AuthorizedPrincipalsFile: plain logins are the principals
}

// NeedOpenSSH stops the test where there is no sshd: as a failure in CI, else as a skip that says what to install.
func NeedOpenSSH(t testing.TB) {
	t.Helper()
	if _, err := os.Stat(sshd); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no %s: apt-get install openssh-server", sshd)
		}
		t.Skipf("no %s: apt-get install openssh-server", sshd)
	}
}

// OpenSSH starts sshd on a loopback port. It sees an /etc/passwd of its own, in a mount namespace, in which the account
// "ops" has /bin/sh: as root with a user id that nobody has, otherwise as the user who runs the test.
func OpenSSH(t testing.TB, opt Options) *Host {
	t.Helper()
	NeedOpenSSH(t)
	dir := tempDir(t)
	ca, caKey := NewSigner(t)
	h := &Host{CA: ca, Key: caKey, Home: filepath.Join(dir, "ops"), Log: filepath.Join(dir, "sshd.log")}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, content string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		must(os.WriteFile(file, []byte(content), mode))
		return file
	}

	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	block, err := gossh.MarshalPrivateKey(priv, "")
	must(err)
	hostKey := write("host_key", string(pem.EncodeToMemory(block)), 0o600)
	hostPub, err := gossh.NewPublicKey(pub)
	must(err)

	accounts := map[string]string{"ops": "/bin/sh"}
	for name, shell := range opt.Accounts {
		accounts[name] = shell
	}
	must(os.Mkdir(filepath.Join(dir, "principals"), 0o755))
	passwd, id := "", 64101
	for name, shell := range accounts {
		home := filepath.Join(dir, name)
		must(os.Mkdir(home, 0o755))
		uid, gid := os.Getuid(), os.Getgid()
		if os.Getuid() == 0 {
			uid, gid = id, id
			must(os.Chown(home, uid, gid))
		}
		passwd += fmt.Sprintf("%s:x:%d:%d::%s:%s\n", name, uid, gid, home, shell)
		write("principals/"+name, name+"@web-01\n", 0o644)
		id++
	}
	old, err := os.ReadFile("/etc/passwd")
	must(err)
	passwdFile := write("passwd", passwd+string(old), 0o644)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	address := l.Addr().(*net.TCPAddr)
	l.Close()
	config := fmt.Sprintf(`ListenAddress 127.0.0.1:%d
HostKey %s
TrustedUserCAKeys %s
AuthorizedKeysFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
MaxStartups 200
%s
`, address.Port, hostKey, write("ca.pub", authorizedKey(h.CA.PublicKey())+"\n", 0o644), opt.Config)
	if !opt.Plain {
		config += "AuthorizedPrincipalsFile " + dir + "/principals/%u\n"
	}

	logFile, err := os.Create(h.Log)
	must(err)
	defer logFile.Close()
	cmd := exec.Command("/proc/self/exe", passwdFile, write("sshd_config", config, 0o644))
	cmd.Args[0] = reexecName
	cmd.Stderr = logFile
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		ids := func(id int) []syscall.SysProcIDMap {
			return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
		}
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings, cmd.SysProcAttr.GidMappings = ids(os.Getuid()), ids(os.Getgid())
		cmd.SysProcAttr.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN}
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start sshd in a mount namespace: %v", err)
	}
	h.PID = cmd.Process.Pid
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", address.String())
		if err == nil {
			c.Close()
			break
		}
		if time.Now().After(deadline) {
			b, _ := os.ReadFile(h.Log)
			who, _ := user.Current()
			t.Fatalf("sshd does not answer (as %v): %v\n%s", who, err, b)
		}
		time.Sleep(5 * time.Millisecond)
	}
	h.Target = sallyport.TargetSet{
		Target: "web-01", System: "web", Address: address.String(), HostKey: authorizedKey(hostPub), Logins: []string{"ops"}, Interpreter: "/bin/bash",
	}
	return h
}

const reexecName = "sallyport-sshtest-sshd"

// init turns the test's own binary into sshd, when OpenSSH started it so, before anything of the test runs.
func init() {
	if os.Args[0] != reexecName || len(os.Args) != 3 {
		return
	}
	err := func() error {
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			return fmt.Errorf("make mounts private: %w", err)
		}
		if err := unix.Mount(os.Args[1], "/etc/passwd", "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind passwd: %w", err)
		}
		if os.Getuid() == 0 { // sshd as root wants its empty folder for separated privileges
			if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
				return fmt.Errorf("mount /run: %w", err)
			}
			if err := os.Mkdir("/run/sshd", 0o755); err != nil {
				return err
			}
		}
		unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
		env := []string{}
		for _, e := range os.Environ() {
			if strings.HasPrefix(e, "PATH=") {
				env = append(env, e)
			}
		}
		return syscall.Exec(sshd, []string{sshd, "-D", "-e", "-f", os.Args[2]}, env)
	}()
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
