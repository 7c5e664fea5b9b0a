package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"sallyport/gateway"
	"sallyport/ledger"
	"sallyport/sshd"
	"sallyport/store"
	"sallyport/target"
	targetssh "sallyport/target/ssh"
	"sallyport/web"
	"sallyport/web/mail"
	"sallyport/web/webhook"
)

// node is one running server: the state, the gateway over it, and its doors.
type node struct {
	cfg       Config
	logger    *slog.Logger
	keys      keys
	db        *store.DB
	log       *ledger.Log
	tiles     *ledger.Tiler
	witnesses func() // ends what offers checkpoints to witnesses; nil before
	runner    target.Runner
	gateway   *gateway.Gateway
	ssh       *sshd.Server
	web       *web.Server
	hook      *webhook.Sender // nil where nobody is told
	mail      *mail.Sender    // the same
	http      []*http.Server
	origin    string // of the log

	sshAddr, webAddr string // as listened on
}

// nodeOptions are what the demo and tests need otherwise than a server.
type nodeOptions struct {
	plainLoopback bool // the console over http on loopback: the demo's browser would refuse a certificate that nobody signed
	linkLost      time.Duration
	found         *gateway.Founding // a new log begins with this
}

// openNode opens the state and takes up what it holds. It listens on nothing yet.
func openNode(ctx context.Context, cfg Config, logger *slog.Logger, o nodeOptions) (*node, error) {
	n := &node{cfg: cfg, logger: logger, keys: keysOf(cfg.State)}
	if err := n.open(ctx, o); err != nil {
		if cerr := n.close(); cerr != nil {
			logger.Warn("what was opened could not be closed in good order", "err", cerr)
		}
		return nil, err
	}
	return n, nil
}

func (n *node) open(ctx context.Context, o nodeOptions) error {
	cfg, logger := n.cfg, n.logger
	signer, verifier, public, err := n.keys.log()
	if err != nil {
		return err
	}
	n.origin = signer.Name()
	if n.db, err = store.Open(ctx, cfg.State, store.Options{}); err != nil {
		return err
	}
	guard, err := placeGuard(cfg.State, cfg.Guard)
	if err != nil {
		return err
	}
	if n.log, err = ledger.Open(ctx, n.db, signer, verifier, ledger.NewFileGuard(guard), ledger.Options{Create: o.found != nil, Logger: logger, Fault: faults()}); err != nil {
		return err
	}
	if n.tiles, err = ledger.StartTiles(ctx, n.log, n.db.TilesDir(), 0); err != nil {
		return err
	}
	ca, err := n.keys.ssh("target_ca")
	if err != nil {
		return err
	}
	if n.runner, err = targetssh.New(targetssh.Config{CA: ca, PlainPrincipal: cfg.Target.PlainPrincipal, SourceAddress: cfg.Target.SourceAddress}); err != nil {
		return err
	}
	keyring, err := n.keys.recording()
	if err != nil {
		return err
	}
	gc := gateway.Config{Log: n.log, Blobs: n.db.Blobs(), Runner: n.runner, Logger: logger, Version: version(), Keyring: keyring, WitnessKeys: cfg.witnessKeys(), ProposeRate: cfg.Limits.ProposalsPerMinute, LinkLost: o.linkLost, WarnBefore: cfg.warnBefore(), Fail: failpoint()}
	if o.found != nil {
		o.found.Origin, o.found.LogKey = n.origin, public
		if err := gateway.Found(ctx, gc, *o.found); err != nil {
			return err
		}
	}
	if gc.Notify, gc.TellBy, err = n.notifiers(); err != nil {
		return err
	}
	n.gateway, err = gateway.Open(ctx, gc)
	if err != nil {
		return err
	}
	if n.mail != nil {
		n.mail.Begin(n.gateway)
	}
	if n.witnesses, err = startWitnesses(n.log, cfg, logger); err != nil {
		return err
	}
	n.web = web.New(n.gateway, web.Options{Origin: cfg.Web.Origin, PlainLoopback: o.plainLoopback, Tokens: web.OpenTokens(n.tokensPath()), Log: logger, Version: version()})
	host, err := n.keys.ssh("ssh_host_ed25519_key")
	if err != nil {
		return err
	}
	n.ssh = sshd.New(sshd.Config{Service: n.gateway, HostKey: host, Banner: cfg.SSH.Banner, Version: version(), Logger: logger, Link: n.web.SignInLink})
	return nil
}

func (n *node) tokensPath() string { return filepath.Join(n.cfg.State, "tokens.json") }

// listen opens the doors. tlsConfig nil serves the console over plain HTTP, which only the demo does, on loopback.
func (n *node) listen(tlsConfig *tls.Config, sshListener, webListener net.Listener) {
	n.sshAddr, n.webAddr = sshListener.Addr().String(), webListener.Addr().String()
	go func() {
		if err := n.ssh.Serve(sshListener); err != nil {
			n.logger.Error("ssh door", "err", err)
		}
	}()
	if tlsConfig != nil {
		webListener = tls.NewListener(webListener, tlsConfig)
	}
	n.serveHTTP(n.withHealth(n.web), webListener)
}

func (n *node) serveHTTP(h http.Handler, l net.Listener) {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(n.logger.Handler(), slog.LevelDebug)}
	n.http = append(n.http, s)
	go func() {
		if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			n.logger.Error("http", "addr", l.Addr().String(), "err", err)
		}
	}()
}

// withHealth answers /healthz beside h: 200 while the gateway accepts work, 503 with a sentence otherwise.
func (n *node) withHealth(h http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if err := n.gateway.Healthy(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(err.Error() + "\n"))
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle("/", h)
	return mux
}

// close ends the doors, then the gateway, then the state. It may be called on a node that is half open.
func (n *node) close() error {
	var errs []error
	if n.web != nil {
		n.web.Close()
	}
	for _, s := range n.http {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		errs = append(errs, s.Shutdown(ctx))
		cancel()
	}
	if n.ssh != nil {
		errs = append(errs, n.ssh.Close())
	}
	if n.gateway != nil {
		errs = append(errs, n.gateway.Close())
	}
	if n.witnesses != nil {
		n.witnesses()
	}
	if n.hook != nil {
		n.hook.Close()
	}
	if n.mail != nil {
		n.mail.Close()
	}
	if n.tiles != nil {
		errs = append(errs, n.tiles.Close())
	}
	if n.log != nil {
		errs = append(errs, n.log.Close())
	}
	if n.db != nil {
		errs = append(errs, n.db.Close())
	}
	return errors.Join(errs...)
}

// targetCA gives the line for a target's TrustedUserCAKeys file.
func (n *node) targetCA() (string, error) {
	signer, err := n.keys.ssh("target_ca")
	if err != nil {
		return "", err
	}
	return authorizedKey(signer.PublicKey()), nil
}
