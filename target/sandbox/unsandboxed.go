package sandbox

import (
	"bytes"
	"encoding/pem"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport/target/internal/certd"
)

// Unsandboxed makes the place as a plain process of the caller's, with no protection at all: what is approved runs on this
// machine as this user. It is for machines whose kernel refuses the sandbox, and only when someone asked for it by name.
//
// The files lie under dir/web-01, and where a file of the place names another, the name is changed to where that one lies.
func Unsandboxed(cfg Config, dir string) (*Sandbox, error) {
	root := filepath.Join(dir, string(cfg.Target))
	var renames []string
	for name := range cfg.Files {
		renames = append(renames, name, root+name, filepath.Dir(name)+"/", root+filepath.Dir(name)+"/")
	}
	there := strings.NewReplacer(renames...)
	for name, f := range cfg.Files {
		path := filepath.Join(root, name)
		if f.Mode.IsDir() {
			if err := os.MkdirAll(path, 0o755); err != nil {
				return nil, err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		mode := f.Mode.Perm()
		if mode == 0 {
			mode = fs.FileMode(0o644)
		}
		if err := os.WriteFile(path, []byte(there.Replace(string(f.Content))), mode); err != nil {
			return nil, err
		}
	}
	home := filepath.Join(root, "home", cfg.Login)
	if err := os.MkdirAll(home, 0o755); err != nil {
		return nil, err
	}
	hostKey, block, err := newHostKey()
	if err != nil {
		return nil, err
	}
	signer, err := gossh.ParsePrivateKey(pem.EncodeToMemory(block))
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Sandbox{Address: l.Addr().String(), HostKey: string(bytes.TrimSpace(gossh.MarshalAuthorizedKey(hostKey))), done: make(chan struct{}),
		Missing: []string{"there is none: what is approved runs on this machine, as you, below " + root}}
	s.stop = l.Close
	go func() {
		defer close(s.done)
		_ = certd.Serve(l, certd.Config{HostKey: signer, CA: cfg.CA, Now: time.Now,
			Principals: func(login string) []string {
				if login != cfg.Login {
					return nil
				}
				return []string{login + "@" + string(cfg.Target)}
			},
			Command: func(login, command string) *exec.Cmd {
				cmd := exec.Command("/bin/sh", "-c", command)
				cmd.Args[0], cmd.Dir = "sh", home
				cmd.Env = []string{"HOME=" + home, "USER=" + login, "LOGNAME=" + login, "SHELL=/bin/sh", "PATH=/usr/bin:/bin"}
				cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
				return cmd
			}})
	}()
	return s, nil
}
