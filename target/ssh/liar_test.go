package ssh_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// liar is a target whose supervisor says script: lines of "out TEXT", "err TEXT", "say LINE" (with the nonce), "status N", "cut" (the connection ends),
// "wait" (for another line of input). It lets everybody in.
func liar(t *testing.T, script string) *sshtest.Host {
	t.Helper()
	key, _ := sshtest.NewSigner(t)
	ca, _ := sshtest.NewSigner(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	config := &gossh.ServerConfig{PublicKeyCallback: func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) { return nil, nil }}
	config.AddHostKey(key)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, chans, reqs, err := gossh.NewServerConn(c, config)
		if err != nil {
			return
		}
		go gossh.DiscardRequests(reqs)
		ch, requests, err := (<-chans).Accept()
		if err != nil {
			return
		}
		(<-requests).Reply(true, nil)
		in := bufio.NewReader(ch)
		nonce, _ := in.ReadString('\n')
		in.ReadString('\n') // RUN
		for line := range strings.Lines(script) {
			word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			switch word {
			case "out":
				ch.Write([]byte(rest))
			case "err":
				ch.Stderr().Write([]byte(rest))
			case "say":
				ch.Stderr().Write([]byte("\x02" + strings.TrimSpace(nonce) + " " + rest + "\n"))
			case "status":
				ch.SendRequest("exit-status", false, binary.BigEndian.AppendUint32(nil, uint32(rest[0]-'0')))
			case "cut":
				c.Close()
			case "wait":
				in.ReadString('\n')
			}
		}
		ch.Close()
		time.Sleep(100 * time.Millisecond)
	}()
	return &sshtest.Host{CA: ca, Target: sallyport.TargetSet{
		Target: "web-01", Address: l.Addr().String(), HostKey: strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key.PublicKey()))), Logins: []string{"ops"},
	}}
}

// TestWhatTheTargetSays: what is concluded from each thing that a target can say, or leave out. Nothing ran is concluded only where that is certain.
func TestWhatTheTargetSays(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"all as it should be", "say begin\nout hello\nsay exit 3\nstatus 3\n", "exit 3 hello"},
		{"status contradicts", "say begin\nsay exit 0\nstatus 3\n", "unknown: its supervisor says status 0 and sshd says 3"},
		{"cut after the last word", "say begin\nout hel\nsay exit 0\ncut\n", "unknown: it ended with status 0 and the connection was lost"},
		{"cut before", "say begin\nout hel\ncut\n", "unknown: the connection was lost"},
		{"cut before anything", "cut\n", "unknown: the connection was lost"},
		{"ends without a word", "say begin\nstatus 0\n", "unknown: its supervisor was ended (status 0)"},
		{"supervisor lost it", "say begin\nsay lost\nstatus 5\n", "unknown: its supervisor was ended"},
		{"never began", "err no such shell\nstatus 1\n", `nothing ran on the target: its shell ended with status 1: "no such shell"`},
		{"never began, no status", "err hm\n", "unknown: the connection was lost"},
		{"declined", "say failed no room\x1b[2J\nstatus 5\n", "the target declined to begin: no room?[2J"},
		{"declined after it began", "say begin\nsay failed no\nstatus 5\n", "unknown: its supervisor was ended"},
		{"exit without a beginning", "say exit 0\nstatus 0\n", "nothing ran on the target: its shell ended with status 0"},
		{"nonsense status", "say begin\nsay exit 4096\nsay exit x\nsay exit\nstatus 0\n", "unknown: its supervisor was ended"},
		{"names cannot reach a terminal", "say begin\nsay survived 7 \x1b]0;x\x07nc\nsay exit 0\nstatus 0\n", "exit 0  survived pid 7: ?]0;x?nc"},
		{"repeats itself", "say begin\nsay begin\nsay ready\nsay exit 1\nsay exit 2\nstatus 1\n", "exit 1 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := liar(t, tt.script)
			r, err := ssh.New(ssh.Config{CA: h.CA})
			if err != nil {
				t.Fatal(err)
			}
			spec := h.Spec("true")
			var c capture
			o, err := r.Run(context.Background(), target.Permit{Action: spec.Action}, h.Target, spec, nil, &c)
			got := ""
			if err != nil {
				got = strings.TrimPrefix(err.Error(), "outcome ")
			} else {
				got = "exit " + string(rune('0'+o.Exit)) + " " + c.stdout()
				if o.Survived != nil {
					got += " survived " + strings.Join(o.Survived, ", ")
				}
			}
			if !strings.HasPrefix(got, tt.want) || err == nil && got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if target.NothingRan(err) != (strings.HasPrefix(tt.want, "nothing ran") || strings.HasPrefix(tt.want, "the target declined")) {
				t.Errorf("nothing ran: %t", target.NothingRan(err))
			}
		})
	}
}
