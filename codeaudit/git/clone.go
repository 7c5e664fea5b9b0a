package git

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"sallyport"
)

var scpLike = regexp.MustCompile(`^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^:]`)

// IsURL reports whether a source names a repository elsewhere: https, ssh or user@host:path. A file URL is a path: reading
// it through git would run git in the repository, with the repository's configuration.
func IsURL(source string) bool {
	for _, scheme := range []string{"https://", "ssh://"} {
		if strings.HasPrefix(source, scheme) {
			return true
		}
	}
	return scpLike.MatchString(source)
}

// LocalPath returns the path of a file URL, and any other source as it is.
func LocalPath(source string) string { return strings.TrimPrefix(source, "file://") }

// Clone copies everything that a server offers into dir. It is the one place that uses a network, and the one child that
// sees the caller's HOME and SSH agent, for keys and known hosts, whom the caller trusts for TLS, and the way to a proxy; the configuration of user and system stays unread.
func Clone(ctx context.Context, url, dir string) error {
	if !IsURL(url) || strings.HasPrefix(url, "-") {
		return sallyport.Errorf(sallyport.Invalid, "%q is no https or ssh URL", url)
	}
	args := append(append([]string{}, settings...), "-c", "protocol.allow=user", "clone", "--quiet", "--mirror", "--no-local", "--template=", "--", url, dir)
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = filepath.Dir(dir)
	for _, v := range environment("") {
		if !strings.HasPrefix(v, "GIT_DIR=") && !strings.HasPrefix(v, "HOME=") && !strings.HasPrefix(v, "GIT_ALLOW_PROTOCOL=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "GIT_ALLOW_PROTOCOL=https:ssh", "HOME="+os.Getenv("HOME"), "SSH_AUTH_SOCK="+os.Getenv("SSH_AUTH_SOCK"),
		"GIT_SSH_COMMAND=ssh -oBatchMode=yes -oClearAllForwardings=yes")
	for _, name := range []string{"GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	isolate(cmd)
	var talk tail
	cmd.Stderr = &talk
	if err := cmd.Run(); err != nil {
		return failed(ctx, "clone", err, &talk)
	}
	return nil
}

// Check runs git's own check of what refers to what and calls f with each line it prints. Contents are not read.
func (r *Repo) Check(ctx context.Context, f func(line string)) error {
	cmd := r.command(ctx, "fsck", "--connectivity-only", "--unreachable", "--no-reflogs", "--no-progress", "--no-dangling")
	lines := &lineWriter{f: f}
	cmd.Stdout, cmd.Stderr = lines, lines // the same writer, so that os/exec uses one copier
	err := start(cmd)
	if err == nil {
		err = cmd.Wait()
	}
	lines.end()
	if _, ok := err.(*exec.ExitError); ok {
		return ctx.Err() // a non-zero status says that something is wrong, which the lines say better
	}
	return err
}

// lineWriter cuts what is written to it into lines.
type lineWriter struct {
	f    func(string)
	part []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	rest := p
	for {
		line, after, ok := bytes.Cut(rest, []byte{'\n'})
		if len(w.part) < 64<<10 {
			w.part = append(w.part, line...)
		}
		if !ok {
			return len(p), nil
		}
		w.f(strings.ToValidUTF8(string(w.part), "?"))
		w.part, rest = w.part[:0], after
	}
}

func (w *lineWriter) end() {
	if len(w.part) > 0 {
		w.f(strings.ToValidUTF8(string(w.part), "?"))
	}
}
