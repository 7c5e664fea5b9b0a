package sandbox

import (
	"os/exec"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// reaper is the part of the place's first process that buries orphans (pid_namespaces(7)). It leaves alone what the server started, which
// waits for its own.
type reaper struct {
	mu  sync.Mutex
	own map[int]bool // pids that the server started and waits for; owned by mu
}

// start starts cmd. mu is held from before there is a pid until it is known.
func (r *reaper) start(cmd *exec.Cmd) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	r.own[cmd.Process.Pid] = true
	return nil
}

func (r *reaper) run() {
	for {
		var info unix.Siginfo
		if err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
			time.Sleep(100 * time.Millisecond) // no children
			continue
		}
		// si_pid follows three ints and their padding on the 64-bit machines that this is built for.
		pid := int(*(*int32)(unsafe.Add(unsafe.Pointer(&info), 16)))
		if !r.bury(pid) {
			time.Sleep(5 * time.Millisecond) // its waiter is on its way
		}
	}
}

// ended forgets cmd, which has been waited for.
func (r *reaper) ended(cmd *exec.Cmd) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.own, cmd.Process.Pid)
}

// bury reaps pid unless the server waits for it.
func (r *reaper) bury(pid int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.own[pid] {
		return false
	}
	unix.Wait4(pid, nil, unix.WNOHANG, nil)
	return true
}
