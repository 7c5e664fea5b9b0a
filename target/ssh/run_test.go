package ssh_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"sallyport"
	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// capture keeps output by stream.
type capture struct {
	mu       sync.Mutex
	out, err bytes.Buffer
}

func (c *capture) Frame(s target.Stream, b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s == target.Stdout {
		c.out.Write(b)
	} else {
		c.err.Write(b)
	}
	return nil
}

func (c *capture) stdout() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

func runner(t testing.TB, h *sshtest.Host) *ssh.Runner {
	t.Helper()
	r, err := ssh.New(ssh.Config{CA: h.CA})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run executes spec to its end.
func run(t testing.TB, h *sshtest.Host, spec sallyport.Spec, pins ...sallyport.Pin) (target.Outcome, string, string, error) {
	t.Helper()
	var c capture
	o, err := runner(t, h).Run(context.Background(), target.Permit{Serial: 7, Action: spec.Action}, h.Target, spec, pins, &c)
	return o, c.out.String(), c.err.String(), err
}

// places runs a test on real OpenSSH and on the Go target.
func places(t *testing.T, f func(t *testing.T, h *sshtest.Host)) {
	t.Run("openssh", func(t *testing.T) { f(t, sshtest.OpenSSH(t, sshtest.Options{})) })
	t.Run("go", func(t *testing.T) { f(t, sshtest.Go(t)) })
}

func TestRun(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		for _, tt := range []struct {
			name, text, out, err string
			exit                 int
		}{
			{"streams apart", "echo out; echo err >&2", "out\n", "err\n", 0},
			{"status", "exit 42", "", "", 42},
			{"signal", "kill -SEGV $$", "", "", 139},
			{"home", `[ "$PWD" = "$HOME" ] && echo at home`, "at home\n", "", 0},
			{"binary", `printf '\000\377\002\n' >&2; printf '\000\001'`, "\x00\x01", "\x00\xff\x02\n", 0},
		} {
			t.Run(tt.name, func(t *testing.T) {
				o, out, errOut, err := run(t, h, h.Spec(tt.text))
				if err != nil {
					t.Fatal(err)
				}
				if out != tt.out || errOut != tt.err || o.Exit != tt.exit || o.Stopped != "" || o.Survived != nil || o.Unseen != "" || o.Output != int64(len(out)+len(errOut)) {
					t.Errorf("got %q, %q, %+v; want %q, %q, %d", out, errOut, o, tt.out, tt.err, tt.exit)
				}
			})
		}
	})
}

func TestRead(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		if _, _, _, err := run(t, h, h.Spec("printf 'a\\000b\\n' >'x y'; mkfifo pipe; ln -s 'x y' link; mkdir folder; head -c 3000 /dev/zero >big; : >empty")); err != nil {
			t.Fatal(err)
		}
		got, err := runner(t, h).Read(context.Background(), target.Permit{Serial: 8, Action: "a-read"}, h.Target, "ops", "",
			[]string{"x y", "./link", "~/big", "pipe", "folder", "none", "empty", "/etc/hostname", "/dev/zero"}, target.ReadLimits{File: 2000})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, r := range got {
			c := string(r.Content)
			if r.Word == "/etc/hostname" {
				c = ""
			}
			b.WriteString(r.Word + "|" + strings.ReplaceAll(r.Path, h.Home, "~") + "|" + c + "|" + r.Why + "\n")
		}
		want := "x y|~/x y|a\x00b\n|\n./link|~/x y|a\x00b\n|\n~/big|~/big||has 3000 bytes, more than 2000\npipe|~/pipe||not a regular file\nfolder|~/folder||not a regular file\n" +
			"none|||does not exist, or its folder may not be entered\nempty|~/empty||\n/etc/hostname|/etc/hostname||\n/dev/zero|/dev/zero||not a regular file\n"
		if b.String() != want {
			t.Errorf("got\n%s\nwant\n%s", b.String(), want)
		}
	})
}
