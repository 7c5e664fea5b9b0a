package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy"
	"sallyport/web"
)

func init() { register(newInitCommand) }

// initOptions are the answers that init needs.
type initOptions struct {
	dir, admin, name, profile, origin string
}

// tokenLife is how long the first administrator's API token lasts.
const tokenLife = 90 * 24 * time.Hour

func newInitCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented configuration, make the keys, begin the ledger",
		Long: `Writes sallyport.toml with every key explained, makes the server's keys, and begins the ledger with its first administrator
and the policies of a profile. Nothing that exists is overwritten.

Example:
  sallyport init --dir /etc/sallyport --admin ada --name "Ada Lovelace" --origin https://gateway.example:8443

EXIT STATUS
  0   done
  1   something is there already, or could not be written
  64  the command line could not be understood`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return initialise(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", ".", "where the configuration and the state go")
	f.StringVar(&o.admin, "admin", loginName(), "identifier of the first administrator")
	f.StringVar(&o.name, "name", "", "what people call them")
	f.StringVar(&o.profile, "profile", "open", "policies of the house: "+strings.Join(policy.Names(), ", "))
	f.StringVar(&o.origin, "origin", "https://localhost:8443", "what browsers will call the server")
	return cmd
}

func loginName() string {
	if u, err := user.Current(); err == nil && sallyport.ValidID(u.Username) {
		return u.Username
	}
	return "admin"
}

func initialise(ctx context.Context, o initOptions, out io.Writer) error {
	if !sallyport.ValidID(o.admin) || o.admin == string(sallyport.Gateway) {
		return &exitError{Code: exitUsage, Err: fmt.Errorf("administrator %q is not an identifier", o.admin)}
	}
	u, err := url.Parse(o.origin)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return &exitError{Code: exitUsage, Err: fmt.Errorf("origin %q is not https://host[:port]", o.origin)}
	}
	if o.name == "" {
		o.name = o.admin
	}
	path := filepath.Join(o.dir, "sallyport.toml")
	if _, err := os.Stat(path); err == nil {
		return sallyport.Errorf(sallyport.Conflict, "%q exists", path).WithHint("choose another --dir, or go on with `sallyport serve --config %s`", path)
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	text := strings.Replace(configText, `origin = "https://localhost:8443"`, fmt.Sprintf("origin = %q", o.origin), 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	cfg, err := loadConfig(path)
	if err != nil {
		return err
	}
	k := keysOf(cfg.State)
	if err := k.make(u.Hostname() + "/sallyport"); err != nil {
		return err
	}
	n, err := openNode(ctx, cfg, slog.New(slog.DiscardHandler), nodeOptions{found: &gateway.Founding{
		Administrator: sallyport.PersonID(o.admin), Details: sallyport.PersonDetails{Name: o.name}, Profile: o.profile}})
	if err != nil {
		return err
	}
	ca, err := n.targetCA()
	if err != nil {
		n.close()
		return err
	}
	_, _, public, err := n.keys.log()
	if err != nil {
		n.close()
		return err
	}
	if _, err := k.certificate("", "", o.origin); err != nil { // so that the commands can trust it before the first start
		n.close()
		return err
	}
	token := filepath.Join(o.dir, "admin.token")
	if err := writeToken(web.OpenTokens(n.tokensPath()), sallyport.PersonID(o.admin), token, time.Now().Add(tokenLife)); err != nil {
		n.close()
		return err
	}
	if err := n.close(); err != nil {
		return err
	}
	fmt.Fprintf(out, `Sallyport is set up in %[1]s.

  configuration   %[2]s
  your token      %[3]s   (good for 90 days; keep it to yourself)
  log key         %[4]s
                  give this line to your auditors now: with it they verify everything later

Start it:
  sallyport serve --config %[2]s

In another terminal:
  export SALLYPORT_SERVER=%[5]s SALLYPORT_TOKEN_FILE=%[3]s SALLYPORT_ROOTS=%[6]s
  sallyport person list
  sallyport signin                      prints a link to the console

Targets must trust this certificate authority (sshd_config: TrustedUserCAKeys FILE):
  %[7]s
`, o.dir, path, token, public, o.origin, filepath.Join(cfg.State, "keys", "web.pem"), ca)
	return nil
}

// writeToken makes an API token and puts it into a file that its owner alone can read.
func writeToken(tokens *web.Tokens, p sallyport.PersonID, path string, until time.Time) error {
	token, err := tokens.Add(p, until)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(append(token.Expose(), '\n')); err != nil {
		return err
	}
	return f.Sync()
}
