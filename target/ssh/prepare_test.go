package ssh_test

import (
	"context"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// counter passes connections on to a host and counts them.
func counter(t *testing.T, h *sshtest.Host) *atomic.Int32 {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var n atomic.Int32
	to := h.Target.Address
	h.Target.Address = l.Addr().String()
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			for _, p := range [][2]net.Conn{{a, b}, {b, a}} {
				go func() {
					defer p[0].Close()
					defer p[1].Close()
					buf := make([]byte, 32<<10)
					for {
						k, err := p[0].Read(buf)
						if _, werr := p[1].Write(buf[:k]); err != nil || werr != nil {
							return
						}
					}
				}()
			}
		}
	}()
	return &n
}

// TestPrepare: a connection that was opened early is used once, carries no right before, and if it died nobody notices.
func TestPrepare(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		n := counter(t, h)
		r := runner(t, h)
		go1 := func() {
			t.Helper()
			spec := h.Spec("echo ran")
			var c capture
			if o, err := r.Run(context.Background(), target.Permit{Action: spec.Action}, h.Target, spec, nil, &c); err != nil || o.Exit != 0 || c.stdout() != "ran\n" {
				t.Errorf("got %q, %+v, %v", c.stdout(), o, err)
			}
		}
		for range 3 {
			r.Prepare(h.Target, "ops")
		}
		eventually(t, "it is prepared", 5*time.Second, func() bool { return r.Prepared() == 1 })
		if h.Log != "" {
			if log, _ := os.ReadFile(h.Log); strings.Contains(string(log), "Accepted") {
				t.Errorf("someone came in: %s", log)
			}
		}
		go1()
		if n.Load() != 1 || r.Prepared() != 0 {
			t.Errorf("%d connections, %d prepared; want the prepared one used", n.Load(), r.Prepared())
		}
		go1()
		if n.Load() != 2 {
			t.Errorf("%d connections, want a new one", n.Load())
		}
	})
}

// TestPreparedDies: the target hangs up on what waits for too long.
func TestPreparedDies(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{Config: "LoginGraceTime 1"})
	r := runner(t, h)
	r.Prepare(h.Target, "ops")
	eventually(t, "it is prepared", 5*time.Second, func() bool { return r.Prepared() == 1 })
	time.Sleep(1200 * time.Millisecond)
	spec := h.Spec("echo ran")
	var c capture
	if _, err := r.Run(context.Background(), target.Permit{Action: spec.Action}, h.Target, spec, nil, &c); err != nil || c.stdout() != "ran\n" {
		t.Errorf("got %q, %v", c.stdout(), err)
	}
}

var _ target.Preparer = (*ssh.Runner)(nil)
