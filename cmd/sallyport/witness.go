package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/ledger"
	"sallyport/witness"
)

func init() { register(newWitnessCommand) }

func newWitnessCommand() *cobra.Command {
	var dir, name, listen string
	var logs []string
	cmd := &cobra.Command{
		Use:   "witness",
		Short: "Run a small witness: it cosigns what continues a log, and nothing else",
		Long: `Runs a C2SP tlog-witness for the logs whose keys are given. It remembers the last checkpoint of each log and cosigns only
checkpoints that continue it; so nobody who holds the log's key can show two histories to people who both ask this witness, or take
the end of the log away. An auditor, a partner or a customer runs it, never the operator of the log. Put a reverse proxy with TLS in front.

At its first start it makes its key, and prints the public part: that is what a verifier is given with --witness. The folder is its
memory: a witness that lost it can be led astray, so keep it, and never restore it from a backup.

Example:
  sallyport witness --dir /var/lib/witness --name witness.example/w1 --log sallyport.vkey --listen 127.0.0.1:7380

EXIT STATUS
  0   stopped by a signal
  1   it could not start or go on
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" || name == "" || len(logs) == 0 {
				return &exitError{Code: exitUsage, Err: errors.New("--dir, --name and --log are required")}
			}
			signer, err := witnessKey(dir, name)
			if err != nil {
				return err
			}
			var vkeys []string
			for _, l := range logs {
				if b, err := os.ReadFile(l); err == nil {
					l = string(b)
				}
				vkeys = append(vkeys, strings.TrimSpace(l))
			}
			server, err := witness.NewServer(signer, dir, vkeys)
			if err != nil {
				return err
			}
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n", signer)
			fmt.Fprintf(cmd.ErrOrStderr(), "sallyport: witness %s of %d logs at http://%s/add-checkpoint\n", name, len(vkeys), l.Addr())
			return serveWitness(cmd.Context(), l, server)
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "folder of the witness's key and memory (required)")
	f.StringVar(&name, "name", "", "name of the witness, like witness.example/w1 (required)")
	f.StringVar(&listen, "listen", "127.0.0.1:7380", "address to listen on, plain HTTP")
	f.StringArrayVar(&logs, "log", nil, "public key of a log, or a file with it; may be repeated (required)")
	return cmd
}

func serveWitness(ctx context.Context, l net.Listener, handler http.Handler) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Handler: handler, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second, MaxHeaderBytes: 16 << 10}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(end)
	}
}

// witnessKey reads the key of a witness, or makes it.
func witnessKey(dir, name string) (*ledger.WitnessSigner, error) {
	k := keys{dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	err := k.create("witness.key", func() ([]byte, error) { return []byte(newSeed() + "\n"), nil })
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, "witness.key"))
	if err != nil {
		return nil, err
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is no seed in hexadecimal", filepath.Join(dir, "witness.key"))
	}
	return ledger.NewWitnessSigner(name, seed)
}

// newSeed makes 32 random bytes in hexadecimal.
func newSeed() string {
	seed := make([]byte, 32)
	rand.Read(seed) // never fails: see crypto/rand
	return hex.EncodeToString(seed)
}
