// Package webhook tells one address that something waits: an HTTPS POST of identifiers, signed, and tried again when it
// fails. It carries no name, text or address of anybody; whoever is told asks the console.
//
// It promises that it never delays the gateway: what cannot be sent in time is dropped and logged. Delivery is at most a
// hint: messages may come late, twice or not at all, and not in order.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// Header carries the time of sending and the signature: "t=UNIX,v1=HEX", where HEX is HMAC-SHA256 with the shared secret
// over the decimal time, a full stop and the body.
const Header = "Sallyport-Signature"

const (
	queueLength = 1024
	senders     = 4 // at once: one slow answer does not hold up all others
	minSecret   = 16
)

// waits are the pauses before each further try.
var waits = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute}

// Message is what is sent. ID is the same for every try.
type Message struct {
	ID      string              `json:"id"`
	What    string              `json:"what"` // decision, answer, session, escort, ended, owner, acceptance
	Says    string              `json:"says"`
	Kind    sallyport.Kind      `json:"kind"`
	Index   int64               `json:"index"`
	Session sallyport.SessionID `json:"session,omitempty"`
	Action  sallyport.ActionID  `json:"action,omitempty"`
	At      time.Time           `json:"at"`
}

// told maps the entries that somebody may be waiting for.
var told = map[sallyport.Kind][2]string{
	"action.assessed":   {"decision", "an action waits for a decision"},
	"action.answered":   {"decision", "a question was answered, and the action waits for a decision"},
	"session.requested": {"session", "a session was requested"},
	"session.opened":    {"escort", "a session waits for an escort"},
	"session.handed":    {"escort", "a session waits for its next escort"},
	"session.ended":     {"ended", "a session ended"},
	"owner.told":        {"owner", "a session on an owner's system opened or ended"},
	"acceptance.warned": {"acceptance", "a risk acceptance ends soon"},
}

// Config of a Sender. URL and Secret are required.
type Config struct {
	URL    string           // https, or http to a loopback address
	Secret sallyport.Secret // at least 16 bytes
	Logger *slog.Logger
	Client *http.Client // nil is one with a limit of 10 s that follows no redirect
	Now    func() time.Time
	Wait   func(ctx context.Context, d time.Duration) // between tries; nil sleeps
}

// Sender sends. Close ends it.
type Sender struct {
	Config
	queue chan Message
	ctx   context.Context
	stop  context.CancelFunc
	work  sync.WaitGroup
}

// Start begins to send.
func Start(c Config) (*Sender, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, sallyport.Errorf(sallyport.Invalid, "webhook address %q is not https://", c.URL)
	}
	if n := len(bytes.TrimSpace(c.Secret.Expose())); n < minSecret {
		return nil, sallyport.Errorf(sallyport.Invalid, "the webhook's secret has %d bytes, fewer than %d", n, minSecret).WithHint("head -c 32 /dev/urandom | base64 > FILE")
	}
	c.Secret = sallyport.NewSecret(bytes.TrimSpace(c.Secret.Expose()))
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = sleep
	}
	s := &Sender{Config: c, queue: make(chan Message, queueLength)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	for range senders {
		s.work.Go(s.run)
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// Notify takes a notice, and sends it on if somebody may be waiting for it. It does not block.
func (s *Sender) Notify(n gateway.Notice) {
	words, ok := told[n.Kind]
	if !ok {
		return
	}
	m := Message{ID: fmt.Sprintf("%d-%s", n.Index, n.Kind), What: words[0], Says: words[1], Kind: n.Kind, Index: n.Index, Session: n.Session, Action: n.Action, At: s.Now().UTC()}
	select {
	case s.queue <- m:
	default:
		s.Logger.Error("webhook is too slow: message dropped", "id", m.ID)
	}
}

// Close ends the sender. What is still waiting is not sent.
func (s *Sender) Close() {
	s.stop()
	s.work.Wait()
}

func (s *Sender) run() {
	for {
		select {
		case m := <-s.queue:
			s.deliver(m)
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *Sender) deliver(m Message) {
	body, err := sallyport.EncodeJSON(m)
	if err != nil {
		s.Logger.Error("webhook message does not encode", "id", m.ID, "err", err)
		return
	}
	for try := 0; ; try++ {
		again, err := s.send(body)
		if err == nil || s.ctx.Err() != nil {
			return
		}
		if !again || try == len(waits) {
			s.Logger.Error("webhook message given up", "id", m.ID, "tries", try+1, "err", err)
			return
		}
		s.Wait(s.ctx, waits[try])
	}
}

// send tries once. again says whether another try may help: not after a 4xx other than 408 and 429.
func (s *Sender) send(body []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(s.ctx, "POST", s.URL, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(Header, Sign(s.Secret, s.Now(), body))
	res, err := s.Client.Do(req)
	if err != nil {
		return true, err
	}
	res.Body.Close()
	if res.StatusCode/100 == 2 {
		return false, nil
	}
	again = res.StatusCode/100 != 4 || res.StatusCode == http.StatusRequestTimeout || res.StatusCode == http.StatusTooManyRequests
	return again, fmt.Errorf("the webhook's address answers %s", res.Status)
}

// Sign makes the value of Header.
func Sign(secret sallyport.Secret, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, secret.Expose())
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
