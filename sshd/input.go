package sshd

import (
	"io"
	"sync"
)

// input is the keyboard of an interactive session. One goroutine feeds it from the channel; the line editor reads it. While an
// action is awaited, Ctrl-C goes to interrupts and everything else waits as type-ahead.
type input struct {
	mu         sync.Mutex
	more       *sync.Cond // signalled when buf grows or the channel ends
	buf        []byte
	ended      bool
	awaiting   bool
	interrupts chan struct{}
}

// typeAhead bounds what may be typed or pasted while nobody reads it.
const typeAhead = 12 << 20

func newInput(r io.Reader, ended func()) *input {
	in := &input{interrupts: make(chan struct{}, 1)}
	in.more = sync.NewCond(&in.mu)
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := r.Read(buf)
			if n > 0 {
				in.feed(buf[:n])
			}
			if err != nil {
				in.mu.Lock()
				in.ended = true
				in.mu.Unlock()
				in.more.Broadcast()
				ended()
				return
			}
		}
	}()
	return in
}

const (
	ctrlC = 0x03
	ctrlU = 0x15
)

func (in *input) feed(p []byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, b := range p {
		switch {
		case b == ctrlC && in.awaiting:
			in.buf = in.buf[:0]
			select {
			case in.interrupts <- struct{}{}:
			default:
			}
		case b == ctrlC:
			in.buf = append(in.buf, ctrlU) // clears the line, as in a shell; the editor would end the session
		case len(in.buf) < typeAhead:
			in.buf = append(in.buf, b)
		}
	}
	in.more.Broadcast()
}

// await says whether an action is awaited.
func (in *input) await(yes bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.awaiting = yes
	select {
	case <-in.interrupts:
	default:
	}
}

// Read implements io.Reader for the line editor.
func (in *input) Read(p []byte) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.buf) == 0 {
		if in.ended {
			return 0, io.EOF
		}
		in.more.Wait()
	}
	n := copy(p, in.buf)
	in.buf = append(in.buf[:0], in.buf[n:]...)
	return n, nil
}
