package ssh_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
	"sallyport/target/sshtest"
)

type discard struct{ n int64 }

func (d *discard) Frame(_ target.Stream, b []byte) error { d.n += int64(len(b)); return nil }

// report gives the median and the 99th percentile in milliseconds.
func report(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(times[len(times)/2]), "ms/p50")
	b.ReportMetric(ms(times[len(times)*99/100]), "ms/p99")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRun is mint, connect, run `true`, end: what an approval costs before its exit status is there.
func BenchmarkRun(b *testing.B) {
	for name, h := range map[string]*sshtest.Host{"openssh": sshtest.OpenSSH(b, sshtest.Options{}), "go": sshtest.Go(b)} {
		for _, prepared := range []string{"", "prepared"} {
			b.Run(name+prepared, func(b *testing.B) {
				r := runner(b, h)
				var times []time.Duration
				for b.Loop() {
					spec := h.Spec("true")
					if prepared != "" {
						r.Prepare(h.Target, "ops")
						for r.Prepared() == 0 {
							time.Sleep(time.Millisecond)
						}
						time.Sleep(40 * time.Millisecond) // the keys are exchanged
					}
					start := time.Now()
					if o, err := r.Run(context.Background(), target.Permit{Serial: 1, Action: spec.Action}, h.Target, spec, nil, &discard{}); err != nil || o.Exit != 0 {
						b.Fatal(o, err)
					}
					times = append(times, time.Since(start))
				}
				report(b, times)
			})
		}
	}
}

// BenchmarkOpenConnection is the same command over a connection that is already open: what the figure above is compared with.
// The certificate forces `true`, without a supervisor.
func BenchmarkOpenConnection(b *testing.B) {
	h := sshtest.OpenSSH(b, sshtest.Options{})
	cert, err := runner(b, h).Mint(target.Permit{}, []string{"ops@web-01"}, "exec true", "127.0.0.1/32")
	if err != nil {
		b.Fatal(err)
	}
	c, err := gossh.Dial("tcp", h.Target.Address, &gossh.ClientConfig{User: "ops", Auth: []gossh.AuthMethod{gossh.PublicKeys(cert)}, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		s, err := c.NewSession()
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Run("true"); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	report(b, times)
}

// BenchmarkBulk is the throughput of a large output.
func BenchmarkBulk(b *testing.B) {
	const size = 256 << 20
	for name, h := range map[string]*sshtest.Host{"openssh": sshtest.OpenSSH(b, sshtest.Options{}), "go": sshtest.Go(b)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			r := runner(b, h)
			for b.Loop() {
				spec := h.Spec("head -c 268435456 /dev/zero")
				spec.Limits.Output = size + 1
				var d discard
				if o, err := r.Run(context.Background(), target.Permit{Serial: 1, Action: spec.Action}, h.Target, spec, nil, &d); err != nil || d.n != size {
					b.Fatal(o, err, d.n)
				}
			}
		})
	}
}

// BenchmarkRender is the pure part.
func BenchmarkRender(b *testing.B) {
	spec := sallyport.Spec{Text: []byte(strings.Repeat("echo it's\n", 400)), Login: "ops", Interpreter: "/bin/bash"}
	b.SetBytes(int64(len(spec.Text)))
	for b.Loop() {
		if _, _, err := sallyport.Render(spec, nil, "a-1"); err != nil {
			b.Fatal(err)
		}
	}
}
