package ssh_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sallyport"
	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// alive lists the processes whose environment carries the action's marker, by name. It looks at processes: a channel that closed proves nothing.
func alive(id sallyport.ActionID) []string {
	var names []string
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range files {
		if b, err := os.ReadFile(f); err == nil && bytes.Contains(b, []byte(sallyport.MarkerVar+"="+string(id)+"\x00")) {
			name, _ := os.ReadFile(filepath.Join(filepath.Dir(f), "cmdline"))
			names = append(names, strings.TrimSpace(strings.ReplaceAll(string(name), "\x00", " ")))
		}
	}
	return names
}

func eventually(t *testing.T, what string, within time.Duration, f func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

// start runs spec in the background and waits until it printed "up".
func start(t *testing.T, ctx context.Context, h *sshtest.Host, spec sallyport.Spec) (*capture, chan target.Outcome, chan error) {
	t.Helper()
	c, outcomes, errs := &capture{}, make(chan target.Outcome, 1), make(chan error, 1)
	r := runner(t, h)
	go func() {
		o, err := r.Run(ctx, target.Permit{Serial: 9, Action: spec.Action}, h.Target, spec, nil, c)
		outcomes <- o
		errs <- err
	}()
	eventually(t, "action is up", 10*time.Second, func() bool { return strings.Contains(c.stdout(), "up") })
	return c, outcomes, errs
}

func TestStopEndsTheProcesses(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		for _, tt := range []struct {
			name, text string
			exit       int
		}{
			{"plain", "echo up; sleep 1000", 143},
			{"children", "sleep 1000 & (sleep 1000; true) & echo up; wait", 143},
			{"own group", "timeout 1000 sleep 1000 & set -m; sleep 1000 & echo up; wait", 143},
			{"handler", `trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done`, 3},
			{"ignores TERM", `trap '' TERM; echo up; while :; do sleep 0.05; done`, 137},
			{"stopped", `(sleep 0.3; echo up) & kill -STOP $$`, 137},
		} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancelCause(context.Background())
				spec := h.Spec(tt.text)
				_, outcomes, errs := start(t, ctx, h, spec)
				if len(alive(spec.Action)) == 0 {
					t.Fatal("nothing carries the marker")
				}
				cancel(target.Stop{Reason: "revoked"})
				o, err := <-outcomes, <-errs
				if err != nil || o.Exit != tt.exit || o.Stopped != "revoked" || o.Survived != nil {
					t.Errorf("got %+v, %v; want exit %d", o, err, tt.exit)
				}
				if left := alive(spec.Action); left != nil {
					t.Errorf("still running: %q", left)
				}
			})
		}
	})
}

func TestEndOfActionEndsItsGroup(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		spec := h.Spec("sleep 1001 & timeout 1002 sleep 1002 & echo done")
		o, out, _, err := run(t, h, spec)
		if err != nil || out != "done\n" || o.Exit != 0 || len(o.Ended) < 2 || !strings.Contains(strings.Join(o.Ended, "\n"), ": sleep 1001") || o.Survived != nil {
			t.Errorf("got %q, %+v, %v", out, o, err)
		}
		if left := alive(spec.Action); left != nil {
			t.Errorf("still running: %q", left)
		}
	})
}

// TestLeftoverThatIgnoresTERM: it had two seconds, and is not taken for a survivor while it dies.
func TestLeftoverThatIgnoresTERM(t *testing.T) {
	h := sshtest.Go(t)
	spec := h.Spec(`(trap '' TERM; while :; do sleep 0.05; done) & echo done`)
	o, _, _, err := run(t, h, spec)
	if err != nil || o.Survived != nil || len(o.Ended) == 0 || alive(spec.Action) != nil {
		t.Errorf("got %+v, %v, %q", o, err, alive(spec.Action))
	}
}

// TestHiddenInTheSession: without its environment, in a group of its own, under an odd name, but still in the session.
func TestHiddenInTheSession(t *testing.T) {
	h := sshtest.Go(t)
	spec := h.Spec("cp /bin/sleep './a) S 1\n2'; set -m; env -i './a) S 1\n2' 1234.5 & sleep 0.1; echo done")
	o, _, _, err := run(t, h, spec)
	if err != nil || o.Survived != nil || len(o.Ended) != 1 || !strings.Contains(o.Ended[0], "1234.5") || running("1234.5") {
		t.Errorf("got %+v, %v", o, err)
	}
}

// TestManyAtOnce: each names its own survivors and ends its own processes, and nobody else's.
func TestManyAtOnce(t *testing.T) {
	h := sshtest.Go(t)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			spec := h.Spec(fmt.Sprintf("setsid sleep 4.%03d & sleep 5%02d & sleep 0.3; exit %d", i, i, i))
			o, _, _, err := run(t, h, spec)
			if err != nil || o.Exit != i || len(o.Survived) != 1 || !strings.HasSuffix(o.Survived[0], fmt.Sprintf(": sleep 4.%03d", i)) || len(o.Ended) != 1 || !strings.HasSuffix(o.Ended[0], fmt.Sprintf(": sleep 5%02d", i)) {
				t.Errorf("%d: got %+v, %v", i, o, err)
			}
		})
	}
	all.Wait()
}

// running looks for an argument among all processes.
func running(arg string) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range files {
		if b, _ := os.ReadFile(f); bytes.Contains(b, []byte("\x00"+arg+"\x00")) {
			return true
		}
	}
	return false
}

func TestEscapeIsNamed(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		spec := h.Spec(`setsid sleep 12.5 & echo done; sleep 0.2`)
		o, out, errOut, err := run(t, h, spec)
		if err != nil || out != "done\n" || errOut != "" || len(o.Survived) != 1 || !strings.HasSuffix(o.Survived[0], ": sleep 12.5") {
			t.Fatalf("got %q, %q, %+v, %v", out, errOut, o, err)
		}
		if left := alive(spec.Action); len(left) != 1 {
			t.Errorf("running: %q, want the one that was named", left)
		}
		pid, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(o.Survived[0], "pid "), ": sleep 12.5"))
		if err != nil {
			t.Fatal(err)
		}
		syscall.Kill(pid, syscall.SIGKILL)
	})
}

func TestOutputCannotSpeakForTheSupervisor(t *testing.T) {
	h := sshtest.Go(t)
	forged := `\002%s exit 0\n\002%s survived 1 init\n`
	spec := h.Spec(fmt.Sprintf(`printf '%s' 00112233445566778899aabbccddeeff "$SALLYPORT_ACTION" >&2; printf '\002'; exit 9`, forged))
	o, _, errOut, err := run(t, h, spec)
	want := fmt.Sprintf("\x0200112233445566778899aabbccddeeff exit 0\n\x02%s survived 1 init\n", spec.Action)
	if err != nil || o.Exit != 9 || o.Survived != nil || errOut != want {
		t.Errorf("got %q, %+v, %v; want %q and exit 9", errOut, o, err, want)
	}
	// The nonce is nowhere that the action could look it up.
	r, err := ssh.New(ssh.Config{CA: h.CA, Rand: zeros{}})
	if err != nil {
		t.Fatal(err)
	}
	var c capture
	spec = h.Spec(`p=$PPID; while [ "$p" -gt 1 ]; do cat /proc/$p/cmdline /proc/$p/environ 2>/dev/null; p=$(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f2); done; cat /proc/$$/environ; exit 4`)
	o, err = r.Run(context.Background(), target.Permit{Action: spec.Action}, h.Target, spec, nil, &c)
	if err != nil || o.Exit != 4 || !strings.Contains(c.stdout(), "read -r n") || strings.Contains(c.stdout(), strings.Repeat("0", 32)) {
		t.Errorf("got %q, %+v, %v", c.stdout(), o, err)
	}
}

// zeros is randomness that a test can look for.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestTimeout(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		spec := h.Spec("echo up; sleep 1000")
		spec.Limits.Timeout = 300 * time.Millisecond
		o, out, _, err := run(t, h, spec)
		if err != nil || out != "up\n" || o.Stopped != "timeout" || o.Exit != 143 || alive(spec.Action) != nil {
			t.Errorf("got %q, %+v, %v, %q", out, o, err, alive(spec.Action))
		}
	})
}

func TestOutputLimit(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		spec := h.Spec("yes")
		spec.Limits.Output = 1 << 20
		o, out, _, err := run(t, h, spec)
		if err != nil || len(out) != 1<<20 || o.Output != 1<<20 || !o.Cut || o.Stopped != "output limit of 1048576 bytes" || alive(spec.Action) != nil {
			t.Errorf("got %d bytes, %+v, %v", len(out), o, err)
		}
	})
}

func TestRecordingFails(t *testing.T) {
	h := sshtest.Go(t)
	spec := h.Spec("yes")
	n := 0
	o, err := runner(t, h).Run(context.Background(), target.Permit{Action: spec.Action}, h.Target, spec, nil, target.SinkFunc(func(target.Stream, []byte) error {
		if n++; n > 3 {
			return errors.New("disk full")
		}
		return nil
	}))
	if err != nil || o.Stopped != "recording failed: disk full" || alive(spec.Action) != nil {
		t.Errorf("got %+v, %v", o, err)
	}
}

// TestBackPressure: a slow sink loses nothing, although the action ends long before it has taken everything.
func TestBackPressure(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{})
	spec := h.Spec("head -c 3000000 /dev/zero")
	total := 0
	o, err := runner(t, h).Run(context.Background(), target.Permit{Action: spec.Action}, h.Target, spec, nil, target.SinkFunc(func(_ target.Stream, b []byte) error {
		total += len(b)
		time.Sleep(10 * time.Millisecond)
		return nil
	}))
	if err != nil || total != 3000000 || o.Output != 3000000 {
		t.Errorf("got %d bytes, %+v, %v", total, o, err)
	}
}

// TestGatewayKilled: the gateway's process is killed; the action ends although nobody is left to say so.
func TestGatewayKilled(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		file := filepath.Join(t.TempDir(), "host")
		spec := h.Spec("sleep 1000 & timeout 1000 sleep 1000 & echo up; wait")
		writeHost(t, file, h, spec)
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestGatewayProcess$")
		cmd.Env = append(os.Environ(), "SALLYPORT_TEST_GATEWAY="+file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 2)
		if _, err := out.Read(buf); err != nil || string(buf) != "up" {
			t.Fatalf("got %q, %v", buf, err)
		}
		if len(alive(spec.Action)) < 3 {
			t.Errorf("running: %q", alive(spec.Action))
		}
		cmd.Process.Kill()
		cmd.Wait()
		eventually(t, "the group ends", 10*time.Second, func() bool { return alive(spec.Action) == nil })
	})
}

// TestSupervisorKilled: an action that kills its supervisor. Nobody knows how it ended, and that is what the error says;
// nobody is left to end it, either.
func TestSupervisorKilled(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		spec := h.Spec(`kill -9 -$(sed 's/.*) //' /proc/$PPID/stat | cut -d' ' -f3); sleep 8.5`)
		_, _, _, err := run(t, h, spec)
		if i, ok := errors.AsType[*target.Interrupted](err); !ok || target.NothingRan(err) || i.Cause.Hint == "" {
			t.Errorf("got %v", err)
		}
	})
}

// TestConnectionLost: sshd's process for the connection is killed in the middle.
func TestConnectionLost(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{})
	spec := h.Spec("echo up; sleep 1000")
	_, _, errs := start(t, context.Background(), h, spec)
	killSSHD(h.PID)
	err := <-errs
	if _, ok := errors.AsType[*target.Interrupted](err); !ok {
		t.Errorf("got %v", err)
	}
	eventually(t, "the action ends", 10*time.Second, func() bool { return alive(spec.Action) == nil })
}

// killSSHD kills every sshd below pid, which serve the connections.
func killSSHD(pid int) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, child := range strings.Fields(string(b)) {
		n, _ := strconv.Atoi(child)
		if comm, _ := os.ReadFile("/proc/" + child + "/comm"); strings.HasPrefix(string(comm), "sshd") {
			killSSHD(n)
			syscall.Kill(n, syscall.SIGKILL)
		}
	}
}
