package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/recording"
)

// keys are the server's own keys, files in the state folder that nobody else may read. docs/operations.md says what each is good for
// and what its loss means.
type keys struct {
	dir string
}

func keysOf(state string) keys { return keys{filepath.Join(state, "keys")} }

// make creates what is missing. origin names the log, and is part of its key.
func (k keys) make(origin string) error {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return err
	}
	return firstError(
		k.create("log.key", func() ([]byte, error) {
			secret, public, err := note.GenerateKey(rand.Reader, origin)
			if err != nil {
				return nil, err
			}
			return []byte(secret + "\n" + public + "\n"), nil
		}),
		k.create("ssh_host_ed25519_key", newSSHKey),
		k.create("target_ca", newSSHKey),
		k.create("recording.key", func() ([]byte, error) {
			b := make([]byte, recording.MasterSize)
			rand.Read(b)
			return []byte(hex.EncodeToString(b) + "\n"), nil
		}),
	)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// create writes a key file once, durably, readable by its owner alone.
func (k keys) create(name string, make func() ([]byte, error)) error {
	path := filepath.Join(k.dir, name)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	b, err := make()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Sync()
}

func newSSHKey() ([]byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(block), nil
}

func (k keys) read(name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(k.dir, name))
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "key %q cannot be read: %w", filepath.Join(k.dir, name), err).WithHint("`sallyport init` makes the keys of a new log; for a backup without keys name their folder with --keys")
	}
	return b, nil
}

// log gives the key that signs checkpoints.
func (k keys) log() (note.Signer, note.Verifier, string, error) {
	b, err := k.read("log.key")
	if err != nil {
		return nil, nil, "", err
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 2 {
		return nil, nil, "", sallyport.Errorf(sallyport.Invalid, "log key has %d lines, want 2", len(lines))
	}
	signer, err := note.NewSigner(lines[0])
	if err != nil {
		return nil, nil, "", sallyport.Errorf(sallyport.Invalid, "log key: %v", err)
	}
	verifier, err := note.NewVerifier(lines[1])
	return signer, verifier, lines[1], err
}

func (k keys) ssh(name string) (ssh.Signer, error) {
	b, err := k.read(name)
	if err != nil {
		return nil, err
	}
	return ssh.ParsePrivateKey(b)
}

func (k keys) recording() (*recording.Keyring, error) {
	b, err := k.read("recording.key")
	if err != nil {
		return nil, err
	}
	return recording.ParseKeyring(b)
}

// certificate gives the console's certificate: the operator's own, or one made at the first start for the name in origin.
func (k keys) certificate(cert, key, origin string) (tls.Certificate, error) {
	if cert != "" {
		return tls.LoadX509KeyPair(cert, key)
	}
	err := k.create("web.pem", func() ([]byte, error) { return selfSigned(origin) })
	if err != nil {
		return tls.Certificate{}, err
	}
	path := filepath.Join(k.dir, "web.pem")
	return tls.LoadX509KeyPair(path, path)
}

// selfSigned makes a certificate for the host of origin, for loopback, and for a year.
func selfSigned(origin string) ([]byte, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	t := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "Sallyport " + u.Hostname()}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true, IsCA: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}}
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		t.IPAddresses = append(t.IPAddresses, ip)
	} else if u.Hostname() != "localhost" {
		t.DNSNames = append(t.DNSNames, u.Hostname())
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, private.Public(), private)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})...), nil
}
