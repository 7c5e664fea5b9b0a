package main

import (
	"strings"
	"testing"

	"sallyport/gateway"
)

func TestPrintPreflight(t *testing.T) {
	var b strings.Builder
	if err := printPreflight(&b, []gateway.Finding{
		{Check: "host key", Level: "ok", Message: "the host shows the key that is recorded"},
		{Check: "login shell", Level: "fail", Message: `it is "/bin/bash" and must be /bin/sh`, Fix: "# on the host\nusermod --shell /bin/sh ops\n"},
	}); err != nil {
		t.Fatal(err)
	}
	want := "ok   host key: the host shows the key that is recorded\nfail login shell: it is \"/bin/bash\" and must be /bin/sh\n       # on the host\n       usermod --shell /bin/sh ops\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
