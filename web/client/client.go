// Package client speaks the HTTP API for the command line. It holds no rule: a server's refusal comes back as the
// *sallyport.Error that the server made.
package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"sallyport"
	"sallyport/web/wire"
)

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 256 << 20

// uploadTime bounds how long an upload may take, its answer included: a roster of 100,000 people is judged entry by entry.
const uploadTime = 30 * time.Minute

// Config says which server to speak to, and as whom.
type Config struct {
	Server    string // "https://gateway.example:8443"; http only to a loopback address
	TokenFile string // holds an API token; refused if others may read it
	RootFile  string // PEM certificates to trust instead of the system's: the one a server made for itself, for example
}

// Client sends requests as one person. It may be used by several goroutines.
type Client struct {
	base  string
	token sallyport.Secret
	http  *http.Client
}

// New reads the files that cfg names.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.Server)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" || u.User != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "server %q is not an address", cfg.Server).WithHint("write https://host:port")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, sallyport.Errorf(sallyport.Invalid, "server %q is not https", cfg.Server).WithHint("a token is sent over https, or to this machine alone")
	}
	token, err := readToken(cfg.TokenFile)
	if err != nil {
		return nil, err
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS13}
	if cfg.RootFile != "" {
		pem, err := os.ReadFile(cfg.RootFile)
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "certificates to trust: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, sallyport.Errorf(sallyport.Invalid, "%q holds no PEM certificate", cfg.RootFile)
		}
	}
	return &Client{base: strings.TrimSuffix(cfg.Server, "/"), token: token, http: &http.Client{
		Transport:     &http.Transport{TLSClientConfig: conf, Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true},
		Timeout:       2 * time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a token does not travel on
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func readToken(path string) (sallyport.Secret, error) {
	if path == "" {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Invalid, "no token file").WithHint("name one with --token-file; sallyport token makes one")
	}
	info, err := os.Stat(path)
	if err != nil {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Invalid, "token file: %w", err).WithHint("sallyport token makes one")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Forbidden, "token file %q has mode %o: others may read it", path, info.Mode().Perm()).WithHint("chmod 600 %s", path)
	}
	if info.Size() > 4096 {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Invalid, "token file %q is %d bytes: that is no token", path, info.Size())
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Invalid, "token file: %w", err)
	}
	token := bytes.TrimSpace(body)
	if len(token) == 0 || bytes.ContainsAny(token, " \r\n\t") {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Invalid, "token file %q does not hold one token", path)
	}
	return sallyport.NewSecret(token), nil
}

// upload is a body that is sent as it is. It may take long to answer.
type upload struct {
	kind string
	body []byte
}

// request makes a request with in as JSON (nothing where it is nil).
func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	var body io.Reader
	kind := "application/json"
	if u, ok := in.(upload); ok {
		kind, body = u.kind, bytes.NewReader(u.body)
	} else if in != nil {
		b, err := sallyport.EncodeJSON(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+string(c.token.Expose()))
	return req, nil
}

// do sends in and decodes the answer into out (where that is not nil).
func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	req, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	patient := *c.http
	if _, ok := in.(upload); ok {
		patient.Timeout = uploadTime
	}
	res, err := patient.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return c.unreachable(err)
	}
	if len(answer) > maxAnswer {
		return sallyport.Errorf(sallyport.Limited, "the server's answer is larger than %d bytes", maxAnswer)
	}
	if res.StatusCode/100 != 2 {
		return failure(res, answer)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return sallyport.Errorf(sallyport.Unavailable, "the server's answer is not what this program expects: %w", err).WithHint("compare sallyport version on both sides")
	}
	return nil
}

func (c *Client) unreachable(err error) error {
	hint := "is the server running, and is this its address?"
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok && unknown.Cert != nil {
		hint = "the server's certificate is not trusted: name the certificate it made for itself with --ca"
	}
	return sallyport.Errorf(sallyport.Unavailable, "no answer from %s: %w", c.base, err).WithHint("%s", hint)
}

func failure(res *http.Response, answer []byte) error {
	var e wire.Error
	if err := json.Unmarshal(answer, &e); err != nil || e.Code == "" {
		return sallyport.Errorf(sallyport.Unavailable, "the server answered %q without saying why", res.Status).WithHint("is this a Sallyport server?")
	}
	return &sallyport.Error{Code: e.Code, Message: e.Message, Hint: e.Hint}
}
