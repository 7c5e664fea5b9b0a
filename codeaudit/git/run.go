package git

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"sallyport"
)

// bigFile is the size above which git compares nothing line by line and we read nothing whole.
const bigFile = 50 << 20

// settings are given on every command line, where they outrank any file.
var settings = []string{
	"--no-pager", "--no-replace-objects",
	"-c", "core.quotePath=false",
	"-c", "core.attributesFile=/dev/null",
	"-c", "core.hooksPath=/dev/null",
	"-c", "core.fsmonitor=false",
	"-c", "core.commitGraph=false",
	"-c", "core.multiPackIndex=false",
	"-c", fmt.Sprintf("core.bigFileThreshold=%d", bigFile),
	"-c", "core.packedGitLimit=512m",
	"-c", "protocol.allow=never",
	"-c", "diff.renames=true",
	"-c", "diff.algorithm=myers",
	"-c", "diff.external=",
	"-c", "gc.auto=0",
	"-c", "maintenance.auto=false",
	"-c", "attr.tree=refs/none",
}

// environment is the whole environment of a child. HOME is a place that does not exist; GIT_ALLOW_PROTOCOL names no protocol.
func environment(gitDir string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=/nonexistent", "LC_ALL=C", "TZ=UTC",
		"GIT_DIR=" + gitDir,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_ATTR_NOSYSTEM=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
		"GIT_ADVICE=0", "GIT_PAGER=cat", "GIT_EDITOR=false", "GIT_ASKPASS=false", "SSH_ASKPASS=false",
		// mallopt(3): git takes and gives back whole files all the time; keeping the pages saves a sixth of the time of a comparison.
		"MALLOC_TRIM_THRESHOLD_=268435456", "MALLOC_MMAP_THRESHOLD_=33554432",
	}
}

// command makes a git child in the shadow. It dies with ctx, with everything it started.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append(append([]string{}, settings...), args...)...)
	cmd.Dir = r.dir
	cmd.Env = environment(r.dir)
	isolate(cmd)
	return cmd
}

// isolate puts a child into a process group of its own and ends the group, not only the child, when its context ends.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
}

// start starts a child and bounds it.
func start(cmd *exec.Cmd) error {
	err := cmd.Start()
	if err == nil {
		bound(cmd.Process.Pid)
	}
	return err
}

// Output runs a short git command and returns at most limit bytes of what it prints; more is an error.
func (r *Repo) Output(ctx context.Context, limit int64, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := r.command(ctx, args...)
	cmd.Stdin = stdin
	var out limited
	out.left = limit
	var talk tail
	cmd.Stdout, cmd.Stderr = &out, &talk
	err := start(cmd)
	if err == nil {
		err = cmd.Wait()
	}
	if out.left < 0 {
		return nil, sallyport.Errorf(sallyport.Limited, "git %s printed more than %d bytes", args[0], limit)
	}
	if err != nil {
		return out.Bytes(), failed(ctx, args[0], err, &talk)
	}
	return out.Bytes(), nil
}

func failed(ctx context.Context, verb string, err error, talk *tail) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, ok := err.(*exec.Error); ok {
		return sallyport.Errorf(sallyport.Unavailable, "git cannot be run: %v", err).WithHint("install git 2.39 or later")
	}
	return sallyport.Errorf(sallyport.Invalid, "git %s: %v: %s", verb, err, talk.String())
}

// limited is a buffer that stops growing; left goes below zero when something was dropped.
type limited struct {
	bytes.Buffer
	left int64
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(p)
}

// tail keeps the last words of a child's stderr. Its lock is needed: the child's copier writes, the reader asks after death.
type tail struct {
	mu   sync.Mutex
	data []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p...)
	if over := len(t.data) - 2000; over > 0 {
		t.data = t.data[over:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(strings.TrimSpace(string(t.data)), "?")
}
