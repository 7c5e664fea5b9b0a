package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Main becomes the place if Start started this process for it, and then does not return. Otherwise it returns at once. A
// program that uses Start calls it first thing in main, a test in TestMain.
func Main() {
	if len(os.Args) != 1 {
		return
	}
	var run func(status *os.File) error
	switch os.Args[0] {
	case builderName:
		run = builder
	case serverName:
		run = server
	default:
		return
	}
	status := os.NewFile(fdStatus, "status")
	if err := run(status); err != nil {
		if r, ok := errors.AsType[*Refused](err); ok {
			fmt.Fprintf(status, "refused %s: %v\n", r.Part, r.Err)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// builder builds the place around this process, gives up every power, and becomes the server by exec: the powers are those of a thread, and
// exec leaves no other thread.
func builder(*os.File) error {
	runtime.LockOSThread()
	self, err := unix.Open("/proc/self/exe", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return &Refused{"open its own program", err}
	}
	in := os.NewFile(fdPlan, "plan")
	var p plan
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		return fmt.Errorf("read plan: %w", err)
	}
	if err := unix.Sethostname([]byte(p.Target)); err != nil {
		return &Refused{"set the host name", err}
	}
	if err := loopback(); err != nil {
		return &Refused{"bring up the loopback interface", err}
	}
	last, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		return &Refused{"know the capabilities", err}
	}
	if p.Missing, err = build(p); err != nil {
		return err
	}
	p.Files = nil
	if err := hand(p); err != nil {
		return err
	}
	if err := giveUp(last); err != nil {
		return err
	}
	argv := []*byte{cstring(serverName), nil}
	envp := []*byte{nil}
	_, _, errno := unix.Syscall6(unix.SYS_EXECVEAT, uintptr(self), uintptr(unsafe.Pointer(cstring(""))),
		uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&envp[0])), unix.AT_EMPTY_PATH, 0)
	return &Refused{"start the server in its place", errno}
}

func cstring(s string) *byte {
	b := append([]byte(s), 0)
	return &b[0]
}

// hand leaves p, without what has been used, at the descriptor where the server looks for it.
func hand(p plan) error {
	fd, err := unix.MemfdCreate("plan", unix.MFD_CLOEXEC)
	if err != nil {
		return &Refused{"make a file in memory", err}
	}
	f := os.NewFile(uintptr(fd), "plan")
	if err := json.NewEncoder(f).Encode(p); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return unix.Dup3(fd, fdPlan, 0)
}

// loopback brings up lo, the only interface there is.
func loopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req)
}

// giveUp drops every capability of this thread for good and bounds what comes after it. last is the number of the kernel's last capability.
func giveUp(last []byte) error {
	var n int
	if _, err := fmt.Sscan(string(last), &n); err != nil {
		return &Refused{"know the capabilities", err}
	}
	for c := 0; c <= n; c++ {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(c), 0, 0, 0); err != nil {
			return &Refused{fmt.Sprintf("drop capability %d", c), err}
		}
	}
	// 1, not 0: a limit of 0 does not keep the kernel from starting the host's core dump program (core(5)).
	for what, max := range map[int]uint64{unix.RLIMIT_CORE: 1, unix.RLIMIT_NPROC: 1024} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: max, Max: max}); err != nil {
			return &Refused{"set limits", err}
		}
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return &Refused{"clear ambient capabilities", err}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return &Refused{"no_new_privs", err}
	}
	var none [2]unix.CapUserData
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		return &Refused{"drop capabilities", err}
	}
	return nil
}
