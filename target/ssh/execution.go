package ssh

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport/target"
)

// execution is one session with a supervisor.
//
// Owned by the goroutine of run: outcome (but for its counts), told, begun, failed.
// Owned by mu, since both readers come here: sink, left, output, cut, sinkErr, head, moved.
type execution struct {
	client  *gossh.Client
	channel gossh.Channel
	nonce   string
	lines   chan line     // what the supervisor says, in its order
	broken  chan string   // at most one: why the output can no longer be taken
	exited  chan int      // at most one: the status that sshd gave; the streams may still be open. -1: the channel closed without one
	drained chan struct{} // closed when both streams are at their end
	over    chan struct{} // closed by close: nobody listens any more
	once    sync.Once

	outcome target.Outcome
	told    bool   // RUN may have been sent
	begun   bool   // the supervisor said that it begins
	failed  string // why the supervisor did not begin

	writing sync.Mutex // for writing to channel

	mu      sync.Mutex
	sink    target.Sink
	left    int64 // bytes until the output limit
	output  int64
	cut     bool
	sinkErr string
	head    []byte // first bytes of the output, for a message if nothing begins
	moved   time.Time
}

// line is one line of the supervisor.
type line struct{ word, rest string }

// begin opens the session and its streams. The target runs nothing before it is told RUN.
func begin(client *gossh.Client, name string, random io.Reader, sink target.Sink, limit int64) (*execution, error) {
	var nonce [16]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return nil, err
	}
	// Not gossh.Session: it tells the status only when the channel closes, and a process that was left behind can hold that open.
	channel, requests, err := client.OpenChannel("session", nil)
	if err != nil {
		return nil, err
	}
	x := &execution{
		client: client, channel: channel, nonce: hex.EncodeToString(nonce[:]),
		lines: make(chan line, 16), broken: make(chan string, 1), exited: make(chan int, 1), drained: make(chan struct{}), over: make(chan struct{}),
		sink: sink, left: limit, moved: time.Now(),
	}
	go x.status(requests)
	// sshd runs the certificate's command, never this one (RFC 4254 section 6.5).
	if ok, err := channel.SendRequest("exec", true, gossh.Marshal(struct{ Command string }{"sallyport " + name})); err != nil || !ok {
		return nil, cmp.Or(err, errors.New("it does not run commands"))
	}
	f := &frames{
		start: []byte("\x02" + x.nonce + " "),
		out:   func(b []byte) { x.take(target.Stderr, b) },
		line: func(word, rest string) {
			select {
			case x.lines <- line{word, rest}:
			case <-x.over:
			}
		},
	}
	var readers sync.WaitGroup
	readers.Go(func() { pump(channel, func(b []byte) { x.take(target.Stdout, b) }) })
	readers.Go(func() { pump(channel.Stderr(), f.write); f.flush() })
	go func() {
		readers.Wait()
		close(x.drained)
	}()
	return x, nil
}

// status listens for the status of the session (RFC 4254 section 6.10). A death by signal counts as 255: only the
// supervisor's own word tells how the action ended.
func (x *execution) status(requests <-chan *gossh.Request) {
	said := false
	say := func(n int) {
		if !said {
			said = true
			x.exited <- n
		}
	}
	for r := range requests {
		switch {
		case r.Type == "exit-status" && len(r.Payload) == 4:
			say(int(binary.BigEndian.Uint32(r.Payload)))
		case r.Type == "exit-signal":
			say(255)
		}
		if r.WantReply {
			r.Reply(false, nil)
		}
	}
	say(-1)
}

func pump(r io.Reader, to func([]byte)) {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			to(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

// take gives output to the sink, up to the limit. After the limit or a failure of the sink it is read and dropped: the
// supervisor's last word comes behind it.
func (x *execution) take(s target.Stream, b []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.moved = time.Now()
	if len(x.head) < 200 {
		x.head = append(x.head, b[:min(len(b), 200-len(x.head))]...)
	}
	if x.sinkErr != "" || x.cut {
		return
	}
	if int64(len(b)) > x.left {
		b, x.cut = b[:x.left], true
	}
	if len(b) > 0 {
		if err := x.sink.Frame(s, b); err != nil {
			x.sinkErr = fmt.Sprintf("recording failed: %v", err)
			x.broken <- x.sinkErr
			return
		}
		x.left -= int64(len(b))
		x.output += int64(len(b))
		x.moved = time.Now()
	}
	if x.cut {
		x.broken <- fmt.Sprintf("output limit of %d bytes", x.output)
	}
}

// send gives the nonce and what was shipped, and tells the target to run if there is nothing to wait for. It returns
// at once; a write that fails shows as the end of the session.
func (x *execution) send(shipped []byte) {
	first := x.nonce + "\n"
	if len(shipped) == 0 {
		first += "RUN\n"
		x.told = true
	}
	x.writing.Lock()
	go func() {
		defer x.writing.Unlock()
		if _, err := io.WriteString(x.channel, first); err == nil && len(shipped) > 0 {
			x.channel.Write(shipped)
		}
	}()
}

// control writes to the control line. While shipped bytes still travel a stop cannot queue behind them: then the
// connection is closed, and the supervisor, which was never told to run, ends.
func (x *execution) control(s string) {
	if !x.told {
		x.client.Close()
		return
	}
	go func() {
		x.writing.Lock()
		defer x.writing.Unlock()
		io.WriteString(x.channel, s)
	}()
}

// hear takes in one line of the supervisor and reports whether it was the last one.
func (x *execution) hear(l line) (last bool) {
	switch l.word {
	case "begin":
		x.begun = true
	case "failed":
		if !x.begun {
			x.failed = cmp.Or(printable(l.rest), "no reason given")
			return true
		}
	case "survived":
		x.outcome.Survived = append(x.outcome.Survived, process(l.rest))
	case "ended":
		x.outcome.Ended = append(x.outcome.Ended, process(l.rest))
	case "unseen":
		x.outcome.Unseen = cmp.Or(printable(l.rest), "no reason given")
	case "exit":
		n, err := strconv.Atoi(l.rest)
		if err == nil && x.begun && n >= 0 && n <= 255 {
			x.outcome.Exit = n
			return true
		}
	}
	return false
}

// process turns "812 nc -l 4444" into "pid 812: nc -l 4444".
func process(s string) string {
	pid, name, _ := strings.Cut(printable(s), " ")
	return "pid " + pid + ": " + name
}

// printable bounds and cleans what a target says before it is put into a message or the ledger.
func printable(s string) string {
	if len(s) > 200 {
		s = s[:200]
	}
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s))
}

// keepAlive ends the connection when the target no longer answers, as when its host lost power.
func (x *execution) keepAlive() {
	for {
		answered := make(chan struct{})
		go func() {
			x.client.SendRequest("keepalive@openssh.com", true, nil)
			close(answered)
		}()
		timer := time.NewTimer(aliveEvery)
		select {
		case <-x.over:
			timer.Stop()
			return
		case <-timer.C:
		}
		select {
		case <-answered:
		default:
			x.client.Close()
			return
		}
	}
}

// close ends the connection; the supervisor's control line comes to its end with it.
func (x *execution) close() {
	x.once.Do(func() { close(x.over) })
	x.channel.Close()
	x.client.Close()
}

// quietSince waits for the frame that is in the sink.
func (x *execution) quietSince(d time.Duration) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return time.Since(x.moved) > d
}

func (x *execution) counted() (int64, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.output, x.cut
}

func (x *execution) sinkError() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.sinkErr
}

func (x *execution) firstWords() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return string(x.head)
}
