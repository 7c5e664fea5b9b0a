// Package mail tells people by mail what they must be told although nothing is asked of them: a system owner, that a session on their
// system opened or ended, with who and from which country (R19); an approver, that a risk acceptance ends soon (R59).
//
// What a mail says comes from the gateway, which knows to whom it may be said. A mail carries no text that anyone proposed, no output
// and no credential. Delivery is a hint: the ledger's feed is the truth, and it says that the owner was told there.
//
// It promises that it never delays the gateway: what cannot be handed on in time is dropped and logged.
package mail

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"sync"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// Message is one mail.
type Message struct {
	ID      string // the same for every try
	From    netmail.Address
	To      netmail.Address
	Subject string
	Text    string // plain text, lines ended by \n
	At      time.Time
}

// Bytes gives the message as RFC 5322 wants it, with lines ended by \r\n. Everything that came from people is encoded: no name can add a header.
func (m Message) Bytes() []byte {
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", m.From.String()}, {"To", m.To.String()}, {"Subject", mime.QEncoding.Encode("utf-8", oneLine(m.Subject))},
		{"Date", m.At.UTC().Format(time.RFC1123Z)}, {"Message-ID", "<" + m.ID + "@" + domain(m.From.Address) + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: no out-of-office answers
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n"))) // a bytes.Buffer does not fail
	_ = w.Close()
	return b.Bytes()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func domain(address string) string {
	_, d, _ := strings.Cut(address, "@")
	return d
}

// Transport hands a message on. An error that is worth another try is any but one of code Invalid.
type Transport interface {
	Send(ctx context.Context, m Message) error
}

// Source says what an entry has to tell, and to whom.
type Source interface {
	News(ctx context.Context, index int64) ([]gateway.News, error)
}

// Config of a Sender.
type Config struct {
	Transport Transport
	From      string // address, with or without a name
	Logger    *slog.Logger
	Now       func() time.Time
	Wait      func(ctx context.Context, d time.Duration) // between tries; nil sleeps
}

const queueLength = 1024

// waits are the pauses before each further try.
var waits = []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute}

// told are the entries that have news for somebody.
var told = map[sallyport.Kind]bool{"owner.told": true, "acceptance.warned": true}

// Sender sends. Close ends it.
type Sender struct {
	Config
	from  netmail.Address
	queue chan int64
	ctx   context.Context
	stop  context.CancelFunc
	work  sync.WaitGroup
}

// New makes a sender that takes notices and sends nothing before Begin.
func New(c Config) (*Sender, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "mail.from %q is not an address: %v", c.From, err)
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = func(ctx context.Context, d time.Duration) {
			select {
			case <-time.After(d):
			case <-ctx.Done():
			}
		}
	}
	s := &Sender{Config: c, from: *from, queue: make(chan int64, queueLength)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// Begin begins to send what source says.
func (s *Sender) Begin(source Source) {
	s.work.Go(func() {
		for {
			select {
			case index := <-s.queue:
				s.tell(source, index)
			case <-s.ctx.Done():
				return
			}
		}
	})
}

// Notify takes a notice. It does not block.
func (s *Sender) Notify(n gateway.Notice) {
	if !told[n.Kind] {
		return
	}
	select {
	case s.queue <- n.Index:
	default:
		s.Logger.Error("mail is too slow: nobody is told by mail of an entry", "index", n.Index, "kind", n.Kind)
	}
}

// Close ends the sender. What is still waiting is not sent.
func (s *Sender) Close() {
	s.stop()
	s.work.Wait()
}

func (s *Sender) tell(source Source, index int64) {
	news, err := source.News(s.ctx, index)
	if err != nil {
		s.Logger.Error("what an entry has to tell cannot be read", "index", index, "err", err)
		return
	}
	for i, n := range news {
		to, err := netmail.ParseAddress(n.Email)
		if err != nil {
			s.Logger.Error("nobody is told by mail: the address on record is none", "person", n.Person, "index", index)
			continue
		}
		to.Name = n.Name
		m := Message{ID: fmt.Sprintf("%d.%d.sallyport", index, i), From: s.from, To: *to, Subject: n.Subject, Text: n.Text, At: s.Now()}
		s.deliver(n.Person, m)
	}
}

func (s *Sender) deliver(person sallyport.PersonID, m Message) {
	for try := 0; ; try++ {
		err := s.Transport.Send(s.ctx, m)
		if err == nil || s.ctx.Err() != nil {
			return
		}
		if sallyport.CodeOf(err) == sallyport.Invalid || try == len(waits) {
			s.Logger.Error("mail given up", "id", m.ID, "person", person, "tries", try+1, "err", err)
			return
		}
		s.Wait(s.ctx, waits[try])
	}
}
