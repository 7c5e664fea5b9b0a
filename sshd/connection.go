package sshd

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport/gateway"
)

// connection is one authenticated connection.
type connection struct {
	s       *Server
	ctx     context.Context
	conn    *ssh.ServerConn
	caller  gateway.Caller
	name    User
	nameErr error
	open    atomic.Int32 // channels
}

// globals refuses every global request but keep-alives, which want an answer of any kind.
func (k *connection) globals(requests <-chan *ssh.Request) {
	for r := range requests {
		if r.WantReply {
			_ = r.Reply(false, nil)
		}
	}
}

// keepAlive ends a connection whose client no longer answers.
func (k *connection) keepAlive() {
	t := time.NewTicker(keepAliveEvery)
	defer t.Stop()
	var unanswered atomic.Int32
	for {
		select {
		case <-k.ctx.Done():
			return
		case <-t.C:
		}
		if unanswered.Add(1) > keepAliveMisses {
			k.conn.Close()
			return
		}
		go func() {
			if _, _, err := k.conn.SendRequest("keepalive@openssh.com", true, nil); err == nil {
				unanswered.Store(0)
			}
		}()
	}
}

// channels accepts sessions and refuses everything else: forwards, agents, X11, tunnels.
func (k *connection) channels(in <-chan ssh.NewChannel) {
	var all sync.WaitGroup
	defer all.Wait()
	for n := range in {
		if n.ChannelType() != "session" {
			_ = n.Reject(ssh.Prohibited, fmt.Sprintf("Sallyport does not open %q channels: nothing is forwarded to or from a target", n.ChannelType()))
			continue
		}
		if k.open.Add(1) > maxChannels {
			k.open.Add(-1)
			_ = n.Reject(ssh.ResourceShortage, "too many sessions on one connection")
			continue
		}
		ch, requests, err := n.Accept()
		if err != nil {
			k.open.Add(-1)
			continue
		}
		all.Go(func() {
			defer k.open.Add(-1)
			(&channel{k: k, ch: ch, signals: make(chan string, 4), resized: make(chan [2]int, 4)}).serve(requests)
		})
	}
}

// channel is one session channel. Its goroutine owns it; the requests goroutine hands over through signals and resized.
type channel struct {
	k       *connection
	ch      ssh.Channel
	pty     bool
	cols    int
	rows    int
	signals chan string
	resized chan [2]int
}

// serve waits for the one request that says what the channel is for, and runs it (RFC 4254, section 6).
func (c *channel) serve(requests <-chan *ssh.Request) {
	defer c.ch.Close()
	for r := range requests {
		switch r.Type {
		case "pty-req":
			c.pty, c.cols, c.rows = true, 80, 24
			if cols, rows, ok := ptySize(r.Payload); ok {
				c.cols, c.rows = cols, rows
			}
			c.reply(r, true)
		case "env":
			c.reply(r, false) // dropped silently: stock clients send LANG
		case "exec", "shell":
			var text string
			if r.Type == "exec" {
				var ok bool
				if text, ok = sshString(r.Payload); !ok {
					c.reply(r, false)
					continue
				}
			}
			c.reply(r, true)
			ctx, cancel := context.WithCancel(c.k.ctx)
			go func() {
				defer cancel() // the client has closed the channel
				c.rest(requests)
			}()
			status := c.run(ctx, r.Type == "exec", text)
			c.exit(status)
			cancel()
			return
		case "subsystem":
			name, _ := sshString(r.Payload)
			c.reply(r, true)
			go ssh.DiscardRequests(requests)
			c.tell("subsystem %q is not offered: files reach a target as part of a proposal", clip(name))
			c.exit(gateway.ExitInvalid)
			return
		default:
			c.reply(r, false)
		}
	}
}

// rest takes what may come while the channel works.
func (c *channel) rest(requests <-chan *ssh.Request) {
	for r := range requests {
		switch r.Type {
		case "window-change":
			if len(r.Payload) >= 8 {
				size := [2]int{int(binary.BigEndian.Uint32(r.Payload)), int(binary.BigEndian.Uint32(r.Payload[4:]))}
				select {
				case c.resized <- size:
				default:
				}
			}
			c.reply(r, true)
		case "signal":
			if name, ok := sshString(r.Payload); ok {
				select {
				case c.signals <- name:
				default:
				}
			}
			c.reply(r, true)
		default:
			c.reply(r, false)
		}
	}
}

func (c *channel) reply(r *ssh.Request, ok bool) {
	if r.WantReply {
		_ = r.Reply(ok, nil)
	}
}

// exit sends the status and ends the channel's output.
func (c *channel) exit(status int) {
	var payload [4]byte
	binary.BigEndian.PutUint32(payload[:], uint32(status))
	_, _ = c.ch.SendRequest("exit-status", false, payload[:])
	_ = c.ch.CloseWrite()
}

// tell writes a line of ours to stderr.
func (c *channel) tell(format string, args ...any) {
	line := inertLine(ours(format, args...))
	if c.pty {
		line += "\r"
	}
	_, _ = io.WriteString(c.ch.Stderr(), line+"\n")
}

func ptySize(payload []byte) (cols, rows int, ok bool) {
	_, rest, ok := cutString(payload)
	if !ok || len(rest) < 8 {
		return 0, 0, false
	}
	clamp := func(v uint32) int { return int(min(max(v, 20), 1000)) }
	return clamp(binary.BigEndian.Uint32(rest)), clamp(binary.BigEndian.Uint32(rest[4:])), true
}

// cutString takes one SSH string off b (RFC 4251, section 5).
func cutString(b []byte) (s string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", nil, false
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n > int64(len(b)-4) {
		return "", nil, false
	}
	return string(b[4 : 4+n]), b[4+n:], true
}

func sshString(b []byte) (string, bool) {
	s, rest, ok := cutString(b)
	return s, ok && len(rest) == 0
}
