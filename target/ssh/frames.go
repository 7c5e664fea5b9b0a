package ssh

import "bytes"

// frames separates the supervisor's lines from the action's standard error. A line of ours is \x02, a nonce that only this
// end and the supervisor know, a space, a word, details, a line feed. It is found anywhere in the stream. Everything else passes unchanged.
// Only a chunk that ends within what could be a line of ours is held back.
type frames struct {
	start []byte // \x02, nonce, space
	held  []byte
	out   func([]byte)
	line  func(word, rest string)
}

// maxLine bounds a line of ours. The supervisor cuts what it quotes to 120 bytes.
const maxLine = 4096

func (f *frames) write(b []byte) {
	if len(f.held) > 0 {
		b = append(f.held, b...)
		f.held = nil
	}
	for len(b) > 0 {
		i := bytes.Index(b, f.start)
		if i < 0 {
			keep := tail(b, f.start)
			f.pass(b[:len(b)-keep])
			f.held = bytes.Clone(b[len(b)-keep:])
			return
		}
		f.pass(b[:i])
		b = b[i:]
		end := bytes.IndexByte(b, '\n')
		if end < 0 && len(b) < maxLine {
			f.held = bytes.Clone(b)
			return
		}
		if end < 0 || end > maxLine { // not one of ours after all
			f.pass(b[:len(f.start)])
			b = b[len(f.start):]
			continue
		}
		word, rest, _ := bytes.Cut(b[len(f.start):end], []byte(" "))
		f.line(string(word), string(rest))
		b = b[end+1:]
	}
}

// flush passes what is held at the end of the stream.
func (f *frames) flush() {
	f.pass(f.held)
	f.held = nil
}

func (f *frames) pass(b []byte) {
	if len(b) > 0 {
		f.out(b)
	}
}

// tail gives the length of the longest end of b that begins start.
func tail(b, start []byte) int {
	for n := min(len(start)-1, len(b)); n > 0; n-- {
		if bytes.HasSuffix(b, start[:n]) {
			return n
		}
	}
	return 0
}
