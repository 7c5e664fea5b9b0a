package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport/web/wire"
)

// BenchmarkIdleSession measures what one idle engineer at the prompt costs the server process in resident memory.
func BenchmarkIdleSession(b *testing.B) {
	s := newSite(b)
	s.start("")
	s.populate()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	signer, err := ssh.NewSignerFromSigner(private)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.client("ada").EnrolKey(b.Context(), "ana", wire.Key{Public: authorizedKey(signer.PublicKey()), Use: []string{"signin"}}); err != nil {
		b.Fatal(err)
	}
	cfg, err := loadConfig(s.dir + "/sallyport.toml")
	if err != nil {
		b.Fatal(err)
	}
	open := func(n int) {
		for range n {
			c, err := ssh.Dial("tcp", cfg.SSH.Listen, &ssh.ClientConfig{User: "T-1", Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { c.Close() })
			session, err := c.NewSession()
			if err != nil {
				b.Fatal(err)
			}
			if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
				b.Fatal(err)
			}
			if err := session.Shell(); err != nil {
				b.Fatal(err)
			}
		}
		time.Sleep(time.Second)
	}
	open(50) // pools and caches are warm from here on
	const more = 300
	before := s.resident(b)
	for b.Loop() {
		open(more)
	}
	b.ReportMetric(float64(s.resident(b)-before)/float64(more*b.N), "kB/session")
	s.stop()
}

// resident gives the server's resident memory in kB.
func (s *site) resident(b *testing.B) int {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			n, err := strconv.Atoi(f[1])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
