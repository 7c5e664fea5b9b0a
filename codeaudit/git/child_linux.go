package git

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// widen lets a child run ahead of its reader by a megabyte instead of 64 KiB. A system that refuses is only slower.
func widen(pipe io.Reader) {
	f, ok := pipe.(*os.File)
	if !ok {
		return
	}
	if raw, err := f.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 1<<20) })
	}
}

// What a child may take. The bounds are far above what git needs for the largest repositories known, and far below what makes a
// machine unusable: an object can claim any size.
const (
	maxMemory = 16 << 30 // address space; packs are mapped into it
	maxFiles  = 4096
)

// bound limits a child that was just started, before it is asked anything about objects. It may write no file and leave no core
// behind. A system that refuses leaves the child as it is.
func bound(pid int) {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_AS: maxMemory, unix.RLIMIT_NOFILE: maxFiles, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_CORE: 0,
	} {
		var is unix.Rlimit
		if unix.Prlimit(pid, resource, nil, &is) != nil {
			continue
		}
		most = min(most, is.Max)
		_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: min(most, is.Cur), Max: most}, nil)
	}
}
