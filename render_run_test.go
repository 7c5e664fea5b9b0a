package sallyport

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const testNonce = "00112233445566778899aabbccddeeff"

// play runs a rendering as sshd does: by the login shell as `sh -c`, in a session of its own. control is what follows
// the shipped bytes. It returns stdout, stderr and the status.
func play(t testing.TB, rendering string, stdin []byte, control string) (string, string, int) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", rendering)
	cmd.Args[0] = "sh"
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Env = []string{"HOME=" + os.TempDir(), "EVIL=1", "PATH=/nonexistent"}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	go func() {
		in.Write([]byte(testNonce + "\n"))
		in.Write(stdin)
		in.Write([]byte(control))
		if !strings.Contains(control, "RUN") {
			in.Close()
		}
	}()
	err = cmd.Wait()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

func spec(text string) Spec {
	return Spec{Text: []byte(text), Login: "ops", Interpreter: "/bin/bash"}
}

func TestRenderRuns(t *testing.T) {
	for _, tt := range []struct {
		name   string
		spec   Spec
		out    string
		status int
	}{
		{"plain", spec("echo one; echo two"), "one\ntwo\n", 0},
		{"status", spec("exit 7"), "", 7},
		{"signal", spec("kill -KILL $$"), "", 137},
		{"quotes", spec(`printf '%s\n' "it's" 'a "b"' \$x`), "it's\na \"b\"\n$x\n", 0},
		{"dash first", spec("-x; true"), "", 0},
		{"environment", spec("env | sort | grep -v '^_=\\|SHLVL\\|^PWD'"), "HOME=" + os.TempDir() + "\nLOGNAME=ops\nPATH=" + RenderPath + "\nSALLYPORT_ACTION=a-test\nUSER=ops\n", 0},
		{"no input", spec("cat; echo end"), "end\n", 0},
		{"int is not ignored", spec("sh -c 'kill -INT $$'; echo $?"), "130\n", 0},
		{"no stray descriptors", spec("for i in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$i ] || echo $i; done"), "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, in, err := Render(tt.spec, nil, "a-test")
			if err != nil {
				t.Fatal(err)
			}
			out, errOut, status := play(t, r, in, "RUN\n")
			if out != tt.out || status != tt.status || !strings.HasSuffix(errOut, "exit "+strconv.Itoa(tt.status)+"\n") {
				t.Errorf("got %q, %d, stderr %q; want %q, %d", out, status, errOut, tt.out, tt.status)
			}
		})
	}
}

// quoted runs command in shell and gives what it printed.
func quoted(t testing.TB, shell, command string) []byte {
	t.Helper()
	cmd := exec.Command(shell, "-c", command)
	cmd.Env = []string{}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s -c %q: %v", shell, command, err)
	}
	return out
}

// TestRenderRefusesOtherShells: a rendering goes on only in a shell called sh.
func TestRenderRefusesOtherShells(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "ran")
	r, in, err := Render(spec("touch "+mark), nil, "a-test")
	if err != nil {
		t.Fatal(err)
	}
	for _, argv0 := range []string{"bash", "-bash", "/bin/bash", "zsh", "dash", "rbash", "fish"} {
		cmd := exec.Command("/bin/bash", "-c", r)
		cmd.Args[0] = argv0
		cmd.Stdin = strings.NewReader(testNonce + "\n" + string(in) + "RUN\n")
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "login shell is not /bin/sh: "+filepath.Base(argv0)) {
			t.Errorf("%s: got %q, %v", argv0, out, err)
		}
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("it ran")
	}
}

// TestRenderInShells: the supervisor needs nothing that bash has and other shells have not, and the other way round.
func TestRenderInShells(t *testing.T) {
	s := spec("cat; ./x.sh; exit 3")
	s.Stdin = []byte("in\x00put\n")
	pins := []Pin{{Path: "/a/x.sh", Offset: 5, Length: 6, Command: true, Content: []byte("#!/bin/sh\necho pinned ${0##*/}\n")}}
	for _, shell := range []string{"/bin/sh", "/bin/bash"} {
		r, in, err := Render(s, pins, "a-shells")
		if err != nil {
			t.Fatal(err)
		}
		r = strings.Replace(r, "LC_ALL=C /bin/sh -c", "LC_ALL=C "+shell+" -c", 1)
		out, errOut, status := play(t, r, in, "RUN\n")
		if out != "in\x00put\npinned x.sh\n" || status != 3 || !strings.Contains(errOut, " ready\n") || !strings.HasSuffix(errOut, " exit 3\n") {
			t.Errorf("%s: got %q, %q, %d", shell, out, errOut, status)
		}
		if _, err := os.Stat("/tmp/sallyport-a-shells"); err == nil {
			t.Errorf("%s: private directory left behind", shell)
		}
	}
}

// TestRenderDeclines: what arrives must be what was approved, and nothing begins before RUN.
func TestRenderDeclines(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "ran")
	s := spec("touch " + mark)
	s.Stdin = []byte("input")
	r, in, err := Render(s, nil, "a-declines")
	if err != nil {
		t.Fatal(err)
	}
	taken, _, err := Render(s, nil, "a-taken")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("/tmp/sallyport-a-taken", 0o700); err != nil {
		t.Fatal(err)
	}
	defer os.Remove("/tmp/sallyport-a-taken")
	changed := bytes.Clone(in)
	changed[0] ^= 1
	for _, tt := range []struct {
		name, rendering, control, want string
		stdin                          []byte
	}{
		{"changed", r, "RUN\n", "failed bytes that arrived have digest", changed},
		{"cut short", r, "", "failed bytes that arrived have digest", in[:2]},
		{"not told", r, "", "failed told not to begin", in},
		{"told otherwise", r, "TERM\nRUN\n", "failed told not to begin", in},
		{"directory is taken", taken, "RUN\n", "failed cannot make the private directory", in},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, errOut, status := play(t, tt.rendering, tt.stdin, tt.control)
			if out != "" || status == 0 || !strings.Contains(errOut, testNonce+" "+tt.want) || strings.Contains(errOut, testNonce+" begin") {
				t.Errorf("got %q, %q, %d; want %q", out, errOut, status, tt.want)
			}
		})
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("it ran")
	}
	if _, err := os.Stat("/tmp/sallyport-a-declines"); err == nil {
		t.Error("private directory left behind")
	}
}

// TestRenderEndsLate: a gateway that vanished without a word is not waited for: the target ends the action by itself.
func TestRenderEndsLate(t *testing.T) {
	r, in, err := Render(spec("sleep 1000"), nil, "a-late")
	if err != nil {
		t.Fatal(err)
	}
	late := "'a-late' '615' '5'" // timeout and LateStop
	if !strings.Contains(r, late) {
		t.Fatalf("rendering does not say %s", late)
	}
	start := time.Now()
	_, errOut, status := play(t, strings.Replace(r, late, "'a-late' '1' '5'", 1), in, "RUN\n") // the control line stays open
	if status != 143 || !strings.HasSuffix(errOut, " exit 143\n") || time.Since(start) < time.Second {
		t.Errorf("got %q, %d after %s", errOut, status, time.Since(start))
	}
}
