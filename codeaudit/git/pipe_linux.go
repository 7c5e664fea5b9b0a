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
