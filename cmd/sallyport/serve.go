package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"
)

func init() { register(newServeCommand) }

func newServeCommand() *cobra.Command {
	var path, format string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server: SSH door, console, API",
		Long: `Runs the server until it is told to stop (SIGINT or SIGTERM), then closes in good order: what runs on a target is ended and accounted for.

Example:
  sallyport serve --config /etc/sallyport/sallyport.toml

EXIT STATUS
  0   stopped in good order
  1   could not start, or could not close in good order
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			logger, err := newLogger(cmd.ErrOrStderr(), format)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return serve(ctx, cfg, logger, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&path, "config", "sallyport.toml", "the configuration file")
	cmd.Flags().StringVar(&format, "log", "text", "format of the log on standard error: text or json")
	return cmd
}

func newLogger(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, &exitError{Code: exitUsage, Err: fmt.Errorf("log format %q is neither text nor json", format)}
}

func serve(ctx context.Context, cfg Config, logger *slog.Logger, talk io.Writer) error {
	n, err := openNode(ctx, cfg, logger, nodeOptions{})
	if err != nil {
		return err
	}
	cert, err := n.keys.certificate(cfg.Web.Cert, cfg.Web.Key, cfg.Web.Origin)
	if err != nil {
		n.close()
		return err
	}
	sshListener, err := net.Listen("tcp", cfg.SSH.Listen)
	if err != nil {
		n.close()
		return err
	}
	webListener, err := net.Listen("tcp", cfg.Web.Listen)
	if err != nil {
		sshListener.Close()
		n.close()
		return err
	}
	if cfg.Metrics.Listen != "" {
		l, err := net.Listen("tcp", cfg.Metrics.Listen)
		if err != nil {
			sshListener.Close()
			webListener.Close()
			n.close()
			return err
		}
		n.serveHTTP(n.withHealth(n.metrics()), l)
	}
	n.listen(&tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}}, sshListener, webListener)
	logger.Info("serving", "version", version(), "ssh", n.sshAddr, "web", n.webAddr, "origin", cfg.Web.Origin, "state", cfg.State, "entries", n.log.Size())
	fmt.Fprintf(talk, "sallyport: engineers: ssh -p %s TICKET@%s   console: %s\n", port(n.sshAddr), hostOf(cfg.Web.Origin), cfg.Web.Origin)
	<-ctx.Done()
	logger.Info("stopping")
	sshListener.Close()
	return n.close()
}

func port(addr string) string {
	_, p, _ := net.SplitHostPort(addr)
	return p
}

func hostOf(origin string) string {
	host := strings.TrimPrefix(origin, "https://")
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

func authorizedKey(k ssh.PublicKey) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k)))
}
