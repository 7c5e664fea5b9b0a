package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"sync"
	"time"

	"sallyport"
)

// How long what a browser holds is good for.
const (
	linkLife     = 15 * time.Minute // a sign-in link that nobody opened
	sessionIdle  = time.Hour        // a browser session in which nobody did anything
	sessionLife  = 12 * time.Hour   // a browser session, whatever happens in it
	maxPerPerson = 20               // links and sessions of one person; the oldest gives way
)

// signins holds sign-in links and browser sessions. It keeps the SHA-256 of each secret, never the secret, and lives in
// memory: a restart signs everyone out. Everything is guarded by mu.
type signins struct {
	now    func() time.Time
	random io.Reader

	mu       sync.Mutex
	links    map[[32]byte]*signin
	sessions map[[32]byte]*signin
}

type signin struct {
	person  sallyport.PersonID
	made    time.Time
	used    time.Time // by a person, not by a page on its own
	expires time.Time
}

func newSignins(now func() time.Time, random io.Reader) *signins {
	if random == nil {
		random = rand.Reader
	}
	return &signins{now: now, random: random, links: map[[32]byte]*signin{}, sessions: map[[32]byte]*signin{}}
}

// secret makes 256 random bits and their hash.
func (g *signins) secret() (string, [32]byte, error) {
	var raw [32]byte
	if _, err := io.ReadFull(g.random, raw[:]); err != nil {
		return "", [32]byte{}, sallyport.Errorf(sallyport.Internal, "read randomness: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(raw[:])
	return text, sha256.Sum256([]byte(text)), nil
}

// link makes a link's token for person.
func (g *signins) link(person sallyport.PersonID) (string, time.Time, error) {
	return g.add(g.links, person, linkLife)
}

func (g *signins) add(to map[[32]byte]*signin, person sallyport.PersonID, life time.Duration) (string, time.Time, error) {
	text, hash, err := g.secret()
	if err != nil {
		return "", time.Time{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now().UTC()
	g.sweep(now)
	var oldest [32]byte
	var count int
	for h, v := range to {
		if v.person == person {
			if count == 0 || v.made.Before(to[oldest].made) {
				oldest = h
			}
			count++
		}
	}
	if count >= maxPerPerson {
		delete(to, oldest)
	}
	to[hash] = &signin{person: person, made: now, used: now, expires: now.Add(life)}
	return text, now.Add(life), nil
}

// peek says whom a link is for without using it up.
func (g *signins) peek(token string) (sallyport.PersonID, time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep(g.now().UTC())
	l, ok := g.links[sha256.Sum256([]byte(token))]
	if !ok {
		return "", time.Time{}, false
	}
	return l.person, l.expires, true
}

// take uses a link up. Of two who come with one link at once, one gets it.
func (g *signins) take(token string) (sallyport.PersonID, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep(g.now().UTC())
	hash := sha256.Sum256([]byte(token))
	l, ok := g.links[hash]
	if !ok {
		return "", false
	}
	delete(g.links, hash)
	return l.person, true
}

// open starts a browser session.
func (g *signins) open(person sallyport.PersonID) (string, time.Time, error) {
	return g.add(g.sessions, person, sessionLife)
}

// session finds who a browser session belongs to. byPerson counts as use: a page that polls by itself keeps nobody signed in.
func (g *signins) session(secret string, byPerson bool) (sallyport.PersonID, time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now().UTC()
	g.sweep(now)
	v, ok := g.sessions[sha256.Sum256([]byte(secret))]
	if !ok {
		return "", time.Time{}, false
	}
	if byPerson {
		v.used = now
	}
	return v.person, v.expires, true
}

// close ends a browser session.
func (g *signins) close(secret string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.sessions, sha256.Sum256([]byte(secret)))
}

// sweep drops what is over. The caller holds mu.
func (g *signins) sweep(now time.Time) {
	for h, l := range g.links {
		if !now.Before(l.expires) {
			delete(g.links, h)
		}
	}
	for h, v := range g.sessions {
		if !now.Before(v.expires) || now.Sub(v.used) >= sessionIdle {
			delete(g.sessions, h)
		}
	}
}
