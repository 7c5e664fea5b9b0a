package ssh_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/target"
	"sallyport/target/ssh"
	"sallyport/target/sshtest"
)

// story is what a gateway in another process needs to know.
type story struct {
	Target sallyport.TargetSet
	Spec   sallyport.Spec
	CA     ed25519.PrivateKey
}

func writeHost(t *testing.T, file string, h *sshtest.Host, spec sallyport.Spec) {
	t.Helper()
	b, err := json.Marshal(story{h.Target, spec, h.Key})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestGatewayProcess is not a test but the gateway that TestGatewayKilled kills; without its file it has nothing to do.
func TestGatewayProcess(t *testing.T) {
	file := os.Getenv("SALLYPORT_TEST_GATEWAY")
	if file == "" {
		return
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s story
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	ca, err := gossh.NewSignerFromSigner(s.CA)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ssh.New(ssh.Config{CA: ca})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Run(context.Background(), target.Permit{Action: s.Spec.Action}, s.Target, s.Spec, nil, target.SinkFunc(func(_ target.Stream, b []byte) error {
		_, err := fmt.Printf("%s", b)
		return err
	}))
	t.Fatal("the action ended by itself:", err)
}
