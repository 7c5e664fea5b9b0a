package mail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// server is a mail server of a few lines (RFC 5321). refuse answers the first tries at RCPT.
type server struct {
	addr string

	mu     sync.Mutex // protects the following
	refuse []string
	got    []string // whole messages
	lines  []string // what clients said
}

func serve(t *testing.T, refuse ...string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &server{addr: l.Addr().String(), refuse: refuse}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		s.mu.Lock()
		s.lines = append(s.lines, line)
		s.mu.Unlock()
		switch verb, _, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
		case "RCPT":
			s.mu.Lock()
			answer := "250 ok"
			if len(s.refuse) > 0 {
				answer, s.refuse = s.refuse[0], s.refuse[1:]
			}
			s.mu.Unlock()
			say(answer)
		case "DATA":
			say("354 go on")
			var m strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				m.WriteString(line)
			}
			s.mu.Lock()
			s.got = append(s.got, m.String())
			s.mu.Unlock()
			say("250 accepted")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *server) messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.got...)
}

type source map[int64][]gateway.News

func (s source) News(_ context.Context, index int64) ([]gateway.News, error) {
	if n, ok := s[index]; ok {
		return n, nil
	}
	return nil, errors.New("no such entry")
}

func start(t *testing.T, transport Transport, s Source) (*Sender, *strings.Builder) {
	t.Helper()
	logs := &strings.Builder{}
	m, err := New(Config{Transport: transport, From: "Sallyport <gateway@example.org>", Logger: slog.New(slog.NewTextHandler(logs, nil)), Now: func() time.Time { return time.Unix(1_800_000_000, 0) }, Wait: func(context.Context, time.Duration) {}})
	if err != nil {
		t.Fatal(err)
	}
	m.Begin(s)
	return m, logs
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s does not come about", what)
		}
	}
}

func TestMailIsSentOnceOverSMTP(t *testing.T) {
	s := serve(t, "451 later", "452 still later")
	m, _ := start(t, SMTP{Addr: s.addr}, source{7: {{Person: "olli", Name: "Ölli\r\nBcc: eve@example.org", Email: "olli@example.org", Subject: "Session S-1 on shop has opened\r\nX-Evil: 1", Text: "Engineer  Ana (ana), location DE, employer Sub\n.\nhidden\n"}}})
	m.Notify(gateway.Notice{Index: 3, Kind: "action.assessed"})
	m.Notify(gateway.Notice{Index: 7, Kind: "owner.told"})
	until(t, "a message", func() bool { return len(s.messages()) == 1 })
	m.Close()
	got, err := netmail.ReadMessage(strings.NewReader(s.messages()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if to, err := got.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "olli@example.org" || got.Header.Get("Bcc") != "" || got.Header.Get("X-Evil") != "" {
		t.Errorf("headers %v, %v", got.Header, err)
	}
	if got.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(s.messages()[0], "location DE") || !strings.Contains(s.messages()[0], "hidden") {
		t.Errorf("message:\n%s", s.messages()[0])
	}
}

func TestWhatIsRefusedForGoodIsGivenUp(t *testing.T) {
	s := serve(t, "550 nobody here", "550 nobody here")
	m, logs := start(t, SMTP{Addr: s.addr}, source{1: {{Person: "x", Email: "x@example.org"}}, 2: {{Person: "y", Email: "not an address"}}})
	m.Notify(gateway.Notice{Index: 1, Kind: "owner.told"})
	m.Notify(gateway.Notice{Index: 2, Kind: "acceptance.warned"})
	m.Notify(gateway.Notice{Index: 3, Kind: "owner.told"})
	until(t, "an empty queue", func() bool { return len(m.queue) == 0 })
	time.Sleep(50 * time.Millisecond)
	m.Close()
	for _, want := range []string{"mail given up", "tries=1", "the address on record is none", "cannot be read"} {
		if !strings.Contains(logs.String(), want) {
			t.Errorf("log lacks %q:\n%s", want, logs)
		}
	}
	if len(s.messages()) != 0 {
		t.Errorf("sent %q", s.messages())
	}
}

func TestNoPasswordAndNoNameInTheClear(t *testing.T) {
	err := SMTP{Addr: "192.0.2.1:25"}.Send(expired(t), Message{})
	if err == nil {
		t.Fatal("sent to nowhere")
	}
	s := serve(t)
	_, port, _ := net.SplitHostPort(s.addr)
	// The server offers no TLS, and its name is not a loopback one: the resolver of this machine knows it as itself.
	if name, err := os.Hostname(); err == nil {
		if err := (SMTP{Addr: net.JoinHostPort(name, port)}).Send(t.Context(), Message{}); err == nil || len(s.messages()) > 0 {
			t.Errorf("sent in the clear: %v", err)
		}
	}
	for _, l := range s.lines {
		if strings.HasPrefix(l, "AUTH") || strings.HasPrefix(l, "MAIL") {
			t.Errorf("the client said %q without TLS", l)
		}
	}
}

func expired(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func TestSpoolAndCommand(t *testing.T) {
	dir := t.TempDir()
	msg := Message{ID: "7.0.sallyport", From: netmail.Address{Address: "a@example.org"}, To: netmail.Address{Address: "b@example.org"}, Subject: "s", Text: "t\n", At: time.Unix(1_800_000_000, 0)}
	if err := Spool(dir).Send(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "7.0.sallyport.eml"))
	if err != nil || !strings.Contains(string(b), "To: <b@example.org>\r\n") {
		t.Errorf("%q, %v", b, err)
	}
	out := filepath.Join(dir, "out")
	if err := (Command{"/bin/sh", "-c", `cat >"$0"`, out}).Send(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(out); err != nil || !strings.Contains(string(b), "To: <b@example.org>\n") {
		t.Errorf("%q, %v", b, err)
	}
	if err := (Command{"/bin/sh", "-c", "echo no >&2; exit 3"}).Send(t.Context(), msg); err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("a program that fails: %v", err)
	}
	if _, err := New(Config{From: "nobody"}); sallyport.CodeOf(err) != sallyport.Invalid {
		t.Errorf("a sender without an address: %v", err)
	}
}
