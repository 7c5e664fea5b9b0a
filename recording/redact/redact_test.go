package redact_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"sallyport/recording"
	"sallyport/recording/redact"
)

var all = redact.NewRules(redact.Options{Personal: true, Markings: []string{"FOUO", "Project Kestrel"}})

// run writes text in pieces of n bytes and checks that what came out is what the strikes say.
func run(t testing.TB, rules *redact.Rules, text string, n int) (string, []recording.Strike) {
	t.Helper()
	var out bytes.Buffer
	r := redact.New(&out, rules)
	for rest := text; len(rest) > 0; {
		k := min(n, len(rest))
		if _, err := r.Write([]byte(rest[:k])); err != nil {
			t.Fatal(err)
		}
		rest = rest[k:]
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if r.Size() != int64(len(text)) {
		t.Fatalf("%d bytes were judged of %d", r.Size(), len(text))
	}
	want, err := recording.Range{Stream: "out", To: int64(len(text)), Strikes: r.Strikes()}.Apply([]byte(text))
	if err != nil {
		t.Fatalf("strikes %v: %v", r.Strikes(), err)
	}
	if !bytes.Equal(want, out.Bytes()) {
		t.Fatalf("came out  %q\nstrikes say %q", out.Bytes(), want)
	}
	return out.String(), r.Strikes()
}

// Secrets are put together at run time, so that no scanner takes this file for a leak.
var pem = "-----BEGIN " + "OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\nAAAAMwAAAAtzc2gtZWQyNTUxOQ==\n-----END OPENSSH " + "PRIVATE KEY-----"

var examples = []struct{ text, want string }{
	{"nothing here, port 443, uid 1000\n", "nothing here, port 443, uid 1000\n"},
	{"before\n" + pem + "\nafter\n", "before\n[redacted: private key]\nafter\n"},
	{"key=" + strings.ReplaceAll(pem, "\n", `\n`) + " end\n", "key=[redacted: private key] end\n"},
	{"cut short: " + pem[:80] + "\n", "cut short: [redacted: private key]"},
	{"AKIA" + "IOSFODNN7EXAMPLE is the id\n", "[redacted: access token] is the id\n"},
	{"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY\n", "aws_secret_access_key = [redacted: access token]\n"},
	{"token ghp_" + strings.Repeat("a1B2", 9) + "\n", "token [redacted: access token]\n"},
	{"xoxb-" + "1234567890-abcdef\n", "[redacted: access token]\n"},
	{"eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-_123\n", "[redacted: access token]\n"},
	{"Authorization: Bearer abc.def-ghi_jkl0\n", "Authorization: Bearer [redacted: access token]\n"},
	{"DB_PASSWORD=hunter2hunter2\n", "DB_PASSWORD=[redacted: password]\n"},
	{"password: \"two words\" and more\n", "password: [redacted: password] and more\n"},
	{"mysql -u root --password=s3cret db\n", "mysql -u root --password=[redacted: password] db\n"},
	{"postgres://app:s3cr3t@db1:5432/x\n", "postgres://app:[redacted: credential in address]@db1:5432/x\n"},
	{"root:$6$saltsalt$abcdefghijklmnop./:19000:0\n", "root:[redacted: password]:19000:0\n"},
	{"AccountKey=" + strings.Repeat("Ab0/", 21) + "==;x\n", "AccountKey=[redacted: access token];x\n"},
	{"mail jane.doe@example.org now\n", "mail [redacted: e-mail address] now\n"},
	{"card 4111 1111 1111 1111 ok\n", "card [redacted: card number] ok\n"},
	{"not a card 4111 1111 1111 1112\n", "not a card 4111 1111 1111 1112\n"},
	{"iban DE89 3704 0044 0532 0130 00.\n", "iban [redacted: bank account].\n"},
	{"ssn 078-05-1120, not 000-12-3456\n", "ssn [redacted: national id], not 000-12-3456\n"},
	{"call +49 30 901820 today\n", "call [redacted: phone number] today\n"},
	{"this is fouo, project  kestrel\n", "this is [redacted: marking], [redacted: marking]\n"},
}

func TestExamples(t *testing.T) {
	for _, e := range examples {
		for _, n := range []int{1, 2, 7, 1 << 20} {
			if got, _ := run(t, all, e.text, n); got != e.want {
				t.Errorf("in pieces of %d: %q\ngot  %q\nwant %q", n, e.text, got, e.want)
				break
			}
		}
	}
}

func TestPersonalIsAChoice(t *testing.T) {
	text := "mail jane.doe@example.org\n"
	if got, _ := run(t, redact.NewRules(redact.Options{}), text, 3); got != text {
		t.Errorf("personal data was struck out unasked: %q", got)
	}
}

// A line that never ends is judged in pieces; a secret on a seam is still found, and memory stays bounded.
func TestLongLine(t *testing.T) {
	secret := "AKIA" + "IOSFODNN7EXAMPLE"
	for _, at := range []int{10, 56<<10 - 3, 56 << 10, 64<<10 - 5, 64 << 10, 200 << 10} {
		text := strings.Repeat("x ", at/2) + secret + strings.Repeat(" y", 50<<10)
		got, strikes := run(t, all, text, 1000)
		if strings.Contains(got, secret) || len(strikes) != 1 {
			t.Errorf("at %d: %d strikes", at, len(strikes))
		}
	}
	blob := strings.Repeat("QUJD", 100<<10) + "\n"
	if got, _ := run(t, all, blob, 4096); got != blob {
		t.Error("harmless base64 was changed")
	}
}

func FuzzRedactor(f *testing.F) {
	for _, e := range examples {
		f.Add(e.text, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		whole, strikes := run(t, all, text, len(text)+1)
		pieces, again := run(t, all, text, int(n)+1)
		if len(text) < 60<<10 && (whole != pieces || fmt.Sprint(strikes) != fmt.Sprint(again)) {
			t.Errorf("written whole %q, in pieces of %d %q", whole, n+1, pieces)
		}
	})
}

func BenchmarkRedactor(b *testing.B) {
	line := "2026-03-01T12:00:00Z web-01 nginx[812]: 10.0.0.1 GET /index.html 200 612 12ms\n"
	text := []byte(strings.Repeat(line, 400))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r := redact.New(discard{}, all)
		r.Write(text)
		r.Close()
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
