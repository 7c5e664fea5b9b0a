package git

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"sallyport"
)

// Stream is a git diff-tree child that compares what it is told to, one batch after the other.
type Stream struct {
	Out *bufio.Reader

	cmd    *exec.Cmd
	in     io.WriteCloser
	talk   tail
	cancel context.CancelFunc
	wrote  chan struct{} // closed when the writer of the last batch is done
}

// EndMark ends the answer to a batch: diff-tree echoes a line that names no object, and flushes.
const EndMark = "END"

// DiffTree starts git diff-tree --stdin. The arguments say what it prints; external diffs, text conversion and colour are off.
func (r *Repo) DiffTree(ctx context.Context, args ...string) (*Stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	base := []string{"diff-tree", "--stdin", "-r", "--root", "--always", "--no-abbrev", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color",
		"--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none"}
	s := &Stream{cmd: r.command(ctx, append(base, args...)...), cancel: cancel}
	s.cmd.Stderr = &s.talk
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		cancel()
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	widen(out)
	s.Out = bufio.NewReaderSize(patient{out}, 256<<10)
	if err := start(s.cmd); err != nil {
		cancel()
		return nil, failed(ctx, "diff-tree", err, &s.talk)
	}
	return s, nil
}

// stall is how long a comparison may be silent. A history can be made so that comparing it takes for ever; who waits longer than
// this gives the child up and asks for its commits one by one, so that one commit cannot be compared and the others can. A variable for tests.
var stall = 10 * time.Minute

// patient reads a child's pipe until it is silent for too long.
type patient struct{ pipe io.Reader }

func (p patient) Read(b []byte) (int, error) {
	if f, ok := p.pipe.(*os.File); ok {
		_ = f.SetReadDeadline(time.Now().Add(stall)) // a system without deadlines on pipes waits for ever
	}
	n, err := p.pipe.Read(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = sallyport.Errorf(sallyport.Limited, "git said nothing for %v", stall)
	}
	return n, err
}

// Ask sends a batch; the caller reads the answer from Out up to the line EndMark before it asks again.
func (s *Stream) Ask(lines []string) {
	if s.wrote != nil {
		<-s.wrote
	}
	text := strings.Join(lines, "\n") + "\n" + EndMark + "\n"
	done := make(chan struct{})
	s.wrote = done
	go func() {
		defer close(done)
		_, _ = io.WriteString(s.in, text) // fails only if the child died, which the reader sees
	}()
}

// Close ends the child and returns its last words.
func (s *Stream) Close() string {
	s.in.Close()
	s.cancel()
	_ = s.cmd.Wait()
	if s.wrote != nil {
		<-s.wrote
	}
	return s.talk.String()
}

// Unquote undoes git's quoting of a path (core.quotePath in git-config(1)): C escapes between double quotes.
func Unquote(path string) string {
	if len(path) < 2 || path[0] != '"' || path[len(path)-1] != '"' {
		return path
	}
	in := path[1 : len(path)-1]
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		if in[i] != '\\' || i+1 == len(in) {
			out = append(out, in[i])
			continue
		}
		i++
		if at := strings.IndexByte(`abfnrtv"\`, in[i]); at >= 0 {
			out = append(out, "\a\b\f\n\r\t\v\"\\"[at])
			continue
		}
		value := 0
		j := i
		for j < len(in) && j < i+3 && in[j] >= '0' && in[j] <= '7' {
			value = value<<3 | int(in[j]-'0')
			j++
		}
		if j == i {
			out = append(out, '\\', in[i])
			continue
		}
		out = append(out, byte(value))
		i = j - 1
	}
	return string(out)
}

// Quote makes a path of a repository fit to print: control characters, quotes and what is not UTF-8 are escaped, and the
// whole is put between quotes if anything was.
func Quote(path string) string {
	q := strconv.Quote(path)
	if q[1:len(q)-1] == path {
		return path
	}
	return q
}
