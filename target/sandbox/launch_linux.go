package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// inner is the user and group id that the place knows itself by.
const inner = 1000

// nobody is the host's id that stands behind it when root starts the place.
const nobody = 65534

// By its argv[0] Main knows what it is.
const (
	builderName = "sallyport-sandbox-builder"
	serverName  = "sallyport-sandbox"
)

// Descriptors of the child.
const (
	fdListener = 3
	fdPlan     = 4
	fdStatus   = 5
	fdLife     = 6 // its end of file is the end of the process that called Start
)

// outer gives the host's user and group id behind the place. Never 0.
func outer() (uid, gid int) {
	uid, gid = os.Geteuid(), os.Getegid()
	if uid == 0 {
		return nobody, nobody
	}
	if gid == 0 {
		gid = nobody // not allowed without privilege, so that starting fails rather than mapping root's group
	}
	return uid, gid
}

// launch starts the child in its namespaces and waits until it answers or says what was refused.
func launch(ctx context.Context, l *net.TCPListener, p plan) (*Sandbox, error) {
	listener, err := l.File()
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	planOut, planIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer planOut.Close()
	statusOut, statusIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer statusIn.Close()
	lifeOut, lifeIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer lifeOut.Close()

	uid, gid := outer()
	// The child keeps, until it has built the place, the capabilities that it needs for that within its own namespace. Ambient
	// ones, since an exec by any user but 0 drops the others.
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{builderName}
	cmd.Env = []string{}
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{listener, planOut, statusIn, lifeOut}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:                 unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC,
		UidMappings:                []syscall.SysProcIDMap{{ContainerID: inner, HostID: uid, Size: 1}},
		GidMappings:                []syscall.SysProcIDMap{{ContainerID: inner, HostID: gid, Size: 1}},
		GidMappingsEnableSetgroups: os.Geteuid() == 0,
		Credential:                 &syscall.Credential{Uid: inner, Gid: inner, NoSetGroups: os.Geteuid() != 0},
		AmbientCaps:                []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_SYS_CHROOT, unix.CAP_SETPCAP, unix.CAP_SYS_RESOURCE},
		Setsid:                     true,
	}
	var talk strings.Builder
	cmd.Stderr = &talk
	if err := cmd.Start(); err != nil {
		planIn.Close()
		lifeIn.Close()
		statusOut.Close()
		return nil, refuse("user, mount, pid, network, uts and ipc namespaces", err)
	}
	exited := make(chan struct{})
	go func() {
		cmd.Wait()
		lifeIn.Close()
		close(exited)
	}()
	statusIn.Close()
	go func() {
		json.NewEncoder(planIn).Encode(p)
		planIn.Close()
	}()
	var once sync.Once
	s := &Sandbox{done: exited}
	s.stop = func() error {
		once.Do(func() { cmd.Process.Kill() }) // the first process of the namespace: everything in it ends
		<-exited
		return nil
	}
	line, err := bufio.NewReader(io.LimitReader(statusOut, 4096)).ReadString('\n')
	statusOut.Close()
	word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	switch {
	case err == nil && word == "ready":
		err := json.Unmarshal([]byte(rest), &s.Missing)
		return s, err
	case err == nil && word == "refused":
		s.stop()
		part, why, _ := strings.Cut(rest, ": ")
		return nil, refuse(part, errors.New(why))
	}
	s.stop()
	return nil, fmt.Errorf("sandbox ended before it answered: %s", strings.TrimSpace(talk.String()))
}
