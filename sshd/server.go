// Package sshd is the SSH front door for engineers: a stock ssh client proposes work, waits, and gets output and status.
//
// It verifies who connects, translates, and decides nothing: everything goes through gateway.Service. Every channel type, request and
// subsystem that it does not know is refused with a sentence (DESIGN 8.1). What a target prints reaches a terminal inert (8.3).
package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/gateway"
)

// Limits of the door.
const (
	handshakeTime   = 20 * time.Second // until a connection must have authenticated
	maxConnections  = 4096
	maxPerAddress   = 64 // connections from one address that have not authenticated
	maxChannels     = 8  // of one connection
	maxAuthTries    = 6
	keepAliveEvery  = 30 * time.Second
	keepAliveMisses = 3
)

// Config makes a Server.
type Config struct {
	Service gateway.Service
	HostKey ssh.Signer
	Banner  string // shown before authentication; "" is none
	Version string // of the software
	Logger  *slog.Logger
	Now     func() time.Time // nil is time.Now
	// Link makes a one-time link by which a person whom this door knows signs in to the console; nil offers none.
	Link func(sallyport.PersonID) (url string, expires time.Time, err error)
}

// Server serves SSH connections.
type Server struct {
	Config
	ssh *ssh.ServerConfig

	mu       sync.Mutex                   // protects the following
	conns    map[net.Conn]sallyport.KeyID // "" until it has authenticated
	fresh    map[string]int               // connections per address that have not authenticated
	desks    map[deskKey]*desk
	closing  bool
	sessions sync.WaitGroup
}

// New makes a server.
func New(c Config) *Server {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{Config: c, conns: map[net.Conn]sallyport.KeyID{}, fresh: map[string]int{}, desks: map[deskKey]*desk{}}
	s.ssh = &ssh.ServerConfig{
		MaxAuthTries:              maxAuthTries,
		ServerVersion:             "SSH-2.0-Sallyport",
		PublicKeyCallback:         s.offered,
		VerifiedPublicKeyCallback: s.verified,
	}
	if c.Banner != "" {
		s.ssh.BannerCallback = func(ssh.ConnMetadata) string { return c.Banner }
	}
	s.ssh.AddHostKey(c.HostKey)
	return s
}

const personExtension = "sallyport-person"
const keyExtension = "sallyport-key"

// offered answers whether a key could sign in. Being asked proves nothing about possession: nothing is decided here.
func (s *Server) offered(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
	if _, err := s.Service.PersonByKey(context.Background(), keyID(key)); err != nil {
		return nil, errNotEnrolled
	}
	return &ssh.Permissions{}, nil
}

var errNotEnrolled = errors.New("key is not enrolled")

// verified decides: the client has proved that it holds the key.
func (s *Server) verified(meta ssh.ConnMetadata, key ssh.PublicKey, _ *ssh.Permissions, _ string) (*ssh.Permissions, error) {
	id := keyID(key)
	person, err := s.Service.PersonByKey(context.Background(), id)
	if err != nil {
		return nil, errNotEnrolled
	}
	name, err := ParseUser(meta.User())
	if err == nil && name.Person != "" && name.Person != person {
		return nil, errNotEnrolled
	}
	return &ssh.Permissions{Extensions: map[string]string{personExtension: string(person), keyExtension: string(id)}}, nil
}

func keyID(key ssh.PublicKey) sallyport.KeyID { return sallyport.KeyID(ssh.FingerprintSHA256(key)) }

// Serve accepts connections until l is closed.
func (s *Server) Serve(l net.Listener) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	notices, err := s.Service.Subscribe(ctx, gateway.Caller{Person: sallyport.Gateway, Door: "ssh"})
	if err != nil {
		return err
	}
	go s.watch(notices)
	for {
		conn, err := l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return nil
			}
			s.Logger.Warn("ssh accept", "err", err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if !s.admit(conn) {
			conn.Close()
			continue
		}
		go s.serve(conn)
	}
}

// lastWords is how long a connection that is to be closed may still take to hear why.
const lastWords = 250 * time.Millisecond

// watch closes the connections of keys that no longer sign in: revoked, retired, expired.
func (s *Server) watch(notices <-chan gateway.Notice) {
	for n := range notices {
		if n.Kind != "revoked" && n.Kind != "key.retired" {
			continue
		}
		s.mu.Lock()
		held := map[sallyport.KeyID][]net.Conn{}
		for conn, key := range s.conns {
			if key != "" {
				held[key] = append(held[key], conn)
			}
		}
		s.mu.Unlock()
		for key, conns := range held {
			if _, err := s.Service.PersonByKey(context.Background(), key); err == nil {
				continue
			}
			for _, conn := range conns {
				time.AfterFunc(lastWords, func() { conn.Close() })
			}
		}
	}
}

func address(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return host
}

func (s *Server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.conns) >= maxConnections || s.fresh[address(conn)] >= maxPerAddress {
		return false
	}
	s.conns[conn] = ""
	s.fresh[address(conn)]++
	s.sessions.Add(1)
	return true
}

// authenticated takes a connection out of the count of those that have not.
func (s *Server) authenticated(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fresh[address(conn)]--; s.fresh[address(conn)] <= 0 {
		delete(s.fresh, address(conn))
	}
}

func (s *Server) serve(conn net.Conn) {
	defer s.sessions.Done()
	defer func() {
		conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	_ = conn.SetDeadline(s.Now().Add(handshakeTime))
	server, channels, requests, err := ssh.NewServerConn(conn, s.ssh)
	s.authenticated(conn)
	if err != nil {
		s.Logger.Info("ssh sign-in failed", "from", conn.RemoteAddr().String(), "err", err)
		return
	}
	_ = conn.SetDeadline(time.Time{})
	c := gateway.Caller{Person: sallyport.PersonID(server.Permissions.Extensions[personExtension]), Door: "ssh",
		Key: sallyport.KeyID(server.Permissions.Extensions[keyExtension]), From: conn.RemoteAddr().String()}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := s.Service.SignedIn(ctx, c); err != nil {
		s.Logger.Warn("ssh sign-in could not be recorded, so it is refused", "person", c.Person, "err", err)
		return
	}
	s.mu.Lock()
	s.conns[conn] = c.Key
	s.mu.Unlock()
	// From here on watch finds the connection; what was revoked while it signed in is seen here.
	if _, err := s.Service.PersonByKey(ctx, c.Key); err != nil {
		return
	}
	name, nameErr := ParseUser(server.User())
	k := &connection{s: s, ctx: ctx, conn: server, caller: c, name: name, nameErr: nameErr}
	go k.globals(requests)
	go k.keepAlive()
	k.channels(channels)
}

// Close ends every connection. What is under way in the gateway goes on.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closing = true
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.sessions.Wait()
	return nil
}

// Connections tells how many there are.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// ours marks a line as Sallyport's own.
func ours(format string, args ...any) string { return "sallyport: " + fmt.Sprintf(format, args...) }
