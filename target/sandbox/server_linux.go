package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"

	"sallyport/target/internal/certd"
)

// server serves SSH in the place that builder made. It is the place's first process.
func server(status *os.File) error {
	// What it will run has its user id. A connection taken out of its descriptors would be a way to the host's network.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return &Refused{"hide the server's memory", err}
	}
	for _, fd := range []int{fdListener, fdPlan, fdStatus, fdLife} {
		unix.CloseOnExec(fd)
	}
	in := os.NewFile(fdPlan, "plan")
	var p plan
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		return fmt.Errorf("read plan: %w", err)
	}
	in.Close()
	ca, _, _, _, err := gossh.ParseAuthorizedKey([]byte(p.CA))
	if err != nil {
		return err
	}
	hostKey, err := gossh.ParsePrivateKey([]byte(p.HostKey))
	if err != nil {
		return err
	}
	f := os.NewFile(fdListener, "listener")
	l, err := net.FileListener(f)
	f.Close()
	if err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.NewFile(fdLife, "life"))
		os.Exit(0)
	}()
	r := &reaper{own: map[int]bool{}}
	go r.run()
	missing, err := json.Marshal(p.Missing)
	if err != nil {
		return err
	}
	fmt.Fprintf(status, "ready %s\n", missing)
	status.Close()

	home := "/home/" + p.Login
	return certd.Serve(l, certd.Config{
		HostKey: hostKey, CA: ca,
		Principals: func(login string) []string {
			if login != p.Login {
				return nil
			}
			return []string{login + "@" + string(p.Target)}
		},
		Command: func(login, command string) *exec.Cmd {
			return &exec.Cmd{
				Path: "/bin/sh", Args: []string{"sh", "-c", command}, Dir: home,
				Env:         []string{"HOME=" + home, "USER=" + login, "LOGNAME=" + login, "SHELL=/bin/sh", "PATH=/usr/bin:/bin"},
				SysProcAttr: &syscall.SysProcAttr{Setsid: true},
			}
		},
		Start: r.start,
		Ended: r.ended,
	})
}
