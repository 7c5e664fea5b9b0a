// Package web is the HTTP door: the API under /api/v1, live streams, sign-in links, browser sessions, and the console.
//
// It verifies who calls, translates, and decides nothing: whether a caller may do something is the gateway's answer.
// It promises that every answer carries the security headers of headers.go, that an internal error never reaches an
// outsider, and that what it embeds of the console is what it serves. It does not listen and does not do TLS: that is
// for whoever mounts it. docs/spec/api.md lists the routes.
package web

import (
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// Options of a Server. Origin is required.
type Options struct {
	Origin string // what browsers call this server: "https://gateway.example:8443"; sign-in links begin with it
	// PlainLoopback lets browsers sign in over http on a loopback address, for the demo: see cookieName.
	PlainLoopback bool
	Tokens        *Tokens          // API tokens; nil refuses all
	Log           *slog.Logger     // nil is slog.Default()
	Now           func() time.Time // nil is time.Now
	Random        io.Reader        // nil is crypto/rand.Reader
	Version       string           // of the software, for people
}

// Server is the HTTP door of one gateway.
type Server struct {
	svc      gateway.Service
	opts     Options
	signins  *signins
	console  *console
	handler  http.Handler
	done     chan struct{} // closed by Close: live streams end
	closeOne sync.Once
}

// New makes the door of svc. It starts nothing.
func New(svc gateway.Service, opts Options) *Server {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{svc: svc, opts: opts, console: newConsole(), done: make(chan struct{})}
	s.signins = newSignins(opts.Now, opts.Random)
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.Method+" "+r.Path, s.serve(r))
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, sallyport.Errorf(sallyport.NotFound, "no route for %s %q", r.Method, r.URL.Path).WithHint("docs/spec/api.md lists the routes"))
	})
	mux.HandleFunc("GET /signin/{token}", s.signinPage)
	mux.HandleFunc("POST /signin/{token}", s.signin)
	mux.Handle("/", s.console)
	// The same-origin check stands before everything, sign-in included (Sec-Fetch-Site, then Origin against Host).
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, sallyport.Errorf(sallyport.Forbidden, "this request came from another site").WithHint("open %s yourself and try again", opts.Origin))
	}))
	s.handler = s.secure(csrf.Handler(mux))
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends the live streams, so that an http.Server can shut down.
func (s *Server) Close() { s.closeOne.Do(func() { close(s.done) }) }

// Page is the version of the console that this server serves, as decisions record it.
func (s *Server) Page() string { return s.console.page }
