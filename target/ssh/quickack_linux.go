package ssh

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// quick is a TCP connection that acknowledges at once. A handshake is a dialogue of small messages, and delayed acknowledgements
// (40 ms) meet Nagle's algorithm at the other end in it. The option does not stick (tcp(7)), so each Read sets it again.
type quick struct {
	net.Conn
	raw syscall.RawConn
}

func quicken(c net.Conn) net.Conn {
	if t, ok := c.(*net.TCPConn); ok {
		if raw, err := t.SyscallConn(); err == nil {
			return &quick{Conn: c, raw: raw}
		}
	}
	return c
}

func (q *quick) Read(b []byte) (int, error) {
	n, err := q.Conn.Read(b)
	if n < 4096 { // bulk output needs no help
		q.raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1) })
	}
	return n, err
}
