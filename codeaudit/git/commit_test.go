package git

import (
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"sallyport/codeaudit/change"
)

// signSSH makes an armoured signature as ssh-keygen -Y sign does.
func signSSH(tb testing.TB, message, namespace string) (armoured, fingerprint string) {
	tb.Helper()
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", 32))))
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha512.Sum512([]byte(message))
	inner, err := signer.Sign(nil, append([]byte("SSHSIG"), ssh.Marshal(struct {
		Namespace, Reserved, Hash string
		Sum                       []byte
	}{namespace, "", "sha512", sum[:]})...))
	if err != nil {
		tb.Fatal(err)
	}
	blob := append([]byte("SSHSIG"), ssh.Marshal(struct {
		Version                   uint32
		Key                       []byte
		Namespace, Reserved, Hash string
		Signature                 []byte
	}{1, signer.PublicKey().Marshal(), namespace, "", "sha512", ssh.Marshal(inner)})...)
	return "-----BEGIN SSH SIGNATURE-----\n" + base64.StdEncoding.EncodeToString(blob) + "\n-----END SSH SIGNATURE-----", ssh.FingerprintSHA256(signer.PublicKey())
}

const (
	headLines = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 1111111111111111111111111111111111111111\n" +
		"author A <U> Thor <a@b.example> 1711710000 +0530\ncommitter C <c@d.example> 1711710001 -0000\n"
	body = "\nsubject: of a kind\n\nCo-authored-by: X Y <x@y.example>\ntext\n  Signed-off-by: z@z.example\nThanks: @login\nfixes: #12\n" +
		"Link: https://a.example/<b>\nnot a trailer here: <q@q.example>\nReviewed-by: Nobody\n"
)

func TestParseCommit(t *testing.T) {
	t.Parallel()
	c, err := ParseCommit("h", []byte(headLines+body))
	if err != nil {
		t.Fatal(err)
	}
	if c.Author.Name != "A" || c.Author.Email != "U> Thor <a@b.example" {
		// git takes the first < and the last >, and so do we: the address is odd, and cannot match anybody by accident.
		t.Errorf("author %+v", c.Author)
	}
	if c.Committer.Email != "c@d.example" || c.Committer.Time.Unix() != 1711710001 || c.Subject() != "subject: of a kind" || len(c.Parents) != 1 {
		t.Errorf("%+v", c)
	}
	if _, offset := c.Author.Time.Zone(); offset != 5*3600+1800 {
		t.Errorf("zone %d", offset)
	}
	var got []string
	for _, x := range c.Trailers {
		got = append(got, x.Key+"="+x.Name+"<"+x.Email+">")
	}
	if s, want := strings.Join(got, " "), "Co-authored-by=X Y<x@y.example> Signed-off-by=<z@z.example> Thanks=login<> Link=https://a.example/<b>"; s != want {
		t.Errorf("trailers %q, want %q", s, want)
	}
	if c.Signature.State != change.Unsigned {
		t.Errorf("signature %+v", c.Signature)
	}
	for _, bad := range []string{"", "tree x\n\n", "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent ../../x\n\n"} {
		if _, err := ParseCommit("h", []byte(bad)); err == nil {
			t.Errorf("%q is taken for a commit", bad)
		}
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	sig, key := signSSH(t, headLines+body, "git")
	commit := func(sig, body string) *change.Commit {
		c, err := ParseCommit("h", []byte(headLines+"gpgsig "+strings.ReplaceAll(sig, "\n", "\n ")+"\n"+body))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if got := commit(sig, body).Signature; got != (change.Signature{State: change.Verified, Scheme: "ssh", Key: key}) {
		t.Errorf("good signature: %+v", got)
	}
	if got := commit(sig, body+"more").Signature; got.State != change.Broken || got.Key != key {
		t.Errorf("signature of another message: %+v", got)
	}
	other, _ := signSSH(t, headLines+body, "file")
	if got := commit(other, body).Signature; got.State != change.Broken {
		t.Errorf("signature for another purpose: %+v", got)
	}
	// A version 4 packet, old format: hashed area with an issuer fingerprint (33), unhashed with a key id (16).
	packet := "\x88\x29\x04\x00\x16\x0a\x00\x17\x16\x21\x04" + strings.Repeat("\xab", 20) + "\x00\x0a\x09\x10\x01\x02\x03\x04\x05\x06\x07\x08\xff\xff"
	pgp := "-----BEGIN PGP SIGNATURE-----\nVersion: x\n\n" + base64.StdEncoding.EncodeToString([]byte(packet)) + "\n=abcd\n-----END PGP SIGNATURE-----"
	if got := commit(pgp, body).Signature; got != (change.Signature{State: change.Unverified, Scheme: "openpgp", Key: strings.Repeat("AB", 20)}) {
		t.Errorf("openpgp: %+v", got)
	}
	if got := commit("garbage", body).Signature.State; got != change.Broken {
		t.Errorf("garbage: %v", got)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for quoted, want := range map[string]string{`a`: "a", `"a\tb"`: "a\tb", `"\303\244\\\""`: "ä\\\"", `"\a\b\v\f\r\n"`: "\a\b\v\f\r\n", `"`: `"`, `"\"`: `\`} {
		if got := Unquote(quoted); got != want {
			t.Errorf("Unquote(%s) = %q, want %q", quoted, got, want)
		}
	}
	for path, want := range map[string]string{"a b/ä": "a b/ä", "a\x1b[2J": `"a\x1b[2J"`, "\u202e": `"\u202e"`, "\xff": `"\xff"`} {
		if got := Quote(path); got != want {
			t.Errorf("Quote(%q) = %s, want %s", path, got, want)
		}
	}
}

func FuzzParseCommit(f *testing.F) {
	sig, _ := signSSH(f, "x", "git")
	f.Add([]byte(headLines + "gpgsig " + strings.ReplaceAll(sig, "\n", "\n ") + "\n" + body))
	f.Add([]byte(headLines + "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\nm"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := ParseCommit("h", raw)
		if err == nil && !IsHash(c.Tree) {
			t.Errorf("a commit with tree %q", c.Tree)
		}
		parseNode(raw)
		ParseTag(raw)
		pgpIssuer(raw)
	})
}
