package signature_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/signature"
)

func decision() *sallyport.ActionDecided {
	d := sallyport.Digest(strings.Repeat("a", 64))
	return &sallyport.ActionDecided{Action: "A-1", Seat: sallyport.SeatEscort, Answer: sallyport.Approve, Policy: d, Binding: d,
		Shown: sallyport.Shown{Spec: d, Assessment: d}, Expires: time.Unix(1750000000, 5).UTC()}
}

// The statement is part of the format: another implementation must get the same bytes.
func TestStatementIsFixed(t *testing.T) {
	got := string(signature.Decision("ed", "S-1", decision()).Message())
	const want = "sallyport/signature/v1\ndecision\n"
	if !strings.HasPrefix(got, want) || len(got) != len(want)+65 {
		t.Fatalf("message %q", got)
	}
	a, b := decision(), decision()
	b.Answer = sallyport.Refuse
	if signature.Decision("ed", "S-1", a) == signature.Decision("ed", "S-1", b) || signature.Decision("ed", "S-1", a) == signature.Decision("eve", "S-1", a) ||
		signature.Decision("ed", "S-1", a) == signature.Decision("ed", "S-2", a) {
		t.Error("different acts have the same statement")
	}
}

func enrolled(t *testing.T, key ssh.PublicKey) *sallyport.KeyEnrolled {
	return &sallyport.KeyEnrolled{Person: "ed", Key: "k", Form: "ssh", Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), Use: []string{"sign"}}
}

func TestSSH(t *testing.T) {
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := signature.Decision("ed", "S-1", decision())
	for name, key := range map[string]any{"ed25519": edKey, "ecdsa": ecKey, "rsa": rsaKey} {
		signer, err := ssh.NewSignerFromKey(key)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signature.Sign(s, "k", signer)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := signature.Check(s, signed, enrolled(t, signer.PublicKey())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		other := s
		other.Act = "proposal"
		if err := signature.Check(other, signed, enrolled(t, signer.PublicKey())); err == nil {
			t.Errorf("%s: another statement verifies", name)
		}
		for i := range signed.Sig {
			bad := *signed
			bad.Sig = bytes.Clone(signed.Sig)
			bad.Sig[i] ^= 1
			if err := signature.Check(s, &bad, enrolled(t, signer.PublicKey())); err == nil {
				t.Errorf("%s: byte %d of the signature does not matter", name, i)
			}
		}
		bad := *signed
		bad.Sig = append(bytes.Clone(signed.Sig), 0)
		if err := signature.Check(s, &bad, enrolled(t, signer.PublicKey())); err == nil {
			t.Errorf("%s: trailing bytes are taken", name)
		}
	}
}

// Signatures of the stock ssh-keygen verify, and ours verify with it.
func TestStockSSHKeygen(t *testing.T) {
	dir := t.TempDir()
	run := func(stdin []byte, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "ssh-keygen", args...)
		cmd.Stdin = bytes.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen %q: %v\n%s", args, err, out)
		}
	}
	key := filepath.Join(dir, "key")
	run(nil, "-q", "-t", "ed25519", "-N", "", "-f", key)
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	s := signature.Decision("ed", "S-1", decision())
	message := filepath.Join(dir, "message")
	if err := os.WriteFile(message, s.Message(), 0o600); err != nil {
		t.Fatal(err)
	}
	run(nil, "-Y", "sign", "-n", signature.Namespace, "-f", key, message)
	armoured, err := os.ReadFile(message + ".sig")
	if err != nil {
		t.Fatal(err)
	}
	blob, err := signature.Dearmor(armoured)
	if err != nil {
		t.Fatal(err)
	}
	enrolledKey := &sallyport.KeyEnrolled{Form: "ssh", Public: strings.TrimSpace(string(public))}
	if err := signature.Check(s, &sallyport.Signed{Form: signature.SSH, Sig: blob}, enrolledKey); err != nil {
		t.Errorf("a signature of ssh-keygen: %v", err)
	}
	run(nil, "-Y", "sign", "-n", "file", "-f", key, message+".sig")
	other, _ := os.ReadFile(message + ".sig.sig")
	if blob, err := signature.Dearmor(other); err != nil || signature.Check(s, &sallyport.Signed{Form: signature.SSH, Sig: blob}, enrolledKey) == nil {
		t.Errorf("a signature in another namespace verifies (%v)", err)
	}
	raw, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := signature.Sign(s, "k", signer)
	if err != nil {
		t.Fatal(err)
	}
	sig := "-----BEGIN SSH SIGNATURE-----\n" + base64.StdEncoding.EncodeToString(ours.Sig) + "\n-----END SSH SIGNATURE-----\n"
	os.WriteFile(message+".ours", []byte(sig), 0o600)
	os.WriteFile(filepath.Join(dir, "allowed"), []byte("ed "+string(public)), 0o600)
	run(s.Message(), "-Y", "verify", "-n", signature.Namespace, "-f", filepath.Join(dir, "allowed"), "-I", "ed", "-s", message+".ours")
}

func FuzzCheck(f *testing.F) {
	_, private, _ := ed25519.GenerateKey(rand.Reader)
	signer, _ := ssh.NewSignerFromKey(private)
	s := signature.Decision("ed", "S-1", decision())
	signed, err := signature.Sign(s, "k", signer)
	if err != nil {
		f.Fatal(err)
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	f.Add(signed.Sig, public)
	f.Add([]byte(`{"authenticatorData":"AA==","clientDataJSON":"e30=","signature":""}`), "pAEBAycgBiFYIA==")
	f.Fuzz(func(t *testing.T, sig []byte, key string) {
		for _, form := range [][2]string{{signature.SSH, "ssh"}, {signature.WebAuthn, "webauthn"}} {
			err := signature.Check(s, &sallyport.Signed{Form: form[0], Sig: sig}, &sallyport.KeyEnrolled{Form: form[1], Public: key, Passkey: &sallyport.Passkey{}})
			if err == nil && (!bytes.Equal(sig, signed.Sig) || !strings.HasPrefix(key, public)) && form[0] == signature.SSH && strings.Contains(key, public) {
				t.Fatalf("a signature that nobody made verifies: %x by %q", sig, key)
			}
		}
		signature.Dearmor(sig)
	})
}
