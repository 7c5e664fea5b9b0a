package sshd_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"sallyport"
	"sallyport/gateway/gatewaytest"
)

// terminal is a stock client on a pseudo-terminal.
type terminal struct {
	d  *door
	f  *os.File
	mu sync.Mutex // protects seen
	s  strings.Builder
	// gone is closed when the client has ended.
	gone chan struct{}
}

func (d *door) terminal(user string) *terminal {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	cmd := d.client(ctx, user, "-tt")
	cmd.Args = append(cmd.Args[:len(cmd.Args)-2:len(cmd.Args)-2], "-tt", "127.0.0.1")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		d.t.Fatal(err)
	}
	t := &terminal{d: d, f: f, gone: make(chan struct{})}
	d.t.Cleanup(func() { cancel(); f.Close(); _ = cmd.Wait() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := f.Read(buf)
			t.mu.Lock()
			t.s.Write(buf[:n])
			t.mu.Unlock()
			if err != nil {
				close(t.gone)
				return
			}
		}
	}()
	return t
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.s.String()
}

func (t *terminal) closes() {
	t.d.t.Helper()
	select {
	case <-t.gone:
	case <-time.After(15 * time.Second):
		t.d.t.Fatalf("the client is still connected, it shows:\n%q", t.text())
	}
}

func (t *terminal) send(s string) { _, _ = t.f.WriteString(s) }

func (t *terminal) sees(what string) {
	t.d.t.Helper()
	for end := time.Now().Add(15 * time.Second); !strings.Contains(t.text(), what); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.d.t.Fatalf("terminal does not show %q, it shows:\n%q", what, t.text())
		}
	}
}

func TestPrompt(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	term := d.terminal("T-1")
	term.sees("web-01 propose, escort: waiting > ")
	d.escort(t.Context(), sallyport.Approve)
	term.send("echo o''k\r")
	term.sees("ok\r\n")
	term.sees("escort: Ed > ")
	term.send(":cd /usr\r")
	term.sees("working directory of the next proposals: /usr")
	term.send(":set GREETING=hello there\r")
	term.send("pwd; echo \"<$GREETING>\"\r")
	term.sees("/usr\r\n")
	term.sees("<hello there>")
	term.send("\x1b[200~for i in 1 2; do\r echo \"n$i\"\rdone\x1b[201~\r")
	term.sees("n1\r\nn2\r\n")
	term.send("printf '\\033]0;pwned\\007\\033[2J'\r")
	term.sees("␛]0;pwned")
	if strings.Contains(term.text(), "\x1b]0;") {
		t.Fatal("a title sequence of the target reached the terminal")
	}
	term.send(":nonsense\r")
	term.sees("is not known")
	term.send(":bye\r")
	term.sees("bye")
}

// What ends a session ends the prompt in it, and says why (R38, R39).
func TestPromptEndsWithItsSession(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	session := d.Session()
	term := d.terminal("T-1")
	term.sees("escort: Ed > ")
	if err := d.End(t.Context(), gatewaytest.As(gatewaytest.Ed), session, "lunch"); err != nil {
		t.Fatal(err)
	}
	term.sees("the session ends: lunch")
	term.sees("so is this connection")
	term.closes()
}

func TestCtrlCWithdraws(t *testing.T) {
	d := open(t, gatewaytest.Options{})
	d.Session()
	term := d.terminal("T-1")
	term.sees("escort: Ed > ")
	term.send("echo never\r")
	term.sees("waiting for the escort's decision")
	term.send("\x03")
	term.sees("withdrawn")
	q, err := d.Queue(t.Context(), gatewaytest.As(gatewaytest.Ed))
	if err != nil || len(q.Actions) != 0 {
		t.Fatalf("queue %+v, err %v", q.Actions, err)
	}
}
