package main

import (
	"context"
	"embed"
	"io/fs"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target/sandbox"
)

//go:embed demo
var demoFiles embed.FS

// demoPlace is where the demo's work is done: the sandbox, a plain process, or a real host.
type demoPlace struct {
	target  sallyport.TargetSet
	missing []string
	close   func()
}

// files gives what stands on web-01.
func placeFiles(fix string) (map[string]sandbox.File, error) {
	read := func(name string) ([]byte, error) { return demoFiles.ReadFile("demo/" + name) }
	out := map[string]sandbox.File{
		"/run/shop/app.port": {Content: []byte("9000\n")},
		"/var/log/shop":      {Mode: fs.ModeDir | 0o755},
		"/home/ops/README":   {Content: []byte("web-01 serves the shop. /opt/shop/status tells what nginx answers; ./fix_servers.sh brings it back.\n")},
	}
	for path, f := range map[string]struct {
		name string
		mode fs.FileMode
	}{
		"/etc/nginx/conf.d/shop.conf": {"shop.conf", 0o644}, "/var/log/nginx/error.log": {"error.log", 0o644},
		"/opt/shop/status": {"status", 0o755}, "/home/ops/fix_servers.sh": {"fix_servers.sh", 0o755},
	} {
		b, err := read(f.name)
		if path == "/home/ops/fix_servers.sh" && fix != "" {
			b, err = os.ReadFile(fix)
		}
		if err != nil {
			return nil, err
		}
		out[path] = sandbox.File{Content: b, Mode: f.mode}
	}
	return out, nil
}

func openPlace(ctx context.Context, o demoOptions, ca ssh.PublicKey, dir string) (*demoPlace, error) {
	if o.target != "" {
		return realPlace(o)
	}
	files, err := placeFiles(o.fix)
	if err != nil {
		return nil, err
	}
	cfg := sandbox.Config{Target: "web-01", Login: "ops", CA: ca, Files: files}
	start := sandbox.Start
	if o.unsandboxed {
		start = func(ctx context.Context, cfg sandbox.Config) (*sandbox.Sandbox, error) {
			return sandbox.Unsandboxed(cfg, dir)
		}
	}
	s, err := start(context.WithoutCancel(ctx), cfg)
	if err != nil {
		return nil, err
	}
	return &demoPlace{target: sallyport.TargetSet{Address: s.Address, HostKey: s.HostKey, Logins: []string{"ops"}, Interpreter: "/bin/bash"}, missing: s.Missing, close: func() { s.Close() }}, nil
}

// realPlace names a real host. Its sshd must trust the demo's certificate authority: `sallyport target check` says how.
func realPlace(o demoOptions) (*demoPlace, error) {
	login, addr, ok := strings.Cut(o.target, "@")
	if _, _, err := net.SplitHostPort(addr); !ok || err != nil {
		return nil, &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "target %q is not LOGIN@HOST:PORT", o.target)}
	}
	if o.hostKey == "" {
		return nil, &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, "a real target needs its host key: it is never learnt by connecting").WithHint("--host-key FILE, such as the host's /etc/ssh/ssh_host_ed25519_key.pub")}
	}
	b, err := os.ReadFile(o.hostKey)
	if err != nil {
		return nil, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(b)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "host key %q: %v", o.hostKey, err)
	}
	return &demoPlace{target: sallyport.TargetSet{Address: addr, HostKey: authorizedKey(key), Logins: []string{login}, Interpreter: "/bin/bash"}, close: func() {}}, nil
}
