package sallyport

import (
	"bytes"
	"os"
	"os/exec"
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
		{"environment", spec("env | sort | grep -v '^_=\\|SHLVL\\|^PWD'"), "HOME=/tmp\nLOGNAME=ops\nPATH=" + RenderPath + "\nSALLYPORT_ACTION=a-test\nUSER=ops\n", 0},
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
